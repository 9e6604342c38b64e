# SPDX-License-Identifier: GPL-3.0-or-later
"""chat-server for the person who runs it: first start, subcommands, settings that are wrong."""

import json
import os
import re
import stat

import pytest

import conclave
from room import key_of, program, run, write


@pytest.fixture
def folder(tmp_path):
    """A room's folder in which the server has not been started yet."""
    directory = tmp_path / 'room'
    (directory / 'keys').mkdir(parents=True)
    return directory


def server(folder, *arguments):
    return run(program('CHAT_SERVER'), '--directory', folder, *arguments)


def guest_file(tmp_path, name='bob', data=None):
    return write(tmp_path / (name + '.pem'), data or conclave.public_pem(key_of(name)), 0o644)


# ---- The first start


def test_the_first_start_makes_what_is_missing(folder, spawn):
    (folder / 'keys').rmdir()
    write(folder / 'config.json', json.dumps({'server_ip': '127.0.0.1', 'server_port': 0}))
    process = spawn([program('CHAT_SERVER'), '--directory', folder])
    process.wait_line('listening')
    private, public = folder / 'server_private_key.pem', folder / 'server_public_key.pem'
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert b'BEGIN PRIVATE KEY' in private.read_bytes()
    assert b'BEGIN PUBLIC KEY' in public.read_bytes()
    assert (folder / 'keys').is_dir()
    # It says what to do next: which file to hand out, where guests' keys go, how to add one.
    process.wait_line('key_NAME.pem')
    text = process.text()
    assert 'server_public_key.pem' in text
    assert 'keys' in text and 'add-user' in text
    # Guests make their keys in the desktop app or in a terminal.
    assert '“Create a Key…”' in text and 'chat-client keygen' in text


def test_an_empty_folder_gets_a_config(folder, spawn):
    """The default port may be taken on this machine: then the start fails, with the files made."""
    process = spawn([program('CHAT_SERVER'), '--directory', folder])
    process.wait_line(r'listening|in use')
    config = json.loads((folder / 'config.json').read_text())
    assert (config['server_ip'], config['server_port']) == ('127.0.0.1', 5000)


def test_the_key_is_made_once(folder, spawn):
    write(folder / 'config.json', json.dumps({'server_ip': '127.0.0.1', 'server_port': 0}))
    first = spawn([program('CHAT_SERVER'), '--directory', folder])
    first.wait_line('listening')
    key = (folder / 'server_private_key.pem').read_bytes()
    first.process.terminate()
    assert first.wait() == 0
    spawn([program('CHAT_SERVER'), '--directory', folder]).wait_line('listening')
    assert (folder / 'server_private_key.pem').read_bytes() == key


# ---- Subcommands


def test_help_and_version(folder):
    for arguments in (
        [],
        ['add-user'],
        ['remove-user'],
        ['list-users'],
        ['fingerprint'],
        ['check'],
    ):
        result = run(program('CHAT_SERVER'), *arguments, '--help')
        assert result.returncode == 0
        assert 'chat-server' in result.stdout and 'Usage' in result.stdout
    for word in ('add-user', 'remove-user', 'list-users', 'fingerprint', 'check', '--directory'):
        assert word in run(program('CHAT_SERVER'), '--help').stdout
    assert re.search(r'\d+\.\d+', run(program('CHAT_SERVER'), '--version').stdout)


def test_unknown_subcommands_and_options(folder):
    for arguments in (['dance'], ['--dance'], ['list-users', 'x'], ['add-user', 'x']):
        result = server(folder, *arguments)
        assert result.returncode not in (0, -6, -11), arguments
        assert result.stderr
    assert [path.name for path in folder.iterdir()] == ['keys']


def test_add_list_remove(folder, tmp_path):
    result = server(folder, 'add-user', 'bob', guest_file(tmp_path))
    assert result.returncode == 0, result.stderr
    added = folder / 'keys' / 'key_bob.pem'
    assert added.read_bytes() == conclave.public_pem(key_of('bob'))
    assert conclave.fingerprint(key_of('bob')) in result.stdout

    listed = server(folder, 'list-users')
    assert listed.returncode == 0
    (line,) = (line for line in listed.stdout.splitlines() if 'bob' in line)
    assert '2048' in line and conclave.fingerprint(key_of('bob')) in line

    removed = server(folder, 'remove-user', 'bob')
    assert removed.returncode == 0, removed.stderr
    assert not added.exists()
    assert 'bob' not in server(folder, 'list-users').stdout
    again = server(folder, 'remove-user', 'bob')
    assert again.returncode != 0 and 'bob' in again.stderr


def test_add_user_while_the_server_runs(make_room, tmp_path):
    room = make_room('alice')
    alice = room.join('alice')
    assert server(room.directory, 'add-user', 'bob', guest_file(tmp_path)).returncode == 0
    assert alice.expect('added')['username'] == 'bob'
    bob = room.join('bob')
    assert server(room.directory, 'remove-user', 'BOB').returncode == 0
    assert alice.expect('removed')['username'] == 'bob'
    bob.expect_end()


def test_remove_user_without_regard_to_case(folder, tmp_path):
    server(folder, 'add-user', 'Bob', guest_file(tmp_path))
    assert server(folder, 'remove-user', 'bob').returncode == 0
    assert list((folder / 'keys').iterdir()) == []


TRICKS = {
    'a path': '../evil',
    'an absolute path': '/tmp/evil',
    'a subfolder': 'sub/evil',
    'dots': '..',
    'hidden': '.evil',
    'empty': '',
    'blank': 'ev il',
    'a newline': 'ev\nil',
    'a tab': 'ev\til',
    'an escape': 'ev\x1b[31mil',
    'too long': 'e' * 65,
    'too long in UTF-8': '\u00e9' * 33,
    'right to left override': 'ev\u202eil',
    'zero width': 'ev\u200bil',
    'a leading mark': '\u0301evil',
    'an emoji': 'evil\U0001f600',
    'a slash of another script': 'ev\u2044il',
    'a colon': 'ev:il',
    'a quote': "ev'il",
    'a percent': 'ev%sil',
    'a fullwidth slash': 'ev\uff0fil',
}


@pytest.mark.parametrize('name', TRICKS.values(), ids=TRICKS.keys())
def test_names_that_are_refused(folder, tmp_path, name):
    result = server(folder, 'add-user', '--', name, guest_file(tmp_path))
    assert result.returncode not in (0, -6, -11)
    assert result.stderr
    assert '\x1b' not in result.stderr and '\u202e' not in result.stderr
    assert [p for p in tmp_path.rglob('*') if 'key_' in p.name] == []


@pytest.mark.parametrize(
    'name',
    [
        'a',
        'Bob.Smith-2_x',
        'andr\u00e9',
        '\u0434\u043c\u0438\u0442\u0440\u0438\u0439',
        '\u6797',
        'e' * 64,
        '-',
        '7',
    ],
)
def test_names_that_are_taken(folder, tmp_path, name):
    result = server(folder, 'add-user', '--', name, guest_file(tmp_path))
    assert result.returncode == 0, result.stderr
    assert (folder / 'keys' / ('key_%s.pem' % name)).exists()
    assert name in server(folder, 'list-users').stdout


def test_a_name_is_stored_in_nfc(folder, tmp_path):
    result = server(folder, 'add-user', 'andre\u0301', guest_file(tmp_path))
    names = [path.name for path in tmp_path.rglob('key_*.pem')]
    # Either made NFC or refused with a sentence; never stored as it came.
    assert names == (['key_andr\u00e9.pem'] if result.returncode == 0 else [])


@pytest.mark.parametrize(
    'name', ['bob', 'BOB', '\uff22\uff4f\uff42'], ids=['same', 'case', 'fullwidth']
)
def test_a_name_that_is_taken_already(folder, tmp_path, name):
    server(folder, 'add-user', 'bob', guest_file(tmp_path))
    result = server(folder, 'add-user', name, guest_file(tmp_path, 'mallory'))
    assert result.returncode != 0 and 'bob' in result.stderr
    keys = list((folder / 'keys').iterdir())
    assert [path.name for path in keys] == ['key_bob.pem']
    assert keys[0].read_bytes() == conclave.public_pem(key_of('bob'))


@pytest.mark.parametrize(
    'name',
    ['aIice', 'a1ice', '\u0430\u04cf\u0456\u0441\u0435'],
    ids=['capital i', 'one', 'Cyrillic'],
)
def test_a_name_that_looks_like_another(folder, tmp_path, name):
    server(folder, 'add-user', 'alice', guest_file(tmp_path, 'alice'))
    result = server(folder, 'add-user', name, guest_file(tmp_path, 'mallory'))
    assert result.returncode == 1 and '"alice"' in result.stderr
    assert [path.name for path in folder.glob('keys/*')] == ['key_alice.pem']


def test_a_key_that_is_registered_already(folder, tmp_path):
    server(folder, 'add-user', 'bob', guest_file(tmp_path))
    result = server(folder, 'add-user', 'mallory', guest_file(tmp_path))
    assert result.returncode != 0 and 'bob' in result.stderr


@pytest.mark.parametrize('kind', ['private', 'text', 'missing', 'folder'])
def test_keys_that_add_user_refuses(folder, tmp_path, kind):
    path = tmp_path / 'bob.pem'
    if kind == 'private':
        write(path, conclave.private_pem(key_of('bob')))
    elif kind == 'text':
        write(path, b'hello')
    elif kind == 'folder':
        path.mkdir()
    result = server(folder, 'add-user', 'bob', path)
    assert result.returncode not in (0, -6, -11)
    assert 'bob.pem' in result.stderr
    assert list(folder.glob('keys/*')) == []


def test_a_leading_dash_is_a_name_after_two_dashes(folder, tmp_path):
    assert server(folder, 'add-user', '--', '-x', guest_file(tmp_path)).returncode == 0
    assert server(folder, 'remove-user', '--', '-x').returncode == 0


def test_fingerprint(make_room):
    room = make_room('alice')
    result = server(room.directory, 'fingerprint')
    assert result.returncode == 0
    assert conclave.fingerprint(room.server_key) in result.stdout


def test_fingerprint_without_a_key(folder):
    result = server(folder, 'fingerprint')
    assert result.returncode != 0 and 'server_public_key.pem' in result.stderr


# ---- check, and wrong settings


def test_check_of_a_good_folder(make_room):
    room = make_room('alice', 'bob', start=False)
    room.write_config()
    result = server(room.directory, 'check')
    assert result.returncode == 0, result.stderr
    assert not (room.directory / 'history.db').exists()


def test_check_of_a_broken_key(make_room):
    room = make_room('alice', start=False)
    room.write_config()
    write(room.key_file('bob'), b'no key')
    write(room.key_file('carol'), conclave.private_pem(key_of('carol')))
    result = server(room.directory, 'check')
    assert result.returncode != 0
    text = result.stdout + result.stderr
    assert 'key_bob.pem' in text and 'key_carol.pem' in text


def test_check_of_a_server_key_whose_halves_do_not_fit(make_room):
    room = make_room('alice', start=False)
    room.write_config()
    write(room.directory / 'server_public_key.pem', conclave.public_pem(key_of('somebody else')))
    result = server(room.directory, 'check')
    assert result.returncode != 0
    assert 'server_public_key.pem' in result.stdout + result.stderr


WRONG = {
    'an unknown member': ({'colour': 'blue'}, ['colour']),
    'a port in quotes': ({'server_port': '5000'}, ['server_port', 'string', 'integer']),
    'a port too large': ({'server_port': 65536}, ['server_port', '65536', '65535']),
    'a negative port': ({'server_port': -1}, ['server_port', '-1']),
    'an address that is a number': ({'server_ip': 127}, ['server_ip', 'integer', 'string']),
    'history_limit': ({'history_limit': 'all'}, ['history_limit', 'string', 'integer']),
    'history_limit too large': (
        {'history_limit': 10**7},
        ['history_limit', '10000000', '100000'],
    ),
    'admins is a string': ({'admins': 'alice'}, ['admins', 'string', 'array']),
    'an admin is a number': ({'admins': [1]}, ['admins', 'integer', 'string']),
    'an admin is no name': ({'admins': ['../x']}, ['admins', '../x']),
    'max_connections': ({'max_connections': 0}, ['max_connections', '0', '1']),
    'max_connections_per_user': (
        {'max_connections_per_user': True},
        ['max_connections_per_user', 'boolean', 'integer'],
    ),
    'log_level': ({'log_level': 'loud'}, ['log_level', 'loud']),
}


@pytest.mark.parametrize('change, words', WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize('command', [[], ['check']], ids=['start', 'check'])
def test_a_wrong_setting_names_everything(folder, command, change, words):
    config = {'server_ip': '127.0.0.1', 'server_port': 0, **change}
    write(folder / 'config.json', json.dumps(config))
    result = server(folder, *command)
    assert result.returncode not in (0, -6, -11)
    text = result.stdout + result.stderr
    for word in ('config.json', *words):
        assert word in text, text
    # Nothing was started, and nothing made.
    assert sorted(path.name for path in folder.iterdir()) == ['config.json', 'keys']


@pytest.mark.parametrize(
    'text',
    ['', '{', '[]', '{"server_ip": "127.0.0.1",}', "{'server_ip': '::'}", '\ufeff{}', '{} {}'],
    ids=repr,
)
def test_a_config_that_is_no_json(folder, text):
    write(folder / 'config.json', text)
    result = server(folder)
    assert result.returncode not in (0, -6, -11)
    assert 'config.json' in result.stderr
    assert sorted(path.name for path in folder.iterdir()) == ['config.json', 'keys']


@pytest.mark.skipif(os.geteuid() == 0, reason='root reads everything')
def test_a_folder_that_cannot_be_read(folder):
    folder.chmod(0)
    try:
        result = server(folder)
        assert result.returncode != 0 and str(folder) in result.stderr
    finally:
        folder.chmod(0o700)


def test_a_folder_that_is_not_there(folder):
    result = server(folder / 'nowhere')
    assert result.returncode != 0 and 'nowhere' in result.stderr
    assert not (folder / 'nowhere').exists()


# ---- A server key with a passphrase


def test_a_passphrase_file_that_is_not_there(folder):
    result = server(folder, '--passphrase-file', folder / 'missing')
    assert result.returncode == 1 and str(folder / 'missing') in result.stderr
    assert server(folder, '--no-such-option').returncode == 2


def test_a_server_key_with_a_passphrase(make_room, tmp_path):
    room = make_room('alice', start=False)
    protected = conclave.private_pem(room.server_key, b'open sesame')
    write(room.directory / 'server_private_key.pem', protected)
    room.write_config()
    for arguments in ([], ['check']):
        result = server(room.directory, *arguments)
        assert result.returncode == 1 and 'passphrase' in result.stderr
    write(tmp_path / 'wrong', b'close sesame\n')
    result = server(room.directory, '--passphrase-file', tmp_path / 'wrong')
    assert result.returncode == 1 and 'passphrase' in result.stderr
    assert 'sesame' not in result.stderr
    write(tmp_path / 'right', b'open sesame\n')
    room.start('--passphrase-file', tmp_path / 'right')
    room.join('alice')
