"""Write the bill of materials of tiGIS: what it is made of and needs, with versions and licences (CycloneDX).

    python scripts/write_sbom.py sbom.json

From `constraints.txt` and the metadata of what is installed. The same environment gives the same bytes: no
date and no random number is written. Another system has other packages, so the file is made where it is
wanted (CI keeps it with each run) and is not part of the repository.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from dependencies import Package, copied, direct, licence_of, pinned, project, required


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=1) + "\n", encoding="utf-8", newline="\n")
    return 0


def bill() -> dict[str, Any]:
    """Give the bill of materials as CycloneDX 1.6 has it."""
    needed, packages = required(), pinned()
    versions: dict[str, list[str]] = {}
    for package in packages:
        versions.setdefault(package.name, []).append(_address(package.name, package.version))
    itself = _component(_address(project()["name"], project()["version"]), project()["license"])
    others = [_component(address, licence) for address, licence in copied()]
    links = {itself["bom-ref"]: [*direct(), *(other["bom-ref"] for other in others)]}
    links |= {address: needed.get(name, []) for name, known in versions.items() for address in known}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": itself},
        "components": others + [_pinned_component(package, package.name in needed) for package in packages],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(one for name in names for one in versions.get(name, [name]))}
            for ref, names in links.items()
        ],
    }


def _pinned_component(package: Package, is_needed: bool) -> dict[str, Any]:
    """Describe a package; those of tests and tools are there, but excluded from what runs."""
    known = _component(_address(package.name, package.version), licence_of(package.name))
    known["scope"] = "required" if is_needed else "excluded"
    if package.marker:
        known["properties"] = [{"name": "tigis:where", "value": package.marker}]
    return known


def _component(address: str, licence: str) -> dict[str, Any]:
    name, _, version = address.rpartition("/")[2].partition("@")
    known = {"type": "library", "bom-ref": address, "name": name, "version": version, "purl": address}
    return known | ({"licenses": [_licence(licence)]} if licence else {})


def _licence(licence: str) -> dict[str, Any]:
    try:
        return {"expression": canonicalize_license_expression(licence)}
    except InvalidLicenseExpression:
        return {"license": {"name": licence}}


def _address(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


if __name__ == "__main__":
    sys.exit(main())
