#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds and tests this tree on another Debian, in a chroot that is made where it is missing (about
# 2 GB) and kept for the next time, as are the builds in it. For root, on a Debian with debootstrap.
#
# usage: newer-debian.sh SUITE [TARGET ...]
#
# The targets are those of make; `test` where none is given. DEBIAN_ROOT is where the chroot is or
# shall be (/var/tmp/conclave-SUITE), DEBIAN_MIRROR where packages come from. The tree is in
# root/conclave below it.
set -eu
cd "$(dirname "$0")/.."

suite=${1:?usage: newer-debian.sh SUITE [TARGET ...]}
shift
[ $# -gt 0 ] || set -- test
root=${DEBIAN_ROOT:-/var/tmp/conclave-$suite}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
tree=$root/root/conclave

if [ "$(id -u)" != 0 ]; then
  echo "A chroot can only be made and used by root: sudo $0 $suite $*" >&2
  exit 1
fi

make_root ()
{
  if ! command -v debootstrap >/dev/null; then
    echo "debootstrap is missing: apt-get install debootstrap" >&2
    exit 1
  fi
  # One that is older than the suite knows it not by name; they are all made in the same way.
  local how=/usr/share/debootstrap/scripts/$suite
  [ -e "$how" ] || how=/usr/share/debootstrap/scripts/sid
  echo "Making a chroot of $suite in $root"
  # Under another name until it is whole.
  rm -rf "$root.part"
  if ! debootstrap --variant=minbase "$suite" "$root.part" "$mirror" "$how" >"$root.log"; then
    tail -n 20 "$root.log" >&2
    exit 1
  fi
  # Nothing in it is worth to wait for the disk.
  echo force-unsafe-io >"$root.part/etc/dpkg/dpkg.cfg.d/unsafe-io"
  mv "$root.part" "$root"
  rm "$root.log"
}

# What git knows or would add. The builds of the last time stay, so that only what changed is built.
copy_tree ()
{
  mkdir -p "$tree"
  find "$tree" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
  git ls-files -co --exclude-standard -z |
    while IFS= read -r -d '' file; do
      [ ! -e "$file" ] || printf '%s\0' "$file"
    done |
    tar -c --null -T - | tar -x -C "$tree" --no-same-owner
}

# The mounts and all processes are in namespaces of their own, and end with the command.
inside ()
{
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child bash -c '
    mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" &&
    exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
      LANG=C.UTF-8 TERM=dumb "$@"' "$root" "$@"
}

[ -d "$root" ] || make_root
copy_tree
inside sh -c 'cd /root/conclave && data/install-packages.sh build && exec make "$@"' sh "$@"
