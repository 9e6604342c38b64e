#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what the pages say against what is there.

usage: documents.py VERSION [TOP]

CHANGELOG.md and the metainfo have the same releases, of the same days, and begin with the version
that meson.build says; pictures that the metainfo shows are there, and as large as it says; the
Debian packages have the same address and home page; the desktop file opens what the metainfo says.
Each file of the project that a page names or links, each heading that it links, and each target
of make is there. Prints TAP, a line for each check.
"""

import pathlib
import re
import struct
import sys
from xml.etree import ElementTree

HERE = pathlib.Path(__file__).resolve().parents[1]
PROJECT = 'conclave-chat/conclave'
DESKTOP_FILE = 'data/desktop/io.github.conclave_chat.Conclave.desktop.in'
METAINFO = 'data/desktop/io.github.conclave_chat.Conclave.metainfo.xml.in'
RELEASE = re.compile(r'^## \[(\d[^]]*)\] - (\d{4}-\d\d-\d\d)$', re.MULTILINE)
LINK = re.compile(r'\]\(([^)\s]+)\)')
# `src/common/chat-link.c`; what has a star or a dot-dot-dot stands for more than one.
PATH = re.compile(r'`((?:src|tests|data|docs|po)/[\w./-]*)`')
TARGET = re.compile(r'\bmake ((?:[A-Z_]+=\S+ )*)([a-z][a-z-]*)')


def pages(top):
    return [*sorted(top.glob('*.md')), *sorted((top / 'docs').glob('*.md'))]


def anchors(path):
    for heading in re.findall(r'^#+ (.*)$', path.read_text(encoding='utf-8'), re.MULTILINE):
        yield re.sub(r'[^\w -]', '', heading.lower()).replace(' ', '-')


def release_problems(top, version):
    changes = RELEASE.findall((top / 'CHANGELOG.md').read_text(encoding='utf-8'))
    metainfo = ElementTree.parse(top / METAINFO)
    releases = [
        (release.get('version'), release.get('date')) for release in metainfo.iter('release')
    ]
    if [number for number, _ in changes[:1]] != [version]:
        yield 'CHANGELOG.md begins with %s, and meson.build says %s' % (changes[:1], version)
    if changes != releases:
        yield 'CHANGELOG.md has %s, and the metainfo %s' % (changes, releases)


def size_of_png(path):
    """Width and height stand in the first chunk."""
    return struct.unpack('>II', path.read_bytes()[16:24])


def screenshot_problems(top):
    images = list(ElementTree.parse(top / METAINFO).iter('image'))
    if not images:
        yield 'no screenshots'
    for image in images:
        url, _, name = image.text.partition('/main/')
        size = int(image.get('width')), int(image.get('height'))
        if not url.endswith('/' + PROJECT) or not (top / name).exists():
            yield 'no file %s' % image.text
        elif size != size_of_png(top / name):
            yield '%s is of %s, and not of %s' % (name, size_of_png(top / name), size)


def address_problems(top):
    """App stores and package managers lead to the same place."""
    metainfo = ElementTree.parse(top / METAINFO)
    control = (top / 'data/debian/control').read_text(encoding='utf-8')
    contact = metainfo.findtext('update_contact')
    if 'Maintainer: The Conclave maintainers <%s>\n' % contact not in control:
        yield 'the metainfo has %s, and data/debian/control does not' % contact
    home = metainfo.findtext('url[@type="homepage"]')
    if 'Homepage: %s\n' % home not in control:
        yield 'the metainfo has %s, and data/debian/control does not' % home


def type_problems(top):
    """App stores offer the app for the files that it opens."""
    desktop_file = (top / DESKTOP_FILE).read_text(encoding='utf-8')
    opened = re.search(r'^MimeType=(.*);$', desktop_file, re.MULTILINE).group(1).split(';')
    offered = [kind.text for kind in ElementTree.parse(top / METAINFO).iter('mediatype')]
    if sorted(opened) != sorted(offered):
        yield 'the desktop file opens %s, and the metainfo says %s' % (opened, offered)


def link_problems(page, top):
    for target in LINK.findall(page.read_text(encoding='utf-8')):
        if re.match(r'[a-z]+:', target):
            continue
        name, _, anchor = target.partition('#')
        path = page.parent / name if name else page
        if not path.exists():
            yield 'no file %s' % target
        elif anchor and anchor not in anchors(path):
            yield 'no heading %s' % target
    for name in PATH.findall(page.read_text(encoding='utf-8')):
        if not (top / name).exists():
            yield 'no file %s' % name


def code(text):
    """What stands in backquotes or in a block of code: elsewhere, "make" is a word like others."""
    return '\n'.join(re.findall(r'```.*?```|`[^`\n]+`', text, re.DOTALL))


def target_problems(page, targets):
    for _, target in TARGET.findall(code(page.read_text(encoding='utf-8'))):
        if target not in targets:
            yield 'no target %s in the Makefile' % target


def main(arguments):
    top = pathlib.Path(arguments[1]).resolve() if len(arguments) > 1 else HERE
    makefile = (top / 'Makefile').read_text(encoding='utf-8')
    targets = set(re.findall(r'^([a-z][a-z-]*):', makefile, re.MULTILINE))
    checks = [
        ('the releases are the same everywhere', release_problems(top, arguments[0])),
        ('the screenshots are there', screenshot_problems(top)),
        ('the types of files are the same everywhere', type_problems(top)),
        ('the addresses are the same everywhere', address_problems(top)),
    ]
    for page in pages(top):
        name = page.relative_to(top)
        checks.append(('%s: files and links' % name, link_problems(page, top)))
        checks.append(('%s: targets of make' % name, target_problems(page, targets)))
    status = 0
    for number, (claim, problems) in enumerate(checks, 1):
        found = list(problems)
        print('%sok %d - %s' % ('not ' if found else '', number, claim))
        for problem in found:
            print('# ' + problem)
            status = 1
    print('1..%d' % len(checks))
    return status


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
