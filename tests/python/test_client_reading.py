# SPDX-License-Identifier: GPL-3.0-or-later
"""chat-client believes nothing that it cannot verify."""

import os
import uuid

import conclave
import pytest
from conclave import key_id, reader_set
from room import key_of


@pytest.fixture
def people(make_room, chat):
    """alice at chat-client; mallory and carol are members."""
    room = make_room('alice', 'carol', 'mallory')
    alice = chat(room, 'alice')
    alice.expect_open()
    return alice, room.join('mallory')


def seal(mallory):
    return mallory.seal_for(mallory.readers_of(None))


def post(mallory, jws, mid=None):
    mid = mid or str(uuid.uuid4())
    mallory.post_signed(mid, seal(mallory), jws)
    mallory.expect('ack', mid=mid)


def claims(mallory, mid, **changes):
    kids = seal(mallory).kids
    return conclave.claims(mallory.key, mallory.server_key, mid, kids, 'lies', **changes)


def with_claims(**changes):
    def make(mallory, mid):
        payload = claims(mallory, mid, **changes)
        payload = {name: value for name, value in payload.items() if value is not None}
        return conclave.sign(mallory.key, payload)

    return make


def with_header(**changes):
    def make(mallory, mid):
        header = {'alg': 'PS256', 'kid': mallory.kid, **changes}
        header = {name: value for name, value in header.items() if value is not None}
        return conclave.sign(mallory.key, claims(mallory, mid), header)

    return make


def by_somebody_else(mallory, mid):
    return conclave.sign(
        mallory.key,
        claims(mallory, mid, iss=key_id(key_of('carol'))),
        {'alg': 'PS256', 'kid': key_id(key_of('carol'))},
    )


def cut_signature(mallory, mid):
    return conclave.sign(mallory.key, claims(mallory, mid))[:-4]


def unsigned(mallory, mid):
    header = conclave.b64(b'{"alg":"none"}')
    body = conclave.b64(conclave.to_json(claims(mallory, mid)))
    return ('%s.%s.' % (header, body)).encode('ascii')


LIES = {
    'no JWS': lambda mallory, mid: b'lies',
    'empty': lambda mallory, mid: b'',
    'binary': lambda mallory, mid: bytes(range(256)),
    'a claim missing': with_claims(iat=None),
    'another iss': with_claims(iss=key_id(key_of('carol'))),
    'another aud': with_claims(aud=key_id(key_of('another server'))),
    'another jti': with_claims(jti=str(uuid.uuid4())),
    'another to': with_claims(to=reader_set([key_id(key_of('alice')), key_id(key_of('carol'))])),
    'iat is text': with_claims(iat='yesterday'),
    'body is text': with_claims(body='lies'),
    'text is a number': with_claims(body={'type': 'text', 'text': 5}),
    'text is missing': with_claims(body={'type': 'text'}),
    'a duplicate member': lambda mallory, mid: conclave.sign(
        mallory.key, conclave.to_json(claims(mallory, mid))[:-1] + b',"iat":1}'
    ),
    'text is too long': with_claims(body={'type': 'text', 'text': 'x' * 65537}),
    'alg is RS256': with_header(alg='RS256'),
    'crit': with_header(crit=['b64'], b64=True),
    'b64': with_header(b64=False),
    'no kid': with_header(kid=None),
    'kid of nobody': with_header(kid=key_id(key_of('nobody'))),
    'signed by another': by_somebody_else,
    'signature is cut': cut_signature,
    'unsigned': unsigned,
}


@pytest.mark.parametrize('make', LIES.values(), ids=LIES.keys())
def test_lies_are_nobodys_words(people, make):
    alice, mallory = people
    mid = str(uuid.uuid4())
    post(mallory, make(mallory, mid), mid)
    message = alice.expect('message')
    assert message['verified'] is False
    assert message['problem'] and 'text' not in message
    # It costs nobody anything else.
    mallory.say('the truth')
    assert alice.expect('message')['text'] == 'the truth'


def test_words_of_another_passed_on(people, make_room):
    """What carol wrote to mallory alone, posted by mallory as if carol had meant alice."""
    alice, mallory = people
    mid = str(uuid.uuid4())
    kids = [key_id(key_of('mallory')), key_id(key_of('carol'))]
    jws = conclave.sign(
        key_of('carol'),
        conclave.claims(key_of('carol'), mallory.server_key, mid, kids, 'between us'),
    )
    post(mallory, jws, mid)
    assert alice.expect('message')['verified'] is False


def test_a_ciphertext_that_does_not_open(people):
    alice, mallory = people
    mid = str(uuid.uuid4())
    frame = mallory.sealed_post(mid, seal(mallory), b'x' * 1000)
    frame['tag'] = conclave.b64(os.urandom(16))
    mallory.send_frame(frame)
    mallory.expect('ack', mid=mid)
    assert alice.expect('message')['verified'] is False


def test_a_wrapping_that_does_not_open(people):
    alice, mallory = people
    bad = conclave.Seal(mallory.readers_of(None))
    for reader in bad.readers:
        reader['encrypted_key'] = conclave.b64(os.urandom(256))
    for command in bad.commands():
        mallory.command(**command)
    mid = mallory.post_under(bad, 'lies')
    mallory.expect('ack', mid=mid)
    assert alice.expect('message')['verified'] is False
    mallory.say('the truth')
    assert alice.expect('message')['text'] == 'the truth'


def test_what_needs_a_newer_version(people):
    alice, mallory = people
    mallory.post_under(seal(mallory), '', body={'type': 'poll', 'options': ['a', 'b']})
    message = alice.expect('message')
    assert message['verified'] is True and 'text' not in message


def test_more_claims_than_the_page_names(people):
    alice, mallory = people
    mallory.post_under(seal(mallory), 'with extras', mood='good')
    assert alice.expect('message')['text'] == 'with extras'
