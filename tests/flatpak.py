#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the Flatpak's manifest against what it builds, and that the sandbox stays tight.

usage: flatpak.py [MANIFEST]

Where GTK is installed, meson says what it would install; where flatpak-builder is, it reads the
manifest, too. Prints TAP, a line for each check. What an installed Flatpak does is tried by
sandbox/run.sh.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[1]
ID = 'io.github.conclave_chat.Conclave'
MANIFEST = TOP / 'flatpak' / (ID + '.json')

# What it consists of, below /app, once the manifest's cleanup has been there. Each is there for a
# part of the desktop that would not find it under another name.
INSTALLED = {
    'bin/conclave',
    'share/applications/%s.desktop' % ID,
    'share/dbus-1/services/%s.service' % ID,
    'share/glib-2.0/schemas/%s.gschema.xml' % ID,
    'share/icons/hicolor/scalable/apps/%s.svg' % ID,
    'share/icons/hicolor/symbolic/apps/%s-symbolic.svg' % ID,
    'share/metainfo/%s.metainfo.xml' % ID,
    'share/mime/packages/%s.xml' % ID,
}

# All that the app may do outside. Files come through the portals, and so do notifications, the
# secret that the passphrases are kept by, and leave to run in the background: none of that is a
# permission here. Whoever adds one has to say here that it is meant.
PERMISSIONS = {
    '--share=network',
    '--share=ipc',  # shared memory with an X server
    '--socket=wayland',
    '--socket=fallback-x11',
    '--device=dri',
}


class Report:
    def __init__(self):
        self.count = 0
        self.failed = False

    def check(self, claim, problems):
        """The claim holds when there is no problem to tell."""
        problems = list(problems)
        self.count += 1
        print('%sok %d - %s' % ('not ' if problems else '', self.count, claim))
        for problem in problems:
            print('# ' + problem)
        self.failed = self.failed or bool(problems)


def differences(found, expected):
    yield from ('%s is not expected' % name for name in sorted(found - expected))
    yield from ('%s is missing' % name for name in sorted(expected - found))


def name_problems(manifest, path):
    if manifest.get('id') != ID or path.stem != ID:
        yield 'the manifest %s is for %s, and the app is %s' % (path.name, manifest.get('id'), ID)
    if ("'CHAT_APP_ID', '%s'" % ID) not in (TOP / 'meson.build').read_text(encoding='utf-8'):
        yield 'meson.build gives the app another id'
    if manifest.get('command') != 'conclave':
        yield 'it starts %s' % manifest.get('command')


def runtime_problems(manifest):
    if (manifest.get('runtime'), manifest.get('sdk')) != ('org.gnome.Platform', 'org.gnome.Sdk'):
        yield 'runtime and SDK are not GNOME’s'
    if not re.fullmatch('[0-9]+', manifest.get('runtime-version', '')):
        yield 'the version of the runtime is no release: %s' % manifest.get('runtime-version')


def source_problems(manifest, path):
    for module in manifest['modules']:
        for source in module['sources']:
            kind = source['type']
            if kind == 'dir' and not (path.parent / source['path'] / 'meson.build').exists():
                yield '%s: there is nothing to build in %s' % (module['name'], source['path'])
            if kind in ('archive', 'file') and not re.fullmatch('[0-9a-f]{64}',
                                                                source.get('sha256', '')):
                yield '%s: a source without sha256' % module['name']
            if kind == 'git' and not re.fullmatch('[0-9a-f]{40}', source.get('commit', '')):
                yield '%s: a source without a commit' % module['name']
            if kind not in ('dir', 'archive', 'file', 'git'):
                yield '%s: a source of the kind %s' % (module['name'], kind)


def own_module(manifest):
    return next(module for module in manifest['modules'] if module['name'] == 'conclave')


def skip_problems(manifest):
    """What “make clean” removes is not to be copied into the build."""
    skipped = {name for source in own_module(manifest)['sources'] for name in source['skip']}
    makefile = (TOP / 'Makefile').read_text(encoding='utf-8').replace('\\\n', ' ')
    removed = re.search(r'^clean:\n\trm -rf (.*)$', makefile, re.MULTILINE).group(1)
    yield from differences(skipped, set(removed.split()))


def option_problems(manifest):
    known = re.findall(r"^option\('(\w+)'", (TOP / 'meson_options.txt').read_text(encoding='utf-8'),
                       re.MULTILINE)
    for option in own_module(manifest)['config-opts']:
        name = re.fullmatch(r'-D(\w+)=.*', option)
        if name is None or name.group(1) not in known + ['werror']:
            yield '%s is no option of meson_options.txt' % option


def ask_meson(options):
    """The paths that it would install with these options."""
    with tempfile.TemporaryDirectory() as scratch:
        for command in (['setup', '--prefix=/app', *options, scratch], ['introspect', scratch]):
            more = ['--installed'] if command[0] == 'introspect' else []
            result = subprocess.run(
                ['meson', *command, *more], cwd=TOP, check=True, stdout=subprocess.PIPE,
                encoding='utf-8')
        return set(json.loads(result.stdout).values())


def installed_problems(manifest):
    removed = manifest.get('cleanup', [])
    expected = INSTALLED | {'share/locale/%s/LC_MESSAGES/conclave.mo' % language for language in
                            (TOP / 'po' / 'LINGUAS').read_text(encoding='utf-8').split()}
    found = set()
    used = set()
    for path in ask_meson(own_module(manifest)['config-opts']):
        rules = [rule for rule in removed if (path + '/').startswith('/app%s/' % rule)]
        used.update(rules)
        if not rules:
            found.add(str(pathlib.PurePath(path).relative_to('/app')))
    yield from differences(found, expected)
    yield from ('nothing is in %s, which is cleaned up' % rule for rule in removed
                if rule not in used)


def can_configure():
    """A build without the desktop app may be tested where GTK is not to be had."""
    return shutil.which('meson') and not subprocess.run(
        ['pkg-config', '--exists', 'libadwaita-1', 'libsecret-1'], check=False).returncode


def builder_problems(path):
    """What flatpak-builder does not know, it only warns of."""
    with tempfile.TemporaryDirectory() as scratch:
        result = subprocess.run(
            ['flatpak-builder', '--show-manifest', str(path)], cwd=scratch, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding='utf-8',
        )
    if result.returncode or re.search('Unknown property', result.stdout + result.stderr):
        yield from (result.stderr or result.stdout).splitlines()
    elif json.loads(result.stdout[result.stdout.index('{'):])['id'] != ID:
        yield 'it understands another app'


def main(arguments):
    path = pathlib.Path(arguments[0]).resolve() if arguments else MANIFEST
    manifest = json.loads(path.read_text(encoding='utf-8'))
    report = Report()
    report.check('it is the manifest of the app', name_problems(manifest, path))
    report.check('it is built for a release of GNOME', runtime_problems(manifest))
    report.check('the sandbox has these holes and no others',
                 differences(set(manifest['finish-args']), PERMISSIONS))
    report.check('the sources are there, and pinned', source_problems(manifest, path))
    report.check('what was built outside stays outside', skip_problems(manifest))
    report.check('meson knows the options', option_problems(manifest))
    if can_configure():
        report.check('what is installed is all that a desktop needs, and nothing else',
                     installed_problems(manifest))
    if shutil.which('flatpak-builder'):
        report.check('flatpak-builder understands all of it', builder_problems(path))
    print('1..%d' % report.count)
    return 1 if report.failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
