# SPDX-License-Identifier: GPL-3.0-or-later
"""Seals: registering, using, and the errors that do not cost the connection."""

import conclave
from room import assert_undisturbed, key_of, texts


def error_of(client):
    error = client.expect('error')
    assert error['fatal'] is False and error['text']
    return error


def test_a_seal_in_several_commands(make_room):
    names = ['alice', 'bob', 'carol', 'dave', 'eve']
    room = make_room(*names)
    alice, *others = room.join_all(*names)
    seal = conclave.Seal(alice.readers_of(None))
    for number, reader in enumerate(seal.readers):
        more = {'more': True} if number < len(seal.readers) - 1 else {}
        alice.command('seal', id=seal.id, readers=[reader], **more)
    alice.post_under(seal, 'sealed bit by bit')
    for other in others:
        assert other.read()['kind'] == 'room'


def test_a_post_under_an_unknown_seal(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    seal = conclave.Seal(alice.readers_of(None))
    mid = alice.post_under(seal, 'too early')
    error = error_of(alice)
    assert (error['code'], error['mid']) == ('unknown-seal', mid)
    # "Register it and post again", with the same mid.
    for command in seal.commands():
        alice.command(**command)
    alice.post_under(seal, 'in time', mid)
    alice.expect('ack', mid=mid)
    assert bob.read()['text'] == 'in time'


def test_a_seal_is_of_one_connection(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    alice.say('registered here')
    laptop = room.join('alice')
    laptop.post_under(alice.seal_for(alice.readers_of(None)), 'and not here')
    assert error_of(laptop)['code'] == 'unknown-seal'
    assert_undisturbed(alice, bob)


def test_the_server_keeps_eight(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    seals = [conclave.Seal(alice.readers_of(None)) for _ in range(9)]
    for seal in seals:
        alice.command(**next(seal.commands()))
    for number, seal in enumerate(seals[1:]):
        alice.post_under(seal, str(number))
        alice.expect('ack')
    alice.post_under(seals[0], 'forgotten')
    assert error_of(alice)['code'] == 'unknown-seal'
    assert texts(bob.read() for _ in range(8)) == [str(number) for number in range(8)]
    assert_undisturbed(alice, bob)


def test_a_reader_who_is_no_guest(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    readers = alice.readers_of(None)
    stranger = conclave.Member('stranger', conclave.b64(conclave.public_der(key_of('stranger'))))
    seal = conclave.Seal([*readers, stranger])
    alice.command(**next(seal.commands()))
    error = error_of(alice)
    assert (error['code'], error['seal']) == ('unknown-reader', seal.id)
    alice.post_under(seal, 'under no seal')
    assert error_of(alice)['code'] == 'unknown-seal'
    assert_undisturbed(alice, bob)


def test_what_is_sealed_is_bound_to_its_readers(make_room):
    """bob passes alice's signed words on to carol, as if alice had meant her."""
    room = make_room('alice', 'bob', 'carol')
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    mid = alice.post('only for bob', to=['bob'])
    jws = alice.unacknowledged[mid][1]
    alice.expect('ack', mid=mid)
    bob.read()
    bob.post_signed(mid, bob.seal_for(bob.readers_of(['carol'])), jws)
    bob.expect('ack', mid=mid)
    message = carol.expect('message')
    assert 'text' not in message and message['problem']


def test_many_messages_need_a_new_seal_now_and_then(make_room):
    room = make_room('alice', 'bob', rate_limit=0)
    alice, bob = room.join_all('alice', 'bob')
    for number in range(1005):
        alice.post(str(number))
        if number % 50 == 49:
            alice.expect('ack', mid=next(reversed(alice.unacknowledged)))
            alice.take('ack')
    assert [bob.read()['text'] for _ in range(1005)] == [str(n) for n in range(1005)]
    assert len(bob.keys) >= 3
