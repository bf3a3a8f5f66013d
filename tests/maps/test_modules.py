"""The page's scripts: modules that import each other one way, joined into one script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tiGIS
from tiGIS.maps._modules import IMPORT, in_order, joined

ASSETS = Path(tiGIS.__file__).parent / "maps" / "assets"
APART = {"folium"}  # stands before the modules, for what Folium writes
SOURCES = {path.stem: path.read_text("utf-8") for path in ASSETS.glob("*.js") if path.stem not in APART}


def names_at_the_top(code: str) -> list[str]:
    """Give what a module declares; several names may share a ``const``."""
    found = re.findall(r"^(?:export )?(?:async )?(?:function|class) (\w+)", code, re.MULTILINE)
    for line in re.findall(r"^(?:export )?(?:const|let) (.*)", code, re.MULTILINE):
        bare = re.sub(r"\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|\"[^\"]*\"", "", line)
        found += re.findall(r"(?:^|, )(\w+) =", bare)
    return found


def test_every_script_is_reached_after_what_it_imports():
    order = in_order("main", SOURCES.__getitem__)
    assert set(order) == set(SOURCES)
    for name, code in SOURCES.items():
        for _, other in IMPORT.findall(code):
            assert order.index(other) < order.index(name)


def test_names_are_declared_once_and_imported_from_who_declares_them():
    every = [name for code in SOURCES.values() for name in names_at_the_top(code)]
    assert sorted(every) == sorted(set(every))
    for code in SOURCES.values():
        for names, other in IMPORT.findall(code):
            exported = re.findall(r"^export (?:async )?\w+ (\w+)", SOURCES[other], re.MULTILINE)
            assert set(names.split(", ")) <= set(exported)


def test_what_is_joined_has_no_import_and_can_t_end_its_script():
    script = joined("main", SOURCES.__getitem__)
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    assert not re.search("</script|<!--|\r", script, re.IGNORECASE)


def test_nothing_is_hung_on_what_a_part_is_given():
    """Parts say what others need by what they give back: properties are declared where a thing is made."""
    for name, code in SOURCES.items():
        assert (
            re.findall(r"\bapp\.\w+ = ", code.replace("app.state = ", "") if name == "state" else code) == []
        )


def test_a_circle_is_refused():
    circle = {"a": 'import { x } from "./b.js";\n', "b": 'import { y } from "./a.js";\n'}
    with pytest.raises(ValueError, match="a → b → a"):
        in_order("a", circle.__getitem__)
