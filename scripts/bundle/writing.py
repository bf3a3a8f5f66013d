"""Writing the files of the bundle, the same bytes each time, and keeping the list of what they are."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

COMPRESSION = {"compression": "zstd", "compression_level": 19}


@dataclass(frozen=True)
class Origin:
    """Where a file's content comes from and on what terms."""

    source: str
    licence: str
    attribution: str
    vintage: str


@dataclass
class Bundle:
    """The folder being built, and its manifest."""

    folder: Path
    files: dict[str, dict] = field(default_factory=dict)

    def write(self, name: str, table: pd.DataFrame, origin: Origin) -> None:
        """Write a table as Parquet (GeoParquet when it has a geometry) and note it in the manifest."""
        path = self.folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        if isinstance(table, gpd.GeoDataFrame):
            table.to_parquet(temporary, index=False, row_group_size=5000, **COMPRESSION)
        else:
            table.to_parquet(temporary, index=False, **COMPRESSION)
        temporary.replace(path)
        self.note(path.name, len(table), origin)

    def note(self, name: str, rows: int, origin: Origin) -> None:
        """Add to the manifest a file that is already in the folder."""
        content = (self.folder / name).read_bytes()
        self.files[name] = {
            "source": origin.source,
            "licence": origin.licence,
            "attribution": origin.attribution,
            "vintage": origin.vintage,
            "rows": rows,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }

    def write_manifest(self) -> None:
        text = json.dumps(dict(sorted(self.files.items())), ensure_ascii=False, indent=1)
        (self.folder / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")
