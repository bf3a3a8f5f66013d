"""What a user may write, with every room: test_types.py runs it and has mypy look at its types."""

import geopandas as gpd
import shapely

import tiGIS

ales = tiGIS.find_territory("200066918")[0]
communes = tiGIS.load_communes(epci=ales.code)
halls = tiGIS.territory.load_town_halls().loc[communes.index]
people = communes["population"].astype(float)

change = tiGIS.indicators.indicator("population_change_2018_2022_pct")
drawn, report = tiGIS.join(communes, tiGIS.values(change, map_year=2024))

roads = tiGIS.load_interurban_network()
classes = tiGIS.network.ROAD_CLASSES
minutes = tiGIS.travel_times(roads, halls, halls, progress=False)
way = tiGIS.routing.route(roads, halls.iloc[[0]], halls.iloc[[1]])

fall = tiGIS.accessibility.decay.exponential(0.05)
reach = tiGIS.accessibility.gravity(minutes, people, fall, allow_zero_intrazonal=True)
told = tiGIS.provenance.describe(reach, limits=[tiGIS.provenance.note("Un essai.", "A trial.")])
unequal = tiGIS.inequality.gini(reach, people)
targets = tiGIS.enclavement.load_targets(["motorway", "tgv"])
remote = tiGIS.enclavement.legal_remoteness(tiGIS.access_times(roads, halls, targets))

box = shapely.box(785000, 6335000, 786000, 6336000)
water = gpd.GeoDataFrame({"level": ["high"]}, geometry=[box], crs=2154)
wet = tiGIS.flood.exposure(communes, tiGIS.flood.FloodZones.from_frame(water))
sites = tiGIS.land.LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields())
account = tiGIS.land.brownfield_account(sites.frame)

cut = tiGIS.scenario.Scenario("cut", [tiGIS.scenario.RoadClosure(area=box)])
page = tiGIS.choropleth(drawn, change.name, title="La population")
chart = tiGIS.figure(page)
portrait = tiGIS.portrait.portrait(ales.code)
pages = tiGIS.gallery.chosen_pages("ales")
source = tiGIS.sources.find_source("cartofriches")
cases = tiGIS.cases.cases_of(communes.index)
part = tiGIS.dossier.Part("roads", {"fr": "Routes", "en": "Roads"})
