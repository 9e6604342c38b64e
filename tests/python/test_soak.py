# SPDX-License-Identifier: GPL-3.0-or-later
"""The soak run works, sees growth, and draws what it has seen; the long one is `make soak`."""

import pathlib
import sys
import xml.etree.ElementTree

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'soak'))

import draw  # noqa: E402
import soak  # noqa: E402
from room import assert_undisturbed  # noqa: E402


def samples(*sizes):
    return [
        {'seconds': 15 * number, 'rss_kib': size, 'descriptors': 9, 'steps': number}
        for number, size in enumerate(sizes)
    ]


@pytest.fixture
def run(tmp_path):
    made = soak.Soak(tmp_path / 'room', seed=1)
    yield made
    made.room.close()


def test_all_that_happens(run):
    for action, _ in soak.Soak.ACTIONS:
        for _ in range(3):
            action(run)
    for kind in (run.silent_stranger, run.unknown_key, run.no_tls, run.bad_command):
        kind()
    run.settle_all()
    assert_undisturbed(*run.residents)
    sample = run.sample(1.4)
    assert sample['seconds'] == 1
    assert 1000 < sample['rss_kib']
    assert sample['descriptors'] > len(run.members())


def test_a_mixed_load(run):
    for _ in range(40):
        run.step()
    assert sum(run.counts.values()) == 40
    assert len(run.counts) > 3


def test_growth_is_seen():
    flat = samples(*([12000] * 240))
    warming_up = samples(*range(9000, 12000, 50), *([12000] * 180))
    noisy = samples(*(12000 + 500 * (number % 2) for number in range(240)))
    leaking = samples(*range(12000, 12000 + 240 * 20, 20))
    assert [soak.judge(curve)[0] for curve in (flat, warming_up, noisy, leaking)] == [
        True,
        True,
        True,
        False,
    ]


def test_the_picture():
    report = {'minutes': 1, 'samples': samples(9000, 11000, 12000, 12000, 12000)}
    picture = xml.etree.ElementTree.fromstring(draw.draw(report))
    assert picture.tag.endswith('svg')
    (curve,) = picture.iter('{http://www.w3.org/2000/svg}polyline')
    points = [tuple(map(float, point.split(','))) for point in curve.get('points').split()]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    heights = [draw.HEIGHT - y for _, y in points]
    assert heights[0] < heights[1] < heights[2] == heights[3] == heights[4] < draw.HEIGHT
