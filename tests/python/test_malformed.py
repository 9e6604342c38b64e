# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can be wrong with a frame costs its sender the connection, and nobody else."""

import json
import os
import uuid

import pytest

import conclave
from conclave import b64, to_json
from room import Room, assert_undisturbed, key_of


@pytest.fixture(scope='module')
def people(tmp_path_factory):
    """One room for all cases, with alice and bob, who must not notice anything."""
    room = Room(tmp_path_factory.mktemp('malformed') / 'room', 'alice', 'bob', 'mallory').start()
    yield room, *room.join_all('alice', 'bob')
    room.close()


def in_frame(data):
    return len(data).to_bytes(4, 'big') + data


def jwe(client, **changes):
    """A good history command whose JWE has these members changed; None takes one away."""
    frame = client.seal_command({'op': 'history', 'limit': 1})
    frame.update(changes)
    return in_frame(to_json({name: value for name, value in frame.items() if value is not None}))


def with_protected(client, **changes):
    """A command under another protected header, with a tag that is right for it."""
    protected = {'alg': 'RSA-OAEP-256', 'enc': 'A256GCM', **changes}
    protected = {name: value for name, value in protected.items() if value is not None}
    frame = client.command_key.seal_with_header(
        protected, b'{"op":"history"}', client.server_kid, client.command_wrapping
    )
    return in_frame(to_json(frame))


def with_text(client, old, new):
    """A good command in whose JSON text something is replaced."""
    text = to_json(client.seal_command({'op': 'history', 'limit': 1}))
    assert old in text
    return in_frame(text.replace(old, new, 1))


def command(client, text):
    """A sealed command whose plaintext is this text."""
    return in_frame(
        to_json(client.seal_command(text if isinstance(text, bytes) else text.encode()))
    )


def post(client, seal=None, mid=None, **changes):
    """A post under a good seal, with members changed."""
    good = client.seal_for(client.readers_of(None))
    mid = mid or str(uuid.uuid4())
    payload = conclave.claims(client.key, client.server_key, mid, good.kids, 'bad')
    frame = client.sealed_post(mid, good, conclave.sign(client.key, payload))
    frame.update(changes)
    return in_frame(to_json({name: value for name, value in frame.items() if value is not None}))


def seal(client, **changes):
    members = next(conclave.Seal(client.readers_of(None)).commands())
    members.update(changes)
    return command(client, to_json({k: v for k, v in members.items() if v is not None}))


def flip(text):
    """The same text with its first character changed."""
    return ('B' if text[0] == 'A' else 'A') + text[1:]


def good(client):
    return client.seal_command({'op': 'history', 'limit': 1})


def general_serialization(client):
    frame = good(client)
    frame['recipients'] = [{n: frame.pop(n) for n in ('header', 'encrypted_key')}]
    return in_frame(to_json(frame))


def many_recipients(client):
    frame = good(client)
    one = {n: frame.pop(n) for n in ('header', 'encrypted_key')}
    frame['recipients'] = [one] * 1500
    return in_frame(to_json(frame))


def with_aad(client):
    frame = good(client)
    iv, aad = os.urandom(12), b64(b'more')
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = AESGCM(client.command_key.secret).encrypt(
        iv, b'{"op":"history"}', (frame['protected'] + '.' + aad).encode('ascii')
    )
    frame.update(iv=b64(iv), ciphertext=b64(sealed[:-16]), tag=b64(sealed[-16:]), aad=aad)
    return in_frame(to_json(frame))


def a_kid():
    return conclave.key_id(key_of('stranger'))


DEEP = '[' * 16 + ']' * 16
JSON_CASES = {
    'nothing': b'',
    'not JSON': b'hello',
    'a number': b'1',
    'null': b'null',
    'an array': b'[]',
    'an empty object': b'{}',
    'cut': b'{"protected":"',
    'a bracket bomb': b'[' * 60_000,
    'a brace bomb': b'{"a":' * 12_000,
    'NUL bytes': b'\0' * 100,
    'invalid UTF-8': b'{"protected":"\xff"}',
}
TEXT_CASES = {
    'trailing bytes': (b'"}', b'"} x'),
    'a trailing NUL': (b'"}', b'"}\0'),
    'two documents': (b'"}', b'"}{}'),
    'a byte order mark': (b'{"protected"', b'\xef\xbb\xbf{"protected"'),
    'single quotes': (b'"protected"', b"'protected'"),
    'a comment': (b'{"protected"', b'{/* */"protected"'),
    'a trailing comma': (b'"iv"', b'"extra":[1,],"iv"'),
    'a duplicate member': (b'"iv"', b'"iv":"AAAAAAAAAAAAAAAA","iv"'),
    'a duplicate in depth': (b'"iv"', b'"extra":{"a":1,"a":2},"iv"'),
    'an escaped duplicate': (b'"iv"', b'"extra":{"a":1,"\\u0061":2},"iv"'),
    'too deep': (b'"iv"', b'"extra":' + DEEP.encode() + b',"iv"'),
    'a NUL escape': (b'"iv"', b'"extra":"\\u0000","iv"'),
    'a lone surrogate': (b'"iv"', b'"extra":"\\ud800","iv"'),
    'a control character': (b'"iv"', b'"extra":"\n","iv"'),
    'an invalid escape': (b'"iv"', b'"extra":"\\x41","iv"'),
    'a fraction': (b'"iv"', b'"extra":1.5,"iv"'),
    'an exponent': (b'"iv"', b'"extra":1e3,"iv"'),
    'a huge exponent': (b'"iv"', b'"extra":1e999,"iv"'),
    'a large negative integer': (b'"iv"', b'"extra":-9007199254740992,"iv"'),
    'a leading zero': (b'"iv"', b'"extra":01,"iv"'),
    'a large integer': (b'"iv"', b'"extra":9007199254740992,"iv"'),
    'an immense integer': (b'"iv"', b'"extra":' + b'9' * 1000 + b',"iv"'),
    'not a number': (b'"iv"', b'"extra":NaN,"iv"'),
    'a capital literal': (b'"iv"', b'"extra":True,"iv"'),
}
JWE_CASES = {
    'no protected': lambda c: jwe(c, protected=None),
    'no header': lambda c: jwe(c, header=None),
    'no encrypted_key': lambda c: jwe(c, encrypted_key=None),
    'no iv': lambda c: jwe(c, iv=None),
    'no ciphertext': lambda c: jwe(c, ciphertext=None),
    'no tag': lambda c: jwe(c, tag=None),
    'protected is a number': lambda c: jwe(c, protected=1),
    'protected is empty': lambda c: jwe(c, protected=''),
    'protected is no JSON': lambda c: jwe(c, protected=b64(b'{"alg"')),
    'protected is an array': lambda c: jwe(c, protected=b64(b'["alg"]')),
    'protected has duplicates': lambda c: jwe(
        c, protected=b64(b'{"alg":"RSA-OAEP-256","enc":"A256GCM","enc":"A256GCM"}')
    ),
    'protected is another': lambda c: jwe(
        c, protected=b64(b'{"alg":"RSA-OAEP-256","enc":"A256GCM","x":1}')
    ),
    'alg is missing': lambda c: with_protected(c, alg=None),
    'alg is RSA-OAEP': lambda c: with_protected(c, alg='RSA-OAEP'),
    'alg is RSA1_5': lambda c: with_protected(c, alg='RSA1_5'),
    'alg is dir': lambda c: with_protected(c, alg='dir'),
    'alg is a list': lambda c: with_protected(c, alg=['RSA-OAEP-256']),
    'enc is missing': lambda c: with_protected(c, enc=None),
    'enc is A128GCM': lambda c: with_protected(c, enc='A128GCM'),
    'zip': lambda c: with_protected(c, zip='DEF'),
    'crit': lambda c: with_protected(c, crit=['mid'], mid=str(uuid.uuid4())),
    'header is a string': lambda c: jwe(c, header='kid'),
    'header has no kid': lambda c: jwe(c, header={}),
    'kid is a number': lambda c: jwe(c, header={'kid': 1}),
    'kid is short': lambda c: jwe(c, header={'kid': 'abc'}),
    'kid is somebody else\'s': lambda c: jwe(c, header={'kid': a_kid()}),
    'encrypted_key is flipped': lambda c: jwe(c, encrypted_key=flip(c.command_wrapping)),
    'encrypted_key is zero': lambda c: jwe(c, encrypted_key=b64(bytes(256))),
    'encrypted_key is too large': lambda c: jwe(c, encrypted_key=b64(b'\xff' * 256)),
    'encrypted_key is short': lambda c: jwe(c, encrypted_key=c.command_wrapping[:-4]),
    'encrypted_key is long': lambda c: jwe(c, encrypted_key=c.command_wrapping + 'AAAA'),
    'encrypted_key is empty': lambda c: jwe(c, encrypted_key=''),
    'encrypted_key is an object': lambda c: jwe(c, encrypted_key={}),
    'encrypted_key holds 16 bytes': lambda c: jwe(
        c, encrypted_key=b64(c.server_key.encrypt(bytes(16), conclave.oaep()))
    ),
    'iv is short': lambda c: jwe(c, iv=b64(bytes(8))),
    'iv is long': lambda c: jwe(c, iv=b64(bytes(16))),
    'iv is another': lambda c: jwe(c, iv=b64(bytes(12))),
    'tag is short': lambda c: jwe(c, tag=good(c)['tag'][:16]),
    'tag is another': lambda c: jwe(c, tag=b64(bytes(16))),
    'tag is empty': lambda c: jwe(c, tag=''),
    'ciphertext is empty': lambda c: jwe(c, ciphertext=''),
    'ciphertext is flipped': lambda c: jwe(c, ciphertext=flip(good(c)['ciphertext'])),
    'ciphertext is padded': lambda c: jwe(c, ciphertext='AAA='),
    'ciphertext has junk': lambda c: jwe(c, ciphertext='AA+/'),
    'ciphertext has blanks': lambda c: jwe(c, ciphertext='AA AA'),
    'ciphertext has unused bits': lambda c: jwe(c, ciphertext='AB'),
    'ciphertext has one letter': lambda c: jwe(c, ciphertext='A'),
    'aad': with_aad,
    'general serialization': general_serialization,
    'general serialization for many': many_recipients,
    'unprotected is a string': lambda c: jwe(c, unprotected='post'),
    'unprotected has no op': lambda c: jwe(c, unprotected={}),
    'unprotected has another op': lambda c: jwe(c, unprotected={'op': 'message', 'seq': 1}),
}
COMMAND_CASES = {
    'empty': '',
    'no JSON': 'history',
    'an array': '["history"]',
    'no op': '{}',
    'op is a number': '{"op":1}',
    'op is null': '{"op":null}',
    'an unknown op': '{"op":"dance"}',
    'a notice': '{"op":"welcome"}',
    'post as a command': '{"op":"post"}',
    'duplicate op': '{"op":"bye","op":"bye"}',
    'limit is a string': '{"op":"history","limit":"1"}',
    'limit is a boolean': '{"op":"history","limit":true}',
    'limit is null': '{"op":"history","limit":null}',
    'limit is negative': '{"op":"history","limit":-1}',
    'limit is a fraction': '{"op":"history","limit":1.0}',
    'before is an object': '{"op":"history","before":{}}',
    'invalid UTF-8': b'{"op":"history","x":"\xc3"}',
    'overlong UTF-8': b'{"op":"history","x":"\xc0\xaf"}',
    'too deep': '{"op":"history","x":%s}' % DEEP,
}
SEAL_CASES = {
    'no id': lambda c: seal(c, id=None),
    'id is short': lambda c: seal(c, id=b64(bytes(15))),
    'id is long': lambda c: seal(c, id=b64(bytes(17))),
    'id is no base64url': lambda c: seal(c, id='!' * 22),
    'id is a number': lambda c: seal(c, id=1),
    'no readers': lambda c: seal(c, readers=None),
    'readers is an object': lambda c: seal(c, readers={}),
    'readers is empty': lambda c: seal(c, readers=[]),
    'a reader is a string': lambda c: seal(c, readers=['alice']),
    'a reader has no kid': lambda c: seal(c, readers=[{'encrypted_key': 'AAAA'}]),
    'a reader has no key': lambda c: seal(c, readers=[{'kid': c.kid}]),
    'a reader twice': lambda c: seal(
        c, readers=[{'kid': c.kid, 'encrypted_key': b64(bytes(256))}] * 2
    ),
    'a reader twice in two commands': lambda c: b''.join(
        seal(c, id=b64(bytes(16)), more=more, readers=conclave.Seal([c.members['alice']]).readers)
        for more in (True, False)
    ),
    'a short key': lambda c: seal(c, readers=[{'kid': c.kid, 'encrypted_key': b64(bytes(255))}]),
    'a long key': lambda c: seal(c, readers=[{'kid': c.kid, 'encrypted_key': b64(bytes(257))}]),
    'a padded key': lambda c: seal(
        c, readers=[{'kid': c.kid, 'encrypted_key': b64(bytes(256)) + '=='}]
    ),
    'more is a number': lambda c: seal(c, more=1),
}
POST_CASES = {
    'no seal': lambda c: post(c, unprotected={'op': 'post'}),
    'seal is a number': lambda c: post(c, unprotected={'op': 'post', 'seal': 1}),
    'no mid': lambda c: post(c, protected=b64(b'{"alg":"RSA-OAEP-256","enc":"A256GCM"}')),
    'mid is no UUID': lambda c: post(c, mid='x' * 36),
    'mid in upper case': lambda c: post(c, mid=str(uuid.uuid4()).upper().replace('1', 'A')),
    'mid in braces': lambda c: post(c, mid='{%s}' % uuid.uuid4()),
    'alg is another': lambda c: post(
        c, protected=b64(to_json({'alg': 'dir', 'enc': 'A256GCM', 'mid': str(uuid.uuid4())}))
    ),
    'no tag': lambda c: post(c, tag=None),
    'iv is short': lambda c: post(c, iv='AAAA'),
    'ciphertext is no base64url': lambda c: post(c, ciphertext='%%%%'),
}


def is_refused(people, make, code='malformed', hello=True):
    """mallory sends what make(client) gives, and is told so and cut off; alice and bob go on."""
    room, alice, bob = people
    mallory = room.join('mallory') if hello else room.connect('mallory')
    try:
        try:
            mallory.send_bytes(make(mallory))
        except conclave.Closed:
            pass  # cut off while the rest was being sent
        errors = [event for event in mallory.expect_end() if event['op'] == 'error']
        assert [(error['code'], error['fatal']) for error in errors] == [(code, True)]
        assert errors[0]['text']
    finally:
        mallory.close()
        room.clients.remove(mallory)
    assert_undisturbed(alice, bob)
    return errors[0]['text']


def cases(table):
    return pytest.mark.parametrize('case', table.values(), ids=table.keys())


def test_what_the_cases_change_is_good(people):
    """Else the refusals below would prove nothing."""
    room, alice, bob = people
    mallory = room.join('mallory')
    for data in (
        jwe(mallory),
        with_protected(mallory),
        with_text(mallory, b'"iv"', b'"extra":{"a":[1,"\\u0041"]},"iv"'),
        command(mallory, '{"op":"history","limit":1}'),
    ):
        mallory.send_bytes(data)
        mallory.expect('history-end')
    mallory.send_bytes(seal(mallory))
    mallory.send_bytes(post(mallory))
    mallory.expect('ack')
    assert alice.read(text='bad') and bob.read(text='bad')
    mallory.leave()
    room.clients.remove(mallory)


@cases(JSON_CASES)
@pytest.mark.parametrize('hello', [False, True], ids=['stranger', 'joined'])
def test_not_a_frame(people, case, hello):
    is_refused(people, lambda client: in_frame(case), hello=hello)


@cases(TEXT_CASES)
def test_lax_json(people, case):
    is_refused(people, lambda client: with_text(client, *case))


@cases(JWE_CASES)
def test_bad_jwe(people, case):
    is_refused(people, case)


@cases(COMMAND_CASES)
def test_bad_command(people, case):
    is_refused(people, lambda client: command(client, case))


@cases(SEAL_CASES)
def test_bad_seal(people, case):
    is_refused(people, case)


@cases(POST_CASES)
def test_bad_post(people, case):
    is_refused(people, case)


def test_a_post_before_hello(people):
    def make(client):
        unprotected = {'op': 'post', 'seal': b64(bytes(16))}
        frame = client.command_key.seal(b'x', unprotected=unprotected, mid=str(uuid.uuid4()))
        return in_frame(to_json(frame))

    is_refused(people, make, hello=False)


def test_depth_and_numbers_at_the_bound_are_taken(people):
    room, alice, bob = people
    mallory = room.join('mallory')
    extra = '[' * 15 + '9007199254740991' + ']' * 15
    mallory.send_bytes(with_text(mallory, b'"iv"', b'"extra":' + extra.encode() + b',"iv"'))
    mallory.expect('history-end')
    mallory.leave()
    room.clients.remove(mallory)
    assert_undisturbed(alice, bob)


@pytest.mark.parametrize('hello, limit', [(False, 64 * 1024), (True, 1024 * 1024)])
def test_too_large(people, hello, limit):
    # The length alone is enough: the server does not wait for bytes that it will not take.
    is_refused(people, lambda c: (limit + 1).to_bytes(4, 'big'), 'too-large', hello)
    is_refused(people, lambda c: b'\xff\xff\xff\xff', 'too-large', hello)


@pytest.mark.parametrize('hello, limit', [(False, 64 * 1024), (True, 1024 * 1024)])
def test_a_frame_of_the_largest_size(people, hello, limit):
    room, alice, bob = people
    mallory = room.join('mallory') if hello else room.connect('mallory')
    op = {'op': 'history'} if hello else {'op': 'hello', 'version': 1, 'username': 'mallory'}
    frame = to_json(mallory.seal_command(op))
    frame += b' ' * (limit - len(frame))
    mallory.send_frame(frame)
    mallory.expect('history-end' if hello else 'caught-up')
    mallory.leave()
    room.clients.remove(mallory)
    assert_undisturbed(alice, bob)


def test_the_sentence_names_the_member(people):
    assert 'limit' in is_refused(people, lambda c: command(c, '{"op":"history","limit":"1"}'))
    assert 'readers' in is_refused(people, lambda c: seal(c, readers=None))
    assert 'tag' in is_refused(people, lambda c: jwe(c, tag=None))


def test_cut_off_at_every_byte(people):
    """A connection that breaks in the middle of a frame."""
    room, alice, bob = people
    mallory = room.connect('mallory')
    data = in_frame(json.dumps({'x': 'y'}).encode('ascii'))
    mallory.close()
    for length in range(len(data)):
        client = room.connect('mallory')
        client.send_bytes(data[:length])
        client.close()
    assert_undisturbed(alice, bob)
    room.clients[:] = [alice, bob]
