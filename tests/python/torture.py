#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loses what it can: kills, cuts, stalls, fills and turns back, while people talk.

usage: torture.py [KILLS [SEED]]     (`make torture` gives it the programs)

Two clients of conclave.py and two chat-clients post numbered messages through a proxy. All the
while the server is killed and comes back, connections are cut in the middle of a frame or stall,
its disk is full, its clock is set, and so are those of the clients, which disagree from the start.
Afterwards everything that was acknowledged has to be in the history, once, under its number, and in
the one order that all have seen; and nobody may have missed anything without having been told.

What is done, and when, follows from the seed, which is printed; what it meets does not.
"""

import collections
import json
import os
import pathlib
import random
import resource
import select
import socket
import struct
import sys
import tempfile
import threading
import time
import uuid

from conclave import PATIENCE, Client, Closed, ProtocolError, milliseconds
from room import ChatClient, Room, client_folder, key_of

# What one client may have on its way.
MAX_UNACKNOWLEDGED = 16
LAST_WORDS = 'the end'
EVERYBODY = ('ann', 'ben', 'cat', 'dan')
# In seconds, how wrong a clock gets, and from where on it is called wrong.
MAX_WRONG = 10**6
MIN_WRONG = 3600


class Proxy:
    """Between the clients and the server: passes bytes on, until it is told otherwise."""

    def __init__(self, port):
        self.port_behind = port
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.flowing = threading.Event()
        self.flowing.set()
        self.lock = threading.Lock()
        self.sockets = set()
        self.left = None  # bytes until the next cut
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                front, _ = self.listener.accept()
            except OSError:
                return
            try:
                back = socket.create_connection(('127.0.0.1', self.port_behind), PATIENCE)
                back.settimeout(None)
            except OSError:  # the server is dead at the moment
                front.close()
                continue
            with self.lock:
                self.sockets |= {front, back}
            for source, target in ((front, back), (back, front)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _take(self, size):
        """How many of these bytes may pass before everything is cut."""
        with self.lock:
            if self.left is None or self.left > size:
                self.left = self.left and self.left - size
                return size, False
            allowed, self.left = self.left, None
            return allowed, True

    def _pump(self, source, target):
        try:
            while True:
                data = source.recv(65536)
                self.flowing.wait()
                allowed, is_last = self._take(len(data))
                target.sendall(data[:allowed])
                if is_last:
                    self.cut()
                if not data:
                    break
        except OSError:
            pass
        self._close(source, target)

    def _close(self, *sockets):
        for one in sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)  # wakes the other pump
            except OSError:
                pass
            with self.lock:
                if one in self.sockets:
                    self.sockets.remove(one)
                    one.close()

    def cut(self):
        with self.lock:
            sockets = list(self.sockets)
        self._close(*sockets)

    def cut_after(self, size):
        with self.lock:
            self.left = size

    def close(self):
        self.flowing.set()
        self.listener.close()
        self.cut()


class Witness:
    """What one person has seen."""

    def __init__(self, name):
        self.name = name
        self.seen = []  # (seq, mid, text, is ours), in the order in which it came
        self.acknowledged = {}  # mid -> (seq, text)
        self.failed = []  # texts that were given up, and said to be
        self.lost = 0  # what it was told to have missed for good
        self.wrong_clocks = set()  # of whom it has read something with a time that is none

    def take_message(self, seq, mid, text):
        self.seen.append((seq, mid, text, False))

    def take_ack(self, seq, mid, text):
        # A repeated post is answered with the number of the first.
        if mid not in self.acknowledged:
            self.seen.append((seq, mid, text, True))
        assert self.acknowledged.setdefault(mid, (seq, text)) == (seq, text)


class Talker(threading.Thread):
    """Posts and listens; told to stop, it listens until it has heard the last words of all."""

    def __init__(self, name, seed):
        super().__init__(daemon=True)
        self.name = name
        self.witness = Witness(name)
        self.random = random.Random(seed)
        self.stopping = False
        self.speaks_last = False
        self.error = None
        self.number = 0

    def run(self):
        try:
            while not self.has_heard_all():
                self.turn()
            self.leave()
        except BaseException as error:  # pylint: disable=broad-except
            self.error = error

    def has_heard_all(self):
        return self.witness.seen and self.witness.seen[-1][2] == LAST_WORDS

    def next_text(self):
        self.number += 1
        return '%s %d' % (self.name, self.number)


class Listener(Client):
    """A client that notes each event as it comes, because a lost connection empties its inbox."""

    def __init__(self, port, name, server_key, witness, clock):
        self.witness = witness
        self.clock = clock
        self.texts = {}  # mid -> text
        self.refused = []  # mids of what could not be stored
        super().__init__(port, key_of(name), server_key, name)

    def post_under(self, seal, text, mid=None, **changes):
        # Noted first, because the connection may break while it is written.
        mid = mid or str(uuid.uuid4())
        self.texts[mid] = text
        changes.setdefault('iat', max(0, milliseconds() + 1000 * self.clock.seconds))
        return super().post_under(seal, text, mid, **changes)

    def receive(self, deadline=None):
        event = super().receive(deadline)
        if event['op'] == 'message':
            assert 'problem' not in event, event
            if abs(event['iat'] - milliseconds()) > 1000 * MIN_WRONG:
                self.witness.wrong_clocks.add(event['author'])
            if event['mid'] in self.texts:  # ours; its ack was lost
                self.witness.take_ack(event['seq'], event['mid'], event['text'])
            else:
                self.witness.take_message(event['seq'], event['mid'], event['text'])
        elif event['op'] == 'ack':
            self.witness.take_ack(event['seq'], event['mid'], self.texts[event['mid']])
        elif event['op'] == 'caught-up':
            self.witness.lost += event['lost']
        elif event['op'] == 'error' and not event['fatal']:
            assert event['code'] == 'not-stored', event
            self.refused.append(event['mid'])
        elif event['op'] == 'error':
            raise ProtocolError(event['text'], event['code'])
        return event

    def is_readable(self, seconds):
        return (
            self.bytes
            or self.socket.pending()
            or select.select([self.socket], [], [], seconds)[0]
        )


class PythonTalker(Talker):
    def __init__(self, name, seed, port, server_key, clock):
        super().__init__(name, seed)
        self.client = Listener(port, name, server_key, self.witness, clock)
        self.client.join()

    def turn(self):
        try:
            self.speak()
        except (Closed, OSError):
            self.come_back()

    def is_settled(self):
        return self.stopping and not self.client.unacknowledged

    def leave(self):
        self.client.leave()

    def speak(self):
        client = self.client
        if self.speaks_last and not client.unacknowledged:
            client.post(LAST_WORDS)
        elif not self.stopping and len(client.unacknowledged) < MAX_UNACKNOWLEDGED:
            client.post(self.next_text(), ['cat'] if self.random.random() < 0.1 else None)
        while client.refused:
            mid = client.refused.pop()
            kids, jws = client.unacknowledged[mid]
            readers = [member for member in client.members.values() if member.kid in kids]
            client.post_signed(mid, client.seal_for(readers), jws)
        while client.is_readable(0.01):
            client.receive()

    def come_back(self):
        deadline = time.monotonic() + 2 * PATIENCE
        while True:
            try:
                self.client.refused.clear()
                self.client.rejoin()
                return
            except (Closed, OSError) as error:
                if time.monotonic() > deadline:
                    raise AssertionError('%s cannot come back' % self.name) from error
                time.sleep(0.02)


class ProgramTalker(Talker):
    """chat-client --json, which comes back by itself; we only do not wait for it to try."""

    def __init__(self, name, seed, room, port, clock):
        super().__init__(name, seed)
        config = {'username': name, 'server_ip': '127.0.0.1', 'server_port': port}
        self.client = ChatClient(client_folder(room, name, config=config), **clock.environment)
        self.client.expect_open()
        self.n_written = 0
        self.n_done = 0

    def turn(self):
        assert self.client.process.poll() is None, self.client.text()
        if not self.stopping and self.n_written - self.n_done < MAX_UNACKNOWLEDGED:
            self.say()
        self.listen()
        time.sleep(0.02)

    def is_settled(self):
        return self.stopping and self.n_done == self.n_written

    def say(self):
        to = '/msg ann ' if self.random.random() < 0.1 else ''
        self.client.write(to + self.next_text())
        self.n_written += 1

    def listen(self):
        with self.client.changed:
            lines = [line for stream, line in self.client.lines if stream == 'out']
            self.client.lines = [pair for pair in self.client.lines if pair[0] != 'out']
        for line in lines:
            self.take(json.loads(line))

    def take(self, event):
        kind = event['event']
        if kind == 'message':
            assert event['verified'], event
            self.witness.take_message(event['seq'], event['mid'], event['text'])
        elif kind == 'sent':
            self.n_done += 1
            self.witness.take_ack(event['seq'], event['mid'], event['text'])
        elif kind == 'failed':
            self.n_done += 1
            self.witness.failed.append(event['text'])
        elif kind == 'caught-up':
            self.witness.lost += event['lost']
        elif kind == 'state' and event['state'] == 'waiting':
            self.client.write('/retry')

    def leave(self):
        self.client.write('/exit')
        status = self.client.wait()
        self.listen()
        assert status == (1 if self.witness.failed else 0), self.client.text()
        self.client.close()


class Clock:
    """What somebody thinks is the time: a program that has the environment, or one of our own."""

    def __init__(self, path, seconds):
        self.path = path
        self.set(seconds)
        library = os.environ.get('TORTURE_CLOCK', '')
        self.moves_programs = library != ''
        self.environment = (
            {'LD_PRELOAD': library, 'CLOCK_OFFSET_FILE': str(path)} if library else {}
        )

    def set(self, seconds):
        self.seconds = seconds
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600), 'wb') as file:
            file.write(struct.pack('=q', seconds))


class Torture:
    def __init__(self, directory, kills, seed, history_limit):
        self.random = random.Random(seed)
        self.kills = kills
        self.done = collections.Counter()
        self.history_limit = history_limit
        self.room = Room(
            directory / 'room', *EVERYBODY, rate_limit=0, history_limit=history_limit
        )
        self.server_clock = Clock(directory / 'clock', 0)
        self.clocks = {
            name: Clock(directory / ('clock of ' + name), self.wrong_time()) for name in EVERYBODY
        }
        # Python ignores SIGXFSZ, and the server is to be told of a file that may not grow, too.
        self.server_options = {'restore_signals': False}
        if self.server_clock.moves_programs:
            self.server_options['env'] = {
                **os.environ,
                'G_DEBUG': 'fatal-criticals',
                'LC_ALL': 'C.UTF-8',
                **self.server_clock.environment,
            }
        self.room.start(**self.server_options)
        self.proxy = Proxy(self.room.port)
        self.faults = [
            self.cut, self.cut_in_a_frame, self.stall, self.fill_disk, self.set_clock_of_client
        ]
        if self.server_clock.moves_programs:
            self.faults.append(self.set_clock)
        seeds = [self.random.random() for _ in EVERYBODY]
        key = self.room.server_key.public_key()
        self.talkers = [
            PythonTalker('ann', seeds[0], self.proxy.port, key, self.clocks['ann']),
            PythonTalker('ben', seeds[1], self.proxy.port, key, self.clocks['ben']),
            ProgramTalker('cat', seeds[2], self.room, self.proxy.port, self.clocks['cat']),
            ProgramTalker('dan', seeds[3], self.room, self.proxy.port, self.clocks['dan']),
        ]

    # -- Faults

    def pause(self, most):
        time.sleep(self.random.random() * most)

    def kill(self):
        self.room.kill()
        self.pause(0.1)
        self.room.start(**self.server_options)

    def cut(self):
        self.proxy.cut()

    def cut_in_a_frame(self):
        self.proxy.cut_after(self.random.randrange(1, 20000))

    def stall(self):
        self.proxy.flowing.clear()
        self.pause(0.3)
        self.proxy.flowing.set()

    def fill_disk(self):
        """No file of the server's may grow: the same as a full disk, for a while."""
        process = self.room.server.process.pid
        _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, hard))
        self.pause(0.3)
        if self.random.random() < 0.3:  # it is killed with its disk full
            self.kill()
            self.done['kill'] += 1
        else:
            resource.prlimit(process, resource.RLIMIT_FSIZE, (hard, hard))

    def wrong_time(self):
        return self.random.choice((-1, 1)) * self.random.randrange(2 * MIN_WRONG, MAX_WRONG)

    def set_clock(self):
        self.server_clock.set(self.wrong_time())

    def set_clock_of_client(self):
        self.clocks[self.random.choice(EVERYBODY)].set(self.wrong_time())

    def run(self):
        for talker in self.talkers:
            talker.start()
        while self.done['kill'] < self.kills:
            self.pause(0.3)
            fault = self.kill if self.random.random() < 0.5 else self.random.choice(self.faults)
            fault()
            self.done[fault.__name__] += 1
            self.check_talkers()
        self.proxy.cut_after(None)
        for talker in self.talkers:
            talker.stopping = True
        self.wait_for(lambda talker: talker.is_settled())
        self.talkers[0].speaks_last = True
        self.wait_for(lambda talker: not talker.is_alive())

    def check_talkers(self):
        for talker in self.talkers:
            if talker.error:
                raise talker.error

    def wait_for(self, has_come):
        deadline = time.monotonic() + 4 * PATIENCE
        while not all(has_come(talker) for talker in self.talkers):
            self.check_talkers()
            assert time.monotonic() < deadline, 'some do not come to an end'
            time.sleep(0.02)
        self.check_talkers()

    # -- The judgement

    def read_history(self, name):
        with self.room.join(name) as client:
            messages, _ = client.ask_history()
        assert all('problem' not in message for message in messages), messages
        return [(message['seq'], message['mid'], message['text']) for message in messages]

    def judge(self):
        histories = {name: self.read_history(name) for name in EVERYBODY}
        order = {}  # seq -> (mid, text): what all agree on
        for history in histories.values():
            check_order(history)
            for seq, *message in history:
                assert order.setdefault(seq, message) == message
        assert len({mid for mid, _ in order.values()}) == len(order), 'stored twice'
        first_kept = max(order) - self.history_limit + 1
        self.check_clocks()
        for talker in self.talkers:
            check_witness(talker.witness, histories[talker.name], order, first_kept)
        return len(order)

    def check_clocks(self):
        """They were wrong: else nothing was tried."""
        seen = set().union(*(talker.witness.wrong_clocks for talker in self.talkers))
        tried = {
            talker.name for talker in self.talkers
            if isinstance(talker, PythonTalker) or self.server_clock.moves_programs
        }
        assert seen == tried, 'clocks of %r were moved, those of %r were wrong' % (tried, seen)

    def close(self):
        self.proxy.close()
        for talker in self.talkers:
            if isinstance(talker, ProgramTalker) and talker.client.process.poll() is None:
                talker.client.close()
        self.room.close()


def check_order(messages):
    numbers = [message[0] for message in messages]
    assert numbers == sorted(set(numbers)), 'not in order, or twice: %r' % numbers


def check_witness(witness, history, order, first_kept):
    """history: what is stored for this person; order: all that is stored."""
    kept = {seq: (mid, text) for seq, mid, text in history}
    for mid, (seq, text) in witness.acknowledged.items():
        assert seq < first_kept or kept.get(seq) == (mid, text), (
            '%s was told that "%s" is stored as %d, where %r is'
            % (witness.name, text, seq, order.get(seq))
        )
    check_order(sorted(witness.seen))
    check_order([message for message in witness.seen if not message[3]])
    for seq, mid, text, _ in witness.seen:
        assert seq < first_kept or kept.get(seq) == (mid, text), (seq, mid, text)
    seen = {message[0] for message in witness.seen}
    missed = [seq for seq in kept if seq not in seen]
    assert len(missed) <= witness.lost, '%s missed %r and was told of %d' % (
        witness.name, missed, witness.lost
    )
    known = {text for _, text in order.values()}
    wrong = [text for text in witness.failed if text in known]
    assert not wrong, '%s was told that %r failed, and it is stored' % (witness.name, wrong)


def torture(directory, kills, seed, history_limit):
    """Returns a line that says what was done."""
    patient = Torture(directory, kills, seed, history_limit)
    try:
        patient.run()
        stored = patient.judge()
    finally:
        patient.close()
    witnesses = [talker.witness for talker in patient.talkers]
    return '%s; %d messages acknowledged, %d refused, %d in the history' % (
        ', '.join('%d × %s' % (n, name) for name, n in sorted(patient.done.items())),
        sum(len(witness.acknowledged) for witness in witnesses),
        sum(len(witness.failed) for witness in witnesses),
        stored,
    )


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    # All is kept; and then so little that some are told that they have missed what is gone.
    for number, limit in ((kills, 100_000), (kills // 4, 50)):
        print('seed %d, history_limit %d' % (seed, limit), flush=True)
        with tempfile.TemporaryDirectory() as directory:
            print(torture(pathlib.Path(directory), number, seed, limit), flush=True)


if __name__ == '__main__':
    main()
