"""A Folium map that saves as one self-contained page."""

from __future__ import annotations

import io
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import IO, Annotated, Any

import folium
import geopandas as gpd
import numpy as np
from folium.template import Template

from tiGIS._arguments import Metres, checked, within
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._files import require_writable, write_text
from tiGIS._format import quantity
from tiGIS._validate import kind_of, require_columns, shown
from tiGIS.maps import _overlays, palettes
from tiGIS.maps._content import Content
from tiGIS.maps._embedding import PageFigure, frame, page_of, put_into_figure
from tiGIS.maps._layer import Drawn

PAGES = (".html", ".htm", "")
PICTURES = (".png", ".svg", ".pdf")

Pixels = Annotated[float, within(0, 500)]


class TigisMap(folium.Map):
    """A Folium map that saves as one self-contained page; made by ``choropleth``.

    Add any Folium layer to it, as to any ``folium.Map``. What such a layer fetches from the network (tiles,
    a plugin's own scripts) it still fetches: ``save`` warns of scripts.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = tigis.start('{{ this.get_name() }}');"
        "{% endmacro %}"
    )

    def __init__(self, content: Content) -> None:
        west, south, east, north = content.bounds
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        self._name = "TigisMap"
        PageFigure().add_child(self)
        self.content = content
        self.preview = ""  # a small picture, as a data address, for pages that lead to this one

    @property
    def layers(self) -> tuple[Drawn, ...]:
        """The indicators, with their classes, colours and legend."""
        return tuple(self.content.layers)

    @checked
    def add_lines(
        self,
        gdf: gpd.GeoDataFrame,
        *,
        label: str,
        column: Hashable | None = None,
        colours: str | Sequence[str] | Mapping[Any, str] | None = None,
        width: Pixels = 1.8,
        dashed: bool = False,
        names: Hashable | None = None,
        tolerance_m: Metres = 30.0,
    ) -> TigisMap:
        """Draw lines over the map: roads by class, closed roads...

        Parameters
        ----------
        gdf : GeoDataFrame
            Lines, in any CRS.
        label : str
            What they are, in the legend.
        column : str, optional
            Column of classes, each with its colour.
        colours : str, sequence or mapping, optional
            One colour without ``column``; else a palette, a colour per class, or the colour of each.
        width : float
            Width in pixels.
        dashed : bool
            Draw dashes.
        names : str, optional
            Column of names for the tooltip; by default ``nom`` or ``name``.
        tolerance_m : float
            Tolerance of the simplification, in metres.

        Returns
        -------
        TigisMap
            The map itself.
        """
        overlay = _overlays.lines(
            gdf, label=label, column=column, colours=colours, width=width, dashed=dashed,
            names=names, tolerance_m=tolerance_m, lang=self.content.lang,
        )  # fmt: skip
        return self._over(overlay)

    @checked
    def add_roads(self, gdf: gpd.GeoDataFrame, *, label: str = "Routes", width: Pixels = 1.1) -> TigisMap:
        """Draw roads as thin grey lines, to give the map its place.

        Parameters
        ----------
        gdf : GeoDataFrame
            Lines, in any CRS; those far from the map are left out. The main roads of France, simplified, are
            ``tiGIS.load_interurban_network().edges()``.
        label : str
            What they are, in the legend.
        width : float
            Width in pixels.

        Returns
        -------
        TigisMap
            The map itself.

        Raises
        ------
        InputError
            No line near the map.
        """
        place = self.content.places[0]
        return self._over(_overlays.context_lines(gdf, place, label=label, colour="#5f6975", width=width))

    @checked
    def add_rivers(
        self, gdf: gpd.GeoDataFrame, *, label: str = "Cours d’eau", width: Pixels = 1.2
    ) -> TigisMap:
        """Draw rivers as thin blue lines, to give the map its place.

        Parameters
        ----------
        gdf : GeoDataFrame
            Lines, in any CRS; those far from the map are left out.
        label : str
            What they are, in the legend.
        width : float
            Width in pixels.

        Returns
        -------
        TigisMap
            The map itself.

        Raises
        ------
        InputError
            No line near the map.
        """
        place = self.content.places[0]
        return self._over(_overlays.context_lines(gdf, place, label=label, colour="#3b82b8", width=width))

    @checked
    def add_zones(
        self,
        gdf: gpd.GeoDataFrame,
        *,
        label: str,
        column: Hashable | None = None,
        colours: str | Sequence[str] | Mapping[Any, str] | None = None,
        pattern: str = "hatch",
        names: Hashable | None = None,
        tolerance_m: Metres = 15.0,
    ) -> TigisMap:
        """Draw zones over the map: floods, brownfields...

        Parameters
        ----------
        gdf : GeoDataFrame
            Polygons, in any CRS; they may overlap.
        label : str
            What they are, in the legend.
        column, colours, names
            As for ``add_lines``.
        pattern : {"hatch", "full", "outline"}
            Hatched, so that what lies under stays legible, full, or outlines alone.
        tolerance_m : float
            Tolerance of the simplification, in metres.

        Returns
        -------
        TigisMap
            The map itself.
        """
        overlay = _overlays.zones(
            gdf, label=label, column=column, colours=colours, pattern=pattern, names=names,
            tolerance_m=tolerance_m, lang=self.content.lang,
        )  # fmt: skip
        return self._over(overlay)

    @checked
    def add_isochrones(
        self,
        gdf: gpd.GeoDataFrame,
        *,
        label: str,
        column: Hashable,
        palette: str = "people",
        tolerance_m: Metres = 60.0,
    ) -> TigisMap:
        """Draw isochrones as outlines, the farther the darker.

        Parameters
        ----------
        gdf : GeoDataFrame
            Polygons, in any CRS, as ``tiGIS.isochrones`` gives them.
        label : str
            What they are, in the legend.
        column : str
            Column of minutes.
        palette : str
            A theme or a sequential palette.
        tolerance_m : float
            Tolerance of the simplification, in metres.

        Returns
        -------
        TigisMap
            The map itself.
        """
        require_columns(gdf, [column], "gdf")
        durations = as_numbers(gdf[column], f"gdf: column {column!r}")
        minutes = sorted(set(durations.tolist()))
        if not minutes or not np.isfinite(minutes).all():
            raise InputError(f"gdf: column {column!r} lacks minutes or has none at all; expected finite ones")
        said = {value: quantity(value, "min", lang=self.content.lang) for value in minutes}
        order = np.argsort(-durations, kind="stable")
        bands = gdf.assign(_band=[said[value] for value in durations.tolist()]).iloc[order]
        shades = palettes.sequential(palette, max(3, len(minutes)))[-len(minutes) :]
        return self.add_zones(
            bands,
            label=label,
            column="_band",
            colours={said[value]: shade for value, shade in zip(minutes, shades, strict=True)},
            pattern="outline",
            tolerance_m=tolerance_m,
        )

    @checked
    def add_points(
        self,
        gdf: gpd.GeoDataFrame,
        *,
        label: str,
        column: Hashable | None = None,
        colours: str | Sequence[str] | Mapping[Any, str] | None = None,
        names: Hashable | None = None,
        cluster: bool = True,
    ) -> TigisMap:
        """Draw points over the map: stations, sites...

        Parameters
        ----------
        gdf : GeoDataFrame
            Points, in any CRS (of other geometries, a point inside).
        label : str
            What they are, in the legend.
        column, colours, names
            As for ``add_lines``.
        cluster : bool
            Gather points that would touch; a click opens the cluster.

        Returns
        -------
        TigisMap
            The map itself.
        """
        overlay = _overlays.points(
            gdf, label=label, column=column, colours=colours, names=names, cluster=cluster,
            lang=self.content.lang,
        )  # fmt: skip
        return self._over(overlay)

    @checked
    def add_symbols(
        self,
        gdf: gpd.GeoDataFrame,
        column: Hashable,
        *,
        label: str,
        unit: str = "",
        colour: str = "#6a51a3",
        largest_px: Pixels = 28.0,
        names: Hashable | None = None,
    ) -> TigisMap:
        """Draw discs whose area follows a quantity: people, jobs, hectares...

        Parameters
        ----------
        gdf : GeoDataFrame
            Points or polygons, in any CRS.
        column : str
            Column of quantities, zero or more; NaN is not drawn.
        label : str
            What they are, in the legend.
        unit : str
            Unit of the quantity.
        colour : str
            Colour of the discs.
        largest_px : float
            Radius of the largest, in pixels.
        names : str, optional
            Column of names for the tooltip; by default ``nom`` or ``name``.

        Returns
        -------
        TigisMap
            The map itself.
        """
        overlay = _overlays.symbols(
            gdf, column, label=label, unit=unit, colour=colour, largest_px=largest_px, names=names,
            lang=self.content.lang,
        )  # fmt: skip
        return self._over(overlay)

    def _over(self, overlay: _overlays.Overlay) -> TigisMap:
        self.content.overlays.append(overlay)
        return self

    def save(self, outfile: str | Path | IO[bytes], close_file: bool = True, **_: Any) -> None:  # type: ignore[override]
        """Write the page, or a picture where the name says so.

        Parameters
        ----------
        outfile : path-like or binary file
            Where to write: a page (``.html``, or a name without ending), or the map drawn by
            ``tiGIS.maps.figure`` (``.png``, ``.svg``, ``.pdf``); missing folders are made. A file takes the
            page.
        close_file : bool
            Close ``outfile`` afterwards, where it is a file.

        Raises
        ------
        InputError
            A name with another ending, a place that can't be written, or a file open for text.
        """
        if not isinstance(outfile, str | Path):
            if not hasattr(outfile, "write") or isinstance(outfile, io.TextIOBase):
                raise InputError(f"outfile: {kind_of(outfile)}; expected a path or an open binary file")
            outfile.write(self.page().encode("utf-8"))
            if close_file:
                outfile.close()
            return
        require_writable(outfile)
        ending = Path(outfile).suffix.lower()
        if ending in PICTURES:
            from tiGIS.maps._figure import figure  # which draws maps, and so knows this one

            figure(self, outfile)
        elif ending in PAGES:
            write_text(outfile, self.page())
        else:
            raise InputError(
                f"outfile: {Path(outfile).name!r} ends in {ending!r}; expected a page ({shown(PAGES[:2])}) "
                f"or a picture ({shown(PICTURES)})"
            )

    def page(self) -> str:
        """Give the whole page as text."""
        return page_of(self, stacklevel=4)

    def render(self, **_: Any) -> str:
        """Put the map into the Figure that holds it, as Folium does when the Figure is rendered."""
        return put_into_figure(self, self.get_root())

    def _repr_html_(self, **_: Any) -> str:
        return frame(self)

    def __repr__(self) -> str:
        """Say what is drawn, in a line."""
        layers = self.content.layers
        more = f", {len(self.content.overlays)} overlays" if self.content.overlays else ""
        return (
            f"<TigisMap {self.content.title!r}: {len(self.content.names)} territories, "
            f"{len(layers)} layer{'s' if len(layers) > 1 else ''}{more}>"
        )
