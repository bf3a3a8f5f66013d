"""The errors that tiGIS raises: one family, so that a script can catch them all with ``TigisError``.

Each message says what was found, what was expected and what to do.
"""

from __future__ import annotations

from pathlib import Path


class TigisError(Exception):
    """Any error that tiGIS raises on purpose."""


class InputError(TigisError, ValueError):
    """A value given by the caller can't be used as it is."""


class CRSError(InputError):
    """A coordinate reference system is absent, or is not of the kind that the work needs."""


class TerritoryNotFoundError(TigisError, LookupError):
    """No territory answers to that name or code."""


class AmbiguousTerritoryError(TigisError, LookupError):
    """Several territories answer to that name; the message lists them."""


class VintageError(InputError):
    """Two things are written on different maps of communes, or a map is not at hand for that year."""


class AggregationError(InputError):
    """An indicator can't be summed up that way (a median, say); the message says what to use instead."""


class DataFileError(TigisError):
    """A file is absent, broken, or not of the form that its reader expects.

    Parameters
    ----------
    path : path-like
        The file.
    found : str
        What was found, with the line or column where there is one.
    expected : str
        What the reader expected there.
    action : str, optional
        What the user can do.
    """

    def __init__(self, path: str | Path, found: str, expected: str, action: str = "") -> None:
        self.path = Path(path)
        self.found = found
        self.expected = expected
        self.action = action
        message = f"{self.path.name}: {found}; expected {expected}"
        super().__init__(f"{message}. {action}" if action else message)

    def __reduce__(self) -> tuple[type[DataFileError], tuple[str | Path, str, str, str]]:
        return type(self), (self.path, self.found, self.expected, self.action)


class DownloadError(TigisError):
    """A file could not be brought from its producer; the message says why and what to do."""


class OfflineError(DownloadError):
    """A file is not in the cache and the network may not be used (``TIGIS_OFFLINE``)."""
