# SPDX-License-Identifier: GPL-3.0-or-later
"""People in one room: who gets what."""

import time

import pytest

from room import texts


def test_two_users(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')

    ack = alice.say('hello, bob')
    message = bob.read()
    assert message['text'] == 'hello, bob'
    assert (message['from'], message['author'], message['kind']) == ('alice', 'alice', 'room')
    assert (message['seq'], message['at'], message['mid']) == (ack['seq'], ack['at'], ack['mid'])

    bob.say('hello, alice')
    answer = alice.read()
    assert (answer['text'], answer['author']) == ('hello, alice', 'bob')
    assert answer['seq'] > ack['seq']


def test_the_clock_is_in_milliseconds(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    before = time.time()
    ack = alice.say('what time is it?')
    assert int(before * 1000) <= ack['at'] <= int(time.time() * 1000) + 1


def test_ten_users_read_the_same_in_the_same_order(make_room):
    names = ['guest%d' % number for number in range(10)]
    room = make_room(*names)
    clients = room.join_all(*names)
    for client in clients:
        for number in range(3):
            client.post('%s says %d' % (client.username, number))
    acks = [client.expect('ack')['seq'] for client in clients for _ in range(3)]
    assert len(set(acks)) == 30

    heard = {}
    for client in clients:
        messages = [client.read() for _ in range(27)]
        assert client.username not in {message['author'] for message in messages}
        order = [message['seq'] for message in messages]
        assert order == sorted(order)
        for message in messages:
            assert heard.setdefault(message['seq'], message['text']) == message['text']
    assert set(heard) == set(acks)


def test_a_direct_message_reaches_nobody_else(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    alice.say('only for bob', to=['bob'])
    assert bob.read()['kind'] == 'direct'
    # Deliveries come in order: had carol been sent the first, it would be here before the second.
    alice.say('for all')
    assert carol.read()['text'] == 'for all'
    assert bob.read()['text'] == 'for all'
    assert 'readers' not in {event['op'] for event in carol.inbox}


def test_a_direct_message_without_its_author_among_the_readers(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice, bob = room.join_all('alice', 'bob')
    seal = alice.seal_for([alice.members['bob']])
    alice.expect('ack', mid=alice.post_under(seal, 'burn after writing', direct=True))
    assert bob.read()['kind'] == 'direct'


def test_the_connection_that_posted_hears_nothing_back(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    laptop = room.join('alice')

    alice.say('from the desktop')
    assert laptop.read()['text'] == 'from the desktop'
    bob.say('and from bob')
    assert alice.read()['text'] == 'and from bob'
    assert laptop.read()['text'] == 'and from bob'

    laptop.say('from the laptop')
    assert alice.read()['text'] == 'from the laptop'
    assert texts(alice.take('message')) == []


def test_own_direct_messages_reach_the_other_connection(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice, bob = room.join_all('alice', 'bob')
    laptop = room.join('alice')
    alice.say('psst', to=['bob'])
    message = laptop.read()
    assert (message['text'], message['kind']) == ('psst', 'direct')
    assert set(*laptop.sets.values()) == {alice.kid, bob.kid}


def test_a_note_to_oneself(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    laptop = room.join('alice')
    alice.say('buy milk', to=[])
    assert laptop.read()['kind'] == 'direct'
    alice.say('for all')
    assert bob.read()['text'] == 'for all'


def test_in_a_room_of_two_the_author_says_what_is_private(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    alice.say('to the room')
    alice.say('to you', to=['bob'])
    assert [bob.read()['kind'], bob.read()['kind']] == ['room', 'direct']


def test_three_of_four(make_room):
    room = make_room('alice', 'bob', 'carol', 'dave')
    alice, bob, carol, dave = room.join_all('alice', 'bob', 'carol', 'dave')
    alice.say('not dave', to=['bob', 'carol'])
    for reader in (bob, carol):
        assert reader.read()['kind'] == 'direct'
        assert set(*reader.sets.values()) == {alice.kid, bob.kid, carol.kid}
    # The set is announced once on a connection.
    bob.take('readers')
    alice.say('nor this', to=['bob', 'carol'])
    assert bob.read()['text'] == 'nor this'
    assert bob.take('readers') == []
    alice.say('for all')
    assert dave.read()['text'] == 'for all'
    assert 'readers' not in {event['op'] for event in dave.inbox}


def test_the_member_list(make_room):
    room = make_room('alice', 'bob', 'carol')
    room.join('alice')
    bob = room.connect('bob')
    bob.hello()
    welcome = bob.expect('welcome')
    assert welcome['version'] == 1 and welcome['username'] == 'bob'
    assert welcome['admin'] is False
    assert set(bob.members) == {'alice', 'bob', 'carol'}
    assert bob.members['alice'].online
    assert not bob.members['carol'].online
    assert not any(member.former for member in bob.members.values())


def test_presence_is_of_people_not_of_connections(make_room):
    room = make_room('alice', 'bob')
    alice = room.join('alice')
    bob = room.join('bob')
    assert alice.expect('presence')['online'] == ['bob']
    second = room.join('bob')
    second.leave()
    bob.say('one of me is still here')
    alice.read()
    assert alice.take('presence') == []
    bob.leave()
    gone = alice.expect('presence')
    assert (gone['online'], gone['offline']) == ([], ['bob'])


def test_presence_when_a_connection_breaks(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    bob.close()
    assert alice.expect('presence')['offline'] == ['bob']


@pytest.mark.parametrize(
    'text',
    [
        '',
        ' ',
        'a' * 10_000,
        '\u00e4\u20ac\U0001f600 \u202e\u0301',
        '"\\\n\t\x01</script>',
        'x' * 65536,
    ],
    ids=['empty', 'blank', 'long', 'unicode', 'escapes', 'longest'],
)
def test_texts_arrive_as_they_were(make_room, text):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    alice.say(text)
    assert bob.read()['text'] == text


def test_the_server_cannot_read_what_members_say(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    alice.say('the word is rhabarbarum')
    bob.read()
    room.stop()
    stored = b''.join(path.read_bytes() for path in room.directory.iterdir() if path.is_file())
    assert b'SQLite format 3' in stored
    assert b'rhabarbarum' not in stored
    assert 'rhabarbarum' not in room.server.text()


def test_bye_comes_after_the_acks(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    for number in range(50):
        alice.post('last words %d' % number)
    alice.command('bye')
    events = [event['op'] for event in alice.expect_end() if event['op'] in ('ack', 'bye')]
    assert events == ['ack'] * 50 + ['bye']
    assert texts(bob.read() for _ in range(50)) == ['last words %d' % n for n in range(50)]


def test_what_the_page_does_not_name_is_ignored(make_room):
    room = make_room('alice', 'bob')
    alice = room.connect('alice')
    alice.join(hobby='chess', extra={'list': [1, {'deep': True}]})
    bob = room.join('bob')
    frame = alice.seal_command({'op': 'history', 'limit': 1, 'colour': 'blue'})
    frame['unnamed'] = {'member': None}
    frame['header']['typ'] = 'x'
    alice.send_frame(frame)
    alice.expect('history-end')
    alice.say('still here')
    assert bob.read()['text'] == 'still here'


def test_another_kind_of_body_is_passed_on(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    poll = {'type': 'poll', 'options': ['a', 'b']}
    alice.post_under(alice.seal_for(alice.readers_of(None)), '', body=poll)
    message = bob.read()
    assert message['text'] is None
    assert message['body'] == poll
