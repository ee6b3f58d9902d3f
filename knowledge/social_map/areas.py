"""What an entry serves, and what a place lies in, as codes that a database can compare. Owns the names of areas; not the gazetteer.

country > region:flanders > province:antwerp > municipality:11002 > postcode:2140
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.places.gazetteer import Place, gazetteer

COUNTRY = "country"
REGION_NAMES = {"flanders": "Flanders", "brussels": "Brussels", "wallonia": "Wallonia", "ostbelgien": "German-speaking Community"}
PROVINCE_NAMES = {
    "antwerp": "Antwerp",
    "flemish_brabant": "Flemish Brabant",
    "walloon_brabant": "Walloon Brabant",
    "west_flanders": "West Flanders",
    "east_flanders": "East Flanders",
    "hainaut": "Hainaut",
    "liege": "Liège",
    "limburg": "Limburg",
    "luxembourg": "Luxembourg province",
    "namur": "Namur",
}
REACH = {"postcode": 0, "municipality": 1, "province": 2, "region": 3, COUNTRY: 4}
OSTBELGIEN_LIES_IN = "wallonia"  # the German-speaking Community is a part of the Walloon Region
_NAMED = (
    {"Belgium": COUNTRY}
    | {name: f"region:{region}" for region, name in REGION_NAMES.items()}
    | {name: f"province:{province}" for province, name in PROVINCE_NAMES.items()}
)
_POSTCODE = re.compile(r"\b[1-9]\d{3}\b")


def area_code(name: str) -> str | None:
    """The code of an area as entries name it ("Belgium", "Flanders", "Jette 1090"); None for what is no Belgian area."""
    if name in _NAMED:
        return _NAMED[name]
    postcode = _POSTCODE.search(name)
    place = gazetteer().part(postcode[0]) if postcode else gazetteer().find(name)
    if place is None:
        return None
    return f"municipality:{place.refnis}" if place.postcode in ("", place.postcodes[0]) else f"postcode:{place.postcode}"


def reach_of(code: str) -> int:
    """How wide an area is: 0 a postcode .. 4 the country."""
    return REACH[code.partition(":")[0]]


def codes_around(place: Place | None, region: str | None = None) -> list[str]:
    """The codes of all areas a place lies in, narrowest first; without a place the region, if known, and the country."""
    if place is None:
        return [*_regions(region), COUNTRY]
    asked_whole = place.postcode in ("", place.postcodes[0])  # "Antwerpen" asks for all its parts
    parts = place.postcodes if asked_whole else (place.postcode,)
    province = [f"province:{place.province}"] if place.province else []
    return [*(f"postcode:{code}" for code in parts), f"municipality:{place.refnis}", *province, *_regions(place.region), COUNTRY]


def serves(areas: Iterable[str], place: Place) -> bool:
    """Whether an entry with areas of these names serves a place."""
    around = set(codes_around(place))
    return any(area_code(name) in around for name in areas)


def narrowest(areas: list[str]) -> list[str]:
    """Of "Flanders, Antwerp, Borgerhout 2140" the last: such a list says where something is, widest first."""
    codes = [(area, area_code(area) or "") for area in areas]
    for kinds in (("postcode", "municipality"), ("province",), ("region",), (COUNTRY,)):
        found = [area for area, code in codes if code.startswith(kinds)]
        if found:
            return found
    return list(areas)


def _regions(region: str | None) -> list[str]:
    if region not in REGION_NAMES:
        return []
    return [f"region:{region}", *([f"region:{OSTBELGIEN_LIES_IN}"] if region == "ostbelgien" else [])]
