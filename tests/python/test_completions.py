# SPDX-License-Identifier: GPL-3.0-or-later
"""What bash offers after a Tab."""

import os
import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).parents[2]
PROGRAMS = {'chat-server': 'CHAT_SERVER', 'chat-client': 'CHAT_CLIENT', 'conclave': 'CONCLAVE'}
SCRIPT = '''
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
"_${1//-/_}"
printf '%s\\n' "${COMPREPLY[@]}"
'''


def complete(*words, cwd='/'):
    """The candidates for the last word."""
    answer = subprocess.run(
        ['bash', '-u', '-c', SCRIPT, 'bash', str(TOP / 'data/completions' / words[0]), *words],
        cwd=cwd, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding='utf-8',
    )
    assert answer.stderr == ''
    return sorted(filter(None, answer.stdout.split('\n')))


def help_of(program, *command):
    if PROGRAMS[program] not in os.environ:
        pytest.skip('%s is not part of this build' % program)
    answer = subprocess.run(
        [os.environ[PROGRAMS[program]], *command, '--help'], check=True, stdout=subprocess.PIPE,
        encoding='utf-8', env=dict(os.environ, LC_ALL='C.UTF-8'),
    )
    return answer.stdout


@pytest.mark.parametrize('words', [
    ('chat-server',), ('chat-client',), ('chat-client', 'keygen'), ('chat-client', 'fingerprint'),
])
def test_every_option_is_offered(words):
    options = set(re.findall(r'^  (?:-., )?(--[a-z-]+)', help_of(*words), re.M))
    assert options and set(complete(*words, '--')) == options


def test_options_of_the_app():
    """Its --help needs a display: its manual page is compared with that elsewhere."""
    page = (TOP / 'data/man/conclave.1').read_text(encoding='utf-8')
    found = re.findall(r'^\.It Fl . , Fl -(\S+)', page, re.M)
    options = {'--' + name.replace('\\-', '-') for name in found}
    assert set(complete('conclave', '--')) == options | {'--help'}


def test_commands():
    commands = re.findall(r'^  ([a-z-]+) .*', help_of('chat-server').split('Commands')[1], re.M)
    assert len(commands) == 6 and complete('chat-server', '') == sorted(commands)
    assert complete('chat-client', '') == ['fingerprint', 'keygen']
    assert complete('chat-server', 're') == ['remove-user']


def test_files(tmp_path):
    for name in ('a.pem', 'a.txt', 'room.json'):
        (tmp_path / name).touch()
    (tmp_path / 'folder of keys').mkdir()
    both = ['a.pem', 'folder of keys']
    assert complete('chat-server', 'add-user', 'bob', '', cwd=tmp_path) == both
    assert complete('chat-client', '-k', 'a', cwd=tmp_path) == ['a.pem']
    assert complete('chat-client', 'fingerprint', 'a', cwd=tmp_path) == ['a.pem']
    assert complete('chat-client', '--config', 'a', cwd=tmp_path) == ['a.pem', 'a.txt']
    assert complete('chat-server', '--directory', '=', '', cwd=tmp_path) == ['folder of keys']
    assert complete('chat-server', 'backup', 'f', cwd=tmp_path) == ['folder of keys']
    assert complete('conclave', 'r', cwd=tmp_path) == ['room.json']


def test_names_of_guests(tmp_path):
    keys = tmp_path / 'room' / 'keys'
    keys.mkdir(parents=True)
    for name in ('key_alice.pem', 'key_bob.pem', 'readme.txt'):
        (keys / name).touch()
    both = ['alice', 'bob']
    assert complete('chat-server', '-d', 'room', 'remove-user', '', cwd=tmp_path) == both
    assert complete('chat-server', '--directory', '=', 'room', 'remove-user', 'b',
                    cwd=tmp_path) == ['bob']
    assert complete('chat-server', 'remove-user', '', cwd=tmp_path) == []
    assert complete('chat-server', 'add-user', '', cwd=tmp_path) == []


def test_nothing_on_the_line_is_run(tmp_path):
    complete('chat-server', '-d', '$(touch ran)', 'remove-user', '', cwd=tmp_path)
    complete('chat-server', 'remove-user', '$(touch ran)', cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []
