#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that each language in po/LINGUAS says all that the programs say, and says it rightly.

usage: translations.py [PO_FOLDER]

For each language: the formats fit, nothing is missing, fuzzy or left over, and each plural has as
many forms as the language has. For all of them: each file with texts is in po/POTFILES. Prints
TAP, a line for each check.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[1]
KEYWORDS = ('_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'ngettext:1,2', 'g_dngettext:2,3')
# What has texts to translate, and where it would be found.
TEXTS = (
    ('src', '*.ui', 'translatable="yes"'),
    ('src', '*.c', '_("'),
    ('data/desktop', '*.desktop.in', 'Name='),
    ('data/desktop', '*.metainfo.xml.in', '<summary>'),
    ('data/desktop', '*.gschema.xml', '<summary>'),
)


def run(*arguments):
    """Exit status and all that was said."""
    environment = {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}
    result = subprocess.run(
        [str(argument) for argument in arguments], cwd=TOP, env=environment, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding='utf-8',
    )
    return result.returncode, result.stdout.strip()


class Report:
    def __init__(self):
        self.count = 0
        self.failed = False

    def check(self, claim, problem):
        """The claim holds when there is no problem to tell."""
        self.count += 1
        print('%sok %d - %s' % ('not ' if problem else '', self.count, claim))
        for line in problem.splitlines():
            print('# ' + line)
        self.failed = self.failed or bool(problem)


def unlisted_files():
    listed = set((TOP / 'po' / 'POTFILES').read_text(encoding='utf-8').split())
    for folder, pattern, sign in TEXTS:
        for path in sorted((TOP / folder).rglob(pattern)):
            name = str(path.relative_to(TOP))
            if name not in listed and sign in path.read_text(encoding='utf-8'):
                yield name


def make_template(path):
    status, said = run('xgettext', '--from-code=UTF-8', '--add-comments=TRANSLATORS', '-f',
                       'po/POTFILES', '-o', path, *('-k' + keyword for keyword in KEYWORDS))
    return said if status else ''


def incompleteness(po, template, folder):
    """What msgfmt says of this translation, brought up to date with the template."""
    merged = folder / po.name
    status, said = run('msgmerge', '--quiet', '--no-fuzzy-matching', '-o', merged, po, template)
    if status:
        return said
    _, statistics = run('msgfmt', '--statistics', '-o', '/dev/null', merged)
    lacks = re.search(r'fuzzy|untranslated', statistics)
    _, obsolete = run('msgattrib', '--only-obsolete', merged)
    if '#~ msgid' in obsolete:
        return 'texts that nothing says any more:\n' + obsolete
    if not lacks:
        return ''
    return '%s\n%s' % (statistics, run('msgattrib', '--untranslated', '--no-obsolete', merged)[1])


def plural_problems(po):
    """Entries whose number of forms is not that of the header."""
    _, text = run('msgcat', '--no-wrap', po)
    header = re.search(r'nplurals=(\d+)', text)
    if not header:
        return 'no Plural-Forms in the header'
    wrong = []
    for entry in text.split('\n\n'):
        forms = re.findall(r'^msgstr\[\d+\] (.*)$', entry, re.MULTILINE)
        if 'msgid_plural' in entry and not entry.startswith('#~'):
            if len(forms) != int(header.group(1)) or '""' in forms:
                wrong.append(entry)
    return '\n\n'.join(wrong)


def check_language(report, language, folder, template, scratch):
    po = folder / (language + '.po')
    if not po.exists():
        report.check('%s is there' % po.name, '%s is in LINGUAS, and is not there' % po)
        return
    status, said = run('msgfmt', '--check', '--check-accelerators=_', '-o', '/dev/null', po)
    report.check('%s: formats and header are right' % language, said if status else '')
    report.check('%s: complete' % language, incompleteness(po, template, scratch))
    report.check('%s: plural forms' % language, plural_problems(po))


def main(arguments):
    folder = pathlib.Path(arguments[0]).resolve() if arguments else TOP / 'po'
    lines = (folder / 'LINGUAS').read_text(encoding='utf-8').splitlines()
    languages = [word for line in lines for word in line.partition('#')[0].split()]
    report = Report()
    with tempfile.TemporaryDirectory() as scratch:
        template = pathlib.Path(scratch, 'conclave.pot')
        report.check('every file with texts is in po/POTFILES', '\n'.join(unlisted_files()))
        report.check('the texts can be extracted', make_template(template))
        for language in languages:
            check_language(report, language, folder, template, pathlib.Path(scratch))
    print('1..%d' % report.count)
    return 1 if report.failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
