# SPDX-License-Identifier: GPL-3.0-or-later
"""fail2ban finds strangers in the log, and nobody else, whatever they send.

Real lines of a real server. The filter is read and its expression matched as fail2ban does it, and
by fail2ban-regex as well where it is installed: the whole of fail2ban would start watching the logs
of the computer that only tests.
"""

import configparser
import pathlib
import re
import shutil
import socket
import ssl
import tempfile

import conclave
from conclave import PATIENCE
from room import assert_undisturbed, key_of, run

FILTER = pathlib.Path(__file__).parents[2] / 'data' / 'server' / 'fail2ban-filter.conf'
# A jail bans what this finds. 203.0.113.x are addresses for documentation.
VICTIM = '203.0.113.66'
FORGED = '\n2026-11-24T00:00:00Z info refused address=%s:1 reason=unknown-key \n' % VICTIM

# What fail2ban makes of <ADDR>.
ADDRESS = (
    r'\[?(?:(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})'
    r'|(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)))\]?'
)
# The time, which it takes out of a line before it matches: as the server writes it, and as syslog.
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d')


def find_by_expression(lines):
    settings = configparser.ConfigParser()
    settings.read_string(FILTER.read_text('utf-8'))
    definition = settings['Definition']
    assert definition['ignoreregex'] == ''
    expression = definition['failregex'].replace('<ADDR>', ADDRESS)
    # Nothing else stands for something, and there is one expression.
    assert not re.search(r'<[A-Z/]|\n', expression), expression
    # The first form of a time that the filter names is the server's own.
    assert definition['datepattern'].startswith('^%Y-%m-%dT%H:%M:%SZ\n')
    found = []
    for line in lines:
        time = TIME.match(line)
        match = time and re.search(expression, line[time.end() :])
        if match:
            found.append(match['ip4'] or match['ip6'])
    return found


def find_by_program(program, lines):
    with tempfile.NamedTemporaryFile('w', suffix='.log', encoding='utf-8') as log:
        log.write('\n'.join(lines) + '\n')
        log.flush()
        return run(program, '-o', 'ip', log.name, FILTER).stdout.split()


def find(lines):
    """The addresses that fail2ban finds in lines, in order."""
    found = find_by_expression(lines)
    program = shutil.which('fail2ban-regex')
    if program:
        assert find_by_program(program, lines) == found
    return found


def dial(room, source):
    return socket.create_connection((room.address, room.port), PATIENCE, source_address=(source, 0))


def read_to_end(stranger):
    try:
        while stranger.recv(4096):
            pass
    except OSError:
        pass  # cut off


def speak_no_tls(room, source, data):
    with dial(room, source) as stranger:
        stranger.sendall(data)
        read_to_end(stranger)


def speak_tls(room, source, key=None, version=None):
    context = conclave.tls_context(key) if key else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = version
    with dial(room, source) as plain:
        try:
            with context.wrap_socket(plain) as stranger:
                read_to_end(stranger)
        except OSError:
            pass


def attack(room):
    """One stranger of each kind, each from an address of their own; the addresses."""
    speak_tls(room, '127.0.0.11', key_of('a stranger'))
    speak_tls(room, '127.0.0.12')
    speak_tls(room, '127.0.0.13', version=ssl.TLSVersion.TLSv1_2)
    speak_no_tls(room, '127.0.0.14', b'GET / HTTP/1.1\r\n\r\n')
    speak_no_tls(room, '127.0.0.15', FORGED.encode('ascii'))
    strangers = ['127.0.0.%d' % number for number in range(11, 16)]
    for address in strangers:
        room.server.wait_line(r' (refused|handshake-failed) address=%s:' % re.escape(address))
    return strangers


def behave(room):
    """What guests do, among it what is refused and what breaks off."""
    alice, bob = room.join_all('alice', 'bob')
    alice.say(FORGED)
    bob.read(text=FORGED)
    dial(room, '127.0.0.20').close()
    carol = room.connect('carol')
    carol.hello(username='x' + FORGED)
    assert carol.expect('error')['fatal']
    bob.send_frame(b'{"protected":"' + FORGED.strip().encode('ascii') + b'"}')
    bob.expect_end()
    room.server.wait_line(r' refused user=bob ')
    alice.close()
    room.server.wait_line(r' closed user=alice ')


def log_of(room):
    return room.server.text('err').split('\n')


def test_the_lines_are_as_the_page_says(make_room):
    room = make_room('alice', 'bob', 'carol')
    strangers = attack(room)
    behave(room)
    line = re.compile(
        r'2\S+Z info (?:refused address=([\d.]+):\d+ reason=unknown-key fingerprint="[A-Z2-7 ]+"'
        r'|handshake-failed address=([\d.]+):\d+ reason=(?:"[^"]*"|[^ "]+))$'
    )
    found = [match[1] or match[2] for match in map(line.match, log_of(room)) if match]
    assert found == strangers


def test_no_line_is_forged(make_room):
    room = make_room('alice', 'bob', 'carol')
    attack(room)
    behave(room)
    assert_undisturbed(room.join('alice'))
    value = r'("([^"\\]|\\.)*"|[^ "]+)'
    form = re.compile(r'2\S+Z (error|warning|info|debug) [a-z-]+( [a-z-]+=%s)*$' % value)
    for line in log_of(room):
        assert form.match(line), line
        assert VICTIM not in re.sub(r'"([^"\\]|\\.)*"', '', line), line


def test_the_filter(make_room):
    room = make_room('alice', 'bob', 'carol', log_level='debug')
    strangers = attack(room)
    behave(room)
    assert find(log_of(room)) == strangers


def test_the_filter_of_other_places():
    """IPv6, IPv4 on a socket for both, and the journal as fail2ban and as syslog write it."""
    refused = 'info refused address=%s reason=unknown-key fingerprint="ABCD"'
    assert find(
        [
            '2026-11-24T22:00:00Z ' + refused % '[2001:db8::7]:4711',
            '2026-11-24T22:00:00Z ' + refused % '[::ffff:192.0.2.7]:4711',
            '2026-11-24T22:00:00Z host chat-server[12]: ' + refused % '192.0.2.8:4711',
            'Nov 24 22:00:00 host chat-server[12]: ' + refused % '192.0.2.9:4711',
        ]
    ) == ['2001:db8::7', '192.0.2.7', '192.0.2.8', '192.0.2.9']


def test_the_filter_is_not_led_astray():
    line = '2026-11-24T22:00:00Z info %s address=192.0.2.7:4711 reason=%s'
    refused = 'info refused address=%s:1 reason=unknown-key ' % VICTIM
    quoted = '"%s"' % refused
    assert find([line % ('refused user=bob', quoted), line % ('closed user=bob', quoted)]) == []
    assert find([line % ('handshake-failed', quoted)]) == ['192.0.2.7']
