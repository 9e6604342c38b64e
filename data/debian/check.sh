#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the Debian packages where nothing but their build dependencies is installed, has lintian
# look at them, and tries them in a fresh Debian: the server as its unit starts it, guests at the
# terminal and at the desktop; then the same server under a systemd that has been booted there.
# Needs root, debootstrap, systemd-nspawn and a mirror; takes 3 GB and a while.
#
# usage: data/debian/check.sh [FOLDER]      (default: build-deb)
# SUITE and MIRROR name another Debian.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(realpath -m "${1:-$here/../../build-deb}")
suite=${SUITE:-bookworm}
mirror=${MIRROR:-http://deb.debian.org/debian}
export alone=
install='apt-get -q install -y --no-install-recommends'

say ()
{
  printf '\n== %s\n' "$*"
}

# Runs something in one of the roots; what it mounts is gone with it. inside ROOT COMMAND ...
inside ()
{
  unshare --mount ${alone:+--net} bash -eu -c '
    root=$1 archives=$2
    shift 2
    [ -z "$alone" ] || ip link set lo up
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount --bind "$archives" "$root/var/cache/apt/archives"
    exec chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
      PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
    inside "$folder/$1" "$folder/archives" "${@:2}"
}

# The same without a network, so that port 5000 is its own.
alone_inside ()
{
  alone=yes inside "$@"
}

# A root like one that was just installed: fresh ROOT
fresh ()
{
  rm -rf "${folder:?}/$1"
  cp -a "$folder/base" "$folder/$1"
  cp /etc/resolv.conf "$folder/$1/etc/resolv.conf"
}

make_base ()
{
  local again=
  [ ! -e "$folder/base.$suite" ] || return 0
  say "A fresh Debian ($suite)"
  rm -rf "$folder"/base*
  debootstrap --variant=minbase "$suite" "$folder/base" "$mirror" >"$folder/base.log" \
    || { tail "$folder/base.log" >&2; exit 1; }
  # What the machine says of the age of its mirror's lists holds for the copy, too.
  again=$(apt-config dump Acquire::Check-Valid-Until)
  echo "$again" >"$folder/base/etc/apt/apt.conf.d/10check"
  # Nothing here has to outlive a power cut.
  echo force-unsafe-io >"$folder/base/etc/dpkg/dpkg.cfg.d/check"
  touch "$folder/base.$suite"
}

build ()
{
  say "Building"
  "$here/build.sh" --unpack "$folder"
  fresh build
  mv "$folder/packages" "$folder/build/packages"
  inside build apt-get -q update
  inside build $install build-essential lintian
  inside build sh -c 'cd /packages/conclave-*/ && apt-get -q build-dep -y --no-install-recommends .'
  inside build sh -c 'cd /packages/conclave-*/ && dpkg-buildpackage --no-sign'
  mv "$folder/build/packages" "$folder/packages"
}

look ()
{
  say "lintian"
  cp -r "$folder/packages" "$folder/build/packages"
  inside build sh -c 'lintian --allow-root --info --fail-on=error,warning /packages/*.changes'
  echo "lintian has no error and no warning."
}

hand_over ()
{
  mkdir "$folder/$1/packages"
  cp "$folder"/packages/*.deb "$folder/$1/packages"
  rm -f "$folder/$1"/packages/*-dbgsym_*
  cp -r "$here/tests" "$folder/$1/tests"
}

try_in_chroot ()
{
  say "Installing"
  fresh chroot
  hand_over chroot
  inside chroot apt-get -q update
  inside chroot sh -c "$install /packages/chat-server_*.deb"
  if inside chroot dpkg -l | grep -E '^ii +lib(gtk-|x11-|wayland-)'; then
    echo "A server needs none of these." >&2
    exit 1
  fi
  inside chroot sh -c "$install /packages/chat-client_*.deb"
  say "At the terminal"
  alone_inside chroot /tests/room
  say "At the desktop"
  inside chroot sh -c "$install /packages/conclave*.deb dbus imagemagick openbox xauth xdotool xvfb"
  alone_inside chroot /tests/window
  mv "$folder/chroot/conclave.png" "$folder/conclave.png"
  say "Removing"
  inside chroot sh -c "apt-get -q purge -y chat-client chat-server conclave conclave-common"
  inside chroot test -e /var/lib/chat-server/server_private_key.pem
  if inside chroot sh -c 'find /etc /usr -name "*conclave*" -o -name "chat-*er*" | grep .'; then
    echo "These were left behind." >&2
    exit 1
  fi
}

# It has no network, so that port 5000 is its own, and gets its packages beforehand.
try_booted ()
{
  say "Under systemd"
  fresh booted
  hand_over booted
  inside booted apt-get -q update
  inside booted $install dbus systemd systemd-sysv
  inside booted sh -c "$install --download-only /packages/chat-*.deb"
  cp "$folder"/archives/*.deb "$folder/booted/var/cache/apt/archives"
  cp "$here/tests/booted.service" "$here/tests/booted.target" "$folder/booted/etc/systemd/system"
  timeout 900 systemd-nspawn --quiet --directory="$folder/booted" --machine=conclave-check \
    --register=no --keep-unit --link-journal=no --private-network --boot \
    systemd.unit=booted.target || :
  [ -e "$folder/booted/succeeded" ] || { echo "FAILED under systemd" >&2; exit 1; }
}

for tool in debootstrap ip systemd-nspawn; do
  command -v $tool >/dev/null || { echo "$tool is missing: see make test-deb" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "Only root can do that: sudo $0" >&2; exit 1; }

mkdir -p "$folder/archives"
make_base
build
look
try_in_chroot
try_booted
say "All is well. Packages: $folder/packages; a picture: $folder/conclave.png"
