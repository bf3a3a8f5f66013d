"""Small files in the forms that Insee publishes, for the tests of the readers."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

COMPARATEUR = (
    "CODGEO;P18_POP;SUPERF;MED19\r\n"
    "01001;771;15.95;23970\r\n"
    "2A004;70817;82.03;\r\n"
    "75056;2175601;105.4;28570\r\n"
    "75101;16093;1.83;34720\r\n"
)
COMPARATEUR_METADATA = (
    "COD_VAR;LIB_VAR;LIB_VAR_LONG;COD_MOD;LIB_MOD;TYPE_VAR;LONG_VAR\r\n"
    "P18_POP;Population en 2018;Population en 2018;;;NUM;7\r\n"
    "SUPERF;Superficie;Superficie (en km2);;;NUM;16\r\n"
    "MED19;Médiane;Médiane du niveau de vie en 2019;;;NUM;5\r\n"
    "CODGEO;CODGEO;Code;01001;L'Abergement-Clémenciat;CHAR;5\r\n"
    "CODGEO;CODGEO;Code;2A004;Ajaccio;CHAR;5\r\n"
    "CODGEO;CODGEO;Code;75056;Paris;CHAR;5\r\n"
    "CODGEO;CODGEO;Code;75101;Paris 1er Arrondissement;CHAR;5\r\n"
)
FILOSOFI = (
    "CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;TP6021;PIMPOT21\n"
    "01001;346;895;25820;s;s\n"
    "01004;6855;15092;21660;17,0;-14,8\n"
    "55039;nd;nd;nd;nd;nd\n"
    "75056;1007247;1958437;29730;16,0;-28,5\n"
    "75101;8414;14945;35030;12,0;-31,4\n"
)
STATISTIQUES_LOCALES = (
    "\ufeffInsee - Statistiques locales; ; ; \n"
    "Référentiel géographique : France par intercommunalité; ; ; \n"
    "Code;Libellé;Population  municipale 2021;Densité de population 2021\n"
    "200000172;Communauté de communes Faucigny-Glières;27764;184.3\n"
    '200030385;Communauté d\'agglomération de Blois "Agglopolys";106200;134.1\n'
    "200050532;CC de Petite-Terre;N/A - résultat non disponible;N/A - division par 0"
)
BPE_COUNTS = (
    '"REG";"DEP";"DEPCOM";"DCIRIS";"AN";"TYPEQU";"NB_EQUIP"\r\n'
    '"76";"30";"30007";"30007_0101";"2021";"B203";3\r\n'
    '"76";"30";"30007";"30007_0102";"2021";"B203";2\r\n'
    '"94";"2A";"2A004";"2A004_0101";"2021";"D201";7\r\n'
    '"11";"75";"75101";"75101_0101";"2021";"B203";40\r\n'
    '"11";"75";"75102";"75102_0101";"2021";"B203";60\r\n'
)
BPE_FACILITIES = (
    "AN;DEPCOM;TYPEQU;NOMRS;LAMBERT_X;LAMBERT_Y;QUALITE_XY\n"
    '2024;30007;D106;"CENTRE HOSPITALIER; ALES";787500.5;6337600.0;Bonne\n'
    "2024;30007;B207;AU BON PAIN;787600;6337700;Acceptable\n"
    "2024;30007;B207;;;;_U\n"
    "2024;97411;B207;PAIN;338000;7690000;Bonne\n"
)
BPE_OBSERVATIONS = (
    '"GEO";"GEO_OBJECT";"FACILITY_DOM";"FACILITY_SDOM";"FACILITY_TYPE";"BPE_MEASURE";"TIME_PERIOD";"OBS_VALUE"\n'
    '"30";"DEP";"B";"B2";"B207";"FACILITIES";2024;512\n'
    '"30007";"COM";"B";"B2";"B207";"FACILITIES";2024;31\n'
    '"30007";"COM";"B";"B2";"_T";"FACILITIES";2024;70\n'
    '"30007";"COM";"F";"F1";"F103";"SPORT_AREAS";2024;12\n'
    '"01004";"COM";"D";"D1";"D106";"FACILITIES";2024;1\n'
    '"75056";"COM";"B";"B2";"B207";"FACILITIES";2024;100\n'
    '"75101";"ARM";"B";"B2";"B207";"FACILITIES";2024;40\n'
)
BPE_METADATA = (
    '"COD_VAR";"LIB_VAR";"COD_MOD";"LIB_MOD"\n'
    '"GEO";"Géographie";"30007";"Alès"\n'
    '"FACILITY_TYPE";"Type d\'équipement";"B207";"Boulangerie-pâtisserie"\n'
    '"FACILITY_TYPE";"Type d\'équipement";"D106";"Urgences"\n'
)
APPARTENANCE_HEADER = ["CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "ZE2020"]


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def comparateur(data: str = COMPARATEUR, metadata: str = COMPARATEUR_METADATA) -> bytes:
    return zipped(
        {
            "base_cc_comparateur.CSV": data.encode(),
            "meta_base_cc_comparateur.CSV": metadata.encode(),
        }
    )


def workbook(sheets: dict[str, list[list[str | float]]]) -> bytes:
    """Write an .xlsx workbook with inline strings: the least that makes one."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    members = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{relations}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        + "</Relationships>",
    }
    for n, rows in enumerate(sheets.values(), 1):
        body = "".join(
            f'<row r="{r}">' + "".join(_cell(r, c, value) for c, value in enumerate(row)) + "</row>"
            for r, row in enumerate(rows, 1)
        )
        members[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
        )
    return zipped({name: ('<?xml version="1.0"?>' + text).encode() for name, text in members.items()})


def _cell(row: int, column: int, value: str | float) -> str:
    if value == "":
        return ""
    place = f"{chr(ord('A') + column)}{row}"
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def appartenance_sheet(rows: list[list[str | float]], year: int = 2022) -> list[list[str | float]]:
    return [
        ["Liste des communes au 1er janvier 2022"],
        ["France - Communes"],
        [f"Mise en ligne le 18/03/2022       Géographie au 01/01/{year}"],
        ["@Insee       Source(s) : Insee, Code officiel géographique"],
        ["Code géographique", "Libellé géographique", "Département", "Région", "Intercommunalité", "Zone"],
        list(APPARTENANCE_HEADER),
        *rows,
    ]


APPARTENANCE_ROWS: list[list[str | float]] = [
    ["01001", "L'Abergement-Clémenciat", "01", "84", "200069193", "8405"],
    ["22016", "Île-de-Bréhat", "22", "53", "ZZZZZZZZZ", "5304"],
]
BPE_ROWS: list[list[str | float]] = [
    ["depcom", "Total de nb_equip", "Aéroport", "Boulangerie"],
    ["01001", 3, "", 3],
    ["75101", 40, "", 40],
    ["75102", 61, 1, 60],
]


def appartenance(rows: list[list[str | float]] = APPARTENANCE_ROWS, **options: int) -> bytes:
    arrondissements = [["75101", "Paris 1er Arrondissement", "75", "11", "200054781", "1109"]]
    book = workbook(
        {"COM": appartenance_sheet(rows, **options), "ARM": appartenance_sheet(arrondissements, **options)}
    )
    return zipped({"table-appartenance-geo-communes-22.xlsx": book})


def bpe_observations(data: str = BPE_OBSERVATIONS, metadata: str = BPE_METADATA) -> bytes:
    return zipped({"DS_BPE_2024_metadata.csv": metadata.encode(), "DS_BPE_2024_data.csv": data.encode()})


def bpe(rows: list[list[str | float]] = BPE_ROWS) -> bytes:
    return workbook({"Bpe13_ensemble_Analyse_croisée": rows})
