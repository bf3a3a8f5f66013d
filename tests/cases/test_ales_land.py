"""The maps of water and land around Alès say their figures, and what is not known."""

from __future__ import annotations

from tiGIS.cases.ales import pages


def test_brownfields_are_shown_with_what_is_not_known() -> None:
    page = pages._brownfields().page()
    assert "4 ha libres pour 17 ha demandés" in page.replace("\u202f", " ").replace("\u00a0", " ")
    for words in ("81 sont seulement", "87 de type inconnu", "sans contour", "PPRi du Gardon d", "TRI d"):
        assert words in page
    assert pages._brownfields().page() == page


def test_flood_plans_are_flags_and_the_missing_outline_is_said() -> None:
    chart = next(page for page in pages.PAGES if page.name == "ales_inondation").make()
    page = chart.page()
    assert "Les 72 communes d’Alès Agglomération" in page
    assert "pas un nombre d" in page
    assert "PPRi du Gardon d" in page
    assert chart.layers[0].counts() == [49, 15, 7, 1]
    assert sum(chart.layers[1].counts()) == 7
    assert chart.content.population is None  # no bars of people beside a flag
