# SPDX-License-Identifier: GPL-3.0-or-later
"""Why chat-client did not get in, in the words that it uses."""

import json
import socket
import ssl
import tempfile
import threading

import conclave
import pytest
from cryptography.hazmat.primitives import serialization
from room import ENVIRONMENT, client_folder, key_of, program, run, write


def refusal(client):
    """What the client says when it gives up."""
    text = client.expect('state', state='failed')['text']
    assert client.wait() == 1
    return text


def start_refusal(folder, *arguments):
    """What it says when it does not even try; one sentence for people, on standard error."""
    result = run(program('CHAT_CLIENT'), '--directory', folder, *arguments)
    assert result.returncode in (1, 2), result
    assert result.stdout == ''
    return result.stderr


def test_the_server_does_not_know_the_key(make_room, chat):
    room = make_room('alice')
    text = refusal(chat(room, 'bob'))
    assert 'does not know your key' in text
    assert conclave.fingerprint(key_of('bob')) in text


def test_the_server_has_another_key(make_room, chat):
    room = make_room('alice')
    text = refusal(chat(room, 'alice', server=conclave.public_pem(key_of('another server'))))
    assert conclave.fingerprint(key_of('another server')) in text
    assert conclave.fingerprint(room.server_key) in text


def test_the_key_has_another_name(make_room, chat):
    room = make_room('alice', 'bob')
    text = refusal(chat(room, 'alice', '--username', 'bob'))
    assert 'alice' in text and 'bob' in text


def test_the_name_is_in_use_too_often(make_room, chat):
    room = make_room('alice', max_connections_per_user=1)
    room.join('alice')
    text = refusal(chat(room, 'alice'))
    assert 'alice' in text and '1' in text


def test_the_server_is_full(make_room, chat):
    room = make_room('alice', 'bob', max_connections=1)
    room.join('bob')
    assert 'full' in refusal(chat(room, 'alice'))


def test_nobody_is_listening(make_room, chat):
    room = make_room('alice')
    room.stop()
    text = refusal(chat(room, 'alice'))
    assert 'Nobody is listening' in text and str(room.port) in text


@pytest.mark.parametrize('address', ['127.0.0.1:5000', 'http://127.0.0.1', 'localhost/room'])
def test_an_address_as_in_a_browser(make_room, chat, address):
    text = refusal(chat(make_room('alice'), 'alice', '--address', address))
    assert address in text
    assert 'the port has its own place' in text


def test_a_name_that_is_none(make_room, chat):
    room = make_room('alice')
    text = refusal(chat(room, 'alice', '--address', 'no-such-host.invalid'))
    assert 'no-such-host.invalid' in text


@pytest.fixture
def impostor():
    """impostor(talk): a port where talk(socket) answers one connection."""
    listener = socket.create_server(('127.0.0.1', 0))
    threads = []

    def start(talk):
        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(conclave.PATIENCE)
                try:
                    talk(connection)
                except OSError:
                    pass

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return str(listener.getsockname()[1])

    yield start
    listener.close()
    for thread in threads:
        thread.join(conclave.PATIENCE)


def tls_server(connection, version, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    with tempfile.NamedTemporaryFile() as file:
        pem = conclave.certificate(key).public_bytes(serialization.Encoding.PEM)
        file.write(pem + conclave.private_pem(key))
        file.flush()
        context.load_cert_chain(file.name)
    with context.wrap_socket(connection, server_side=True) as session:
        session.recv(1)


def test_not_tls_1_3(make_room, chat, impostor):
    room = make_room('alice')
    port = impostor(lambda c: tls_server(c, ssl.TLSVersion.TLSv1_2, room.server_key))
    assert 'TLS 1.3' in refusal(chat(room, 'alice', '--port', port))


def test_an_impostor_learns_nothing(make_room, chat, impostor):
    """The key is looked at before anything is said."""
    room = make_room('alice')
    heard = []

    def talk(connection):
        tls_server(connection, ssl.TLSVersion.TLSv1_3, key_of('an impostor'))
        heard.append('something')

    port = impostor(talk)
    text = refusal(chat(room, 'alice', '--port', port))
    assert conclave.fingerprint(key_of('an impostor')) in text
    assert heard in ([], ['something'])


@pytest.mark.parametrize('answer', [b'HTTP/1.1 400 Bad Request\r\n\r\n', b'\0' * 100, b''])
def test_not_tls_at_all(make_room, chat, impostor, answer):
    room = make_room('alice')
    port = impostor(lambda connection: connection.sendall(answer))
    assert port in refusal(chat(room, 'alice', '--port', port))


# ---- Files that are wrong

HERE = {'username': 'alice', 'server_ip': '127.0.0.1', 'server_port': 5000}


def test_key_files_that_are_wrong(make_room):
    room = make_room('alice')
    for change, words in (
        ({'private': b'hello'}, ['client_private_key.pem']),
        ({'private': conclave.public_pem(key_of('alice'))}, ['client_private_key.pem', 'public']),
        ({'server': conclave.private_pem(key_of('x'))}, ['server_public_key.pem', 'private']),
        ({'server': b''}, ['server_public_key.pem']),
    ):
        text = start_refusal(client_folder(room, 'alice', **change))
        for word in words:
            assert word in text, text


def test_key_files_that_are_missing(make_room):
    room = make_room('alice')
    folder = client_folder(room, 'alice')
    (folder / 'server_public_key.pem').unlink()
    text = start_refusal(folder)
    assert 'server_public_key.pem' in text
    folder = client_folder(room, 'alice')
    (folder / 'client_private_key.pem').unlink()
    text = start_refusal(folder)
    assert 'client_private_key.pem' in text and 'does not exist' in text


def test_an_empty_folder(tmp_path):
    """Both files at once, and where to get each."""
    text = start_refusal(tmp_path)
    assert 'server_public_key.pem' in text and 'admin' in text
    assert "keygen --output '%s'" % (tmp_path / 'client_private_key.pem') in text


def test_files_that_options_name(make_room, tmp_path):
    folder = client_folder(make_room('alice'), 'alice')
    for option in ('--config', '--passphrase-file'):
        text = start_refusal(folder, option, tmp_path / 'missing')
        assert text.count('missing') == 1 and option in text
    assert '--help' in start_refusal(folder, '--colour')


def test_a_passphrase_from_a_file(make_room, chat, tmp_path):
    room = make_room('alice')
    protected = conclave.private_pem(key_of('alice'), b'open sesame')
    (tmp_path / 'right').write_bytes(b'open sesame\nsecond line\n')
    (tmp_path / 'wrong').write_bytes(b'close sesame\n')
    chat(room, 'alice', '--passphrase-file', tmp_path / 'right', private=protected).expect_open()
    folder = client_folder(room, 'alice', private=protected)
    text = start_refusal(folder, '--passphrase-file', tmp_path / 'wrong')
    assert 'passphrase' in text and 'sesame' not in text
    # Without a terminal there is nobody to ask.
    assert 'passphrase' in start_refusal(folder)


@pytest.mark.parametrize(
    'config, words',
    [
        ('{', ['user_config.json']),
        ({**HERE, 'colour': 'blue'}, ['user_config.json', 'colour']),
        ({'username': 5}, ['username', 'integer', 'string']),
        ({'username': '../x'}, ['username', 'U+002F']),
        ({**HERE, 'server_port': '5000'}, ['server_port', 'string', 'integer']),
        ({**HERE, 'server_port': 70000}, ['server_port', '70000']),
    ],
)
def test_configs_that_are_wrong(make_room, config, words):
    text = start_refusal(client_folder(make_room('alice'), 'alice', config=config))
    for word in words:
        assert word in text, text


def test_no_config_and_no_terminal(make_room):
    room = make_room('alice')
    assert '--username' in start_refusal(client_folder(room, 'alice', config=None))


def test_options_instead_of_a_config(make_room, chat):
    room = make_room('alice')
    arguments = ['-a', '127.0.0.1', '-p', room.port, '-u', 'alice']
    chat(room, 'alice', *map(str, arguments), config=None).expect_open()


def test_save_writes_the_config(make_room, chat):
    room = make_room('alice')
    arguments = ['-a', '127.0.0.1', '-p', str(room.port), '-u', 'alice', '--save']
    client = chat(room, 'alice', *arguments, config=None)
    client.expect_open()
    path = client_folder(room, 'alice', config=None) / 'user_config.json'
    saved = json.loads(path.read_text())
    assert (saved['username'], saved['server_ip'], saved['server_port']) == (
        'alice',
        '127.0.0.1',
        room.port,
    )


def test_the_config_of_the_python_program(make_room, chat):
    room = make_room('alice')
    config = {'username': 'alice', 'server_ip': '127.0.0.1', 'server_port': room.port}
    chat(room, 'alice', config=json.dumps(config, indent=4)).expect_open()


# ---- keygen, fingerprint, the command line


def client(*arguments, **options):
    return run(program('CHAT_CLIENT'), *arguments, **options)


def test_keygen(tmp_path, make_room, chat):
    private = tmp_path / 'client_private_key.pem'
    result = client('keygen', '--no-passphrase', '--bits', 2048, '-u', 'zoe', '--output', private)
    assert result.returncode == 0, result.stderr
    assert private.stat().st_mode & 0o777 == 0o600
    key = serialization.load_pem_private_key(private.read_bytes(), None)
    assert key.key_size == 2048
    public = tmp_path / 'key_zoe.pem'
    assert public.read_bytes() == conclave.public_pem(key)
    assert conclave.fingerprint(key) in result.stdout
    # It says what to do with them.
    assert 'key_zoe.pem' in result.stdout and 'add-user' in result.stdout

    room = make_room('alice')
    assert (
        run(program('CHAT_SERVER'), '-d', room.directory, 'add-user', 'zoe', public).returncode == 0
    )
    room.server.wait_line('guest-added user=zoe')
    chat(room, 'zoe', private=private.read_bytes()).expect_open()


def test_keygen_never_overwrites(tmp_path):
    private = tmp_path / 'client_private_key.pem'
    arguments = ['keygen', '--no-passphrase', '--bits', 2048, '--output', private]
    assert client(*arguments).returncode == 0
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    result = client(*arguments)
    assert result.returncode != 0 and 'client_private_key.pem' in result.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_keygen_with_a_passphrase(tmp_path):
    (tmp_path / 'passphrase').write_bytes(b'open sesame\n')
    private = tmp_path / 'key.pem'
    result = client(
        'keygen', '-b', 2048, '-o', private, '--passphrase-file', tmp_path / 'passphrase'
    )
    assert result.returncode == 0, result.stderr
    assert b'BEGIN ENCRYPTED PRIVATE KEY' in private.read_bytes()
    serialization.load_pem_private_key(private.read_bytes(), b'open sesame')


@pytest.mark.parametrize('port', [0, -1, 65536, 'many'])
def test_ports_that_are_refused(tmp_path, port):
    result = client('--directory', tmp_path, '--port', port)
    assert result.returncode == 2 and str(port) in result.stderr
    if port != 'many':
        assert '1 to 65535' in result.stderr


@pytest.mark.parametrize('bits', [0, 1024, 2047, 8193, -1, 'many'])
def test_keygen_of_lengths_that_are_refused(tmp_path, bits):
    result = client('keygen', '--no-passphrase', '-b', bits, '-o', tmp_path / 'key.pem')
    assert result.returncode == 2 and str(bits) in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_fingerprint(tmp_path):
    path = tmp_path / 'key.pem'
    path.write_bytes(conclave.public_pem(key_of('alice')))
    result = client('fingerprint', path)
    assert result.returncode == 0
    assert conclave.fingerprint(key_of('alice')) in result.stdout


def test_fingerprint_of_either_half(tmp_path):
    """Several files, in the order in which they are named; a private key may need a passphrase."""
    key = key_of('alice')
    (tmp_path / 'passphrase').write_bytes(b'open sesame\n')
    public, private, closed = (tmp_path / name for name in ('public', 'private', 'closed'))
    public.write_bytes(conclave.public_pem(key))
    write(private, conclave.private_pem(key))
    write(closed, conclave.private_pem(key, b'open sesame'))
    result = client(
        'fingerprint', '--passphrase-file', tmp_path / 'passphrase', public, private, closed
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        '%s  %s  (RSA, 2048 bits)' % (conclave.fingerprint(key), path)
        for path in (public, private, closed)
    ]


def test_fingerprint_of_what_is_no_key(tmp_path):
    (tmp_path / 'notes').write_text('not a key')
    result = client('fingerprint', tmp_path / 'notes')
    assert result.returncode == 1 and str(tmp_path / 'notes') in result.stderr
    for arguments in ([], ['--dance']):
        result = client('fingerprint', *arguments)
        assert result.returncode == 2
        assert result.stderr.startswith('chat-client fingerprint: ')


def test_help_and_version():
    result = client('--help')
    assert result.returncode == 0
    for word in ('keygen', 'fingerprint', '--json', '--directory', '--passphrase-file'):
        assert word in result.stdout
    assert 'chat-client' in client('--version').stdout
    assert client('keygen', '--help').returncode == 0


@pytest.mark.parametrize('arguments', [['dance'], ['--dance'], ['-p', '0x'], ['-p', '65536']])
def test_a_wrong_command_line(arguments):
    result = client(*arguments)
    assert result.returncode == 2
    assert arguments[-1].lstrip('-') in result.stderr


def test_an_unknown_locale_is_no_reason_to_fail(make_room):
    """The texts are in English then."""
    folder = client_folder(make_room('alice'), 'alice')
    environment = {**ENVIRONMENT, 'LC_ALL': 'xx_XX.UTF-8'}
    assert client('--directory', folder, input='', env=environment).returncode == 0
