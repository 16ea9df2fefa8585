"""Names of the members: codes, aliases and regions."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from sim.scenario._tables import rows

ISO2 = {
    "ALB": "AL", "BEL": "BE", "BGR": "BG", "CAN": "CA", "HRV": "HR", "CZE": "CZ", "DNK": "DK",
    "EST": "EE", "FIN": "FI", "FRA": "FR", "DEU": "DE", "GRC": "GR", "HUN": "HU", "ISL": "IS",
    "ITA": "IT", "LVA": "LV", "LTU": "LT", "LUX": "LU", "MNE": "ME", "NLD": "NL", "MKD": "MK",
    "NOR": "NO", "POL": "PL", "PRT": "PT", "ROU": "RO", "SVK": "SK", "SVN": "SI", "ESP": "ES",
    "SWE": "SE", "TUR": "TR", "GBR": "GB", "USA": "US",
}  # fmt: skip
"""ISO 3166-1 alpha-2 code of each member, by alpha-3 code."""

_ALIASES = {
    "BEL": ("België", "Belgique", "Belgien"),
    "CZE": ("Czech Republic", "the Czech Republic", "Česko"),
    "DNK": ("Danmark",),
    "ESP": ("España",),
    "EST": ("Eesti",),
    "FIN": ("Suomi",),
    "FRA": ("French Republic",),
    "DEU": ("Federal Republic of Germany", "FRG", "Deutschland"),
    "GRC": ("EL", "Hellas", "Hellenic Republic"),
    "HRV": ("Hrvatska",),
    "HUN": ("Magyarország",),
    "ISL": ("Ísland",),
    "ITA": ("Italia",),
    "LTU": ("Lietuva",),
    "LVA": ("Latvija",),
    "NOR": ("Norge",),
    "POL": ("Polska",),
    "ROU": ("România",),
    "SVN": ("Slovenija",),
    "SWE": ("Sverige",),
    "MKD": ("Macedonia", "FYROM", "FYR Macedonia", "Republic of North Macedonia"),
    "NLD": ("Holland", "the Netherlands", "Nederland"),
    "SVK": ("Slovak Republic", "the Slovak Republic", "Slovensko"),
    "TUR": ("Turkey", "Republic of Türkiye"),
    "GBR": ("UK", "U.K.", "the UK", "Great Britain", "Britain", "England", "the United Kingdom"),
    "USA": (
        "U.S.", "U.S.A.", "the US", "the USA", "America", "United States of America",
        "the United States", "the United States of America",
    ),
}  # fmt: skip

_REGIONS = {
    "baltics": ("EST", "LVA", "LTU"),
    "nordics": ("DNK", "FIN", "ISL", "NOR", "SWE"),
    "benelux": ("BEL", "LUX", "NLD"),
    "visegrad": ("CZE", "HUN", "POL", "SVK"),
    # Defence ministers' "European Group of Five", meeting since November 2024.
    "big_five": ("DEU", "FRA", "GBR", "ITA", "POL"),
    "bucharest_nine": ("BGR", "CZE", "EST", "HUN", "LVA", "LTU", "POL", "ROU", "SVK"),
    # Hosts of NATO's forward land forces, Baltic Sea to Black Sea, and Finland.
    "eastern_flank": ("BGR", "EST", "FIN", "HUN", "LVA", "LTU", "POL", "ROU", "SVK"),
    "black_sea": ("BGR", "ROU", "TUR"),
    # Peninsula in the wide sense, with Slovenia and Romania, without Türkiye.
    "balkans": ("ALB", "BGR", "GRC", "HRV", "MKD", "MNE", "ROU", "SVN"),
    # The five large Mediterranean or Iberian members.
    "southern": ("ESP", "GRC", "ITA", "PRT", "TUR"),
    "north_america": ("CAN", "USA"),
}


def shares_land_border(row: Mapping[str, str]) -> bool:
    """Tell whether a row of ``members`` has a land border with Russia or Belarus."""
    return "True" in (row["land_border_with_russia"], row["land_border_with_belarus"])


def _fold(text: str) -> str:
    """Drop accents, case and outer or doubled blanks, so that spellings compare equal."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


@cache
def _by_alias() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows("members"):
        iso3 = row["iso3"]
        for text in (iso3, ISO2[iso3], row["name"], *_ALIASES.get(iso3, ())):
            names[_fold(text)] = iso3
    return names


def alias(text: str) -> str | None:
    """Find the member a person means.

    Parameters
    ----------
    text : str
        ISO 3166 alpha-2 or alpha-3 code, English name or a common other name ("UK", "Holland",
        "Turkey", the EU's "EL" for Greece). Case and accents do not matter.

    Returns
    -------
    str or None
        The alpha-3 code, or None if no member is called so.
    """
    return _by_alias().get(_fold(text))


def regions(year: int = 2025) -> dict[str, tuple[str, ...]]:
    """Named groups of members, as they stood in a year.

    Parameters
    ----------
    year : int
        Only countries that were NATO members in that year appear.

    Returns
    -------
    dict of str to tuple of str
        Alpha-3 codes, sorted, by group: ``all``, ``europe``, ``north_america``, ``eu``,
        ``baltics``, ``nordics``, ``benelux``, ``visegrad``, ``big_five``, ``bucharest_nine``,
        ``eastern_flank``, ``black_sea``, ``balkans``, ``southern`` and ``borders_russia``
        (land border with Russia or Belarus).
    """
    present = {r["iso3"]: r for r in rows("members") if int(r["accession_year"]) <= year}
    # The United Kingdom left the EU on 31 January 2020; today's EU members all joined by 2013.
    left_later = {"GBR"} if year < 2020 else set()
    groups: dict[str, tuple[str, ...]] = {
        **_REGIONS,
        "all": tuple(present),
        "europe": tuple(i for i in present if i not in _REGIONS["north_america"]),
        "eu": tuple(i for i, r in present.items() if r["eu_member"] == "True" or i in left_later),
        "borders_russia": tuple(i for i, r in present.items() if shares_land_border(r)),
    }
    return {
        name: tuple(sorted(i for i in members if i in present))
        for name, members in sorted(groups.items())
    }
