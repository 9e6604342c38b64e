#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a validator says of a file, as TAP; skipped with the reason where it is not installed.
#
# usage: validate.sh PROGRAM ARGUMENT ...
if ! command -v "$1" >/dev/null; then
  echo "1..0 # SKIP $1 is not installed"
  exit 0
fi

echo 1..1
if said=$("$@" 2>&1); then
  echo "ok 1 - $1"
else
  echo "not ok 1 - $1"
  printf '%s\n' "$said" | sed 's/^/# /'
fi
