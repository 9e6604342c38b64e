# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo of `make run` on a screen: two windows, which talk with each other."""

import os
import pathlib
import signal
import sys

import pytest

from desktop import Tree, connected, find_apps
from room import Process, program, run, wait_until

DEMO = pathlib.Path(__file__).parents[2] / 'data' / 'demo' / 'demo.py'


def arguments(folder, desktop=None):
    return [sys.executable, DEMO, '--desktop', desktop or program('CONCLAVE'),
            program('CHAT_SERVER'), program('CHAT_CLIENT'), folder]


@pytest.fixture
def demo(screen, tmp_path):
    process = Process(arguments(tmp_path / 'demo'), env=screen.environment, cwd=tmp_path)
    yield process
    process.process.terminate()
    process.wait()
    process.close()


def need_windows(screen):
    """Alice's and bob's, in their rooms."""
    apps = []

    def both():
        apps[:] = find_apps()
        return len(apps) == 2

    wait_until(both, 'two windows are open')
    windows = {}
    for root in apps:
        tree = Tree(screen, root)
        # The demo starts alice first, but who is ready first is not said.
        name = tree.wait_for(
            lambda: [n for n in ('alice', 'bob') if tree.find('label', connected(n))],
            'somebody has joined')[0]
        windows[name] = tree
    return windows['alice'], windows['bob']


def is_alive(process):
    return os.path.exists('/proc/%d' % process)


def test_two_windows_talk_and_end_the_demo(screen, demo):
    alice, bob = need_windows(screen)
    alice.need_row('carol', 'Now we are three')
    bob.need_row('carol', 'Hello, bob!')
    alice.say('Hello over there')
    bob.need_row('alice', 'Hello over there')
    for window in (alice, bob):
        window.focus('Conclave$')
        screen.keys('ctrl+q')
    assert demo.wait() == 0, demo.text()


@pytest.mark.parametrize('number, status', [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_all_of_it(screen, demo, number, status):
    windows = need_windows(screen)
    processes = [window.root.get_process_id() for window in windows]
    demo.process.send_signal(number)
    assert demo.wait() == status, demo.text()
    wait_until(lambda: not any(map(is_alive, processes)), 'the windows are gone')


def test_a_window_that_does_not_start_is_told(screen, tmp_path):
    result = run(*arguments(tmp_path / 'demo', '/bin/false'), env=screen.environment)
    assert result.returncode == 1
    assert 'FAILED' in result.stderr and "alice's window" in result.stderr
    assert not find_apps()
