"""Where the bundled data is: packed into the wheel as ``tiGIS/_data``, in a checkout as ``data/geo``."""

from __future__ import annotations

from pathlib import Path

from tiGIS._errors import DataFileError

_PLACES = (Path(__file__).with_name("_data"), Path(__file__).parents[2] / "data" / "geo")


def bundled_path(name: str) -> Path:
    """Path of a file of the bundle; ``DataFileError`` where it is not there."""
    for place in _PLACES:
        if (place / name).is_file():
            return place / name
    raise DataFileError(
        name,
        found="it is not in the bundled data",
        expected=f"a file of {_PLACES[0]}",
        action="Install tiGIS again, or build the bundle with scripts/build_bundle.py.",
    )
