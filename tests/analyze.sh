#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Reads the sources with three programs that look for mistakes: gcc -fanalyzer (by a build of its
# own), clang-tidy (.clang-tidy says what is asked) and cppcheck.
#
# usage: analyze.sh ANALYZER-BUILD BUILD
set -u
cd "$(dirname "$0")/.." || exit 1
analyzer_build=$1
build=$2
status=0

echo '== gcc -fanalyzer'
warnings=$(ninja -C "$analyzer_build" -v 2>&1 | grep -E 'warning: |error: |FAILED' \
  | grep -v -E -f <(grep -v '^#' tests/gcc-analyzer.supp) | sort -u)
[ -z "$warnings" ] || { echo "$warnings"; status=1; }

# One at a time: from the second on, its analyser knows no va_start ().
echo '== clang-tidy'
git ls-files 'src/*.c' | xargs -P "$(nproc)" -n 1 clang-tidy -p "$build" --quiet 2>/dev/null \
  || status=1

echo '== cppcheck'
cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability --std=c11 \
  --library=gtk,gnu,posix --suppressions-list=tests/cppcheck.supp -D_GNU_SOURCE \
  '-DG_DEFINE_QUARK(a,b)=' -Isrc/common -Isrc/client -Isrc/server -Isrc/cli src || status=1

[ $status -eq 0 ] && echo 'nothing found'
exit $status
