"""XML and JSON from outside, parsed so that a hostile or broken file ends in a clear error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from tiGIS._errors import DataFileError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES = 512 * 1024**2  # of a document held in memory; a page of 5,000 features is a few dozen MB at most
_DEEPEST = 200
_HALF_LETTER = re.compile(rb"\\u[dD][89a-fA-F]")  # of a pair that stands for one letter; alone it is none


def parse_json(content: bytes, name: str | Path, most_bytes: int = MOST_BYTES) -> Any:
    """Parse JSON of a known size limit; ``DataFileError`` on anything else than one valid document."""
    if len(content) > most_bytes:
        raise DataFileError(
            name,
            f"a document of {len(content):,} bytes",
            f"at most {most_bytes:,}",
            "Ask for a smaller area.",
        )
    try:
        document = json.loads(content.decode("utf-8-sig"))
        if _HALF_LETTER.search(content):
            json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise DataFileError(name, f"half a letter ({error.object[error.start]!a})", "whole ones") from error
    except UnicodeDecodeError as error:
        raise DataFileError(name, f"a byte that is not UTF-8 at {error.start}", "JSON in UTF-8") from error
    except json.JSONDecodeError as error:
        raise DataFileError(
            name,
            f"broken JSON at line {error.lineno}, column {error.colno} ({error.msg})",
            "a whole document",
        ) from error
    except (RecursionError, ValueError) as error:  # nested without end, or a number of thousands of digits
        raise DataFileError(name, f"JSON that can't be read ({error})", "a plain document") from error
    return document


def parse_xml(content: bytes, name: str | Path, most_bytes: int = MOST_BYTES) -> Element:
    """Parse XML without entities, external references or document types; ``DataFileError`` otherwise."""
    if len(content) > most_bytes:
        raise DataFileError(
            name,
            f"a document of {len(content):,} bytes",
            f"at most {most_bytes:,}",
            "Ask for a smaller area.",
        )
    import io

    root: Element | None = None
    for event, element in _xml_events(io.BytesIO(content), name):
        if event == "start" and root is None:
            root = element
    if root is None:
        raise DataFileError(name, "no element", "an XML document")
    return root


def check_xml(file: Path) -> None:
    """Go through an XML file of any size, and refuse what :func:`parse_xml` refuses."""
    open_elements: list[Element] = []
    with file.open("rb") as stream:
        for event, element in _xml_events(stream, file):
            if event == "start":
                open_elements.append(element)
            else:
                open_elements.pop().clear()
                if open_elements:
                    open_elements[-1].clear()  # forget the children: memory stays bounded


def _xml_events(stream: BinaryIO, name: str | Path) -> Iterator[tuple[str, Element]]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    depth = 0
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                raise DataFileError(name, f"elements nested more than {_DEEPEST} deep", "plain XML")
            yield event, element
    except DefusedXmlException as error:
        raise DataFileError(
            name,
            f"a document type or entities ({type(error).__name__})",
            "plain XML",
            "They are refused: they can be used to read other files or to fill the memory.",
        ) from error
    except (ParseError, LookupError, ValueError) as error:  # LookupError: an encoding that does not exist
        raise DataFileError(name, f"broken XML ({error})", "a whole document") from error
