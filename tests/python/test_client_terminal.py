# SPDX-License-Identifier: GPL-3.0-or-later
"""chat-client at a terminal: prompts, the line that is being typed, completion, leaving."""

import termios

import conclave
import pexpect
import pytest
from cryptography.hazmat.primitives import serialization
from room import ENVIRONMENT, PATIENCE, client_folder, key_of, program


@pytest.fixture
def terminal():
    """terminal(folder, *arguments): chat-client on a pseudo-terminal, ended by the test."""
    made = []

    def start(folder, *arguments, **environment):
        environment = {**ENVIRONMENT, 'TERM': 'xterm', 'INPUTRC': '/dev/null', **environment}
        made.append(
            pexpect.spawn(
                program('CHAT_CLIENT'),
                ['--directory', str(folder), *arguments],
                env={name: value for name, value in environment.items() if value is not None},
                encoding='utf-8',
                timeout=PATIENCE,
                dimensions=(24, 80),
            )
        )
        return made[-1]

    yield start
    for spawned in made:
        spawned.close(force=True)


def leave(spawned):
    """The exit status."""
    spawned.expect(pexpect.EOF)
    spawned.close()
    return spawned.exitstatus


def has_echo(spawned):
    return bool(termios.tcgetattr(spawned.child_fd)[3] & termios.ECHO)


def test_a_conversation(make_room, terminal):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    alice = terminal(client_folder(room, 'alice'))
    bob.expect('presence', online=['alice'])
    alice.sendline('hello from a terminal')
    assert bob.read()['text'] == 'hello from a terminal'
    bob.say('hello back')
    alice.expect('bob.*hello back')
    alice.sendline('/exit')
    assert leave(alice) == 0


def test_a_message_does_not_break_the_line_being_typed(make_room, terminal):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    alice = terminal(client_folder(room, 'alice'))
    bob.expect('presence', online=['alice'])
    alice.send('half a li')
    alice.expect('half a li')
    bob.say('an interruption')
    alice.expect('an interruption')
    # The line is drawn again below it, and goes on.
    alice.expect('half a li')
    alice.send('ne\r')
    assert bob.read()['text'] == 'half a line'


def test_editing_keys(make_room, terminal):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    alice = terminal(client_folder(room, 'alice'))
    bob.expect('presence', online=['alice'])
    alice.send('wrld\x1b[D\x1b[D\x1b[Do\x05!\x01hello \r')  # left three times, end, beginning
    assert bob.read()['text'] == 'hello world!'
    alice.send('first line\r')
    assert bob.read()['text'] == 'first line'
    alice.send('\x1b[A\r')
    assert bob.read()['text'] == 'first line'
    alice.send('gr\u00fc\u00dfe\x7f\r')
    assert bob.read()['text'] == 'gr\u00fc\u00df'


def test_completion(make_room, terminal):
    room = make_room('alice', 'barbara', 'bob')
    bob = room.join('bob')
    alice = terminal(client_folder(room, 'alice'))
    bob.expect('presence', online=['alice'])
    alice.send('/msg bo\t')
    alice.expect('/msg bob ')
    alice.send('psst\r')
    message = bob.read()
    assert (message['text'], message['kind']) == ('psst', 'direct')
    alice.send('/hi\t')
    alice.expect('/history')
    alice.send('\r')


@pytest.mark.parametrize('key', ['\x04', '\x03'], ids=['Ctrl+D', 'Ctrl+C'])
def test_leaving_by_a_key(make_room, terminal, key):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    alice = terminal(client_folder(room, 'alice'))
    bob.expect('presence', online=['alice'])
    # Only then is the terminal in its state: the key is for readline, and not for the driver.
    alice.sendline('here')
    bob.read()
    alice.send(key)
    assert leave(alice) == 0
    assert bob.expect('presence', online=[])['offline'] == ['alice']


def test_the_terminal_is_left_as_it_was(make_room):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    shell = pexpect.spawn('/bin/sh', env=ENVIRONMENT, encoding='utf-8', timeout=PATIENCE)
    try:
        shell.sendline('stty -a; echo "1 mark"')
        shell.expect('\r\n1 mark')
        before = shell.before
        shell.sendline("%s -d '%s'" % (program('CHAT_CLIENT'), client_folder(room, 'alice')))
        bob.expect('presence', online=['alice'])
        shell.sendline('/exit')
        bob.expect('presence', online=[])
        shell.sendline('stty -a; echo "2 mark"')
        shell.expect('\r\n2 mark')
        assert stty(before) == stty(shell.before)
    finally:
        shell.close(force=True)


def stty(text):
    """The settings among the other things that a shell echoes."""
    start = text.rindex('speed ')
    return text[start:].split()


def test_a_passphrase_is_asked_for_without_echo(make_room, terminal):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    protected = conclave.private_pem(key_of('alice'), b'open sesame')
    alice = terminal(client_folder(room, 'alice', private=protected))
    alice.expect('[Pp]assphrase')
    alice.waitnoecho()
    alice.sendline('close sesame')
    alice.expect('passphrase')
    alice.expect('[Pp]assphrase')
    alice.waitnoecho()
    alice.sendline('open sesame')
    bob.expect('presence', online=['alice'])
    alice.sendline('in')
    assert bob.read()['text'] == 'in'
    alice.sendline('/exit')
    alice.expect(pexpect.EOF)
    assert 'sesame' not in alice.before


def test_three_wrong_passphrases_end_it(make_room, terminal):
    room = make_room('alice')
    protected = conclave.private_pem(key_of('alice'), b'open sesame')
    alice = terminal(client_folder(room, 'alice', private=protected))
    for _ in range(3):
        alice.expect('Passphrase for')
        alice.waitnoecho()
        alice.sendline('wrong')
    assert leave(alice) == 1


def test_interrupted_at_the_passphrase(make_room, terminal):
    """Ctrl+C there ends the program, and the terminal has its echo again."""
    room = make_room('alice')
    protected = conclave.private_pem(key_of('alice'), b'open sesame')
    alice = terminal(client_folder(room, 'alice', private=protected))
    alice.expect('Passphrase for')
    alice.waitnoecho()
    alice.send('\x03')
    alice.expect(pexpect.EOF)
    alice.wait()
    assert alice.exitstatus or alice.signalstatus


def test_what_is_not_known_is_asked_for(make_room, terminal):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    alice = terminal(client_folder(room, 'alice', config=None))
    alice.expect('address')
    alice.sendline('127.0.0.1')
    alice.expect('port')
    alice.sendline('many')
    alice.expect('65535')
    alice.sendline(str(room.port))
    alice.expect('sername')
    alice.sendline('../alice')
    alice.expect('U\\+002F|letters')
    alice.sendline('alice')
    bob.expect('presence', online=['alice'])


def test_nothing_is_asked_for_without_keys(terminal, tmp_path):
    alice = terminal(tmp_path)
    alice.expect('does not exist')
    assert leave(alice) == 1
    assert 'address' not in alice.before


def test_history_is_set_apart(make_room, terminal):
    room = make_room('alice', 'bob')
    room.join('bob').say('long ago')
    alice = terminal(client_folder(room, 'alice'))
    alice.expect('You are in the room')
    alice.sendline('/history')
    alice.expect('\\* History:.*long ago.*End of the history')


def test_a_refusal_at_a_terminal(make_room, terminal):
    room = make_room('alice')
    bob = terminal(client_folder(room, 'bob'))
    bob.expect('does not know your key')
    assert leave(bob) == 1


@pytest.mark.parametrize('no_color', [None, '1'], ids=['colors', 'NO_COLOR'])
def test_names_have_colors(make_room, terminal, no_color):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    alice = terminal(client_folder(room, 'alice'), NO_COLOR=no_color)
    bob.expect('presence', online=['alice'])
    bob.say('colorful')
    alice.expect('colorful')
    before = alice.before
    assert ('\x1b[3' in before or '\x1b[9' in before or '\x1b[1;3' in before) == (no_color is None)


def test_a_peer_cannot_command_the_terminal(make_room, terminal):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    alice = terminal(client_folder(room, 'alice'))
    bob.expect('presence', online=['alice'])
    bob.say('\x1b]0;title\x07\x1b[2J\x9b2J the end')
    alice.expect('the end')
    shown = alice.before
    for mark in ('\x1b]0', '\x1b[2J', '\x9b', '\x07'):
        assert mark not in shown


def test_lost_and_found(make_room, terminal):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    alice = terminal(client_folder(room, 'alice'))
    bob.expect('presence', online=['alice'])
    room.kill()
    alice.expect('lost|closed')
    alice.sendline('into the void?')
    room.start()
    alice.sendline('/retry')
    bob.rejoin()
    bob.read(text='into the void?')
    alice.sendline('/exit')
    assert leave(alice) == 0


def test_keygen_asks_for_a_passphrase_twice(terminal, tmp_path):
    keygen = pexpect.spawn(
        program('CHAT_CLIENT'),
        ['keygen', '--bits', '2048', '--output', str(tmp_path / 'key.pem')],
        env=ENVIRONMENT,
        encoding='utf-8',
        timeout=PATIENCE,
    )
    try:
        for _ in range(2):
            keygen.expect(':')
            keygen.waitnoecho()
            keygen.sendline('open sesame')
        assert leave(keygen) == 0
    finally:
        keygen.close(force=True)
    serialization.load_pem_private_key((tmp_path / 'key.pem').read_bytes(), b'open sesame')
