"""Which types of Insee's BPE make each service: the basket of daily life, emergency departments, training.

Types have three nomenclatures: the labels of the workbook of 2013, the codes of 2018 to 2022, and the codes
since 2023, when many were renewed. The codes were read in lists of the producer's labels that public
repositories carry (2019-2021 and 2024); the documents of each year were not at hand.
"""

from __future__ import annotations

from typing import Literal, get_args

from tiGIS._arguments import checked

Nomenclature = Literal["2013", "2018", "2023"]
Services = Literal["daily", "emergency", "training", "gates", "doctors"]
_Types = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

_DAILY: dict[str, _Types] = {
    "banque": (("Banque, Caisse d'Epargne",), ("A203",), ("A203",)),
    "école de conduite": (("Ecole de conduite",), ("A304",), ("A304",)),
    "coiffure": (("Coiffure",), ("A501",), ("A501",)),
    "restaurant": (("Restaurant",), ("A504",), ("A504",)),
    "police ou gendarmerie": (("Police", "Gendarmerie"), ("A101", "A104"), ("A101", "A104")),
    "poste": (
        ("Bureau de poste", "Relais poste commerçant", "Agence postale communale"),
        ("A206", "A207", "A208"),
        ("A206", "A207", "A208"),
    ),
    "supermarché": (("Supermarché", "Hypermarché"), ("B102", "B101"), ("B105", "B104")),
    "boulangerie": (("Boulangerie",), ("B203",), ("B207",)),
    "librairie, papeterie, journaux": (("Librairie papeterie journeaux",), ("B301",), ("B324", "B325")),
    "station-service": (("Station service",), ("B316",), ("B316",)),
    "épicerie": (("Épicerie",), ("B202",), ("B202",)),
    "supérette": (("Supérette",), ("B201",), ("B201",)),
    "collège": (("Collège",), ("C201",), ("C201",)),
    "école maternelle": (
        (
            "École maternelle",
            "Classe maternelle de regroupement pédagogique intercommunal (RPI",
        ),
        ("C101", "C102"),
        ("C107", "C108"),
    ),
    "école élémentaire": (
        (
            "École élémentaire",
            "Classe élémentaire de regroupement pédagogique intercommunal (RP",
        ),
        ("C104", "C105"),
        ("C109", "C108"),
    ),
    "médecin omnipraticien": (("Médecin omnipraticien",), ("D201",), ("D265",)),
    "chirurgien-dentiste": (("Chirurgien dentiste",), ("D221",), ("D277",)),
    "infirmier": (("Infirmier",), ("D232",), ("D281",)),
    "pharmacie": (("Pharmacie",), ("D301",), ("D307",)),
    "laboratoire d'analyses": (("Laboratoire d'analyses médicales",), ("D302",), ("D302",)),
    "aide aux personnes âgées": (("Personnes âgées : services d'aide",), ("D403",), ("D403",)),
    "garde d'enfants": (("Garde d'enfant d'âge préscolaire",), ("D502",), ("D502",)),
}
_EMERGENCY: dict[str, _Types] = {"urgences": (("Urgences",), ("D106",), ("D106",))}
_TRAINING: dict[str, _Types] = {
    "formation professionnelle": (
        (
            "GRETA",
            "Centre de formation d'apprentis (hors agriculture)",
            "Centre de formation d'apprentis agricole",
            "Lycée d'enseignement professionnel",
            "Autres formations continues",
        ),
        ("C602", "C601", "C605", "C302", "C609"),
        ("C602", "C610", "C302"),
    )
}
_GATES: dict[str, _Types] = {
    "gare": (
        (
            "Gare avec train à grande vitesse (TAGV)",
            "Gare sous convention avec l'Etat",
            "Gare sous convention avec les conseils régionaux ou les STIF",
        ),
        ("E107", "E108", "E109"),
        ("E107", "E108", "E109"),
    ),
    "aéroport": (("Aéroport",), ("E102",), ("E102",)),
}
_DOCTORS: dict[str, _Types] = {
    "généraliste": (("Médecin omnipraticien",), ("D201",), ("D265",)),
    "gynécologue": (
        ("Spécialiste en gynécologie médicale", "Spécialiste en gynécologie obstétrique"),
        ("D214",),
        ("D276",),
    ),
    "ophtalmologue": (("Spécialiste en ophtalmologie",), ("D208",), ("D270",)),
    "pédiatre": (("Spécialiste en pédiatrie",), ("D210",), ("D272",)),
}
_SERVICES: dict[str, dict[str, _Types]] = {
    "daily": _DAILY,
    "emergency": _EMERGENCY,
    "training": _TRAINING,
    "gates": _GATES,
    "doctors": _DOCTORS,
}


@checked
def facility_items(
    services: Services = "daily", nomenclature: Nomenclature = "2013"
) -> dict[str, tuple[str, ...]]:
    """List the types of facilities that make each service, for the nomenclature of a file.

    Parameters
    ----------
    services : {"daily", "emergency", "training", "gates", "doctors"}, default "daily"
        The basket of daily life; emergency departments; vocational training; stations and airports; the
        doctors whom UFC-Que Choisir follows (general practitioners, gynaecologists, eye doctors,
        paediatricians).
    nomenclature : {"2013", "2018", "2023"}, default "2013"
        Labels of the workbook of 2013, codes of 2018 to 2022, or codes since 2023; ``read_insee_bpe`` says
        which with its result.

    Returns
    -------
    dict
        Item -> types, as :func:`facility_times` takes them.

    Examples
    --------
    >>> facility_items("emergency", "2023")
    {'urgences': ('D106',)}
    >>> len(facility_items())
    22
    """
    place = get_args(Nomenclature).index(nomenclature)
    return {item: types[place] for item, types in _SERVICES[services].items()}
