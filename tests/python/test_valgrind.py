# SPDX-License-Identifier: GPL-3.0-or-later
"""A short talk under valgrind, which knows what a sanitizer does not: what is read without ever
having been written. And nothing of ours is left behind when the programs end.

It takes long, so it is no part of the suite: `make test-valgrind`."""

import pathlib
import shlex
import shutil

import pytest

from room import program

HERE = pathlib.Path(__file__).parent
# What others keep on purpose: GLib's own list, and one beside this file.
SUPPRESSIONS = [HERE / 'valgrind.supp', pathlib.Path('/usr/share/glib-2.0/valgrind/glib.supp')]
VALGRIND = [
    'valgrind',
    '--quiet',
    '--error-exitcode=9',
    '--leak-check=full',
    '--show-leak-kinds=definite,indirect',
    '--errors-for-leak-kinds=definite,indirect',
    *['--suppressions=%s' % file for file in SUPPRESSIONS if file.exists()],
]

pytestmark = pytest.mark.skipif(not shutil.which('valgrind'), reason='valgrind is not installed')


@pytest.fixture(autouse=True)
def under_valgrind(tmp_path, monkeypatch):
    """Each program is one that valgrind runs."""
    monkeypatch.setenv('G_SLICE', 'always-malloc')
    for variable in ('CHAT_SERVER', 'CHAT_CLIENT'):
        wrapper = tmp_path / variable
        wrapper.write_text('#!/bin/sh\nexec %s "$@"\n' % shlex.join([*VALGRIND, program(variable)]))
        wrapper.chmod(0o755)
        monkeypatch.setenv(variable, str(wrapper))


def assert_clean(process):
    status = process.wait()
    assert status == 0, process.text('err')
    assert '==' not in process.text('err'), process.text('err')


def test_a_talk(make_room, chat):
    room = make_room('alice', 'bob', admins=['alice'])
    alice, bob = chat(room, 'alice'), chat(room, 'bob')
    for client in (alice, bob):
        client.expect_open()
    alice.write('hello')
    bob.expect('message', text='hello')
    bob.write('/msg alice just for you', '/members', '/history')
    alice.expect('message', text='just for you')
    bob.expect('history-end')
    # A wrong frame takes another way out, and so does somebody who is removed.
    stranger = room.connect('bob')
    stranger.send_frame(b'not JSON')
    stranger.expect_end()
    bob.write('/exit')
    assert_clean(bob)
    room.remove('bob')
    alice.expect('removed', username='bob')
    alice.write('/shutdown')
    alice.expect('state', state='stopped')
    assert_clean(alice)
    assert_clean(room.server)
