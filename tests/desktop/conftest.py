# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the desktop app share; desktop.py has the screen and the app."""

import pytest

from desktop import App, Screen
from fixtures import chat, make_room, pytest_runtest_makereport, spawn  # noqa: F401


@pytest.fixture(scope='session')
def screen():
    made = Screen()
    yield made
    made.close()


@pytest.fixture
def start_app(screen, tmp_path):
    """start_app('alice', *arguments, **environment): the app, which ends with the test."""
    made = []

    def start(name, *arguments, **environment):
        folder = tmp_path / ('desktop of ' + name)
        made.append(App(screen, folder, *arguments, **environment))
        return made[-1]

    yield start
    for app in made:
        app.close()
