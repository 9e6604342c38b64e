# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of the earlier Python program works as it is."""

import json

import conclave
from room import assert_undisturbed, key_of, texts


def folder_of_the_python_program(room):
    """Its server pair under its names, its guests' keys, its config.json, its file modes."""
    for path in room.directory.glob('server_*_key.pem'):
        path.unlink()
    files = {
        'private_key.pem': conclave.private_pem(room.server_key),
        'public_key.pem': conclave.public_pem(room.server_key),
        'keys/key_alice.pem': conclave.public_pem(key_of('alice')),
        'keys/key_bob.pem': conclave.public_pem(key_of('bob')),
    }
    for name, data in files.items():
        (room.directory / name).write_bytes(data)
        (room.directory / name).chmod(0o644)


def test_its_folder(make_room):
    room = make_room(start=False)
    folder_of_the_python_program(room)
    room.write_config()
    assert set(json.loads((room.directory / 'config.json').read_text())) == {
        'server_ip',
        'server_port',
    }
    room.start()
    alice, bob = room.join_all('alice', 'bob')
    alice.say('moved in')
    assert texts([bob.read()]) == ['moved in']
    assert_undisturbed(bob, alice)
    # No second identity was made beside the old one.
    assert not (room.directory / 'server_private_key.pem').exists()


def test_the_newer_names_win(make_room):
    room = make_room('alice')
    room.stop()
    (room.directory / 'private_key.pem').write_bytes(conclave.private_pem(key_of('old server')))
    (room.directory / 'public_key.pem').write_bytes(conclave.public_pem(key_of('old server')))
    room.start()
    room.join('alice')
