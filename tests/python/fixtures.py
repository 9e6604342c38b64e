# SPDX-License-Identifier: GPL-3.0-or-later
"""What the system tests and those of the desktop share. room.py has the room itself, conclave.py
the client."""

import pytest

from room import ChatClient, Process, Room, client_folder


@pytest.fixture
def make_room(tmp_path):
    """make_room('alice', 'bob', admins=['alice']): a room that runs, and ends with the test."""
    made = []

    def make(*guests, start=True, name='room', **config):
        room = Room(tmp_path / name, *guests, **config)
        made.append(room)
        if start:
            room.start()
        return room

    yield make
    for room in made:
        room.close()


@pytest.fixture
def spawn():
    """spawn([program, argument, ...]): a process that ends with the test."""
    made = []

    def start(arguments, **options):
        made.append(Process(arguments, **options))
        return made[-1]

    yield start
    for process in made:
        process.close()


@pytest.fixture
def chat():
    """chat(room, 'alice', *arguments, **files): chat-client --json as alice, ended by the test."""
    made = []

    def start(room, name, *arguments, **files):
        made.append(ChatClient(client_folder(room, name, **files), *arguments))
        return made[-1]

    yield start
    for client in made:
        client.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what the processes that were running had to say."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for process in Process.all:
            report.sections.append((' '.join(process.arguments), process.text() or '(no output)'))
