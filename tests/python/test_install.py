# SPDX-License-Identifier: GPL-3.0-or-later
"""What `meson install` puts where: all that belongs to the programs that are built, nothing else,
and nothing that leads back to the folders where it was built.

A file that is installed and stands in no list here fails: whoever makes packages relies on these.
"""

import configparser
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

TOP = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ['BUILD_ROOT'])
PROGRAMS = [os.path.basename(os.environ[name])
            for name in ('CHAT_SERVER', 'CHAT_CLIENT', 'CONCLAVE') if name in os.environ]
APP_ID = 'io.github.conclave_chat.Conclave'

ALWAYS = ['{data}/doc/conclave/%s' % name
          for name in ('PROTOCOL.md', 'SECURITY.md', 'screenshots/flatpak-keys.png')]
OF_PROGRAM = {
    'chat-server': [
        '{man}/man1/chat-server.1',
        '{data}/bash-completion/completions/chat-server',
        '{man}/man5/chat-server-config.json.5',
        '{data}/doc/chat-server/RUNNING.md',
        '{data}/doc/chat-server/soak.svg',
        '{data}/doc/chat-server/examples/config.json',
        '{data}/doc/chat-server/examples/fail2ban-jail.conf',
        '{sysconf}/fail2ban/filter.d/chat-server.conf',
    ],
    'chat-client': [
        '{man}/man1/chat-client.1',
        '{data}/bash-completion/completions/chat-client',
    ],
    'conclave': [
        '{man}/man1/conclave.1',
        '{data}/bash-completion/completions/conclave',
        '{data}/applications/%s.desktop' % APP_ID,
        '{data}/metainfo/%s.metainfo.xml' % APP_ID,
        '{data}/dbus-1/services/%s.service' % APP_ID,
        '{data}/mime/packages/%s.xml' % APP_ID,
        '{data}/glib-2.0/schemas/%s.gschema.xml' % APP_ID,
        '{data}/icons/hicolor/scalable/apps/%s.svg' % APP_ID,
        '{data}/icons/hicolor/symbolic/apps/%s-symbolic.svg' % APP_ID,
    ],
}
UNITS = ['chat-server.service', 'chat-server.socket']


@pytest.fixture(scope='module')
def options():
    """The options that this build was made with."""
    answer = subprocess.run(
        ['meson', 'introspect', '--buildoptions', str(BUILD)], check=True, stdout=subprocess.PIPE
    )
    return {option['name']: option['value'] for option in json.loads(answer.stdout)}


@pytest.fixture(scope='module')
def folders(options):
    """Where things are once they are installed, without DESTDIR."""
    prefix = pathlib.Path(options['prefix'])
    names = ('bin', 'data', 'locale', 'man', 'sysconf')
    return {name: prefix / options[name + 'dir'] for name in names}


@pytest.fixture(scope='module')
def installed(tmp_path_factory):
    """A DESTDIR, with everything installed into it. What gdb would read is left out: that names
    the folder of the sources."""
    root = tmp_path_factory.mktemp('root')
    result = subprocess.run(
        ['meson', 'install', '--no-rebuild', '--strip', '--destdir', str(root), '-C', str(BUILD)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding='utf-8', check=False,
    )
    assert result.returncode == 0, result.stdout
    return root


def files_in(root):
    return {'/' + str(path.relative_to(root)) for path in root.rglob('*') if not path.is_dir()}


def inside(root, path):
    return root / str(path).lstrip('/')


def unit_folder(found):
    """Where the units are depends on systemd where it was built, and they may stay away."""
    for path in found:
        if path.endswith('/' + UNITS[0]):
            return os.path.dirname(path)
    return None


def test_the_list(installed, folders):
    found = files_in(installed)
    expected = list(ALWAYS)
    for name in PROGRAMS:
        expected += ['{bin}/' + name] + OF_PROGRAM[name]
    languages = (TOP / 'po' / 'LINGUAS').read_text(encoding='utf-8').split()
    expected += ['{locale}/%s/LC_MESSAGES/conclave.mo' % language for language in languages]
    expected = {path.format_map(folders) for path in expected}
    units = unit_folder(found)
    if units is not None and 'chat-server' in PROGRAMS:
        expected |= {'%s/%s' % (units, name) for name in UNITS}

    assert sorted(found - expected) == [], 'installed, and not in the list'
    assert sorted(expected - found) == [], 'in the list, and not installed'


def test_nothing_leads_back(installed, options):
    """No file names the folder of the sources or that of the build."""
    if options['b_coverage']:
        pytest.skip('a build for coverage names the files that it writes')
    here = [os.fsencode(path) for path in (TOP, BUILD, installed)]
    for path in files_in(installed):
        content = inside(installed, path).read_bytes()
        assert [name for name in here if name in content] == [], path


def test_links_lead_somewhere(installed):
    """What a page links or shows is beside it."""
    pages = [pathlib.Path(path) for path in files_in(installed) if path.endswith('.md')]
    assert pages
    for page in pages:
        for link in re.findall(r'\]\(([^)\s]+)\)', inside(installed, page).read_text('utf-8')):
            name = link.partition('#')[0]
            if name and not re.match('[a-z]+:', name):
                assert inside(installed, page.parent / name).exists(), (page, link)


def test_no_file_is_writable_for_others_or_secret(installed):
    for path in files_in(installed):
        mode = inside(installed, path).stat().st_mode
        assert mode & 0o022 == 0, path
        assert mode & 0o444 == 0o444, path
        assert bool(mode & 0o111) == ('/bin/' in path), path


def test_what_starts_a_program_finds_it(installed, folders):
    """The desktop file, the D-Bus service and the unit name what is installed."""
    found = files_in(installed)
    starters = {
        path: re.findall(r'^Exec(?:Start)?=(\S+)', inside(installed, path).read_text(), re.M)
        for path in found if path.endswith(('.desktop', '.service'))
    }
    assert len(starters) >= 2 * ('conclave' in PROGRAMS)
    for path, commands in starters.items():
        assert commands, path
        for command in commands:
            assert str(folders['bin'] / command) in found, path


def man_page(folders, reference):
    name, section = re.fullmatch(r'(\S+)\((\d)\)', reference).groups()
    return '%s/man%s/%s.%s' % (folders['man'], section, name, section)


def test_the_pages_that_the_unit_names(installed, folders):
    found = files_in(installed)
    if unit_folder(found) is None:
        pytest.skip('no units are installed')
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read_string(inside(installed, unit_folder(found) + '/' + UNITS[0]).read_text())
    pages = [
        word.partition(':')[2] for word in unit['Unit']['Documentation'].split()
    ]
    names = [path if path.startswith('/') else man_page(folders, path) for path in pages]
    assert len(names) == 2
    assert set(names) <= found


def test_the_schema_compiles(installed, folders):
    if 'conclave' not in PROGRAMS:
        pytest.skip('the app is not built')
    # Debian has it elsewhere, and pkg-config is needed to build anyway.
    compiler = subprocess.run(
        ['pkg-config', '--variable=glib_compile_schemas', 'gio-2.0'],
        stdout=subprocess.PIPE, encoding='utf-8', check=True,
    ).stdout.strip() or shutil.which('glib-compile-schemas')
    schemas = inside(installed, folders['data']) / 'glib-2.0' / 'schemas'
    subprocess.run([compiler, '--strict', '--dry-run', schemas], check=True)


def test_a_room_file_opens_with_the_app(installed, folders, tmp_path):
    if 'conclave' not in PROGRAMS:
        pytest.skip('the app is not built')
    if shutil.which('update-mime-database') is None:
        pytest.skip('update-mime-database is not installed')
    database = tmp_path / 'mime'
    shutil.copytree(inside(installed, folders['data']) / 'mime', database)
    subprocess.run(['update-mime-database', database], check=True)
    globs = (database / 'globs2').read_text().split('\n')
    assert globs.count('80:application/vnd.conclave.room+json:user_config.json') == 1
    desktop_file = folders['data'] / 'applications' / (APP_ID + '.desktop')
    entries = inside(installed, desktop_file).read_text(encoding='utf-8').split('\n')
    assert 'MimeType=application/vnd.conclave.room+json;' in entries


@pytest.mark.parametrize('name', PROGRAMS)
def test_the_installed_program_runs(installed, folders, name):
    version = re.search(
        r"version: '([^']+)'", (TOP / 'meson.build').read_text(encoding='utf-8')
    ).group(1)
    environment = {**os.environ, 'GSETTINGS_BACKEND': 'memory', 'LC_ALL': 'C.UTF-8'}
    result = subprocess.run(
        [inside(installed, folders['bin']) / name, '--version'],
        stdout=subprocess.PIPE, encoding='utf-8', env=environment, check=True,
    )
    assert result.stdout == '%s %s\n' % (name, version)
