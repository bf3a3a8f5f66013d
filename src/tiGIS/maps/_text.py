"""The words of a page, in French and in English."""

from __future__ import annotations

from tiGIS._format import Lang

_WORDS: dict[str, tuple[str, str]] = {
    # key: (French, English)
    "absent": ("donnée absente", "no data"),
    "class_": ("classe", "class"),
    "classes": ("Classes", "Classes"),
    "close": ("Fermer la fiche", "Close the panel"),
    "code": ("Code", "Code"),
    "colon": ("\u202f: ", ": "),
    "compare": ("Comparer", "Compare"),
    "compare_with": ("avec", "with"),
    "copied": ("Lien copié", "Link copied"),
    "csv": ("Tableau (CSV)", "Table (CSV)"),
    "download": ("Télécharger", "Download"),
    "full": ("Plein écran", "Full screen"),
    "geojson": ("Carte (GeoJSON)", "Map (GeoJSON)"),
    "highest": ("Les plus fortes valeurs", "Highest values"),
    "hint": (
        "Survolez la carte, cherchez un nom ou choisissez dans le tableau.",
        "Hover over the map, search for a name, or choose in the table.",
    ),
    "histogram": (
        "Répartition des {n} {kind} par valeur\u202f; la flèche marque la valeur affichée.",
        "Distribution of {n} {kind} by value; the arrow marks the one shown.",
    ),
    "home": ("Tout voir", "See all"),
    "in_bar": ("Voir la barre d’adresse", "See the address bar"),
    "interval": ("intervalle", "interval"),
    "interval_low": ("{label}, bas", "{label}, low end"),
    "interval_high": ("{label}, haut", "{label}, high end"),
    "unsure": (
        "Classe incertaine (hachures)\u202f: l’intervalle de la valeur déborde sur une autre classe.",
        "Uncertain class (hatched): the interval of the value reaches into another class.",
    ),
    "unsure_short": ("classe incertaine", "uncertain class"),
    "beside": ("côte à côte", "side by side"),
    "beside_map": ("Carte à côté\u202f: {label}", "Map beside: {label}"),
    "keys": (
        "Carte. Flèches\u202f: de proche en proche\u202f; Page suivante, précédente\u202f: par valeur\u202f; "
        "Entrée\u202f: ouvrir la fiche\u202f; plus et moins\u202f: zoom. Le tableau donne les mêmes données.",
        "Map. Arrows: from neighbour to neighbour; Page down and up: by value; Enter: open the panel; plus "
        "and minus: zoom. The table holds the same data.",
    ),
    "layers": ("Indicateur affiché", "Indicator shown"),
    "true": ("oui", "yes"),
    "false": ("non", "no"),
    "legend": ("Légende", "Legend"),
    "limits": ("Limites", "Limits"),
    "link": ("Copier le lien", "Copy link"),
    "lowest": ("Les plus faibles", "Lowest values"),
    "map": ("Carte", "Map"),
    "more": ("En savoir plus", "More about this map"),
    "next": ("Suivants", "Next"),
    "nothing": ("Aucun territoire de ce nom", "No territory of that name"),
    "overlays": ("Sur la carte", "On the map"),
    "overseas": ("Outre-mer", "Overseas"),
    "page": ("page {page} sur {of}", "page {page} of {of}"),
    "pages": ("Pages du tableau", "Pages of the table"),
    "people": ("Habitants", "Inhabitants"),
    "picture": ("Image (PNG)", "Picture (PNG)"),
    "previous": ("Précédents", "Previous"),
    "print": ("Imprimer", "Print"),
    "rank": ("{rank} sur {of} {kind}", "{rank} of {of} {kind}"),
    "search": ("Chercher un nom ou un code", "Search for a name or a code"),
    "skip": ("Aller aux données en tableau", "Go to the data as a table"),
    "source": ("Source", "Source"),
    "split": ("Position de la séparation entre les deux cartes", "Position of the line between the two maps"),
    "table": ("Tableau", "Table"),
    "tools": ("Outils", "Tools"),
    "trouble": (
        "Ce navigateur est trop ancien pour dessiner la carte (il en faut un de 2023 ou plus récent).",
        "This browser is too old to draw the map (one of 2023 or later is needed).",
    ),
    "no_script": (
        "La carte se dessine avec JavaScript, qui est coupé ici\u202f; légende et sources restent lisibles.",
        "The map is drawn by JavaScript, which is off here; the legend and sources can still be read.",
    ),
    "under": ("{high} ou moins", "{high} or less"),
    "year": ("Année", "Year"),
    "zoom_in": ("Agrandir", "Zoom in"),
    "zoom_out": ("Réduire", "Zoom out"),
    "to": ("{low} à {high}", "{low} to {high}"),
    "method_quantiles": ("classes d’effectifs égaux (quantiles)", "classes of equal counts (quantiles)"),
    "method_fisher-jenks": (
        "classes homogènes (Fisher-Jenks)",
        "classes as homogeneous as can be (Fisher-Jenks)",
    ),
    "method_equal": ("classes d’égale étendue", "classes of equal range"),
    "method_head-tail": ("moyennes emboîtées (head/tail)", "head/tail breaks"),
    "method_pretty": ("bornes rondes", "round bounds"),
    "method_values": ("une classe par valeur", "one class for each value"),
    "method_by hand": ("bornes choisies", "chosen bounds"),
    "method_categories": ("catégories", "categories"),
    "fit": (
        "{method}\u202f; elles rendent compte de {fit} de la variance.",
        "{method}; they account for {fit} of the variance.",
    ),
    "fit_around": (
        "{method}, de part et d’autre de {center}, qui est compris dans la classe du dessus\u202f; elles "
        "rendent compte de {fit} de la variance.",
        "{method}, on either side of {center}, which is in the class above; they account for {fit} of the "
        "variance.",
    ),
    "bound_rule": (
        "Une valeur égale à une borne est dans la classe qui finit là.",
        "A value equal to a bound is in the class that ends there.",
    ),
    "bound_rule_around": (
        "Une valeur égale à une borne est dans la classe qui finit là\u202f; {center}, dans celle qui y "
        "commence.",
        "A value equal to a bound is in the class that ends there; {center}, in the one that begins there.",
    ),
    "unknown_values": ("valeur inconnue|valeurs inconnues", "unknown value|unknown values"),
    "esri_null": (
        "vide d’un fichier ESRI (±1,8e308 ou ±3,4e38)",
        "no value in an ESRI file (±1.8e308 or ±3.4e38)",
    ),
    "chosen": (
        "Nombre de classes\u202f: le plus petit, de 4 à 7, qui rende compte de 85\u202f% de la variance, "
        "sinon 5.",
        "Number of classes: the fewest, 4 to 7, that account for 85% of the variance, else 5.",
    ),
}

_PAGE_KEYS = {
    *(
        "absent",
        "class_",
        "close",
        "code",
        "colon",
        "copied",
        "highest",
        "hint",
        "histogram",
        "link",
        "lowest",
    ),
    *("beside_map", "interval_high", "interval_low", "to", "unsure_short"),
    *("map", "next", "nothing", "page", "pages", "people", "previous", "rank", "table"),
}


def words(lang: Lang) -> dict[str, str]:
    """All the words of a language."""
    return {key: pair[0 if lang == "fr" else 1] for key, pair in _WORDS.items()}


def page_words(lang: Lang) -> dict[str, str]:
    """Give the words that the page's script needs."""
    every = words(lang)
    return {**{key: every[key] for key in sorted(_PAGE_KEYS)}, "inBar": every["in_bar"]}
