# SPDX-License-Identifier: GPL-3.0-or-later
"""A room for tests: its folder, the chat-server process that runs in it, and its people."""

import atexit
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from cryptography.hazmat.primitives.asymmetric import rsa

import conclave
from conclave import PATIENCE, Client


def program(variable):
    """The program to test, from CHAT_SERVER or CHAT_CLIENT."""
    path = os.environ.get(variable, '')
    assert os.access(path, os.X_OK), 'set %s to the program to test (meson test does)' % variable
    return os.path.abspath(path)


# Where clients remember whom they know: never the home of whoever runs the tests.
DATA = tempfile.mkdtemp(prefix='conclave-data-')
atexit.register(shutil.rmtree, DATA, ignore_errors=True)

# Names are translated, and clocks have zones: neither is what these tests are about.
ENVIRONMENT = {
    **os.environ,
    'LC_ALL': 'C.UTF-8',
    'TZ': 'UTC',
    'XDG_DATA_HOME': DATA,
    'G_DEBUG': 'fatal-criticals',
    'MALLOC_PERTURB_': '165',
    # What AddressSanitizer keeps of freed memory would hide how much a program really holds.
    'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=16',
    'NO_COLOR': '1',
}


@functools.lru_cache(maxsize=None)
def key_of(name):
    """The key of somebody, made at the first request; of 2048 bits, because keys are slow."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def wait_until(predicate, what):
    """Polls where nothing can be waited for: other processes' files."""
    deadline = time.monotonic() + PATIENCE
    while not predicate():
        assert time.monotonic() < deadline, 'waited in vain until ' + what
        time.sleep(0.01)


def write(path, data, mode=0o600):
    """Writes a file so that whoever watches the folder sees it whole."""
    hidden = path.with_name('.' + path.name + '.new')
    with open(os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), 'wb') as file:
        file.write(data if isinstance(data, bytes) else data.encode('utf-8'))
    os.chmod(hidden, mode)
    hidden.rename(path)
    return path


# What a sanitizer or GLib says when the program itself is wrong.
BUG = re.compile(r'Sanitizer: |runtime error: |-CRITICAL|CRITICAL \*\*')


class Process:
    """A program whose output lines are collected, and can be waited for, while it runs."""

    all = []

    def __init__(self, arguments, **options):
        self.arguments = [str(argument) for argument in arguments]
        self.lines = []
        self.changed = threading.Condition()
        self.open = 0
        options = {'env': ENVIRONMENT, 'stdin': subprocess.DEVNULL, **options}
        self.process = subprocess.Popen(
            self.arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
        )
        self.threads = [
            threading.Thread(target=self._collect, args=(stream, name), daemon=True)
            for stream, name in ((self.process.stdout, 'out'), (self.process.stderr, 'err'))
        ]
        self.open = len(self.threads)
        for thread in self.threads:
            thread.start()
        Process.all.append(self)

    def _collect(self, stream, name):
        for line in stream:
            with self.changed:
                self.lines.append((name, line.decode('utf-8', 'replace').rstrip('\n')))
                self.changed.notify_all()
        with self.changed:
            self.open -= 1
            self.changed.notify_all()

    def text(self, stream=None):
        with self.changed:
            return '\n'.join(line for name, line in self.lines if stream in (None, name))

    def wait_line(self, test, start=0):
        """Number and text of the first line from `start` on of which test (line) holds."""
        if isinstance(test, str):
            test = re.compile(test).search
        deadline = time.monotonic() + PATIENCE
        position = start
        with self.changed:
            while True:
                for number in range(position, len(self.lines)):
                    if test(self.lines[number][1]):
                        return number, self.lines[number][1]
                position = len(self.lines)
                left = deadline - time.monotonic()
                if left <= 0 or not self.open:
                    raise AssertionError(
                        '%s: no such line came%s:\n%s'
                        % (
                            self.arguments[0],
                            '' if self.open else ' before it ended',
                            '\n'.join(line for _, line in self.lines),
                        )
                    )
                self.changed.wait(left)

    def wait(self):
        """Waits for the end; the exit status."""
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError('%s did not end:\n%s' % (self.arguments[0], self.text())) from None
        for thread in self.threads:
            thread.join(PATIENCE)
        return status

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        return self.wait()

    def close(self):
        """Ends the process, and fails if it complained about itself."""
        self.kill()
        if self.process.stdin:
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.stderr.close()
        Process.all.remove(self)
        assert not BUG.search(self.text()), self.text()


def run(*arguments, **options):
    """Runs a program to its end; has returncode, stdout and stderr (text)."""
    options = {'env': ENVIRONMENT, 'stdin': subprocess.DEVNULL, **options}
    if 'input' in options:
        del options['stdin']
    result = subprocess.run(
        [str(argument) for argument in arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding='utf-8',
        timeout=PATIENCE,
        check=False,
        **options
    )
    assert not BUG.search(result.stderr), result.stderr
    return result


class Room:
    """A folder with a server key, guests' keys and config.json, and the server that runs in it."""

    def __init__(self, directory, *guests, **config):
        self.directory = directory
        self.server_key = key_of('the server')
        self.config = {'server_ip': '127.0.0.1', 'server_port': 0, **config}
        self.server = None
        self.clients = []
        directory.mkdir(exist_ok=True)
        (directory / 'keys').mkdir(exist_ok=True)
        write(directory / 'server_private_key.pem', conclave.private_pem(self.server_key))
        write(directory / 'server_public_key.pem', conclave.public_pem(self.server_key), 0o644)
        for name in guests:
            self.add(name)

    def key_file(self, name):
        return self.directory / 'keys' / ('key_%s.pem' % name)

    def add(self, name, key=None):
        return write(self.key_file(name), conclave.public_pem(key or key_of(name)), 0o644)

    def remove(self, name):
        self.key_file(name).unlink()

    def write_config(self):
        write(self.directory / 'config.json', json.dumps(self.config))

    def start(self, *arguments, **options):
        self.write_config()
        if self.server:
            self.server.close()
        command = [program('CHAT_SERVER'), '--directory', self.directory, *arguments]
        self.server = Process(command, **options)
        _, line = self.server.wait_line(r'\blistening\b')
        where = re.search(r'\baddress=(\S+) port=(\d+)', line)
        self.address, self.port = where.group(1), int(where.group(2))
        # From now on the port stays the same, so that clients find the server when it comes back.
        self.config['server_port'] = self.port
        return self

    def stop(self, number=signal.SIGTERM):
        """Stops the server, and reads what it says to those who are connected; its status."""
        self.server.process.send_signal(number)
        for client in self.clients:
            client.expect_end()
        return self.server.wait()

    def resident(self, what='VmRSS'):
        """Memory of the server in KiB: VmRSS is now, VmHWM the most that it ever was."""
        with open('/proc/%d/status' % self.server.process.pid, encoding='ascii') as status:
            return int(re.search(what + r':\s+(\d+)', status.read()).group(1))

    def descriptors(self):
        """How many the server has open."""
        return len(os.listdir('/proc/%d/fd' % self.server.process.pid))

    def kill(self):
        self.server.kill()

    def restart(self):
        self.kill()
        self.start()

    def connect(self, name, key=None, source=''):
        """A connection on which nothing was said yet."""
        client = Client(
            self.port,
            key or key_of(name),
            self.server_key.public_key(),
            name,
            self.address,
            source,
        )
        self.clients.append(client)
        return client

    def join(self, name, **hello):
        client = self.connect(name)
        client.join(**hello)
        return client

    def join_all(self, *names):
        """Several people, each of whom has seen that all the others are there."""
        clients = [self.join(name) for name in names]
        for client in clients:
            for name in names:
                while not client.members[name].online:
                    client.expect('presence')
        for client in clients:
            client.take('presence')
        return clients

    def close(self):
        """Ends everything; the server in order, so that a sanitizer can look for leaks."""
        for client in self.clients:
            client.close()
        if self.server:
            self.server.process.terminate()
            status = self.server.wait()
            self.server.close()
            assert status in (0, -signal.SIGKILL), 'the server ended with status %d' % status


def assert_undisturbed(*clients):
    """Each of them is still there, and what the first says reaches the others."""
    text = 'still here %d' % time.monotonic_ns()
    clients[0].say(text)
    for client in clients[1:]:
        assert client.read(text=text)['kind'] == 'room'


def texts(messages):
    return [message.get('text') for message in messages]


class ChatClient(Process):
    """chat-client --json in a folder of its own, written to and read like a person's client."""

    def __init__(self, folder, *arguments, **environment):
        command = [program('CHAT_CLIENT'), '--directory', folder, '--json', *arguments]
        # Whom one knows in a room is not what another test wants to know.
        environment = {**ENVIRONMENT, 'XDG_DATA_HOME': str(folder / 'data'), **environment}
        super().__init__(command, stdin=subprocess.PIPE, env=environment)

    def write(self, *lines):
        for line in lines:
            data = line if isinstance(line, bytes) else line.encode('utf-8')
            self.process.stdin.write(data + b'\n')
        self.process.stdin.flush()

    def end_input(self):
        self.process.stdin.close()

    def events(self):
        with self.changed:
            return [json.loads(line) for stream, line in self.lines if stream == 'out']

    def expect(self, kind, **members):
        """Takes out the first event of this kind and with these members, once it has come."""
        members['event'] = kind

        def fits(line):
            try:
                event = json.loads(line)
            except ValueError:  # what stderr has
                return False
            return all(event.get(name) == value for name, value in members.items())

        number, line = self.wait_line(fits)
        with self.changed:
            del self.lines[number]
        return json.loads(line)

    def expect_open(self):
        return self.expect('state', state='open')


def client_folder(room, name, **files):
    """What somebody needs to talk in a room, in a folder of their own; files replaces parts.

    private, server: PEM; config: a dict, or the file's text; None leaves a file out.
    """
    folder = room.directory.parent / ('client of ' + name)
    folder.mkdir(exist_ok=True)
    config = {
        'username': name,
        'server_ip': getattr(room, 'address', '127.0.0.1'),
        'server_port': getattr(room, 'port', 0),
    }
    parts = {
        'client_private_key.pem': files.get('private', conclave.private_pem(key_of(name))),
        'server_public_key.pem': files.get('server', conclave.public_pem(room.server_key)),
        'user_config.json': files.get('config', config),
    }
    for file_name, data in parts.items():
        if isinstance(data, dict):
            data = json.dumps(data)
        if data is not None:
            write(folder / file_name, data)
    return folder
