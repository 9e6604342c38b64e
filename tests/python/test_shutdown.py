# SPDX-License-Identifier: GPL-3.0-or-later
"""Stopping the server: who may, and how everybody hears of it."""

import signal

import pytest

from room import texts


def test_only_admins(make_room):
    room = make_room('alice', 'bob', admins=['alice'])
    alice, bob = room.join_all('alice', 'bob')
    bob.command('shutdown')
    error = bob.expect('error')
    assert (error['code'], error['fatal']) == ('not-admin', False)
    assert error['text']
    bob.say('sorry')
    assert alice.read()['text'] == 'sorry'
    assert room.server.process.poll() is None


def test_nobody_is_admin_by_default(make_room):
    room = make_room('alice')
    alice = room.connect('alice')
    assert alice.join()['admin'] is False
    alice.command('shutdown')
    assert alice.expect('error')['code'] == 'not-admin'


def test_an_admin_stops_the_server_and_all_hear_who_it_was(make_room):
    room = make_room('Alice', 'bob', 'carol', admins=['alice'])
    alice, bob, carol = room.join_all('Alice', 'bob', 'carol')
    room.join('Alice')
    alice.post('good night')
    alice.command('shutdown')
    alice.expect('ack')
    for client in room.clients:
        assert client.expect('shutdown')['by'] == 'Alice'
        client.expect_end()
    assert texts(bob.take('message') + carol.take('message')) == ['good night'] * 2
    assert room.server.wait() == 0
    room.start()
    assert texts(room.join('bob').ask_history()[0]) == ['good night']


def test_an_admin_is_told_so(make_room):
    room = make_room('alice', 'bob', admins=['ALICE'])
    assert room.connect('alice').join()['admin'] is True
    assert room.connect('bob').join()['admin'] is False


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT], ids=['SIGTERM', 'SIGINT'])
def test_a_signal_stops_it_as_cleanly(make_room, number):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    for count in range(20):
        alice.post(str(count))
    alice.expect('ack')
    assert room.stop(number) == 0
    for client in (alice, bob):
        assert 'by' not in client.expect('shutdown')
        client.expect_end()
    # What was acknowledged is stored, what was delivered was acknowledged or will be.
    acked = 1 + len(alice.take('ack'))
    room.start()
    assert len(room.join('bob').ask_history()[0]) >= acked


def test_a_signal_with_a_silent_client(make_room):
    """One who does not read keeps nobody waiting for long, and the server not from ending."""
    room = make_room('alice', 'bob')
    alice, _ = room.join_all('alice', 'bob')
    room.server.process.terminate()
    alice.expect('shutdown')
    assert room.server.wait() == 0
