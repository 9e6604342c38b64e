# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way as a new user goes it, with a terminal client on the other side."""

import re

from desktop import BUTTON, WINDOW, connected, is_sensitive, is_shown
from room import program, run

FINGERPRINT = re.compile('^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$')
ALICE = {'from': 'alice'}


def enter_room(app, room, username, private_key):
    """Fills the connect view in, the way somebody does who has just got the server's key."""
    app.fill('Address', room.address)
    app.fill('Port', str(room.port))
    app.fill('Username', username)
    app.press('Server’s Public Key')
    app.choose_file('Server’s Public Key', room.directory / 'server_public_key.pem')
    app.press('Connect')
    app.need('label', connected(username))


def create_key(app, folder, username):
    """With the dialog; returns the public half, saved for the admin."""
    private, public = folder / 'alice_private.pem', folder / ('key_%s.pem' % username)
    app.press(re.compile('^Create a _?Key…'))
    app.need_window('Create a Key')
    app.press('Choose Where to Save It…')
    app.choose_file('Save the Private Key', private)
    app.need('label', FINGERPRINT)
    app.press('Save Public Key…')
    app.choose_file('Save the Public Key', public)
    app.need(None, 'Saved. Send this file to the admin.')
    app.screen.keys('Escape')
    app.need_gone('frame', 'Create a Key')
    assert private.stat().st_mode & 0o777 == 0o600
    return private, public


def add_user(room, name, public):
    result = run(program('CHAT_SERVER'), '--directory', room.directory, 'add-user', name, public)
    assert result.returncode == 0, result.stderr


def test_a_new_user_from_the_key_to_the_end(start_app, make_room, chat, tmp_path):
    room = make_room('bob', admins=['alice'])
    app = start_app('alice')
    assert not is_sensitive(app.need(BUTTON, 'Connect'))
    private, public = create_key(app, tmp_path, 'alice')
    add_user(room, 'alice', public)
    enter_room(app, room, 'alice', private)

    bob = chat(room, 'bob')
    bob.expect_open()
    app.need_row('bob is online')
    talk(app, bob)
    talk_privately(app, bob)
    read_history(app)
    outlive_the_server(app, room, bob)
    shut_down(app, room, bob)
    app.screen.keys('ctrl+q')
    assert app.wait() == 0, app.text()


def talk(app, bob):
    app.say('Is anybody here?')
    bob.expect('message', text='Is anybody here?', verified=True, audience='room', **ALICE)
    app.need_row('alice', 'Is anybody here?', 'Delivered')
    bob.write('I am.')
    app.need_row('bob', 'I am.')


def talk_privately(app, bob):
    app.say('/msg bob Between us')
    bob.expect('message', text='Between us', verified=True, audience='direct', **ALICE)
    app.need_row('Between us', 'bob', 'rivate')
    bob.write('/msg alice And nobody else')
    app.need_row('bob', 'And nobody else', 'rivate')


def read_history(app):
    app.press('Fetch the History')
    app.need(None, 'History: 4 messages.')
    assert len([row for row in app.rows() if 'I am.' in row]) == 1


def outlive_the_server(app, room, bob):
    """What is said meanwhile arrives when the server is there again."""
    room.kill()
    app.need_gone('label', connected('alice'))
    app.need(BUTTON, 'Try Now', is_sensitive)
    app.say('Said into the dark')
    app.need_row('Said into the dark')
    room.start()
    bob.expect_open()
    app.need('label', connected('alice'))
    bob.expect('message', text='Said into the dark', verified=True, **ALICE)
    app.need_row('Said into the dark', 'Delivered')


def shut_down(app, room, bob):
    app.say('/shutdown')
    app.need_window('Stop the Server?')
    app.screen.keys('Escape')
    app.need_gone(WINDOW, 'Stop the Server?')
    assert room.server.process.poll() is None
    # GTK 4.18 gives the items of a menu no name, so that they cannot be found.
    app.focus('Conclave$')
    app.screen.keys('F10')
    app.need('menu item', where=is_shown)
    app.screen.keys('s')
    app.need_window('Stop the Server?')
    app.screen.keys('alt+s')
    bob.expect('state', state='stopped', by='alice')
    assert room.server.wait() == 0
    app.need('alert', re.compile('stopped'))
    app.need(BUTTON, 'Connect Again', is_sensitive)
