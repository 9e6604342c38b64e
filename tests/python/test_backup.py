# SPDX-License-Identifier: GPL-3.0-or-later
"""chat-server backup: a copy of a room, made while it is in use, from which it goes on."""

import shutil
import stat
import threading

import pytest

from room import Room, assert_undisturbed, program, run, texts


def back_up(room, target):
    return run(program('CHAT_SERVER'), '--directory', room.directory, 'backup', target)


@pytest.fixture
def restore():
    """restore(room, backup): the room as it goes on in a new folder, from a backup."""
    made = []

    def go_on(room, backup):
        folder = backup.with_name('restored from ' + backup.name)
        shutil.copytree(backup, folder)
        again = Room.__new__(Room)
        again.__dict__.update(room.__dict__, directory=folder, server=None, clients=[])
        made.append(again)
        # config.json comes from the backup; the port is the old one, so that clients find it.
        again.write_config = lambda: None
        return again.start()

    yield go_on
    for room in made:
        room.close()


def test_all_that_was_acknowledged_is_there(make_room, tmp_path, restore):
    """Clients post while it is made, and it is complete up to where it began."""
    room = make_room('alice', 'bob', history_limit=100000, rate_limit=0)
    room.restart()  # with its port in config.json
    alice, bob = room.join_all('alice', 'bob')
    stop = threading.Event()
    said = []

    def post():
        while not stop.is_set():
            text = str(len(said))
            alice.say(text)
            said.append(text)

    writer = threading.Thread(target=post)
    writer.start()
    try:
        for number in range(3):
            while len(said) < 20 * (number + 1):
                stop.wait(0.01)
            acknowledged = list(said)
            result = back_up(room, tmp_path / ('backup %d' % number))
            assert result.returncode == 0, result.stderr
    finally:
        stop.set()
        writer.join()
    assert texts(bob.read() for _ in said) == said
    room.stop()

    again = restore(room, tmp_path / 'backup 2')
    bob = again.join('bob')
    stored = texts(bob.ask_history(limit=100000)[0])
    assert stored[: len(acknowledged)] == acknowledged
    # What came after is there in order or not at all.
    assert stored == said[: len(stored)]
    alice = again.join('alice')
    assert_undisturbed(alice, bob)


def test_who_has_seen_more_misses_nothing(make_room, tmp_path, restore):
    """The numbers of what was lost are given again, and those who know the old ones are told."""
    room = make_room('alice', 'bob')
    room.restart()
    alice, bob = room.join_all('alice', 'bob')
    alice.say('kept')
    assert back_up(room, tmp_path / 'backup').returncode == 0
    for number in range(3):
        alice.say('lost %d' % number)
    for _ in range(4):
        bob.read()
    room.stop()

    again = restore(room, tmp_path / 'backup')
    alice = again.join('alice')
    for number in range(5):
        alice.say('new %d' % number)
    bob.rejoin()
    again.clients.append(bob)
    assert texts(bob.take('message')) == ['kept', *('new %d' % number for number in range(5))]


def test_what_is_in_it(make_room, tmp_path):
    room = make_room('alice', 'bob', admins=['alice'])
    (room.directory / 'keys' / 'notes.txt').write_text('not a key')
    # With the slash that a shell adds to the name of a folder.
    result = back_up(room, str(tmp_path / 'backup') + '/')
    assert result.returncode == 0
    assert str(tmp_path / 'backup') in result.stdout and 'private key' in result.stdout
    found = {
        str(path.relative_to(tmp_path / 'backup')): stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / 'backup').rglob('*')
    }
    assert found == {
        'config.json': 0o644,
        'history.db': 0o600,
        'keys': 0o700,
        'keys/key_alice.pem': 0o644,
        'keys/key_bob.pem': 0o644,
        'server_private_key.pem': 0o600,
        'server_public_key.pem': 0o644,
    }
    assert stat.S_IMODE((tmp_path / 'backup').stat().st_mode) == 0o700
    for name in ('config.json', 'keys/key_bob.pem', 'server_private_key.pem'):
        assert (tmp_path / 'backup' / name).read_bytes() == (room.directory / name).read_bytes()


def test_a_room_that_does_not_run(make_room, tmp_path):
    room = make_room('alice', start=False)
    room.write_config()
    assert back_up(room, tmp_path / 'never started').returncode == 0
    assert not (tmp_path / 'never started' / 'history.db').exists()
    room.start()
    room.join('alice').say('hello')
    room.stop()
    assert back_up(room, tmp_path / 'stopped').returncode == 0
    assert (tmp_path / 'stopped' / 'history.db').exists()


def test_nothing_is_replaced(make_room, tmp_path):
    room = make_room('alice')
    (tmp_path / 'backup').mkdir()
    (tmp_path / 'file').write_text('mine')
    for name in ('backup', 'file'):
        result = back_up(room, tmp_path / name)
        assert result.returncode == 1
        assert 'is there already' in result.stderr
    assert (tmp_path / 'file').read_text() == 'mine'


def test_a_folder_that_is_missing_is_named(make_room, tmp_path):
    room = make_room('alice')
    result = back_up(room, tmp_path / 'no' / 'such' / 'folder')
    assert result.returncode == 1
    missing = str(tmp_path / 'no' / 'such')
    assert 'there is no folder %s. Make that one first' % missing in result.stderr
    (tmp_path / 'file').write_text('mine')
    result = back_up(room, tmp_path / 'file' / 'folder')
    assert result.returncode == 1
    assert 'Move away what is in its place' in result.stderr


@pytest.mark.parametrize('damage', ['history', 'key', 'config'])
def test_half_a_backup_is_none(make_room, tmp_path, damage):
    room = make_room('alice', start=False)
    room.write_config()
    if damage == 'history':
        (room.directory / 'history.db').write_bytes(b'not a database' * 100)
    elif damage == 'key':
        (room.directory / 'keys' / 'key_huge.pem').write_bytes(b'x' * 100000)
    else:
        (room.directory / 'config.json').unlink()
    before = sorted(tmp_path.iterdir())
    result = back_up(room, tmp_path / 'backup')
    assert result.returncode == 1
    named = {'history': 'history.db', 'key': 'key_huge.pem', 'config': 'config.json'}[damage]
    assert named in result.stderr
    assert sorted(tmp_path.iterdir()) == before
