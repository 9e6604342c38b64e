# SPDX-License-Identifier: GPL-3.0-or-later
"""Who takes part in the demo: the server, the guests, and the stage that shows what they do."""

import json
import os
import re
import subprocess
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

    def spawn(self, arguments, **options):
        process = subprocess.Popen([str(argument) for argument in arguments], **options)
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
        self.lines = Lines(self.process.stderr, self.keep)
        line = self.expect(r'\blistening\b.*\bport=\d+')
        self.port = int(re.search(r'\bport=(\d+)', line).group(1))

    def keep(self, line):
        print(line, file=self.log, flush=True)
        return line

    def expect(self, pattern):
        """The next line of the log in which the pattern is found."""
        return self.lines.wait_for(re.compile(pattern).search, 'a log line with ' + pattern)

    def is_running(self):
        return self.process.poll() is None

    def wait(self):
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure('the server does not stop') from None


class Guest:
    """Somebody at chat-client in a pipe: writes lines, reads one JSON object for each event.

    `chat-client --help` lists the events and their members.
    """

    def __init__(self, stage, program, folder, name, listen=None):
        self.stage = stage
        self.name = name
        self.process = stage.spawn(
            [program, '--directory', folder, '--json'],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.listen = listen
        self.events = Lines(self.process.stdout, self.take)

    def take(self, line):
        event = json.loads(line)
        if self.listen:
            self.listen(self, event)
        return event

    def write(self, line):
        self.process.stdin.write((line + '\n').encode('utf-8'))
        self.process.stdin.flush()

    def type(self, line):
        self.stage.say('%s types: %s' % (self.name, shortened(line)))
        self.write(line)

    def expect(self, kind, **members):
        """The next event of this kind and with these members."""

        def fits(event):
            return event['event'] == kind and all(event.get(n) == v for n, v in members.items())

        return self.events.wait_for(fits, '%s %r for %s' % (kind, members, self.name))

    def read(self, text, author, audience='room'):
        """The message has to come, verified and live, and is shown as its reader sees it."""
        self.expect(
            'message',
            origin='live',
            verified=True,
            text=text,
            audience=audience,
            **{'from': author}
        )
        where = '' if audience == 'room' else ', to %s alone' % self.name
        self.stage.say('    %s reads (%s%s): %s' % (self.name, author, where, shortened(text)))

    def wait(self):
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure('%s does not end' % self.name) from None


REPLIES = (
    'Is that so? Tell me more.',
    'I see. The server does not, though: it only passes on what it cannot read.',
    'That is what I always say.',
    'Try /history, or /members, or /msg bob with something that nobody else should read.',
)


class ScriptedBob:
    """Answers what is said, as well as a script can."""

    def __init__(self):
        self.count = 0

    def __call__(self, guest, event):
        if event['event'] != 'message' or event['origin'] != 'live' or not event['verified']:
            return
        prefix = '/msg %s ' % event['from'] if event['audience'] == 'direct' else ''
        guest.write(prefix + self.answer(event))

    def answer(self, event):
        text = event.get('text', '').lower()
        if event['audience'] == 'direct':
            return 'This stays between you and me.'
        if len(text) > 1000:
            return 'That was long: %d characters, and not one was lost.' % len(text)
        if any(word in text.split() for word in ('hello', 'hello!', 'hi', 'hi!', 'hello,')):
            return 'Hello, %s! I am a script, so do not expect too much of me.' % event['from']
        if text.endswith('?'):
            return 'A good question. I wish that I were more than a script.'
        self.count += 1
        return REPLIES[self.count % len(REPLIES)]


class ScriptedCarol:
    """Greets those who come, and answers what is for nobody else."""

    def __init__(self, *expected):
        self.expected = set(expected)

    def __call__(self, guest, event):
        if event['event'] == 'online':
            self.greet(guest, event['username'])
        elif event['event'] == 'message' and event['origin'] == 'live' and event['verified']:
            if event['audience'] == 'direct':
                guest.write('/msg %s This stays between you and me.' % event['from'])

    def greet(self, guest, name):
        if name not in self.expected:
            return
        self.expected.remove(name)
        guest.write('Hello, %s!' % name)
        if not self.expected:
            guest.write('Now we are three. I am a script; write to me alone, and I answer.')


class Window:
    """Somebody at the desktop app, with settings and data in a folder of their own."""

    def __init__(self, stage, program, folder):
        self.name = folder.name
        self.log = folder / 'conclave.log'
        self.data = (folder / 'desktop').resolve()
        with open(self.log, 'wb') as log:
            self.process = stage.spawn(
                [program, '--new-instance', '--connect', folder / 'user_config.json'],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment(),
                start_new_session=True,
            )

    def environment(self):
        environment = dict(os.environ, GSETTINGS_BACKEND='keyfile')
        for kind in ('CONFIG', 'DATA', 'CACHE', 'STATE'):
            folder = self.data / kind.lower()
            folder.mkdir(mode=0o700, parents=True)
            environment['XDG_%s_HOME' % kind] = str(folder)
        self.keep_appearance(self.data / 'config')
        return environment

    @staticmethod
    def keep_appearance(config):
        """Fonts and such are the user's own."""
        own = os.environ.get('XDG_CONFIG_HOME') or os.path.expanduser('~/.config')
        for name in ('fontconfig', 'gtk-4.0'):
            if os.path.isdir(os.path.join(own, name)):
                (config / name).symlink_to(os.path.join(own, name))

    def wait(self):
        """Until the user closes it."""
        if self.process.wait():
            text = self.log.read_text(encoding='utf-8', errors='replace').strip()
            raise Failure("%s's window ended with status %d: %s" % (
                self.name, self.process.returncode, text or 'it said nothing'
            ))
