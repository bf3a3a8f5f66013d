"""Services, doctors and jobs around a territory, from files of Insee at hand: tables and maps.

    python scripts/services_from_files.py DATA OUT [TERRITORY]

DATA: a folder that holds, anywhere below, the facilities by commune (``insee_bpe*``), the "comparateur de
territoires" (``*comparateur*.zip``: jobs), and, where they are there, an export of "Statistiques locales"
with the share of households that have a car (``*Statistiques_locales*``), the "table d'appartenance"
(``*appartenance*``: urban units, for the Senate's bill of 2019) and a population grid (``*grid*.gpkg``).
OUT: a folder for the CSV tables and the maps. TERRITORY: a name or a code, by default Alès Agglomération.

The network is the bundled inter-urban one, with its access legs; facilities and people are taken from
beyond the territory as far as its catchments reach. Nothing is dropped in silence: what matched is printed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd

import tiGIS
from tiGIS import number
from tiGIS.accessibility import NetworkTimes, compare_origins, nearest, population_points
from tiGIS.enclavement import (
    access_times,
    facility_items,
    legal_readings,
    legal_remoteness,
    load_targets,
    town_hall_points,
    urban_unit_targets,
)
from tiGIS.maps import Layer, choropleth
from tiGIS.provenance import describe, description, note

YEAR = 2024
ALES = "200066918"
HAS_CAR = "Part des ménages ayant au moins 1 voiture 2021"
PHASES = ("2018-2022", "2023-2027")
KINDS = ("généraliste", "gynécologue", "ophtalmologue", "pédiatre")
READINGS = {
    "adequate": "proche de la moyenne ou mieux",
    "difficult": "30 à 60 % sous la moyenne",
    "desert": "plus de 60 % sous la moyenne",
}
SHADES = {"adequate": "#feedde", "difficult": "#fd8d3c", "desert": "#a63603"}


def main() -> None:
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    start = time.perf_counter()
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    place = one_territory(sys.argv[3] if len(sys.argv) > 3 else ALES)
    country, communes = tiGIS.load_communes(map_year=YEAR), place.communes()
    network = tiGIS.load_interurban_network()

    raw = tiGIS.sources.read_insee_bpe(found(data, "insee_bpe*"))
    facilities = tiGIS.enclavement.facilities_on_map(raw, YEAR)
    said = description(facilities)
    year, nomenclature = said.get("facilities_year", 2013), said.get("nomenclature", "2013")
    matching = said["matching"]
    print(
        f"Équipements de {year} : {len(raw)} communes, dont {matching['same']} ont gardé leur code "
        f"jusqu'en {YEAR}, {matching['carried']} en ont changé ou ont fusionné, "
        f"{len(matching['unmatched'])} sans suite"
    )
    jobs = jobs_by_commune(data, country)
    carless = carless_share(data)
    table = tiGIS.enclavement.service_table(
        network,
        communes,
        facilities,
        country=country,
        jobs=jobs,
        carless_share_pct=carless,
        nomenclature=nomenclature,
        facilities_year=year,
    )
    for kind, figures in description(table)["nation"].items():
        print(f"  {kind} : {figures['number']:.0f} en métropole, {figures['per_100000']:.1f} pour 100 000")
    print(f"Habitants au bord de ce qui est connu : {description(table)['edge_share_pct']:.1f} %")
    write(table, out / "services_communes.csv")
    summaries = by_territory(table, place.nom)
    write(summaries, out / "services_territoires.csv")
    print(
        summaries[["population", "share_covered_pct", "basket_min", "apl_2015", "jobs_within_45_min"]]
        .round(1)
        .to_string()
    )

    law = remoteness(network, communes, data, jobs, out)
    origins(network, communes, data, facilities, nomenclature, out)
    drawn = communes.join(table.drop(columns=["nom", "population"])).join(law)
    drawn.attrs = dict(table.attrs)
    around = neighbours(country, communes)
    for name, draw in (("panier", basket_map), ("medecins", doctors_map), ("emplois", jobs_map)):
        page = draw(drawn, around, place.nom, year)
        page.save(out / f"services_{name}.html")
    if len(law.columns):
        page = law_map(drawn, around, place.nom, law)
        page.save(out / "services_loi_2019.html")
    print(f"{out} : {len(list(out.glob('services_*')))} fichiers, {time.perf_counter() - start:.0f} s")


def one_territory(text: str) -> tiGIS.Territory:
    """Find the territory that a name or a code means."""
    return tiGIS.find_territory(text)[0]


def found(data: Path, pattern: str) -> Path:
    """Find a file below the folder; an error says what was looked for."""
    path = maybe(data, pattern)
    if path is None:
        raise SystemExit(f"{data} : aucun fichier {pattern}")
    return path


def maybe(data: Path, pattern: str) -> Path | None:
    """Find the first file below the folder whose name fits, in the order of names."""
    return min(data.rglob(pattern), default=None)


def jobs_by_commune(data: Path, country: gpd.GeoDataFrame) -> pd.Series:
    """Read jobs at the place of work, carried to the communes of the map."""
    census = tiGIS.sources.read_insee_comparateur(found(data, "*comparateur*.zip"))
    column = next(name for name in census.columns if name.endswith("_EMPLT"))
    carried = tiGIS.harmonise(
        census[[column]],
        from_year=census.attrs["tigis"]["map_year"],
        to_year=YEAR,
        weights=country["population"],
    )[column]
    unknown = int(carried.isna().sum())
    print(f"Emplois ({column}) : {carried.sum():.0f}, {unknown} communes sans chiffre, comptées sans emploi")
    reference = tiGIS.values("jobs_2018", "france").iloc[0]
    gap = 100 * carried.sum() / reference - 100
    print(f"  contre {reference:.0f} dans le recensement de 2018 que tiGIS contient ({gap:+.2f} %)")
    return carried


def carless_share(data: Path) -> pd.Series | None:
    """Read the share of households without a car, where the file is at hand."""
    for path in sorted(data.rglob("*Statistiques_locales*")):
        table = tiGIS.sources.read_insee_statistiques_locales(path)
        if HAS_CAR in table.columns:
            share = (100 - table[HAS_CAR]).rename("carless_share_pct")
            print(f"Ménages sans voiture : connus pour {int(share.notna().sum())} communes")
            return share
    return None


def by_territory(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Weigh the table by people: the territory, its EPCI, the Territoires d'industrie that it is in."""
    people = tiGIS.load_communes(map_year=YEAR)["population"]
    members = tiGIS.territory.load_memberships(YEAR)
    groups = {"epci": (members["siren"], tiGIS.load_epci(YEAR)["nom"])}
    for phase in PHASES:
        rows = tiGIS.territory.territoire_members(phase, communes=True).dropna(subset=["code_insee"])
        of_commune = rows.drop_duplicates("code_insee").set_index("code_insee")["id_ti"]
        groups[f"ti {phase}"] = of_commune, tiGIS.load_territoires_industrie(phase)["nom"]
    whole = tiGIS.enclavement.service_summary(table).loc["all"]
    whole["share_covered_pct"] = 100.0
    parts = {("territoire", name): whole}
    for kind, (to, names) in groups.items():
        # a territory may go beyond: the share of its people who are counted here stands beside
        everyone = people.groupby(to.reindex(people.index)).sum()
        for code, row in tiGIS.enclavement.service_summary(table, to.reindex(table.index)).iterrows():
            row["share_covered_pct"] = 100 * row["population"] / everyone[code]
            parts[kind, f"{names.get(code, code)}"] = row
    result = pd.DataFrame(parts).T.rename_axis(["kind", "nom"])
    return result.astype(float)


def remoteness(
    network: tiGIS.RoadNetwork,
    communes: gpd.GeoDataFrame,
    data: Path,
    jobs: pd.Series,
    out: Path,
) -> pd.DataFrame:
    """Test the Senate's bill of 2019 with its urban units, where they are known."""
    path = maybe(data, "*appartenance*")
    if path is None:
        return pd.DataFrame(index=communes.index)
    units = tiGIS.sources.read_insee_appartenance(path)["UU2020"]
    country = tiGIS.load_communes(map_year=YEAR)
    halls = town_hall_points(country).join(country["nom"])
    unmatched = halls.index.difference(units.index)
    print(f"Unités urbaines : {len(unmatched)} communes de {YEAR} sans ligne dans la table d'appartenance")
    targets = {
        **load_targets(["motorway", "tgv", "prefecture"]),
        **urban_unit_targets(halls, units.reindex(halls.index), jobs),
    }
    access = access_times(network, town_hall_points(communes), targets)
    columns = {}
    for strict in (True, False):
        for logic in ("either", "both"):
            test = legal_remoteness(access, law="2019", logic=logic, strict_band=strict)
            columns[f"remote_2019_{'strict' if strict else 'wide'}_{logic}"] = test["remote"]
    table = access.join(pd.DataFrame(columns))
    write(table, out / "services_loi_2019_communes.csv")
    area = tiGIS.area_km2(communes).reindex(access.index)
    people = communes["population"].reindex(access.index)
    readings = {
        name: legal_readings(access, people, area, law="2019", strict_band=strict)
        for name, strict in (("1 500 à 5 000 emplois", True), ("1 500 emplois et plus", False))
    }
    compared = pd.concat(readings, names=["unités urbaines"])
    write(compared, out / "services_loi_2019.csv")
    print(compared[["places", "people", "people_share_pct"]].round(1).to_string())
    kept = table[[*columns, "urban_unit_min", "urban_unit_name", "large_urban_unit_min", "tgv_min"]]
    kept.attrs = dict(test.attrs)
    return kept


def origins(
    network: tiGIS.RoadNetwork,
    communes: gpd.GeoDataFrame,
    data: Path,
    facilities: pd.DataFrame,
    nomenclature: str,
    out: Path,
) -> None:
    """Compare the minutes to emergency departments from the town hall and from where people live."""
    path = maybe(data, "*grid*.gpkg")
    if path is None:
        return
    cells = gpd.read_file(path)
    column = next(name for name in cells.columns if name.lower() in {"ind", "population"})
    points = population_points(communes.to_crs(2154), cells, people=column)
    points = points[points["from_grid"]]
    if not len(points):
        print(f"{path.name} ne couvre aucune de ces communes : origines non comparées")
        return
    halls = town_hall_points(tiGIS.load_communes(map_year=YEAR))
    kinds = [kind for types in facility_items("emergency", nomenclature).values() for kind in types]
    there = facilities[facilities[kinds].sum(axis=1) > 0].index.intersection(halls.index)
    minutes = {
        name: nearest(
            NetworkTimes(network, start, halls.loc[there], too_far="unreachable"), allow_zero_intrazonal=True
        )["time_min"]
        for name, start in (("mairie", halls.loc[points.index]), ("habitants", points))
    }
    compared = compare_origins(minutes["mairie"], minutes["habitants"])
    write(compared, out / "services_urgences_origines.csv")
    weights = points["population"]
    apart = (compared["difference"].abs() * weights).sum() / weights.sum()
    print(
        f"Urgences depuis la mairie ou depuis les habitants ({len(points)} communes du carroyage) : "
        f"{apart:.1f} min d'écart en moyenne, {compared['difference'].abs().max():.1f} au plus"
    )


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, with what it says of itself beside it."""
    table.to_csv(path, float_format="%.3f", encoding="utf-8")
    limits = [each["fr"] for each in description(table)["limits"]]
    if limits:
        path.with_suffix(".txt").write_text("\n".join(limits) + "\n", encoding="utf-8")


def neighbours(
    country: gpd.GeoDataFrame, communes: gpd.GeoDataFrame, margin_km: float = 35
) -> gpd.GeoDataFrame:
    """Give the communes around, to give the territory a place."""
    west, south, east, north = communes.total_bounds
    margin = 1000 * margin_km
    around = country[~country.index.isin(communes.index)].to_crs(communes.crs)
    return around.cx[west - margin : east + margin, south - margin : north + margin]


def towns_apart(drawn: gpd.GeoDataFrame, apart_km: float = 9, most: int = 6) -> list[str]:
    """Name the largest communes that leave each other room on the map."""
    chosen: list[str] = []
    points = drawn.geometry.representative_point()
    for code in drawn["population"].sort_values(ascending=False).index:
        if len(chosen) < most and (points[chosen].distance(points[code]) > 1000 * apart_km).all():
            chosen.append(code)
    return drawn.loc[chosen, "nom"].tolist()


def page(drawn: gpd.GeoDataFrame, layers: list[Layer], around: gpd.GeoDataFrame, **options: object):
    """Draw a page with what all have in common: the households without a car beside each result."""
    facts = dict(options.pop("facts", {}))
    if "carless_share_pct" in drawn:
        facts["carless_share_pct"] = ("Ménages sans voiture (2021)", "%")
    return choropleth(
        drawn,
        layers,
        population="population",
        kind="commune",
        facts=facts,
        context=around,
        outlines=drawn.dissolve(),
        labels=towns_apart(drawn),
        **options,
    )


def basket_map(drawn: gpd.GeoDataFrame, around: gpd.GeoDataFrame, name: str, year: int):
    """Map the minutes to the services of daily life."""
    people = drawn["population"]
    far = 100 * people[drawn["basket_min"] > 7].sum() / people[drawn["basket_min"].notna()].sum()
    names = {
        "basket_min": "Panier de la vie courante (22 services, moyenne)",
        "urgences_min": "Service d’urgences le plus proche",
        "formation professionnelle_min": "Lieu de formation professionnelle le plus proche",
        "gare_min": "Gare ou halte la plus proche",
    }
    return page(
        drawn,
        [
            Layer(
                column=column,
                label=label,
                unit="min",
                unit_label="temps en voiture, sans bouchon",
                year=year,
                method="pretty",
                palette="enclavement",
                reasons="pas de route assez proche",
            )
            for column, label in names.items()
        ],
        around,
        title=(
            f"{number(far, 0)}\u202f% des habitants sont à plus de 7 minutes, en moyenne, des services de "
            "la vie courante"
        ),
        subtitle=(f"Temps en voiture de mairie à mairie, équipements de {year}, par commune\u202f: {name}"),
        facts={"pharmacie_min": ("Pharmacie", "min"), "collège_min": ("Collège", "min")},
    )


def doctors_map(drawn: gpd.GeoDataFrame, around: gpd.GeoDataFrame, name: str, year: int):
    """Map doctors as UFC-Que Choisir reads them, and by the weights of the APL."""
    people, nation = drawn["population"], description(drawn)["nation"]
    desert = {kind: 100 * people[drawn[f"{kind}_reading"] == "desert"].sum() / people.sum() for kind in KINDS}
    worst = max(desert, key=lambda kind: desert[kind])
    layers = []
    for kind in sorted(KINDS, key=lambda kind: kind != worst):
        column = f"{kind}_shown"
        drawn[column] = drawn[f"{kind}_reading"].map(READINGS)
        shades = {READINGS[reading]: shade for reading, shade in SHADES.items()}
        layers.append(
            Layer(
                column=column,
                label=f"{kind.capitalize()}s à moins de {30 if kind == KINDS[0] else 45} minutes",
                year=year,
                palette=[shades[label] for label in drawn[column].value_counts().index],
            )
        )
    layers += [
        Layer(
            column=f"apl_{version}",
            label=f"Généralistes, poids de l’APL de {version}",
            unit_label="pour 100\u202f000 habitants, en tenant compte des voisins",
            year=year,
            method="quantiles",
            palette="people",
            decimals=0,
            reference=nation["généraliste"]["per_100000"],
            reference_label="métropole",
        )
        for version in ("2015", "2012")
    ]
    return page(
        drawn,
        layers,
        around,
        title=(
            f"{number(desert[worst], 0)}\u202f% des habitants vivaient en {year} dans un désert pour les "
            f"{worst}s, {number(desert[KINDS[0]], 0)}\u202f% pour les généralistes"
        ),
        subtitle=(
            f"Médecins par habitant à moins de 30 minutes (généralistes) ou 45 (spécialistes), comparés à la "
            f"métropole, {year}\u202f: {name}"
        ),
        facts={
            f"{kind}_per_100000": f"{kind.capitalize()}s accessibles pour 100\u202f000 habitants"
            for kind in KINDS
        },
    )


def jobs_map(drawn: gpd.GeoDataFrame, around: gpd.GeoDataFrame, name: str, year: int):
    """Map the jobs within a drive."""
    mean = (drawn["jobs_within_45_min"] * drawn["population"]).sum() / drawn["population"].sum()
    counted = [
        Layer(
            column=f"jobs_within_{minutes}_min",
            label=f"Emplois à moins de {minutes} minutes",
            unit_label="emplois au lieu de travail",
            year=2018,
            method="quantiles",
            palette="people",
            decimals=0,
        )
        for minutes in (45, 30)
    ]
    reached = [
        Layer(
            column=f"jobs_{amount}_min",
            label=f"Temps jusqu’à {number(amount, 0)} emplois",
            unit="min",
            unit_label="temps en voiture, sans bouchon",
            year=2018,
            method="pretty",
            palette="enclavement",
        )
        for amount in (10_000, 50_000, 100_000)
    ]
    return page(
        drawn,
        [*counted, *reached],
        around,
        title=f"À 45 minutes de route, un habitant atteint {number(mean, -3)} emplois en moyenne",
        subtitle=f"Emplois de 2018 à moins de 30 et 45 minutes en voiture de chaque mairie\u202f: {name}",
    )


def law_map(drawn: gpd.GeoDataFrame, around: gpd.GeoDataFrame, name: str, law: pd.DataFrame):
    """Map the Senate's bill of 2019, with its urban units."""
    shades = {
        "oui, dans les deux lectures": "#a63603",
        "oui, si les deux bornes comptent": "#fd8d3c",
        "non": "#feedde",
    }
    layers = []
    for band, label in (
        ("strict", "Unités urbaines de 1\u202f500 à 5\u202f000 emplois (texte)"),
        ("wide", "Unités urbaines de 1\u202f500 emplois et plus"),
    ):
        either, both = (drawn[f"remote_2019_{band}_{logic}"] for logic in ("either", "both"))
        column = f"law_{band}"
        drawn[column] = [
            list(shades)[0 if one else 1 if other else 2] if pd.notna(one) else None
            for one, other in zip(either, both, strict=True)
        ]
        drawn_here = drawn[column].value_counts().index
        layers.append(Layer(column=column, label=label, palette=[shades[text] for text in drawn_here]))
    same = drawn["law_strict"].equals(drawn["law_wide"])
    drawn.attrs = dict(law.attrs)
    describe(
        drawn, limits=[note("Emplois de 2018, unités urbaines de 2020.", "Jobs of 2018, units of 2020.")]
    )
    remote = drawn["remote_2019_strict_either"].fillna(False).astype(bool)
    share = 100 * drawn.loc[remote, "population"].sum() / drawn["population"].sum()
    return page(
        drawn,
        layers[:1] if same else layers,
        around,
        notes="Compter aussi les unités urbaines de plus de 5\u202f000 emplois ne change rien."
        if same
        else (),
        title=(
            f"Le Sénat, en 2019, aurait dit enclavées {int(remote.sum())} communes sur {len(drawn)}, "
            f"où vivent {number(share, 0)}\u202f% des habitants"
        ),
        subtitle=(
            "À plus de 50 km et 45 minutes d’une petite unité urbaine et d’une autoroute, ou à plus de "
            f"60 minutes d’une gare à grande vitesse (texte jamais promulgué)\u202f: {name}"
        ),
        facts={
            "urban_unit_name": "Unité urbaine de 1\u202f500 à 5\u202f000 emplois la plus proche",
            "urban_unit_min": ("À", "min"),
            "tgv_min": ("Gare à grande vitesse à", "min"),
        },
    )


if __name__ == "__main__":
    try:
        main()
    except tiGIS.TigisError as error:
        raise SystemExit(str(error)) from None
