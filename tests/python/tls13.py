# SPDX-License-Identifier: GPL-3.0-or-later
"""A TLS 1.3 client that does as it is told: step by step, and also what no library would do.

One cipher suite (TLS_AES_128_GCM_SHA256), one group (x25519), RSA-PSS. The server's signature is
not checked: what this client is for is to cheat, or to stop half way.
"""

import hashlib
import hmac
import os
import socket

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

import conclave

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
CLIENT_HELLO, CERTIFICATE, CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, FINISHED = 1, 11, 13, 15, 20
RSA_PSS_RSAE_SHA256 = b'\x08\x04'


def vector(data, length_size):
    return len(data).to_bytes(length_size, 'big') + data


def message(kind, body):
    return bytes([kind]) + vector(body, 3)


def extension(number, body):
    return number.to_bytes(2, 'big') + vector(body, 2)


def client_hello(public_key):
    """One that asks for nothing but TLS 1.3."""
    extensions = (
        extension(43, vector(b'\x03\x04', 1))  # supported_versions
        + extension(10, vector(b'\x00\x1d', 2))  # supported_groups: x25519
        + extension(13, vector(RSA_PSS_RSAE_SHA256 + b'\x08\x05\x08\x06\x04\x01\x05\x01', 2))
        + extension(51, vector(b'\x00\x1d' + vector(public_key, 2), 2))  # key_share
    )
    body = (
        b'\x03\x03'
        + os.urandom(32)
        + vector(b'', 1)  # session id
        + vector(b'\x13\x01', 2)  # TLS_AES_128_GCM_SHA256
        + vector(b'\0', 1)  # compression
        + vector(extensions, 2)
    )
    return message(CLIENT_HELLO, body)


def plain_record(kind, data):
    return bytes([kind]) + b'\x03\x03' + vector(data, 2)


def first_flight():
    """The bytes with which a client begins; the server answers them with all it has."""
    key = x25519.X25519PrivateKey.generate().public_key()
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return plain_record(HANDSHAKE, client_hello(raw))


def expand_label(secret, label, context, size):
    info = size.to_bytes(2, 'big') + vector(b'tls13 ' + label, 1) + vector(context, 1)
    return HKDFExpand(hashes.SHA256(), size, info).derive(secret)


def extract(salt, secret):
    return hmac.digest(salt, secret, 'sha256')


def derive(secret, label, transcript):
    return expand_label(secret, label, hashlib.sha256(transcript).digest(), 32)


class Keys:
    """One direction under one secret."""

    def __init__(self, secret):
        self.secret = secret
        self.cipher = AESGCM(expand_label(secret, b'key', b'', 16))
        self.iv = expand_label(secret, b'iv', b'', 12)
        self.number = 0

    def nonce(self):
        number, self.number = self.number, self.number + 1
        return bytes(a ^ b for a, b in zip(self.iv, number.to_bytes(12, 'big')))

    def seal(self, kind, data):
        header = b'\x17\x03\x03' + (len(data) + 17).to_bytes(2, 'big')
        return header + self.cipher.encrypt(self.nonce(), data + bytes([kind]), header)

    def open(self, header, data):
        inner = self.cipher.decrypt(self.nonce(), data, header).rstrip(b'\0')
        return inner[-1], inner[:-1]

    def finished(self, transcript):
        key = expand_label(self.secret, b'finished', b'', 32)
        return hmac.digest(key, hashlib.sha256(transcript).digest(), 'sha256')


class Tls13:
    """Use its steps in order: begin, take_server_flight, show_certificate, prove, finish."""

    def __init__(self, port, source='127.0.0.1'):
        self.socket = socket.create_connection(
            ('127.0.0.1', port), conclave.PATIENCE, (source, 0)
        )
        self.key = x25519.X25519PrivateKey.generate()
        self.bytes = b''
        self.messages = b''
        self.transcript = b''
        self.read_keys = None

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # -- Records

    def read_exactly(self, size):
        while len(self.bytes) < size:
            more = self.socket.recv(65536)
            if not more:
                raise conclave.Closed('end of stream')
            self.bytes += more
        data, self.bytes = self.bytes[:size], self.bytes[size:]
        return data

    def read_record(self):
        """Kind and content, once the record is opened."""
        while True:
            header = self.read_exactly(5)
            data = self.read_exactly(int.from_bytes(header[3:], 'big'))
            if header[0] == APPLICATION_DATA:
                return self.read_keys.open(header, data)
            if header[0] != CHANGE_CIPHER_SPEC:
                return header[0], data

    def read_message(self):
        """Kind and body of the next message of the handshake, which joins the transcript."""
        while (
            len(self.messages) < 4
            or len(self.messages) < 4 + int.from_bytes(self.messages[1:4], 'big')
        ):
            kind, data = self.read_record()
            if kind != HANDSHAKE:
                raise conclave.Closed('alert %r' % data)
            self.messages += data
        size = 4 + int.from_bytes(self.messages[1:4], 'big')
        whole, self.messages = self.messages[:size], self.messages[size:]
        self.transcript += whole
        return whole[0], whole[4:]

    def write_message(self, kind, body):
        whole = message(kind, body)
        self.transcript += whole
        self.socket.sendall(self.write_keys.seal(HANDSHAKE, whole))

    # -- Steps

    def begin(self):
        public = self.key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        hello = client_hello(public)
        self.transcript += hello
        self.socket.sendall(plain_record(HANDSHAKE, hello))

    def take_server_flight(self):
        _, body = self.read_message()
        position = 2 + 32 + 1 + body[34] + 2 + 1 + 2
        extensions = {}
        while position < len(body):
            number = int.from_bytes(body[position : position + 2], 'big')
            size = int.from_bytes(body[position + 2 : position + 4], 'big')
            extensions[number] = body[position + 4 : position + 4 + size]
            position += 4 + size
        theirs = x25519.X25519PublicKey.from_public_bytes(extensions[51][4:])
        early = derive(extract(bytes(32), bytes(32)), b'derived', b'')
        secret = extract(early, self.key.exchange(theirs))
        self.write_keys = Keys(derive(secret, b'c hs traffic', self.transcript))
        self.read_keys = Keys(derive(secret, b's hs traffic', self.transcript))
        kind, self.context = None, b''
        while kind != FINISHED:
            kind, body = self.read_message()
            if kind == CERTIFICATE_REQUEST:
                self.context = body[1 : 1 + body[0]]
        master = extract(derive(secret, b'derived', b''), bytes(32))
        self.read_keys = Keys(derive(master, b's ap traffic', self.transcript))
        self.application_keys = Keys(derive(master, b'c ap traffic', self.transcript))

    def show_certificate(self, certificate):
        entry = vector(certificate, 3) + vector(b'', 2)
        self.write_message(CERTIFICATE, vector(self.context, 1) + vector(entry, 3))

    def prove(self, key):
        signed = (
            b' ' * 64
            + b'TLS 1.3, client CertificateVerify\0'
            + hashlib.sha256(self.transcript).digest()
        )
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        signature = key.sign(signed, pss, hashes.SHA256())
        self.write_message(CERTIFICATE_VERIFY, RSA_PSS_RSAE_SHA256 + vector(signature, 2))

    def finish(self, verify_data=None):
        self.write_message(FINISHED, verify_data or self.write_keys.finished(self.transcript))
        self.write_keys = self.application_keys

    def log_in(self, key):
        """All the steps, as an honest client does them."""
        self.begin()
        self.take_server_flight()
        certificate = conclave.certificate(key)
        self.show_certificate(certificate.public_bytes(serialization.Encoding.DER))
        self.prove(key)
        self.finish()

    def send(self, data):
        self.socket.sendall(self.write_keys.seal(APPLICATION_DATA, data))

    def read_until_end(self):
        """(kind, content) of all records until the server closes."""
        records = []
        try:
            while True:
                records.append(self.read_record())
        except (conclave.Closed, ConnectionError):
            return records
