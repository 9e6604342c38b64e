#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws what a delivery costs the server, beside the same bytes written by nothing but GnuTLS.

usage: draw.py BENCH.json BENCH.svg
"""

import json
import pathlib
import re
import sys

WIDTH = 800
LEFT, RIGHT, TOP, BOTTOM = 200, 70, 64, 24
BAR, GAP, GROUP_GAP = 14, 2, 16

STYLE = """
  text { font: 13px sans-serif; fill: #3d3846; }
  .title { font-weight: bold; }
  .server { fill: #1c71d8; }
  .bare { fill: #c0bfbc; }
  .back { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #deddda; }
    .server { fill: #78aeed; }
    .bare { fill: #77767b; }
    .back { fill: #1e1e1e; }
  }
"""


def find_groups(figures):
    """Label and the two costs of each load; the second is None where there is no floor."""
    values = {figure['name']: figure['value'] for figure in figures}
    for name, value in values.items():
        load = re.fullmatch(r'delivery, (\d+) clients, (one at a time|4 x 16 under way)', name)
        if load:
            label = '%s clients, %s' % (
                format(int(load[1]), ','), {'o': 'one at a time', '4': '64 under way'}[load[2][0]]
            )
            yield label, value, values.get(name + ': bare GnuTLS')


def draw(figures):
    groups = list(find_groups(figures))
    longest = max(max(cost, bare or 0) for _, cost, bare in groups)
    height = TOP + BOTTOM + len(groups) * (2 * BAR + GAP + GROUP_GAP)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">' % (WIDTH, height),
        '<title>Processor time of chat-server for each delivery</title>',
        '<style>%s</style>' % STYLE,
        '<rect class="back" width="%d" height="%d"/>' % (WIDTH, height),
        '<text class="title" x="16" y="24">Processor time for each delivery, µs</text>',
        '<rect class="server" x="16" y="36" width="14" height="14"/>',
        '<text x="36" y="48">chat-server</text>',
        '<rect class="bare" x="136" y="36" width="14" height="14"/>',
        '<text x="156" y="48">the same bytes, written by GnuTLS and nothing else</text>',
    ]

    y = TOP + GROUP_GAP / 2
    for label, cost, bare in groups:
        parts.append(
            '<text text-anchor="end" x="%d" y="%.1f">%s</text>' % (LEFT - 8, y + BAR + 5, label)
        )
        for kind, value in (('server', cost), ('bare', bare)):
            if value is not None:
                length = value / longest * (WIDTH - LEFT - RIGHT)
                parts.append(
                    '<rect class="%s" x="%d" y="%.1f" width="%.1f" height="%d"/>'
                    % (kind, LEFT, y, length, BAR)
                )
                parts.append(
                    '<text x="%.1f" y="%.1f">%.1f</text>' % (LEFT + length + 6, y + BAR - 2, value)
                )
            y += BAR + GAP
        y += GROUP_GAP - GAP

    parts.append('</svg>')
    return '\n'.join(parts) + '\n'


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    figures = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8'))
    pathlib.Path(sys.argv[2]).write_text(draw(figures), encoding='utf-8')


if __name__ == '__main__':
    main()
