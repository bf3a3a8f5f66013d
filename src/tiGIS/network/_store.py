"""A network as one ``.npz`` file: plain arrays and a JSON header, no pickle, checked when read."""

from __future__ import annotations

import hashlib
import json
import math
import tokenize
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyproj

from tiGIS._errors import DataFileError, InputError
from tiGIS._files import is_a_file, replacing
from tiGIS.network._access_leg import AccessLeg
from tiGIS.network._road_network import RoadNetwork
from tiGIS.network._roads import Roads, Topology
from tiGIS.network._stored import DTYPES, fault_of

FORMAT = "tiGIS road network"
VERSION = 2
_ROADS = tuple(f"roads_{field.name}" for field in fields(Roads))
_ARCS = ("x", "y", "tail", "head", "arc_edge", "arc_forward", "time_mmin")
_EXPECTED = "a network written by RoadNetwork.save"
_ANY_SIZE, _MOST_SWELLING = 1 << 26, 100
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    AttributeError,
    RecursionError,
    OverflowError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    tokenize.TokenError,  # numpy's own, on the header of an array
)
_AGAIN = "Read the roads again from their source and save the network anew."


def save(network: RoadNetwork, path: str | Path) -> Path:
    """Write the network; the same network gives the same bytes."""
    path = Path(path)
    if network.closures is not None:
        raise InputError(
            "save: the network has closed roads, which its file has no place for; save the open network, and "
            "close() the roads again once it is loaded."
        )
    arrays = {name: getattr(network, name) for name in _ARCS}
    arrays |= {name: getattr(network.roads, name.removeprefix("roads_")) for name in _ROADS}
    arrays["arrival"] = network.topology.ends_at(np.arange(network.n_nodes, dtype=np.int32))
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
    """Read a network and check its form, version and sum, then that its arrays fit together."""
    path = Path(path)
    if not is_a_file(path):
        raise DataFileError(path, "no such file", _EXPECTED)
    if not zipfile.is_zipfile(path):
        raise DataFileError(path, "not readable (no .npz archive, or cut short)", _EXPECTED, _AGAIN)
    try:
        _check_budget(path)
        with np.load(path, allow_pickle=False) as stored:
            if "header" not in stored:
                raise DataFileError(path, "no header", _EXPECTED)
            header = json.loads(stored["header"].tobytes().decode())
            _check_header(path, header)
            arrays = {name: stored[name] for name in (*_ARCS, *_ROADS, "arrival")}
    except _BROKEN as error:
        raise DataFileError(path, f"not readable ({error})", _EXPECTED, _AGAIN) from error
    if _digest(arrays) != header.get("sha256"):
        raise DataFileError(
            path, "its content does not match its sum: the file is damaged", _EXPECTED, _AGAIN
        )
    fault = fault_of(arrays)
    if fault is not None:
        raise DataFileError(path, fault, _EXPECTED, _AGAIN)
    crs, metadata = _checked_words(path, header)
    arrival = arrays["arrival"]
    nowhere = np.array_equal(arrival, np.arange(len(arrival)))
    topology = Topology(len(arrays["x"]), arrays["tail"], arrays["head"], None if nowhere else arrival)
    roads = Roads(**{name.removeprefix("roads_"): arrays[name] for name in _ROADS})
    x, y, edge, forward, time = (arrays[name] for name in ("x", "y", "arc_edge", "arc_forward", "time_mmin"))
    return RoadNetwork(topology, roads, x, y, edge, forward, time, crs, metadata)


def _check_budget(path: Path) -> None:
    """Refuse members that are no arrays of a network, or that swell far beyond their file or their member."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        for member in members:
            announced = _announced_bytes(archive, member)
            if announced > member.file_size:
                found = f"{member.filename} announces {announced:,} bytes and holds {member.file_size:,}"
                raise DataFileError(path, found, _EXPECTED, _AGAIN)
    names = [member.filename for member in members]
    if len(names) > 2 * len(DTYPES) or len(set(names)) < len(names):
        raise DataFileError(path, f"{len(names)} members", _EXPECTED)
    total = sum(member.file_size for member in members)
    if total > max(_ANY_SIZE, _MOST_SWELLING * path.stat().st_size):
        raise DataFileError(path, f"{total:,} bytes once unpacked", _EXPECTED, _AGAIN)


def _announced_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Give the size that an array says it has: numpy makes room for it before it reads."""
    with archive.open(member) as file:
        old = np.lib.format.read_magic(file) == (1, 0)
        read = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
    return math.prod(shape) * dtype.itemsize


def _checked_words(path: Path, header: dict[str, Any]) -> tuple[pyproj.CRS, dict[str, Any]]:
    """Give the CRS and the metadata of the header, once both are what a network says of itself."""
    try:
        crs = pyproj.CRS.from_user_input(header.get("crs"))
    except (pyproj.exceptions.CRSError, TypeError) as error:
        raise DataFileError(path, f"a CRS that can't be read ({error})", _EXPECTED, _AGAIN) from error
    if not crs.is_projected or crs.axis_info[0].unit_name not in {"metre", "meter"}:
        raise DataFileError(path, f"the CRS {crs.name!r}", "a projected one in metres", _AGAIN)
    metadata = header.get("metadata")
    if not isinstance(metadata, dict):
        raise DataFileError(path, f"metadata of type {type(metadata).__name__}", _EXPECTED, _AGAIN)
    try:
        snap = float(metadata.get("max_snap_m", 0.0))
        AccessLeg(**(metadata.get("access") or {"speed_kmh": 1.0}))
    except (InputError, TypeError, ValueError) as error:
        raise DataFileError(path, f"metadata that can't be used ({error})", _EXPECTED, _AGAIN) from error
    if not 0 <= snap < np.inf:
        raise DataFileError(path, f"max_snap_m is {snap}", _EXPECTED, _AGAIN)
    return crs, metadata


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
