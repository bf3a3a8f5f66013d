"""What a dossier is made from: files of the cache, fetched where that is allowed; what lacks is noted."""

from __future__ import annotations

from dataclasses import dataclass

from tiGIS._errors import DataFileError, DownloadError, OfflineError
from tiGIS.dossier._report import Missing, Part, Why, as_origin
from tiGIS.provenance import note
from tiGIS.sources import Area, Cache, CachedFile, Transport, fetch, find_source


@dataclass
class Supply:
    """Where the parts of a dossier take their files.

    Attributes
    ----------
    code : str
        The territory, for the commands that the report suggests.
    cache : Cache
        The user's files.
    transport : Transport
        How requests are made.
    online : bool
        Whether what the cache lacks may be fetched.
    progress : bool
        Show bars.
    """

    code: str
    cache: Cache
    transport: Transport
    online: bool
    progress: bool = True

    def give(self, source: str, area: Area | None, part: Part, buffer_km: float = 0.0) -> list[CachedFile]:
        """Give the files of a source, noting in the part where they come from, or why they are not there."""
        known = find_source(source)
        try:
            files = fetch(
                source,
                area,
                cache=self.cache,
                transport=self.transport,
                online=self.online,
                progress=self.progress,
            )
        except (DownloadError, DataFileError) as error:
            around = f" --buffer-km {buffer_km:g}" if buffer_km else ""
            wanted = f" --territory {self.code}{around}"
            if known.scope == "france":
                wanted = ""
            elif known.scope == "extract" and area is not None:
                wanted = f" --departement {area.departements[0]}"
            why: Why = "absent" if isinstance(error, OfflineError) else "failed"
            command = f"tigis data get {source}{wanted}"
            part.missing.append(Missing(source, known.title, why, str(error), command))
            return []
        origins = [as_origin(file) for file in files]
        part.origins += origins
        for text in dict.fromkeys(origin.note for origin in origins if origin.note):
            part.limits.insert(0, note(text, text))
        return files
