# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual says what the programs say of themselves: each option of --help, each subcommand, each
command of a room and each member of a file stands in its page, and nothing else does."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

TOP = pathlib.Path(__file__).parents[2]
PAGES = sorted((TOP / 'data' / 'man').glob('*.[15]'))
ENVIRONMENT = {**os.environ, 'LC_ALL': 'C.UTF-8', 'GSETTINGS_BACKEND': 'memory'}


def page(name):
    return (TOP / 'data' / 'man' / name).read_text(encoding='utf-8')


def between(text, first, last=r'^\.Sh '):
    """What stands after the line `first`, until `last`."""
    found = re.search(first + r'\n(.*?)(?=%s|\Z)' % last, text, re.M | re.S)
    assert found, first
    return found.group(1)


def run(variable, *arguments):
    path = os.environ.get(variable)
    if not path:
        pytest.skip('%s is not built' % variable)
    result = subprocess.run(
        [path, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding='utf-8',
        env=ENVIRONMENT, check=False,
    )
    assert result.returncode in (0, 1, 2), result.stderr
    return result


def options_of_help(text):
    """{'-d, --directory'}: the options that --help lists, without what follows them."""
    found = re.findall(r'^  (?:(-\w), )?(--[\w-]+)(?:=\S+)?(?:\s|$)', text, re.M)
    return {', '.join(filter(None, names)) for names in found}


def options_of_page(text):
    """The same from the tags of a list: .It Fl d Ar DIR , Fl -directory Ns = Ns Ar DIR"""
    found = set()
    for tag in re.findall(r'^\.It (Fl .*)$', text, re.M):
        names = ['-' + name for name in re.findall(r'Fl (\S+)', tag)]
        if all(name.startswith('--') for name in names):
            found.update(names)
        else:
            found.add(', '.join(names))
    return found


@pytest.mark.parametrize('path', PAGES, ids=lambda path: path.name)
def test_mandoc_has_nothing_to_say(path):
    if not shutil.which('mandoc'):
        pytest.skip('mandoc is not installed')
    result = subprocess.run(
        ['mandoc', '-T', 'lint', '-W', 'style', path], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding='utf-8', check=False,
    )
    # Whether a page that is named has been installed already is no fault of this one.
    assert [x for x in result.stdout.split('\n') if x and 'referenced manual' not in x] == []


@pytest.mark.parametrize('path', PAGES, ids=lambda path: path.name)
def test_groff_has_nothing_to_say(path):
    """What man uses on most systems."""
    if not shutil.which('groff'):
        pytest.skip('groff is not installed')
    result = subprocess.run(
        ['groff', '-mdoc', '-Tutf8', '-ww', '-z', path], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding='utf-8', check=False,
    )
    assert result.stdout == ''
    assert result.returncode == 0


@pytest.mark.parametrize('path', PAGES, ids=lambda path: path.name)
def test_its_name_and_the_pages_it_names(path):
    text = path.read_text(encoding='utf-8')
    name, _, section = path.name.rpartition('.')
    assert '.Dt %s %s\n' % (name.upper(), section) in text
    assert '.Nm %s\n' % name in text
    named = re.findall(r'^\.Xr (\S+) (\d)', text, re.M)
    assert {'%s.%s' % names for names in named} <= {page.name for page in PAGES}


def test_options_of_the_server():
    assert options_of_page(page('chat-server.1')) == options_of_help(
        run('CHAT_SERVER', '--help').stdout
    )


def test_commands_of_the_server():
    listed = run('CHAT_SERVER', '--help').stdout.partition('Commands')[2]
    commands = {
        re.sub(r'\s+', ' ', usage).strip()
        for usage in re.findall(r'^  (\S+(?: [A-Z]\S*)*)', listed, re.M)
    }
    text = between(page('chat-server.1'), r'^\.Sh COMMANDS')
    described = {tag.replace('Ar ', '') for tag in re.findall(r'^\.It Ic (.*)$', text, re.M)}
    assert described == commands
    assert len(commands) > 4


def test_options_of_the_terminal_client():
    text = page('chat-client.1')
    general = text.partition('.Sh COMMANDS')[0]
    assert options_of_page(general) == options_of_help(run('CHAT_CLIENT', '--help').stdout)
    for command in ('keygen', 'fingerprint'):
        part = between(text, r'^\.Ss chat-client ' + command, r'^\.S[hs] ')
        assert options_of_page(part) == options_of_help(
            run('CHAT_CLIENT', command, '--help').stdout
        ), command


def test_subcommands_of_the_terminal_client():
    listed = run('CHAT_CLIENT', '--help').stdout.partition('Commands:\n')[2].partition('\n\n')[0]
    described = re.findall(r'^\.Ss chat-client (\S+)', page('chat-client.1'), re.M)
    assert set(described) == set(re.findall(r'^  (\S+)', listed, re.M))
    assert described != []


def test_options_of_the_app():
    described = options_of_page(page('conclave.1'))
    listed = options_of_help(run('CONCLAVE', '--help-all').stdout)
    assert described == listed


def commands_in_source(path):
    """The commands of a room, from the table that the program has them from."""
    text = (TOP / path).read_text(encoding='utf-8')
    table = re.findall(r'^  \{ "([a-z]+)",(?: CHAT_COMMAND_\w+,)? ?(?:N_\("([^"]+)"\)|NULL)?', text,
                       re.M)
    assert len(table) > 5, path
    return {('/%s %s' % entry).strip() for entry in table}


@pytest.mark.parametrize('name, source', [
    ('chat-client.1', 'src/cli/chat-commands.c'), ('conclave.1', 'src/gui/chat-command.c'),
])
def test_commands_of_a_room(name, source):
    described = set()
    for tag in re.findall(r'^\.It Ic (/[a-z].*)$', page(name), re.M):
        described.add(re.sub(r' Op Ar (\S+)', r' [\1]', tag).replace('Ar ', ''))
    assert described == commands_in_source(source)


def members_the_program_names(sentence):
    return set(re.findall(r'"(\w+)"', sentence))


def test_members_of_config_json(tmp_path):
    """The server lists all it knows when it meets one that it does not know."""
    described = re.findall(r'^\.It Va (\w+)', page('chat-server-config.json.5'), re.M)
    (tmp_path / 'config.json').write_text('{"no_such_member": 1}', encoding='utf-8')
    said = run('CHAT_SERVER', '--directory', tmp_path, 'check').stderr
    listed = said.partition('expected are ')[2].partition('\n')[0]
    assert sorted(described) == sorted(members_the_program_names(listed))
    assert described != []


def test_defaults_of_config_json():
    """What the page gives as the default is what the server uses and README says."""
    readme = dict(re.findall(r'^\| `(\w+)` \| `([^`]+)` \|', (TOP / 'README.md').read_text(), re.M))
    text = page('chat-server-config.json.5')
    tag = re.compile(r'^\.It Va (\w+) Pq ([a-z ]+), default (.*)$', re.M)
    for name, kind, default in tag.findall(text):
        value = default.replace('Ic ', '')
        if kind == 'string':
            value = '"%s"' % value.replace('Qq ', '')
        assert json.loads(value) == json.loads(readme.pop(name)), name
    assert readme == {}


def test_members_of_user_config_json(tmp_path):
    text = between(page('chat-client.1'), r'^\.It Pa user_config\.json', r'^\.El')
    described = re.findall(r'^\.It Va (\w+)', text, re.M)
    (tmp_path / 'user_config.json').write_text('{"no_such_member": 1}', encoding='utf-8')
    said = run('CHAT_CLIENT', '--directory', tmp_path).stderr
    listed = said.partition('the members are ')[2]
    assert sorted(described) == sorted(members_the_program_names(listed))
    assert described != []
