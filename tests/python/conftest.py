# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands the fixtures to pytest."""

from fixtures import chat, make_room, pytest_runtest_makereport, spawn  # noqa: F401
