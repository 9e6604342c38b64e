# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the server listens."""

import json
import os
import re
import socket

import pytest

from room import Room, assert_undisturbed, program, run, write


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(('::1', 0))
        return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason='no IPv6 here')
def test_ipv6(make_room):
    room = make_room('alice', 'bob', server_ip='::1')
    assert '::1' in room.server.text()
    assert_undisturbed(*room.join_all('alice', 'bob'))


def test_a_host_name(make_room):
    room = make_room('alice', 'bob', server_ip='localhost')
    assert_undisturbed(*room.join_all('alice', 'bob'))


def refused_start(room):
    room.write_config()
    result = run(program('CHAT_SERVER'), '--directory', room.directory)
    assert result.returncode not in (0, -6, -11)
    return result.stderr


def test_an_address_in_use(make_room):
    first = make_room('alice')
    second = make_room('bob', start=False, name='second', server_port=first.port)
    text = refused_start(second)
    assert str(first.port) in text and 'in use' in text
    first.join('alice')


def test_an_address_of_another_machine(make_room):
    assert '192.0.2.1' in refused_start(make_room(start=False, server_ip='192.0.2.1'))


def test_a_name_that_is_none(make_room):
    text = refused_start(make_room(start=False, server_ip='no-such-host.invalid'))
    assert 'no-such-host.invalid' in text


@pytest.mark.skipif(os.geteuid() == 0, reason='root may use every port')
def test_a_privileged_port(make_room):
    text = refused_start(make_room(start=False, server_port=80))
    assert '80' in text and '1024' in text


def test_the_port_is_free_again_at_once(make_room):
    room = make_room('alice', 'bob')
    room.join_all('alice', 'bob')
    for _ in range(3):
        room.restart()
    assert_undisturbed(*room.join_all('alice', 'bob'))


def test_the_port_of_the_log_is_the_one(make_room):
    room = make_room('alice')
    number, line = room.server.wait_line('listening')
    assert re.search(r'address=127\.0\.0\.1\b.*port=%d\b' % room.port, line)


def test_the_current_folder_is_the_default(tmp_path, spawn):
    room = Room(tmp_path / 'room', 'alice')
    room.write_config()
    server = spawn([program('CHAT_SERVER')], cwd=room.directory)
    server.wait_line('listening')
    assert (room.directory / 'history.db').exists()


def test_two_servers_in_one_folder(make_room):
    room = make_room('alice')
    text = run(program('CHAT_SERVER'), '--directory', room.directory)
    assert text.returncode != 0
    # With a free port each, they would write the same history.
    write(room.directory / 'config.json', json.dumps({**room.config, 'server_port': 0}))
    other = run(program('CHAT_SERVER'), '--directory', room.directory)
    assert other.returncode != 0 and other.stderr
