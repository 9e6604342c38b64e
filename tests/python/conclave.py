# SPDX-License-Identifier: GPL-3.0-or-later
"""A Conclave client in one file, written from docs/PROTOCOL.md alone.

It shares no code with the C programs, so a test that passes with it shows that the page is
complete and that the programs do what it says. Read from top to bottom it is also the shortest
description of the protocol that runs.
"""

import base64
import datetime
import hashlib
import json
import os
import socket
import ssl
import struct
import tempfile
import time
import uuid

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16
MAX_FRAME = 1024 * 1024
READERS_PER_SEAL_COMMAND = 250
SEAL_MESSAGES = 1000
# How long any wait may last before the test fails. Nothing waits this long when all is well.
PATIENCE = 30


class ProtocolError(Exception):
    """The other side broke the rules of the page, or says that we did (`code` is then its word)."""

    def __init__(self, text, code=None):
        super().__init__(text)
        self.code = code


class Closed(Exception):
    """The connection is over."""


class Denied(Closed):
    """The server does not know our key: the alert access_denied came."""


class WrongServer(Exception):
    """The server showed another key than the one that we hold."""


# ---- Notation ------------------------------------------------------------------------------------


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode('ascii')


def unb64(text):
    data = base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
    # Padding, foreign characters and stray unused bits all fail to come back as they were.
    if b64(data) != text:
        raise ProtocolError('not base64url: %.40s' % text)
    return data


def milliseconds():
    return time.time_ns() // 1_000_000


def parse_json(data):
    """One JSON object, as strictly as the page demands."""

    def unique(pairs):
        result = dict(pairs)
        if len(result) != len(pairs):
            raise ProtocolError('duplicate member')
        return result

    def integer(text):
        value = int(text)
        if not 0 <= value <= MAX_INTEGER:
            raise ProtocolError('integer out of range: ' + text)
        return value

    def refuse(text):
        raise ProtocolError('not an integer: ' + text)

    def check(value, depth):
        if depth > MAX_DEPTH:
            raise ProtocolError('nested too deeply')
        if isinstance(value, str):
            if '\0' in value:
                raise ProtocolError('U+0000 in a string')
            value.encode('utf-8')  # fails for a lone surrogate
        elif isinstance(value, dict):
            for name, member in value.items():
                check(name, depth)
                check(member, depth + 1)
        elif isinstance(value, list):
            for element in value:
                check(element, depth + 1)

    value = json.loads(
        data.decode('utf-8'),
        object_pairs_hook=unique,
        parse_int=integer,
        parse_float=refuse,
        parse_constant=refuse,
    )
    if not isinstance(value, dict):
        raise ProtocolError('not an object')
    check(value, 1)
    return value


def to_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode('utf-8')


# ---- Keys and their names ------------------------------------------------------------------------


def public_der(key):
    """DER SubjectPublicKeyInfo of a public or a private key."""
    public = key.public_key() if hasattr(key, 'public_key') else key
    return public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def public_pem(key):
    public = key.public_key() if hasattr(key, 'public_key') else key
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def private_pem(key, passphrase=None):
    how = (
        serialization.BestAvailableEncryption(passphrase)
        if passphrase
        else serialization.NoEncryption()
    )
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def key_id(key):
    return b64(hashlib.sha256(public_der(key)).digest())


def fingerprint(key):
    letters = base64.b32encode(hashlib.sha256(public_der(key)).digest()[:20]).decode('ascii')
    return ' '.join(letters[i : i + 4] for i in range(0, 32, 4))


def reader_set(kids):
    """`to`: the name of a set of readers."""
    return b64(hashlib.sha256(''.join(sorted(kids)).encode('ascii')).digest())


# ---- Sealed objects (JWE) ------------------------------------------------------------------------


def oaep():
    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class ContentKey:
    """A 256-bit content key and its wrapping for any number of readers."""

    def __init__(self, secret=None):
        self.secret = secret or os.urandom(32)

    def wrap(self, public_key):
        return b64(public_key.encrypt(self.secret, oaep()))

    def seal(self, plaintext, kid=None, encrypted_key=None, unprotected=None, mid=None):
        """The members of a JWE; bad frames are made by changing them before they are written."""
        protected = {'alg': 'RSA-OAEP-256', 'enc': 'A256GCM'}
        if mid:
            protected['mid'] = mid
        return self.seal_with_header(protected, plaintext, kid, encrypted_key, unprotected)

    def seal_with_header(
        self, protected, plaintext, kid=None, encrypted_key=None, unprotected=None
    ):
        jwe = {'protected': b64(to_json(protected))}
        if unprotected is not None:
            jwe['unprotected'] = unprotected
        if kid is not None:
            jwe['header'] = {'kid': kid}
        if encrypted_key is not None:
            jwe['encrypted_key'] = encrypted_key
        iv = os.urandom(12)
        sealed = AESGCM(self.secret).encrypt(iv, plaintext, jwe['protected'].encode('ascii'))
        jwe.update(iv=b64(iv), ciphertext=b64(sealed[:-16]), tag=b64(sealed[-16:]))
        return jwe

    def open(self, jwe):
        iv, tag = unb64(jwe['iv']), unb64(jwe['tag'])
        if len(iv) != 12 or len(tag) != 16:
            raise ProtocolError('iv or tag has the wrong length')
        sealed = unb64(jwe['ciphertext']) + tag
        return AESGCM(self.secret).decrypt(iv, sealed, jwe['protected'].encode('ascii'))


def protected_header(jwe):
    header = parse_json(unb64(jwe['protected']))
    if (
        header.get('alg') != 'RSA-OAEP-256'
        or header.get('enc') != 'A256GCM'
        or 'zip' in header
        or 'crit' in header
    ):
        raise ProtocolError('unsupported protected header %r' % header)
    return header


# ---- What a message says (JWS) -------------------------------------------------------------------


def pss():
    return padding.PSS(padding.MGF1(hashes.SHA256()), 32)


def sign(key, payload, header=None):
    header = header or {'alg': 'PS256', 'kid': key_id(key)}
    signed = (
        b64(to_json(header))
        + '.'
        + b64(payload if isinstance(payload, bytes) else to_json(payload))
    )
    return (signed + '.' + b64(key.sign(signed.encode('ascii'), pss(), hashes.SHA256()))).encode(
        'ascii'
    )


def jws_kid(jws):
    header = parse_json(unb64(jws.split('.')[0]))
    if header.get('alg') != 'PS256' or 'crit' in header or 'b64' in header:
        raise ProtocolError('unsupported JWS header %r' % header)
    return header['kid']


def verify(jws, public_key):
    signed, _, signature = jws.rpartition('.')
    public_key.verify(unb64(signature), signed.encode('ascii'), pss(), hashes.SHA256())
    return parse_json(unb64(signed.split('.')[1]))


def claims(author, server_key, mid, kids, text, **changes):
    payload = {
        'iss': key_id(author),
        'aud': key_id(server_key),
        'jti': mid,
        'iat': milliseconds(),
        'to': reader_set(kids),
        'body': {'type': 'text', 'text': text},
    }
    payload.update(changes)
    return payload


# ---- The link: TLS 1.3 ---------------------------------------------------------------------------


def certificate(key):
    """A self-signed certificate in which only the key means anything."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'conclave')])
    start = datetime.datetime(2020, 1, 1)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )


_certificates = {}


def tls_context(key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    # No chain is verified: the peer is its key, which is compared after the handshake.
    context.verify_mode = ssl.CERT_NONE
    kid = key_id(key)
    if kid not in _certificates:
        _certificates[kid] = certificate(key).public_bytes(
            serialization.Encoding.PEM
        ) + private_pem(key)
    with tempfile.NamedTemporaryFile() as file:  # ssl takes its certificate from a file only
        file.write(_certificates[kid])
        file.flush()
        context.load_cert_chain(file.name)
    return context


# ---- The client ----------------------------------------------------------------------------------


class Member:
    def __init__(self, username, key, online=False, former=False):
        self.username = username
        self.key = serialization.load_der_public_key(unb64(key))
        self.kid = key_id(self.key)
        self.online = online
        self.former = former


class Seal:
    """A content key that is registered with the server for a set of readers."""

    def __init__(self, members):
        self.id = b64(os.urandom(16))
        self.key = ContentKey()
        self.kids = [member.kid for member in members]
        self.readers = [
            {'kid': member.kid, 'encrypted_key': self.key.wrap(member.key)} for member in members
        ]
        self.messages = 0

    def commands(self):
        for start in range(0, len(self.readers), READERS_PER_SEAL_COMMAND):
            command = {
                'op': 'seal',
                'id': self.id,
                'readers': self.readers[start : start + READERS_PER_SEAL_COMMAND],
            }
            if start + READERS_PER_SEAL_COMMAND < len(self.readers):
                command['more'] = True
            yield command


class Client:
    """One connection of one member. Nothing runs in the background: expect() reads until the event
    is there.

    Events are dicts with `op`. A notice is its JSON; a delivery has `seq`, `at`, `from`, `mid`, and
    either `text` with `kind` (room, direct, or set: to the room of another day) or `problem`, why
    it cannot be shown as anybody's words.
    """

    def __init__(self, port, key, server_key, username, address='127.0.0.1', source=''):
        self.key = key
        self.kid = key_id(key)
        self.server_key = server_key
        self.server_kid = key_id(server_key)
        self.username = username
        self.where = (address, port)
        self.source = (source, 0) if source else None
        self.history = None  # of welcome, with
        self.last_seq = None  # what `since` will be
        self.unacknowledged = {}  # mid -> (kids, jws)
        self.connect()

    def connect(self):
        self.inbox = []  # events that nobody has asked for yet
        self.frames = []  # every frame that came, as it was
        self.members = {}  # username -> Member
        self.former = {}  # (username, kid) -> Member
        self.sets = {}  # to -> kids
        self.seals = {}  # kids -> Seal
        self.keys = {}  # encrypted_key -> ContentKey
        self.bytes = b''
        self.ended = False
        self.command_key = ContentKey()
        self.command_wrapping = self.command_key.wrap(self.server_key)
        plain = socket.create_connection(self.where, PATIENCE, self.source)
        try:
            self.socket = tls_context(self.key).wrap_socket(plain)
        except BaseException:
            plain.close()
            raise
        shown = x509.load_der_x509_certificate(
            self.socket.getpeercert(binary_form=True)
        ).public_key()
        if public_der(shown) != public_der(self.server_key):
            self.close()
            raise WrongServer('the server showed the key ' + fingerprint(shown))

    def close(self):
        """Hangs up without a word."""
        self.ended = True
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # -- Frames

    def send_bytes(self, data):
        try:
            self.socket.sendall(data)
        except (ssl.SSLError, ConnectionError, BrokenPipeError) as error:
            raise Closed(str(error)) from error

    def send_frame(self, frame):
        """frame: bytes, or the members of a JWE."""
        data = frame if isinstance(frame, bytes) else to_json(frame)
        self.send_bytes(struct.pack('>I', len(data)) + data)

    def seal_command(self, command):
        plaintext = command if isinstance(command, bytes) else to_json(command)
        return self.command_key.seal(plaintext, self.server_kid, self.command_wrapping)

    def command(self, op, **members):
        self.send_frame(self.seal_command({'op': op, **members}))

    def receive_bytes(self, size, deadline):
        while len(self.bytes) < size:
            try:
                self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
                more = self.socket.recv(65536)
            except socket.timeout:
                raise
            except ssl.SSLError as error:
                if 'ACCESS_DENIED' in str(error.reason):
                    raise Denied(str(error)) from error
                raise Closed(str(error)) from error
            except OSError as error:
                raise Closed(str(error)) from error
            if not more:
                raise Closed('end of stream')
            self.bytes += more
        data, self.bytes = self.bytes[:size], self.bytes[size:]
        return data

    def receive_frame(self, deadline=None):
        deadline = deadline or time.monotonic() + PATIENCE
        (size,) = struct.unpack('>I', self.receive_bytes(4, deadline))
        if not 0 < size <= MAX_FRAME:
            raise ProtocolError('a frame of %d bytes' % size)
        return self.receive_bytes(size, deadline)

    # -- Events

    def receive(self, deadline=None):
        frame = self.receive_frame(deadline)
        self.frames.append(frame)
        jwe = parse_json(frame)
        header = protected_header(jwe)
        if jwe['header'] != {'kid': self.kid}:
            raise ProtocolError('a frame that is sealed for somebody else')
        plaintext = self.content_key(jwe['encrypted_key']).open(jwe)
        if 'unprotected' in jwe:
            return self.take_delivery(jwe['unprotected'], header, plaintext)
        return self.take_notice(parse_json(plaintext))

    def content_key(self, encrypted_key):
        if encrypted_key not in self.keys:
            self.keys[encrypted_key] = ContentKey(self.key.decrypt(unb64(encrypted_key), oaep()))
        return self.keys[encrypted_key]

    def take_notice(self, notice):
        take = getattr(self, 'take_' + notice['op'].replace('-', '_'), None)
        if take:
            take(notice)
        return notice

    def take_members(self, notice):
        for entry in notice['members']:
            member = Member(
                entry['username'], entry['key'], entry['online'], entry.get('former', False)
            )
            if member.former:
                self.former[member.username, member.kid] = member
            else:
                self.members[member.username] = member

    def take_welcome(self, notice):
        self.username = notice['username']
        self.history = notice['history']

    def take_caught_up(self, notice):
        self.saw(notice['seq'])

    def take_presence(self, notice):
        for name in notice['online']:
            self.members[name].online = True
        for name in notice['offline']:
            if name in self.members:
                self.members[name].online = False

    def take_added(self, notice):
        self.members[notice['username']] = Member(notice['username'], notice['key'])
        self.seals.clear()

    def take_removed(self, notice):
        member = self.members.pop(notice['username'])
        member.former = True
        self.former[member.username, member.kid] = member
        self.seals.clear()

    def take_readers(self, notice):
        if reader_set(notice['kids']) != notice['to']:
            raise ProtocolError('a readers notice whose hash is wrong')
        self.sets[notice['to']] = notice['kids']

    def take_ack(self, notice):
        self.unacknowledged.pop(notice['mid'], None)
        self.saw(notice['seq'])

    def saw(self, seq):
        self.last_seq = max(self.last_seq or 0, seq)

    def take_delivery(self, unprotected, header, plaintext):
        event = dict(unprotected, mid=header['mid'])
        if event['op'] not in ('message', 'history'):
            raise ProtocolError('a delivery with op %r' % event['op'])
        if event['op'] == 'message':
            self.saw(event['seq'])
            if event['from'] == self.username:
                # Stored, though the connection broke before its ack came.
                self.unacknowledged.pop(event['mid'], None)
        try:
            event.update(self.read_message(event, plaintext.decode('ascii')))
        except (InvalidSignature, InvalidTag, ProtocolError, KeyError, ValueError) as error:
            event['problem'] = '%s: %s' % (type(error).__name__, error)
        return event

    def read_message(self, event, jws):
        kid = jws_kid(jws)
        everybody = [*self.members.values(), *self.former.values()]
        names = {member.username: member for member in everybody if member.kid == kid}
        author = names.get(event['from'])
        if author is None:
            raise ProtocolError('posted by %s, signed by %s' % (event['from'], list(names)))
        payload = verify(jws, author.key)
        for name, expected in (('iss', kid), ('aud', self.server_kid), ('jti', event['mid'])):
            if payload[name] != expected:
                raise ProtocolError('%s is %r' % (name, payload[name]))
        body = payload['body']
        return {
            'kind': self.kind(payload, kid),
            'author': author.username,
            'iat': payload['iat'],
            'text': body['text'] if body['type'] == 'text' else None,
            'body': body,
        }

    def kind(self, payload, author_kid):
        """Who reads it is checked; whether it was meant in private is the author's word."""
        to = payload['to']
        room = reader_set(member.kid for member in self.members.values())
        alone = (reader_set({author_kid, self.kid}), reader_set([self.kid]))
        if to != room and to not in alone and self.kid not in self.sets.get(to, ()):
            raise ProtocolError('not sealed for us by its author')
        if payload.get('direct', False):
            return 'direct'
        return 'room' if to == room else 'set'

    # -- Waiting

    def expect(self, op, **members):
        """The first event with this op and these members that was not taken yet."""
        deadline = time.monotonic() + PATIENCE
        position = 0
        while True:
            while position == len(self.inbox):
                try:
                    self.inbox.append(self.receive(deadline))
                except socket.timeout:
                    raise AssertionError(
                        '%s waited in vain for %s %r; came: %r'
                        % (self.username, op, members, self.inbox)
                    ) from None
            event = self.inbox[position]
            if event['op'] == op and all(
                event.get(name) == value for name, value in members.items()
            ):
                return self.inbox.pop(position)
            if event['op'] == 'error' and event['fatal']:
                raise ProtocolError('%s: %s' % (event['code'], event['text']), event['code'])
            position += 1

    def take(self, op):
        """All events with this op that are here and were not taken yet."""
        taken = [event for event in self.inbox if event['op'] == op]
        self.inbox = [event for event in self.inbox if event['op'] != op]
        return taken

    def expect_end(self):
        """Reads until the server closes; what came before stays in the inbox, and is returned."""
        while not self.ended:
            try:
                self.inbox.append(self.receive())
            except socket.timeout:
                raise AssertionError('the server did not close; came: %r' % self.inbox) from None
            except Closed:
                self.close()
        return self.inbox

    # -- A session

    def hello(self, **changes):
        members = {'version': VERSION, 'username': self.username}
        if self.history is not None and self.last_seq is not None:
            members.update(since=self.last_seq, history=self.history)
        members.update(changes)
        self.command('hello', **members)

    def join(self, **changes):
        """hello and its whole answer; returns the welcome, and keeps `caught_up`."""
        self.hello(**changes)
        welcome = self.expect('welcome')
        self.caught_up = self.expect('caught-up')
        self.take('members')
        return welcome

    def rejoin(self):
        """Comes back after a lost connection and posts again what was not acknowledged."""
        self.close()
        self.connect()
        welcome = self.join()
        for mid, (kids, jws) in list(self.unacknowledged.items()):
            readers = [member for member in self.members.values() if member.kid in kids]
            self.post_signed(mid, self.seal_for(readers), jws)
        return welcome

    def seal_for(self, members):
        kids = tuple(sorted(member.kid for member in members))
        seal = self.seals.get(kids)
        if seal is None or seal.messages >= SEAL_MESSAGES:
            seal = self.seals[kids] = Seal(members)
            for command in seal.commands():
                self.command(**command)
        seal.messages += 1
        return seal

    def readers_of(self, to):
        """All members for None, else these and ourselves."""
        if to is None:
            return list(self.members.values())
        return [self.members[name] for name in dict.fromkeys([*to, self.username])]

    def post(self, text, to=None):
        """Posts to the room, or to the usernames in `to`; gives the mid before the ack is there."""
        meant = {} if to is None else {'direct': True}
        return self.post_under(self.seal_for(self.readers_of(to)), text, **meant)

    def post_under(self, seal, text, mid=None, **changes):
        """The same under a seal, and with claims, of our choice."""
        mid = mid or str(uuid.uuid4())
        payload = claims(self.key, self.server_key, mid, seal.kids, text, **changes)
        self.post_signed(mid, seal, sign(self.key, payload))
        return mid

    def post_signed(self, mid, seal, jws):
        self.unacknowledged[mid] = (seal.kids, jws)
        self.send_frame(self.sealed_post(mid, seal, jws))

    @staticmethod
    def sealed_post(mid, seal, jws):
        return seal.key.seal(jws, unprotected={'op': 'post', 'seal': seal.id}, mid=mid)

    def say(self, text, to=None):
        """Posts and waits for the ack, which it returns."""
        return self.expect('ack', mid=self.post(text, to))

    def read(self, **members):
        """The next message; one that is not verifiable fails the test unless it is asked for."""
        message = self.expect('message', **members)
        if 'problem' in message and 'problem' not in members:
            raise AssertionError('not verifiable: %r' % message)
        return message

    def ask_history(self, **members):
        """The answer to `history`: the messages, and the history-end."""
        self.command('history', **members)
        end = self.expect('history-end')
        return self.take('history'), end

    def leave(self):
        self.command('bye')
        self.expect('bye')
        self.expect_end()
        self.close()
