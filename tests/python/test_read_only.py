# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that can only be read: the programs say so, lose nothing, and do what can be done.

The folder is mounted in this way in a namespace of the program's own. Where the system allows no
such namespace, the tests are left out.
"""

import os
import subprocess

import pytest

import conclave
from room import ENVIRONMENT, Room, client_folder, key_of, program, run, texts, write

SCRIPT = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
WORDS = 'can only be read'

needs_client = pytest.mark.skipif(
    'CHAT_CLIENT' not in os.environ, reason='chat-client is not built here'
)


def read_only(folder, *command):
    return ['unshare', '--map-root-user', '--mount', 'sh', '-c', SCRIPT, folder, *command]


@pytest.fixture(autouse=True)
def namespace(tmp_path):
    """There is such a disk, or the reason why not."""
    folder = tmp_path / 'tried'
    folder.mkdir()
    if run(*read_only(folder, 'true')).returncode != 0:
        reason = run(*read_only(folder, 'true')).stderr.strip()
        pytest.skip('no disk that can only be read: ' + reason)
    touched = run(*read_only(folder, 'touch', folder / 'file'))
    assert 'Read-only file system' in touched.stderr


def content(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob('*')) if path.is_file()
    }


@pytest.fixture
def folder(tmp_path):
    """Of a room in which something was said."""
    room = Room(tmp_path / 'room', 'alice')
    room.start()
    room.join('alice').say('before')
    room.stop()
    room.config['server_port'] = 0
    room.write_config()
    room.close()
    return room.directory


def server(folder, *arguments):
    return run(*read_only(folder, program('CHAT_SERVER'), '--directory', folder, *arguments))


def assert_says_so(result, name):
    assert result.returncode == 1, result
    assert name in result.stderr and WORDS in result.stderr, result.stderr
    assert result.stderr.count(name) == 1 and len(result.stderr.splitlines()) == 1


def test_the_server_says_so_and_does_not_start(folder):
    before = content(folder)
    assert_says_so(server(folder), 'history.db')
    assert content(folder) == before


def test_so_it_does_after_a_crash(make_room, tmp_path):
    """What is in SQLite's log beside history.db stays there, and is read as soon as it can be."""
    room = make_room('alice')
    room.join('alice').say('before')
    room.kill()
    before = content(room.directory)
    assert_says_so(server(room.directory), 'history.db')
    assert content(room.directory) == before
    room.start()
    assert texts(room.join('alice').ask_history()[0]) == ['before']


def test_nothing_is_made_there(tmp_path):
    folder = tmp_path / 'empty'
    folder.mkdir()
    assert_says_so(server(folder), 'config.json')
    write(folder / 'config.json', '{"server_ip": "127.0.0.1", "server_port": 0}')
    (folder / 'keys').mkdir()
    assert_says_so(server(folder), 'server_private_key.pem')
    assert len(content(folder)) == 1


def test_nobody_is_added(folder, tmp_path):
    file = write(tmp_path / 'bob.pem', conclave.public_pem(key_of('bob')))
    assert_says_so(server(folder, 'add-user', 'bob', file), 'key_bob.pem')
    assert server(folder, 'check').returncode == 0
    assert not (folder / 'keys' / 'key_bob.pem').exists()


@needs_client
def test_one_can_talk_nevertheless(make_room, spawn):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    folder = client_folder(room, 'alice')
    (folder / 'data').mkdir()
    before = content(folder)
    process = spawn(
        read_only(folder, program('CHAT_CLIENT'), '--directory', folder, '--json'),
        stdin=subprocess.PIPE,
        env={**ENVIRONMENT, 'XDG_DATA_HOME': str(folder / 'data')},
    )
    process.wait_line('"state":"open"')
    process.process.stdin.write(b'hello\n')
    process.process.stdin.flush()
    bob.read(text='hello')
    process.wait_line('"event":"sent"')
    bob.say('and hello')
    process.wait_line('"text":"and hello"')
    process.process.stdin.write(b'/exit\n')
    process.process.stdin.flush()
    assert process.wait() == 0
    # Who the members are cannot be remembered, which matters.
    assert 'Read-only file system' in process.text('out')
    assert content(folder) == before


@needs_client
def test_settings_that_cannot_be_saved_stay(make_room):
    room = make_room('alice')
    folder = client_folder(room, 'alice')
    before = content(folder)
    result = run(
        *read_only(folder, program('CHAT_CLIENT'), '--directory', folder, '--save'), input='/exit\n'
    )
    assert result.returncode in (1, 2), result
    assert 'user_config.json' in result.stderr and WORDS in result.stderr, result.stderr
    assert content(folder) == before
