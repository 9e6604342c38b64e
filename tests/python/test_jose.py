# SPDX-License-Identifier: GPL-3.0-or-later
"""Our JOSE against python3-jwcrypto, and our keys against openssl, in both directions."""

import base64
import hashlib
import json
import os
import re
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from jwcrypto import jwe, jwk, jws

TOOL = os.environ['JOSE_TOOL']
SIZES = (2048, 3072, 4096)
MAKERS = ('openssl', 'jwcrypto', 'conclave')
TEXTS = {
    'empty': b'',
    'short': b'x',
    'unicode': 'Gr\u00fc\u00dfe \u2028 \U0001f469\u200d\U0001f469'.encode('utf-8'),
    'binary': bytes(range(256)),
    'long': b'0123456789abcdef' * 20000,
}
HEADER = {'alg': 'RSA-OAEP-256', 'enc': 'A256GCM'}


def run(*command, text=b'', passphrase=None):
    env = dict(os.environ)
    if passphrase:
        env['JOSE_PASSPHRASE'] = passphrase
    return subprocess.run(
        [str(part) for part in command],
        input=text,
        env=env,
        timeout=300,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def output(*command, text=b'', passphrase=None):
    done = run(*command, text=text, passphrase=passphrase)
    assert done.returncode == 0, done.stderr.decode('utf-8')
    return done.stdout


def complaint(*command, text=b'', passphrase=None):
    done = run(*command, text=text, passphrase=passphrase)
    assert done.returncode == 1, 'expected a refusal: %r, %r' % (done.returncode, done.stderr)
    assert done.stdout == b''
    return done.stderr.decode('utf-8')


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode('ascii')


class Key:
    """A private key file, its public one, and the same key as jwcrypto knows it."""

    def __init__(self, folder, maker, bits):
        self.private = folder / ('%s-%d.pem' % (maker, bits))
        self.public = folder / ('%s-%d-public.pem' % (maker, bits))
        getattr(self, 'make_with_' + maker)(bits)
        self.jwk = jwk.JWK.from_pem(self.private.read_bytes())
        assert self.jwk.get_op_key('sign').key_size == bits

    def make_with_openssl(self, bits):
        option = 'rsa_keygen_bits:%d' % bits
        output('openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', option, '-out', self.private)
        output('openssl', 'pkey', '-in', self.private, '-pubout', '-out', self.public)

    def make_with_jwcrypto(self, bits):
        key = jwk.JWK.generate(kty='RSA', size=bits)
        self.private.write_bytes(key.export_to_pem(private_key=True, password=None))
        self.public.write_bytes(key.export_to_pem())

    def make_with_conclave(self, bits):
        output(TOOL, 'keygen', bits, self.private)
        self.public.write_bytes(output(TOOL, 'public', self.private))

    @property
    def kid(self):
        """Computed without a line of ours."""
        public = serialization.load_pem_public_key(self.public.read_bytes())
        der = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return encode(hashlib.sha256(der).digest())


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp('keys')


@pytest.fixture(
    scope='module',
    params=[(maker, bits) for bits in SIZES for maker in MAKERS],
    ids=lambda param: '%s-%d' % param,
)
def key(request, folder):
    return Key(folder, *request.param)


@pytest.fixture(scope='module')
def one_key(folder):
    made = folder / 'one'
    made.mkdir()
    return Key(made, 'jwcrypto', 2048)


def seal(key, text, header=None, **more):
    """What a client with jwcrypto would send."""
    token = jwe.JWE(text, json.dumps(header or HEADER), **more)
    token.add_recipient(key.jwk, json.dumps({'kid': key.kid}))
    return token.serialize().encode('ascii')


def sign(key, payload, header=None):
    token = jws.JWS(payload)
    header = header or {'alg': 'PS256', 'kid': key.kid}
    token.add_signature(key.jwk, None, json.dumps(header), None)
    return token.serialize(compact=True).encode('ascii')


def damage(token):
    """Another letter in the middle of what stands there."""
    middle = len(token) // 2
    return token[:middle] + ('B' if token[middle] == 'A' else 'A') + token[middle + 1 :]


def test_kid(key):
    assert output(TOOL, 'kid', key.public).decode('ascii') == key.kid


def test_public_half(key):
    expected = output('openssl', 'pkey', '-in', key.private, '-pubout')
    assert output(TOOL, 'public', key.private) == expected


# jwcrypto opens an empty text ("Success") and then takes the empty result for a failure.
@pytest.mark.parametrize('text', [text for text in TEXTS.values() if text], ids=len)
def test_they_open_what_we_seal(key, text):
    sealed = output(TOOL, 'seal', key.public, text=text)
    token = jwe.JWE()
    token.deserialize(sealed.decode('utf-8'), key.jwk)
    assert token.payload == text
    frame = json.loads(sealed)
    assert frame['header'] == {'kid': key.kid}
    assert frame['unprotected'] == {'op': 'message', 'seq': 1, 'from': 'zo\u00eb'}
    assert token.jose_header['alg'] == 'RSA-OAEP-256'
    assert token.jose_header['enc'] == 'A256GCM'
    assert re.fullmatch('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', token.jose_header['mid'])


@pytest.mark.parametrize('text', TEXTS.values(), ids=TEXTS.keys())
def test_we_open_what_they_seal(key, text):
    sealed = seal(key, text, unprotected=json.dumps({'op': 'message', 'seq': 7}))
    assert output(TOOL, 'open', key.private, text=sealed) == text


@pytest.mark.parametrize('text', TEXTS.values(), ids=TEXTS.keys())
def test_they_verify_what_we_sign(key, text):
    token = jws.JWS()
    token.allowed_algs = ['PS256']
    token.deserialize(output(TOOL, 'sign', key.private, text=text).decode('ascii'), key.jwk)
    assert token.payload == text
    assert token.jose_header == {'alg': 'PS256', 'kid': key.kid}


@pytest.mark.parametrize('text', TEXTS.values(), ids=TEXTS.keys())
def test_we_verify_what_they_sign(key, text):
    assert output(TOOL, 'verify', key.public, text=sign(key, text)) == text


@pytest.mark.parametrize('member', ['encrypted_key', 'iv', 'ciphertext', 'tag'])
def test_we_refuse_what_was_changed(one_key, member):
    frame = json.loads(seal(one_key, b'0123456789' * 10))
    frame[member] = damage(frame[member])
    complaint(TOOL, 'open', one_key.private, text=json.dumps(frame).encode('ascii'))


@pytest.mark.parametrize('member', ['encrypted_key', 'iv', 'ciphertext', 'tag'])
def test_they_refuse_what_was_changed(one_key, member):
    frame = json.loads(output(TOOL, 'seal', one_key.public, text=b'0123456789' * 10))
    frame[member] = damage(frame[member])
    with pytest.raises(jwe.InvalidJWEData):
        jwe.JWE().deserialize(json.dumps(frame), one_key.jwk)


def test_we_refuse_a_changed_signature(one_key):
    header, payload, signature = sign(one_key, b'words').decode('ascii').split('.')
    text = '.'.join([header, payload, damage(signature)]).encode('ascii')
    complaint(TOOL, 'verify', one_key.public, text=text)


@pytest.mark.parametrize('algorithm', ['RSA-OAEP', 'RSA1_5'])
def test_we_refuse_other_wrappings(one_key, algorithm):
    token = jwe.JWE(
        b'text', json.dumps({'alg': algorithm, 'enc': 'A256GCM'}), algs=[algorithm, 'A256GCM']
    )
    token.add_recipient(one_key.jwk, json.dumps({'kid': one_key.kid}))
    text = token.serialize().encode('ascii')
    assert '"alg"' in complaint(TOOL, 'open', one_key.private, text=text)


@pytest.mark.parametrize('cipher', ['A128GCM', 'A192GCM', 'A256CBC-HS512'])
def test_we_refuse_other_ciphers(one_key, cipher):
    text = seal(one_key, b'text', header={'alg': 'RSA-OAEP-256', 'enc': cipher})
    assert '"enc"' in complaint(TOOL, 'open', one_key.private, text=text)


def test_we_refuse_compression(one_key):
    text = seal(one_key, b'text', header=dict(HEADER, zip='DEF'))
    assert '"zip"' in complaint(TOOL, 'open', one_key.private, text=text)


def test_we_refuse_aad(one_key):
    text = seal(one_key, b'text', aad=b'more')
    assert '"aad"' in complaint(TOOL, 'open', one_key.private, text=text)


def test_we_refuse_several_recipients(one_key):
    token = jwe.JWE(b'text', json.dumps(HEADER))
    for number in range(2):
        token.add_recipient(one_key.jwk, json.dumps({'kid': one_key.kid}))
    text = token.serialize().encode('ascii')
    assert '"recipients"' in complaint(TOOL, 'open', one_key.private, text=text)


@pytest.mark.parametrize('algorithm', ['PS384', 'PS512', 'RS256'])
def test_we_refuse_other_signatures(one_key, algorithm):
    text = sign(one_key, b'words', header={'alg': algorithm, 'kid': one_key.kid})
    assert '"alg"' in complaint(TOOL, 'verify', one_key.public, text=text)


def test_encrypted_key_of_ours_for_openssl(folder):
    private = folder / 'ours-encrypted.pem'
    output(TOOL, 'keygen', 2048, private, passphrase='sesame \u00fc')
    assert b'BEGIN ENCRYPTED PRIVATE KEY' in private.read_bytes()
    assert private.stat().st_mode & 0o777 == 0o600
    ours = output(TOOL, 'public', private, passphrase='sesame \u00fc')
    theirs = output('openssl', 'pkey', '-in', private, '-passin', 'pass:sesame \u00fc', '-pubout')
    assert ours == theirs
    form = output('openssl', 'asn1parse', '-in', private).decode('ascii')
    assert 'PBES2' in form and 'aes-256-cbc' in form
    complaint(TOOL, 'public', private, passphrase='wrong')
    complaint(TOOL, 'public', private)


@pytest.mark.parametrize('cipher', ['aes-256-cbc', 'aes-128-cbc', 'des3'])
def test_encrypted_key_of_openssl_for_us(folder, one_key, cipher):
    private = folder / ('openssl-%s.pem' % cipher)
    output(
        'openssl',
        'pkcs8',
        '-topk8',
        '-v2',
        cipher,
        '-in',
        one_key.private,
        '-passout',
        'pass:sesame',
        '-out',
        private,
    )
    assert output(TOOL, 'public', private, passphrase='sesame') == one_key.public.read_bytes()
    complaint(TOOL, 'public', private, passphrase='wrong')


def test_pkcs1_of_openssl(folder, one_key):
    private = folder / 'pkcs1.pem'
    output('openssl', 'rsa', '-traditional', '-in', one_key.private, '-out', private)
    assert b'BEGIN RSA PRIVATE KEY' in private.read_bytes()
    assert output(TOOL, 'public', private) == one_key.public.read_bytes()
    public = folder / 'pkcs1-public.pem'
    output('openssl', 'rsa', '-in', one_key.private, '-RSAPublicKey_out', '-out', public)
    assert output(TOOL, 'kid', public).decode('ascii') == one_key.kid


def test_keys_are_not_overwritten(one_key):
    before = one_key.private.read_bytes()
    complaint(TOOL, 'keygen', 2048, one_key.private)
    assert one_key.private.read_bytes() == before
