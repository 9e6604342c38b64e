#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the curve of a soak run.

usage: draw.py SOAK.json SOAK.svg
"""

import json
import pathlib
import sys

WIDTH, HEIGHT = 800, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 40, 48

STYLE = """
  text { font: 13px sans-serif; fill: #3d3846; }
  .title { font-weight: bold; }
  .grid { stroke: #deddda; }
  .curve { fill: none; stroke: #1c71d8; stroke-width: 2; stroke-linejoin: round; }
  .back { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #deddda; }
    .grid { stroke: #5e5c64; }
    .curve { stroke: #78aeed; }
    .back { fill: #1e1e1e; }
  }
"""


def step_for(top, most):
    """The smallest round step with at most so many of them up to the top."""
    for power in range(-3, 7):
        for digit in (1, 2, 5):
            if top / (digit * 10.0**power) <= most:
                return digit * 10.0**power
    raise ValueError('a top of %g' % top)


def draw(report):
    samples = report['samples']
    minutes = samples[-1]['seconds'] / 60
    # From zero, for a part of the scale makes a mountain of every page.
    top = max(sample['rss_kib'] for sample in samples) / 1024 * 1.25

    def x(value):
        return LEFT + value / minutes * (WIDTH - LEFT - RIGHT)

    def y(mebibytes):
        return HEIGHT - BOTTOM - mebibytes / top * (HEIGHT - TOP - BOTTOM)

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">' % (WIDTH, HEIGHT),
        '<title>Memory of chat-server in a soak run of %g minutes</title>' % report['minutes'],
        '<style>%s</style>' % STYLE,
        '<rect class="back" width="%d" height="%d"/>' % (WIDTH, HEIGHT),
        '<text class="title" x="%d" y="24">Resident memory of chat-server, MiB</text>' % LEFT,
    ]

    for axis, end, most in (('y', top, 6), ('x', minutes, 12)):
        step = step_for(end, most)
        for number in range(int(end / step) + 1):
            value = number * step
            if axis == 'y':
                line = (LEFT, y(value), WIDTH - RIGHT, y(value))
                label = ('end', LEFT - 8, y(value) + 4)
            else:
                line = (x(value), HEIGHT - BOTTOM, x(value), HEIGHT - BOTTOM + 5)
                label = ('middle', x(value), HEIGHT - BOTTOM + 20)
            parts.append('<line class="grid" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>' % line)
            parts.append('<text text-anchor="%s" x="%.1f" y="%.1f">%g</text>' % (*label, value))

    points = ' '.join(
        '%.1f,%.1f' % (x(sample['seconds'] / 60), y(sample['rss_kib'] / 1024))
        for sample in samples
    )
    parts.append('<polyline class="curve" points="%s"/>' % points)
    parts.append(
        '<text text-anchor="end" x="%d" y="%d">minutes; %s things happened</text>'
        % (WIDTH - RIGHT, HEIGHT - 8, format(samples[-1]['steps'], ','))
    )
    parts.append('</svg>')
    return '\n'.join(parts) + '\n'


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    target.write_text(draw(json.loads(source.read_text(encoding='utf-8'))), encoding='utf-8')


if __name__ == '__main__':
    main()
