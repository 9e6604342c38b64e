#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the test cases of the last `meson test` in each build directory that is named.

meson counts programs; this counts what they report: each line of a GTest program (TAP) and each
case of a pytest file (JUnit). A program that failed without reporting a failed case counts as one.
"""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree

TAP_LINE = re.compile(r'^(not )?ok \d+(.*)$', re.MULTILINE)
GOOD = ('OK', 'EXPECTEDFAIL')


class Counts:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __bool__(self):
        return bool(self.passed or self.failed or self.skipped)

    def __str__(self):
        return '%d passed, %d failed, %d skipped' % (self.passed, self.failed, self.skipped)


def count_tap(output):
    counts = Counts()
    for failed, rest in TAP_LINE.findall(output):
        if re.search(r'# *SKIP', rest, re.IGNORECASE):
            counts.skipped += 1
        elif failed and not re.search(r'# *TODO', rest, re.IGNORECASE):
            counts.failed += 1
        else:
            counts.passed += 1
    return counts


def count_junit(path):
    counts = Counts()
    for case in xml.etree.ElementTree.parse(path).iter('testcase'):
        outcome = {child.tag for child in case}
        if outcome & {'failure', 'error'}:
            counts.failed += 1
        elif 'skipped' in outcome:
            counts.skipped += 1
        else:
            counts.passed += 1
    return counts


def junit_of(test):
    """The file that this pytest run was told to write."""
    for argument in test['command']:
        if argument.startswith('--junitxml='):
            return pathlib.Path(argument.split('=', 1)[1])
    return None


def count_test(test):
    junit = junit_of(test)
    if junit and test['result'] != 'TIMEOUT' and junit.exists():
        counts = count_junit(junit)
    else:
        counts = count_tap(test.get('stdout', ''))
    if test['result'] == 'SKIP' and not counts:
        counts.skipped = 1
    elif test['result'] in GOOD and not counts:
        counts.passed = 1
    elif test['result'] not in (*GOOD, 'SKIP') and not counts.failed:
        counts.failed = 1
    return counts


def main(directories):
    total = Counts()
    for directory in directories:
        log = pathlib.Path(directory, 'meson-logs', 'testlog.json')
        for line in log.read_text(encoding='utf-8').splitlines():
            total.add(count_test(json.loads(line)))
    print(total)
    return 1 if total.failed or not total.passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
