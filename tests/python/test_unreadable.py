# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that gives back something else than what was written, while the server runs."""

from room import texts


def test_history_that_cannot_be_read(make_room):
    """Nobody is shown a gap as if it were all: who asks is sent away, and the log says why."""
    room = make_room('alice', 'bob', rate_limit=0)
    alice, bob = room.join_all('alice', 'bob')
    # More than SQLite keeps in memory.
    for number in range(60):
        alice.say('%d %s' % (number, 'x' * 60000))
    assert len(texts(alice.ask_history()[0])) == 60
    for name in ('history.db', 'history.db-wal'):
        file = room.directory / name
        with file.open('r+b') as stream:
            stream.seek(4096)
            stream.write(b'\xff' * (file.stat().st_size - 4096))
    bob.take('message')
    bob.command('history')
    ended = bob.expect_end()
    assert 'history-end' not in [event['op'] for event in ended]
    room.server.wait_line('history-unreadable')
    assert room.server.process.poll() is None
    alice.command('history')
    alice.expect_end()
