"""Damaged files: each reader gives a DataFileError or the right figures, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources import insee_files as files
from tiGIS import DataFileError
from tiGIS.sources import (
    read_insee_appartenance,
    read_insee_bpe,
    read_insee_bpe_points,
    read_insee_comparateur,
    read_insee_filosofi,
    read_insee_statistiques_locales,
)

TEXTS: dict[str, tuple[Callable[[bytes], bytes], str, Callable]] = {
    "comparateur": (
        lambda raw: files.zipped(
            {
                "base_cc_comparateur.CSV": raw,
                "meta_base_cc_comparateur.CSV": files.COMPARATEUR_METADATA.encode(),
            }
        ),
        files.COMPARATEUR,
        read_insee_comparateur,
    ),
    "filosofi": (bytes, files.FILOSOFI, read_insee_filosofi),
    "statistiques_locales": (bytes, files.STATISTIQUES_LOCALES, read_insee_statistiques_locales),
}
# tables with a row for each facility or type, not for each commune
LONG: dict[str, tuple[Callable[[bytes], bytes], str, Callable]] = {
    "bpe_counts": (bytes, files.BPE_COUNTS, read_insee_bpe),
    "bpe_facilities": (bytes, files.BPE_FACILITIES, read_insee_bpe),
    "bpe_observations": (
        lambda raw: files.zipped(
            {"DS_BPE_2024_data.csv": raw, "DS_BPE_2024_metadata.csv": files.BPE_METADATA.encode()}
        ),
        files.BPE_OBSERVATIONS,
        read_insee_bpe,
    ),
    "bpe_points": (bytes, files.BPE_FACILITIES, read_insee_bpe_points),
}
ALL = {**TEXTS, **LONG}
BOOKS = {
    "appartenance": (files.appartenance(), read_insee_appartenance),
    "bpe": (files.bpe(), read_insee_bpe),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def outcome(path, raw: bytes, read) -> pd.DataFrame | None:
    """What the reader gives, or None where it refuses; any other error is the test's failure."""
    path.write_bytes(raw)
    try:
        return read(path)
    except DataFileError as error:
        assert "; expected " in str(error)
        return None


@pytest.mark.parametrize("name", TEXTS)
@given(data=st.data())
def test_text_cut_short(folder, name, data):
    wrap, text, read = TEXTS[name]
    raw = text.encode()
    sound = outcome(folder / name, wrap(raw), read)
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    got = outcome(folder / name, wrap(cut), read)
    if got is None:
        return
    # what was read is the beginning of the whole; only the last cell of a file that its producer leaves
    # without an end of line can be short, as the reader's notes say
    assert got.index.equals(sound.index[: len(got)])
    whole_rows = got if cut.endswith(b"\n") else got.iloc[:-1]
    pd.testing.assert_frame_equal(whole_rows, sound.loc[whole_rows.index], check_dtype=False)


@pytest.mark.parametrize("name", LONG)
@given(data=st.data())
def test_long_table_cut_short_is_its_beginning_or_refused(folder, name, data):
    wrap, text, read = LONG[name]
    raw = text.encode()
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    got = outcome(folder / name, wrap(cut), read)
    if got is not None:
        assert cut.endswith(b"\n")  # whole lines alone: nothing read can be a part of a number
        sound = outcome(folder / name, wrap(raw), read)
        if name == "bpe_points":
            assert got["code_insee"].tolist() == sound["code_insee"].tolist()[: len(got)]
        else:
            assert (got <= sound.reindex(got.index)[got.columns]).all(axis=None)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("separator", [",", "\t", "|", " "])
def test_wrong_separator_is_refused(folder, name, separator):
    wrap, text, read = ALL[name]
    got = outcome(folder / name, wrap(text.replace(";", separator).encode()), read)
    if name in LONG and separator == ",":  # some editions of the BPE are separated by commas
        pd.testing.assert_frame_equal(got, outcome(folder / name, wrap(text.encode()), read))
    else:
        assert got is None


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp500"])
def test_wrong_encoding_is_refused(folder, name, encoding):
    wrap, text, read = ALL[name]
    # cp500 (EBCDIC) has no byte order mark to write
    assert outcome(folder / name, wrap(text.lstrip("\ufeff").encode(encoding)), read) is None


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "change", [lambda t: "\ufeff" + t.lstrip("\ufeff"), lambda t: t.replace("\r\n", "\n")]
)
def test_byte_order_marks_and_ends_of_line_change_nothing(folder, name, change):
    wrap, text, read = ALL[name]
    sound = outcome(folder / name, wrap(text.encode()), read)
    pd.testing.assert_frame_equal(outcome(folder / name, wrap(change(text).encode()), read), sound)


@pytest.mark.parametrize("name", ALL)
@given(data=st.data())
def test_nul_is_refused(folder, name, data):
    wrap, text, read = ALL[name]
    place = data.draw(st.integers(1, len(text)))
    assert outcome(folder / name, wrap((text[:place] + "\0" + text[place:]).encode()), read) is None


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=150)
@given(data=st.data())
def test_any_other_damage_to_text(folder, name, data):
    wrap, text, read = ALL[name]
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw) - 1))
        raw[start : start + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
        if not raw:
            raw = bytearray(b";")
    got = outcome(folder / name, wrap(bytes(raw)), read)
    if got is not None:
        assert got.index.is_unique
        assert not got.index.hasnans


@pytest.mark.parametrize("name", BOOKS)
@settings(max_examples=150)
@given(data=st.data())
def test_damaged_workbooks(folder, name, data):
    raw, read = BOOKS[name]
    sound = outcome(folder / name, raw, read)
    damaged = bytearray(raw)
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(0, len(raw) - 1)) :]
    else:
        for _ in range(data.draw(st.integers(1, 3))):
            damaged[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    got = outcome(folder / name, bytes(damaged), read)
    if got is not None:  # the archive's checksums let nothing else through
        pd.testing.assert_frame_equal(got, sound)
