# SPDX-License-Identifier: GPL-3.0-or-later
"""The units for systemd are right, and leave the server no more than the page says.

Needs systemd-analyze, not a systemd that runs.
"""

import os
import pathlib
import re
import shlex
import shutil

import pytest

from room import ENVIRONMENT, Process, program, run

# As docs/RUNNING.md says, in tenths. A newer systemd may know of more that could be given up.
EXPOSURE = 11
TOP = pathlib.Path(__file__).parents[2]


@pytest.fixture
def units(tmp_path):
    """The units as they are installed, but for the program, which is the one to be tested."""
    folder = tmp_path / 'units'
    folder.mkdir()
    built = pathlib.Path(os.environ['SERVICE_UNIT']).read_text(encoding='utf-8')
    command = 'ExecStart=' + program('CHAT_SERVER')
    text, count = re.subn(r'^ExecStart=\S+', command, built, flags=re.M)
    assert count == 1
    (folder / 'chat-server.service').write_text(text, encoding='utf-8')
    shutil.copy(TOP / 'data' / 'server' / 'chat-server.socket', folder)
    return folder


def analyze(*arguments):
    if not shutil.which('systemd-analyze'):
        pytest.skip('systemd-analyze is not installed')
    return run('systemd-analyze', *arguments)


def test_nothing_is_misspelt(units):
    result = analyze(
        'verify', '--man=no', units / 'chat-server.service', units / 'chat-server.socket'
    )
    ours = [line for line in result.stderr.split('\n') if 'chat-server' in line]
    assert ours == []
    assert result.returncode == 0, result.stderr


def test_the_sandbox_is_tight(units):
    result = analyze(
        'security',
        '--offline=true',
        '--threshold=%d' % EXPOSURE,
        '--no-pager',
        units / 'chat-server.service',
    )
    assert result.returncode == 0, result.stdout + result.stderr
    page = (TOP / 'docs' / 'RUNNING.md').read_text(encoding='utf-8')
    assert '**%.1f (OK)**' % (EXPOSURE / 10) in page


def test_the_command_starts_a_server(units, tmp_path, make_room):
    room = make_room(name='chat-server', start=False)
    room.write_config()
    unit = (units / 'chat-server.service').read_text(encoding='utf-8')
    command = re.search(r'^ExecStart=(.*)$', unit, re.M)[1].replace('%S', str(tmp_path))
    room.server = Process(shlex.split(command), env=ENVIRONMENT)
    room.server.wait_line('listening')
    # The folder that systemd makes is the one that it runs in.
    assert 'StateDirectory=%s\n' % room.directory.name in unit


def test_the_page_names_every_setting():
    """In one of the two rows of what a reload does."""
    page = (TOP / 'docs' / 'RUNNING.md').read_text(encoding='utf-8')
    source = (TOP / 'src' / 'server' / 'chat-server-config.c').read_text(encoding='utf-8')
    settings = re.findall(r'\{ "(\w+)", read_\w+ \}', source)
    assert len(settings) >= 8
    rows = '\n'.join(line for line in page.split('\n') if line.startswith('| a'))
    assert [name for name in settings if '`%s`' % name not in rows] == []
