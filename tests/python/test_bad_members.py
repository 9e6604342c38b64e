# SPDX-License-Identifier: GPL-3.0-or-later
"""What a member could do to the others: each costs only the one who does it."""

import os
import uuid

import pytest
from conclave import Member, Seal, b64, parse_json, public_der, to_json, unb64
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
    room = make_room('alice', 'bob', 'mallory', rate_limit=10)
    alice, bob = room.join_all('alice', 'bob')
    for _ in range(40):
        client = room.connect('mallory')
        client.hello()
        client.close()
    # The others come in at once, and talk; nobody tells them to be slow.
    bob.rejoin()
    assert_undisturbed(alice, bob)
    assert bob.take('throttled') == [] and alice.take('throttled') == []
    # She is told why she has to wait, and gets in in the end.
    mallory = room.connect('mallory')
    throttled = []
    mallory.hello()
    mallory.expect('welcome')
    throttled = mallory.take('throttled')
    assert [notice['rate'] for notice in throttled] == [10]
    room.server.wait_line('throttled user=mallory')
    joined = [line for _, line in room.server.lines if 'joined user=mallory' in line]
    assert len(joined) < 40


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
    for _ in range(30):
        client = room.join('mallory')
        client.send_frame(b'{}')
    descriptors = len(os.listdir('/proc/%d/fd' % room.server.process.pid))
    assert descriptors < 30
    assert_undisturbed(alice, bob)
