# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that says where a room is, opened from the command line and from a file manager."""

import configparser
import os
import re
import subprocess

import pytest
from desktop import BUTTON, Tree, connected, find_apps, is_sensitive
from room import client_folder, program

APP_ID = 'io.github.conclave_chat.Conclave'


@pytest.fixture
def room(make_room):
    return make_room('alice', 'bob')


def enter(app, name):
    """Nothing is left to fill in."""
    app.need(BUTTON, 'Connect', is_sensitive)
    app.press('Connect')
    app.need('label', connected(name))


def test_from_the_command_line(start_app, room):
    app = start_app('alice', str(client_folder(room, 'alice') / 'user_config.json'))
    enter(app, 'alice')


def test_each_file_has_its_window(start_app, room):
    files = [str(client_folder(room, name) / 'user_config.json') for name in ('alice', 'bob')]
    app = start_app('alice', '--connect', *files)
    for name in ('alice', 'bob'):
        app.need('label', connected(name))


def test_what_is_no_room(start_app, tmp_path):
    file = tmp_path / 'user_config.json'
    file.write_text('{"server_port": "many"}', encoding='utf-8')
    app = start_app('alice', str(file))
    app.need(None, re.compile('user_config.json: this is not what such a file holds'))
    assert not is_sensitive(app.need(BUTTON, 'Connect'))


def find_app(screen):
    tree = Tree(screen, None)
    tree.root = tree.wait_for(lambda: next(iter(find_apps()), None), 'the app is there')
    return tree


@pytest.fixture
def quit_at_the_end(screen):
    """What was started by others is reached over the bus."""
    yield
    screen.run('gdbus', 'call', '--session', '-d', APP_ID, '-o', '/' + APP_ID.replace('.', '/'),
               '-m', 'org.freedesktop.Application.ActivateAction', 'quit', '[]', '{}')
    Tree(screen, None).wait_for(lambda: not find_apps(), 'the app is gone')


@pytest.fixture
def service(screen):
    """What is installed for the session bus, which starts the program."""
    file = screen.folder / 'services' / (APP_ID + '.service')
    file.write_text(
        '[D-BUS Service]\nName=%s\nExec=%s --gapplication-service\n'
        % (APP_ID, program('CONCLAVE')), encoding='utf-8',
    )
    screen.run('gdbus', 'call', '--session', '-d', 'org.freedesktop.DBus', '-o', '/',
               '-m', 'org.freedesktop.DBus.ReloadConfig')
    yield
    file.unlink()


def test_over_the_bus(screen, room, service, quit_at_the_end):
    """As most file managers do it, because the desktop file says that the bus starts the app."""
    file = client_folder(room, 'alice') / 'user_config.json'
    screen.run('gapplication', 'launch', APP_ID, file)
    enter(find_app(screen), 'alice')


def test_with_the_command_of_the_desktop_file(screen, room, quit_at_the_end):
    """As other file managers do it, and this tool of GIO's."""
    path = '%s:%s' % (os.path.dirname(program('CONCLAVE')), screen.environment['PATH'])
    subprocess.run(
        ['gio', 'launch', os.environ['DESKTOP_FILE'],
         client_folder(room, 'alice') / 'user_config.json'],
        env={**screen.environment, 'PATH': path}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=True,
    )
    enter(find_app(screen), 'alice')


def test_a_new_window(screen, service, quit_at_the_end):
    """As the desktop's menu asks for it; what is open is not only shown again."""
    screen.run('gapplication', 'launch', APP_ID)
    app = find_app(screen)
    app.wait_for(lambda: len(app.find_x_windows('Conclave$')) == 1, 'there is a window')
    desktop_file = configparser.ConfigParser(strict=False, interpolation=None)
    desktop_file.read(os.environ['DESKTOP_FILE'], encoding='utf-8')
    command = desktop_file['Desktop Action new-window']['Exec'].split()
    screen.run(program('CONCLAVE'), *command[1:])
    app.wait_for(lambda: len(app.find_x_windows('Conclave$')) == 2, 'there are two windows')
