"""Rebuild the maps of Alès Agglomération in maps/, and the page that leads to them.

`tigis maps` does the same for all the pages, byte for byte. To draw a map of your own, copy
`scripts/first_map.py`; the recipes of these pages are in `src/tiGIS/gallery/` and `src/tiGIS/cases/ales/`.

    python scripts/make_ales_maps.py [FOLDER]
"""

import sys

from tiGIS.gallery import build

if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else "maps"
    for path in build("ales", folder, done=lambda page: print(page.name, flush=True)):
        print(f"  {path}: {path.stat().st_size / 1000:.0f} kB")
