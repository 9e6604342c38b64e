#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what building, testing or the clang build needs, where it is missing. The desktop app has
# groups of its own, because a server can do without it.
#
# usage: install-packages.sh build|gui|test|gui-test|clang|fuzz|analyze|docs|flatpak|portal|deb ...
#
# A group says what is needed; each line of the table how to find out whether it is there, and the
# name of the package for Debian and for Fedora. Where everything is there, nothing is done and
# nothing is said.
set -eu
shopt -s globstar

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
gui   library:libsecret-1    libsecret-1-dev       libsecret-devel
gui   file:/usr/share/icons/Adwaita/index.theme adwaita-icon-theme adwaita-icon-theme
gui   file:/usr/lib*/**/libpixbufloader?svg.so  librsvg2-common    librsvg2
test  command:openssl        openssl               openssl
test  command:ssh-keygen     openssh-client        openssh
test  command:certtool       gnutls-bin            gnutls-utils
test  command:python3        python3               python3
test  module:pytest          python3-pytest        python3-pytest
test  module:cryptography    python3-cryptography  python3-cryptography
test  module:jwcrypto        python3-jwcrypto      python3-jwcrypto
test  module:pexpect         python3-pexpect       python3-pexpect
test  command:mandoc         mandoc                mandoc
test  command:groff          groff-base            groff-base
test  command:valgrind       valgrind              valgrind-devel
gui-test command:Xvfb        xvfb                  xorg-x11-server-Xvfb
gui-test command:dbus-run-session dbus             dbus-daemon
gui-test file:/usr/libexec/at-spi-bus-launcher at-spi2-core at-spi2-core
gui-test typelib:Atspi-2.0   gir1.2-atspi-2.0      at-spi2-core
gui-test module:gi           python3-gi            python3-gobject
gui-test command:xdotool     xdotool               xdotool
gui-test command:xprop       x11-utils             xprop
gui-test command:openbox     openbox               openbox
gui-test command:import      imagemagick           ImageMagick
gui-test command:desktop-file-validate desktop-file-utils desktop-file-utils
gui-test command:appstreamcli appstream            appstream
gui-test command:update-mime-database shared-mime-info shared-mime-info
gui-test font:Cantarell      fonts-cantarell       abattis-cantarell-fonts
gui-test font:NotoColorEmoji fonts-noto-color-emoji google-noto-color-emoji-fonts
clang command:clang          clang                 clang
fuzz  file:/usr/lib*/**/libclang_rt.fuzzer*.a      libclang-rt-dev    compiler-rt
analyze command:clang-tidy  clang-tidy            clang-tools-extra
analyze command:cppcheck    cppcheck              cppcheck
analyze command:gcovr       gcovr                 gcovr
docs  command:gi-docgen      gi-docgen             gi-docgen
docs  command:dot            graphviz              graphviz
docs  library:gobject-introspection-1.0 libgirepository1.0-dev gobject-introspection-devel
flatpak command:flatpak     flatpak               flatpak
flatpak command:flatpak-builder flatpak-builder   flatpak-builder
flatpak command:python3     python3               python3
flatpak command:eu-strip    elfutils              elfutils
portal file:/usr/libexec/xdg-desktop-portal xdg-desktop-portal xdg-desktop-portal
portal file:/usr/libexec/xdg-desktop-portal-gtk xdg-desktop-portal-gtk xdg-desktop-portal-gtk
portal command:fusermount3  fuse3                 fuse3
deb   command:debootstrap    debootstrap           debootstrap
deb   command:ip             iproute2              iproute
deb   command:systemd-nspawn systemd-container     systemd-container
'

is_there ()
{
  case $1 in
    command:*) command -v "${1#*:}" >/dev/null ;;
    library:*) pkg-config --exists "${1#*:}" 2>/dev/null ;;
    file:*) compgen -G "${1#*:}" >/dev/null ;;
    font:*) fc-list -q "${1#*:}" 2>/dev/null ;;
    # The system's Python, because it is the one that its packages are for.
    module:*) /usr/bin/python3 -c "import ${1#*:}" 2>/dev/null ;;
    typelib:*) compgen -G "/usr/lib*/**/girepository-1.0/${1#*:}.typelib" >/dev/null ;;
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
