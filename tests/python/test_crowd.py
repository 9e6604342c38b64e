# SPDX-License-Identifier: GPL-3.0-or-later
"""Many members, large keys, slow readers: what is near the limits of the page."""

import os

import conclave
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from room import assert_undisturbed, key_of, texts


def public_key_without_owner():
    """A public key of 2048 bits that nobody has the other half of: made at once."""
    modulus = int.from_bytes(os.urandom(256), 'big') | 1 << 2047 | 1
    return rsa.RSAPublicNumbers(65537, modulus).public_key()


@pytest.fixture
def crowd(make_room):
    """A room of alice, bob, and 300 who never come."""
    room = make_room('alice', 'bob', start=False)
    for number in range(300):
        room.add('guest%d' % number, public_key_without_owner())
    return room.start()


def test_a_room_of_three_hundred(crowd):
    alice, bob = crowd.connect('alice'), crowd.connect('bob')
    for client in (alice, bob):
        client.hello()
        client.expect('caught-up')
        lists = client.take('members')
        assert len(lists) > 1 and sum(len(part['members']) for part in lists) == 302
    # A seal for all does not fit one command; conclave.py makes two of it.
    assert len(list(conclave.Seal(alice.readers_of(None)).commands())) == 2
    alice.say('can you hear me at the back?')
    assert bob.read()['kind'] == 'room'
    bob.say('every word')
    assert alice.read()['kind'] == 'room'


def test_chat_client_in_a_room_of_three_hundred(crowd, chat):
    alice, bob = chat(crowd, 'alice'), crowd.join('bob')
    alice.expect_open()
    alice.write('from chat-client', '/members')
    assert bob.read()['kind'] == 'room'
    assert len(alice.expect('members')['members']) == 302
    bob.say('to chat-client')
    assert alice.expect('message')['audience'] == 'room'


def test_more_guests_than_there_may_be(make_room):
    room = make_room('alice', 'bob', start=False)
    for number in range(1000):
        room.add('guest%d' % number, public_key_without_owner())
    room.start()
    # Who comes later in the alphabet does not get in, and that is said.
    assert '1000' in room.server.text()
    alice, bob = room.join_all('alice', 'bob')
    assert len(alice.members) == 1000
    assert_undisturbed(alice, bob)


@pytest.mark.parametrize('bits', [3072, 4096])
def test_keys_of_other_lengths(make_room, chat, bits):
    room = make_room('alice', 'bob', 'carol')
    large = rsa.generate_private_key(65537, bits)
    room.add('dave', large)
    room.server.wait_line('guest-added user=dave')
    alice, dave = room.join('alice'), room.connect('dave', large)
    dave.join()
    carol = chat(room, 'carol')
    carol.expect_open()
    alice.say('from the shorter key')
    assert dave.read()['text'] == 'from the shorter key'
    assert carol.expect('message')['text'] == 'from the shorter key'
    dave.say('from the longer')
    assert alice.read()['text'] == 'from the longer'
    assert carol.expect('message')['text'] == 'from the longer'
    carol.write('/msg dave from chat-client')
    assert dave.read()['kind'] == 'direct'


def test_who_does_not_read_is_cut_off_and_can_catch_up(make_room):
    room = make_room('alice', 'bob', 'carol', history_limit=1000, rate_limit=0)
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    said = []
    text = 'x' * 60_000
    before = room.resident('VmHWM')
    # What the kernel's buffers hold is not known, so it goes on until the server has had enough.
    while 'too-slow' not in room.server.text():
        assert len(said) < 1000
        said.append('%d %s' % (len(said), text))
        alice.say(said[-1])
        carol.read(text=said[-1])
    # In KiB, for the 8 MiB that may wait for him: a buffer grows by doubling and copying.
    assert room.resident('VmHWM') - before < 10 * 8 * 1024
    said.append('when bob was gone')
    alice.say(said[-1])
    events = bob.expect_end()
    heard = texts(event for event in events if event['op'] == 'message')
    assert heard == said[: len(heard)] and len(heard) < len(said)
    # Why he was cut off is the last thing that he can read, if he is quick enough.
    assert [e['code'] for e in events if e['op'] == 'error'] in ([], ['too-slow'])
    bob.rejoin()
    heard += texts(bob.take('message'))
    assert heard == said
    carol.read(text=said[-1])
    assert_undisturbed(alice, bob, carol)
