# SPDX-License-Identifier: GPL-3.0-or-later
"""What chat-server and a service manager tell each other: readiness, watchdog, sockets.

The tests stand in for systemd: they read what it would read, and hand over what it would.
"""

import fcntl
import os
import signal
import socket

import pytest

from conclave import PATIENCE
from room import ENVIRONMENT, Process, assert_undisturbed, program


class Manager:
    """The socket that $NOTIFY_SOCKET names."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(PATIENCE)
        self.socket.bind(address)
        name = self.socket.getsockname()
        self.name = name if isinstance(name, str) else name.decode().replace('\0', '@')

    def fill(self):
        """Sends to it until it takes no more."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            with pytest.raises(BlockingIOError):
                while True:
                    sender.sendto(b'STATUS=full', self.socket.getsockname())

    def expect(self, state):
        """The next datagram with this line; those that came before it."""
        before = []
        while True:
            lines = self.socket.recv(4096).decode().split('\n')
            if state in lines:
                return before
            before += lines


@pytest.fixture
def manager(tmp_path):
    made = Manager(str(tmp_path / 'notify'))
    yield made
    made.socket.close()


def start(room, monkeypatch, **environment):
    """Starts a room's server in an environment that differs from that of all others."""
    for name, value in environment.items():
        monkeypatch.setitem(ENVIRONMENT, name, value)
    room.start()
    for name in environment:
        monkeypatch.delitem(ENVIRONMENT, name)


def test_ready_and_stopping(make_room, manager, monkeypatch):
    room = make_room('alice', start=False)
    start(room, monkeypatch, NOTIFY_SOCKET=manager.name)
    assert manager.expect('READY=1') == []
    alice = room.join('alice')
    assert_undisturbed(alice)
    assert room.stop() == 0
    assert manager.expect('STOPPING=1') == []


def test_a_manager_that_does_not_read_for_a_while(make_room, manager, monkeypatch):
    """It learns all the same that the server is ready, and of a reload that it has ended."""
    room = make_room('alice', start=False)
    manager.fill()
    start(room, monkeypatch, NOTIFY_SOCKET=manager.name)
    assert_undisturbed(room.join('alice'))
    assert set(manager.expect('READY=1')) == {'STATUS=full'}
    manager.fill()
    room.server.process.send_signal(signal.SIGHUP)
    room.server.wait_line(' reloaded ')
    manager.expect('READY=1')
    manager.fill()
    assert room.stop() == 0


def test_a_name_that_is_abstract(make_room, monkeypatch):
    manager = Manager('')
    room = make_room(start=False)
    start(room, monkeypatch, NOTIFY_SOCKET=manager.name)
    manager.expect('READY=1')
    manager.socket.close()


def test_the_watchdog_hears_from_the_main_loop(make_room, manager, monkeypatch):
    room = make_room(start=False)
    start(room, monkeypatch, NOTIFY_SOCKET=manager.name, WATCHDOG_USEC='200000')
    for _ in range(5):
        manager.expect('WATCHDOG=1')
    room.server.process.send_signal(signal.SIGSTOP)
    # What was on its way; then nothing more comes from a server that hangs.
    manager.socket.settimeout(1)
    with pytest.raises(socket.timeout):
        for _ in range(100):
            manager.expect('WATCHDOG=1')
    manager.socket.settimeout(PATIENCE)
    room.server.process.send_signal(signal.SIGCONT)
    manager.expect('WATCHDOG=1')


def test_a_watchdog_of_another_process(make_room, manager, monkeypatch):
    room = make_room(start=False)
    start(
        room,
        monkeypatch,
        NOTIFY_SOCKET=manager.name,
        WATCHDOG_USEC='20000',
        WATCHDOG_PID=str(os.getpid()),
    )
    assert manager.expect('READY=1') == []
    room.stop()
    assert manager.expect('STOPPING=1') == []


def test_a_reload_begins_and_ends(make_room, manager, monkeypatch):
    room = make_room(start=False)
    start(room, monkeypatch, NOTIFY_SOCKET=manager.name)
    manager.expect('READY=1')
    room.server.process.send_signal(signal.SIGHUP)
    assert manager.expect('RELOADING=1') == []
    manager.expect('READY=1')


# ---- Sockets that listen already


def hand_over(room, *sockets):
    """Starts the server as systemd does: the descriptors from 3 on, and its own process id."""
    room.write_config()
    # The shell tells its own process id, which the server takes over by exec.
    command = 'LISTEN_PID=$$ LISTEN_FDS=%d exec "$@" %s' % (
        len(sockets),
        ' '.join('%d<&%d' % (3 + i, s.fileno()) for i, s in enumerate(sockets)),
    )
    arguments = ['/bin/bash', '-c', command, '-', program('CHAT_SERVER'), '--directory']
    room.server = Process(
        [*arguments, room.directory], pass_fds=[s.fileno() for s in sockets]
    )
    return room.server


def listening_socket(address='127.0.0.1', family=socket.AF_INET):
    made = socket.socket(family)
    made.bind((address, 0))
    made.listen()
    # High, so that it is in nobody's way from 3 on.
    high = socket.socket(fileno=fcntl.fcntl(made.fileno(), fcntl.F_DUPFD, 50))
    made.close()
    return high


def test_a_socket_that_was_handed_over(make_room):
    """Who connected before the server ran is served as well, and config.json's port is not used."""
    room = make_room('alice', 'bob', start=False, server_port=1)
    with listening_socket() as first, listening_socket() as second:
        room.address, room.port = first.getsockname()
        waiting = socket.create_connection((room.address, room.port))
        server = hand_over(room, first, second)
        alice = room.join('alice')
        server.wait_line(r'listening address=127\.0\.0\.1 port=%d ' % second.getsockname()[1])
        room.port = second.getsockname()[1]
        bob = room.join('bob')
        assert_undisturbed(alice, bob)
        waiting.close()


def test_sockets_of_another_process_are_left_alone(make_room, monkeypatch):
    room = make_room('alice', start=False)
    start(room, monkeypatch, LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))
    assert_undisturbed(room.join('alice'))


def test_a_descriptor_that_does_not_listen(make_room):
    room = make_room(start=False)
    with socket.socket() as plain:
        high = socket.socket(fileno=fcntl.fcntl(plain.fileno(), fcntl.F_DUPFD, 50))
        server = hand_over(room, high)
        assert server.wait() == 1
        assert 'ListenStream=' in server.text('err')
        high.close()
    server.close()
    room.server = None


# ---- The end of a terminal


def test_the_server_ends_with_its_terminal(make_room):
    room = make_room(start=False)
    room.write_config()
    main, side = os.openpty()
    room.server = Process(
        # The tests may run under nohup.
        ['/usr/bin/env', '--default-signal=HUP', '/usr/bin/setsid', '--ctty',
         program('CHAT_SERVER'), '--directory', room.directory],
        stdin=side,
    )
    os.close(side)
    room.server.wait_line('listening')
    os.close(main)
    room.server.wait_line('stopping by=signal')
    assert room.server.wait() == 0
