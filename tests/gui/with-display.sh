#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a test of the desktop app in a private X server, session bus and home, so that several can
# run beside each other. Where there are no such tools, the test is skipped.
#
# usage: with-display.sh COMMAND ...
set -eu

for tool in Xvfb dbus-run-session; do
  if ! command -v "$tool" >/dev/null; then
    echo "1..0 # SKIP $tool is missing: apt-get install xvfb dbus"
    exit 0
  fi
done

home=$(mktemp -d)
server=
touch "$home/errors"
# Ends only what was started here.
clean_up ()
{
  [ -z "$server" ] || kill "$server" 2>/dev/null || :
  wait
  # Not through a pipe: a crash would end before its last lines are written.
  grep -v 'Failed to set fd limit' "$home/errors" >&2 || :
  rm -rf "$home"
}
trap clean_up EXIT
trap 'exit 143' TERM INT

export HOME=$home XDG_RUNTIME_DIR=$home XDG_CONFIG_HOME=$home/config XDG_CACHE_HOME=$home/cache
export XDG_DATA_HOME=$home/data
mkdir -p "$XDG_CONFIG_HOME/gtk-4.0"
printf '[Settings]\ngtk-enable-animations=0\ngtk-cursor-blink=0\n' \
  >"$XDG_CONFIG_HOME/gtk-4.0/settings.ini"

# With nothing on the bus that could be activated: the portals and the keyring of a desktop, where
# one is installed, are not to answer a test.
cat >"$home/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$home</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END

# The server chooses a free number, and writes it when it is ready.
mkfifo "$home/display"
Xvfb -displayfd 3 -screen 0 1280x1024x24 -nolisten tcp -noreset \
  3>"$home/display" >/dev/null 2>"$home/xvfb.log" &
server=$!
if ! read -r -t 30 number <"$home/display"; then
  cat "$home/xvfb.log" >&2
  exit 1
fi
export DISPLAY=:$number
dbus-run-session --config-file="$home/bus.conf" -- "$@" 2>"$home/errors"
