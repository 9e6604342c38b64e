# SPDX-License-Identifier: GPL-3.0-or-later
"""The app for those who do not see it, and for those who use no mouse."""

import re

import pytest
from gi.repository import Atspi

import conclave
from desktop import BUTTON, WINDOW, children, connected, has_name, has_state, is_sensitive
from room import client_folder, key_of, wait_until

# What scrolls has the focus only to be scrolled; of a list its rows have it, and a row says what is
# in it; the entry is that of AdwPreferencesWindow, to search in it.
NAMELESS = ('scroll pane', 'list', 'list item', 'entry', 'page tab')


def unnamed(node, path=()):
    """Each node that can have the focus, and of which nobody is told what it is."""
    path = (*path, '%s %r' % (node.get_role_name(), node.get_name()))
    if (
        has_state(node, Atspi.StateType.FOCUSABLE)
        and not has_name(node)
        and node.get_role_name() not in NAMELESS
    ):
        yield ' > '.join(path[-6:])
    # The parts of an entry are the library's own, but for what can be pressed beside the text.
    if node.get_role_name() in ('text', 'password text'):
        for child in children(node):
            yield from unnamed_buttons(child, path)
    elif node.get_role_name() not in ('entry', 'spin button'):
        for child in children(node):
            yield from unnamed(child, path)


def unnamed_buttons(node, path):
    for child in children(node):
        if BUTTON.match(child.get_role_name()) and not has_name(child):
            yield ' > '.join((*path[-5:], 'button'))
        yield from unnamed_buttons(child, path)


def assert_named(app):
    assert not list(unnamed(app.root))


@pytest.fixture
def room(make_room):
    return make_room('alice', 'bob', admins=['alice'])


def enter(start_app, room, **files):
    profile = client_folder(room, 'alice', **files) / 'user_config.json'
    return start_app('alice', '--connect', profile)


def test_names_in_the_connect_view(start_app, room):
    app = start_app('alice', client_folder(room, 'alice') / 'user_config.json')
    app.need(BUTTON, 'Connect', is_sensitive)
    app.press('Copy Public Key')
    app.need(BUTTON, 'Close the message')
    assert_named(app)
    app.press(re.compile('^Create a _?Key…'))
    app.need_window('Create a Key')
    assert_named(app)


def test_names_in_the_room(start_app, room, chat):
    app = enter(start_app, room)
    app.need('label', connected('alice'))
    bob = chat(room, 'bob')
    bob.expect_open()
    bob.write('See https://example.org/', '/msg alice And this is for you')
    app.need_row('And this is for you')
    app.screen.type('/history')
    app.screen.keys('Return')
    app.need(None, re.compile('^History: '))
    app.screen.keys('ctrl+f')
    assert_named(app)
    app.focus('Conclave$')
    app.screen.keys('ctrl+comma')
    app.need_window('Preferences')
    assert_named(app)


def test_without_a_mouse(start_app, room, chat):
    """The keys alone: to connect, to write, to look around, to leave."""
    bob = chat(room, 'bob')
    bob.expect_open()
    app = start_app('alice', client_folder(room, 'alice') / 'user_config.json')
    app.need(BUTTON, 'Connect', is_sensitive)
    app.focus('Conclave$')
    app.screen.keys('Return')
    app.need('label', connected('alice'))
    app.screen.type('Typed at once')
    app.screen.keys('Return')
    bob.expect('message', text='Typed at once', verified=True)
    app.screen.keys('ctrl+h')
    app.need(None, re.compile('^History: '))
    app.screen.type('/msg bob Only you')
    app.screen.keys('Return')
    bob.expect('message', text='Only you', audience='direct', verified=True)
    app.screen.keys('ctrl+comma')
    app.need_window('Preferences')
    app.screen.keys('Escape')
    app.need_gone(WINDOW, 'Preferences')
    app.screen.type('Still here')
    app.screen.keys('Return')
    bob.expect('message', text='Still here', verified=True)
    # Wherever the focus is, whoever begins to type means to write.
    app.screen.keys('F10', 'Escape')
    app.need_gone('menu item', 'Quit')
    app.screen.type('From the menu')
    app.screen.keys('Return')
    bob.expect('message', text='From the menu', verified=True)
    app.screen.keys('ctrl+q')
    assert app.wait() == 0, app.text()
    bob.expect('offline', username='alice')


def test_a_key_with_a_passphrase(start_app, room):
    private = conclave.private_pem(key_of('alice'), b'correct horse')
    app = enter(start_app, room, private=private)
    answer(app, 'wrong donkey')
    app.need(None, re.compile('is not opened by this passphrase'))
    answer(app, 'correct horse')
    # GTK 4.8 crashes when it is asked about a dialog that goes.
    room.server.wait_line('joined user=alice')
    app.need('label', connected('alice'))
    assert 'horse' not in app.text() and 'donkey' not in app.text()


def answer(app, passphrase):
    wait_until(lambda: app.find_x_windows('^Passphrase'), 'the passphrase is asked for')
    window = app.find_x_windows('^Passphrase')
    app.focus('^Passphrase')
    app.screen.type(passphrase)
    app.screen.keys('Return')
    wait_until(lambda: app.find_x_windows('^Passphrase') != window, 'the dialog is answered')
