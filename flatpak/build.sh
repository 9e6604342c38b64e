#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the Flatpak of the desktop app, installs it for the user who runs this, and starts it.
#
# Needs flatpak, flatpak-builder, python3 and eu-strip, which “make flatpak” installs, and GNOME's
# runtime and SDK of the version that the manifest names: installed for you or for all, from Flathub
# or from any other source; where they are missing, they are installed for you from Flathub.
#
# usage: build.sh [--no-run] [ARGUMENT OF conclave ...]
set -eu
cd "$(dirname "$0")/.."

manifest=flatpak/io.github.conclave_chat.Conclave.json
work=build-flatpak
flathub=https://dl.flathub.org/repo/flathub.flatpakrepo

run=yes
if [ "${1:-}" = --no-run ]; then
  run=no
  shift
fi

for tool in flatpak flatpak-builder python3 eu-strip; do
  if ! command -v "$tool" >/dev/null; then
    package=$tool
    [ "$tool" != eu-strip ] || package=elfutils
    echo "$tool is missing: install the package $package, or give “make flatpak”." >&2
    exit 1
  fi
done

member ()
{
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$manifest" "$1"
}

id=$(member id)
version=$(member runtime-version)
runtimes="$(member runtime)//$version $(member sdk)//$version"

missing=
for runtime in $runtimes; do
  flatpak info "$runtime" >/dev/null 2>&1 || missing="$missing $runtime"
done
if [ -n "$missing" ]; then
  echo "Installing from Flathub, which may be 1 GB:$missing"
  if ! flatpak remote-add --user --if-not-exists flathub "$flathub" \
    || ! flatpak install --user -y --noninteractive flathub $missing; then
    echo "These runtimes are missing, and Flathub does not give them:$missing" >&2
    echo "Install them from where you can (“flatpak remotes” lists your sources:" >&2
    echo "“flatpak install SOURCE$missing”), and give the command again." >&2
    exit 1
  fi
fi

# It keeps what is cached from being changed, and cannot be had in a container without FUSE.
safe=
if [ ! -w /dev/fuse ] || ! { command -v fusermount3 || command -v fusermount; } >/dev/null; then
  safe=--disable-rofiles-fuse
fi
flatpak-builder --user --install --force-clean $safe --state-dir="$work/state" "$work/app" \
  "$manifest"

if [ "$run" = yes ]; then
  exec flatpak run --user "$id" "$@"
fi
echo "Installed. Start it with: flatpak run $id"
