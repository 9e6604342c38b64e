#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A demo room in a folder of its own: `make run` calls this.

usage: demo.py CHAT_SERVER CHAT_CLIENT [FOLDER]

With a terminal it lets you talk as alice with a scripted bob. Without one it plays a short
conversation between the two, checks each step, and ends with status 0 when every one was right.
Needs nothing but Python's own library.
"""

import os
import pathlib
import shutil
import sys

from people import Bob, Failure, Guest, Server, Stage, command

PARTS = ('room', 'alice', 'bob', 'stranger')
LONG = 'The quick brown fox jumps over the lazy dog. '.ljust(50, '-') * 200


class Demo:
    def __init__(self, stage, server_program, client_program, folder):
        self.stage = stage
        self.server_program = server_program
        self.client_program = client_program
        self.folder = folder
        self.server = None

    def set_up(self):
        """Makes the room and everybody's folder as the README tells admin and guests to."""
        for part in PARTS:
            shutil.rmtree(self.folder / part, ignore_errors=True)
            (self.folder / part).mkdir(parents=True)
        room = self.folder / 'room'
        (room / 'config.json').write_text(
            '{"server_ip": "127.0.0.1", "server_port": 0, "admins": ["alice"]}\n', encoding='utf-8'
        )
        for name in ('alice', 'bob', 'stranger'):
            self.make_keys(name)
        for name in ('alice', 'bob'):
            public = self.folder / name / 'client_public_key.pem'
            command(self.server_program, '--directory', room, 'add-user', name, public)
            self.stage.say('%s is on the guest list' % name)

    def make_keys(self, name):
        command(self.client_program, 'keygen', '--directory', self.folder / name)
        self.stage.say('%s has a key pair' % name)

    def start_server(self):
        self.server = Server(self.stage, self.server_program, self.folder / 'room')
        self.stage.say('the server listens at 127.0.0.1, port %d' % self.server.port)
        for name in ('alice', 'bob', 'stranger'):
            self.hand_over(name)

    def hand_over(self, name):
        """What the admin gives a guest: the server's public key, and where it is."""
        shutil.copy(self.folder / 'room' / 'server_public_key.pem', self.folder / name)
        username = 'bob' if name == 'stranger' else name
        (self.folder / name / 'user_config.json').write_text(
            '{"username": "%s", "server_ip": "127.0.0.1", "server_port": %d}\n'
            % (username, self.server.port),
            encoding='utf-8',
        )

    def guest(self, name):
        return Guest(self.stage, self.client_program, self.folder / name, name)

    # ---- With a terminal

    def talk(self):
        Bob(self.guest('bob'))
        self.stage.say('bob is a script; you are alice. Try: hello, /msg bob psst, /history,')
        self.stage.say('/members, /help, and /exit to leave or /shutdown to stop the server.')
        return self.stage.run_in_front(
            [self.client_program, '--directory', self.folder / 'alice']
        )

    # ---- Without

    def play(self):
        alice, bob = self.guest('alice'), self.guest('bob')
        for guest in (alice, bob):
            guest.expect('joined')

        alice.type('Hello, bob! Is anybody listening?')
        bob.expect('message', text='Hello, bob! Is anybody listening?', **{'from': 'alice'})
        bob.type('Only those who hold a key.')
        alice.expect('message', text='Only those who hold a key.', **{'from': 'bob'})

        alice.type(LONG)
        assert len(LONG) == 10_000
        bob.expect('message', text=LONG)

        bob.type('/msg alice just between the two of us')
        alice.expect('message', text='just between the two of us', direct=True)

        alice.type('/history')
        texts = [event['text'] for event in alice.expect_history()]
        wanted = [
            'Hello, bob! Is anybody listening?',
            'Only those who hold a key.',
            LONG,
            'just between the two of us',
        ]
        self.stage.check(texts == wanted, 'the history has all four messages, in order')

        stranger = self.guest('stranger')
        status = stranger.wait()
        self.stage.check(status != 0, 'a stranger with another key is refused')

        bob.type('/shutdown')
        bob.expect('error')
        alice.type('/shutdown')
        for guest in (alice, bob):
            guest.expect('shutdown', by='alice')
            guest.wait()
        self.stage.check(self.server.wait() == 0, 'the server stopped cleanly')
        return 0


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    programs = [os.path.abspath(path) for path in arguments[:2]]
    folder = pathlib.Path(arguments[2] if len(arguments) == 3 else 'demo')
    with Stage() as stage:
        demo = Demo(stage, *programs, folder)
        try:
            demo.set_up()
            demo.start_server()
            return demo.talk() if sys.stdin.isatty() else demo.play()
        except Failure as failure:
            stage.say('FAILED: %s' % failure)
            return 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
