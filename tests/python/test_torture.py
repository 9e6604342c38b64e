# SPDX-License-Identifier: GPL-3.0-or-later
"""A little of `make torture`."""

from torture import torture


def test_nothing_is_lost(tmp_path):
    print(torture(tmp_path, kills=4, seed=2, history_limit=100_000))


def test_what_is_gone_is_told(tmp_path):
    """So little is kept that somebody who comes back may have missed something for good."""
    print(torture(tmp_path, kills=1, seed=3, history_limit=20))
