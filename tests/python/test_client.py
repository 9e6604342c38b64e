# SPDX-License-Identifier: GPL-3.0-or-later
"""chat-client in pipes: what is written and what is read, and what the exit status says."""

import subprocess

import conclave
import pytest
from room import ENVIRONMENT, client_folder, key_of, program, run, texts


def test_two_clients_talk(make_room, chat):
    room = make_room('alice', 'bob')
    alice, bob = chat(room, 'alice'), chat(room, 'bob')
    opened = alice.expect_open()
    bob.expect_open()
    assert (opened['username'], opened['admin'], opened['history_limit']) == ('alice', False, 100)

    alice.write('hello, bob')
    sent = alice.expect('sent', text='hello, bob')
    message = bob.expect('message')
    assert message['text'] == 'hello, bob' and message['from'] == 'alice'
    assert (message['origin'], message['audience']) == ('live', 'room')
    assert message['verified'] is True and message['own'] is False
    assert (message['seq'], message['at'], message['mid']) == (sent['seq'], sent['at'], sent['mid'])
    bob.write('hello, alice')
    assert alice.expect('message')['text'] == 'hello, alice'

    for client in (alice, bob):
        client.write('/exit')
        assert client.wait() == 0
        assert 'message' not in {event['event'] for event in client.events()}


def test_it_talks_with_the_client_in_python(make_room, chat):
    room = make_room('alice', 'bob', 'carol')
    alice = chat(room, 'alice')
    alice.expect_open()
    bob, carol = room.join_all('bob', 'carol')

    alice.write('from C to Python')
    assert bob.read()['kind'] == 'room'
    assert carol.read()['text'] == 'from C to Python'
    bob.say('and back')
    assert alice.expect('message')['audience'] == 'room'
    bob.say('for two', to=['alice'])
    direct = alice.expect('message')
    assert (direct['audience'], direct['with']) == ('direct', 'bob')
    carol.say('for three', to=['alice', 'bob'])
    # In a room of three that is the same set as the room, but it was not said to the room.
    assert alice.expect('message')['audience'] == 'direct'


def test_plain_lines(make_room, spawn):
    room = make_room('alice', 'bob')
    bob = spawn([program('CHAT_CLIENT'), '--directory', client_folder(room, 'bob')], stdin=-1)
    bob.wait_line('bob')
    alice = room.join('alice')
    alice.say('in plain words')
    _, line = bob.wait_line('in plain words')
    assert 'alice' in line and '\x1b' not in line and not line.startswith('{')


def test_direct_messages(make_room, chat):
    room = make_room('alice', 'bob', 'carol')
    alice, bob, carol = (chat(room, name) for name in ('alice', 'bob', 'carol'))
    for client in (alice, bob, carol):
        client.expect_open()
    alice.write('/msg bob only for you', '/msg BOB whatever your case')
    for text in ('only for you', 'whatever your case'):
        message = bob.expect('message', text=text)
        assert (message['audience'], message['with']) == ('direct', 'alice')
        assert message['readers'] == ['alice', 'bob']
    alice.write('for all')
    carol.expect('message', text='for all')
    assert [e for e in carol.events() if e['event'] == 'message'] == []


def test_direct_messages_in_a_room_of_two(make_room, chat):
    room = make_room('alice', 'bob')
    alice, bob = chat(room, 'alice'), chat(room, 'bob')
    for client in (alice, bob):
        client.expect_open()
    alice.write('to the room', '/msg bob to you')
    assert bob.expect('message')['audience'] == 'room'
    assert bob.expect('message')['audience'] == 'direct'


def test_a_direct_message_to_nobody_is_not_sent(make_room, chat):
    room = make_room('alice', 'bob')
    bob, alice = room.join('bob'), chat(room, 'alice')
    alice.expect_open()
    alice.write('/msg zoe are you there?', '/msg', '/msg bob', 'for all')
    assert 'zoe' in alice.expect('problem')['text']
    for _ in range(2):
        assert '/msg NAME TEXT' in alice.expect('problem')['text']
    assert bob.read()['text'] == 'for all'
    alice.end_input()
    assert alice.wait() == 1


def test_unknown_commands_are_not_sent(make_room, chat):
    room = make_room('alice', 'bob')
    bob, alice = room.join('bob'), chat(room, 'alice')
    alice.expect_open()
    alice.write('/dance', '/EXIT', '/ help', '/msgbob x', '//slash', '///', '', 'for all')
    for word in ('/dance', '/EXIT', '/', '/msgbob'):
        assert word in alice.expect('problem')['text']
    assert texts(bob.read() for _ in range(3)) == ['/slash', '//', 'for all']


def test_help_names_every_command(make_room, chat):
    alice = chat(make_room('alice'), 'alice')
    alice.expect_open()
    alice.write('/help')
    text = alice.expect('note')['text']
    for word in ('/msg', '/history', '/members', '/exit', '/shutdown', '/help', '//'):
        assert word in text


def test_history(make_room, chat):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    for number in range(5):
        bob.say(str(number))
    alice = chat(room, 'alice')
    alice.expect_open()
    alice.write('/history')
    messages = [alice.expect('message', origin='history') for _ in range(5)]
    assert texts(messages) == ['0', '1', '2', '3', '4']
    end = alice.expect('history-end')
    assert (end['count'], end['withheld'], end['more']) == (5, 0, False)
    alice.write('/history 2')
    assert texts(alice.expect('message', origin='history') for _ in range(2)) == ['3', '4']
    assert alice.expect('history-end')['more'] is True
    alice.write('/history x', '/history 0', '/history -1')
    for _ in range(3):
        assert '/history N' in alice.expect('problem')['text']


def test_history_shows_ones_own_and_others_secrets_do_not_show(make_room, chat):
    room = make_room('alice', 'bob', 'carol')
    bob = room.join('bob')
    bob.say('for carol', to=['carol'])
    alice = chat(room, 'alice')
    alice.expect_open()
    alice.write('mine', '/msg bob ours')
    alice.expect('sent', text='ours')
    alice.write('/history')
    mine, ours = (alice.expect('message', origin='history') for _ in range(2))
    assert (mine['text'], mine['own'], mine['audience']) == ('mine', True, 'room')
    assert (ours['text'], ours['own'], ours['with']) == ('ours', True, 'bob')
    assert alice.expect('history-end')['withheld'] == 1


def test_members(make_room, chat):
    room = make_room('alice', 'bob', 'carol')
    alice = chat(room, 'alice')
    alice.expect_open()
    room.join('bob')
    alice.expect('online', username='bob')
    alice.write('/members')
    members = {member['username']: member for member in alice.expect('members')['members']}
    assert set(members) == {'alice', 'bob', 'carol'}
    assert [members[name]['online'] for name in ('alice', 'bob', 'carol')] == [True, True, False]
    assert members['alice']['own'] and not members['bob']['own']
    for name, member in members.items():
        assert member['fingerprint'] == conclave.fingerprint(key_of(name))


def test_members_come_and_go(make_room, chat):
    room = make_room('alice', 'bob')
    alice = chat(room, 'alice')
    alice.expect_open()
    bob = room.join('bob')
    assert alice.expect('online')['username'] == 'bob'
    bob.leave()
    assert alice.expect('offline')['username'] == 'bob'
    room.add('carol')
    added = alice.expect('added')
    assert added['fingerprint'] == conclave.fingerprint(key_of('carol'))
    carol = room.join('carol')
    alice.write('welcome, carol')
    assert carol.read()['kind'] == 'room'
    room.remove('bob')
    assert alice.expect('removed')['username'] == 'bob'
    carol.expect('removed')
    alice.write('without bob')
    assert carol.read(text='without bob')['kind'] == 'room'


@pytest.mark.parametrize('size', [10_000, 65_536])
def test_long_messages(make_room, chat, size):
    room = make_room('alice', 'bob')
    bob, alice = room.join('bob'), chat(room, 'alice')
    alice.write('x' * size)
    assert bob.read()['text'] == 'x' * size
    carol = chat(room, 'bob')
    carol.expect_open()
    alice.write('y' * size)
    assert carol.expect('message')['text'] == 'y' * size


def test_lines_that_cannot_be_sent_are_said_to_be(make_room, chat):
    room = make_room('alice', 'bob')
    bob, alice = room.join('bob'), chat(room, 'alice')
    alice.write('x' * 65_537, b'\xff\xfe', 'for all')
    alice.expect('problem')
    alice.expect('problem')
    assert bob.read()['text'] == 'for all'
    alice.write('/exit')
    assert alice.wait() == 1


def test_all_lines_of_a_pipe_are_delivered(make_room):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    lines = ['line %d' % number for number in range(300)]
    result = run(
        program('CHAT_CLIENT'),
        '--directory',
        client_folder(room, 'alice'),
        input='\n'.join(lines),  # and no newline at the end
    )
    assert result.returncode == 0, result.stderr
    assert texts(bob.read() for _ in lines) == lines


def test_lines_that_wait_for_a_throttling_server_are_delivered(make_room):
    """However slow the client is: its first line alone is more than the server has in reserve."""
    room = make_room('alice', 'bob', rate_limit=1)
    bob = room.join('bob')
    lines = ['x' * 60_000, 'two', 'three', 'four']
    folder = client_folder(room, 'alice')
    result = run(program('CHAT_CLIENT'), '-d', folder, '--json', input='\n'.join(lines))
    assert result.returncode == 0
    assert '"throttled"' in result.stdout
    assert texts(bob.read() for _ in lines) == lines


def test_control_characters_do_not_reach_the_reader_raw(make_room, spawn):
    room = make_room('alice', 'bob')
    folder = client_folder(room, 'bob')
    bob = spawn([program('CHAT_CLIENT'), '--directory', folder], stdin=-1)
    bob.wait_line('bob')
    room.join('alice').say('\x1b[31mred\x07\r\x9b2J one\ntwo \u202eevil')
    bob.wait_line('two')
    text = bob.text()
    assert not any(mark in text for mark in ('\x1b', '\x07', '\r', '\x9b', '\u202e'))


def test_an_admin_shuts_down(make_room, chat):
    room = make_room('alice', 'bob', admins=['alice'])
    alice, bob = chat(room, 'alice'), chat(room, 'bob')
    assert alice.expect_open()['admin'] is True
    bob.expect_open()
    bob.write('/shutdown')
    assert 'admin' in bob.expect('problem')['text']
    alice.write('/shutdown')
    for client in (alice, bob):
        client.expect('state', state='stopped', by='alice')
        assert client.wait() == 0
    assert room.server.wait() == 0


def test_who_is_removed_hears_it(make_room, chat):
    room = make_room('alice', 'bob')
    alice = chat(room, 'alice')
    alice.expect_open()
    room.remove('alice')
    assert 'removed your key' in alice.expect('state', state='failed')['text']
    assert alice.wait() == 1


def test_a_signal_leaves_cleanly(make_room, chat):
    room = make_room('alice', 'bob')
    bob, alice = room.join('bob'), chat(room, 'alice')
    alice.expect_open()
    # Who comes and goes within a moment was never there, as far as presence goes.
    bob.expect('presence', online=['alice'])
    alice.process.terminate()
    assert alice.wait() == 0
    assert bob.expect('presence', online=[])['offline'] == ['alice']


def test_output_that_nobody_reads(make_room):
    """`chat-client | head -1` ends, and does not stay in the room for ever."""
    room = make_room('alice', 'bob')
    alice = room.join('alice')
    command = [program('CHAT_CLIENT'), '-d', client_folder(room, 'bob'), '--json']
    bob = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT)
    try:
        alice.expect('presence', online=['bob'])
        bob.stdout.close()
        alice.say('anybody there?')
        bob.wait(conclave.PATIENCE)
    finally:
        bob.kill()
        bob.wait()
        bob.stdin.close()
