# SPDX-License-Identifier: GPL-3.0-or-later
"""The units under a systemd that runs, and what docs/RUNNING.md has people do with it.

In the container that boot.sh boots: as root, with the service installed and not started yet.
"""

import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization

from conclave import Client, public_pem, private_pem
from room import key_of, wait_until

PORT = 5000
STATE = pathlib.Path('/var/lib/chat-server')
DROP_INS = pathlib.Path('/run/systemd/system/chat-server.service.d')
EXPOSURE = 1.1  # as docs/RUNNING.md says

pytestmark = pytest.mark.skipif(
    not os.path.exists('/etc/conclave-test'), reason='is for the container of boot.sh'
)


def command(*arguments, **options):
    result = subprocess.run(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding='utf-8', **options
    )
    assert result.returncode == 0, '%r\n%s%s' % (arguments, result.stdout, result.stderr)
    return result.stdout


def systemctl(*arguments):
    return command('systemctl', *arguments)


class Service:
    """chat-server.service, from its first start on."""

    def __init__(self):
        self.clients = []
        self.cursor = self.entries()[-1]['__CURSOR']

    def show(self, name):
        return systemctl('show', '--property=' + name, '--value', 'chat-server').strip()

    def pid(self):
        return int(self.show('MainPID'))

    def start(self, *guests):
        """With a key that is there, because to make one takes long."""
        folder = pathlib.Path('/var/lib/private/chat-server')
        folder.mkdir(mode=0o700, parents=True)
        key = key_of('the server')
        (folder / 'server_private_key.pem').write_bytes(private_pem(key))
        (folder / 'server_public_key.pem').write_bytes(public_pem(key))
        (folder / 'server_private_key.pem').chmod(0o600)
        systemctl('start', 'chat-server')
        for name in guests:
            self.add(name)
        if guests:  # the server notices by itself, a moment later
            self.wait_event('guest-added', len(guests))

    def entries(self, **fields):
        """What is in the journal with these, as dictionaries.

        journalctl is not asked for them, because after a cursor it then leaves out the first."""
        since = ['--after-cursor=' + self.cursor] if hasattr(self, 'cursor') else []
        command('journalctl', '--sync')
        text = command('journalctl', '--output=json', '--no-pager', *since)
        entries = [json.loads(line) for line in text.splitlines()]
        return [
            entry for entry in entries
            if all(entry.get(name) == value for name, value in fields.items())
        ]

    def events(self, name):
        return self.entries(_SYSTEMD_UNIT='chat-server.service', CONCLAVE_EVENT=name)

    def wait_event(self, name, count=1):
        wait_until(lambda: len(self.events(name)) >= count, name + ' is in the journal')
        return self.events(name)[-1]

    def configure(self, text):
        """As root with an editor, and systemctl reload."""
        (STATE / 'config.json').write_text(text)
        systemctl('reload', 'chat-server')

    def add(self, name):
        file = pathlib.Path('/root', 'key_%s.pem' % name)
        file.write_bytes(public_pem(key_of(name)))
        command('/usr/local/bin/chat-server', 'add-user', name, str(file), cwd=STATE)

    def connect(self, name):
        pem = (STATE / 'server_public_key.pem').read_bytes()
        server_key = serialization.load_pem_public_key(pem)
        client = Client(PORT, key_of(name), server_key, name, '127.0.0.1')
        self.clients.append(client)
        return client

    def join(self, name):
        client = self.connect(name)
        client.join()
        return client

    def close(self):
        for client in self.clients:
            client.close()
        subprocess.run(['systemctl', 'stop', 'chat-server.socket', 'chat-server'], check=False)
        subprocess.run(['systemctl', 'reset-failed', 'chat-server'], check=False)
        shutil.rmtree('/var/lib/private/chat-server', ignore_errors=True)
        STATE.unlink(missing_ok=True)
        shutil.rmtree(DROP_INS, ignore_errors=True)
        systemctl('daemon-reload')


@pytest.fixture
def service():
    made = Service()
    yield made
    print(command('journalctl', '--no-pager', '-u', 'chat-server', '--after-cursor=' + made.cursor))
    made.close()


def drop_in(text):
    """As `systemctl edit --runtime chat-server` would write it."""
    DROP_INS.mkdir(parents=True)
    (DROP_INS / 'test.conf').write_text(text)
    systemctl('daemon-reload')


def wait_for_another(service, pid):
    """Until systemd has started it again, and it is ready."""
    wait_until(
        lambda: service.pid() not in (0, pid) and service.show('ActiveState') == 'active',
        'the server runs again',
    )


def test_a_first_start(service):
    """Ready when `start` returns, as a user of its own, with everything made."""
    systemctl('start', 'chat-server')
    assert service.show('ActiveState') == 'active'
    assert service.show('Type') == 'notify'
    socket.create_connection(('127.0.0.1', PORT)).close()
    assert STATE.is_symlink() and STATE.resolve() == pathlib.Path('/var/lib/private/chat-server')
    about = STATE.stat()
    assert about.st_mode & 0o777 == 0o700
    assert 61184 <= about.st_uid <= 65519  # those of DynamicUser
    assert pwd.getpwuid(about.st_uid).pw_name == 'chat-server'
    for path in STATE.iterdir():
        assert path.stat().st_uid == about.st_uid
    assert {path.name for path in STATE.iterdir()} >= {
        'config.json', 'keys', 'server_private_key.pem', 'server_public_key.pem', 'history.db',
    }


def test_people_talk(service):
    service.start('alice', 'bob')
    alice, bob = service.join('alice'), service.join('bob')
    alice.say('hello')
    assert bob.read(text='hello')['kind'] == 'room'
    entry = service.wait_event('joined', 2)
    assert entry['CONCLAVE_USER'] == 'bob'
    assert entry['CONCLAVE_ADDRESS'].startswith('127.0.0.1')
    assert entry['PRIORITY'] == '6'
    assert entry['SYSLOG_IDENTIFIER'] == 'chat-server'


def test_the_terminal_client(service, tmp_path):
    service.start('alice', 'bob')
    bob = service.join('bob')
    shutil.copy(STATE / 'server_public_key.pem', tmp_path)
    (tmp_path / 'client_private_key.pem').write_bytes(private_pem(key_of('alice')))
    (tmp_path / 'client_private_key.pem').chmod(0o600)
    config = {'username': 'alice', 'server_ip': '127.0.0.1', 'server_port': PORT}
    (tmp_path / 'user_config.json').write_text(json.dumps(config))
    command(
        '/usr/local/bin/chat-client', '--directory', str(tmp_path), '--json', input='hello\n/exit\n'
    )
    assert bob.read(text='hello')['author'] == 'alice'


def test_a_reload(service):
    service.start('alice')
    alice = service.join('alice')
    pid = service.pid()
    service.configure('{"server_port": "none"}')
    assert 'server_port' in service.wait_event('not-reloaded')['MESSAGE']
    alice.say('still here')
    service.configure('{"server_ip": "127.0.0.1", "admins": ["alice"]}')
    service.wait_event('reloaded')
    alice.say('and now an admin')
    assert (service.pid(), service.show('ActiveState')) == (pid, 'active')
    alice.command('shutdown')
    alice.expect_end()
    wait_until(lambda: service.show('ActiveState') == 'inactive', 'it is shut down')
    assert service.show('Result') == 'success'


def test_a_config_that_root_may_read_only(service):
    """The server is another user: its log says so, and the old settings stay."""
    service.start('alice')
    alice = service.join('alice')
    path = STATE / 'config.json'
    text = path.read_text()
    path.unlink()
    path.touch(mode=0o600)
    path.write_text(text)
    systemctl('reload', 'chat-server')
    assert 'config.json' in service.wait_event('not-reloaded')['MESSAGE']
    alice.say('still here')
    path.chmod(0o644)
    systemctl('reload', 'chat-server')
    service.wait_event('reloaded')
    systemctl('restart', 'chat-server')
    service.join('alice').say('and again')


def test_a_kill(service):
    service.start('alice')
    alice = service.join('alice')
    alice.say('before')
    pid = service.pid()
    os.kill(pid, 9)
    wait_for_another(service, pid)
    assert service.show('NRestarts') == '1'
    alice.rejoin()
    assert [message['text'] for message in alice.ask_history()[0]] == ['before']


def test_a_hang(service):
    """What the watchdog does, with less patience than the unit has."""
    drop_in('[Service]\nWatchdogSec=2\nTimeoutAbortSec=1\n')
    service.start('alice')
    pid = service.pid()
    os.kill(pid, 19)
    wait_for_another(service, pid)
    about = service.entries(UNIT='chat-server.service')
    assert any('watchdog' in entry['MESSAGE'].lower() for entry in about), about
    service.join('alice').say('hello')


def test_it_stays_within_its_watchdog(service):
    drop_in('[Service]\nWatchdogSec=1\n')
    service.start('alice')
    pid = service.pid()
    alice = service.join('alice')
    for number in range(4):
        subprocess.run(['sleep', '1'], check=True)
        alice.say(str(number))
    assert (service.pid(), service.show('NRestarts')) == (pid, '0')


def test_a_stop(service):
    service.start('alice')
    alice = service.join('alice')
    systemctl('stop', 'chat-server')
    alice.expect_end()
    assert service.show('Result') == 'success'
    assert service.events('stopping') and service.events('stopped')
    about = service.entries(UNIT='chat-server.service')
    assert any('Deactivated successfully' in entry['MESSAGE'] for entry in about), about


def test_a_start_that_fails(service):
    """`systemctl start` says so, and the journal why."""
    service.start()
    systemctl('stop', 'chat-server')
    (STATE / 'config.json').write_text('{')
    result = subprocess.run(['systemctl', 'start', 'chat-server'], check=False)
    assert result.returncode != 0
    entries = service.entries(_SYSTEMD_UNIT='chat-server.service')
    assert any('config.json' in entry['MESSAGE'] for entry in entries)


# ---- The sandbox


def status_of(pid):
    lines = pathlib.Path('/proc/%d/status' % pid).read_text().splitlines()
    return dict(line.split(':\t', 1) for line in lines if ':\t' in line)


def test_the_sandbox_as_systemd_sees_it(service):
    service.start()
    text = command('systemd-analyze', 'security', '--no-pager', 'chat-server.service')
    last = text.strip().split('\n')[-1]
    assert float(last.split('service: ')[1].split()[0]) <= EXPOSURE, text


def test_the_sandbox_as_the_kernel_sees_it(service):
    service.start()
    status = status_of(service.pid())
    assert [status[name] for name in ('CapPrm', 'CapEff', 'CapBnd', 'CapAmb')] == ['0' * 16] * 4
    assert status['NoNewPrivs'] == '1'
    assert status['Seccomp'] == '2'


@pytest.mark.parametrize('place', ['/usr', '/etc', '/var', '/var/log', '/boot', '/srv'])
def test_it_sees_the_disk_as_one_that_cannot_be_written(service, place):
    service.start()
    result = subprocess.run(
        ['nsenter', '--target', str(service.pid()), '--mount', 'touch', place + '/x'],
        stderr=subprocess.PIPE, encoding='utf-8', check=False,
    )
    assert 'Read-only file system' in result.stderr


def test_it_sees_nobodys_home(service):
    pathlib.Path('/home/somebody').mkdir(exist_ok=True)
    service.start()
    for place in ('/home', '/root'):
        result = subprocess.run(
            ['nsenter', '--target', str(service.pid()), '--mount', 'ls', '-A', place],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding='utf-8', check=False,
        )
        assert result.stdout == ''


# ---- Sockets, credentials, backup


def test_a_socket(service):
    """The first who comes starts it; while it is away they wait."""
    service.start('alice', 'bob')
    systemctl('stop', 'chat-server')
    systemctl('start', 'chat-server.socket')
    assert service.show('ActiveState') == 'inactive'
    alice = service.join('alice')
    alice.say('before')
    assert service.show('ActiveState') == 'active'
    pid = service.pid()
    os.kill(pid, 9)
    bob = service.join('bob')  # at once: systemd holds the port
    assert [message['text'] for message in bob.ask_history()[0]] == ['before']
    systemctl('restart', 'chat-server')
    alice.rejoin()
    alice.say('after')
    systemctl('stop', 'chat-server.socket', 'chat-server')
    with pytest.raises(ConnectionRefusedError):
        service.connect('alice')


def test_a_passphrase(service, tmp_path):
    """As the page has it."""
    service.start('alice')
    systemctl('stop', 'chat-server')
    path = STATE / 'server_private_key.pem'
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    path.write_bytes(private_pem(key, b'correct horse'))
    folder = pathlib.Path('/etc/chat-server')
    folder.mkdir()
    (folder / 'passphrase').write_text('correct horse\n')
    (folder / 'passphrase').chmod(0o600)
    page = pathlib.Path('docs/RUNNING.md').read_text(encoding='utf-8')
    text = page.split('```ini\n')[1].split('```')[0]
    assert 'LoadCredential' in text
    drop_in(text)
    systemctl('start', 'chat-server')
    service.join('alice').say('hello')


def test_backup_and_restore(service, tmp_path):
    """As the page has it; the server runs meanwhile."""
    service.start('alice')
    alice = service.join('alice')
    alice.say('kept')
    backup = str(tmp_path / 'backup')
    command('/usr/local/bin/chat-server', '--directory', str(STATE), 'backup', backup)
    alice.say('lost')
    systemctl('stop', 'chat-server')
    state = STATE.resolve()
    state.rename('/srv/chat-server-before')
    command('cp', '-r', backup, str(state))
    systemctl('start', 'chat-server')
    assert [message['text'] for message in service.join('alice').ask_history()[0]] == ['kept']
    assert (STATE / 'history.db').stat().st_uid == STATE.stat().st_uid != 0
