"""A first map to copy: load the communes, join an indicator, draw, save.

Change the territory, the indicator or the title, and run it again:

    python scripts/first_map.py [SIREN] [FILE.html]
"""

import sys

import tiGIS

siren = sys.argv[1] if len(sys.argv) > 1 else "200066918"  # `tigis info "Le Creusot"` gives a SIREN
path = sys.argv[2] if len(sys.argv) > 2 else "population.html"

# 1. load: the communes of the territory, with their polygons
communes = tiGIS.load_communes(epci=siren)

# 2. join: nothing is lost in silence, the report says what did not match
change = tiGIS.values("population_change_2018_2022_pct", "commune")  # `tigis indicators` lists the others
communes, report = tiGIS.join(communes, change)
print(report)

# 3. draw
page = tiGIS.choropleth(
    communes,
    "population_change_2018_2022_pct",
    title=f"{int((communes[change.name] < 0).sum())} communes sur {len(communes)} perdent des habitants",
    subtitle="Évolution de la population municipale de 2018 à 2022, en %",
    unit="%",
    center=0,
    palette="change",
    population="population",
    kind="commune",
    context=tiGIS.load_communes(departement=sorted(communes["departement"].unique())),
)

# 4. save: one file, which opens in any browser without a connection
page.save(path)
print(path)

# A second map in five lines: the minutes to the motorway, on the bundled road network
minutes = tiGIS.enclavement.commune_table(tiGIS.load_interurban_network(), communes)[["motorway_min"]]
communes, report = tiGIS.join(communes, minutes)  # sources and limits come along
second = tiGIS.choropleth(communes, "motorway_min", unit="min", palette="enclavement")
second.save(path.removesuffix(".html") + "_autoroute.html")
print(second.layers[0].labels)
