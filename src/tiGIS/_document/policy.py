"""What a page may run and fetch, as a Content-Security-Policy: by default itself, and nothing from outside.

Inline code runs by its hash, taken of what is given as code before any text of a user or a file is put beside
it: words that slip into the page as markup don't run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

_ADDRESS = re.compile(r"(https?)://(\[[0-9a-f:]+\]|[a-z0-9.{}-]+)(:\d+)?(?:[/?#]|$)", re.IGNORECASE)


@dataclass
class Policy:
    """What a page is allowed.

    Attributes
    ----------
    scripts, styles, handlers : list of str
        Code that stands in the page: in elements ``script`` and ``style``, and in attributes such as
        ``onclick``.
    script_urls, style_urls : list of str
        Files of code that the page fetches.
    images, data, frames : list of str
        Where pictures, data and frames come from, apart from the page itself.
    style_attributes : bool
        Elements have styles of their own (the colour of a swatch), not through a script.
    trusting : bool
        The page runs code fetched from outside, which may ask for pictures, styles and data over https.
    """

    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    script_urls: list[str] = field(default_factory=list)
    style_urls: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    style_attributes: bool = False
    trusting: bool = False

    def allow(self, markup: str) -> None:
        """Allow what a piece of markup holds, that someone adds to a page as code of theirs."""
        reader = _Code()
        reader.feed(markup)
        reader.close()
        for mine, found in (
            (self.scripts, reader.scripts),
            (self.styles, reader.styles),
            (self.handlers, reader.handlers),
            (self.script_urls, reader.script_urls),
            (self.style_urls, reader.style_urls),
            (self.images, [origin for url in reader.images if (origin := origin_of(url))]),
            (self.frames, [origin for url in reader.frames if (origin := origin_of(url))]),
        ):
            mine += found
        self.style_attributes |= reader.styled
        self.trusting |= bool(reader.script_urls)

    def text(self) -> str:
        """Write it."""
        unsafe, https = "'unsafe-inline'", ["https:"] if self.trusting else []
        scripts = [*map(_hash, self.scripts), *map(_quoted, self.script_urls)]
        if self.handlers:
            scripts += ["'unsafe-hashes'", *map(_hash, self.handlers)]
        elements = [*map(_hash, self.styles), *map(_quoted, self.style_urls)]
        if self.trusting:
            elements = [unsafe, "https:"]
        parts = {
            "default-src": ["'none'"],
            "script-src": scripts,
            "style-src": elements,
            "img-src": ["data:", "blob:", *self.images, *https],
            "font-src": ["data:", "https:"] if https or self.style_urls else [],
            "connect-src": [*self.data, *https],
            "frame-src": self.frames,
        }
        if self.style_attributes and not self.trusting:
            # the older word is for browsers that don't know the other two
            parts["style-src"] = [unsafe]
            parts |= {"style-src-elem": elements or ["'none'"], "style-src-attr": [unsafe]}
        bare = {"object-src": ["'none'"], "base-uri": ["'none'"], "form-action": ["'none'"]}
        return "; ".join(
            f"{name} {' '.join(dict.fromkeys(found))}" for name, found in (parts | bare).items() if found
        )


def in_script(code: str) -> str:
    """Write code so that no text in it can close, or reopen, the script element around it.

    Both are written by what they stand for in a string or a pattern of JavaScript, where alone they occur.
    """
    code = re.sub("<(?=/script|!--)", lambda _: r"\x3c", code, flags=re.IGNORECASE)
    return code.replace("\r\n", "\n").replace("\r", "\n")


def origin_of(address: str) -> str:
    """Give where an address leads, as a policy names it: scheme, host (its first part may vary) and port."""
    if address.startswith("data:"):
        return "data:"
    found = _ADDRESS.match(address)
    if not found:
        return ""
    scheme, host, port = found[1].lower(), found[2].lower(), found[3] or ""
    host = re.sub(r"^[^.]*\{[^}]*\}[^.]*", "*", host)
    return "" if "{" in host or host in ("", "*") else f"{scheme}://{host}{port}"


def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _quoted(url: str) -> str:
    """Write an address in a policy: without its question, which is not compared, and what would end it."""
    return quote(url.split("?")[0].split("#")[0], safe="%/:@!$()*+=~[]")


class _Code(HTMLParser):
    """Finds the code in a piece of markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.handlers: list[str] = []
        self.script_urls: list[str] = []
        self.style_urls: list[str] = []
        self.images: list[str] = []
        self.frames: list[str] = []
        self.styled = False
        self._into: list[str] | None = None
        self._held: list[str] = []

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.handlers += [value for name, value in given.items() if name.startswith("on")]
        self.styled |= "style" in given
        source = given.get("src", "")
        if tag == "script" and source:
            self.script_urls.append(source)
        elif tag in ("script", "style"):
            self._into, self._held = (self.scripts if tag == "script" else self.styles), []
        elif tag == "link" and "stylesheet" in given.get("rel", ""):
            self.style_urls.append(given.get("href", ""))
        elif tag == "img":
            self.images.append(source)
        elif tag == "iframe":
            self.frames.append(source)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self._into is not None:
            self._into.append("".join(self._held))
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._held.append(data)
