# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of the installed packages share: the server as its unit runs it, and guests.
# For bash, with -eu.
state=/var/lib/chat-server
work=$(mktemp -d)
# What was started here, to be ended here, and who came here, to go again.
started=()
guests=()

clean_up ()
{
  local process guest
  for guest in "${guests[@]}"; do
    chat-server --directory $state remove-user "$guest" >/dev/null 2>&1 || :
  done
  for process in "${started[@]}"; do
    kill "$process" 2>/dev/null || :
  done
  wait
  rm -rf "$work"
}
trap clean_up EXIT

fail ()
{
  echo "FAILED: $*" >&2
  tail -n 20 "$work"/*.log >&2 || :
  exit 1
}

# Until the command succeeds: wait_for WHAT SECONDS COMMAND ...
wait_for ()
{
  local what=$1 turns=$(($2 * 5))
  shift 2
  until "$@" 2>/dev/null; do
    turns=$((turns - 1))
    [ $turns -gt 0 ] || fail "waited in vain for $what"
    sleep 0.2
  done
}

is_listening ()
{
  (: </dev/tcp/127.0.0.1/5000)
}

# The command of the unit with a user who is nobody else; where systemd runs, it has done that.
start_server ()
{
  local unit command nobody=61184
  if [ -d /run/systemd/system ]; then
    systemctl is-active --quiet chat-server || fail "the installation did not start the server"
  else
    unit=$(dpkg -L chat-server | grep '/systemd/system/chat-server\.service$')
    command=$(sed -n 's/^ExecStart=//p' "$unit")
    install -d -m 700 -o $nobody -g $nobody $state
    setpriv --reuid=$nobody --regid=$nobody --clear-groups --no-new-privs \
      ${command//%S//var/lib} 2>"$work/server.log" &
    started+=($!)
  fi
  wait_for "the server at port 5000" 60 is_listening
  echo "The server runs, and its key is:" "$(chat-server --directory $state fingerprint)"
}

# Key, guest list and user_config.json: make_guest NAME
make_guest ()
{
  local folder=$work/$1
  mkdir "$folder"
  (cd "$folder" && chat-client keygen --no-passphrase --username "$1" >/dev/null)
  chat-server --directory $state add-user "$1" "$folder/key_$1.pem" >/dev/null
  guests+=("$1")
  cp $state/server_public_key.pem "$folder"
  printf '{"username": "%s", "server_ip": "127.0.0.1", "server_port": 5000}\n' "$1" \
    >"$folder/user_config.json"
  # The server looks at its folder by itself, in a moment.
  wait_for "the server to know $1" 30 is_let_in "$1"
}

is_let_in ()
{
  chat-client --json --directory "$work/$1" </dev/null >"$work/$1.log"
}

is_refused ()
{
  ! is_let_in "$1"
}

# A guest who listens until the end of the test, with what is heard in NAME.log.
listen_as ()
{
  mkfifo "$work/$1/input"
  sleep infinity >"$work/$1/input" &
  started+=($!)
  chat-client --json --directory "$work/$1" <"$work/$1/input" >"$work/$1.log" &
  started+=($!)
  wait_for "$1 in the room" 60 grep -q '"state":"open"' "$work/$1.log"
}

# say_as NAME TEXT
say_as ()
{
  chat-client --json --directory "$work/$1" <<<"$2" >"$work/$1-says.log" || fail "$1 cannot speak"
}

# heard NAME TEXT AUTHOR
heard ()
{
  grep '"text":"'"$2"'"' "$work/$1.log" | grep '"from":"'"$3"'"' | grep -q '"verified":true'
}
