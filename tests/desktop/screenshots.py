#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of each state of the desktop app, in several looks; `make screenshots` calls this.

usage: screenshots.py FOLDER [LOOK ...]

Writes FOLDER/LOOK-STATE.png. Needs the environment that the tests get from meson.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'python'))

from desktop import BUTTON, WINDOW, App, Screen, connected, is_sensitive  # noqa: E402
from room import ChatClient, Room, client_folder  # noqa: E402

SIZE = (880, 660)
NARROW = (360, 640)
EMPTY_PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'


class Look:
    def __init__(self, size=SIZE, dpi=96, language=None, **environment):
        self.size = size
        self.dpi = dpi
        self.language = language
        self.environment = environment

    def make_locale(self, folder):
        """A translation without a text: GTK turns round for it, and the names stay the same."""
        if not self.language:
            return
        messages = folder / self.language / 'LC_MESSAGES'
        messages.mkdir(parents=True)
        subprocess.run(['msgfmt', '-o', messages / 'conclave.mo', '-'], input=EMPTY_PO,
                       encoding='utf-8', check=True)
        self.environment['CONCLAVE_LOCALE_DIR'] = str(folder)
        self.environment['LANGUAGE'] = self.language


LOOKS = {
    'light': Look(),
    'dark': Look(ADW_DEBUG_COLOR_SCHEME='prefer-dark'),
    'narrow': Look(NARROW),
    'narrow-dark': Look(NARROW, ADW_DEBUG_COLOR_SCHEME='prefer-dark'),
    'large-text': Look(dpi=192),
    'high-contrast': Look(ADW_DEBUG_HIGH_CONTRAST='1'),
    'high-contrast-dark': Look(ADW_DEBUG_HIGH_CONTRAST='1', ADW_DEBUG_COLOR_SCHEME='prefer-dark'),
    'right-to-left': Look(language='he'),
}

LONG = ' '.join(['The minutes of yesterday: we met at eight, and nobody was late.'] * 30)
CONVERSATION = (
    ('bob', 'Good morning! The new server runs.'),
    ('bob', 'It took ten minutes, most of which I spent looking for the cable.'),
    ('carol', 'Well done 🎉'),
    ('alice', 'Thank you, Bob. Fingerprints are compared, all four of them.'),
    ('bob', 'So who brings the cake?'),
    ('dave', 'I do. This is the recipe: https://example.org/cake?size=large'),
    ('dave', '👍'),
    ('alice', '/msg carol It is a surprise for Bob: please tell nobody.'),
    ('carol', '/msg alice My lips are sealed.'),
    ('alice', 'Then I see you at eight. Bring the map, we will need it on the way back.'),
    ('bob', '> see you at eight\nI may be late: the train, as ever.'),
)
PEOPLE = ('alice', 'bob', 'carol', 'dave')


class Tour:
    """One look at all of the app."""

    def __init__(self, screen, folder, name, scratch):
        self.screen = screen
        self.folder = folder
        self.name = name
        self.look = LOOKS[name]
        self.scratch = scratch / name
        self.scratch.mkdir()
        self.look.make_locale(self.scratch / 'locale')
        self.room = Room(self.scratch / 'room', *PEOPLE, admins=['alice']).start()
        self.profile = client_folder(self.room, 'alice') / 'user_config.json'
        self.home = self.scratch / 'alice at the desktop'
        self.processes = []

    def start(self, *arguments):
        self.screen.run('xprop', '-root', '-f', 'RESOURCE_MANAGER', '8s', '-set',
                        'RESOURCE_MANAGER', 'Xft.dpi: %d' % self.look.dpi)
        app = App(self.screen, self.home, *arguments, **self.look.environment)
        self.processes.append(app)
        window = self.wait_window(app)
        self.screen.run('xdotool', 'windowsize', '--sync', window, *self.look.size)
        return app

    @staticmethod
    def wait_window(app, title=''):
        return app.wait_for(lambda: app.find_x_windows(title), 'a window is there')[-1]

    def take(self, app, state, title=''):
        """When nothing moves any more: two pictures that are the same."""
        path = self.folder / ('%s-%s.png' % (self.name, state))
        before = None
        for _ in range(50):
            window = self.wait_window(app, title)
            self.screen.run('import', '-window', window, '-strip', path)
            now = path.read_bytes()
            if now == before:
                break
            before = now
        subprocess.run(['convert', path, '-colors', '256', '-define', 'png:compression-level=9',
                        'png8:%s' % path], check=True)
        print(path)

    def end(self, app):
        app.process.terminate()
        app.wait()

    def run(self):
        for part in (self.connect_view, self.room_view, self.known_rooms):
            part()
        for process in self.processes:
            process.close()
        self.room.close()

    def connect_view(self):
        app = self.start()
        self.take(app, 'connect-empty')
        app.fill('Address', 'chat example org')
        app.fill('Port', '70000')
        self.take(app, 'connect-error')
        app.press(re.compile('^Create a _?Key|.*Create a _?Key'))
        self.take(app, 'create-key', 'Create a Key')
        self.end(app)
        app = self.start(str(self.profile))
        app.need(BUTTON, re.compile('Connect$'), is_sensitive)
        self.take(app, 'connect-filled')
        self.end(app)

    def room_view(self):
        app = self.start('--connect', str(self.profile))
        app.need('label', connected('alice'))
        self.take(app, 'room-empty')
        self.converse(app)
        self.take(app, 'conversation')
        self.screen.keys('F9')
        self.take(app, 'members')
        self.screen.keys('F9')
        self.screen.keys('ctrl+f')
        self.screen.type('eight')
        self.take(app, 'search')
        self.screen.keys('Escape')
        self.screen.keys('ctrl+comma')
        app.need_window('Preferences')
        self.take(app, 'preferences', 'Preferences')
        self.screen.keys('Escape')
        app.need_gone(WINDOW, 'Preferences')
        self.long(app)
        self.room.kill()
        app.need_gone('label', connected('alice'))
        self.take(app, 'reconnecting')
        self.room.start()
        app.need('label', connected('alice'))
        app.say('/shutdown')
        app.need_window('Stop the Server?')
        self.screen.keys('alt+s')
        self.room.server.wait()
        app.need(BUTTON, re.compile('^_?Connect Again'))
        self.take(app, 'stopped')
        self.end(app)
        self.room.start()

    def converse(self, app):
        clients = {}
        for name in PEOPLE[1:]:
            clients[name] = ChatClient(client_folder(self.room, name))
            clients[name].expect_open()
            self.processes.append(clients[name])
        for name, text in CONVERSATION:
            if name == 'alice':
                app.say(text)
            else:
                # A line of a client is a message; a quote has two lines.
                clients[name].write(text.replace('\n', ' '))
            app.need_row(text.rpartition('\n')[2].rpartition('/msg ')[2].partition(' ')[2][:40])
        self.clients = clients

    def long(self, app):
        self.clients['bob'].write(LONG)
        app.need_row('The minutes of yesterday')
        self.take(app, 'long')

    def known_rooms(self):
        app = self.start()
        app.need(BUTTON, re.compile('Another _?Room'))
        self.take(app, 'known-rooms')
        self.end(app)


def main(arguments):
    folder = pathlib.Path(arguments[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    screen = Screen()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for name in arguments[1:] or LOOKS:
                Tour(screen, folder, name, pathlib.Path(scratch)).run()
    finally:
        screen.close()
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
