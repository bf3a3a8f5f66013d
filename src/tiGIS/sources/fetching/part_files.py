"""A file that comes in parts: what is known of the part at hand, so that a later run may go on with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tiGIS._errors import DownloadError
from tiGIS._files import write_text

if TYPE_CHECKING:
    import requests


def refuse_full_disk(part: Path, have: int, total: int | None) -> None:
    """Refuse a file that is larger than what the disk can take."""
    free = shutil.disk_usage(part.parent).free
    if total is not None and total - have > free:
        raise DownloadError(
            f"{part.name}: {total - have:,} bytes to come, but {free:,} free in {part.parent}. "
            "Make room, or set TIGIS_CACHE to a folder on another disk."
        )


def read_note(note: Path) -> dict[str, Any]:
    """Read what an earlier run noted of a part."""
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # absent, or cut when it was written: begin again
        return {}
    return known if isinstance(known, dict) else {}


def write_note(
    note: Path, address: str, answer: requests.Response, total: int | None, said: dict[str, str]
) -> None:
    """Remember what the part is a part of; only a strong validator allows to go on with it later."""
    etag = said.get("etag", "")
    validator = etag if etag.startswith('"') else said.get("last_modified", "")
    write_text(note, json.dumps({"address": address, "validator": validator, "total": total, "said": said}))
