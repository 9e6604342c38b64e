# SPDX-License-Identifier: GPL-3.0-or-later
"""What others call themselves and their files, and what they say, neither commands the terminal of
the person who reads the log nor looks like a line of it."""

import json
import re
import unicodedata

import pytest

import conclave
from room import Room, assert_undisturbed, key_of, program, run, wait_until

FORGED = '2026-11-24T00:00:00Z info joined user=root address=192.0.2.7:4711'
# What a terminal, or a program that reads the log, could take for more than letters.
TRICKS = {
    'a colour': 'x\x1b[31mred',
    'a title': 'x\x1b]0;pwned\x07',
    'a screen that is cleared': 'x\x1b[2J\x1b[H',
    'a control of eight bits': 'x\x9b31m',
    'a new line': 'x\n' + FORGED,
    'a carriage return': 'x\r' + FORGED,
    'a line separator': 'x\u2028' + FORGED,
    'a vertical tab': 'x\x0b' + FORGED,
    'right to left': 'x\u202egnp.exe',
    'isolates': 'x\u2066y\u2069',
    'nothing to see': 'x\u200b\ufeff\U000e0041',
    'a pair': 'x" user=root y="',
    'backslashes': 'x\\n\\u{1b}\\',
}

LINE = re.compile(
    r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (error|warning|info|debug) [a-z-]+'
    r'( [a-z-]+=("([^"\\]|\\.)*"|[^\s"=\\]+))*'
)


def assert_harmless(text):
    for character in text:
        category = unicodedata.category(character)
        assert category not in ('Cc', 'Cf', 'Cs', 'Zl', 'Zp') or character == '\n', repr(text)


def assert_log(text):
    assert_harmless(text)
    for line in text.split('\n'):
        assert LINE.fullmatch(line), line
        assert not re.search(r' user=root\b', re.sub(r'"([^"\\]|\\.)*"', '', line)), line


@pytest.fixture(scope='module')
def tricky_room(tmp_path_factory):
    room = Room(tmp_path_factory.mktemp('log') / 'room', 'alice', 'bob', 'mallory')
    for number, trick in enumerate(TRICKS.values()):
        (room.directory / 'keys' / ('key_%d%s.pem' % (number, trick.replace('/', '')))).write_bytes(
            conclave.public_pem(key_of('somebody'))
        )
        (room.directory / 'keys' / ('%d%s.pem' % (number, trick.replace('/', '')))).write_text('x')
    room.config['rate_limit'] = 0
    room.start('--verbose')
    yield room
    room.close()


def test_names_of_files_in_the_log(tricky_room):
    """All of them are complained about, and nobody got in by one."""
    assert_log(tricky_room.server.text('err'))
    assert tricky_room.server.text('err').count('bad-key') == 2 * len(TRICKS)
    alice = tricky_room.join('alice')
    assert sorted(alice.members) == ['alice', 'bob', 'mallory']


@pytest.mark.parametrize('command', ['check', 'list-users'])
def test_names_of_files_in_what_commands_say(tricky_room, command):
    result = run(program('CHAT_SERVER'), '--directory', tricky_room.directory, command)
    assert_harmless(result.stdout + result.stderr)
    assert result.stderr.count('.pem') >= 2 * len(TRICKS)
    assert not any(line.startswith(FORGED[:20]) for line in result.stderr.split('\n'))


SAYINGS = [
    lambda client, trick: client.hello(username=trick),
    lambda client, trick: client.command(trick),
    lambda client, trick: client.command('hello', version=1, username='mallory', since=trick),
    lambda client, trick: client.send_frame({trick: trick}),
    lambda client, trick: client.send_frame(trick.encode()),
    lambda client, trick: client.send_frame({'protected': trick, 'unprotected': {'op': trick}}),
]


def test_what_members_say(tricky_room):
    alice, bob = tricky_room.join_all('alice', 'bob')
    for trick in TRICKS.values():
        # A message may hold what it likes: the server cannot read it.
        alice.say(trick)
        assert bob.read(text=trick)
        for say in SAYINGS:
            with tricky_room.connect('mallory') as client:
                say(client, trick)
                errors = [event for event in client.expect_end() if event['op'] == 'error']
            assert len(errors) == 1
            tricky_room.clients.remove(client)
    assert_undisturbed(alice, bob)

    def all_is_logged():
        log = tricky_room.server.text('err')
        return log.count('refused user=mallory') == len(TRICKS) * len(SAYINGS)

    wait_until(all_is_logged, 'each refusal has its line')
    assert_log(tricky_room.server.text('err'))


def test_a_config_that_would_command_the_terminal(tmp_path):
    for trick in TRICKS.values():
        folder = tmp_path / ('%x' % abs(hash(trick)))
        folder.mkdir()
        for config in ({trick: 1}, {'log_level': trick}, {'admins': [trick]}):
            (folder / 'config.json').write_text(json.dumps(config))
            result = run(program('CHAT_SERVER'), '--directory', folder)
            assert result.returncode == 1
            assert_harmless(result.stdout + result.stderr)
            assert len(result.stderr.splitlines()) == 1
