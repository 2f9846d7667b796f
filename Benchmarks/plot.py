"""Plots of growth as SVG: time and peak memory against a number, both logarithmic. Readable on light and on dark pages."""

import math

WIDTH, HEIGHT = 760, 320
LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT, GAP = 62, 44, 290, 210, 90
STYLE = """text { font: 12px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600; font-size: 13px }
.grid { stroke: #d1d9e0; stroke-width: 1 } .axis { stroke: #59636e; stroke-width: 1; fill: none }
.line { fill: none; stroke-width: 2 } .guide { stroke: #59636e; stroke-dasharray: 4 4; fill: none } .quiet { fill: #59636e }
.s0 { stroke: #0550ae } .s1 { stroke: #bc4c00 } .f0 { fill: #0550ae } .f1 { fill: #bc4c00 }
.page { fill: #ffffff }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .grid { stroke: #3d444d } .axis, .guide { stroke: #9198a1 }
.quiet { fill: #9198a1 } .s0 { stroke: #58a6ff } .s1 { stroke: #f0883e } .f0 { fill: #58a6ff } .f1 { fill: #f0883e }
.page { fill: #0d1117 } }"""


def exponent(value, rounded):
    return rounded(math.log10(value) + (1e-9 if rounded is math.floor else -1e-9))


class Scale:
    """Where a value lies on a logarithmic axis of whole decades."""

    def __init__(self, values, start, length):
        self.low, self.high = exponent(min(values), math.floor), exponent(max(values), math.ceil)
        self.high = max(self.high, self.low + 1)
        self.start, self.length = start, length

    def __call__(self, value):
        return self.start + self.length * (math.log10(value) - self.low) / (self.high - self.low)

    def ticks(self):
        return [10.0**number for number in range(self.low, self.high + 1)]


def number(value):
    """A tick: 10⁵, or plainly where that is short."""
    if 0.001 <= value <= 1000:
        return f"{value:g}"
    return "10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(round(math.log10(value))))


def panel(offset, title, unit, series, column, guide, limit=None):
    """One diagram: `series` are (name, points), of which `column` is drawn."""
    values = [point[column] for _, points in series for point in points] + ([limit] if limit else [])
    across = Scale([point[0] for _, points in series for point in points], offset, PLOT_WIDTH)
    up = Scale(values, TOP + PLOT_HEIGHT, -PLOT_HEIGHT)
    right, bottom = offset + PLOT_WIDTH, TOP + PLOT_HEIGHT
    parts = [f'<text class="title" x="{offset}" y="{TOP - 14}">{title}</text>']
    for tick in across.ticks():
        x = f"{across(tick):.1f}"
        parts += [f'<path class="grid" d="M{x} {TOP}V{bottom}"/>',
                  f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{number(tick)}</text>']
    for tick in up.ticks():
        y = up(tick)
        parts += [f'<path class="grid" d="M{offset} {y:.1f}H{right}"/>',
                  f'<text x="{offset - 8}" y="{y + 4:.1f}" text-anchor="end">{number(tick)}</text>']
    parts += [f'<path class="axis" d="M{offset} {TOP}V{bottom}H{right}"/>',
              f'<text class="quiet" x="{right}" y="{bottom + 36}" text-anchor="end">{unit}</text>']
    if limit:
        parts += [f'<path class="guide" d="M{offset} {up(limit):.1f}H{right}"/>',
                  f'<text class="quiet" x="{offset + 6}" y="{up(limit) - 5:.1f}">at most {limit:g}</text>']
    if guide:
        parts.append(proportional(series, column, across, up))
    for index, (name, points) in enumerate(series):
        places = [(across(point[0]), up(point[column])) for point in points]
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path class="line s{index % 2}" d="M{line}"/>')
        parts += [f'<circle class="f{index % 2}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"><title>{name}: {point[0]:,} {unit}, '
                  f"{point[column]:g}</title></circle>" for (x, y), point in zip(places, points)]
    return parts


def proportional(series, column, across, up):
    """A line of what takes ten times as long for ten times as many, through the last point, as far as the diagram goes."""
    _, points = max(series, key=lambda one: one[1][-1][0])
    last, rate = points[-1], points[-1][column] / points[-1][0]
    start = max(10.0**across.low, 10.0**up.low / rate)
    line = f"M{across(start):.1f} {up(start * rate):.1f}L{across(last[0]):.1f} {up(last[column]):.1f}"
    return (f'<path class="guide" d="{line}"/>'
            f'<text class="quiet" x="{across(start) + 18:.1f}" y="{TOP + PLOT_HEIGHT - 8}">in proportion</text>')


def svg(title, unit, series, limit):
    """The picture of one kind of items; `limit` is the peak memory that is promised, in MiB."""
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
             f'role="img" aria-label="{title}">', f"<style>{STYLE}</style>", f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>']
    parts += panel(LEFT, f"{title}: seconds of a run", unit, series, 1, guide=True)
    parts += panel(LEFT + PLOT_WIDTH + GAP, "Peak memory, MiB", unit, series, 2, guide=False, limit=limit)
    for index, (name, _) in enumerate(series):
        x = LEFT + index * 220
        parts += [f'<circle class="f{index % 2}" cx="{x + 4}" cy="{HEIGHT - 14}" r="4"/>',
                  f'<text x="{x + 14}" y="{HEIGHT - 10}">{name}</text>']
    return "\n".join([*parts, "</svg>"]) + "\n"
