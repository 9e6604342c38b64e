# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo of `make run`, without a terminal and with one."""

import pathlib
import shlex
import sys

import pexpect

from room import ENVIRONMENT, PATIENCE, program, run

DEMO = pathlib.Path(__file__).parents[2] / 'data' / 'demo' / 'demo.py'


def arguments(tmp_path):
    return [str(DEMO), program('CHAT_SERVER'), program('CHAT_CLIENT'), str(tmp_path / 'demo')]


def test_the_conversation_of_two_scripts(tmp_path):
    result = run(sys.executable, *arguments(tmp_path))
    assert result.returncode == 0, result.stdout + result.stderr
    assert '(10000 characters)' in result.stdout
    assert result.stdout.rstrip().endswith('the server has stopped cleanly')


def test_a_second_run_in_the_same_folder(tmp_path):
    assert run(sys.executable, *arguments(tmp_path)).returncode == 0
    assert run(sys.executable, *arguments(tmp_path)).returncode == 0


def test_a_step_that_fails_is_named(tmp_path):
    command = arguments(tmp_path)
    command[2] = '/bin/false'
    result = run(sys.executable, *command)
    assert result.returncode == 1
    assert 'FAILED' in result.stderr and '/bin/false' in result.stderr


def test_talking_with_the_scripted_bob(tmp_path):
    terminal = pexpect.spawn(
        sys.executable,
        arguments(tmp_path),
        env=ENVIRONMENT,
        encoding='utf-8',
        timeout=PATIENCE,
        dimensions=(24, 100),
    )
    try:
        terminal.expect('You are alice')
        terminal.expect('alice')
        terminal.sendline('hello')
        terminal.expect('Hello, alice! I am a script')
        terminal.sendline('/msg bob psst')
        terminal.expect('between you and me')
        terminal.sendline('/exit')
        terminal.expect(pexpect.EOF)
    finally:
        terminal.close()
    assert terminal.exitstatus == 0, shlex.join(arguments(tmp_path))
