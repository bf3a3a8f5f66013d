"""The frame of every HTML document that tiGIS writes: one head, one policy of what may run, one style."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tiGIS
from tiGIS._document.policy import Policy, in_script, origin_of

_HERE = Path(__file__).parent


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def document(
    template: Path,
    fields: Mapping[str, Any],
    *,
    style: str | None = None,
    policy: Policy | None = None,
    filters: Mapping[str, Callable[..., Any]] | None = None,
) -> str:
    """Write a document from a template that extends ``base.html``; every field is escaped.

    Parameters
    ----------
    template : Path
        The template. What it marks as safe must be code, or markup made by tiGIS with its texts escaped.
    fields : mapping
        What it shows: at least ``lang`` and ``title``.
    style : str, optional
        Its own style; by default the file of that name beside the template.
    policy : Policy, optional
        What it may run and fetch; by default nothing at all.
    filters : mapping, optional
        Filters of the template.

    Returns
    -------
    str
        The document.
    """
    from jinja2 import DictLoader, Environment

    own_style = _read(template.with_suffix(".css")) if style is None else style
    style = f"{_read(_HERE / 'base.css')}{own_style}"
    allowed = Policy() if policy is None else policy
    allowed.styles.insert(0, style)
    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=DictLoader({"base.html": _read(_HERE / "base.html")}),
    )
    environment.filters |= dict(filters or {})
    return environment.from_string(_read(template)).render(
        **fields,
        kind=template.stem,
        version=tiGIS.__version__,
        style=style,
        policy=allowed.text(),
    )


__all__ = ["Policy", "document", "in_script", "origin_of"]
