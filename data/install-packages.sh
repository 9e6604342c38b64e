#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what building, testing, the clang build or the desktop app needs, where it is missing.
#
# usage: install-packages.sh build|test|clang|gui ...
#
# A group says what is needed; each line of the table how to find out whether it is there, and the
# name of the package for Debian and for Fedora. Where everything is there, nothing is done and
# nothing is said.
set -eu

table='
build command:cc             build-essential       gcc
build command:make           make                  make
build command:meson          meson                 meson
build command:ninja          ninja-build           ninja-build
build command:pkg-config     pkg-config            pkgconf-pkg-config
build command:msgfmt         gettext               gettext
build library:gio-unix-2.0   libglib2.0-dev        glib2-devel
build library:gnutls         libgnutls28-dev       gnutls-devel
build library:hogweed        nettle-dev            nettle-devel
build library:gmp            libgmp-dev            gmp-devel
build library:json-glib-1.0  libjson-glib-dev      json-glib-devel
build library:sqlite3        libsqlite3-dev        sqlite-devel
build library:readline       libreadline-dev       readline-devel
gui   library:gtk4           libgtk-4-dev          gtk4-devel
gui   library:libadwaita-1   libadwaita-1-dev      libadwaita-devel
gui   command:Xvfb           xvfb                  xorg-x11-server-Xvfb
gui   command:dbus-run-session dbus                dbus-daemon
test  command:openssl        openssl               openssl
test  command:ssh-keygen     openssh-client        openssh
test  command:certtool       gnutls-bin            gnutls-utils
test  command:python3        python3               python3
test  module:pytest          python3-pytest        python3-pytest
test  module:cryptography    python3-cryptography  python3-cryptography
test  module:jwcrypto        python3-jwcrypto      python3-jwcrypto
test  module:pexpect         python3-pexpect       python3-pexpect
clang command:clang          clang                 clang
'

is_there ()
{
  case $1 in
    command:*) command -v "${1#*:}" >/dev/null ;;
    library:*) pkg-config --exists "${1#*:}" 2>/dev/null ;;
    # The system's Python, because it is the one that its packages are for.
    module:*) /usr/bin/python3 -c "import ${1#*:}" 2>/dev/null ;;
  esac
}

# Prints the missing packages of the groups, one "debian fedora" a line.
find_missing ()
{
  local group check debian fedora
  while read -r group check debian fedora; do
    case " $* " in
      *" $group "*) is_there "$check" || echo "$debian $fedora" ;;
    esac
  done <<<"$table"
}

in_one_line ()
{
  tr '\n' ' ' | sed 's/ *$//'
}

missing=$(find_missing "$@")
[ -n "$missing" ] || exit 0
debian=$(cut -d' ' -f1 <<<"$missing" | in_one_line)
fedora=$(cut -d' ' -f2 <<<"$missing" | in_one_line)

if ! command -v apt-get >/dev/null; then
  echo "Some packages are missing, and this system has no apt-get to install them. Please install:"
  echo "  with Debian's names: $debian"
  echo "  with Fedora's names: $fedora"
  echo "and give the command again."
  exit 1
fi >&2

as_root=
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "Some packages are missing. Please install them as root, and give the command again:" >&2
    echo "  apt-get install $debian" >&2
    exit 1
  fi
  as_root=sudo
fi

echo "Installing the missing packages${as_root:+ with sudo}: $debian"
apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq"
$apt update
$apt install -y --no-install-recommends $debian >/dev/null

still=$(find_missing "$@" | cut -d' ' -f1 | in_one_line)
if [ -n "$still" ]; then
  echo "These packages were installed and still cannot be used: $still" >&2
  exit 1
fi
