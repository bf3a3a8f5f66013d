"""No sentence is written about what is not known: portraits of all kinds of territories, read as text."""

import html
import re

import pytest
from click.testing import CliRunner

import tiGIS
from tiGIS.cli import tigis
from tiGIS.portrait import find_subject, portrait
from tiGIS.portrait._blocks import count_among
from tiGIS.portrait._enclavement import _ways_in_words
from tiGIS.portrait._subject import Peers, peers_in_words

FAULTS = {
    "fr": r"\bnan\b|None|\bsur 0\b|\bles 0\b|(?<![\d ,])(?:0 (?:communes?|chemins?|habitants?)"
    r"|1 (?:communes|habitants|intercommunalités|friches|chemins|territoires))\b"
    r"|donnée absente (?:habitants|km)",
    "en": r"\bnan\b|None|\bof 0\b|\bthe 0\b"
    r"|(?<![\d ,])(?:0 (?:ways|cuts)|1 (?:communes|ways|cuts|territories))\b",
}
SAMPLE = {
    "242000354": None,  # CA de Bastia: five communes, no road to a motorway, no legal test
    "200060473": None,  # overseas, its population not known in 2022
    "ti-0601": None,  # a Territoire d'industrie overseas
    "200054781": None,  # Grand Paris: no other of its size
    "Carros": "2018-2022",  # a Territoire d'industrie of one commune
    "ti-7601": "2018-2022",
    "200073419": None,  # Le Puy-en-Velay: communes whose population did not change
}


def text_of(page):
    """Read a page as its reader does, with plain spaces."""
    page = re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("territory", SAMPLE)
def test_no_sentence_about_what_is_not_known(territory, lang):
    text = text_of(portrait(territory, phase=SAMPLE[territory], lang=lang))
    found = re.search(FAULTS[lang], text)
    assert found is None, text[max(0, found.start() - 80) : found.end() + 80]


def test_bastia_has_no_map_of_minutes_nor_count_of_cuts():
    text = text_of(portrait("242000354"))
    assert "ne mène d’ici à aucune entrée d’autoroute : ce temps n’est pas connu" in text
    assert "leur nombre n’est pas connu" in text
    assert "à plus de 45 minutes" not in text


def test_the_law_is_not_counted_where_it_does_not_apply():
    said = CliRunner().invoke(tigis, ["enclavement", "242000354"]).output
    assert "ne visent pas la Corse" in said
    assert "straight" not in said
    communes = tiGIS.load_communes(epci="242000354")
    table = tiGIS.enclavement.commune_table(tiGIS.load_interurban_network(), communes)
    readings = tiGIS.enclavement.legal_readings(table, table["population"], table["area_km2"])
    assert readings.isna().all(axis=None)


def test_places_overseas_are_told_what_is_missing():
    with pytest.raises(tiGIS.InputError, match="are overseas, and the bundled network"):
        tiGIS.enclavement.town_hall_points(tiGIS.load_communes(departement="976"))


def test_grand_paris_is_not_its_own_peer():
    text = text_of(portrait("200054781"))
    assert "aucune autre intercommunalité du programme" in text


@pytest.mark.parametrize(
    ("count", "words"), [(0, "aucune commune sur 9"), (1, "1 commune sur 9"), (2, "2 communes")]
)
def test_counts_agree_in_number(count, words):
    assert text_of(count_among(count, 9, "fr")).startswith(words)


def test_one_way_out_and_one_peer_are_singular():
    assert "une même route" in _ways_in_words(1, "fr")
    assert "n’est pas connu" in _ways_in_words(0, "fr")
    assert "not known" in _ways_in_words(float("nan"), "en")
    subject = find_subject("200066918")
    words = peers_in_words(subject, Peers([subject.code, "x"], ()), "fr")
    assert "l’autre intercommunalité qui a des communes" in words
