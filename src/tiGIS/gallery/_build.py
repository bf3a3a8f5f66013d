"""Making the pages of the gallery."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tiGIS._errors import InputError
from tiGIS._files import write_text
from tiGIS.gallery._index import write_index
from tiGIS.gallery._pages import PAGES, Page
from tiGIS.maps import TigisMap, figure

GROUPS = ("ales", "territoires")
_STEP = 24  # between two shades of a thumbnail, of 255


def build(
    which: str = "all", folder: str | Path = "maps", *, done: Callable[[Page], object] | None = None
) -> list[Path]:
    """Write maps of the gallery and the page that leads to them.

    Parameters
    ----------
    which : {"ales", "territoires", "all"}
        Which maps.
    folder : path-like
        Where to write; made if absent.
    done : callable, optional
        Called with each page once it is written (to show progress).

    Returns
    -------
    list of Path
        The files written, the index last.

    Raises
    ------
    InputError
        ``which`` is not known.
    """
    target = Path(folder)
    written = []
    for page in chosen_pages(which):
        made = page.make()
        path = target / f"{page.name}.html"
        if isinstance(made, str):
            write_text(path, made)
        else:
            made.preview = thumbnail(made)
            made.save(path)
        written.append(path)
        if done is not None:
            done(page)
    written.append(write_index(target))
    return written


def chosen_pages(which: str) -> list[Page]:
    """Give the pages of a group, or all.

    Parameters
    ----------
    which : {"ales", "territoires", "all"}
        Which maps.

    Returns
    -------
    list of Page
        In the order of the gallery.
    """
    if which != "all" and which not in GROUPS:
        raise InputError(f"which: {which!r}; expected one of {', '.join(GROUPS)} or all")
    return [page for page in PAGES if "all" in (which, page.group) or which == page.group]


def thumbnail(chart: TigisMap) -> str:
    """Draw the small picture of a map for the gallery as a data address; fewer shades keep it light."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.image import imsave

    canvas = FigureCanvasAgg(figure(chart, width_cm=9.2, dpi=100, bare=True))
    canvas.draw()
    shades = np.asarray(canvas.buffer_rgba()).astype(np.int64)
    fewer = np.clip((shades + _STEP // 2) // _STEP * _STEP, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    imsave(
        out,
        fewer,
        format="png",
        metadata={"Software": None},  # type: ignore[dict-item]
        pil_kwargs={"optimize": True},
    )
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"
