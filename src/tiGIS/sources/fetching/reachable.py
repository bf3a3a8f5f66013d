"""What can be reached: a machine without a network is told so at once, not after each host was waited for."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tiGIS._errors import DownloadError

_NOT_AGAIN_FOR_S = 60.0


@dataclass
class Reach:
    """Hosts that no connection came about to, and when; when one came about to any host."""

    unreached: dict[str, float] = field(default_factory=dict)
    reached_at: float = -math.inf

    def lacks(self, host: str, now: float, *, again: bool) -> bool:
        """Note that a host could not be reached; the first one may be tried again, a further one not."""
        if again and not self.unreached:
            return False
        self.unreached[host] = now
        return True

    def refuse(self, address: str, host: str, now: float) -> None:
        """Refuse a host that could not be reached a moment ago, and any where two others could not be."""
        self.unreached = {name: at for name, at in self.unreached.items() if now - at < _NOT_AGAIN_FOR_S}
        since = [name for name, at in self.unreached.items() if at >= self.reached_at]
        if host not in self.unreached and len(since) < 2:
            return
        names = host if host in self.unreached else " and ".join(since)
        raise DownloadError(
            f"{address}: no connection: {names} could not be reached a moment ago. Is there a network? A "
            "proxy must be named in HTTPS_PROXY. Files can be brought: tigis data get SOURCE --from FILE."
        )


def is_unreached(error: BaseException | None) -> bool:
    """Whether no connection came about: the name is not known, nobody listens, nothing comes back."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    for _ in range(5):  # requests wraps urllib3's faults, which wrap the system's
        if error is None or isinstance(error, (ConnectTimeoutError, NewConnectionError)):
            return error is not None
        error = getattr(error, "reason", None) or next(
            (part for part in error.args if isinstance(part, BaseException)), None
        )
    return False
