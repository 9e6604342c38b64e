#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds and installs the Flatpak as a user does, starts it on a screen of its own with the portals
# of a desktop, and uses it there: see test_sandbox.py. Takes some minutes.
#
# usage: run.sh BUILD      (BUILD has the chat-server and the chat-client that it talks with)
#
# For root, because the folder where the portals put files must be another than the desktop's.
# With SANDBOX_PICTURES=FOLDER, pictures of the window are written there.
set -eu
cd "$(dirname "$0")/../.."

build=$(realpath "${1:?usage: run.sh BUILD}")
libexec=/usr/libexec

if [ "$(id -u)" != 0 ]; then
  echo "Only root can do that: sudo make test-flatpak" >&2
  exit 1
fi
for tool in $libexec/xdg-desktop-portal $libexec/xdg-desktop-portal-gtk fusermount3; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is missing. On Debian:" >&2
    echo "  apt-get install xdg-desktop-portal xdg-desktop-portal-gtk fuse3" >&2
    exit 1
  fi
done

flatpak/build.sh --no-run

export FLATPAK_USER_DIR=${FLATPAK_USER_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/flatpak}
export XDG_RUNTIME_DIR=/run/user/0 PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=tests/python:tests/desktop GSETTINGS_SCHEMA_DIR=$build/data/desktop
export CHAT_SERVER=$build/src/server/chat-server CHAT_CLIENT=$build/src/cli/chat-client
mkdir -p "$XDG_RUNTIME_DIR"
# What is mounted here is gone with it.
exec unshare --mount bash -eu -c '
  mount -t tmpfs -o mode=700 tmpfs "$XDG_RUNTIME_DIR"
  exec /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/sandbox'
