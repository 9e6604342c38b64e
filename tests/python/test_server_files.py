# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server does when its files are not what they should be, and when the disk is not.

It says which file it is and what to do, does not start or goes on without, and overwrites nothing
that it could not understand.
"""

import os
import re
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

import conclave
from room import Process, Room, assert_undisturbed, key_of, program, run, texts, wait_until

NOBODY = 65534


@pytest.fixture(scope='module')
def template(tmp_path_factory):
    """The folder of a room in which something was said."""
    room = Room(tmp_path_factory.mktemp('template') / 'room', 'alice', 'bob', history_limit=50)
    room.start()
    alice, bob = room.join_all('alice', 'bob')
    for number in range(30):
        alice.say('%d %s' % (number, 'x' * 2000))
    room.stop()
    room.close()
    room.config['server_port'] = 0
    room.write_config()
    return room.directory


@pytest.fixture
def folder(template, tmp_path):
    return Path(shutil.copytree(template, tmp_path / 'room'))


def server(folder, *arguments, **options):
    return run(program('CHAT_SERVER'), '--directory', folder, *arguments, **options)


def snapshot(folder):
    """Everything that is there: what it is, and what it holds."""
    found = {}
    for path in sorted(folder.rglob('*')):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            content = os.readlink(path)
        elif stat.S_ISREG(mode) and path.lstat().st_size < 10**7:
            content = path.read_bytes()
        else:
            content = path.lstat().st_size
        found[path.relative_to(folder)] = (stat.S_IFMT(mode), content)
    return found


# ---- Harm, done before the start -----------------------------------------------------------------


def empty(path):
    path.write_bytes(b'')


def truncated(path):
    size = path.stat().st_size
    os.truncate(path, size // 2)


def huge(path):
    os.truncate(path, 1 << 35)  # most of it is a hole, so that no disk is needed


def text(path):
    path.write_text('Dear diary, this is none of your files.\n')


def binary(path):
    path.write_bytes(bytes(range(256)) * 20)


def remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def a_folder(path):
    remove(path)
    path.mkdir()


def a_file(path):
    remove(path)
    path.write_text('no folder\n')


def a_pipe(path):
    remove(path)
    os.mkfifo(path)


def a_device(path):
    remove(path)
    path.symlink_to('/dev/zero')


def a_link_to_nowhere(path):
    remove(path)
    path.symlink_to('nowhere/at/all')


def a_link_to_itself(path):
    remove(path)
    path.symlink_to(path.name)


def a_newer_config(path):
    path.write_text('{"server_ip": "127.0.0.1", "server_port": 0, "what_comes_next": {"a": 1}}')


def a_newer_history(path):
    database = sqlite3.connect(path)
    database.execute('PRAGMA user_version = 2')
    database.close()


def a_history_of_another_program(path):
    database = sqlite3.connect(path)
    database.execute('PRAGMA application_id = 1')
    database.close()


def a_damaged_page(path):
    """Towards the end, where opening does not look."""
    n_pages = path.stat().st_size // 4096
    with path.open('r+b') as file:
        for page in range(n_pages * 2 // 3, n_pages):
            file.seek(page * 4096)
            file.write(b'\xa5' * 4096)


def an_elliptic_key(path):
    key = ec.generate_private_key(ec.SECP256R1())
    if 'private' in path.name:
        path.write_bytes(conclave.private_pem(key))
    else:
        path.write_bytes(conclave.public_pem(key))


ANY_FILE = [a_folder, a_pipe, a_device, a_link_to_nowhere, a_link_to_itself, truncated, text]
HARM = {
    'config.json': [*ANY_FILE, empty, huge, binary, a_newer_config],
    'server_private_key.pem': [*ANY_FILE, empty, huge, binary, an_elliptic_key],
    'server_public_key.pem': [*ANY_FILE, empty, huge, binary, an_elliptic_key],
    # An empty one is what SQLite makes before it writes, and holds nothing.
    'history.db': [
        *ANY_FILE,
        binary,
        a_newer_history,
        a_history_of_another_program,
        a_damaged_page,
    ],
    'keys': [a_file, a_pipe, a_link_to_nowhere, a_link_to_itself],
}
CASES = [
    pytest.param(name, harm, id='%s is %s' % (name, harm.__name__))
    for name, harms in HARM.items()
    for harm in harms
]


@pytest.mark.parametrize('name, harm', CASES)
def test_what_cannot_be_understood_is_named_and_left_alone(folder, name, harm):
    harm(folder / name)
    before = snapshot(folder)
    result = server(folder)
    assert result.returncode == 1, result.stderr
    assert name in result.stderr
    assert len(result.stderr.splitlines()) == 1 and len(result.stderr) < 1000
    assert snapshot(folder) == before
    if name != 'history.db':  # which check does not open
        assert server(folder, 'check').returncode == 1
        assert snapshot(folder) == before


def test_the_template_is_good(folder):
    """Else the refusals above would prove nothing."""
    process = Process([program('CHAT_SERVER'), '--directory', folder])
    process.wait_line('listening')
    process.process.terminate()
    assert process.wait() == 0
    process.close()


def test_links_to_good_files_are_followed_and_stay_links(make_room, tmp_path):
    room = make_room('alice', 'bob', start=False)
    room.write_config()
    elsewhere = tmp_path / 'elsewhere'
    elsewhere.mkdir()
    for name in ('config.json', 'server_private_key.pem', 'server_public_key.pem', 'keys'):
        (room.directory / name).rename(elsewhere / name)
        (room.directory / name).symlink_to(elsewhere / name)
    room.write_config = lambda: None
    room.start()
    assert_undisturbed(*room.join_all('alice', 'bob'))
    for name in ('config.json', 'server_private_key.pem', 'server_public_key.pem', 'keys'):
        assert (room.directory / name).is_symlink()


GUESTS_HARM = [*ANY_FILE, empty, huge, binary, an_elliptic_key]


def test_guests_keys_that_cannot_be_understood_give_nobody_access_and_stay(make_room):
    room = make_room('alice', 'bob', start=False)
    for harm in GUESTS_HARM:
        room.add(harm.__name__, key_of('alice'))
        harm(room.key_file(harm.__name__))
    before = snapshot(room.directory / 'keys')
    room.start()
    for harm in GUESTS_HARM:
        assert 'key_%s.pem' % harm.__name__ in room.server.text()
    alice, bob = room.join_all('alice', 'bob')
    assert sorted(alice.members) == ['alice', 'bob']
    assert_undisturbed(alice, bob)
    assert snapshot(room.directory / 'keys') == before


# ---- Harm, done while it runs --------------------------------------------------------------------


def test_nobody_is_thrown_out_while_the_keys_are_away(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    keys = room.directory / 'keys'
    keys.rename(room.directory / 'away')
    keys.write_text('this is no folder\n')
    (room.directory / 'away' / 'touched').write_text('')
    room.server.wait_line('keys-unreadable')
    assert_undisturbed(alice, bob)
    bob.rejoin()
    assert_undisturbed(alice, bob)


def limit_files(room, size):
    """As if the disk was full: no file of the server's can grow beyond this."""
    _, hard = resource.prlimit(room.server.process.pid, resource.RLIMIT_FSIZE)
    size = hard if size is None else size
    resource.prlimit(room.server.process.pid, resource.RLIMIT_FSIZE, (size, hard))


def test_a_disk_that_fills_up_loses_nothing_that_was_acknowledged(make_room):
    room = make_room('alice', 'bob', rate_limit=0)
    alice, bob = room.join_all('alice', 'bob')
    said = ['before']
    alice.say('before')
    limit_files(room, 0)
    refused = {}
    for number in range(5):
        mid = alice.post('full %d' % number)
        error = alice.expect('error')
        assert (error['code'], error['fatal'], error['mid']) == ('not-stored', False, mid)
        refused[mid] = alice.unacknowledged[mid]
    room.server.wait_line('not-stored')
    # What is there can be read all the while, and who comes is let in.
    assert texts(bob.ask_history()[0]) == said
    bob.rejoin()
    # As soon as there is room again, the same posts are taken.
    limit_files(room, None)
    for mid, (_, jws) in refused.items():
        alice.post_signed(mid, alice.seal_for(alice.readers_of(None)), jws)
        alice.expect('ack', mid=mid)
    said += ['full %d' % number for number in range(5)]
    room.restart()
    alice.rejoin()
    assert texts(alice.ask_history()[0]) == said


def test_a_first_start_on_a_full_disk_leaves_nothing_half_made(tmp_path):
    folder = tmp_path / 'room'
    folder.mkdir()
    full = {'preexec_fn': lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))}
    result = server(folder, **full)
    assert result.returncode == 1
    assert 'config.json' in result.stderr
    assert list(folder.iterdir()) == []
    # And where only the key pair is missing.
    (folder / 'config.json').write_text('{"server_ip": "127.0.0.1", "server_port": 0}')
    result = server(folder, **full)
    assert result.returncode == 1 and 'server_private_key.pem' in result.stderr
    assert sorted(path.name for path in folder.iterdir()) == ['config.json', 'keys']


def test_a_log_that_cannot_be_written_stops_nobody(make_room):
    room = make_room('alice', 'bob')
    room.stop()
    room.write_config()  # with the port that it had
    with open('/dev/full', 'wb') as full:
        process = subprocess.Popen(
            [program('CHAT_SERVER'), '--directory', room.directory, '--verbose'],
            stdin=subprocess.DEVNULL, stdout=full, stderr=full,
        )
    try:
        def is_up():
            try:
                room.join('alice')
            except ConnectionRefusedError:
                return False
            return True

        wait_until(is_up, 'the server listens')
        assert_undisturbed(room.clients[-1], room.join('bob'))
        for client in room.clients:
            client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(conclave.PATIENCE) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


# ---- Rights --------------------------------------------------------------------------------------


@pytest.fixture
def ordinary(template):
    """A folder and the options to run a program as its owner, for whom rights mean something."""
    if os.geteuid() != 0:
        options, owner = {}, None
    else:
        options = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []}
        owner = NOBODY
    top = Path(tempfile.mkdtemp(prefix='conclave-test-'))
    try:
        try:
            run(program('CHAT_SERVER'), '--version', **options)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip('the program cannot be run as another user than root: %s' % error)
        folder = Path(shutil.copytree(template, top / 'room'))
        if owner:
            for path in (top, folder, *folder.rglob('*')):
                os.chown(path, owner, owner)
        yield folder, options
    finally:
        for path in (top, *top.rglob('*')):
            if path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(top)


@pytest.mark.parametrize(
    'name', ['config.json', 'server_private_key.pem', 'server_public_key.pem', 'keys', 'history.db']
)
def test_what_cannot_be_read_is_named(ordinary, name):
    folder, options = ordinary
    before = snapshot(folder)
    (folder / name).chmod(0)
    result = server(folder, **options)
    assert result.returncode == 1, result.stderr
    assert name in result.stderr
    (folder / name).chmod(0o700)
    assert snapshot(folder) == before


def test_a_history_that_cannot_be_written_is_named(ordinary):
    folder, options = ordinary
    (folder / 'history.db').chmod(0o400)
    folder.chmod(0o500)
    before = snapshot(folder)
    result = server(folder, **options)
    assert result.returncode == 1
    assert 'history.db' in result.stderr and 'write' in result.stderr
    assert snapshot(folder) == before


def test_a_first_start_where_nothing_can_be_made(ordinary):
    folder, options = ordinary
    for name in ('config.json', 'keys', 'server_private_key.pem'):
        path = folder / name
        kept = snapshot(folder)
        away = folder.parent / name
        path.rename(away)
        folder.chmod(0o500)
        result = server(folder, **options)
        assert result.returncode == 1
        assert re.search(r'config\.json|keys|server_private_key\.pem', result.stderr)
        folder.chmod(0o700)
        away.rename(path)
        assert snapshot(folder) == kept
