# SPDX-License-Identifier: GPL-3.0-or-later
"""Coming and going in the middle of a stream: the seam between what was missed and what is live."""

import threading

from room import texts


class Author(threading.Thread):
    """Posts without a pause in a thread of its own, until it is told to stop."""

    def __init__(self, client, name):
        super().__init__(daemon=True)
        self.client = client
        self.name = name
        self.said = []
        self.enough = threading.Event()

    def run(self):
        while not self.enough.is_set():
            for _ in range(10):
                self.said.append('%s %d' % (self.name, len(self.said)))
                self.client.post(self.said[-1])
            for _ in range(10):
                self.client.expect('ack')

    def finish(self):
        self.enough.set()
        self.join()


def collect(reader, heard):
    """What came as a message since the last time, with its number."""
    for message in reader.take('message'):
        assert 'problem' not in message, message
        heard.append((message['seq'], message['text']))


def test_nothing_is_lost_or_doubled_at_the_seam(make_room):
    room = make_room('alice', 'bob', 'carol', rate_limit=0, history_limit=100_000)
    alice, bob, carol = room.join_all('alice', 'bob', 'carol')
    authors = [Author(alice, 'alice'), Author(carol, 'carol')]
    for author in authors:
        author.start()
    heard = []
    for _ in range(20):
        for _ in range(5):
            message = bob.read()
            heard.append((message['seq'], message['text']))
        collect(bob, heard)
        bob.rejoin()
        collect(bob, heard)
        assert bob.caught_up['lost'] == 0
    for author in authors:
        author.finish()
    alice.say('the end')
    while heard[-1][1] != 'the end':
        message = bob.read()
        heard.append((message['seq'], message['text']))

    numbers = [seq for seq, _ in heard]
    assert numbers == sorted(set(numbers))
    for author in authors:
        assert [text for _, text in heard if text.startswith(author.name)] == author.said
    assert len(heard) == 1 + sum(len(author.said) for author in authors)


def test_history_while_others_talk(make_room):
    """Live messages may come between; the answer itself is whole and in order."""
    room = make_room('alice', 'bob', rate_limit=0, history_limit=50)
    alice, bob = room.join_all('alice', 'bob')
    author = Author(alice, 'alice')
    author.start()
    for _ in range(20):
        bob.read()
        messages, end = bob.ask_history()
        numbers = [message['seq'] for message in messages]
        assert len(numbers) == end['count'] <= 50
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert texts(messages) == ['alice %d' % (seq - 1) for seq in numbers]
    author.finish()


def test_a_newcomer_in_the_middle_of_a_stream_hears_all_that_follows(make_room):
    room = make_room('alice', 'bob', rate_limit=0)
    alice = room.join('alice')
    author = Author(alice, 'alice')
    author.start()
    for _ in range(20):
        bob = room.connect('bob')
        welcome = bob.join()
        first = bob.caught_up['seq']
        assert first >= welcome['seq']
        heard = [bob.read()['seq'] for _ in range(20)]
        assert heard == list(range(first + 1, first + 21))
        bob.close()
        room.clients.remove(bob)
    author.finish()
