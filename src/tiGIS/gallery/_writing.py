"""Making the pages of the gallery."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tiGIS._errors import InputError
from tiGIS._files import write_text
from tiGIS.gallery._contents import write_index
from tiGIS.gallery._pages import Page, chosen_pages
from tiGIS.maps import TigisMap, figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.territory import Territory

_INKS = 64  # colours of a thumbnail: those of the legend, and enough of the shades between


def build(
    which: str | Territory = "all",
    folder: str | Path = "maps",
    *,
    done: Callable[[Page], object] | None = None,
    left_out: Callable[[Page, str], object] | None = None,
) -> list[Path]:
    """Write maps of the gallery and the page that leads to them.

    Parameters
    ----------
    which : str or Territory
        Which maps: ``"all"``, ``"territoires"``, the key of a case (``"ales"``), or a territory, its
        name, its code.
    folder : path-like
        Where to write; made if absent.
    done : callable, optional
        Called with each page once it is written (to show progress).
    left_out : callable, optional
        Called with each page that can't be drawn for want of data, and why; by default that is an error.

    Returns
    -------
    list of Path
        The files written, the index last.

    Raises
    ------
    TerritoryNotFoundError, AmbiguousTerritoryError
        No territory of that name, or several.
    InputError
        What a page needs is not known there.
    """
    target = Path(folder)
    written = []
    pages = chosen_pages(which)
    for page in pages:
        try:
            made = page.make()
        except InputError as error:
            if left_out is None:
                raise
            left_out(page, str(error))
            continue
        path = target / f"{page.name}.html"
        if isinstance(made, str):
            write_text(path, made)
        else:
            made.preview = thumbnail(made)
            made.save(path)
        written.append(path)
        if done is not None:
            done(page)
    written.append(write_index(target, pages))
    return written


def thumbnail(chart: TigisMap) -> str:
    """Draw the small picture of a map for the gallery as a data address; few colours keep it light."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure(chart, width_cm=9.2, dpi=150, bare=True))
    canvas.draw()
    colours, which = _main_colours(np.asarray(canvas.buffer_rgba())[..., :3])
    picture = Image.fromarray(which)
    picture.putpalette(colours.tobytes())
    out = io.BytesIO()
    picture.save(out, format="png", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def _main_colours(picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give the colours that cover most, and the nearest of them for each pixel: a legend's stay exact."""
    from scipy.spatial import cKDTree

    colours, which, pixels = np.unique(
        picture.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    kept = colours[np.argsort(-pixels, kind="stable")[:_INKS]]
    nearest = cKDTree(kept).query(colours)[1].astype(np.uint8)
    return kept, nearest[which].reshape(picture.shape[:2])
