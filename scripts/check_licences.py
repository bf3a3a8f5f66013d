"""Refuse a dependency whose licence would bind those who use tiGIS, or is not known.

    python scripts/check_licences.py

Looked at are the packages that tiGIS needs to run, on whatever system, as pinned in `constraints.txt` (tools
and tests may have any licence: they are not passed on). It ends with 1 where one is not accepted.

Accepted are permissive licences, and the Mozilla licence (certifi, tqdm): it bears on the files of these
packages alone, which are used as they come. Refused are the GPL, AGPL and LGPL, and what names no licence.
Wheels hold compiled libraries of their own (GEOS, under the LGPL, in shapely, pyogrio, fiona and rasterio;
the runtime of gfortran, under the GPL with its exception, in numpy and scipy): linked as libraries by their
makers, whose notices come with them, and copied by tiGIS nowhere.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata

from dependencies import READ_BY_HAND, copied, licence_of, pinned, required

ACCEPTED = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
    "HPND", "ISC", "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
}  # fmt: skip


def main() -> int:
    versions: dict[str, list[str]] = {}
    for package in pinned():
        versions.setdefault(package.name, []).append(package.version)
    faults = []
    names = required()
    for name in names:
        licence, known = licence_of(name), versions.get(name, [])
        print(f"{name} {', '.join(known)}: {licence}")
        if not is_accepted(licence):
            faults.append(f"{name}: {licence or 'no licence said'}; expected {', '.join(sorted(ACCEPTED))}")
        if name not in READ_BY_HAND and metadata.version(name) not in known:
            faults.append(f"{name} {metadata.version(name)}: constraints.txt pins {known or 'none'}")
    faults += [f"{address}: {licence}" for address, licence in copied() if not is_accepted(licence)]
    faults += [f"{name}: read by hand, but no longer needed" for name in READ_BY_HAND if name not in names]
    for fault in faults:
        print(f"REFUSED {fault}", file=sys.stderr)
    return 1 if faults else 0


def is_accepted(licence: str) -> bool:
    """Whether a licence may be used: one of those offered (OR), all of those that hold together (AND)."""
    licence = licence.strip()
    while licence.startswith("(") and _closes(licence) == len(licence) - 1:
        licence = licence[1:-1].strip()
    for word, together in ((" OR ", any), (" AND ", all)):
        parts = _parts(licence, word)
        if len(parts) > 1:
            return together(is_accepted(part) for part in parts)
    return licence in ACCEPTED


def _closes(text: str) -> int:
    """Give the place of the bracket that closes the first one."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return place
    return -1


def _parts(text: str, word: str) -> list[str]:
    """Split at a word, outside brackets."""
    parts, depth = [""], 0
    for piece in re.split(rf"([()]|{word})", text):
        depth += (piece == "(") - (piece == ")")
        if piece == word and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


if __name__ == "__main__":
    sys.exit(main())
