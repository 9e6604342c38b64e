# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that gives out another key for a member, as a person at the desktop meets it."""

import re

import conclave
from desktop import connected
from room import client_folder, key_of, wait_until


def remembers(app, *names):
    """Whether the file of the keys that were seen, which a thread writes, has these."""
    text = ''.join(path.read_text() for path in app.folder.rglob('known-keys'))
    return all(name in text for name in names)


def test_a_key_that_changed_between_two_visits(start_app, make_room):
    room = make_room('alice', 'bob', 'carol')
    profile = client_folder(room, 'alice') / 'user_config.json'
    app = start_app('alice', '--connect', str(profile))
    app.need('label', connected('alice'))
    wait_until(lambda: remembers(app, 'bob', 'carol'), 'the keys are remembered')
    app.process.terminate()
    app.wait()

    room.kill()
    room.add('bob', key_of("bob's second key"))
    room.add('dave')
    room.start()
    app = start_app('alice', '--connect', str(profile))
    app.need('label', connected('alice'))
    app.need_row('dave is new here', conclave.fingerprint(key_of('dave')))
    app.need('alert', re.compile('The key of bob has changed. Until you accept'))
    bob = room.connect('bob', key_of("bob's second key"))
    bob.join()
    bob.say('it is me')
    app.need_row('In doubt', 'it is me')
    app.say('not for bob')
    app.need_row('Only to carol, dave, alice', 'not for bob')

    app.press(re.compile('^_?Compare Keys…'))
    app.need_window('Has bob a New Key?')
    for name in ('bob', "bob's second key"):
        app.need('label', re.compile('^' + conclave.fingerprint(key_of(name))))
    app.screen.keys('alt+a')
    app.need_row('You have accepted the new key of bob')
    app.need_gone('alert', re.compile('The key of bob has changed. Until you accept'))
    app.say('now for bob')
    assert bob.read()['text'] == 'now for bob'
