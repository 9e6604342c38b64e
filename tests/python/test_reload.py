# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGHUP: config.json and the keys are read again, and what is wrong with them changes nothing."""

import os
import resource
import signal

import conclave
import pytest
from room import assert_undisturbed, key_of, texts, write


def reload(room, **config):
    """Changes config.json, and waits until the server has read it; its lines from then on."""
    room.config.update(config)
    room.write_config()
    return hang_up(room)


def hang_up(room):
    start = len(room.server.lines)
    room.server.process.send_signal(signal.SIGHUP)
    number, _ = room.server.wait_line(r' (not-)?reloaded ', start)
    return '\n'.join(line for _, line in room.server.lines[start : number + 1])


def test_admins(make_room):
    room = make_room('alice', 'bob')
    alice = room.join('alice')
    alice.command('shutdown')
    assert alice.expect('error')['code'] == 'not-admin'
    assert ' reloaded settings=' in reload(room, admins=['alice'])
    alice.command('shutdown')
    alice.expect_end()
    assert room.server.wait() == 0


def test_limits_of_connections(make_room):
    room = make_room('alice', 'bob', 'carol')
    alice = room.join('alice')
    reload(room, max_connections=1, max_connections_per_user=1)
    assert_undisturbed(alice)
    for name, code in (('alice', 'too-many'), ('bob', 'full')):
        client = room.connect(name)
        client.hello()
        assert client.expect('error')['code'] == code
    reload(room, max_connections=500, max_connections_per_user=8)
    assert_undisturbed(alice, room.join('bob'))


def test_rate_limit(make_room):
    room = make_room('alice', rate_limit=0)
    alice = room.join('alice')
    reload(room, rate_limit=2)
    for number in range(14):
        alice.post(str(number))
    assert alice.expect('throttled')['rate'] == 2
    # The reserve is full again, and larger.
    reload(room, rate_limit=1000)
    for _ in range(14):
        alice.expect('ack')


def test_history_limit(make_room):
    room = make_room('alice', history_limit=10)
    alice = room.join('alice')
    for number in range(10):
        alice.say(str(number))
    reload(room, history_limit=4)
    reload(room, history_limit=8)
    # What was over the lower limit is gone, and the higher one holds for what comes.
    assert texts(alice.ask_history(limit=10)[0]) == ['6', '7', '8', '9']
    for number in range(10, 16):
        alice.say(str(number))
    assert texts(alice.ask_history(limit=10)[0]) == [str(number) for number in range(8, 16)]


def test_log_level(make_room):
    room = make_room('alice', log_level='error')
    reload(room, log_level='debug')
    room.join('alice')
    room.server.wait_line(r' debug connected ')


def test_more_workers_than_the_system_allows(make_room):
    room = make_room('alice', 'bob', workers=1)
    alice, bob = room.join_all('alice', 'bob')
    reload(room)  # The thread that reads files is there from now on.
    size = room.resident('VmSize') * 1024
    if size > 1 << 40:
        pytest.skip('a sanitizer takes up all addresses')
    # Some room, but less than the stack of one more thread.
    few = size + (1 << 20), resource.RLIM_INFINITY
    resource.prlimit(room.server.process.pid, resource.RLIMIT_AS, few)
    assert ' fewer-workers in-force=1 ' in reload(room, workers=8)
    assert_undisturbed(alice, bob)
    enough = resource.RLIM_INFINITY, resource.RLIM_INFINITY
    resource.prlimit(room.server.process.pid, resource.RLIMIT_AS, enough)
    assert 'fewer-workers' not in reload(room)
    assert_undisturbed(alice, bob)


def test_a_config_that_is_wrong_changes_nothing(make_room):
    room = make_room('alice', 'bob', admins=['alice'])
    alice = room.join('alice')
    for text in ('{"admins": ["bob"], "rate_limit": "much"}', '{', '{"admin": ["bob"]}'):
        write(room.directory / 'config.json', text)
        line = hang_up(room)
        assert ' error not-reloaded problem=' in line
        assert 'config.json' in line and 'the old settings stay in force' in line
    (room.directory / 'config.json').unlink()
    line = hang_up(room)
    assert ' error not-reloaded problem=' in line and line.count('config.json') == 1, line
    bob = room.join('bob')
    bob.command('shutdown')
    assert bob.expect('error')['code'] == 'not-admin'
    assert_undisturbed(alice, bob)
    assert ' reloaded ' in reload(room)


def test_where_it_listens_needs_a_restart(make_room):
    room = make_room('alice')
    port = room.port
    for _ in range(2):  # it is said again as long as it holds
        lines = reload(room, server_ip='127.0.0.2', server_port=1)
        assert 'needs-restart setting=server_ip in-force=127.0.0.1 wanted=127.0.0.2' in lines
        assert 'needs-restart setting=server_port' in lines and 'wanted=1 ' in lines
    assert 'needs-restart' not in reload(room, server_ip='127.0.0.1', server_port=0)
    room.port = port
    assert_undisturbed(room.join('alice'))


def test_another_key_needs_a_restart(make_room):
    room = make_room('alice')
    private = room.directory / 'server_private_key.pem'
    public = room.directory / 'server_public_key.pem'
    write(private, conclave.private_pem(key_of('another server')))
    assert ' error key-unusable problem=' in hang_up(room)
    write(public, conclave.public_pem(key_of('another server')))
    assert ' needs-restart setting=' in hang_up(room)
    # The client would refuse another key than the old one.
    assert_undisturbed(room.join('alice'))


def test_the_keys_are_read_again(make_room, tmp_path):
    """Where the folder is not seen to change: keys/ is a link, and its target is another folder."""
    room = make_room('alice', start=False)
    keys = room.directory / 'keys'
    keys.rename(tmp_path / 'old')
    keys.symlink_to(tmp_path / 'old')
    room.start()
    alice = room.join('alice')
    (tmp_path / 'new').mkdir()
    for name in ('alice', 'bob'):
        write(tmp_path / 'new' / ('key_%s.pem' % name), conclave.public_pem(key_of(name)))
    (tmp_path / 'link').symlink_to(tmp_path / 'new')
    os.replace(tmp_path / 'link', keys)
    hang_up(room)
    alice.expect('added', username='bob')
    assert_undisturbed(alice, room.join('bob'))


def test_many_at_once_and_one_while_it_stops(make_room):
    room = make_room('alice')
    alice = room.join('alice')
    for _ in range(20):
        room.server.process.send_signal(signal.SIGHUP)
        alice.say('meanwhile')
    room.server.process.terminate()
    for _ in range(20):
        room.server.process.send_signal(signal.SIGHUP)
    alice.expect_end()
    assert room.server.wait() == 0
