#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs fuzz targets one after the other.
#
# usage: run.sh BUILD SECONDS TARGET ...
#
# What they learn is kept in BUILD/found, so that the next run begins where this one ends.
set -u
cd "$(dirname "$0")/../.." || exit 1

build=$1
seconds=$2
shift 2

failed=()
for target in "$@"; do
  found=$build/found/$target
  mkdir -p "$found" "$build/crashes"
  log=$build/crashes/$target.log
  if nice "$build/tests/fuzz/fuzz-$target" -max_total_time="$seconds" -timeout=20 \
    -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$build/crashes/$target-" "$found" "tests/fuzz/corpus/$target" >"$log" 2>&1
  then
    echo "$target: $(sed -n 's/.*number_of_executed_units: //p' "$log") inputs, nothing found"
  else
    failed+=("$target")
    tail -n 60 "$log"
    echo "$target: FOUND SOMETHING; the input is in $build/crashes, all that was said in $log"
  fi
done

[ ${#failed[@]} -eq 0 ] || { echo "targets that found something: ${failed[*]}"; exit 1; }
