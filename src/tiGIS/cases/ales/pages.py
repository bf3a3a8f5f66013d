"""The pages of Alès, in the order in which a mayor reads, and what the page of methods says of them."""

from __future__ import annotations

import tiGIS
from tiGIS.cases.ales import CASE, business_land
from tiGIS.cases.ales.n106 import n106, stations
from tiGIS.cases.ales.place import PLACE
from tiGIS.gallery import (
    WORK_CUTOFF_MIN,
    Destination,
    Measure,
    Page,
    account,
    brownfields,
    contrast,
    flood_plans,
    legal,
    minutes,
    population,
    ranking,
    rose,
    sites_at_town_halls,
    workers_within,
)
from tiGIS.land import LandSites, brownfield_account
from tiGIS.maps import TigisMap
from tiGIS.provenance import inherit

_BASINS = ("Gardons", "Cèze", "Vidourle")
_LISTED = "mars 2024"  # when Cartofriches was read
_TWO_HALVES = "Le nord-ouest et le sud-est"
_AROUND = ["30", "48", "07", "34", "84", "12"]


def _minutes() -> TigisMap:
    targets = tiGIS.enclavement.load_targets(["motorway", "tgv"])
    halls = tiGIS.territory.load_town_halls()
    accesses = targets["motorway"]
    on_the_a9 = accesses[["A9" in str(routes).split() for routes in accesses["nom"]]]
    inherit(on_the_a9, accesses)
    to = {
        "nimes": Destination(halls.loc[["30189"]], "Jusqu’à Nîmes", "de Nîmes"),
        "montpellier": Destination(halls.loc[["34172"]], "Jusqu’à Montpellier", "de Montpellier"),
        "a9": Destination(on_the_a9, "Jusqu’à l’A9", "de l’A9"),
        "tgv": Destination(targets["tgv"], "Jusqu’à une gare à grande vitesse", "d’un TGV"),
    }
    return minutes(PLACE, to, "a9", {"a9_name": "Entrée de l’A9", "tgv_name": "Gare à grande vitesse"})


def _contrast() -> TigisMap:
    return contrast(PLACE, ", au nord et à l’ouest")


def _workers() -> TigisMap:
    sites = sites_at_town_halls(PLACE, tiGIS.datasets.ales_sites())
    return workers_within(PLACE, sites, "Granier 2023 (sites)")


def _brownfields() -> TigisMap:
    no_polygon = tiGIS.datasets.ales_risk_plans().attrs["tigis"]["limits"][1]["fr"]
    return brownfields(PLACE, tiGIS.datasets.ales_brownfields(), business_land(), _LISTED, no_polygon)


def _account() -> TigisMap:
    return account(PLACE, tiGIS.datasets.ales_brownfields(), business_land(), _LISTED)


PAGES = (
    Page("ales_temps", "where", CASE.key, _minutes),
    Page("ales_loi", "where", CASE.key, lambda: legal(PLACE)),
    Page("ales_contraste", "contrast", CASE.key, _contrast, _TWO_HALVES),
    Page("ales_population", "contrast", CASE.key, lambda: population(PLACE), _TWO_HALVES),
    Page("ales_travail", "work", CASE.key, _workers),
    Page("ales_friches", "land", CASE.key, _brownfields),
    Page("ales_compte", "land", CASE.key, _account),
    Page(
        "ales_inondation",
        "water",
        CASE.key,
        lambda: flood_plans(PLACE, tiGIS.datasets.ales_risk_plans(), _BASINS),
    ),
    Page("ales_n106", "project", CASE.key, n106, "La RN 106"),
    Page("ales_gares", "project", CASE.key, stations, "La RN 106"),
    Page(
        "territoires_enclavement",
        "ranking",
        "territoires",
        lambda: ranking(PLACE),
        "Alès parmi les Territoires d’industrie",
    ),
    Page(
        "ales_rose",
        "directions",
        CASE.key,
        lambda: rose(PLACE, tiGIS.load_communes(departement=_AROUND)),
    ),
)


def measures() -> list[Measure]:
    """Say how the pages of sites, of the RN 106, of land and of water are made, and their limits."""
    listed = LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields()).frame
    return [
        Measure(
            "Qui peut venir travailler",
            f"Habitants de 20 à 64 ans (recensement 2021) des communes à {WORK_CUTOFF_MIN} minutes au plus "
            "de celle du site\u202f; entre parenthèses, le compte si tous les temps sont faux de leur erreur "
            "médiane.",
            ["Des habitants, non des actifs\u202f; des mairies, non des logements ni des adresses de sites"],
        ),
        Measure(
            "RN 106 et gares",
            "Les mêmes temps, avant et après\u202f: une vitesse relevée, une route ou une gare ajoutée, "
            "le reste inchangé.",
            ["Le gain est plus petit que l’erreur du réseau\u202f: il donne un ordre de grandeur"],
        ),
        Measure(
            "Foncier et friches",
            "Surfaces telles que recensées\u202f; le compte ôte chaque friche une fois, par la première "
            "raison qui vaut.",
            Measure.limits_of(brownfield_account(listed)),
        ),
        Measure(
            "Eau",
            "Les atlas et les plans qui nomment chaque commune (Gaspar).",
            Measure.limits_of(tiGIS.datasets.ales_risk_plans()),
        ),
    ]
