"""One self-contained page: template, style, scripts and packed data in a single file."""

from __future__ import annotations

import base64
import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from tiGIS._document import Policy, document, in_script
from tiGIS.maps._modules import joined

_HERE = Path(__file__).parent


@cache
def asset(name: str) -> str:
    """Read one file of the package's own page parts."""
    return (_HERE / "assets" / name).read_text(encoding="utf-8")


@cache
def vendored(name: str) -> str:
    """Read one file of a library carried in the package."""
    return (_HERE / "vendor" / name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    own = joined("main", lambda name: asset(f"{name}.js"))
    return f"{asset('folium.js')}\n(() => {{\n'use strict';\n{own}}})();\n"


@cache
def _style() -> str:
    # with the pictures it names inside
    leaflet = vendored("leaflet.css")
    for picture in ("layers.png", "layers-2x.png", "marker-icon.png"):
        leaflet = leaflet.replace(f"url(images/{picture})", _data_uri(picture))
    return f"{leaflet}\n{asset('page.css')}"


@cache
def _data_uri(picture: str) -> str:
    content = base64.b64encode((_HERE / "vendor" / "images" / picture).read_bytes()).decode("ascii")
    return f"url(data:image/png;base64,{content})"


@cache
def _leaflet() -> str:
    """Leaflet, without the comment that asks for its source map, with its marker's pictures inlined."""
    code = vendored("leaflet.js").partition("//# sourceMappingURL=")[0]
    icons = {
        "iconUrl": "marker-icon.png",
        "iconRetinaUrl": "marker-icon-2x.png",
        "shadowUrl": "marker-shadow.png",
    }
    urls = {key: _data_uri(picture)[4:-1] for key, picture in icons.items()}
    return f"{code}\nL.Icon.Default.imagePath = '';\nL.Icon.Default.mergeOptions({json.dumps(urls)});\n"


def pack(payload: dict[str, Any]) -> str:
    """Compress a payload as base64 text: the same payload gives the same text."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode("ascii")


def script_json(value: Any) -> str:
    """Write JSON that can't close the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def render(
    fields: dict[str, Any], *, payload: dict[str, Any], setup: dict[str, Any], starts: str, policy: Policy
) -> str:
    """Fill the template; every field is escaped but the parts written here, and the code runs by its hash."""
    scripts = {"leaflet": _leaflet(), "script": _script(), "starts": in_script(starts)}
    policy.scripts += scripts.values()
    policy.style_attributes = True
    written = {**fields, **scripts, "setup": script_json(setup), "data": pack(payload)}
    return document(_HERE / "assets" / "page.html", written, style=_style(), policy=policy)
