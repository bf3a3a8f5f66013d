"""What tiGIS is built on: the pinned packages, which of them it needs to run, and under which licences.

Shared by `check_licences.py` and `write_sbom.py`; run them in an environment made with `-c constraints.txt`.
"""

from __future__ import annotations

import itertools
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

# The places where tiGIS runs: a package that one of them needs is needed.
PLACES = [
    {"python_version": version, "python_full_version": f"{version}.0", **system, "extra": ""}
    for version, system in itertools.product(
        ("3.11", "3.12", "3.13", "3.14"),
        (
            {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
            {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
            {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
        ),
    )
]

# How packages without an expression of SPDX call their licence.
PLAIN_NAMES = {
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD",  # of two or of three clauses
    "BSD License": "BSD",
    "BSD 3-Clause": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "New BSD": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0",
}

# What the metadata of a package don't say, or not on every system, read in the package itself.
READ_BY_HAND = {
    "colorama": ("BSD-3-Clause", "installed on Windows alone; its file LICENSE.txt"),
}


@dataclass(frozen=True)
class Package:
    """A pinned package: its name, its version and the places it is for (a marker, or none)."""

    name: str
    version: str
    marker: str


@cache
def project() -> dict[str, Any]:
    """Read what `pyproject.toml` says of the project."""
    known: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return known


def pinned() -> list[Package]:
    """List what `constraints.txt` pins, in order."""
    lines = (
        line.partition("#")[0].strip() for line in (ROOT / "constraints.txt").read_text("utf-8").split("\n")
    )
    found = []
    for line in filter(None, lines):
        pin = Requirement(line)
        (version,) = (one.version for one in pin.specifier)
        found.append(Package(canonicalize_name(pin.name), version, str(pin.marker or "")))
    return sorted(found, key=lambda package: (package.name, package.version))


def copied() -> list[tuple[str, str]]:
    """List the code of others that is copied into the wheel: address of its package, licence."""
    manifest = json.loads((ROOT / "src/tiGIS/maps/vendor/manifest.json").read_text("utf-8"))
    return [
        (f"pkg:npm/{name}@{told['version']}", told["licence"].partition(" ")[0])
        for name, told in sorted(manifest.items())
    ]


def direct() -> list[str]:
    """List the packages that `pyproject.toml` asks for."""
    return _needed(project()["dependencies"])


def required() -> dict[str, list[str]]:
    """Give each package that tiGIS needs to run, wherever that is, with those that it needs itself."""
    found: dict[str, list[str]] = {}
    waiting = direct()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _needed(_told(name).get_all("Requires-Dist") or [])
            waiting += found[name]
    return dict(sorted(found.items()))


def licence_of(name: str) -> str:
    """Give the licence of a package by its metadata, in words of SPDX where they do; nothing if unknown."""
    if name in READ_BY_HAND:
        return READ_BY_HAND[name][0]
    told = _told(name)
    if expression := told.get("License-Expression"):
        return str(expression)
    text = str(told.get("License") or "").strip()
    if text in PLAIN_NAMES:
        return PLAIN_NAMES[text]
    try:
        return str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:  # the whole text, or nothing: its classifiers say it
        classes = [line for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
        names = [line.rpartition(" :: ")[2] for line in classes]
        return " AND ".join(PLAIN_NAMES.get(name, name) for name in names)


def _needed(requirements: list[str]) -> list[str]:
    known = [Requirement(text) for text in requirements]
    return sorted(
        {
            canonicalize_name(one.name)
            for one in known
            if one.marker is None or any(one.marker.evaluate(place) for place in PLACES)
        }
    )


@cache
def _told(name: str) -> Any:
    """Metadata of an installed package; of one that other systems alone need, nothing."""
    from email.message import Message

    try:
        return metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return Message()
