"""Draw the maps of the Territoires d’industrie into maps/ and refresh the gallery.

Each map is a recipe of src/tiGIS/gallery/territoires.py: copy one, change
the column, and save it.

    python scripts/make_territoires_maps.py [FOLDER]
"""

import sys

from tiGIS.gallery import build

if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else "maps"
    for path in build("territoires", folder, done=lambda page: print(page.name, flush=True)):
        print(f"  {path}: {path.stat().st_size / 1000:.0f} kB")
