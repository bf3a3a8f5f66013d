"""Official sources, for type checkers and for the loader of `__init__.py`: the only list of their names."""

from .fetching.area import Area as Area
from .fetching.cache import Cache as Cache
from .fetching.cache import CachedFile as CachedFile
from .fetching.cache import cache_folder as cache_folder
from .fetching.catalogue import NEWER as NEWER
from .fetching.catalogue import SCOPES as SCOPES
from .fetching.catalogue import Source as Source
from .fetching.catalogue import catalogue as catalogue
from .fetching.catalogue import find_source as find_source
from .fetching.check import check_sources as check_sources
from .fetching.fetch import fetch as fetch
from .fetching.fetch import register as register
from .fetching.transport import Settings as Settings
from .fetching.transport import Transport as Transport
from .reading.archive import list_members as list_members
from .reading.archive import unpack as unpack
from .reading.cartofriches import read_cartofriches as read_cartofriches
from .reading.features import describe_layer as describe_layer
from .reading.features import iter_features as iter_features
from .reading.features import read_features as read_features
from .reading.gaspar import read_gaspar as read_gaspar
from .reading.insee_appartenance import read_insee_appartenance as read_insee_appartenance
from .reading.insee_bpe import read_insee_bpe as read_insee_bpe
from .reading.insee_bpe import read_insee_bpe_points as read_insee_bpe_points
from .reading.insee_comparateur import read_insee_comparateur as read_insee_comparateur
from .reading.insee_filosofi import read_insee_filosofi as read_insee_filosofi
from .reading.insee_statistiques_locales import (
    read_insee_statistiques_locales as read_insee_statistiques_locales,
)
from .reading.sites_economiques import read_activity_zones as read_activity_zones
from .reading.sites_economiques import read_zoning as read_zoning
