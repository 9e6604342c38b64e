#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# chat-server under ThreadSanitizer, for a benchmark that is not.
exec setarch -R env LD_PRELOAD="$TSAN_BUILD/tests/tsan/libglib-sync.so" \
  "$TSAN_BUILD/src/server/chat-server" "$@"
