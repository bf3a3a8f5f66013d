"""A network as one ``.npz`` file: plain arrays and a JSON header, no pickle, checked when read."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from tiGIS._errors import DataFileError
from tiGIS._files import replacing
from tiGIS.network._model import RoadNetwork
from tiGIS.network._roads import Roads, Topology

FORMAT = "tiGIS road network"
VERSION = 1
_ROADS = tuple(f"roads_{field.name}" for field in fields(Roads))
_ARCS = ("x", "y", "tail", "head", "arc_edge", "arc_forward", "time_mmin")
_EXPECTED = "a network written by RoadNetwork.save"
_AGAIN = "Read the roads again from their source and save the network anew."


def save(network: RoadNetwork, path: str | Path) -> Path:
    """Write the network; the same network gives the same bytes."""
    path = Path(path)
    arrays = {name: getattr(network, name) for name in _ARCS}
    arrays |= {name: getattr(network.roads, name.removeprefix("roads_")) for name in _ROADS}
    header = {
        "format": FORMAT,
        "version": VERSION,
        "crs": network.crs.to_wkt(),
        "metadata": network.metadata,
        "sha256": _digest(arrays),
    }
    text = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    with replacing(path) as temporary, temporary.open("wb") as out:
        np.savez_compressed(out, header=np.frombuffer(text, dtype=np.uint8), **arrays)
    return path


def load(path: str | Path) -> RoadNetwork:
    """Read a network and check its form, version and sum."""
    path = Path(path)
    if not path.is_file():
        raise DataFileError(path, "no such file", _EXPECTED)
    if not zipfile.is_zipfile(path):
        raise DataFileError(path, "not readable (no .npz archive, or cut short)", _EXPECTED, _AGAIN)
    try:
        with np.load(path, allow_pickle=False) as stored:
            if "header" not in stored:
                raise DataFileError(path, "no header", _EXPECTED)
            header = json.loads(stored["header"].tobytes().decode())
            _check_header(path, header)
            arrays = {name: stored[name] for name in (*_ARCS, *_ROADS)}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, AttributeError) as error:
        raise DataFileError(path, f"not readable ({error})", _EXPECTED, _AGAIN) from error
    if _digest(arrays) != header["sha256"]:
        raise DataFileError(
            path, "its content does not match its sum: the file is damaged", _EXPECTED, _AGAIN
        )
    topology = Topology(len(arrays["x"]), arrays["tail"], arrays["head"])
    roads = Roads(**{name.removeprefix("roads_"): arrays[name] for name in _ROADS})
    x, y, edge, forward, time = (arrays[name] for name in ("x", "y", "arc_edge", "arc_forward", "time_mmin"))
    return RoadNetwork(topology, roads, x, y, edge, forward, time, header["crs"], header["metadata"])


def _check_header(path: Path, header: Any) -> None:
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise DataFileError(path, "another kind of file", _EXPECTED)
    if header.get("version") != VERSION:
        raise DataFileError(path, f"version {header.get('version')}", f"version {VERSION}", _AGAIN)


def _digest(arrays: dict[str, Any]) -> str:
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype.str} {array.shape} ".encode())
        total.update(array.tobytes())
    return total.hexdigest()
