# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of chat-client that are not what they should be: named, never waited for, never
overwritten."""

import os

import conclave
import pytest
from room import client_folder, key_of, program, run

FILES = ('user_config.json', 'client_private_key.pem', 'server_public_key.pem')


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-20])


def huge(path):
    path.write_bytes(path.read_bytes() + b' ' * 5_000_000)


def endless(path):
    path.unlink()
    path.symlink_to('/dev/zero')


def of_many_zeros(path):
    os.truncate(path, 1 << 33)


def a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def a_folder(path):
    path.unlink()
    path.mkdir()


def a_link_to_nowhere(path):
    path.unlink()
    path.symlink_to(path.parent / 'nowhere')


def a_link_to_itself(path):
    path.unlink()
    path.symlink_to(path)


def binary(path):
    path.write_bytes(bytes(range(256)))


def escapes(path):
    path.write_bytes(b'{"\x1b[2J\xe2\x80\xae": 1}')


def with_more(path):
    """As a newer version might write it."""
    text = path.read_text()
    path.write_text('{"colour": "blue", ' + text[1:] if text[0] == '{' else text[:40] + text)


def state(path):
    if path.is_symlink():
        return os.readlink(path)
    if path.is_file():
        with open(path, 'rb') as file:
            return path.stat().st_size, file.read(100_000)
    return path.stat().st_mode


@pytest.mark.parametrize('name', FILES)
@pytest.mark.parametrize('damage', [cut_off, huge, endless, of_many_zeros, a_pipe, a_folder,
                                    a_link_to_nowhere, a_link_to_itself, binary, escapes,
                                    with_more])
def test_damaged(make_room, name, damage):
    # Nothing listens there.
    config = {'username': 'alice', 'server_ip': '127.0.0.1', 'server_port': 1}
    folder = client_folder(make_room('alice', start=False), 'alice', config=config)
    path = folder / name
    damage(path)
    before = state(path)
    result = run(program('CHAT_CLIENT'), '--directory', folder, '--save')
    assert result.returncode in (1, 2)
    assert name in result.stderr, result.stderr
    assert '\x1b' not in result.stderr and '\u202e' not in result.stderr
    assert state(path) == before
    assert len(result.stderr) < 2000


@pytest.mark.parametrize('name', FILES)
def test_links_are_followed(make_room, chat, name):
    """Many keep their keys on a stick."""
    room = make_room('alice')
    folder = client_folder(room, 'alice')
    elsewhere = folder.parent / 'stick'
    elsewhere.mkdir()
    (folder / name).rename(elsewhere / name)
    (folder / name).symlink_to(elsewhere / name)
    result = run(program('CHAT_CLIENT'), '--directory', folder, '--json', input='')
    assert '"state":"open"' in result.stdout and result.returncode == 0, result


def test_a_folder_that_nobody_can_write_to(make_room):
    """--save says so, and nothing else is lost."""
    room = make_room('alice')
    folder = client_folder(room, 'alice')
    (folder / 'user_config.json').unlink()
    config = folder / 'no folder' / 'user_config.json'
    config.parent.write_text('in the way')
    result = run(program('CHAT_CLIENT'), '--directory', folder, '--config', config, '--save')
    assert result.returncode in (1, 2) and str(config) in result.stderr
    assert config.parent.read_text() == 'in the way'
    assert (folder / 'client_private_key.pem').read_bytes() == conclave.private_pem(key_of('alice'))
