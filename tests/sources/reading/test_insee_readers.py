"""Insee's files as published: read right, or refused with one clear error."""

from __future__ import annotations

import gzip
import re
import zipfile

import numpy as np
import pandas as pd
import pytest

from sources import insee_files as files
from tiGIS import DataFileError, InputError
from tiGIS.provenance import description
from tiGIS.sources import (
    read_insee_appartenance,
    read_insee_bpe,
    read_insee_bpe_points,
    read_insee_comparateur,
    read_insee_filosofi,
    read_insee_statistiques_locales,
)
from tiGIS.territory import load_memberships


@pytest.fixture
def write(tmp_path):
    def to(name: str, content: str | bytes):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to


class TestComparateur:
    def test_figures_year_and_labels(self, write):
        frame = read_insee_comparateur(write("c.zip", files.comparateur()))
        assert list(frame.index) == ["01001", "2A004", "75056"]
        assert frame.index.name == "code_insee"
        assert frame.loc["01001"].tolist() == [771, 15.95, 23970]
        assert np.isnan(frame.loc["2A004", "MED19"])
        about = description(frame)
        assert about["map_year"] == 2021
        assert about["variables"]["SUPERF"] == "Superficie (en km2)"
        assert "MED19 (2)" in about["limits"][0]["fr"]

    def test_cities_arrondissements_or_both(self, write):
        path = write("c.zip", files.comparateur())
        assert list(read_insee_comparateur(path, municipal="arrondissements").index) == ["75101"]
        assert len(read_insee_comparateur(path, municipal="all")) == 4
        with pytest.raises(InputError, match="municipal='towns'; expected 'cities'"):
            read_insee_comparateur(path, municipal="towns")

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("CODGEO;P18_POP", "CODE;P18_POP", "no column 'CODGEO' among 'CODE', 'P18_POP'"),
            ("15.95", "15,95", "line 2, column 'SUPERF': '15,95'; expected a number with a point"),
            ("15.95", "inf", "line 2, column 'SUPERF': 'inf'"),
            ("15.95", "1_5", "line 2, column 'SUPERF': '1_5'"),
            ("01001;", "1001;", "line 2, column CODGEO: '1001'; expected a code of five characters"),
            ("75101;", "75056;", "line 5, column CODGEO: '75056', already on line 4"),
            ("01001;771;", "01001;", "line 2 has 3 columns; expected 4"),
            ("01001;771;15.95;23970\r\n", "", r"0 communes without metadata \(\), 1 absent \('01001'\)"),
            ("2A004", "2A005", r"1 communes without metadata \('2A005'\), 1 absent \('2A004'\)"),
            (
                ";MED19",
                ";MED20",
                "without metadata: 'MED20'; in the metadata, not in the data: 'MED19'",
            ),
            (";MED19", ";SUPERF", "columns 'SUPERF' more than once"),
            (";MED19", ";", "line 1: column 4 has no name"),
            (";", ",", "line 1 has one column: 'CODGEO,P18_POP"),
            ("771", "7\x0071", "line 2: a NUL character"),
        ],
    )
    def test_a_changed_file_names_its_line_or_column(self, write, old, new, message):
        path = write("c.zip", files.comparateur(files.COMPARATEUR.replace(old, new)))
        with pytest.raises(DataFileError, match=message) as caught:
            read_insee_comparateur(path)
        assert str(caught.value).startswith("base_cc_comparateur.CSV: ")

    def test_a_zip_of_something_else(self, write):
        with pytest.raises(DataFileError, match=r"0 members like 'meta_base_cc_comparateur\.csv'"):
            read_insee_comparateur(write("c.zip", files.zipped({"base.csv": b"a;b"})))


class TestFilosofi:
    def test_secrecy_is_nan_and_counted(self, write):
        frame = read_insee_filosofi(write("f.csv", files.FILOSOFI), map_year=2024)
        assert frame.loc["01004", "TP6021"] == 17.0
        assert frame.loc["01004", "PIMPOT21"] == -14.8
        assert np.isnan(frame.loc["01001", "TP6021"])
        assert frame.loc["55039"].isna().all()
        assert list(frame.index) == ["01001", "01004", "55039", "75056"]
        about = description(frame)
        assert about["unknown"]["TP6021"] == {"secret": 1, "not available": 1}
        assert about["map_year"] == 2024
        assert about["limits"][0]["fr"].endswith("connu pour 2 communes sur 4")

    def test_packed_or_not_with_or_without_mark(self, write):
        plain = read_insee_filosofi(write("f.csv", files.FILOSOFI))
        packed = read_insee_filosofi(write("f.csv.gz", gzip.compress(files.FILOSOFI.encode())))
        marked = read_insee_filosofi(write("m.csv", "\ufeff" + files.FILOSOFI))
        windows = read_insee_filosofi(write("w.csv", files.FILOSOFI.replace("\n", "\r\n")))
        for other in (packed, marked, windows):
            pd.testing.assert_frame_equal(plain, other)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (files.FILOSOFI[:-7], "line 6 has no end: the file is cut short"),
            (files.FILOSOFI.replace("17,0", "170,0"), r"column TP6021: 170\.0 in 01004; expected a share"),
            (files.FILOSOFI.replace("17,0", "x"), "'x'; expected a number with a comma .*, or 's', or 'nd'"),
            (files.FILOSOFI.replace("MED21", "MED2021"), "0 columns like"),
            (files.FILOSOFI.encode("utf-16"), "encoded in UTF-16; expected UTF-8"),
            (files.FILOSOFI.replace("nd", "né").encode("latin-1"), "line 4: byte 0xe9 is not UTF-8"),
            ("", "1 lines from line 1 on"),
        ],
    )
    def test_a_changed_file_is_refused(self, write, content, message):
        with pytest.raises(DataFileError, match=message):
            read_insee_filosofi(write("f.csv", content))


class TestStatistiquesLocales:
    def test_level_labels_and_reasons(self, write):
        frame = read_insee_statistiques_locales(write("s.csv", files.STATISTIQUES_LOCALES))
        assert frame.index.name == "siren"
        assert frame.loc["200030385", "nom"] == 'Communauté d\'agglomération de Blois "Agglopolys"'
        assert frame.loc["200030385", "Population municipale 2021"] == 106200  # spaces of the label mended
        about = description(frame)
        assert about["level"] == "epci"
        assert about["years"]["Densité de population 2021"] == 2021
        assert about["unknown"]["Population municipale 2021"] == {"not available": 1}
        assert about["unknown"]["Densité de population 2021"] == {"division by zero": 1}

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("Statistiques locales", "Autre chose", "line 1: 'Insee - Autre chose'"),
            ("par intercommunalité", "par bassin", "line 2: 'Référentiel géographique : France par bassin'"),
            (
                "par intercommunalité",
                "par commune",
                "line 4, column Code: '200000172'",
            ),
            (
                "N/A - division par 0",
                "N/A - panne",
                "line 6, column 'Densité de population 2021': 'N/A - panne'",
            ),
            (
                "population 2021",
                "population",
                "line 3: column 'Densité de population'; expected a label that ends",
            ),
            ("Libellé", "Nom", "no column 'Libellé'"),
        ],
    )
    def test_a_changed_export_is_refused(self, write, old, new, message):
        with pytest.raises(DataFileError, match=message):
            read_insee_statistiques_locales(write("s.csv", files.STATISTIQUES_LOCALES.replace(old, new)))


class TestAppartenance:
    def test_zones_as_text_and_none_as_missing(self, write):
        path = write("a.zip", files.appartenance())
        frame = read_insee_appartenance(path)
        assert frame.loc["01001", ["DEP", "EPCI"]].tolist() == ["01", "200069193"]
        assert pd.isna(frame.loc["22016", "EPCI"])
        assert description(frame)["map_year"] == 2022
        assert list(read_insee_appartenance(path, municipal="arrondissements").index) == ["75101"]
        with pytest.raises(InputError, match="expected 'cities' or 'arrondissements'"):
            read_insee_appartenance(path, municipal="all")

    def test_the_workbook_itself(self, write):
        book = files.workbook({"COM": files.appartenance_sheet(files.APPARTENANCE_ROWS)})
        assert len(read_insee_appartenance(write("a.xlsx", book))) == 2

    def test_a_changed_workbook_is_refused(self, write):
        rows = [["01001", "L'Abergement-Clémenciat", 1, "84", "200069193", "8405"]]
        with pytest.raises(DataFileError, match=r"line 7, column DEP: 1\.0; expected text"):
            read_insee_appartenance(write("a.zip", files.appartenance(rows)))
        with pytest.raises(DataFileError, match="no sheet 'COM' among 'Feuil1'"):
            read_insee_appartenance(write("a.xlsx", files.workbook({"Feuil1": [["x"]]})))
        with pytest.raises(DataFileError, match="line 3: ''; expected 'Géographie au"):
            read_insee_appartenance(write("a.xlsx", files.workbook({"COM": [["x"]]})))


class TestBpe:
    def test_blank_is_none_and_cities_are_summed(self, write):
        path = write("b.xlsx", files.bpe())
        frame = read_insee_bpe(path)
        assert frame.loc["01001"].to_dict() == {"Aéroport": 0, "Boulangerie": 3}
        assert frame.loc["75056"].to_dict() == {"Aéroport": 1, "Boulangerie": 100}
        assert list(frame.index) == ["01001", "75056"]
        assert list(read_insee_bpe(path, municipal="arrondissements").index) == ["75101", "75102"]
        with pytest.raises(InputError, match="municipal='all'"):
            read_insee_bpe(path, municipal="all")

    def test_a_row_that_does_not_add_up_is_refused(self, write):
        rows = [*files.BPE_ROWS[:2], ["75101", 41, "", 40]]
        with pytest.raises(DataFileError, match="line 3: the types add up to 40, the total says 41"):
            read_insee_bpe(write("b.xlsx", files.bpe(rows)))
        rows = [*files.BPE_ROWS[:2], [75101, 40, "", 40]]
        with pytest.raises(DataFileError, match=r"line 3, column depcom: 75101\.0"):
            read_insee_bpe(write("b.xlsx", files.bpe(rows)))

    def test_not_a_workbook(self, write):
        with pytest.raises(DataFileError, match=r"b\.xlsx: no workbook of Excel"):
            read_insee_bpe(write("b.xlsx", files.zipped({"a": b"b"})))


class TestBpeSince2018:
    def test_counts_by_iris_are_summed_by_commune(self, write):
        path = write("bpe21_ensemble.csv", files.BPE_COUNTS.encode())
        frame = read_insee_bpe(path)
        assert frame.to_dict("index") == {
            "2A004": {"B203": 0, "D201": 7},
            "30007": {"B203": 5, "D201": 0},
            "75056": {"B203": 100, "D201": 0},
        }
        said = description(frame)
        assert (said["facilities_year"], said["nomenclature"]) == (2021, "2018")
        assert said["sources"][0]["fr"].endswith("2021")
        inside = read_insee_bpe(path, municipal="arrondissements")
        assert inside["B203"].to_dict() == {"75101": 40, "75102": 60}

    def test_facilities_one_by_one_are_counted(self, write):
        frame = read_insee_bpe(write("bpe24.csv", files.BPE_FACILITIES.encode()))
        assert frame.to_dict("index") == {"30007": {"B207": 2, "D106": 1}, "97411": {"B207": 1, "D106": 0}}
        assert description(frame)["nomenclature"] == "2023"

    def test_observations_keep_communes_and_their_labels(self, write):
        path = write("DS_BPE_CSV_FR.zip", files.bpe_observations())
        frame = read_insee_bpe(path)
        assert frame.to_dict("index") == {
            "01004": {"B207": 0, "D106": 1},
            "30007": {"B207": 31, "D106": 0},
            "75056": {"B207": 100, "D106": 0},
        }
        assert description(frame)["types"] == {"B207": "Boulangerie-pâtisserie", "D106": "Urgences"}
        assert description(frame)["facilities_year"] == 2024
        assert read_insee_bpe(path, municipal="arrondissements")["B207"].to_dict() == {"75101": 40}
        packed = write("bpe.csv.gz", gzip.compress(files.BPE_OBSERVATIONS.encode()))
        pd.testing.assert_frame_equal(read_insee_bpe(packed), frame)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                files.BPE_COUNTS.replace('"30007";"30007_0101"', '"3007";"x"'),
                "line 2: '3007'; expected a code",
            ),
            (files.BPE_COUNTS.replace("B203", "Z203", 1), "line 2: 'Z203'; expected a type"),
            (files.BPE_COUNTS.replace(";7", ";-7"), "line 4: '-7'; expected a number"),
            (files.BPE_COUNTS.replace(";7", ";"), "line 4: ''; expected a number"),
            (files.BPE_COUNTS.replace("2021", "2022", 1), "column AN: '2022', '2021'; expected one year"),
            (files.BPE_COUNTS.replace("TYPEQU", "TYPE"), "expected DEPCOM and TYPEQU, or GEO"),
            (files.BPE_COUNTS.replace(';"D201"', ""), "can't be read"),
            (files.BPE_COUNTS.rstrip(), "cut short"),
            (files.BPE_COUNTS.splitlines()[0] + "\n", "no row; expected some facilities"),
            (files.BPE_OBSERVATIONS.replace('"_T"', '"B207"'), "a second time"),
            (
                files.BPE_OBSERVATIONS.replace('"COM"', '"EPCI"'),
                "no number of facilities for GEO_OBJECT 'COM'",
            ),
        ],
    )
    def test_a_changed_table_is_refused(self, write, text, message):
        with pytest.raises(DataFileError, match=message):
            read_insee_bpe(write("bpe.csv", text.encode()))

    def test_a_zip_without_its_table_is_refused(self, write):
        with pytest.raises(DataFileError, match="0 tables of data"):
            read_insee_bpe(write("bpe.zip", files.zipped({"DS_BPE_2024_metadata.csv": b"x;y\n"})))
        with pytest.raises(DataFileError, match="expected COD_VAR"):
            read_insee_bpe(write("bpe.zip", files.bpe_observations(metadata="a;b\n")))
        with pytest.raises(DataFileError, match="nowhere"):
            read_insee_bpe(write("x.csv", b"").with_name("nowhere.csv"))

    def test_points_at_their_positions(self, write):
        path = write("bpe24.csv", files.BPE_FACILITIES.encode())
        points = read_insee_bpe_points(path)
        assert points.crs.to_epsg() == 4326  # one lies overseas
        assert points["code_insee"].tolist() == ["30007", "30007", "30007", "97411"]
        assert description(points)["without_position"] == 1
        assert points.geometry.isna().tolist() == [False, False, True, False]
        reunion = points.geometry.iloc[3]
        assert (round(reunion.x, 1), round(reunion.y, 1)) == (55.4, -20.9)
        ales = read_insee_bpe_points(path, types=["D106"])
        assert ales.crs.to_epsg() == 2154
        assert ales.geometry.iloc[0].coords[0] == (787500.5, 6337600.0)
        assert ales["quality"].tolist() == ["Bonne"]
        with pytest.raises(InputError, match="no 'A101'"):
            read_insee_bpe_points(path, types=["A101"])
        with pytest.raises(DataFileError, match="line 3, column LAMBERT_X: 'east'"):
            read_insee_bpe_points(write("b.csv", files.BPE_FACILITIES.replace("787600", "east").encode()))
        with pytest.raises(DataFileError, match="expected DEPCOM, TYPEQU, LAMBERT_X"):
            read_insee_bpe_points(write("b.csv", files.BPE_COUNTS.encode()))


def codes_of(text: bytes, header: int = 1) -> list[str]:
    """First fields of a table, read as plainly as can be."""
    lines = text.decode("utf-8-sig").splitlines()[header:]
    return [line.split(";")[0].strip('"') for line in lines if line.strip(" ;")]


def is_arrondissement(code: str) -> bool:
    return "75101" <= code <= "75120" or "69381" <= code <= "69389" or "13201" <= code <= "13216"


class TestRealFiles:
    """Cuts of the producers' files: as many rows as a plain reading finds, and figures known to the unit."""

    def test_comparateur(self, real_files):
        path = real_files / "indicateurs" / "insee_base_cc_comparateur_2022.zip"
        with zipfile.ZipFile(path) as archive:
            codes = codes_of(archive.read("base_cc_comparateur.CSV"))
        assert len(read_insee_comparateur(path, municipal="all")) == len(codes) > 2_500
        frame = read_insee_comparateur(path)
        assert frame.index.tolist() == [code for code in codes if not is_arrondissement(code)]
        assert len(codes) - len(frame) == 16  # Marseille's
        assert description(frame)["map_year"] == 2021
        assert frame.loc["30007", ["P18_POP", "MED19", "TP6019"]].tolist() == [40802, 17180, 29]

    def test_filosofi(self, real_files):
        path = real_files / "indicateurs" / "insee_cc_filosofi_2021_COM.csv.gz"
        text = gzip.decompress(path.read_bytes())
        frame = read_insee_filosofi(path, municipal="all")
        assert frame.index.tolist() == codes_of(text)
        column = text.decode("utf-8-sig").splitlines()[0].split(";").index("TP6021")
        rows = [line.split(";")[column] for line in text.decode("utf-8-sig").splitlines()[1:]]
        known = sum(value.replace(",", "").isdigit() for value in rows)
        assert 100 < known < len(rows)
        assert frame["TP6021"].notna().sum() == known
        assert (frame["TP6021"] > 0).sum() == known  # secrecy never became 0

    @pytest.mark.parametrize(
        ("name", "level", "indicators"),
        [
            ("demographie", "epci", 2),
            ("menages_fiscaux_niveau_de_vie", "commune", 2),
            ("territoires_ville_quartiers", "commune", 4),
        ],
    )
    def test_statistiques_locales(self, real_files, name, level, indicators):
        path = real_files / "indicateurs" / f"INSEE_Statistiques_locales_{name}.csv.gz"
        frame = read_insee_statistiques_locales(path)
        assert frame.index.tolist() == codes_of(gzip.decompress(path.read_bytes()), 3)
        assert frame.shape[1] == indicators + 1
        assert description(frame)["level"] == level
        assert frame["nom"].notna().all()

    def test_appartenance(self, real_files):
        path = real_files / "territoires" / "insee_table_appartenance_geo_communes_2022.zip"
        frame = read_insee_appartenance(path)
        members = load_memberships(2022)["siren"]
        # as the official table of members of that year, from elsewhere
        there = frame["EPCI"].dropna()
        assert there.eq(members.reindex(there.index)).all()
        # the islands without EPCI
        assert frame.index[frame["EPCI"].isna()].tolist() == ["22016", "29083", "29155", "85113"]
        assert (frame["EPCI"] == "200066918").sum() == 72  # Alès Agglomération
        assert len(read_insee_appartenance(path, municipal="arrondissements")) == 16

    def test_bpe(self, real_files):
        path = real_files / "indicateurs" / "insee_bpe_2013_communes.xlsx"
        frame = read_insee_bpe(path)
        with zipfile.ZipFile(path) as book:
            rows = re.findall(r"<row .*?</row>", book.read("xl/worksheets/sheet1.xml").decode(), re.DOTALL)
        codes = [re.search(r"<t>([^<]*)</t>", row)[1] for row in rows[1:]]
        cities = {"13055"} if any(is_arrondissement(code) for code in codes) else set()
        assert set(frame.index) == {code for code in codes if not is_arrondissement(code)} | cities
        assert frame.shape[1] == 180
        assert frame.loc["30007"].sum() == 1948
