"""The legend of a static figure: swatch, bounds, count, and a bar of people for each class."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from tiGIS._format import NARROW_SPACE, compact, number
from tiGIS.maps._content import Content
from tiGIS.maps._figure_overlays import overlay_lines
from tiGIS.maps._layer import Drawn
from tiGIS.maps._overlays import Overlay
from tiGIS.maps._text import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, SOFT, EDGE = "#22272e", "#59626d", "#8a939e"
VEIL, VEIL_HATCH = "#3d434a", "\\\\\\\\"


def legend_height(panel: tuple[Drawn, int], width: float, overlays: list[Overlay]) -> float:
    """Height of a legend with what lies over the map, in inches."""
    layer, year = panel
    words_of_method = textwrap.wrap(layer.how[0], int(width * 17)) if layer.how else []
    rows = len(layer.colours) + len(layer.missing(year)) + bool(layer.unsure)
    return (
        0.7
        + sum(tall for _, tall in overlay_lines(overlays, width))
        + 0.17 * len(textwrap.wrap(layer.label, int(width * 12)))
        + 0.2 * rows
        + 0.12 * len(words_of_method)
    )


def draw_legend(
    axes: Axes,
    content: Content,
    panel: tuple[Drawn, int],
    width: float,
    height: float,
    overlays: list[Overlay],
    headed: int = 0,
) -> None:
    """Draw the legend, in inches from the top left: the classes, with counts and people; the overlays."""
    from matplotlib.patches import Rectangle

    layer, year = panel
    text = words(content.lang)
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    y = 0.16
    heading = textwrap.wrap(layer.label, int(width * 12))
    for line in heading:
        axes.text(0, y, line, size=9, weight="bold", color=INK, va="center")
        y += 0.17
    # small multiples: the tables of all legends begin on one line
    y += 0.17 * max(0, headed - len(heading))
    unit = " · ".join(part for part in (layer.unit_label, layer.years[year]) if part)
    axes.text(0, y, unit, size=7.5, color=SOFT, va="center")
    y += 0.14
    people = None if content.population is None else layer.people(content.population, year)
    most = max(people, default=0.0) if people else 0.0
    middle = width * 0.68

    def write(x: float, y: float, said: str, size: float = 8, colour: str = INK, align: str = "left") -> None:
        axes.text(x, y, said, size=size, color=colour, va="center", ha=align)

    def swatch(y: float, **style: Any) -> None:
        axes.add_patch(Rectangle((0, y - 0.065), 0.24, 0.13, edgecolor=EDGE, linewidth=0.3, **style))

    write(middle, y, content.kind.short, 6.5, SOFT, "right")
    if people is not None:
        write(width, y, text["people"], 6.5, SOFT, "right")
    y += 0.17
    letters = max(8, int((middle - 0.32) / 0.062) - 2)

    def words_of(said: str) -> None:
        """Write a class, smaller and on two lines where it is long."""
        if len(said.replace(NARROW_SPACE, "")) <= letters:
            write(0.32, y, said)
        else:
            write(0.32, y, "\n".join(textwrap.wrap(said, int(letters * 1.35))), 6)

    for c, count in enumerate(layer.counts(year)):
        swatch(y, facecolor=layer.colours[c])
        words_of(layer.labels[c])
        write(middle, y, number(count, 0, lang=content.lang), align="right")
        if people is not None and most:
            write(width, y, compact(people[c], lang=content.lang), 6.5, SOFT, "right")
            long = people[c] / most * width * 0.12
            axes.add_patch(Rectangle((width * 0.71, y - 0.035), long, 0.07, facecolor="#9aa4af"))
        y += 0.2
    for reason, count in layer.missing(year):
        swatch(y, facecolor="white", hatch="//////")
        words_of(reason or text["absent"])
        write(middle, y, number(count, 0, lang=content.lang), align="right")
        y += 0.2
    if layer.unsure:
        swatch(y, facecolor=layer.colours[len(layer.colours) // 2])
        axes.add_patch(Rectangle((0, y - 0.065), 0.24, 0.13, fill=False, ec=VEIL, lw=0, hatch=VEIL_HATCH))
        words_of(text["unsure_short"])
        write(middle, y, number(layer.unsure, 0, lang=content.lang), align="right")
        y += 0.2
    for line in textwrap.wrap(layer.how[0], int(width * 17)) if layer.how else []:
        write(0, y, line, 6.5, SOFT)
        y += 0.12
    y += 0.06
    for draw_line, tall in overlay_lines(overlays, width):
        draw_line(axes, y + tall / 2)
        y += tall
