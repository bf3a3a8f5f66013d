"""Land for industry: sites, what constraints leave of it, how fit it is, supply and demand."""

from tiGIS.land._account import Constraint, LandAccount, land_account
from tiGIS.land._budget import land_supply, zero_net_path
from tiGIS.land._fallow import STEPS, brownfield_account, brownfield_step
from tiGIS.land._shapes import site_shapes
from tiGIS.land._sites import LandSites
from tiGIS.land._slope import steep_areas
from tiGIS.land._suitability import SITE_PROFILES, Criterion, SiteProfile, site_suitability
from tiGIS.land._vacancy import activity_zone_vacancy

__all__ = [
    "SITE_PROFILES",
    "STEPS",
    "Constraint",
    "Criterion",
    "LandAccount",
    "LandSites",
    "SiteProfile",
    "activity_zone_vacancy",
    "brownfield_account",
    "brownfield_step",
    "land_account",
    "land_supply",
    "site_shapes",
    "site_suitability",
    "steep_areas",
    "zero_net_path",
]
