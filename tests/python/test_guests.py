# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest list changes while the server runs."""

import shutil

import pytest

import conclave
from room import assert_undisturbed, key_of, write


def test_a_key_that_is_added_works_at_once(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    room.add('bob')
    added = alice.expect('added')
    assert added['username'] == 'bob'
    assert conclave.unb64(added['key']) == conclave.public_der(key_of('bob'))
    bob = room.join('bob')
    assert_undisturbed(alice, bob)


def test_a_key_that_is_copied_in_place_works(make_room, tmp_path):
    """`cp` makes the file first and fills it then: the server must not stop at the empty one."""
    room = make_room('alice')
    alice = room.join('alice')
    source = write(tmp_path / 'bob.pem', conclave.public_pem(key_of('bob')))
    shutil.copyfile(source, room.key_file('bob'))
    assert alice.expect('added')['username'] == 'bob'
    room.join('bob')


def test_a_key_that_is_removed_closes_the_connections(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    laptop = room.join('bob')
    room.remove('bob')
    assert alice.expect('removed')['username'] == 'bob'
    for connection in (bob, laptop):
        with pytest.raises(conclave.ProtocolError) as error:
            connection.expect('nothing')
        assert error.value.code == 'removed'
        connection.expect_end()
    stranger = room.connect('bob')
    with pytest.raises(conclave.Denied):
        stranger.receive()
    carol.expect('removed')
    assert_undisturbed(alice, carol)


def test_who_was_removed_can_come_back(make_room):
    room = make_room('alice', 'bob')
    alice = room.join('alice')
    room.remove('bob')
    alice.expect('removed')
    room.add('bob')
    alice.expect('added')
    assert_undisturbed(alice, room.join('bob'))


def test_a_key_that_is_replaced(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    new = key_of("bob's new key")
    room.add('bob', new)
    assert alice.expect('removed')['username'] == 'bob'
    added = alice.expect('added')
    assert conclave.unb64(added['key']) == conclave.public_der(new)
    bob.expect_end()
    bob = room.connect('bob', new)
    bob.join()
    assert_undisturbed(alice, bob)


def test_a_seal_for_somebody_who_was_removed(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice, carol = room.join_all('alice', 'carol')
    bob = alice.members['bob']
    room.remove('bob')
    alice.expect('removed')
    seal = conclave.Seal([alice.members['alice'], bob])
    alice.command(**next(seal.commands()))
    error = alice.expect('error')
    assert (error['code'], error['fatal'], error['seal']) == ('unknown-reader', False, seal.id)
    carol.expect('removed')
    assert_undisturbed(alice, carol)


def test_who_is_removed_reads_nothing_more(make_room):
    """The seal was made while bob was a guest, and is used when he is none any more."""
    room = make_room('alice', 'bob', 'carol')
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    seal = alice.seal_for(alice.readers_of(None))
    alice.say('with bob')
    room.remove('bob')
    carol.expect('removed')
    alice.expect('removed')
    alice.post_under(seal, 'without bob')
    # Either the old seal still counts, or the server asks for a new one; bob gets it in no case.
    event = next(e for e in iter(alice.receive, None) if e['op'] in ('ack', 'error'))
    assert event['op'] == 'ack' or event['code'] in ('unknown-seal', 'unknown-reader')
    said = [e.get('text') for e in bob.expect_end() if e['op'] == 'message']
    assert said == ['with bob']


BROKEN = {
    'empty': b'',
    'text': b'this is no key\n',
    'cut': conclave.public_pem(key_of('bob'))[:200],
    'private': conclave.private_pem(key_of('bob')),
    'binary': conclave.public_der(key_of('bob')),
    'huge': b'-----BEGIN PUBLIC KEY-----\n' + b'A' * 1_000_000,
}


@pytest.mark.parametrize('data', BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_key_file_is_reported_and_disturbs_nobody(make_room, data):
    room = make_room('alice', 'carol')
    alice, carol = room.join_all('alice', 'carol')
    write(room.key_file('bob'), data)
    room.server.wait_line('key_bob.pem')
    # The next key is taken as if nothing had happened.
    room.add('dave')
    assert alice.expect('added')['username'] == 'dave'
    carol.expect('added')
    assert_undisturbed(alice, carol)
    # And the same file is repaired.
    room.add('bob')
    assert alice.expect('added')['username'] == 'bob'


def test_a_broken_key_file_at_the_start(make_room):
    room = make_room('alice', start=False)
    write(room.key_file('bob'), b'no key')
    room.start()
    assert 'key_bob.pem' in room.server.text()
    assert_undisturbed(room.join('alice'))


def test_one_key_under_two_names(make_room):
    room = make_room('alice', 'carol')
    alice = room.join('alice')
    room.add('mallory', key_of('carol'))
    room.server.wait_line('key_mallory.pem')
    assert_undisturbed(alice, room.join('carol'))
    assert 'mallory' not in alice.members


def test_two_names_that_are_the_same(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    room.add('ALICE', key_of('mallory'))
    room.server.wait_line('key_ALICE.pem')
    assert_undisturbed(alice)
    with pytest.raises(conclave.Denied):
        room.connect('mallory').receive()


def test_a_name_that_looks_like_another_gives_no_access(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    # Though it comes first in the alphabet: who is a guest keeps their place.
    room.add('aIice', key_of('mallory'))
    room.server.wait_line('bad-key.*key_aIice.pem.*alice')
    assert_undisturbed(alice)
    with pytest.raises(conclave.Denied):
        room.connect('mallory').receive()


@pytest.mark.parametrize(
    'name', ['..', '.hidden', 'with space', 'a' * 65, 'semi;colon', '\u202eevil']
)
def test_names_that_are_none(make_room, name):
    room = make_room('alice')
    alice = room.join('alice')
    room.key_file(name).write_bytes(conclave.public_pem(key_of('mallory')))
    # Keys are taken in one after the other, so this one comes after that one was judged.
    room.add('bob')
    assert alice.expect('added')['username'] == 'bob'
    with pytest.raises(conclave.Denied):
        room.connect('mallory').receive()


def test_other_files_in_the_folder_are_left_alone(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    for name in ('README.md', 'key_bob.pem~', 'key_.pem', 'bob.pem', 'key_bob.PEM.txt'):
        (room.directory / 'keys' / name).write_bytes(conclave.public_pem(key_of('mallory')))
    (room.directory / 'keys' / 'key_folder.pem').mkdir()
    room.add('bob')
    assert alice.expect('added')['username'] == 'bob'
    with pytest.raises(conclave.Denied):
        room.connect('mallory').receive()
    assert_undisturbed(alice)


def test_the_folder_is_made_when_it_is_missing(make_room):
    room = make_room(start=False)
    (room.directory / 'keys').rmdir()
    room.start()
    room.add('alice')
    room.server.wait_line('alice')
    assert_undisturbed(room.join('alice'))
