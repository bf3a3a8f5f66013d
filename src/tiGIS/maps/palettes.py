"""Colours of the maps: a fixed table, safe for colour-blind readers (checked by a test).

Sources: sequential and diverging schemes are ColorBrewer's (C. Brewer, M. Harrower, Pennsylvania State
University, Apache License 2.0, https://colorbrewer2.org); categories are those of M. Okabe and K. Ito,
"Color Universal Design" (2008, https://jfly.uni-koeln.de/color/).

One thing, one colour, in all maps: being shut in is orange, land green, water blue, people purple; a change
is brown where it falls and blue-green where it rises.
"""

from __future__ import annotations

from tiGIS._errors import InputError
from tiGIS._validate import shown

# name -> the scheme for each number of classes, from light to dark
_SEQUENTIAL: dict[str, tuple[str, ...]] = {
    "Oranges": (
        "fee6ce fdae6b e6550d",
        "feedde fdbe85 fd8d3c d94701",
        "feedde fdbe85 fd8d3c e6550d a63603",
        "feedde fdd0a2 fdae6b fd8d3c e6550d a63603",
        "feedde fdd0a2 fdae6b fd8d3c f16913 d94801 8c2d04",
    ),
    "Greens": (
        "e5f5e0 a1d99b 31a354",
        "edf8e9 bae4b3 74c476 238b45",
        "edf8e9 bae4b3 74c476 31a354 006d2c",
        "edf8e9 c7e9c0 a1d99b 74c476 31a354 006d2c",
        "edf8e9 c7e9c0 a1d99b 74c476 41ab5d 238b45 005a32",
    ),
    "Blues": (
        "deebf7 9ecae1 3182bd",
        "eff3ff bdd7e7 6baed6 2171b5",
        "eff3ff bdd7e7 6baed6 3182bd 08519c",
        "eff3ff c6dbef 9ecae1 6baed6 3182bd 08519c",
        "eff3ff c6dbef 9ecae1 6baed6 4292c6 2171b5 084594",
    ),
    "Purples": (
        "efedf5 bcbddc 756bb1",
        "f2f0f7 cbc9e2 9e9ac8 6a51a3",
        "f2f0f7 cbc9e2 9e9ac8 756bb1 54278f",
        "f2f0f7 dadaeb bcbddc 9e9ac8 756bb1 54278f",
        "f2f0f7 dadaeb bcbddc 9e9ac8 807dba 6a51a3 4a1486",
    ),
    "Greys": (
        "f0f0f0 bdbdbd 636363",
        "f7f7f7 cccccc 969696 525252",
        "f7f7f7 cccccc 969696 636363 252525",
        "f7f7f7 d9d9d9 bdbdbd 969696 636363 252525",
        "f7f7f7 d9d9d9 bdbdbd 969696 737373 525252 252525",
    ),
}

# name -> the scheme for 4, 6, 8 and 10 classes, half of them on each side of the middle
_DIVERGING: dict[str, tuple[str, ...]] = {
    "BrBG": (
        "a6611a dfc27d 80cdc1 018571",
        "8c510a d8b365 f6e8c3 c7eae5 5ab4ac 01665e",
        "8c510a bf812d dfc27d f6e8c3 c7eae5 80cdc1 35978f 01665e",
        "543005 8c510a bf812d dfc27d f6e8c3 c7eae5 80cdc1 35978f 01665e 003c30",
    ),
    "PuOr": (
        "e66101 fdb863 b2abd2 5e3c99",
        "b35806 f1a340 fee0b6 d8daeb 998ec3 542788",
        "b35806 e08214 fdb863 fee0b6 d8daeb b2abd2 8073ac 542788",
        "7f3b08 b35806 e08214 fdb863 fee0b6 d8daeb b2abd2 8073ac 542788 2d004b",
    ),
    "RdBu": (
        "ca0020 f4a582 92c5de 0571b0",
        "b2182b ef8a62 fddbc7 d1e5f0 67a9cf 2166ac",
        "b2182b d6604d f4a582 fddbc7 d1e5f0 92c5de 4393c3 2166ac",
        "67001f b2182b d6604d f4a582 fddbc7 d1e5f0 92c5de 4393c3 2166ac 053061",
    ),
}

CATEGORIES = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")

THEMES = {
    "enclavement": "Oranges",
    "land": "Greens",
    "water": "Blues",
    "people": "Purples",
    "change": "BrBG",
}
"""What a map is about, and the palette that it always takes."""

SEQUENTIAL_MOST = 7
DIVERGING_MOST = 5  # on each side


def palette_name(palette: str) -> tuple[str, bool]:
    """Resolve a theme or palette: its name in the table, and whether it runs backwards (``_r``)."""
    bare = palette.removesuffix("_r")
    name = THEMES.get(bare, bare)
    if name not in _SEQUENTIAL and name not in _DIVERGING:
        known = shown([*THEMES, *_SEQUENTIAL, *_DIVERGING], 20)
        raise InputError(
            f"palette: {palette!r} is not known; expected one of {known} (with _r to turn it round), "
            "or a list of colours like '#1b9e77'"
        )
    return name, palette.endswith("_r")


def sequential(palette: str, k: int) -> tuple[str, ...]:
    """Give ``k`` colours (1 to 7) from light to dark.

    Examples
    --------
    >>> sequential("water", 3)
    ('#deebf7', '#9ecae1', '#3182bd')
    """
    name, backwards = palette_name(palette)
    if name not in _SEQUENTIAL:
        raise InputError(
            f"palette: {palette!r} diverges; expected one of {shown(_SEQUENTIAL)}, or give center="
        )
    if not 1 <= k <= SEQUENTIAL_MOST:
        raise InputError(f"palette: {k} classes; expected 1 to {SEQUENTIAL_MOST}, more can't be told apart")
    colours = _colours(_SEQUENTIAL[name][max(k, 3) - 3])
    if k < 3:
        colours = colours[1:] if k == 2 else colours[1:2]
    return colours[::-1] if backwards else colours


def diverging(palette: str, below: int, above: int) -> tuple[str, ...]:
    """Give ``below`` + ``above`` colours, the palest ones meeting at the middle.

    Examples
    --------
    >>> diverging("change", 1, 2)
    ('#dfc27d', '#80cdc1', '#018571')
    """
    name, backwards = palette_name(palette)
    if name not in _DIVERGING:
        raise InputError(f"palette: {palette!r} does not diverge; expected one of {shown(_DIVERGING)}")
    side = max(below, above, 2)
    if side > DIVERGING_MOST:
        raise InputError(f"palette: {side} classes on one side; expected at most {DIVERGING_MOST}")
    colours = _colours(_DIVERGING[name][side - 2])
    if backwards:
        colours = colours[::-1]
    return colours[side - below : side + above]


def is_diverging(palette: str) -> bool:
    """Tell whether a palette runs from one hue to another through a pale middle."""
    return palette_name(palette)[0] in _DIVERGING


def _colours(text: str) -> tuple[str, ...]:
    return tuple(f"#{code}" for code in text.split())
