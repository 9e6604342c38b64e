#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the form of the source files: what .editorconfig says, that each names its licence, and
that a comment for the reference describes something; `make docs` misses those that are not there.
"""

import pathlib
import re
import subprocess
import sys

CODE = {'.c', '.h', '.py', '.sh', '.ui', '.build'}
NAMELESS = {'Makefile', 'run', 'meson.build'}
WIDTH = 100
REFERENCE = ('src/common/', 'src/client/')
COMMENT = re.compile(
    r'^ */\*\*\n *\* ((?:chat_|Chat|CHAT_)\S*):.*\n((?: *\*(?!/).*\n)*)', re.MULTILINE
)


def sources():
    listed = subprocess.run(
        ['git', 'ls-files', '-co', '--exclude-standard'], stdout=subprocess.PIPE, check=True
    )
    for name in sorted(set(listed.stdout.decode('utf-8').splitlines())):
        path = pathlib.Path(name)
        if path.is_file() and (path.suffix in CODE or path.name in NAMELESS):
            yield path


def faults(path):
    text = path.read_text(encoding='utf-8')
    lines = text.split('\n')
    if path.name != 'meson.build' and not any('SPDX-License-Identifier: ' in x for x in lines[:5]):
        yield 1, 'no SPDX-License-Identifier in the first five lines'
    if text and (not text.endswith('\n') or text.endswith('\n\n')):
        yield len(lines), 'does not end with exactly one newline'
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, 'blanks at the end of the line'
        if '\t' in line and path.name != 'Makefile':
            yield number, 'a tab'
        # A translatable text in a .ui file stands in one line.
        if len(line) > WIDTH and path.suffix != '.ui':
            yield number, 'longer than %d columns' % WIDTH


def description_faults(path):
    """A paragraph that is neither about an argument nor about what is returned."""
    text = path.read_text(encoding='utf-8')
    for comment in COMMENT.finditer(text):
        paragraphs = re.split(r'^ *\*\n', comment.group(2), flags=re.MULTILINE)
        if not any(re.match(r' *\* (?!@|Returns:)', paragraph) for paragraph in paragraphs):
            yield text.count('\n', 0, comment.start()) + 2, comment.group(1) + ' has no description'


def translation_faults():
    """Texts that xgettext cannot extract: not in po/POTFILES, or with a format made by a macro."""
    listed = set(pathlib.Path('po/POTFILES').read_text(encoding='utf-8').split())
    for path in sources():
        if path.suffix == '.c' and path.parts[0] == 'src' and str(path) not in listed:
            if '_("' in path.read_text(encoding='utf-8'):
                yield '%s: has texts to translate and is not in po/POTFILES' % path
    extracted = subprocess.run(
        ['xgettext', '--from-code=UTF-8', '-k_', '-kN_', '-kngettext:1,2', '-f', 'po/POTFILES',
         '-o', '/dev/null'],
        stderr=subprocess.PIPE, encoding='utf-8', check=False,
    )
    yield from (line for line in extracted.stderr.splitlines() if 'format string' in line)
    if extracted.returncode:
        yield extracted.stderr


def main():
    count = 0
    for fault in translation_faults():
        print(fault)
        count += 1
    for path in sources():
        found = list(faults(path))
        if str(path).startswith(REFERENCE):
            found += description_faults(path)
        for number, fault in found:
            print('%s:%d: %s' % (path, number, fault))
            count += 1
    return 1 if count else 0


if __name__ == '__main__':
    sys.exit(main())
