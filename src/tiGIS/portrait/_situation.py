"""Where a territory is: in France, in its region, and its communes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tiGIS._format import Lang, compact, number
from tiGIS.indicators import values
from tiGIS.maps import Layer, choropleth
from tiGIS.portrait._blocks import Key, Ledger, Picture, Section, Text, count_among, say
from tiGIS.portrait._drawing import Frame, Shapes, simplified, svg_map
from tiGIS.portrait._subject import MAP_YEAR, Subject
from tiGIS.territory import load_communes, load_departements, load_regions

_METROPOLE = "EPSG:2154"
_MOST_NAMES = 8


def situation(subject: Subject, lang: Lang) -> Section:
    """Draw the territory in France, in its region, and its communes by change of population."""
    ledger = Ledger("situation", lang)
    change = values("population_change_2018_2022_pct", "commune", map_year=MAP_YEAR)
    marks = ledger.enter(
        subject.communes.attrs["tigis"]["sources"], subject.communes.attrs["tigis"]["limits"]
    ) + ledger.cite(change)
    own = change.reindex(subject.communes.index)
    drawn: Picture | Text
    if own.notna().any():
        drawn = _change(subject, own, lang, tuple(dict.fromkeys(marks)))
    else:
        words = say(
            lang,
            "L’évolution de la population de ses communes n’est pas connue pour 2018-2022.",
            "The change of its communes' population is not known for 2018-2022.",
        )
        drawn = Text(words, marks=tuple(dict.fromkeys(marks)))
    return Section(
        "situation",
        say(lang, "Où nous sommes", "Where we are"),
        [_in_france(subject, lang), _in_its_region(subject, lang), drawn],
        ledger,
    )


def _change(subject: Subject, own: pd.Series, lang: Lang, marks: tuple[str, ...]) -> Picture:
    """Draw the change of population of each commune; the caption counts those that are known."""
    falling, known = int((own < 0).sum()), int(own.notna().sum())
    verb = "n’en perd" if falling == 0 else "en perd" if falling == 1 else "en perdent"
    some = f"{count_among(falling, known, lang)} {verb}"
    if known == 1:
        some = f"la commune {'en perd' if falling else 'n’en perd pas'}"
    caption = say(
        lang,
        f"Évolution de la population, 2018-2022, en %\u202f: {some}",
        f"Change of population, 2018-2022, in %: {count_among(falling, known, lang)} "
        f"{'loses' if falling == 1 else 'lose'} people",
    )
    layer = Layer(
        column="value",
        label=say(lang, "Évolution de la population", "Change of population"),
        unit="%",
        center=0,
        palette="change",
        decimals=1,
    )
    return commune_map(subject, own, layer, caption, lang, marks)


def _in_france(subject: Subject, lang: Lang) -> Picture:
    """Draw the regions of metropolitan France, those overseas beside, and a ring around the territory."""
    regions = load_regions()
    metropole = regions[regions["crs_legal"] == _METROPOLE].to_crs(_METROPOLE)
    frame = Frame.around(_with_room_on_the_left(metropole.total_bounds))
    layers = [
        Shapes(simplified(metropole.geometry, 2500), "land"),
        Shapes(simplified(metropole.geometry[metropole.index == subject.region], 2500), "region"),
    ]
    extra = []
    for place, (code, row) in enumerate(regions[regions["crs_legal"] != _METROPOLE].iterrows()):
        top = 20 + place * (frame.high - 20) / 5
        extra.append(_inset(str(code), row, subject, 12.0, top, (frame.high - 60) / 5))
    if subject.on_the_mainland:
        whole = subject.outline.iloc[0]
        layers.append(Shapes([whole.simplify(800)], "here"))
        x, y = frame.point(whole.centroid.x, whole.centroid.y)
        extra.append(f'<circle class="ring" cx="{x:g}" cy="{y:g}" r="20"/>')
    caption = say(lang, "En France", "In France")
    return Picture(
        svg_map(frame, layers, extra="".join(extra)),
        caption,
        say(
            lang,
            f"Carte de situation\u202f: {subject.name}, en {subject.region_name}, en France",
            f"Locator map: {subject.name}, in {subject.region_name}, in France",
        ),
        kind="small",
    )


def _with_room_on_the_left(bounds: Sequence[float]) -> tuple[float, float, float, float]:
    west, south, east, north = bounds
    return west - 0.16 * (east - west), south, east, north


def _inset(code: str, region: Any, subject: Subject, left: float, top: float, size: float) -> str:
    """Draw a region overseas in a small box of its own."""
    geometry = gpd.GeoSeries([region["geometry"]], crs=4326).to_crs(region["crs_legal"]).iloc[0]
    west, south, east, north = geometry.bounds
    scale = min(0.75 * size, 70.0) / max(east - west, north - south)

    def path(area: Any, look: str) -> str:
        rings = [part.exterior for part in shapely.get_parts(area.simplify(1.2 / scale))]
        lines = [
            "M"
            + "L".join(
                f"{left + (x - west) * scale:.1f} {top + (north - y) * scale:.1f}" for x, y in r.coords
            )
            for r in rings
        ]
        return f'<path class="{look}" d="{"z".join(lines)}z"/>'

    drawn = path(geometry, "region" if code == subject.region else "land")
    if code == subject.region:
        drawn += path(subject.outline.iloc[0], "here")
    return drawn


def _in_its_region(subject: Subject, lang: Lang) -> Picture:
    """Draw the territory in the départements of its regions, with the largest towns."""
    crs = subject.communes.crs
    regions = subject.communes["region"].unique()
    departements = load_departements()
    near = departements[departements["region"].isin(regions)].to_crs(crs)
    every = load_communes()
    towns = every[every["region"].isin(regions)].nlargest(_MOST_NAMES, "population")
    towns = pd.concat([every.loc[[subject.centre]], towns.drop(index=subject.centre, errors="ignore")])
    frame = Frame.around(near.total_bounds)
    layers = [Shapes(simplified(near.geometry, 0.6 / frame.scale), "region")]
    layers.append(Shapes([subject.outline.iloc[0].simplify(400)], "here"))
    names = ", ".join(str(name) for name in load_regions().loc[sorted(regions), "nom"])
    return Picture(
        svg_map(frame, layers, names_at(towns, crs)),
        names,
        say(
            lang,
            f"Carte de situation\u202f: {subject.name} dans sa région, {names}",
            f"Locator map: {subject.name} in its region, {names}",
        ),
        kind="small",
    )


def names_at(places: gpd.GeoDataFrame, crs: Any) -> list[tuple[str, float, float]]:
    """Give names with the point where they are written."""
    points = gpd.GeoSeries(places.geometry.representative_point()).to_crs(crs)
    return [(str(nom), point.x, point.y) for nom, point in zip(places["nom"], points, strict=True)]


def commune_map(
    subject: Subject,
    figures: pd.Series,
    layer: Layer,
    caption: str,
    lang: Lang,
    marks: tuple[str, ...] = (),
) -> Picture:
    """Draw the communes of a territory by a figure, their neighbours in grey, with a legend that counts."""
    frame = subject.communes.assign(value=figures.reindex(subject.communes.index).astype(float))
    drawn = choropleth(frame, layer, population="population", kind="commune", lang=lang).layers[0]
    box = Frame.around(frame.total_bounds, margin=0.12)
    shapes = np.asarray(simplified(frame.geometry, 0.7 / box.scale), dtype=object)
    classes = drawn.classes[-1]
    around = load_communes()
    shown = gpd.GeoSeries([box.box], crs=frame.crs).to_crs(around.crs).iloc[0]
    near = around.iloc[around.sindex.query(shown, predicate="intersects")]
    near = near[~near.index.isin(frame.index)].to_crs(frame.crs)
    layers = [Shapes(simplified(near.geometry, 1.2 / box.scale), "context")]
    layers += [Shapes(shapes[classes == c], "commune", colour) for c, colour in enumerate(drawn.colours)]
    layers.append(Shapes(shapes[classes < 0], "commune unknown"))
    if subject.kind == "ti" and len(subject.sirens) > 1:
        layers.append(Shapes(_members(subject), "member"))
    layers.append(Shapes([shapely.union_all(shapes)], "outline"))
    largest = frame.nlargest(_MOST_NAMES, "population")
    people = frame["population"].to_numpy(dtype=float, na_value=np.nan)
    return Picture(
        svg_map(box, layers, names_at(largest, frame.crs)),
        caption,
        caption,
        tuple(_keys(drawn, people, lang)),
        kind="wide",
        marks=marks,
    )


def _members(subject: Subject) -> list[Any]:
    return list(subject.communes.dissolve("siren").geometry.simplify(60))


def _keys(drawn: Any, population: np.ndarray, lang: Lang) -> list[Key]:
    people = drawn.people(population)
    most = max([*people, 1.0])
    keys = [
        Key(colour, label, number(count, 0, lang=lang), compact(held, lang=lang), round(100 * held / most, 1))
        for colour, label, count, held in zip(
            drawn.colours, drawn.labels, drawn.counts(), people, strict=True
        )
    ]
    for reason, count in drawn.missing():
        keys.append(Key("", reason or say(lang, "donnée absente", "no data"), number(count, 0, lang=lang)))
    return keys
