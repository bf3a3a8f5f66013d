"""Finding a territory by its name or code."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiGIS
from tiGIS import AmbiguousTerritoryError, InputError, TerritoryNotFoundError
from tiGIS.territory import load_memberships
from tiGIS.territory._find import find_among
from tiGIS.territory._members import zone_of_communes
from tiGIS.territory._naming import KINDS, names_of_map, plain


def found(text, **how):
    return [(territory.kind, territory.code) for territory in tiGIS.find_territory(text, **how)]


ALES = [("epci", "200066918"), ("ti", "ti-7601"), ("commune", "30007"), ("ti", "ti-7602")]


@pytest.mark.parametrize(
    "text", ["Alès", "ales", "ALÈS", " Ales ", "alès agglo", "Communauté d'agglomération d'Alès"]
)
def test_ales_is_an_epci_a_commune_and_a_territoire(text):
    assert found(text)[0] == ALES[0]
    assert sorted(found(text)) == sorted(ALES)


def test_whoever_has_the_whole_name_comes_first():
    assert found("Alès") == ALES  # "Bassin d'Alès" last
    assert found("Val-d'Oise")[0] == ("departement", "95")  # CC du Val de l'Oise is in Picardie
    assert found("Bouches-du-Rhône") == [("departement", "13")]
    assert found("Mayotte")[0] == ("departement", "976")  # of one place: département, region, industry
    assert found("département de la Loire")[0] == ("departement", "42")
    assert found("Territoire d'industrie d'Alès") == [("ti", "ti-7601")]


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("La Réunion", ["commune 47222", "departement 974", "region 04"]),
        ("réunion", ["commune 47222", "departement 974"]),
        ("Loire", ["commune 49178 Loiré", "departement 42 Loire"]),
        ("Vienne", ["commune 38544", "departement 86"]),
        ("Le Vigan", ["commune 30350", "commune 46334"]),
    ],
)
def test_namesakes_in_different_places_are_asked_about(text, answers):
    with pytest.raises(AmbiguousTerritoryError) as caught:
        tiGIS.find_territory(text)
    for answer in answers:
        assert answer in str(caught.value)


def test_a_kind_chooses_among_namesakes():
    assert found("La Réunion", kind="departement") == [("departement", "974")]
    assert found("Loire", kind="departement") == [("departement", "42")]


def test_some_kinds_alone_say_what_else_the_name_is():
    with pytest.raises(TerritoryNotFoundError, match="no EPCI or Territoire") as caught:
        find_among("Haute-Corse", ("epci", "ti"))
    assert "It is departement 2B Haute-Corse" in str(caught.value)
    with pytest.raises(TerritoryNotFoundError, match="It is departement 48 Lozère"):
        find_among("Lozère", ("epci", "ti"))  # "Nord Lozère" and "Coeur de Lozère" are called so in part only
    assert find_among("Grenoble", ("epci", "ti"))[0].code == "200040715"  # Grenoble-Alpes-Métropole


def test_first_words_are_enough_beside_other_kinds():
    assert found("Grenoble") == [("commune", "38185"), ("epci", "200040715")]  # Grenoble-Alpes-Métropole
    # Nevers Val de Loire, in both phases
    assert found("Nevers")[-2:] == [("ti", "ti-2707"), ("ti", "ti-2706")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("St Christol lez Ales", "30243"),
        ("oeuilly", None),
        ("L'ÎLE-D'YEU", "85113"),
        ("Y", "80829"),
        ("2A004", "2A004"),
    ],
)
def test_spelling_does_not_matter(text, expected):
    if expected is None:
        with pytest.raises(AmbiguousTerritoryError):
            tiGIS.find_territory(text, "commune")
    else:
        assert found(text, kind="commune") == [("commune", expected)]


def test_namesakes_are_listed_and_a_departement_chooses():
    with pytest.raises(AmbiguousTerritoryError) as caught:
        tiGIS.find_territory("Saint-Denis")
    for code in ("11339", "30247", "93066", "97411"):
        assert code in str(caught.value)
    assert found("Saint-Denis", departement="30") == [("commune", "30247")]


def test_a_reused_id_answers_in_both_phases_unless_one_is_said():
    assert len(found("ti-7601")) == 2
    assert [territory.phase for territory in tiGIS.find_territory("ti-7601")] == ["2023-2027", "2018-2022"]
    (territory,) = tiGIS.find_territory("ti-7601", phase="2023-2027")
    assert (territory.nom, territory.phase) == ("Alès", "2023-2027")


def test_a_typo_gets_a_suggestion():
    with pytest.raises(TerritoryNotFoundError, match="Did you mean: CA Alès Agglomération"):
        tiGIS.find_territory("Alse")
    with pytest.raises(TerritoryNotFoundError, match="Check the spelling"):
        tiGIS.find_territory("qqqqqqqqqq")


def test_a_name_of_another_map_is_pointed_at():
    with pytest.raises(TerritoryNotFoundError, match="year=2025"):
        tiGIS.find_territory("Thoiras-Corbès")
    assert found("Thoiras-Corbès", year=2025) == [("commune", "30329")]


@pytest.mark.parametrize(("code", "city"), [("75116", "75056"), ("69383", "69123"), ("13201", "13055")])
def test_an_arrondissement_points_at_its_city(code, city):
    with pytest.raises(TerritoryNotFoundError, match=city):
        tiGIS.find_territory(code)
    assert city in tiGIS.load_communes(departement=city[:2]).index


def test_bad_questions_are_refused():
    with pytest.raises(InputError, match="no letter"):
        tiGIS.find_territory(" - ")
    with pytest.raises(InputError, match="epci"):
        tiGIS.find_territory("Alès", kind="EPCI")


@pytest.mark.parametrize(
    ("text", "how", "error", "message"),
    [
        (30007, {}, InputError, "text: 30007; expected a string"),
        (None, {}, InputError, "text: None"),
        ("Alès", {"departement": 30}, InputError, "departement: 30; expected a string"),
        ("Alès", {"departement": "99"}, TerritoryNotFoundError, "departement: '99'"),
        ("1004", {}, TerritoryNotFoundError, "'01004' is Ambérieu-en-Bugey"),
        ("Alès", {"phase": "2018"}, InputError, "'2018-2022' or"),
    ],
)
def test_odd_questions_get_a_clear_error(text, how, error, message):
    with pytest.raises(error, match=message):
        tiGIS.find_territory(text, **how)


@settings(max_examples=25)  # each compares the text with 38,000 names
@given(st.text(max_size=30))
def test_any_text_gets_an_answer_or_a_clear_error(text):
    try:
        territories = tiGIS.find_territory(text)
    except tiGIS.TigisError as error:
        assert str(error)
    else:
        assert territories


@given(st.text(max_size=40))
def test_plain_names_stay_as_they_are(text):
    assert plain(plain(text)) == plain(text)


def test_zones_d_emploi_are_those_of_insee_and_straddle_regions():
    zone = tiGIS.find_territory("zone d'emploi d'Alès")[0]
    assert str(zone) == "zone_emploi 7603 Alès-Le Vigan"
    assert len(zone.codes()) == 173  # as Insee counts them in its table of 2022: none has merged since
    assert zone.codes() == tiGIS.find_territory("Alès", "zone_emploi")[0].codes()
    assert [known.kind for known in tiGIS.find_territory("Alès-Le Vigan")] == ["zone_emploi"]
    assert "zone_emploi" not in [known.kind for known in tiGIS.find_territory("Grenoble")]  # but the town
    every = names_of_map(2024)
    assert (every["kind"] == "zone_emploi").sum() == 306
    zones = zone_of_communes(2024)
    members = load_memberships(2024)
    assert list(zones.index) == list(members.index)
    regions = members["region"].groupby(zones).nunique()
    assert regions.loc["0055"] == 2  # Bollène-Pierrelatte
    assert regions.max() > 1 and regions.loc["7603"] == 1


@pytest.mark.parametrize("year", [2021, 2022, 2025])
def test_a_merged_commune_is_in_one_zone_of_each_map(year):
    zones = zone_of_communes(year)
    assert zones.index.is_unique
    assert set(zones.index) == set(load_memberships(year).index)
    assert zones.nunique() == 306


def test_a_zone_s_code_is_not_a_commune_s_without_its_zero():
    with pytest.raises(tiGIS.AmbiguousTerritoryError, match=r"zone_emploi 8401 Annecy\n  commune 08401 "):
        tiGIS.find_territory("8401")
    assert tiGIS.find_territory("8401", "zone_emploi")[0].nom == "Annecy"
    assert tiGIS.find_territory("08401")[0].kind == "commune"
    assert tiGIS.find_territory("7603")[0].kind == "zone_emploi"  # there is no commune 07603


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_its_communes(kind):
    example = {
        "epci": "200066918",
        "ti": "Alès",
        "commune": "30007",
        "ept": "200058014",
        "zone_emploi": "7603",
    }
    asked = example.get(kind, "Gard" if kind == "departement" else "Corse")
    territory = tiGIS.find_territory(asked, kind)[0]
    communes = territory.communes()
    assert communes.index.tolist() == sorted(territory.codes())
    assert len(communes)
