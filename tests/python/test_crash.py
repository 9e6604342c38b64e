# SPDX-License-Identifier: GPL-3.0-or-later
"""What was acknowledged is there after kill -9, and nothing is there twice."""

import uuid

from room import assert_undisturbed, texts


def test_nothing_acknowledged_is_lost(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    said = []
    for number in range(5):
        said.append('message %d' % number)
        alice.say(said[-1])
        room.restart()
        alice.rejoin()
    bob.rejoin()
    assert texts(bob.take('message')) == said
    assert texts(bob.ask_history()[0]) == said


def test_a_crash_in_the_middle_of_a_stream(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    said, heard = [], []
    for crash in range(4):
        for number in range(30):
            said.append('%d.%d' % (crash, number))
            alice.post(said[-1])
        alice.expect('ack')
        room.restart()
        heard += [e['text'] for e in bob.expect_end() if e['op'] == 'message']
        alice.rejoin()
        while alice.unacknowledged:
            alice.expect('ack')
        bob.rejoin()
        heard += texts(bob.take('message'))
    alice.say('the end')
    while 'the end' not in heard:
        heard.append(bob.read()['text'])
    assert sorted(heard) == sorted([*said, 'the end'])
    assert heard == [*said, 'the end']


def test_a_repeated_post_is_stored_once(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    mid = alice.post('once')
    _, jws = alice.unacknowledged[mid]
    first = alice.expect('ack', mid=mid)
    seal = alice.seal_for(alice.readers_of(None))
    alice.say('between')

    alice.post_signed(mid, seal, jws)
    again = alice.expect('ack', mid=mid)
    assert (again['seq'], again['at']) == (first['seq'], first['at'])

    # On another connection, under another seal, and after a crash.
    room.restart()
    alice.rejoin()
    alice.post_signed(mid, alice.seal_for(alice.readers_of(None)), jws)
    assert alice.expect('ack', mid=mid)['seq'] == first['seq']
    alice.say('after')

    bob.expect_end()
    heard = texts(bob.take('message'))
    bob.rejoin()
    heard += texts(bob.take('message'))
    assert heard == ['once', 'between', 'after']
    assert texts(bob.ask_history()[0]) == ['once', 'between', 'after']


def test_the_same_post_twice_in_one_breath(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    mid = alice.post('twice')
    _, jws = alice.unacknowledged[mid]
    alice.post_signed(mid, alice.seal_for(alice.readers_of(None)), jws)
    first, second = alice.expect('ack', mid=mid), alice.expect('ack', mid=mid)
    assert first['seq'] == second['seq']
    alice.say('done')
    assert texts([bob.read(), bob.read()]) == ['twice', 'done']


def test_the_same_mid_of_two_authors_is_two_messages(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    mid = str(uuid.uuid4())
    for author in (alice, bob):
        author.post_under(author.seal_for(author.readers_of(None)), author.username, mid)
        author.expect('ack', mid=mid)
    assert texts([carol.read(), carol.read()]) == ['alice', 'bob']


def test_a_fast_coming_and_going(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    for _ in range(50):
        room.connect('bob').close()
        client = room.connect('bob')
        client.hello()
        client.close()
    assert_undisturbed(alice, bob)
