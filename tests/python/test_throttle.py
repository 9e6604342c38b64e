# SPDX-License-Identifier: GPL-3.0-or-later
"""Who posts too fast is slowed down, told so, and loses nothing.

For five seconds' worth of messages nobody is slowed down.
"""

from room import assert_undisturbed, texts


def test_a_flood_is_slowed_down_and_nothing_is_lost(make_room):
    room = make_room('alice', 'bob', rate_limit=20)
    alice, bob = room.join_all('alice', 'bob')
    for number in range(120):
        alice.post(str(number))
    throttled = alice.expect('throttled')
    assert throttled['rate'] == 20
    assert throttled['ms'] > 0
    acks = [alice.expect('ack')['seq'] for _ in range(120)]
    assert acks == sorted(set(acks))
    assert texts(bob.read() for _ in range(120)) == [str(number) for number in range(120)]


def test_others_are_not_slowed_down(make_room):
    room = make_room('alice', 'bob', 'carol', rate_limit=1)
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    for number in range(10):
        alice.post(str(number))
    alice.expect('throttled')
    bob.say('meanwhile')
    assert carol.read(text='meanwhile')
    assert bob.take('throttled') == []


def test_the_rate_is_of_the_user_not_of_the_connection(make_room):
    room = make_room('alice', 'bob', rate_limit=5)
    connections = [room.join('alice') for _ in range(4)]
    for number in range(10):
        for connection in connections:
            connection.post(str(number))
    throttled = []
    for connection in connections:
        for _ in range(10):
            connection.expect('ack')
        throttled += connection.take('throttled')
    assert throttled


def test_an_ordinary_conversation_is_not_throttled(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    for number in range(10):
        alice.say(str(number))
        bob.read()
    assert alice.take('throttled') == []
    assert_undisturbed(bob, alice)
