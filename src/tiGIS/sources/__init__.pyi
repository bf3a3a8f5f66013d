"""Official sources, for type checkers and for the loader of `__init__.py`: the only list of their names."""

from ._archive import list_members as list_members
from ._archive import unpack as unpack
from ._area import Area as Area
from ._cache import Cache as Cache
from ._cache import CachedFile as CachedFile
from ._cache import cache_folder as cache_folder
from ._catalogue import Source as Source
from ._catalogue import catalogue as catalogue
from ._catalogue import find_source as find_source
from ._check import check_sources as check_sources
from ._features import describe_layer as describe_layer
from ._features import read_features as read_features
from ._fetch import fetch as fetch
from ._fetch import register as register
from ._http import Settings as Settings
from ._http import Transport as Transport
from .cartofriches import read_cartofriches as read_cartofriches
from .gaspar import read_gaspar as read_gaspar
from .insee_appartenance import read_insee_appartenance as read_insee_appartenance
from .insee_bpe import read_insee_bpe as read_insee_bpe
from .insee_bpe import read_insee_bpe_points as read_insee_bpe_points
from .insee_comparateur import read_insee_comparateur as read_insee_comparateur
from .insee_filosofi import read_insee_filosofi as read_insee_filosofi
from .insee_statistiques_locales import read_insee_statistiques_locales as read_insee_statistiques_locales
from .sites_economiques import read_activity_zones as read_activity_zones
from .sites_economiques import read_zoning as read_zoning
