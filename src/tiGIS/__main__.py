"""``python -m tiGIS`` is ``tigis``, for those whose PATH doesn't hold the environment's commands."""

from __future__ import annotations

from tiGIS.cli import main

main()
