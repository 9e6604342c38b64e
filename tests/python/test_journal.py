# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server writes to systemd's journal: its fields.

In a namespace of its own, in which this file, as a program, stands in for journald. Where the
system allows no such namespace, the test is left out.
"""

import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys

import pytest

RUN = '/run'
FOLDER = '/run/systemd/journal'
NAMESPACE = ['unshare', '--map-root-user', '--mount']


def parse(datagram):
    """The fields of an entry: NAME=value in a line, or NAME, a length, and so many bytes."""
    fields = {}
    while datagram:
        line, _, rest = datagram.partition(b'\n')
        name, equals, value = line.partition(b'=')
        if not equals:
            (size,) = struct.unpack('<Q', rest[:8])
            value, rest = rest[8 : 8 + size], rest[9 + size :]
        fields[name.decode()] = value.decode()
        datagram = rest
    return fields


def print_entries(entries, server):
    """As JSON, as long as the server runs."""
    entries.settimeout(0.1)
    while True:
        try:
            print(json.dumps(parse(entries.recv(65536))), flush=True)
        except socket.timeout:
            if os.getppid() != server:
                return


def print_lines(stream):
    """What comes by standard error, as it is."""
    lines, _ = stream.accept()
    for line in lines.makefile():
        print(line, end='', flush=True)


def be_journald(command, is_away):
    """Becomes a command whose standard error is the journal; a child prints what comes there.

    One that is away takes no entries; what is written to standard error waits for its return.
    """
    subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', RUN], check=True)
    os.makedirs(FOLDER)
    entries = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    entries.bind(FOLDER + '/away' if is_away else FOLDER + '/socket')
    stream = socket.socket(socket.AF_UNIX)
    stream.bind(FOLDER + '/stdout')
    stream.listen()
    journal = socket.socket(socket.AF_UNIX)
    journal.connect(FOLDER + '/stdout')
    server = os.getpid()
    if os.fork() == 0:
        journal.close()
        if is_away:
            print_lines(stream)
        else:
            print_entries(entries, server)
        os._exit(0)
    stream.close()
    os.dup2(journal.fileno(), 2)
    os.execv(command[0], command)


def start(room, *options):
    """Starts a room's server with this file as its journal."""
    from room import ENVIRONMENT, Process, program

    probe = [*NAMESPACE, 'mount', '-t', 'tmpfs', 'tmpfs', RUN]
    if not shutil.which('unshare') or subprocess.run(probe, check=False).returncode != 0:
        pytest.skip('no namespace for mounts')

    room.write_config()
    command = [program('CHAT_SERVER'), '--directory', room.directory]
    journal = [*NAMESPACE, sys.executable, __file__, *options]
    room.server = Process([*journal, *command], env=ENVIRONMENT)


def test_fields(make_room):
    import conclave

    room = make_room('alice', start=False, admins=['alice'])
    start(room)

    def entry(event):
        return json.loads(room.server.wait_line('"CONCLAVE_EVENT": "%s"' % event)[1])

    listening = entry('listening')
    room.address, room.port = listening['CONCLAVE_ADDRESS'], int(listening['CONCLAVE_PORT'])
    alice = room.join('alice')
    joined = entry('joined')
    assert joined['MESSAGE'].startswith('info joined user=alice address=127.0.0.1:')
    assert joined['PRIORITY'] == '6'
    assert joined['SYSLOG_IDENTIFIER'] == 'chat-server'
    assert joined['CONCLAVE_USER'] == 'alice'
    assert joined['CONCLAVE_ADDRESS'].startswith('127.0.0.1:')

    # What a peer sends is a value, however it looks.
    forged = 'x\nCONCLAVE_USER=bob'
    alice.send_frame(conclave.to_json({'protected': forged}))
    alice.expect_end()
    refused = entry('refused')
    assert refused['CONCLAVE_USER'] == 'alice'

    alice = room.join('alice')
    alice.command('shutdown')
    alice.expect_end()
    assert room.server.wait() == 0


def test_a_journal_that_is_away(make_room):
    room = make_room('alice', start=False, admins=['alice'])
    start(room, '--away')
    listening = room.server.wait_line(r'^2\S+Z info listening address=')[1]
    room.address, room.port = '127.0.0.1', int(re.search(r' port=(\d+)', listening)[1])
    alice = room.join('alice')
    room.server.wait_line(r'^2\S+Z info joined user=alice address=')
    alice.command('shutdown')
    alice.expect_end()
    assert room.server.wait() == 0
    assert room.server.text().endswith(' info stopped')


if __name__ == '__main__':
    if sys.argv[1] == '--away':
        be_journald(sys.argv[2:], is_away=True)
    else:
        be_journald(sys.argv[1:], is_away=False)
