# SPDX-License-Identifier: GPL-3.0-or-later
"""The link: whom the server lets in, and what it answers to those whom it does not."""

import re
import socket
import ssl
import threading
import time

import pytest

import conclave
import tls13
from room import assert_undisturbed, key_of


def wrap(room, context):
    return context.wrap_socket(socket.create_connection(('127.0.0.1', room.port), timeout=30))


def test_a_stranger_is_refused_without_an_answer(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    stranger = room.connect('alice', key=key_of('a stranger'))
    with pytest.raises(conclave.Denied):
        stranger.hello()
        stranger.receive()
    assert stranger.bytes == b'' and stranger.frames == []
    room.server.wait_line(r'\b%s\b' % conclave.fingerprint(key_of('a stranger')))
    assert_undisturbed(alice, bob)


def test_the_servers_own_key_is_no_guest(make_room):
    room = make_room('alice')
    stranger = room.connect('alice', key=room.server_key)
    with pytest.raises(conclave.Denied):
        stranger.receive()


def test_nobody_without_a_key(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with pytest.raises((ssl.SSLError, ConnectionError)):
        wrap(room, context).recv(1)
    assert_undisturbed(alice, bob)


def test_a_wrong_server_key_is_noticed(make_room):
    room = make_room('alice')
    room.server_key = key_of('another server')
    with pytest.raises(conclave.WrongServer):
        room.connect('alice')


def test_tls_1_2_is_refused(make_room):
    room = make_room('alice')
    context = conclave.tls_context(key_of('alice'))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError) as refusal:
        wrap(room, context)
    # The alert says which of the two it was; either ends the handshake before anything is proven.
    assert re.search('PROTOCOL_VERSION|HANDSHAKE_FAILURE', refusal.value.reason)


def test_the_session_is_tls_1_3_and_not_resumable(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    assert alice.socket.version() == 'TLSv1.3'
    alice.ask_history()
    assert not alice.socket.session.has_ticket


@pytest.mark.parametrize(
    'data',
    [b'GET / HTTP/1.1\r\n\r\n', b'\0' * 5000, b'\x16\x03\x01\xff\xff' + b'A' * 100, b''],
    ids=['http', 'zeros', 'record', 'nothing'],
)
def test_other_protocols_cost_only_their_sender(make_room, data):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    with socket.create_connection(('127.0.0.1', room.port), timeout=30) as plain:
        try:
            plain.sendall(data)
            plain.shutdown(socket.SHUT_WR)
            while plain.recv(4096):
                pass
        except OSError as error:  # The server may hang up at any of these.
            assert not isinstance(error, socket.timeout)
    assert_undisturbed(alice, bob)


class Dribble(threading.Thread):
    """Says these bytes one by one, with a pause after each, until the other side hangs up."""

    def __init__(self, send, data):
        super().__init__(daemon=True)
        self.send = send
        self.data = data
        self.was_cut = False

    def run(self):
        try:
            for position in range(len(self.data)):
                self.send(self.data[position : position + 1])
                time.sleep(0.2)
        except OSError:
            self.was_cut = True


def test_who_says_nothing_or_takes_too_long_is_sent_away(make_room):
    """All waits of the page at once: for the handshake, and for hello. A byte now and then buys no
    more time."""
    room = make_room('alice', 'bob', 'carol', 'dave')
    alice, bob = room.join_all('alice', 'bob')
    silent = socket.create_connection(('127.0.0.1', room.port), timeout=30)
    slow = socket.create_connection(('127.0.0.1', room.port), timeout=30)
    dave = tls13.Tls13(room.port)
    with silent, slow, dave:
        dave.log_in(key_of('dave'))
        dribbles = [
            Dribble(slow.sendall, tls13.first_flight() * 2),
            Dribble(dave.send, (1000).to_bytes(4, 'big') + b' ' * 1000),
        ]
        for dribble in dribbles:
            dribble.start()
        carol = room.connect('carol')
        assert [event['code'] for event in carol.expect_end()] == ['timeout']
        assert silent.recv(1) == b''
        room.server.wait_line('refused user=dave .*code=timeout')
        dribbles[0].join(conclave.PATIENCE)
        assert dribbles[0].was_cut
    dribbles[1].join(conclave.PATIENCE)
    assert_undisturbed(alice, bob)


def test_half_open_connections_do_not_keep_others_out(make_room):
    room = make_room('alice', 'bob')
    silent = [socket.create_connection(('127.0.0.1', room.port), timeout=30) for _ in range(100)]
    try:
        alice, bob = room.join_all('alice', 'bob')
        assert_undisturbed(alice, bob)
    finally:
        for plain in silent:
            plain.close()


def test_frames_in_pieces_and_in_heaps(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    frame = conclave.to_json(alice.seal_command({'op': 'history', 'limit': 1}))
    data = len(frame).to_bytes(4, 'big') + frame
    for position in range(len(data)):
        alice.send_bytes(data[position : position + 1])
    alice.expect('history-end')
    alice.send_bytes(data * 20)
    for _ in range(20):
        alice.expect('history-end')
    assert_undisturbed(alice, bob)


def test_a_frame_that_never_ends_costs_only_its_sender(make_room):
    room = make_room('alice', 'bob', 'mallory')
    alice, bob, mallory = room.join_all('alice', 'bob', 'mallory')
    mallory.send_bytes((1000).to_bytes(4, 'big') + b'{"prot')
    assert_undisturbed(alice, bob)
    mallory.close()
    assert alice.expect('presence')['offline'] == ['mallory']
