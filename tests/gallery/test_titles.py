"""Each figure in a title of a committed page, worked out anew from the bundled tables by plain pandas.

Minutes and ranks need the network: ``test_measures.py`` holds them, each by another path than the gallery's.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import pandas as pd
import pytest

from tiGIS.gallery import chosen_pages

ROOT = Path(__file__).resolve().parents[2]
ALES = "200066918"

# what the network gives is recomputed in test_measures.py, and the error of the methods in test_gallery.py
ELSEWHERE = {
    *("ales_temps", "ales_loi", "ales_contraste", "ales_travail", "ales_compte", "ales_n106", "ales_gares"),
    *("territoires_enclavement", "ales_rose", "methodes"),
}


def table(name: str) -> pd.DataFrame:
    return pd.read_parquet(ROOT / "data" / "geo" / f"{name}.parquet")


def said(name: str) -> tuple[str, str]:
    """Give title and subtitle of a committed page."""
    page = (ROOT / "maps" / f"{name}.html").read_text(encoding="utf-8")
    found = (re.search(f"<{tag}>(.*?)</", page)[1] for tag in ("title", 'p class="subtitle"'))
    title, subtitle = (html.unescape(text).replace("\u202f", " ").replace("\u00a0", " ") for text in found)
    return title, subtitle


def spaced(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


@pytest.fixture(scope="module")
def communes() -> pd.DataFrame:
    """Give every commune of the map of 2024 with its people of 2018 and 2022."""
    by_year = table("communes_by_year")
    now = by_year[by_year["year"] == 2024].set_index("code_insee")
    people = table("populations").set_index("code_insee")
    of_2022 = people.query("census_year == 2022 and map_year == 2024")["population"].astype(float)
    then = people.query("census_year == 2018 and map_year == 2021")["population"].astype(float)
    changes = table("commune_changes").query("year_from >= 2021 and year_to <= 2024")
    for (_, year), some in changes.groupby(["year_from", "year_to"]):
        assert year <= 2024
        for old, into in some.groupby("code_from")["code_to"]:
            share = of_2022.reindex(into)  # one commune, or the pieces of one that was split
            for code, part in zip(into, share / share.sum() if len(into) > 1 else [1.0], strict=True):
                moved = then[old] * part
                then[code] = moved if code == old else then.get(code, 0.0) + moved
            if old not in set(into):
                then = then.drop(old)
    return now.assign(p18=then.reindex(now.index), p22=of_2022.reindex(now.index))


def test_every_page_has_its_figures_checked():
    here = {"ales_population", "territoires_population", "ales_friches", "ales_inondation"}
    assert here | ELSEWHERE == {page.name for page in chosen_pages()}


def test_people_of_ales(communes):
    own = communes[communes["siren"] == ALES]
    gained, falling = own["p22"].sum() - own["p18"].sum(), int((own["p22"] < own["p18"]).sum())
    title, _ = said("ales_population")
    assert own[["p18", "p22"]].notna().all(axis=None)
    assert title == (
        f"Alès Agglomération gagne {spaced(gained)} habitants de 2018 à 2022, "
        f"mais {falling} communes sur {len(own)} en perdent"
    )


def test_people_of_the_industrial_territories(communes):
    members = table("territoires_industrie").query("phase == '2018-2022'")
    former = table("communes_by_year")
    found = {}
    for territory, rows in members.groupby("id_ti"):
        codes: set[str] = set(rows["code_insee"].dropna())
        for siren in rows["siren"].dropna():
            key = "siren_ept" if (rows.loc[rows["siren"] == siren, "type_membre"] == "ept").any() else "siren"
            # an intercommunality that has gone since is what it was the last year that it stood
            last = former.loc[(former[key] == siren) & (former["year"] <= 2024), "year"].max()
            codes |= set(former.loc[(former[key] == siren) & (former["year"] == last), "code_insee"])
        found[territory] = communes.reindex(sorted(codes)).dropna(subset=["p18", "p22"])
    falling = sum(own["p22"].sum() < own["p18"].sum() for own in found.values())
    together = communes.loc[sorted(set().union(*(own.index for own in found.values())))]
    whole = communes.dropna(subset=["p18", "p22"])
    gains = [100 * (one["p22"].sum() / one["p18"].sum() - 1) for one in (together, whole)]
    title, subtitle = said("territoires_population")
    numbers = [f"{gain:.1f} %".replace(".", ",") for gain in gains]
    assert title == (
        f"{falling} Territoires d’industrie sur {len(found)} perdent des habitants de 2018 à 2022 ; "
        f"ensemble, ils en gagnent {numbers[0]}, la France {numbers[1]}"
    )
    assert f"les {len(found)} Territoires d’industrie" in subtitle


def test_brownfields_of_ales():
    reference = table("ales_reference").set_index("indicator")["value"]
    free, asked = (reference[f"{kind}_business_land"] for kind in ("available", "requested"))
    listed = table("ales_brownfields_2024")["site_surface"]
    assert listed.notna().all()
    title, _ = said("ales_friches")
    assert title == (
        f"{free:.0f} ha libres pour {asked:.0f} ha demandés : les {listed.sum() / 1e4:.0f} ha de friches "
        "recensées restent à vérifier une à une"
    )


def test_flood_plans_of_ales(communes):
    plans = table("ales_gaspar_2024").set_index("code_insee")
    own = communes.index[communes["siren"] == ALES]
    assert set(plans.index) == set(own)
    # what is not known is no plan: an empty cell counts on neither side
    named = plans[["azi", "pprt"]].apply(lambda column: column.fillna("").str.strip() != "").sum()
    title, _ = said("ales_inondation")
    assert named["azi"] == len(own)
    assert title == (
        f"Les {len(own)} communes d’Alès Agglomération sont toutes concernées par un atlas de zones "
        f"inondables ; {named['pprt']} le sont aussi par un plan de risques technologiques"
    )


@pytest.mark.browser
def test_people_of_an_age_are_called_so_on_the_drawn_page(browser):
    ages = table("iris_2021_communes").set_index("code_insee").loc["30007"]
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(300_000)
    page.goto((ROOT / "maps" / "ales_travail.html").as_uri() + "#t=30007")
    page.wait_for_selector("html[data-ready=yes]")
    heads = page.locator(".panel dt").all_inner_texts()
    figures = [text.replace("\u202f", " ") for text in page.locator(".panel dd").all_inner_texts()]
    shown = dict(zip(heads, figures, strict=True))
    page.close()
    assert shown["Habitants de 20 à 64 ans"] == spaced(ages["population_20_64"])
    everybody = table("populations").query("code_insee == '30007' and map_year == 2024")
    assert shown["Habitants"] in {spaced(people) for people in everybody["population"]}
    assert shown["Habitants"] != shown["Habitants de 20 à 64 ans"]
