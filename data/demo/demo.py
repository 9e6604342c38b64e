#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A demo room in a folder of its own: `make run` calls this.

With --desktop and a display it opens two windows, alice's and bob's, with a scripted carol in the
room, and ends when both are closed. Else, with a terminal, you talk as alice with a scripted bob.
Without one it plays a short conversation between the two, checks each step, and ends with status 0
when every one was right. Needs nothing but Python's own library.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import sys

from people import Failure, Guest, ScriptedBob, ScriptedCarol, Server, Stage, Window, command

PARTS = ('room', 'alice', 'bob', 'carol', 'stranger')
LONG = ('The quick brown fox jumps over the lazy dog. ' * 223)[:10_000]


class Demo:
    def __init__(self, stage, server_program, client_program, folder):
        self.stage = stage
        self.server_program = server_program
        self.client_program = client_program
        self.folder = folder
        self.server = None

    # ---- Setting up, as the README tells admin and guests to

    def set_up(self):
        for part in PARTS:
            shutil.rmtree(self.folder / part, ignore_errors=True)
            (self.folder / part).mkdir(parents=True)
        self.start_server()
        for name in ('alice', 'bob', 'carol', 'stranger'):
            self.make_keys(name)
            self.hand_over(name)
        for name in ('alice', 'bob', 'carol'):
            self.add_user(name)

    def start_server(self):
        room = self.folder / 'room'
        # Port 0 lets the system choose a free one.
        config = {'server_ip': '127.0.0.1', 'server_port': 0, 'admins': ['alice']}
        (room / 'config.json').write_text(json.dumps(config), encoding='utf-8')
        self.server = Server(self.stage, self.server_program, room)
        self.stage.say('The server listens at 127.0.0.1, port %d.' % self.server.port)

    def make_keys(self, name):
        private = self.folder / name / 'client_private_key.pem'
        command(self.client_program, 'keygen', '--no-passphrase', '-u', name, '--output', private)

    def hand_over(self, name):
        """What a guest gets from the admin: the server's public key, and where it is."""
        shutil.copy(self.folder / 'room' / 'server_public_key.pem', self.folder / name)
        config = {
            'username': 'bob' if name == 'stranger' else name,
            'server_ip': '127.0.0.1',
            'server_port': self.server.port,
        }
        path = self.folder / name / 'user_config.json'
        path.write_text(json.dumps(config), encoding='utf-8')

    def add_user(self, name):
        """What the admin does with the public key that a guest sends."""
        public = self.folder / name / ('key_%s.pem' % name)
        command(self.server_program, '--directory', self.folder / 'room', 'add-user', name, public)
        # The server looks at its folder by itself; nobody has to tell it.
        self.server.expect(r'\bguest-added user=%s\b' % name)
        self.stage.say('%s has a key, and is on the guest list.' % name.capitalize())

    def guest(self, name, listen=None):
        return Guest(self.stage, self.client_program, self.folder / name, name, listen)

    # ---- With a display

    def open_windows(self, program):
        self.guest('carol', ScriptedCarol('alice', 'bob')).expect('state', state='open')
        windows = [Window(self.stage, program, self.folder / name) for name in ('alice', 'bob')]
        self.stage.say(
            '\nTwo windows open: you are alice in one, and bob in the other; carol is a script.\n'
            'Write something, and try the menus; alice may stop the server. The demo ends when\n'
            'both windows are closed, or with Ctrl+C.\n'
        )
        for window in windows:
            window.wait()
        return 0

    # ---- With a terminal

    def talk(self):
        bob = self.guest('bob', ScriptedBob())
        bob.expect('state', state='open')
        self.stage.say(
            '\nYou are alice; bob is a script, and carol is away. Say hello, or try\n'
            '/msg bob psst, /history, /members, /help. /exit leaves; /shutdown stops the server.\n'
        )
        return self.stage.run_in_front([self.client_program, '--directory', self.folder / 'alice'])

    # ---- Without

    def play(self):
        alice, bob = self.guest('alice'), self.guest('bob')
        alice.expect('state', state='open')
        bob.expect('state', state='open')
        self.stage.say('Alice and bob are in the room.')
        said = self.converse(alice, bob)
        self.read_history(alice, said)
        self.refuse_a_stranger()
        self.shut_down(alice, bob)
        return 0

    def converse(self, alice, bob):
        """Each says something; returns all of it, in order."""
        alice.type('Hello, bob! Can anybody else read this?')
        bob.read('Hello, bob! Can anybody else read this?', 'alice')
        bob.type('Carol can. The server cannot.')
        alice.read('Carol can. The server cannot.', 'bob')
        alice.type(LONG)
        bob.read(LONG, 'alice')
        bob.type('/msg alice And this not even carol.')
        alice.read('And this not even carol.', 'bob', 'direct')
        return [
            'Hello, bob! Can anybody else read this?',
            'Carol can. The server cannot.',
            LONG,
            'And this not even carol.',
        ]

    def read_history(self, alice, said):
        alice.type('/history')
        texts = [alice.expect('message', origin='history', verified=True)['text'] for _ in said]
        self.stage.check(texts == said, 'the history has all %d messages, in order' % len(said))
        end = alice.expect('history-end')
        self.stage.check(end['count'] == len(said), 'and no others')

    def refuse_a_stranger(self):
        self.stage.say("A stranger comes with a key of their own and bob's name.")
        stranger = self.guest('stranger')
        refusal = stranger.expect('state', state='failed')
        self.stage.say('    the stranger reads: %s' % refusal['text'].replace('\n', '\n    '))
        self.stage.check(stranger.wait() != 0, 'the stranger is refused')

    def shut_down(self, alice, bob):
        bob.type('/shutdown')
        self.stage.say('    bob reads: %s' % bob.expect('problem')['text'])
        self.stage.check(self.server.is_running(), 'bob is no admin, and the server goes on')
        alice.type('/shutdown')
        for guest in (alice, bob):
            guest.expect('state', state='stopped', by='alice')
            self.stage.check(guest.wait() == 0, '%s hears that alice stopped it' % guest.name)
        self.stage.check(self.server.wait() == 0, 'the server has stopped cleanly')


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--desktop', metavar='CONCLAVE', type=os.path.abspath)
    parser.add_argument('server', metavar='CHAT_SERVER', type=os.path.abspath)
    parser.add_argument('client', metavar='CHAT_CLIENT', type=os.path.abspath)
    parser.add_argument('folder', metavar='FOLDER', type=pathlib.Path, nargs='?', default='demo')
    return parser.parse_args(arguments)


def has_display():
    return bool(os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY'))


def main(arguments):
    options = parse(arguments)
    # So that it is cleaned up after it as after anything else.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with Stage() as stage:
        demo = Demo(stage, options.server, options.client, options.folder)
        try:
            demo.set_up()
            if options.desktop and has_display():
                return demo.open_windows(options.desktop)
            return demo.talk() if sys.stdin.isatty() else demo.play()
        except Failure as failure:
            print('FAILED: %s' % failure, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
