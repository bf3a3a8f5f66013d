"""What tiGIS needs has a known licence that binds nobody; the bill of materials says all of it."""

from __future__ import annotations

import json
import subprocess
import sys
from email.message import Message
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
check_licences = import_module("check_licences")
dependencies = import_module("dependencies")
sys.path.remove(str(ROOT / "scripts"))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture
def as_pinned() -> None:
    """The environment is that of `constraints.txt`, not of the lowest versions."""
    from importlib import metadata

    pins = {(package.name, package.version) for package in dependencies.pinned()}
    others = [name for name in dependencies.direct() if (name, metadata.version(name)) not in pins]
    if others:
        pytest.skip(f"not the environment of constraints.txt: {', '.join(others)}")


@pytest.mark.parametrize(
    ("licence", "accepted"),
    [
        ("MIT", True), ("BSD-3-Clause AND 0BSD AND MIT", True), ("MPL-2.0 AND MIT", True),
        ("GPL-3.0-only OR MIT", True), ("(GPL-3.0-only OR MIT) AND ISC", True), ("((MIT))", True),
        ("Apache-2.0 WITH LLVM-exception", True), ("(MIT OR ISC) AND (GPL-2.0-only OR 0BSD)", True),
        ("", False), ("GPL-3.0-or-later", False), ("AGPL-3.0-only", False), ("LGPL-2.1-only", False),
        ("MIT AND GPL-3.0-only", False), ("MIT AND (LGPL-3.0-only OR GPL-3.0-only)", False),
        ("(MIT", False), ("Apache-2.0 WITH Classpath-exception", False), ("Proprietary", False),
        ("GNU General Public License v3 (GPLv3)", False), ("MIT OR", False), ("EUPL-1.2", False),
    ],
)  # fmt: skip
def test_licences_are_judged_by_what_is_offered_and_what_holds_together(licence: str, accepted: bool) -> None:
    assert check_licences.is_accepted(licence) == accepted


@pytest.mark.parametrize(
    ("told", "licence"),
    [
        ({"License-Expression": "MIT-CMU", "License": "another"}, "MIT-CMU"),
        ({"License": "BSD 3-Clause", "Classifier": "License :: OSI Approved :: BSD License"}, "BSD-3-Clause"),
        ({"License": "Copyright, all rights", "Classifier": "License :: OSI Approved :: MIT License"}, "MIT"),
        ({"License": "mpl-2.0 and mit"}, "MPL-2.0 AND MIT"),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"},
         "GNU General Public License v3 (GPLv3)"),
        ({"License": "see the file"}, ""),
        ({}, ""),
    ],
)  # fmt: skip
def test_licences_are_read_from_what_packages_say(
    told: dict[str, str], licence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = Message()
    for name, value in told.items():
        message[name] = value
    monkeypatch.setattr(dependencies, "_told", lambda name: message)
    assert dependencies.licence_of("anything") == licence


def test_every_needed_package_has_an_accepted_licence(as_pinned: None) -> None:
    done = run("scripts/check_licences.py")
    assert done.returncode == 0, done.stderr
    assert "osmium" in done.stdout
    assert "pytest" not in done.stdout


def test_a_refused_licence_ends_with_1(
    as_pinned: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = check_licences.licence_of
    monkeypatch.setattr(
        check_licences, "licence_of", lambda name: "AGPL-3.0-only" if name == "pooch" else known(name)
    )
    assert check_licences.main() == 1
    assert "REFUSED pooch: AGPL-3.0-only" in capsys.readouterr().err


def test_the_bill_of_materials_is_whole_and_the_same_each_time(as_pinned: None, tmp_path: Path) -> None:
    texts = []
    for name in ("a.json", "b.json"):
        done = run("scripts/write_sbom.py", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
        texts.append((tmp_path / name).read_bytes())
    assert texts[0] == texts[1]
    bill = json.loads(texts[0])
    components = {one["bom-ref"]: one for one in bill["components"]}
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert len(components) == len(bill["components"])
    assert {one.name for one in dependencies.pinned()} | {"leaflet"} == {
        one["name"] for one in bill["components"]
    }
    for one in components.values():
        assert one["purl"].endswith(f"/{one['name']}@{one['version']}")
        assert one.get("scope", "required") == "excluded" or one["licenses"]
    known = {*components, bill["metadata"]["component"]["bom-ref"]}
    for link in bill["dependencies"]:
        assert {link["ref"], *link["dependsOn"]} <= known
