# SPDX-License-Identifier: GPL-3.0-or-later
"""People who are not on the guest list do what they can; the members go on as if nothing happened.

All of 127.0.0.0/8 is this computer, so the tests come from as many addresses as they like.
"""

import itertools
import resource
import socket
import threading

import pytest
from cryptography.hazmat.primitives import serialization

import conclave
from room import assert_undisturbed, key_of, wait_until
from tls13 import ALERT, APPLICATION_DATA, HANDSHAKE, Tls13, first_flight, plain_record


def certificate_of(key):
    return conclave.certificate(key).public_bytes(serialization.Encoding.DER)


def knock(room, source='127.0.0.1'):
    return socket.create_connection(('127.0.0.1', room.port), conclave.PATIENCE, (source, 0))


def is_closed(plain):
    """Whether the other side has hung up; what it said before is read and forgotten."""
    plain.setblocking(False)
    try:
        while plain.recv(65536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True


def how_many_are_open(connections):
    return sum(not is_closed(plain) for plain in connections)


def hello_frame(room, name):
    key = conclave.ContentKey()
    hello = conclave.to_json({'op': 'hello', 'version': 1, 'username': name})
    public = room.server_key.public_key()
    frame = conclave.to_json(key.seal(hello, conclave.key_id(public), key.wrap(public)))
    return len(frame).to_bytes(4, 'big') + frame


# ---- Keys ----------------------------------------------------------------------------------------


def test_the_tool_of_these_tests_gets_in_with_the_right_key(make_room):
    """Else the refusals below would prove nothing."""
    room = make_room('alice')
    with Tls13(room.port) as tls:
        tls.log_in(key_of('alice'))
        tls.send(hello_frame(room, 'alice'))
        assert tls.read_record()[0] == APPLICATION_DATA
    room.server.wait_line('joined user=alice')


def cheat_with_another_signature(tls):
    tls.show_certificate(certificate_of(key_of('alice')))
    tls.prove(key_of('mallory'))
    tls.finish()


def cheat_without_a_signature(tls):
    tls.show_certificate(certificate_of(key_of('alice')))
    tls.finish()


def cheat_with_an_old_signature(tls):
    """As if it was taken from another handshake of alice's."""
    tls.show_certificate(certificate_of(key_of('alice')))
    transcript, tls.transcript = tls.transcript, b'another'
    tls.prove(key_of('alice'))
    tls.transcript = transcript + tls.transcript[len(b'another') :]
    tls.finish()


def cheat_with_another_finished(tls):
    tls.show_certificate(certificate_of(key_of('alice')))
    tls.prove(key_of('alice'))
    tls.finish(bytes(32))


def cheat_without_a_certificate(tls):
    tls.write_message(11, b'\0' + bytes(3))
    tls.finish()


def cheat_by_talking_at_once(tls):
    tls.write_keys = tls.application_keys


@pytest.mark.parametrize(
    'cheat',
    [
        cheat_with_another_signature,
        cheat_without_a_signature,
        cheat_with_an_old_signature,
        cheat_with_another_finished,
        cheat_without_a_certificate,
        cheat_by_talking_at_once,
    ],
)
def test_a_key_must_be_proven(make_room, cheat):
    """alice's public key is known to many; only who has the other half of it is alice."""
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    with Tls13(room.port) as tls:
        tls.begin()
        tls.take_server_flight()
        try:
            cheat(tls)
            tls.send(hello_frame(room, 'alice'))
        except ConnectionError:
            pass  # It may hang up while we talk.
        # Not a word of the protocol, at most an alert.
        assert {kind for kind, _ in tls.read_until_end()} <= {ALERT}
    assert_undisturbed(bob)
    assert 'user=alice' not in room.server.text()


# ---- Many of them --------------------------------------------------------------------------------


@pytest.fixture
def crowd():
    """A list of sockets, closed in the end."""
    sockets = []
    yield sockets
    for plain in sockets:
        plain.close()


def test_one_address_pushes_out_its_own(make_room, crowd):
    room = make_room('alice', 'bob', max_handshakes_per_address=10)
    alice = room.join('alice')
    other = knock(room, '127.0.7.1')
    for _ in range(50):
        crowd.append(knock(room, '127.0.7.2'))
    wait_until(lambda: how_many_are_open(crowd) == 10, 'ten of them are left')
    # The last ten, so who has just come has a chance; and the other one was not touched.
    assert how_many_are_open(crowd[-10:]) == 10
    assert not is_closed(other)
    other.close()
    # bob comes from the same address as the crowd.
    bob = room.connect('bob', source='127.0.7.2')
    bob.join()
    assert_undisturbed(alice, bob)
    room.server.wait_line(r'handshake-dropped address=127\.0\.7\.2:')


def test_a_thousand_half_open_handshakes(make_room, crowd):
    """They have said enough to make the server answer, and wait then."""
    room = make_room('alice', 'bob', max_handshakes=1000)
    alice = room.join('alice')
    before = room.resident('VmHWM')
    addresses = itertools.cycle('127.0.8.%d' % number for number in range(1, 21))
    flight = first_flight()
    for number in range(1000):
        crowd.append(knock(room, next(addresses)))
        crowd[-1].sendall(flight if number % 2 else flight[: number % len(flight)])
    bob = room.join('bob')
    assert_undisturbed(alice, bob)
    # In KiB. One takes a tenth of it; without a bound there would be none to compare with.
    assert room.resident('VmHWM') - before < 1000 * 300
    # Who comes from an address of few is let in, at the cost of those who are many.
    latecomer = knock(room, '127.0.9.1')
    carol = room.connect('bob', source='127.0.9.2')
    carol.join()
    assert not is_closed(latecomer)
    latecomer.close()
    assert_undisturbed(alice, bob, carol)


def test_come_and_gone_in_a_loop_leaves_nothing_behind(make_room):
    """Whoever is quick makes the server begin more handshakes than it can finish."""
    room = make_room('alice', 'bob', max_handshakes=100, max_handshakes_per_address=50)
    alice, bob = room.join_all('alice', 'bob')
    flight = first_flight()
    sizes = []
    for _ in range(5):
        for number in range(200):
            with knock(room, '127.0.10.%d' % (1 + number % 4)) as plain:
                plain.sendall(flight)
        assert_undisturbed(alice, bob)
        wait_until(lambda: room.descriptors() < 50, 'all are forgotten')
        sizes.append(room.resident())
    # It does not grow with their number: the last round of five needs little more than the first.
    assert sizes[-1] < 2 * sizes[0], sizes


def test_few_descriptors(make_room, crowd):
    """Those for the files and the store are kept free, whoever comes."""
    room = make_room('alice', 'bob', start=False)
    room.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128)))
    room.server.wait_line('few-descriptors')
    alice = room.join('alice')
    flight = first_flight()
    for number in range(300):
        crowd.append(knock(room, '127.0.14.%d' % (1 + number % 10)))
        crowd[-1].sendall(flight)
        if number % 20 == 0:
            assert room.descriptors() < 128 - 16
            assert_undisturbed(alice)
    # While a thread is still at those that were dropped, who comes may have to try again.
    wait_until(lambda: room.descriptors() < 128 - 40, 'they are forgotten')
    assert_undisturbed(alice, room.join('bob'))


def test_strangers_who_do_not_hang_up_take_no_place_of_a_guest(make_room):
    """They have a good key of their own, prove it, are told that nobody knows it, and stay."""
    room = make_room('alice', 'bob', max_handshakes=5)
    alice = room.join('alice')
    before = room.descriptors()
    stay = []
    try:
        for number in range(25):
            tls = Tls13(room.port, '127.0.11.%d' % (number + 1))
            stay.append(tls)
            tls.log_in(key_of('a stranger'))
            assert tls.read_record() == (ALERT, b'\x02\x31')
        assert room.descriptors() < before + 15
        assert_undisturbed(alice, room.join('bob'))
    finally:
        for tls in stay:
            tls.close()


def test_the_log_is_not_filled_by_strangers(make_room):
    room = make_room('alice', max_handshakes_per_address=1)
    alice = room.join('alice')
    for _ in range(500):
        knock(room, '127.0.12.1').close()
    assert_undisturbed(alice)
    with Tls13(room.port, '127.0.12.1') as tls:
        tls.begin()
        tls.take_server_flight()
    lines = [line for _, line in room.server.lines if 'handshake-dropped' in line]
    assert 0 < len(lines) < 400


# ---- A full server -------------------------------------------------------------------------------


def test_a_full_server_lets_an_admin_in_while_strangers_crowd_the_door(make_room, crowd):
    room = make_room(
        'alice', 'bob', 'carol', 'dave', admins=['carol'], max_connections=2, max_handshakes=20
    )
    alice, bob = room.join_all('alice', 'bob')
    stop = threading.Event()

    def come_and_come():
        while not stop.is_set():
            try:
                crowd.append(knock(room, '127.0.13.1'))
            except OSError:  # The server has stopped.
                return
            if len(crowd) > 300:
                crowd.pop(0).close()

    thread = threading.Thread(target=come_and_come)
    thread.start()
    try:
        dave = room.connect('dave')
        dave.hello()
        assert [event['code'] for event in dave.expect_end()] == ['full']
        carol = room.join('carol')
        assert_undisturbed(alice, bob, carol)
        carol.command('shutdown')
        assert bob.expect('shutdown')['by'] == 'carol'
    finally:
        stop.set()
        thread.join()
    for client in room.clients:
        client.expect_end()
    assert room.server.wait() == 0


# ---- Words that are none -------------------------------------------------------------------------


BAD_RECORDS = {
    'an alert first': plain_record(ALERT, b'\x02\x00'),
    'data first': plain_record(APPLICATION_DATA, b'hello'),
    'a handshake of no kind': plain_record(HANDSHAKE, b'\xff\x00\x00\x01\x00'),
    'a hello of 16 MiB': plain_record(HANDSHAKE, b'\x01\xff\xff\xff' + bytes(1000)),
    'an empty record': plain_record(HANDSHAKE, b'') * 1000,
    'a hello in pieces of a byte': b''.join(
        plain_record(HANDSHAKE, first_flight()[5:][n : n + 1]) for n in range(40)
    ),
    'a record that is too long': b'\x16\x03\x03\xff\xff' + bytes(70_000),
    'two hellos': first_flight() * 2,
}


@pytest.mark.parametrize('data', BAD_RECORDS.values(), ids=BAD_RECORDS.keys())
def test_bad_records_cost_only_their_sender(make_room, data):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    with knock(room) as plain:
        try:
            plain.sendall(data)
            plain.shutdown(socket.SHUT_WR)
            while plain.recv(65536):
                pass
        except OSError as error:  # It may hang up at any of these.
            assert not isinstance(error, socket.timeout)
    assert_undisturbed(alice, bob)
