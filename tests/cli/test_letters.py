"""What commands write where the encoding lacks letters: a file in cp1252, a log in ASCII."""

import io
import sys

import pytest

from tiGIS.cli import main
from tiGIS.cli._print import printable

COMMANDS = (
    ["info", "Alès"],
    ["info", "La Réunion"],
    ["info", "ti-7601", "--lang", "en"],
    ["access", "200066918"],
    ["enclavement", "242000354"],
    ["land"],
    ["indicators"],
    ["table", "region", "-o", "regions.csv"],
    ["portrait", "241500230", "-o", "portrait.html"],
    ["gather", "ti-7601", "-o", "dossier"],
    ["maps", "--dossier", "dossier", "-o", "cartes"],
    ["flood", "absent.zip"],
    ["sources", "list"],
    ["data", "list"],
    ["data", "get", "bdtopo", "--territory", "Alès"],
    ["access", "--help"],
    ["atlas"],
)


def test_a_letter_that_lacks_becomes_the_nearest():
    assert printable("134\u202f056 — \u22121 Œuilly", "cp1252") == "134\u00a0056 — -1 Œuilly"
    assert (
        printable("12ᵉ : «\u00a0−5\u202fkm²\u00a0» → Œuilly, 3 €", "ascii")
        == '12e : " -5 km2 " -> OEuilly, 3 E'
    )
    assert printable("漢", "latin-1") == "?"
    assert printable("Alès ᵉ", "utf-8") == "Alès ᵉ"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437"])
def test_every_command_writes_what_the_encoding_holds(encoding, tmp_path, monkeypatch):
    """As when output goes to a file: each command speaks in letters of that encoding, without a traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIGIS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    for number, arguments in enumerate(COMMANDS):
        said = tmp_path / f"said-{number}.txt"
        with said.open("w", encoding=encoding) as out:
            monkeypatch.setattr(sys, "stdout", out)
            monkeypatch.setattr(sys, "stderr", out)
            monkeypatch.setattr(sys, "argv", ["tigis", *arguments])
            with pytest.raises(SystemExit):
                main()
            assert isinstance(sys.stdout, io.TextIOWrapper)
            sys.stdout.flush()
            sys.stderr.flush()
        text = said.read_bytes().decode(encoding)
        assert text.strip(), arguments
        assert "Traceback" not in text
