#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the Debian packages from the files of this project, as they are now, into FOLDER/packages
# (default: build-deb). What git does not know (git add) is left out: it may be somebody's key.
# With --unpack it only puts the sources there, ready for dpkg-buildpackage.
#
# usage: data/debian/build.sh [--unpack] [FOLDER]
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=yes
if [ "${1:-}" = --unpack ]; then
  build=no
  shift
fi
folder=$(realpath -m "${1:-$top/build-deb}")/packages
version=$(sed -n "s/^ *version: '\(.*\)',$/\1/p" "$top/meson.build")
packaged=$(sed -n '1s/.*(\(.*\)-.*/\1/p' "$top/data/debian/changelog")
if [ "$version" != "$packaged" ]; then
  echo "meson.build says version $version, data/debian/changelog $packaged: please add an entry" \
    "(dch --changelog data/debian/changelog --newversion $version-1)." >&2
  exit 1
fi

# Of a repository the files that it knows; of a release all but what a room leaves behind.
list_sources ()
{
  if [ -e .git ]; then
    git ls-files -z --cached | while IFS= read -r -d '' name; do
      [ ! -e "$name" ] || printf '%s\0' "$name"
    done
  else
    find . \( -path './build*' -o -path ./demo -o -name '*.pem' -o -name '*.db*' \) -prune \
      -o -type f -printf '%P\0'
  fi
}

rm -rf "$folder"
source=$folder/conclave-$version
mkdir -p "$source"
cd "$top"
list_sources | tar --null -T - --transform "s,^,conclave-$version/," --sort=name \
  --owner=0 --group=0 --numeric-owner -cJf "$folder/conclave_$version.orig.tar.xz"
tar -xf "$folder/conclave_$version.orig.tar.xz" -C "$folder"
cp -r data/debian "$source/debian"
[ $build = yes ] || exit 0

cd "$source"
# It says which packages are missing.
if ! dpkg-checkbuilddeps; then
  echo "Install them as root: apt-get build-dep $source" >&2
  exit 1
fi
dpkg-buildpackage --no-sign
