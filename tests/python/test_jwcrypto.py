# SPDX-License-Identifier: GPL-3.0-or-later
"""The frames of the real server through a JOSE library, python3-jwcrypto, in both directions."""

import json
import uuid

from jwcrypto import jwe, jwk, jws

import conclave
from conclave import key_id
from room import key_of


def jwk_of(key):
    return jwk.JWK.from_pem(conclave.private_pem(key))


def open_frame(frame, key):
    """The plaintext and the unprotected header, by jwcrypto."""
    token = jwe.JWE()
    token.deserialize(frame.decode('utf-8'), jwk_of(key))
    return token.payload, json.loads(frame).get('unprotected')


def command_by_jwcrypto(client, command):
    """A command whose content key is new, as the page allows."""
    token = jwe.JWE(
        json.dumps(command),
        protected=json.dumps({'alg': 'RSA-OAEP-256', 'enc': 'A256GCM'}),
        recipient=jwk.JWK.from_pem(conclave.public_pem(client.server_key)),
        header=json.dumps({'kid': client.server_kid}),
    )
    client.send_frame(token.serialize().encode('ascii'))


def test_jwcrypto_opens_every_frame(make_room):
    room = make_room('alice', 'bob')
    alice, bob = room.join_all('alice', 'bob')
    alice.say('opened by another library')
    bob.read()
    bob.ask_history()
    ops = set()
    for frame in bob.frames:
        payload, unprotected = open_frame(frame, key_of('bob'))
        if unprotected is None:
            ops.add(json.loads(payload)['op'])
            continue
        ops.add(unprotected['op'])
        signed = jws.JWS()
        signed.deserialize(payload.decode('ascii'))
        signed.verify(jwk.JWK.from_pem(conclave.public_pem(key_of('alice'))), alg='PS256')
        claims = json.loads(signed.payload)
        assert claims['body'] == {'type': 'text', 'text': 'opened by another library'}
        assert claims['iss'] == key_id(key_of('alice'))
    assert ops >= {'members', 'welcome', 'caught-up', 'message', 'history', 'history-end'}


def test_a_session_whose_client_is_jwcrypto(make_room):
    room = make_room('alice', 'bob')
    bob = room.join('bob')
    alice = room.connect('alice')
    command_by_jwcrypto(alice, {'op': 'hello', 'version': 1, 'username': 'alice'})
    alice.expect('caught-up')

    seal = conclave.Seal(alice.readers_of(None))
    for command in seal.commands():
        command_by_jwcrypto(alice, command)
    mid = str(uuid.uuid4())
    payload = conclave.claims(alice.key, alice.server_key, mid, seal.kids, 'signed by jwcrypto')
    signed = jws.JWS(json.dumps(payload))
    signed.add_signature(
        jwk_of(alice.key), None, json.dumps({'alg': 'PS256', 'kid': alice.kid}), None
    )
    alice.post_signed(mid, seal, signed.serialize(compact=True).encode('ascii'))
    alice.expect('ack', mid=mid)
    assert bob.read()['text'] == 'signed by jwcrypto'
    command_by_jwcrypto(alice, {'op': 'bye'})
    alice.expect('bye')
