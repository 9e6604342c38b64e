#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A chat-server under a bounded mixed load for a long time, and what memory it holds meanwhile.

usage: soak.py [--minutes N] [--rate N] OUTPUT.json    (CHAT_SERVER names the program)

Two members stay, others come and go with and without a word; all of them post to the room and to
each other and ask for history, one gets new keys, and strangers try all that does not let them in.
`make soak` runs it and draws the curve. The exit status is 1 when the memory went on growing; runs
that are too short to tell are not judged.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import socket
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'python'))

import conclave  # noqa: E402
import room as rooms  # noqa: E402

RESIDENTS = ('alice', 'bob')
GUESTS = ('carol', 'dave', 'erin', 'frank')
HISTORY = 500
# How many points the curve has; more say nothing more.
SAMPLES = 240
# What may be added between the second quarter and the last, in percent and in KiB.
GROWTH_PERCENT = 3
GROWTH_KIB = 1024
# Before, caches are still filling.
JUDGED_MINUTES = 20


class Soak:
    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        # The allocator is measured as it is, without the tests' filling of freed memory.
        rooms.ENVIRONMENT.pop('MALLOC_PERTURB_', None)
        self.room = rooms.Room(
            folder, *RESIDENTS, *GUESTS, history_limit=HISTORY, rate_limit=0
        )
        self.mallory_keys = 0
        self.room.add('mallory', self.mallory_key())
        self.room.start()
        self.pid = self.room.server.process.pid
        self.residents = [self.room.join(name) for name in RESIDENTS]
        self.visitors = {}
        self.counts = collections.Counter()

    def mallory_key(self):
        return rooms.key_of('mallory %d' % (self.mallory_keys % 4))

    # ---- What happens, one thing at a time

    def members(self):
        return [*self.residents, *self.visitors.values()]

    def settle(self, client):
        """Reads all that has come, and forgets it: it is the server's memory that is measured."""
        client.ask_history(limit=1)
        client.inbox.clear()
        client.frames.clear()

    def settle_all(self):
        for client in self.members():
            self.settle(client)

    def post(self):
        client = self.random.choice(self.members())
        self.settle(client)
        client.say('x' * int(self.random.lognormvariate(4, 1.5)) or 'x')

    def direct(self):
        client = self.random.choice(self.members())
        self.settle(client)
        client.say('between us', to=[self.random.choice(sorted(client.members))])

    def history(self):
        client = self.random.choice(self.members())
        client.ask_history(limit=self.random.randint(1, HISTORY))
        client.inbox.clear()

    def come_or_go(self):
        name = self.random.choice(GUESTS)
        if name not in self.visitors:
            self.visitors[name] = self.room.join(name)
            return
        client = self.visitors.pop(name)
        if self.random.random() < 0.5:
            client.leave()
        else:
            client.close()
        self.room.clients.remove(client)

    def change_key(self):
        self.settle_all()
        self.mallory_keys += 1
        self.room.remove('mallory')
        for client in self.members():
            client.expect('removed', username='mallory')
        self.room.add('mallory', self.mallory_key())
        for client in self.members():
            client.expect('added', username='mallory')

    def stranger(self):
        self.random.choice(
            (self.silent_stranger, self.unknown_key, self.no_tls, self.bad_command)
        )()

    def dial(self):
        return socket.create_connection((self.room.address, self.room.port), conclave.PATIENCE)

    def silent_stranger(self):
        self.dial().close()

    def no_tls(self):
        with self.dial() as stranger:
            stranger.sendall(b'GET / HTTP/1.0\r\n\r\n')
            try:
                while stranger.recv(4096):
                    pass
            except ConnectionError:
                pass  # cut before all was read

    def unknown_key(self):
        key = rooms.key_of('a stranger')
        server_key = self.room.server_key.public_key()
        try:
            with conclave.Client(self.room.port, key, server_key, 'x') as client:
                client.receive_frame()
        except conclave.Closed:
            return
        raise AssertionError('a stranger came in')

    def bad_command(self):
        client = self.room.connect('mallory', self.mallory_key())
        client.send_frame(b'{"this is":"not a sealed command"}')
        client.expect_end()
        self.room.clients.remove(client)

    ACTIONS = (
        (post, 40),
        (direct, 15),
        (history, 5),
        (come_or_go, 15),
        (change_key, 2),
        (stranger, 20),
    )

    def step(self):
        actions, weights = zip(*self.ACTIONS)
        action = self.random.choices(actions, weights)[0]
        action(self)
        self.counts[action.__name__] += 1

    # ---- What is measured

    def sample(self, seconds):
        with open('/proc/%d/status' % self.pid, encoding='ascii') as file:
            status = dict(line.split(':', 1) for line in file)
        return {
            'seconds': round(seconds),
            'rss_kib': int(status['VmRSS'].split()[0]),
            'descriptors': len(os.listdir('/proc/%d/fd' % self.pid)),
            'steps': sum(self.counts.values()),
        }

    def run(self, seconds, rate):
        samples = []
        start = time.monotonic()
        steps = 0
        while (now := time.monotonic() - start) < seconds:
            if now >= len(samples) * seconds / SAMPLES:
                self.settle_all()
                samples.append(self.sample(now))
            self.step()
            steps += 1
            # Behind, it does not hurry: what matters is that the load is mixed, not how high it is.
            time.sleep(max(0.0, 1 / rate - (time.monotonic() - start - now)))
        samples.append(self.sample(seconds))
        return samples


def judge(samples):
    """Whether the memory is flat, and the two figures that say so."""
    quarter = len(samples) // 4
    early = statistics.median(s['rss_kib'] for s in samples[quarter : 2 * quarter])
    late = statistics.median(s['rss_kib'] for s in samples[-quarter:])
    return late - early <= max(GROWTH_KIB, early * GROWTH_PERCENT / 100), early, late


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--minutes', type=float, default=60)
    parser.add_argument('--rate', type=float, default=10, help='things that happen, a second')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('output', type=pathlib.Path)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix='conclave-soak-') as folder:
        soak = Soak(pathlib.Path(folder) / 'room', options.seed)
        try:
            samples = soak.run(options.minutes * 60, options.rate)
        finally:
            soak.room.close()

    flat, early, late = judge(samples)
    report = {
        'minutes': options.minutes,
        'what happened': dict(sorted(soak.counts.items())),
        'second quarter, median KiB': early,
        'last quarter, median KiB': late,
        'flat': flat,
        'samples': samples,
    }
    options.output.write_text(json.dumps(report, indent=1) + '\n', encoding='utf-8')
    print('%d things in %g minutes; %d KiB in the second quarter, %d in the last: %s'
          % (samples[-1]['steps'], options.minutes, early, late, 'flat' if flat else 'GROWING'))
    return 0 if flat or options.minutes < JUDGED_MINUTES else 1


if __name__ == '__main__':
    sys.exit(main())
