# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server writes to systemd's journal: its fields.

In a namespace of its own, in which this file, as a program, stands in for journald. Where the
system allows no such namespace, the test is left out.
"""

import json
import os
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


def be_journald(command):
    """Becomes a command whose standard error is the journal; a child prints what comes there."""
    subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', RUN], check=True)
    os.makedirs(FOLDER)
    entries = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    entries.bind(FOLDER + '/socket')
    stream = socket.socket(socket.AF_UNIX)
    stream.bind(FOLDER + '/stdout')
    stream.listen()
    journal = socket.socket(socket.AF_UNIX)
    journal.connect(FOLDER + '/stdout')
    server = os.getpid()
    if os.fork() == 0:
        print_entries(entries, server)
        os._exit(0)
    os.dup2(journal.fileno(), 2)
    os.execv(command[0], command)


def test_fields(make_room):
    import conclave
    from room import ENVIRONMENT, Process, program

    probe = [*NAMESPACE, 'mount', '-t', 'tmpfs', 'tmpfs', RUN]
    if not shutil.which('unshare') or subprocess.run(probe, check=False).returncode != 0:
        pytest.skip('no namespace for mounts')

    room = make_room('alice', start=False, admins=['alice'])
    room.write_config()
    command = [program('CHAT_SERVER'), '--directory', room.directory]
    room.server = Process([*NAMESPACE, sys.executable, __file__, *command], env=ENVIRONMENT)

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


if __name__ == '__main__':
    be_journald(sys.argv[1:])
