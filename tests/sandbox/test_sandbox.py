# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed Flatpak, as a person uses it who has keys in a home that it cannot see."""

import json
import os
import pathlib
import re
import shutil

import pytest

import conclave
from desktop import connected
from fixtures import chat, make_room, pytest_runtest_makereport  # noqa: F401
from room import key_of, write
from sandbox import DOCUMENT, Notifications, PortalScreen, SandboxedApp, inside


@pytest.fixture(scope='session')
def screen():
    made = PortalScreen()
    yield made
    made.close()


@pytest.fixture
def start_app(screen):
    """The app, which knows nothing when the test begins, and ends with it."""
    shutil.rmtree(pathlib.Path(screen.environment['HOME'], '.var'), ignore_errors=True)
    made = []

    def start():
        made.append(SandboxedApp(screen))
        return made[-1]

    yield start
    for app in made:
        app.close()


@pytest.fixture
def keys(screen):
    """A folder with alice's keys, where a person may have them."""
    folder = pathlib.Path(screen.environment['HOME']) / 'Keys'
    folder.mkdir(exist_ok=True)
    write(folder / 'alice.pem', conclave.private_pem(key_of('alice')))
    write(folder / 'server_public_key.pem', conclave.public_pem(key_of('the server')))
    return folder


def picture(screen, name):
    folder = os.environ.get('SANDBOX_PICTURES')
    if folder:
        screen.take_picture(os.path.join(folder, name + '.png'))


def test_it_sees_no_home(screen, keys):
    assert 'bin' in inside(screen, 'ls /app')
    assert inside(screen, 'cat %s/alice.pem' % keys) == ''
    assert 'Keys' not in inside(screen, 'ls -a ~')


def enter(app, room, keys):
    app.fill('Address', room.address)
    app.fill('Port', str(room.port))
    app.fill('Username', 'alice')
    for row, name in (('Server’s Public Key', 'server_public_key.pem'),
                      ('Your Private Key', 'alice.pem')):
        app.press(row)
        app.choose_file(row, keys / name)
        app.need('label', re.compile('^' + re.escape(name)))


def known_keys(app):
    book = json.loads((app.folder / 'config/conclave/rooms.json').read_text(encoding='utf-8'))
    return [pathlib.Path(book['rooms'][0][name]) for name in ('private_key', 'server_key')]


def come_back(start_app):
    """The room is known now, and needs one click."""
    app = start_app()
    app.press('Connect')
    app.need('label', connected('alice'))
    return app


def test_the_keys_that_were_chosen_are_there_the_next_time(start_app, make_room, chat, keys):
    room = make_room('alice', 'bob')
    app = start_app()
    enter(app, room, keys)
    app.screen.run('xdotool', 'windowsize', '--sync', app.find_x_windows('Conclave$')[-1], 760, 860)
    picture(app.screen, 'keys')
    app.press('Connect')
    app.need('label', connected('alice'))
    bob = chat(room, 'bob')
    bob.expect_open()
    app.say('Hello from the sandbox')
    bob.expect('message', text='Hello from the sandbox', verified=True)
    bob.write('Hello there')
    app.need_row('bob', 'Hello there')
    picture(app.screen, 'room')
    assert all(DOCUMENT.match(str(path)) for path in known_keys(app))
    app.quit()
    come_back(start_app).quit()


def test_a_copy_of_the_keys_outlives_them(start_app, make_room, keys):
    room = make_room('alice', 'bob')
    app = start_app()
    enter(app, room, keys)
    app.press(re.compile('^_?Keep a Copy$'))
    app.need_gone(None, 'Keep a Copy of the Keys?')
    app.press('Connect')
    app.need('label', connected('alice'))
    app.quit()
    for path in known_keys(app):
        assert path.is_relative_to(app.folder / 'data/conclave/keys')
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(keys)
    come_back(start_app).quit()


def test_a_message_is_told_through_the_portal(start_app, screen, make_room, chat, keys):
    room = make_room('alice', 'bob')
    notifications = Notifications(screen)
    app = start_app()
    enter(app, room, keys)
    app.press('Connect')
    app.need('label', connected('alice'))
    bob = chat(room, 'bob')
    bob.expect_open()
    app.need_row('bob is online')
    screen.run('xdotool', 'windowminimize', '--sync', app.find_x_windows('Conclave$')[-1])
    bob.write('/msg alice Are you there?')
    notifications.need('bob', 'Are you there?')
