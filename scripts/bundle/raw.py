"""Files that a producer replaces under one address: the edition used here is put into ``raw`` by hand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edition:
    """One edition of a producer's file, known by its hash."""

    archive: str
    sha256: str
    what: str

    def path(self, raw: Path) -> Path:
        """Where it is; refused when absent or another edition."""
        path = raw / self.archive
        if not path.exists():
            raise SystemExit(f"{path} is absent: {self.what}")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != self.sha256:
            raise SystemExit(f"{path}: sha256 is {found}; expected {self.sha256} ({self.what})")
        return path
