#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the unit tests that use threads under ThreadSanitizer, and the server with more writers than
# processors and a load for them.
#
# usage: run.sh BUILD TEST ...
set -u
build=$(realpath "$1")
shift

# GLib and the others are not built with it: what their own code does is not looked at, and what it
# does for ours is told by glib-sync.c. There is no list of suppressions, because none is needed.
export TSAN_OPTIONS=ignore_noninstrumented_modules=1:exitcode=66
export G_DEBUG=fatal-warnings GSETTINGS_BACKEND=memory LC_ALL=C.UTF-8
export G_TEST_SRCDIR=$PWD/tests/unit

failed=()
for test in "$@"; do
  log=$build/tsan-$test.log
  # Where TSan cannot place its shadow memory, the kernel puts too much at random for it.
  if setarch -R env LD_PRELOAD="$build/tests/tsan/libglib-sync.so" \
    "$build/tests/unit/test-$test" >"$log" 2>&1
  then
    echo "$test: $(grep -c '^ok' "$log") cases, no race"
  else
    failed+=("$test")
    cat "$log"
  fi
done

# A race ends the server with another status, and the benchmark with it.
if TSAN_BUILD=$build setarch -R "$build/tests/bench/bench" --only chosen --workers 3 --clients 100 \
  --senders 4 --in-flight 16 --messages 300 \
  --server tests/tsan/server.sh --floor "$build/tests/bench/bench-floor" \
  >"$build/tsan-server.log" 2>&1
then
  echo "chat-server: 29,700 deliveries, no race"
else
  failed+=(chat-server)
  cat "$build/tsan-server.log"
fi

[ ${#failed[@]} -eq 0 ] || { echo "tests that failed: ${failed[*]}"; exit 1; }
