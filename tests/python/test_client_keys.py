# SPDX-License-Identifier: GPL-3.0-or-later
"""chat-client remembers by which key it knows each member."""

import os

import conclave
import pytest
from room import ENVIRONMENT, client_folder, key_of, program, run


def fingerprint(name):
    return conclave.fingerprint(key_of(name))


def leave(client):
    client.end_input()
    assert client.wait() == 0


@pytest.fixture
def changed(make_room, chat):
    """alice, who has been here before, comes back, and bob has another key; and the room."""
    room = make_room('alice', 'bob', 'carol')
    alice = chat(room, 'alice')
    alice.expect_open()
    leave(alice)
    room.kill()
    room.add('bob', key_of("bob's second key"))
    room.start()
    alice = chat(room, 'alice')
    alice.expect_open()
    return room, alice


def test_nothing_is_said_for_a_new_key(changed):
    room, alice = changed
    event = alice.expect('key-changed', username='bob')
    assert event['fingerprint'] == fingerprint("bob's second key")
    assert event['known'] == fingerprint('bob')
    bob = room.connect('bob', key_of("bob's second key"))
    bob.join()
    carol = room.join('carol')
    alice.write('only for those whom I know')
    assert carol.read()['text'] == 'only for those whom I know'

    # What bob says comes, with a mark; in private he is not answered.
    bob.say('it is me')
    message = alice.expect('message', text='it is me')
    assert message['verified'] and 'bob' in message['doubt']
    assert carol.read()['text'] == 'it is me'
    alice.write('/msg bob is it you?')
    assert '/accept bob' in alice.expect('problem')['text']

    alice.write('/accept bob', 'welcome back')
    assert alice.expect('key-accepted')['username'] == 'bob'
    assert bob.read()['text'] == 'welcome back'
    alice.write('/members')
    assert not any('known' in member for member in alice.expect('members')['members'])


def test_an_accepted_key_is_remembered(changed, chat):
    room, alice = changed
    alice.expect('key-changed')
    alice.write('/accept nobody', '/accept carol', '/accept', '/accept bob')
    assert 'nobody' in alice.expect('problem')['text']
    assert 'carol' in alice.expect('problem')['text']
    assert '/accept' in alice.expect('problem')['text']
    alice.expect('key-accepted')
    leave(alice)
    alice = chat(room, 'alice')
    alice.expect_open()
    leave(alice)
    assert not [event for event in alice.events() if event['event'] == 'key-changed']


def test_a_member_added_meanwhile(make_room, chat):
    room = make_room('alice', 'bob')
    alice = chat(room, 'alice')
    alice.expect_open()
    leave(alice)
    assert not [event for event in alice.events() if event['event'] == 'new']
    room.kill()
    room.add('dave')
    room.start()
    alice = chat(room, 'alice')
    event = alice.expect('new')
    assert (event['username'], event['fingerprint']) == ('dave', fingerprint('dave'))


def known_keys(folder):
    return list((folder / 'data' / 'conclave' / 'rooms').glob('*/known-keys'))


def test_the_file(make_room, chat):
    room = make_room('alice', 'bob')
    alice = chat(room, 'alice')
    alice.expect_open()
    leave(alice)
    [file] = known_keys(client_folder(room, 'alice'))
    assert os.stat(file).st_mode & 0o777 == 0o600
    assert file.read_text().splitlines()[0] == 'conclave-known-keys 1'
    assert 'bob ' + conclave.key_id(key_of('bob')) in file.read_text().splitlines()

    file.write_text('conclave-known-keys 3\nsomething new\n')
    alice = chat(room, 'alice')
    assert str(file) in alice.expect('problem')['text']
    leave(alice)
    assert file.read_text() == 'conclave-known-keys 3\nsomething new\n'


def test_nowhere_to_remember(make_room, chat):
    """That nothing can be read, and nothing written, is said once, and the conversation goes on."""
    room = make_room('alice', 'bob')
    folder = client_folder(room, 'alice')
    (folder / 'data').write_text('in the way')
    bob, alice = room.join('bob'), chat(room, 'alice')
    for part in 'since your last visit', 'until your next visit':
        problem = alice.expect('problem')['text']
        assert part in problem and str(folder / 'data') in problem
    alice.write('all the same')
    assert bob.read()['text'] == 'all the same'
    leave(alice)
    assert not [event for event in alice.events() if event['event'] == 'problem']


def test_as_a_person_reads_it(changed):
    """Both fingerprints stand below each other, and the remedy is named."""
    room, alice = changed
    leave(alice)
    folder = client_folder(room, 'alice')
    result = run(
        program('CHAT_CLIENT'),
        '--directory',
        folder,
        input='hello\n/members\n',
        env={**ENVIRONMENT, 'XDG_DATA_HOME': str(folder / 'data')},
    )
    known, shown = fingerprint('bob'), fingerprint("bob's second key")
    lines = result.stderr.splitlines()
    columns = [line.index(key) for key in (known, shown) for line in lines if key in line]
    assert len(columns) == 2 and columns[0] == columns[1], result.stderr
    assert result.stderr.index(known) < result.stderr.index(shown)
    assert '/accept bob' in result.stderr
    assert 'the key has changed' in result.stdout
