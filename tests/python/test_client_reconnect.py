# SPDX-License-Identifier: GPL-3.0-or-later
"""chat-client when the connection is lost: it comes back, and loses and doubles nothing."""

import signal

import pytest
from room import key_of, texts, wait_until


def test_back_after_a_crash(make_room, chat):
    room = make_room('alice', 'bob')
    alice, bob = chat(room, 'alice'), chat(room, 'bob')
    for client in (alice, bob):
        client.expect_open()
    alice.write('before')
    alice.expect('sent', text='before')
    bob.expect('message', text='before')
    room.kill()
    for client in (alice, bob):
        waiting = client.expect('state', state='waiting')
        assert waiting['text'] and waiting['seconds'] >= 0
    # What is typed now waits, and is delivered when the server is back.
    alice.write('meanwhile 1', 'meanwhile 2')
    room.start()
    for client in (alice, bob):
        client.write('/retry')
        client.expect_open()
    for text in ('meanwhile 1', 'meanwhile 2'):
        alice.expect('sent', text=text)
        bob.expect('message', text=text)
    alice.write('after')
    bob.expect('message', text='after')
    assert [e for e in bob.events() if e['event'] == 'message'] == []
    reader = room.join('bob')
    assert texts(reader.ask_history()[0]) == ['before', 'meanwhile 1', 'meanwhile 2', 'after']
    for client in (alice, bob):
        client.write('/exit')
        assert client.wait() == 0


def test_back_by_itself(make_room, chat):
    room = make_room('alice')
    alice = chat(room, 'alice')
    alice.expect_open()
    room.restart()
    alice.expect('state', state='waiting')
    alice.expect_open()


def test_missed_messages_come_once_and_in_order(make_room, chat):
    room = make_room('alice', 'bob', 'carol')
    bob = chat(room, 'bob')
    bob.expect_open()
    alice = room.join('alice')
    alice.say('seen')
    bob.expect('message', origin='live', text='seen')
    room.kill()
    bob.expect('state', state='waiting')
    room.start()
    alice.rejoin()
    for number in range(3):
        alice.say('missed %d' % number)
    alice.say('not for bob', to=['carol'])
    bob.write('/retry')
    bob.expect_open()
    alice.say('live again')
    heard = [bob.expect('message') for _ in range(4)]
    assert texts(heard) == ['missed 0', 'missed 1', 'missed 2', 'live again']
    assert heard[-1]['origin'] == 'live'
    assert [e for e in bob.events() if e['event'] == 'message'] == []


def test_a_stream_through_crashes(make_room, chat):
    """Lines go on being written while the server is killed again and again."""
    room = make_room('alice', 'bob', rate_limit=0)
    alice, bob = chat(room, 'alice'), chat(room, 'bob')
    for client in (alice, bob):
        client.expect_open()
    lines = ['line %d' % number for number in range(400)]
    for crash in range(4):
        for line in lines[crash * 100 : crash * 100 + 100]:
            alice.write(line)
        alice.expect('sent')
        room.restart()
        for client in (alice, bob):
            client.expect('state', state='waiting')
            client.write('/retry')
            client.expect_open()
    alice.end_input()
    assert alice.wait() == 0
    assert [bob.expect('message')['text'] for _ in lines] == lines
    assert [e for e in bob.events() if e['event'] == 'message'] == []


def test_the_host_stops_the_server(make_room, chat):
    """No admin's name in the notice: the client tries to come back."""
    room = make_room('alice')
    alice = chat(room, 'alice')
    alice.expect_open()
    room.stop(signal.SIGTERM)
    alice.expect('state', state='waiting')
    room.start()
    alice.write('/retry')
    alice.expect_open()


def interrupted(client):
    """Its exit status, or None while it still runs."""
    client.process.send_signal(signal.SIGINT)
    return client.process.poll()


def test_leaving_while_the_connection_is_lost(make_room, chat):
    """Nothing unsent: it just ends. Something unsent: it says what was not delivered."""
    room = make_room('alice', 'bob')
    alice, bob = chat(room, 'alice'), chat(room, 'bob')
    for client in (alice, bob):
        client.expect_open()
    room.kill()
    for client in (alice, bob):
        client.expect('state', state='waiting')
    bob.write('/exit')
    assert bob.wait() == 0
    alice.write('into the void', '/help')
    alice.expect('note')
    # The first interrupt leaves, and waits for what is unsent; a further one waits no longer.
    wait_until(lambda: interrupted(alice) is not None, 'alice has given up')
    assert alice.wait() == 1
    assert alice.expect('failed')['text'] == 'into the void'


@pytest.mark.parametrize('change', ['removed', 'replaced'])
def test_back_to_a_room_that_has_changed(make_room, chat, change):
    room = make_room('alice', 'bob')
    alice = chat(room, 'alice')
    alice.expect_open()
    room.kill()
    alice.expect('state', state='waiting')
    room.remove('alice')
    if change == 'replaced':
        room.add('alice', key_of('somebody new'))
    room.start()
    alice.write('/retry')
    assert 'does not know your key' in alice.expect('state', state='failed')['text']
    assert alice.wait() == 1


def test_what_was_written_for_somebody_who_is_gone(make_room, chat):
    """bob is removed while the message to him waits: it is not sent to anybody else."""
    room = make_room('alice', 'bob', 'carol')
    alice = chat(room, 'alice')
    alice.expect_open()
    room.kill()
    alice.expect('state', state='waiting')
    alice.write('/msg bob just for you')
    room.remove('bob')
    room.start()
    alice.write('/retry')
    assert alice.expect('failed')['text'] == 'just for you'
    alice.write('for all')
    alice.expect('sent', text='for all')
    carol = room.join('carol')
    assert texts(carol.ask_history()[0]) == ['for all']
