# SPDX-License-Identifier: GPL-3.0-or-later
"""What a member could do to the others: each costs only the one who does it."""

import os
import secrets
import socket
import uuid

import pytest
from conclave import Member, Seal, b64, parse_json, public_der, to_json, unb64
from cryptography.hazmat.primitives.asymmetric import rsa
from room import assert_undisturbed, key_of, wait_until


@pytest.mark.parametrize('name', ['from', 'seq', 'at', 'op', 'kid', 'typ'])
def test_a_protected_header_with_more_than_it_may_hold(make_room, name):
    """In the delivery the name would stand twice, and every reader would have to refuse it."""
    room = make_room('alice', 'bob', 'carol')
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    seal = alice.seal_for(alice.readers_of(None))
    frame = alice.sealed_post(str(uuid.uuid4()), seal, b'x')
    frame = frame if isinstance(frame, dict) else parse_json(frame)
    header = parse_json(unb64(frame['protected']))
    frame['protected'] = b64(to_json({**header, name: 'x'}))
    alice.send_frame(frame)
    errors = [event for event in alice.expect_end() if event['op'] == 'error']
    assert [error['code'] for error in errors] == ['malformed']
    assert_undisturbed(bob, carol)


def test_a_post_that_would_be_too_large_for_its_readers(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    seal = alice.seal_for(alice.readers_of(None))
    alice.send_frame(alice.sealed_post(str(uuid.uuid4()), seal, os.urandom(785000)))
    errors = [event for event in alice.expect_end() if event['op'] == 'error']
    assert [error['code'] for error in errors] == ['too-large']
    assert_undisturbed(bob, carol)


def test_the_parts_after_a_refused_part_are_no_seal(make_room):
    """As a client with more readers than fit a frame writes them, before any answer."""
    room = make_room('alice', 'bob', 'carol')
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    members = [alice.members[name] for name in ('alice', 'bob', 'carol')]
    ghost = Member('ghost', b64(public_der(key_of('ghost'))))
    seal = Seal([members[0], ghost, *members[1:]])
    alice.command('seal', id=seal.id, readers=seal.readers[:2], more=True)
    alice.command('seal', id=seal.id, readers=seal.readers[2:3], more=True)
    alice.command('seal', id=seal.id, readers=seal.readers[3:])
    mid = str(uuid.uuid4())
    alice.send_frame(alice.sealed_post(mid, seal, b'x'))
    alice.command('history')
    alice.expect('history-end')
    errors = alice.take('error')
    assert [error['code'] for error in errors] == ['unknown-reader', 'unknown-seal']
    assert errors[1]['mid'] == mid
    assert alice.take('ack') == []
    assert_undisturbed(bob, carol)


def test_who_comes_and_goes_at_once_is_not_shown_as_here(make_room):
    room = make_room('alice', 'bob', 'carol')
    room.join('carol')
    bob, alice = room.connect('bob'), room.connect('alice')
    bob.hello()
    bob.expect('welcome')
    alice.hello()
    alice.expect('caught-up')
    bob.close()

    def bob_is_gone():
        alice.command('history')
        alice.expect('history-end')
        return not alice.members['bob'].online

    wait_until(bob_is_gone, 'alice knows that bob has gone')


# ---- Coming and going


def test_who_comes_and_goes_all_the_time_waits_at_the_door(make_room):
    room = make_room('alice', 'bob', 'mallory', rate_limit=1, max_connections_per_user=2)
    alice, bob = room.join_all('alice', 'bob')
    for _ in range(25):
        client = room.connect('mallory')
        client.hello()
        client.close()
    # The others come in at once, and talk; nobody tells them to be slow.
    bob.rejoin()
    assert_undisturbed(alice, bob)
    assert bob.take('throttled') == [] and alice.take('throttled') == []
    # She is told why she has to wait, and gets in in the end.
    mallory = room.connect('mallory')
    mallory.hello()
    mallory.expect('welcome')
    throttled = mallory.take('throttled')
    assert [notice['rate'] for notice in throttled] == [1]
    room.server.wait_line('throttled user=mallory')
    joined = [line for _, line in room.server.lines if 'joined user=mallory' in line]
    assert len(joined) < 25


def test_connections_that_say_nothing_push_out_their_own(make_room):
    room = make_room('alice', 'bob', 'mallory', max_connections_per_user=3, rate_limit=0)
    alice, bob = room.join_all('alice', 'bob')
    laptop = room.join('mallory')
    silent = [room.connect('mallory') for _ in range(12)]
    for client in silent[:-3]:
        assert client.expect_end() == []
    # The last ones are still welcome, and the one that is in stays.
    silent[-1].join()
    laptop.say('still here')
    assert_undisturbed(alice, bob)


def test_connections_that_never_end_push_out_their_own(make_room):
    """mallory breaks the rules again and again, and never closes."""
    room = make_room('alice', 'bob', 'mallory', max_connections_per_user=3, rate_limit=0)
    alice, bob = room.join_all('alice', 'bob')
    before = room.descriptors()
    for _ in range(15):
        client = room.join('mallory')
        client.send_frame(b'{}')
    assert room.descriptors() < before + 8
    assert_undisturbed(alice, bob)


# ---- Memory


def largest_frame(client):
    return b'{"protected":"' + b'A' * (1024 * 1024 - 100) + b'"}'


def deepest_frame(client):
    return b'{"a":' + b'[' * 1_000_000


def most_values(client):
    return b'{"recipients":[' + b'{},' * 300_000 + b'{}]}'


def largest_history(client):
    return client.seal_command({'op': 'history', 'limit': 2**53 - 1, 'x': 'y' * 700_000})


@pytest.mark.parametrize(
    'make', [largest_frame, deepest_frame, most_values, largest_history], ids=lambda f: f.__name__
)
def test_frames_of_the_largest_size_are_forgotten(make_room, make):
    """Again and again, and each time the one who sends them is cut off, or served."""
    room = make_room('alice', 'bob', 'mallory', rate_limit=0)
    alice, bob = room.join_all('alice', 'bob')
    sizes = []
    for _ in range(3):
        for _ in range(4):
            with room.join('mallory') as mallory:
                mallory.send_frame(make(mallory))
                if make == largest_history:
                    mallory.expect('history-end')
                else:
                    assert mallory.expect_end()[-1]['code'] == 'malformed'
        sizes.append(room.resident())
    assert sizes[-1] < 2 * sizes[0], sizes
    assert_undisturbed(alice, bob)


def test_seals_are_forgotten(make_room):
    """A connection keeps the last eight; who registers more and more of them pays with those."""
    room = make_room('alice', 'bob', 'mallory', rate_limit=0)
    alice, bob, mallory = room.join_all('alice', 'bob', 'mallory')
    seal = Seal(mallory.readers_of(None))
    sizes = []
    for _ in range(3):
        for _ in range(300):
            mallory.command('seal', id=b64(os.urandom(16)), readers=seal.readers)
        mallory.ask_history()
        sizes.append(room.resident())
    assert sizes[-1] < 2 * sizes[0], sizes
    assert_undisturbed(alice, bob)


def large_public_key(bits=8192):
    """As quickly made as it is large: nobody has the private half."""
    modulus = secrets.randbits(bits) | 3 << (bits - 2) | 1
    return rsa.RSAPublicNumbers(65537, modulus).public_key()


def test_who_does_not_read_keeps_no_keys_of_others(make_room):
    """Each message is sealed anew for sixty people, and waits for one who does not read."""
    room = make_room('alice', 'bob', 'mallory', start=False, rate_limit=0)
    for number in range(60):
        room.add('guest%d' % number, large_public_key())
    room.start()
    alice, bob, mallory = room.join_all('alice', 'bob', 'mallory')
    # Until the kernel takes no more for him, which it does for some megabytes.
    bob.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    two = mallory.seal_for(mallory.readers_of(['bob']))
    for _ in range(115):
        mid = str(uuid.uuid4())
        mallory.send_frame(mallory.sealed_post(mid, two, os.urandom(40_000)))
        mallory.expect('ack', mid=mid)
    everybody = Seal(mallory.readers_of(None))

    def post_under_new_seals(number):
        for _ in range(number):
            everybody.id = b64(os.urandom(16))
            for command in everybody.commands():
                mallory.command(**command)
            mid = str(uuid.uuid4())
            mallory.send_frame(mallory.sealed_post(mid, everybody, b'x'))
            mallory.expect('ack', mid=mid)

    post_under_new_seals(40)
    before = room.resident()
    post_under_new_seals(200)
    # In KiB. The keys in 200 such seals are 16 MiB, and what waits for bob is not one.
    assert room.resident() - before < 6 * 1024
    assert 'too-slow' not in room.server.text()
    assert_undisturbed(alice, mallory)


def test_somebody_elses_seal(make_room):
    room = make_room('alice', 'bob', 'mallory')
    alice, bob, mallory = room.join_all('alice', 'bob', 'mallory')
    alice.say('registered')
    mallory.read()
    mid = mallory.post_under(alice.seal_for(alice.readers_of(None)), 'and not by her')
    error = mallory.expect('error')
    assert (error['code'], error['mid'], error['fatal']) == ('unknown-seal', mid, False)
    assert_undisturbed(alice, bob, mallory)
