#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what the pages say against what is there.

usage: documents.py VERSION [TOP]

CHANGELOG.md and the metainfo begin with the version that meson.build says, of the same day. Each
file of the project that a page names or links, each heading that it links, and each target of make
is there. Prints TAP, a line for each check.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parents[1]
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


def newest(text, pattern):
    found = re.search(pattern, text) if isinstance(pattern, str) else pattern.search(text)
    return found.groups() if found else ('none', 'none')


def release_problems(top, version):
    changes = newest((top / 'CHANGELOG.md').read_text(encoding='utf-8'), RELEASE)
    metainfo = newest(
        (top / METAINFO).read_text(encoding='utf-8'), r'<release version="([^"]*)" date="([^"]*)"'
    )
    if changes[0] != version:
        yield 'CHANGELOG.md begins with %s, and meson.build says %s' % (changes[0], version)
    if metainfo[0] != version:
        yield '%s begins with %s, and meson.build says %s' % (METAINFO, metainfo[0], version)
    if changes[1] != metainfo[1]:
        yield 'CHANGELOG.md says %s, and the metainfo %s' % (changes[1], metainfo[1])


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
    checks = [('the newest release is the version', release_problems(top, arguments[0]))]
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
