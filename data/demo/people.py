# SPDX-License-Identifier: GPL-3.0-or-later
"""Who takes part in the demo: the server, the guests, and the stage that shows what they do."""

import json
import re
import subprocess
import sys
import threading
import time

# How long any one step may take before the demo fails.
PATIENCE = 60
WIDTH = 72


class Failure(Exception):
    """A step of the demo did not happen; the message says which and what came instead."""


def command(*arguments):
    """Runs a program to its end, which has to be a good one."""
    arguments = [str(argument) for argument in arguments]
    result = subprocess.run(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if result.returncode:
        raise Failure('%s: %s' % (' '.join(arguments), result.stdout.decode('utf-8', 'replace')))


def shortened(text):
    if len(text) <= WIDTH:
        return text
    return '%s... (%d characters)' % (text[:WIDTH], len(text))


class Stage:
    """Shows what happens, and sees to it that no process outlives the demo."""

    def __init__(self):
        self.processes = []
        self.lock = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def say(self, text):
        with self.lock:
            print(text, flush=True)

    def check(self, holds, claim):
        if not holds:
            raise Failure('it should hold that ' + claim)
        self.say('  -> ' + claim)

    def spawn(self, arguments, **streams):
        process = subprocess.Popen([str(argument) for argument in arguments], **streams)
        self.processes.append(process)
        return process

    def run_in_front(self, arguments):
        """Gives the terminal to a program until it ends."""
        process = self.spawn(arguments)
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # Ctrl+C is for the program in front, and not for us.
                continue


class Lines:
    """The lines of a stream, each made something of by `take`, and kept to be waited for."""

    def __init__(self, stream, take):
        self.items = []
        self.changed = threading.Condition()
        self.ended = False
        threading.Thread(target=self._read, args=(stream, take), daemon=True).start()

    def _read(self, stream, take):
        for line in stream:
            item = take(line.decode('utf-8', 'replace').rstrip('\n'))
            with self.changed:
                self.items.append(item)
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for(self, test, what):
        """Takes out the first item of which the test holds."""
        deadline = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                for item in self.items:
                    if test(item):
                        self.items.remove(item)
                        return item
                left = deadline - time.monotonic()
                if self.ended or left <= 0:
                    raise Failure('%s did not come; came: %r' % (what, self.items))
                self.changed.wait(left)


class Server:
    def __init__(self, stage, program, folder):
        self.process = stage.spawn(
            [program, '--directory', folder],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            # Not in the terminal's group: Ctrl+C in the client must not stop the server.
            start_new_session=True,
        )
        self.log = open(folder / 'server.log', 'w', encoding='utf-8')
        lines = Lines(self.process.stderr, self.keep)
        line = lines.wait_for(re.compile(r'\blistening\b.*\bport=\d+').search, 'the port')
        self.port = int(re.search(r'\bport=(\d+)', line).group(1))

    def keep(self, line):
        print(line, file=self.log, flush=True)
        return line

    def wait(self):
        return self.process.wait(PATIENCE)


class Guest:
    """Somebody at chat-client in a pipe: writes lines, reads one JSON object for each event."""

    def __init__(self, stage, program, folder, name):
        self.stage = stage
        self.name = name
        self.process = stage.spawn(
            [program, '--directory', folder, '--json'],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.listeners = []
        self.events = Lines(self.process.stdout, self.take)

    def take(self, line):
        event = json.loads(line)
        for listener in self.listeners:
            listener(event)
        return event

    def write(self, line):
        self.process.stdin.write((line + '\n').encode('utf-8'))
        self.process.stdin.flush()

    def type(self, line):
        self.stage.say('%s types: %s' % (self.name, shortened(line)))
        self.write(line)

    def expect(self, kind, **members):
        def fits(event):
            return event['event'] == kind and all(event.get(n) == v for n, v in members.items())

        event = self.events.wait_for(fits, '%s: %s %r' % (self.name, kind, members))
        self.show(event)
        return event

    def show(self, event):
        pass

    def wait(self):
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure('%s does not end' % self.name) from None


if sys.version_info < (3, 7):
    sys.exit('the demo needs Python 3.7 or newer')
