#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Boots a systemd of its own, with what was built installed, and runs test_systemd.py there. It is a
# container whose root is that of this machine, and whatever is written goes to memory and is gone
# afterwards: nothing on this machine changes. Its network is its own, too.
#
# usage: boot.sh BUILD [ARGUMENTS of pytest]        (`make test-systemd`)
set -eu

SECONDS_AT_MOST=600

skip ()
{
  echo "skipped: $*"
  exit 0
}

prepare ()
{
  local place=$1 top=$2 build=$3 root=$1/root
  mount -t tmpfs tmpfs "$place"
  mkdir "$place"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" "$root" ||
    skip 'this machine cannot put a layer over its root'
  # Else it would be a first boot, at which everything is enabled that can be.
  rm -f "$root/etc/machine-id"
  systemd-id128 new >"$root/etc/machine-id"
  # Nothing is on line there, and nobody waits for it.
  ln -sf /dev/null "$root/etc/systemd/system/systemd-networkd-wait-online.service"
  ln -sf /dev/null "$root/etc/systemd/system/NetworkManager-wait-online.service"
  cp "$top/tests/systemd/conclave-test.service" "$root/etc/systemd/system"
  DESTDIR=$root meson install --quiet --no-rebuild -C "$build" >/dev/null
}

inside ()
{
  local place=$1 top=$2 build=$3
  shift 3
  prepare "$place" "$top" "$build"
  printf 'ARGUMENTS=%s\n' "$*" >"$place/root/etc/conclave-test"
  timeout --foreground "$SECONDS_AT_MOST" systemd-nspawn --quiet --directory="$place/root" \
    --machine=conclave-test --register=no --keep-unit --link-journal=no --private-network \
    --bind-ro="$top:/srv/conclave" --boot \
    systemd.unit=conclave-test.service systemd.show_status=no </dev/null
}

if [ "$1" = --inside ]; then
  shift
  inside "$@"
  exit
fi

[ "$(id -u)" = 0 ] || skip 'only root can boot a container; try it with sudo'
command -v systemd-nspawn >/dev/null || skip 'systemd-nspawn is missing (Debian: systemd-container)'
place=$(mktemp --directory)
trap 'rmdir "$place"' EXIT
top=$(realpath "$(dirname "$0")/../..")
build=$(realpath "$1")
shift
unshare --mount "$0" --inside "$place" "$top" "$build" "$@"
