# SPDX-License-Identifier: GPL-3.0-or-later
"""History and catch-up: each reader gets what is sealed for them, and is told what is not."""

import pytest

from room import key_of, texts


def say_many(client, *what, to=None):
    for text in what:
        client.post(text, to)
    return [client.expect('ack')['seq'] for _ in what]


def test_the_last_messages_in_order(make_room):
    room = make_room('alice', 'bob', history_limit=5)
    alice = room.join('alice')
    say_many(alice, *map(str, range(8)))
    bob = room.connect('bob')
    assert bob.join()['history_limit'] == 5
    messages, end = bob.ask_history()
    assert texts(messages) == ['3', '4', '5', '6', '7']
    assert [m['kind'] for m in messages] == ['room'] * 5
    assert (end['count'], end['withheld'], end['more']) == (5, 0, False)
    # One's own are there as well.
    assert texts(alice.ask_history()[0]) == ['3', '4', '5', '6', '7']


def test_the_default_is_a_hundred(make_room):
    room = make_room('alice')
    alice = room.connect('alice')
    assert alice.join()['history_limit'] == 100
    say_many(alice, *map(str, range(105)))
    messages, end = alice.ask_history()
    assert texts(messages) == [str(number) for number in range(5, 105)]
    assert end['more'] is False


def test_limit_and_before(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    numbers = say_many(alice, *map(str, range(10)))
    messages, end = alice.ask_history(limit=3)
    assert texts(messages) == ['7', '8', '9']
    assert (end['count'], end['more']) == (3, True)
    messages, end = alice.ask_history(limit=3, before=messages[0]['seq'])
    assert texts(messages) == ['4', '5', '6']
    messages, end = alice.ask_history(before=numbers[2])
    assert texts(messages) == ['0', '1']
    assert (end['count'], end['more']) == (2, False)
    messages, end = alice.ask_history(before=numbers[0])
    assert (messages, end['count'], end['more']) == ([], 0, False)
    messages, end = alice.ask_history(limit=1_000_000)
    assert end['count'] == 10


def test_what_is_not_for_you_is_counted_and_not_sent(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice = room.join('alice')
    say_many(alice, 'all 1')
    say_many(alice, 'secret 1', 'secret 2', to=['bob'])
    last = say_many(alice, 'all 2')[-1]
    carol = room.join('carol')
    messages, end = carol.ask_history()
    assert texts(messages) == ['all 1', 'all 2']
    assert (end['count'], end['withheld'], end['more']) == (2, 2, False)
    messages, end = carol.ask_history(before=last)
    assert texts(messages) == ['all 1']
    assert end['withheld'] == 2
    bob = room.join('bob')
    messages, end = bob.ask_history()
    assert texts(messages) == ['all 1', 'secret 1', 'secret 2', 'all 2']
    assert end['withheld'] == 0


def test_a_limit_counts_messages_for_the_reader(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice = room.join('alice')
    say_many(alice, 'for carol')
    say_many(alice, *['for bob'] * 5, to=['bob'])
    messages, end = room.join('carol').ask_history(limit=1)
    assert texts(messages) == ['for carol']
    assert end['more'] is False


def test_a_newcomer_cannot_read_what_was_said_before(make_room):
    room = make_room('alice', 'bob', 'dave')
    alice = room.join('alice')
    say_many(alice, 'before carol')
    room.add('carol')
    alice.expect('added')
    say_many(alice, 'with carol')
    messages, end = room.join('carol').ask_history()
    assert texts(messages) == ['with carol']
    assert end['withheld'] == 1
    # For bob the old set is one that has to be announced.
    bob = room.join('bob')
    messages, _ = bob.ask_history()
    assert [(m['text'], m['kind']) for m in messages] == [
        ('before carol', 'set'),
        ('with carol', 'room'),
    ]


def test_words_of_a_former_member(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice = room.join('alice')
    say_many(alice, 'farewell')
    carol = room.join('carol')
    room.remove('alice')
    carol.expect('removed')
    for reader in (carol, room.join('bob')):
        (message,) = reader.ask_history()[0]
        assert (message['text'], message['author'], message['kind']) == ('farewell', 'alice', 'set')
        assert 'alice' not in reader.members
        assert [member.username for member in reader.former.values()] == ['alice']


def test_the_same_key_under_another_name(make_room):
    """What bob said stays his when his file is renamed."""
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    say_many(bob, 'as bob')
    alice = room.join('alice')
    room.key_file('bob').rename(room.key_file('robert'))
    assert alice.expect('removed')['username'] == 'bob'
    assert alice.expect('added')['username'] == 'robert'
    bob.expect_end()
    for reader in (alice, room.join('alice')):
        (message,) = reader.ask_history()[0]
        assert (message['text'], message['from'], message['author']) == ('as bob', 'bob', 'bob')


def test_the_same_name_with_another_key(make_room):
    room = make_room('alice', 'bob', 'dave')
    alice = room.join('alice')
    say_many(alice, 'by the old key')
    room.add('alice', key_of('alice the second'))
    alice.expect_end()
    alice = room.connect('alice', key_of('alice the second'))
    alice.join()
    say_many(alice, 'by the new key')
    messages, _ = room.join('bob').ask_history()
    assert texts(messages) == ['by the old key', 'by the new key']
    assert [m['kind'] for m in messages] == ['set', 'room']
    messages, end = alice.ask_history()
    assert texts(messages) == ['by the new key'] and end['withheld'] == 1


def test_catch_up(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice, bob = room.join_all('alice', 'bob')
    say_many(alice, 'seen')
    bob.read()
    bob.close()
    say_many(alice, 'missed 1')
    say_many(alice, 'not for bob', to=['carol'])
    last = say_many(alice, 'missed 2', 'missed 3')[-1]
    bob.connect()
    bob.join()
    missed = bob.take('message')
    assert texts(missed) == ['missed 1', 'missed 2', 'missed 3']
    assert [m['seq'] for m in missed] == sorted(m['seq'] for m in missed)
    end = bob.caught_up
    assert (end['seq'], end['count'], end['withheld'], end['lost']) == (last, 3, 1, 0)
    # Nothing twice, and what is said now comes as ever.
    bob.rejoin()
    assert bob.take('message') == [] and bob.caught_up['count'] == 0
    say_many(alice, 'live')
    assert bob.read()['text'] == 'live'


def test_own_messages_of_another_connection_are_caught_up(make_room):
    room = make_room('alice')
    laptop, desktop = room.join('alice'), room.join('alice')
    laptop.close()
    say_many(desktop, 'from the desktop')
    laptop.rejoin()
    assert texts(laptop.take('message')) == ['from the desktop']


def test_without_since_nothing_is_sent(make_room):
    room = make_room('alice', 'bob')
    alice = room.join('alice')
    last = say_many(alice, 'one', 'two')[-1]
    bob = room.connect('bob')
    welcome = bob.join()
    assert bob.take('message') == []
    assert welcome['seq'] == last
    end = bob.caught_up
    assert (end['seq'], end['count'], end['withheld'], end['lost']) == (last, 0, 0, 0)


def test_what_is_no_longer_stored_is_counted(make_room):
    room = make_room('alice', 'bob', history_limit=3)
    alice, bob = room.join_all('alice', 'bob')
    say_many(alice, 'seen')
    bob.read()
    bob.close()
    say_many(alice, *map(str, range(10)))
    bob.rejoin()
    assert texts(bob.take('message')) == ['7', '8', '9']
    assert (bob.caught_up['count'], bob.caught_up['lost']) == (3, 7)


def test_another_store_makes_since_zero(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    say_many(alice, 'one', 'two')
    bob.close()
    bob.connect()
    bob.join(since=2, history='a store of long ago')
    assert texts(bob.take('message')) == ['one', 'two']


def test_a_store_that_is_made_anew_has_another_name(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    say_many(alice, 'gone')
    old = alice.history
    room.stop()
    for path in room.directory.glob('history.db*'):
        path.unlink()
    room.start()
    alice.close()
    alice.connect()
    assert alice.join()['history'] != old
    assert alice.ask_history()[0] == []


def test_since_from_the_future(make_room):
    """The store was put back from a backup: the number means nothing, and nothing may be missed."""
    room = make_room('alice', 'bob')
    alice = room.join('alice')
    say_many(alice, 'one')
    bob = room.join('bob')
    bob.close()
    bob.connect()
    bob.hello(since=999, history=bob.history)
    assert bob.read()['text'] == 'one'
    assert bob.expect('caught-up')['count'] == 1
    say_many(alice, 'two')
    assert bob.read()['text'] == 'two'


@pytest.mark.parametrize('stop', ['stop', 'kill'])
def test_a_restart_keeps_the_history(make_room, stop):
    room = make_room('alice', 'bob')
    alice = room.join('alice')
    say_many(alice, *map(str, range(20)))
    history = alice.history
    getattr(room, stop)()
    room.start()
    bob = room.connect('bob')
    welcome = bob.join()
    assert (welcome['history'], welcome['seq']) == (history, 20)
    messages, _ = bob.ask_history()
    assert texts(messages) == [str(number) for number in range(20)]
    assert [m['seq'] for m in messages] == list(range(1, 21))


def test_a_smaller_limit_after_a_restart(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    say_many(alice, *map(str, range(10)))
    room.stop()
    room.config['history_limit'] = 4
    room.start()
    alice.rejoin()
    say_many(alice, '10')
    assert texts(alice.ask_history()[0]) == ['7', '8', '9', '10']


def test_a_history_of_one(make_room):
    room = make_room('alice', 'bob', history_limit=1)
    alice, bob = room.join_all('alice', 'bob')
    say_many(alice, 'one', 'two')
    assert texts([bob.read(), bob.read()]) == ['one', 'two']
    assert texts(bob.ask_history()[0]) == ['two']


def test_history_has_what_was_posted_just_before(make_room):
    """The command overtakes nothing, even when the acks have not come yet."""
    room = make_room('alice', 'bob')
    alice = room.join('alice')
    mids = [alice.post(str(number)) for number in range(10)]
    alice.command('history', limit=5)
    end = alice.expect('history-end')
    assert end['count'] == 5
    assert [event['mid'] for event in alice.take('history')] == mids[-5:]
    assert [event['mid'] for event in alice.take('ack')] == mids
