# SPDX-License-Identifier: GPL-3.0-or-later
"""The first frame: who may come in under which name, and how a refusal reads."""

import pytest

from room import assert_undisturbed


def refusal(client):
    """The one fatal error that the connection ended with."""
    errors = [event for event in client.expect_end() if event['op'] == 'error']
    assert len(errors) == 1 and errors[0]['fatal'] is True, errors
    assert errors[0]['text']
    return errors[0]


def test_the_key_of_one_and_the_name_of_another(make_room):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    client = room.connect('alice')
    client.hello(username='bob')
    error = refusal(client)
    assert (error['code'], error['username']) == ('wrong-name', 'alice')
    assert_undisturbed(bob)


def test_case_does_not_matter(make_room):
    room = make_room('Andr\u00e9', 'bob')
    client = room.connect('Andr\u00e9')
    assert client.join(username='ANDR\u00c9')['username'] == 'Andr\u00e9'


def test_normal_form_does_not_matter(make_room):
    room = make_room('Andr\u00e9')
    client = room.connect('Andr\u00e9')
    client.hello(username='Andre\u0301')
    # The page says "in NFC" for usernames: either it is read as the same name or refused as none.
    op = client.receive()
    assert op['op'] == 'members' or op['code'] in ('wrong-name', 'malformed')


def test_a_version_of_the_future(make_room):
    room = make_room('alice')
    client = room.connect('alice')
    client.hello(version=2)
    error = refusal(client)
    assert (error['code'], error['limit']) == ('version', 1)


def test_too_many_connections_of_one_user(make_room):
    room = make_room('alice', 'bob', max_connections_per_user=2)
    first, second = room.join('alice'), room.join('alice')
    third = room.connect('alice')
    third.hello()
    error = refusal(third)
    assert (error['code'], error['limit']) == ('too-many', 2)
    # It is about one user, and it ends when a connection ends.
    room.join('bob')
    second.leave()
    room.join('alice')
    assert_undisturbed(first)


def test_a_full_server(make_room):
    room = make_room('alice', 'bob', 'carol', max_connections=2)
    alice, bob = room.join_all('alice', 'bob')
    carol = room.connect('carol')
    try:
        carol.hello()
    except Exception:  # The server may say it before it reads anything.
        pass
    error = refusal(carol)
    assert (error['code'], error['limit']) == ('full', 2)
    assert_undisturbed(alice, bob)
    bob.leave()
    room.join('carol')


@pytest.mark.parametrize('op', ['history', 'bye', 'shutdown', 'welcome'])
def test_hello_comes_first(make_room, op):
    room = make_room('alice', admins=['alice'])
    client = room.connect('alice')
    client.command(op)
    assert refusal(client)['code'] == 'malformed'
    room.join('alice')


def test_hello_comes_once(make_room):
    room = make_room('alice')
    client = room.join('alice')
    client.hello()
    assert refusal(client)['code'] == 'malformed'


@pytest.mark.parametrize(
    'changes',
    [
        {'version': '1'},
        {'version': None},
        {'version': True},
        {'username': 5},
        {'username': None},
        {'since': 0},
        {'since': '0', 'history': 'x'},
        {'since': 0, 'history': 7},
        {'since': -1, 'history': 'x'},
        {'since': 2**53, 'history': 'x'},
    ],
    ids=str,
)
def test_a_hello_with_wrong_members(make_room, changes):
    room = make_room('alice')
    client = room.connect('alice')
    client.hello(**changes)
    error = refusal(client)
    assert error['code'] == 'malformed'
    # The sentence names what is wrong, but where the JSON as a whole is not taken.
    assert any(name in error['text'] for name in changes) or 'byte' in error['text']


@pytest.mark.parametrize('missing', ['version', 'username'])
def test_a_hello_without(make_room, missing):
    room = make_room('alice')
    client = room.connect('alice')
    members = {'version': 1, 'username': 'alice'}
    del members[missing]
    client.command('hello', **members)
    error = refusal(client)
    assert error['code'] == 'malformed' and missing in error['text']


def test_names_that_nobody_can_have(make_room):
    room = make_room('alice')
    for name in ('', '../alice', 'alice/', 'a' * 65, 'al ice', '.alice', 'x' * 30000):
        client = room.connect('alice')
        client.hello(username=name)
        assert refusal(client)['code'] in ('malformed', 'wrong-name'), name
    room.join('alice')
