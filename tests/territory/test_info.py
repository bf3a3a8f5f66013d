"""``tigis info``."""

import pytest
from click.testing import CliRunner

from tiGIS import InputError, TigisError
from tiGIS.cli import tigis
from tiGIS.territory import load_memberships, summarise_territory


def run(*arguments):
    return CliRunner().invoke(tigis, ["info", *arguments])


def test_ales_in_french():
    text = run("200066918").output
    for part in (
        "CA Alès Agglomération",
        "134\u202f056 habitants (recensement 2021)",
        "920,9 km² (146 hab./km²",
        "dessinée : 924,1 km²",
        "Gard (30)",
    ):
        assert part in text
    assert "Bassin d'Alès (ti-7602, phase 2018-2022)" in text
    assert "et 64 autres" in text


def test_ales_in_english_with_all_communes():
    text = run("Alès", "--lang", "en", "--all").output
    assert "134,056 people (census 2021)" in text
    assert "Corbès" in text
    assert "See also" in text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_one_commune_is_never_left_for_more(lang):
    members = load_memberships()
    sizes = members["siren"].value_counts()
    siren = sizes.index[sizes == 9][0]
    text = run(siren, "--lang", lang).output
    assert ("9\u00a0: " if lang == "fr" else "9: ") in text
    assert all(nom in text for nom in members.loc[members["siren"] == siren, "nom"])
    assert "--all" not in text


def test_a_name_of_several_words_needs_no_quotes():
    assert "Nevers Val de Loire" in run("nevers", "val", "de", "loire").output


def test_an_unknown_population_is_said():
    assert "inconnue" in run("29155", "--year", "2021").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["Saint-Denis"], "93066"), (["Alse"], "Did you mean"), (["La Réunion"], "departement 974")],
)
def test_errors_say_what_to_do(arguments, message):
    error = run(*arguments).exception
    assert isinstance(error, TigisError)
    assert message in str(error)


@pytest.mark.parametrize("thing", ["200035731", "Alès", None, 30007])
def test_a_summary_is_of_a_territory_that_was_found(thing):
    with pytest.raises(InputError, match=r"^territory: .*find_territory"):
        summarise_territory(thing)
