"""Readers: each source's own words for class, access, direction and speed, into the same network."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from tiGIS import CRSError, DataFileError, InputError, read_osm_pbf, read_roads
from tiGIS.sources.reading.maxspeed import limits_by_direction, parse_maxspeed
from tiGIS.sources.reading.osm_access import car_access, node_stops_cars, read_access

X, Y = 700_000.0, 6_600_000.0


def row_of_roads(n, **columns):
    """A straight road of n sections of 1 km, with one value a section in each column."""
    lines = [LineString([(X + 1000 * k, Y), (X + 1000 * (k + 1), Y)]) for k in range(n)]
    return gpd.GeoDataFrame(columns, geometry=lines, crs=2154)


def by_way(network):
    return network.pieces().set_index("way_id")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("30 mph", 48.28),
        ("FR:urban", 50),
        ("fr:rural", 80),
        ("FR:motorway", 130),
        ("FR:zone30", 30),
        ("FR:30", 30),
        ("FR:zone:30", 30),
        ("none", 130),
        ("walk", 6),
        ("50;30", 30),
        ("12,5", 12.5),
        ("signals", np.nan),
        ("variable", np.nan),
        ("0", np.nan),
        ("999", np.nan),
        ("-20", np.nan),
        ("", np.nan),
    ],
)
def test_limits_are_read_as_osm_writes_them(text, expected):
    assert parse_maxspeed(text) == pytest.approx(expected, abs=0.01, nan_ok=True)


@given(st.text(max_size=20))
def test_any_text_gives_a_limit_or_none(text):
    value = parse_maxspeed(text)
    assert np.isnan(value) or 0 < value <= 160


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "primary"}, (True, True, False)),
        ({"oneway": "yes"}, (True, False, False)),
        ({"oneway": "-1"}, (False, True, False)),
        ({"oneway": "no", "junction": "roundabout"}, (True, True, False)),
        ({"junction": "roundabout"}, (True, False, False)),
        ({"junction": "circular"}, (True, False, False)),
        ({"highway": "motorway"}, (True, False, False)),
        ({"highway": "motorway_link"}, (True, True, False)),
        ({"oneway": "reversible"}, (False, False, False)),
        ({"oneway": "alternating"}, (False, False, False)),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, (True, True, False)),
        ({"access": "private"}, (False, False, False)),
        ({"access": "no", "motor_vehicle": "yes"}, (True, True, False)),
        ({"motor_vehicle": "no"}, (False, False, False)),
        ({"access": "destination"}, (True, True, True)),
        ({"access": "customers", "oneway": "yes"}, (True, False, True)),
        ({"vehicle": "destination", "motorcar": "permissive"}, (True, True, False)),
        ({"vehicle": "yes", "motorcar": "no"}, (False, False, False)),
        ({"motor_vehicle:backward": "no"}, (True, False, False)),
        ({"motor_vehicle:backward": "destination"}, (True, False, False)),
        ({"motor_vehicle": "agricultural;forestry"}, (False, False, False)),
        ({"motor_vehicle": "agricultural; Destination"}, (True, True, True)),
        ({"access": "private;yes"}, (True, True, False)),
    ],
)
def test_access_and_one_way_rules_of_osm(tags, expected):
    assert car_access(tags) == expected


@given(st.text(max_size=30))
def test_any_text_is_an_access_of_some_kind(text):
    assert read_access(text) in ("open", "destination", "shut")


@pytest.mark.parametrize(
    ("tags", "stops"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "block"}, True),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "no", "motorcar": "yes"}, False),
        ({"barrier": "gate", "access": "private;customers"}, False),
        ({"barrier": "lift_gate"}, False),
        ({"barrier": "toll_booth"}, False),
        ({"barrier": "cattle_grid"}, False),
        ({"barrier": "border_control"}, False),
        ({"barrier": "entrance"}, False),
        ({"barrier": "stile;gate"}, True),
        ({"barrier": "something else"}, None),
        ({"barrier": "something else", "access": "no"}, True),
        ({"highway": "crossing", "bicycle": "yes"}, False),
        ({"ford": "yes", "motor_vehicle": "no"}, True),
        ({"amenity": "parking", "access": "private"}, False),
    ],
)
def test_which_nodes_stop_cars(tags, stops):
    assert node_stops_cars(tags) is stops


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"maxspeed": "80"}, (80, 80)),
        ({"maxspeed": "80", "maxspeed:backward": "50"}, (80, 50)),
        ({"maxspeed:forward": "110"}, (110, np.nan)),
        ({"maxspeed": "signals", "zone:maxspeed": "FR:30"}, (30, 30)),
        ({"source:maxspeed": "FR:urban"}, (50, 50)),
        ({"maxspeed": "70", "source:maxspeed": "sign"}, (70, 70)),
        ({"maxspeed:lanes": "50|90|"}, (90, 90)),
        ({"maxspeed": "90", "maxspeed:motorcar": "70"}, (70, 70)),
        ({"highway": "primary"}, (np.nan, np.nan)),
    ],
)
def test_limits_may_differ_by_direction(tags, expected):
    assert limits_by_direction(tags) == pytest.approx(expected, nan_ok=True)


@pytest.fixture
def extract(tmp_path):
    """A small extract: roads that cross at a node, a bridge, a private road, a ferry, a way cut short."""
    path = tmp_path / "small.osm.pbf"
    writer = osmium.SimpleWriter(str(path))
    places = {1: (4.00, 44.0), 2: (4.01, 44.0), 3: (4.02, 44.0), 4: (4.01, 44.01), 5: (4.01, 43.99)}
    places |= {6: (4.005, 44.005), 7: (4.005, 43.995), 8: (4.03, 44.0), 9: (4.04, 44.0)}
    for number, place in places.items():
        writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
    ways = [
        (10, [1, 2, 3], {"highway": "primary", "maxspeed": "80", "toll": "yes"}),
        (11, [4, 2, 5], {"highway": "residential", "maxspeed": "FR:urban"}),
        (12, [6, 7], {"highway": "secondary", "bridge": "yes"}),
        (13, [3, 4], {"highway": "residential", "access": "private"}),
        (14, [3, 8], {"route": "ferry", "motor_vehicle": "yes"}),
        (15, [8, 9, 99], {"highway": "tertiary", "oneway": "-1"}),
        (16, [1, 4], {"highway": "footway"}),
        (17, [98, 99], {"highway": "tertiary"}),
    ]
    for number, nodes, tags in ways:
        writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags))
    writer.close()
    return path


def test_an_extract_is_read_with_its_bridges_limits_and_rules(extract):
    network = read_osm_pbf(extract, component="all", crs=2154)
    ways = by_way(network)
    assert sorted(set(ways.index)) == ["10", "11", "12", "15"]
    assert len(ways.loc["10"]) == 2  # cut where the street crosses it, not under the bridge
    assert ways.loc["10", "toll"].all()
    assert ways.loc["12", "bridge"]
    assert ways.loc["10", "speed_kmh"].tolist() == pytest.approx([68, 68])
    report = network.metadata["report"]["lines_left_out_by_the_reader"]
    assert report == {
        "closed to cars": 1,
        "highway=footway": 1,
        "without two positions in the extract": 1,
    }
    assert np.bincount(network.arc_edge).tolist().count(1) == 1  # the one-way road


def test_ferries_are_taken_only_when_asked(extract):
    with_ferry = by_way(read_osm_pbf(extract, component="all", ferries=True, crs=2154))
    assert with_ferry.loc["14", "road_class"] == "ferry"
    assert with_ferry.loc["14", "name_class"] == "ferry"


def test_an_extract_is_refused_when_it_is_not_one(tmp_path):
    with pytest.raises(DataFileError, match="no such file"):
        read_osm_pbf(tmp_path / "absent.osm.pbf")
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"these are not roads")
    with pytest.raises(DataFileError, match=r"broken\.osm\.pbf"):
        read_osm_pbf(broken)


GEOFABRIK = {
    "osm_id": ["1", "2", "3"],
    "fclass": ["primary", "trunk", "residential"],
    "oneway": ["B", "F", "T"],
    "maxspeed": [80, 0, 30],
    "bridge": ["F", "T", "F"],
    "tunnel": ["F", "F", "T"],
}


@pytest.mark.parametrize("suffix", [".parquet", ".gpkg", ".shp"])
def test_geofabriks_schema_in_every_format(tmp_path, suffix):
    frame = row_of_roads(3, **GEOFABRIK).to_crs(4326)
    path = tmp_path / f"gis_osm_roads_free{suffix}"
    if suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    network = read_roads(path, component="all", contract=False)
    ways = by_way(network)
    assert ways["road_class"].to_dict() == {"1": "primary", "2": "express", "3": "residential"}
    assert ways["name_class"].to_dict() == {"1": "primary", "2": "trunk", "3": "residential"}
    assert (network.n_arcs, network.n_nodes) == (4, 4)
    assert ways["bridge"].to_dict() == {"1": False, "2": True, "3": False}
    assert ways["tunnel"].to_dict() == {"1": False, "2": False, "3": True}
    east = network.x[network.head] > network.x[network.tail]
    assert sorted(east.tolist()) == [False, False, True, True]


BDTOPO = {
    "cleabs": [f"TRONROUT{k}" for k in range(7)],
    "nature": [
        "Route à 1 chaussée",
        "Route à 2 chaussées",
        "Type autoroutier",
        "Rond-point",
        "Route à 1 chaussée",
        "Chemin",
        "Route à 1 chaussée",
    ],
    "importance": ["3", "2", "1", "4", "5", "6", "5"],
    "sens_de_circulation": [
        "Double sens",
        "Sens direct",
        "Sens inverse",
        "Sens direct",
        "Double sens",
        "Sans objet",
        "Double sens",
    ],
    "acces_vehicule_leger": [
        "Libre",
        "Libre",
        "A péage",
        "Libre",
        "Physiquement impossible",
        "Libre",
        "Libre",
    ],
    "vitesse_moyenne_vl": [70, 100, 125, 20, 0, 0, 30],
    "position_par_rapport_au_sol": ["0", "1", "-1", "0", "0", "0", "0"],
    "etat_de_l_objet": ["En service"] * 6 + ["En construction"],
    "prive": [False] * 7,
    "urbain": [False, False, False, True, True, False, False],
}
SHORT = {
    "cleabs": "ID",
    "nature": "NATURE",
    "importance": "IMPORTANCE",
    "sens_de_circulation": "SENS",
    "acces_vehicule_leger": "ACCES_VL",
    "vitesse_moyenne_vl": "VIT_MOY_VL",
    "position_par_rapport_au_sol": "POS_SOL",
    "etat_de_l_objet": "ETAT",
    "prive": "PRIVE",
    "urbain": "URBAIN",
}


@pytest.mark.parametrize("short", [False, True], ids=["GeoPackage", "shapefile"])
def test_bd_topo_under_its_long_and_short_names(tmp_path, short):
    frame = row_of_roads(7, **BDTOPO)
    path = tmp_path / ("TRONCON_DE_ROUTE.shp" if short else "BDT_3-3.gpkg")
    if short:
        frame.rename(columns=SHORT).to_file(path, encoding="utf-8")
    else:
        frame.to_file(path, layer="troncon_de_route")
        frame.iloc[:1].to_file(path, layer="commune")
    network = read_roads(path, component="all", contract=False)
    ways = by_way(network)
    assert sorted(ways.index) == [f"TRONROUT{k}" for k in range(4)]
    assert ways["road_class"].tolist() == ["secondary", "express", "motorway", "tertiary"]
    assert ways["name_class"].iloc[0] == "Route à 1 chaussée / 3"
    assert ways["speed_kmh"].tolist() == [70, 100, 125, 20]  # IGN's own mean speeds
    assert ways["toll"].tolist() == [False, False, True, False]
    assert ways["bridge"].tolist() == [False, True, False, False]
    assert ways["tunnel"].tolist() == [False, False, True, False]
    assert ways["dual"].tolist() == [False, True, True, False]
    assert ways["roundabout"].tolist() == [False, False, False, True]
    assert network.n_arcs == 5
    report = network.metadata["report"]
    assert report["lines_left_out_by_the_reader"] == {"not built": 1, "closed to light vehicles": 1}
    assert report["lines_not_for_cars"] == 1


def test_route_500(tmp_path):
    frame = row_of_roads(
        4,
        ID_RTE500=[11, 12, 13, 14],
        VOCATION=["Type autoroutier", "Liaison principale", "Liaison principale", "Liaison locale"],
        NB_CHAUSSE=["2 chaussées", "2 chaussées", "1 chaussée", "1 chaussée"],
        SENS=["Sens unique", "Double sens", "Sens inverse", "Double sens"],
        ACCES=["A péage", "Libre", "Libre", "Interdit au public"],
        CLASS_ADM=["Autoroute", "Nationale", "Nationale", "Sans objet"],
    )
    path = tmp_path / "TRONCON_ROUTE.shp"
    frame.to_file(path, encoding="utf-8")
    network = read_roads(path, component="all", contract=False)
    ways = by_way(network)
    assert ways["road_class"].to_dict() == {"11": "motorway", "12": "express", "13": "primary"}
    assert ways["toll"].tolist() == [True, False, False]
    assert ways["dual"].tolist() == [True, True, False]
    assert network.n_arcs == 4
    assert network.metadata["report"]["lines_left_out_by_the_reader"] == {"closed to light vehicles": 1}
    assert "ROUTE 500" in network.metadata["sources"][0]["fr"]


def test_sections_of_ign_meet_at_their_ends_only():
    cross = gpd.GeoDataFrame(
        {"VOCATION": ["Liaison locale"] * 2, "SENS": ["Double sens"] * 2},
        geometry=[
            LineString([(X, Y), (X + 500, Y), (X + 1000, Y)]),
            LineString([(X + 500, Y - 500), (X + 500, Y), (X + 500, Y + 500)]),
        ],
        crs=2154,
    )
    assert read_roads(cross, component="all").n_nodes == 4


def test_a_table_of_classes_can_be_replaced(tmp_path):
    frame = row_of_roads(2, fclass=["trak", "primary"], oneway=["B", "B"])
    with pytest.raises(InputError, match=r"class .'trak', ''. of 1 lines is not in the table of classes"):
        read_roads(frame)
    mine = tmp_path / "classes.csv"
    mine.write_text(
        "schema,source_class,source_rank,road_class,link\nosm,trak,*,local,0\nosm,primary,*,primary,0\n",
        encoding="utf-8",
    )
    assert read_roads(frame, classes=mine).roads.length_m.sum() == 2000
    with pytest.raises(InputError, match="road_class is 'lane'"):
        read_roads(frame, classes=pd.read_csv(mine).replace("local", "lane"))


@pytest.mark.parametrize(
    ("frame", "error", "words"),
    [
        (row_of_roads(1, kind=["primary"]), InputError, "of no schema known here"),
        (row_of_roads(1, fclass=["primary"], oneway=["X"]), InputError, "oneway is 'X'"),
        (
            row_of_roads(1, VOCATION=["Liaison locale"], SENS=["vers le nord"]),
            InputError,
            "sens de circulation",
        ),
        (
            row_of_roads(1, fclass=["primary"], oneway=["B"]).set_crs(None, allow_override=True),
            CRSError,
            "no CRS",
        ),
        (row_of_roads(1, fclass=["primary"], oneway=["B"]).iloc[:0], InputError, "empty"),
    ],
)
def test_bad_tables_get_one_clear_error(frame, error, words):
    with pytest.raises(error, match=words):
        read_roads(frame)


def test_bad_files_get_one_clear_error(tmp_path):
    with pytest.raises(DataFileError, match="no such file"):
        read_roads(tmp_path / "absent.gpkg")
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"not a GeoPackage")
    with pytest.raises(DataFileError, match=r"broken\.gpkg"):
        read_roads(broken)


def test_a_whole_file_of_geofabrik_reads_with_what_is_not_for_cars_counted():
    words = ["primary", "unknown", "service", "track", "track_grade3", "path", "footway", "steps", "cycleway"]
    words += ["bridleway", "pedestrian", "busway", "track_grade1", "living_street"]
    frame = row_of_roads(len(words), fclass=words, oneway="B", maxspeed=0, bridge="F", tunnel="F")
    report = read_roads(frame, component="all").metadata["report"]
    assert report["lines_not_for_cars"] == 11
    assert report["lines_not_for_cars_by_class"]["track_grade3"] == 1
    assert report["km_read"] == 3


@pytest.mark.parametrize("values", [[True, False, None], ["T", "F", None], ["T", "F", ""], [1, 0, None]])
def test_flags_of_geofabrik_are_read_as_they_are_written(values):
    frame = row_of_roads(3, **{**GEOFABRIK, "bridge": values})
    network = read_roads(frame, component="all", contract=False)
    assert by_way(network)["bridge"].tolist() == [True, False, False]
    assert network.metadata["report"]["lines_without_bridge_said"] == 1


def test_columns_in_capitals():
    frame = row_of_roads(3, **GEOFABRIK).rename(columns=str.upper).set_geometry("GEOMETRY")
    assert by_way(read_roads(frame, component="all"))["road_class"].to_dict()["2"] == "express"


@pytest.mark.parametrize(
    "values", [["3", "2"], [3, 2], [3.0, 2.0], ["3.0", "2.0"], pd.array([3, 2], "Int64")]
)
def test_the_importance_of_ign_is_one_number_however_it_is_written(values):
    frame = row_of_roads(
        2, nature="Route à 1 chaussée", importance=values, sens_de_circulation="Double sens", prive=["non", 0]
    )
    network = read_roads(frame, component="all", contract=False)
    assert network.pieces()["road_class"].tolist() == ["secondary", "primary"]
    assert network.pieces()["name_class"].iloc[0] == "Route à 1 chaussée / 3"


@pytest.mark.parametrize("values", [["oui", "non"], ["T", "F"], [1.0, 0.0], [True, None], ["Oui", ""]])
def test_private_roads_of_ign_are_left_out_however_they_are_marked(values):
    frame = row_of_roads(
        2, nature="Route à 1 chaussée", importance="4", sens_de_circulation="Double sens", prive=values
    )
    report = read_roads(frame, component="all").metadata["report"]
    assert report["lines_left_out_by_the_reader"] == {"private": 1}


def test_a_flag_of_ign_that_is_no_flag_is_refused():
    frame = row_of_roads(
        2, nature="Route à 1 chaussée", importance="4", sens_de_circulation="Double sens", prive=["x", "non"]
    )
    with pytest.raises(InputError, match="'x' at 0; expected yes or no"):
        read_roads(frame)
