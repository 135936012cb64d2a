"""Where the people of the demonstration book live and how they would be reached: nothing here reaches anybody.

Numbers are those that regulators keep for fiction (United States 555-01xx, United Kingdom by Ofcom's drama list). The
mainland, Hong Kong and Taiwan keep none: there the number begins with 000, which no exchange there assigns.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple


class Place(NamedTuple):
    """A town: country and region (ISO 3166), time zone, and the address up to the street."""

    country: str
    region: str
    time_zone: str
    town: str


class Contact(NamedTuple):
    """How one debtor would be reached; an empty text is unknown."""

    place: Place
    address: str
    phone: str
    email: str


_SHANGHAI, _TAIPEI, _HONG_KONG, _LONDON = "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Europe/London"
PLACES: dict[str, tuple[Place, ...]] = {
    "CN": (
        Place("CN", "CN-ZJ", _SHANGHAI, "浙江省杭州市"),
        Place("CN", "CN-ZJ", _SHANGHAI, "浙江省杭州市"),
        Place("CN", "CN-ZJ", _SHANGHAI, "浙江省温州市"),
        Place("CN", "CN-ZJ", _SHANGHAI, "浙江省绍兴市"),
        Place("CN", "CN-JS", _SHANGHAI, "江苏省苏州市"),
    ),
    "HK": (
        Place("HK", "", _HONG_KONG, "香港九龍"),
        Place("HK", "", _HONG_KONG, "香港新界"),
        Place("HK", "", _HONG_KONG, "香港島"),
    ),
    "TW": (
        Place("TW", "TW-TPE", _TAIPEI, "臺北市"),
        Place("TW", "TW-NWT", _TAIPEI, "新北市"),
        Place("TW", "TW-TXG", _TAIPEI, "臺中市"),
        Place("TW", "TW-KHH", _TAIPEI, "高雄市"),
    ),
    "GB": (
        Place("GB", "GB-LDS", _LONDON, "Leeds"),
        Place("GB", "GB-BRD", _LONDON, "Bradford"),
        Place("GB", "GB-WKF", _LONDON, "Wakefield"),
    ),
    "US": (
        Place("US", "US-OH", "America/New_York", "Columbus, OH"),
        Place("US", "US-NY", "America/New_York", "Albany, NY"),
        Place("US", "US-WA", "America/Los_Angeles", "Tacoma, WA"),
    ),
}
_STREETS = {
    "CN": "青荷路 望江里街 柳浪巷 听泉路 瑶琳东路 雁回街 枕河路 桂语巷 松月路 晚晴街 鹿鸣北路 澜庭路",
    "HK": "青桐街 海棠里 長樂坊 望潮道 榕蔭街 錦霞徑",
    "TW": "清荷路一段 松月街 和暢路二段 晴川街 望海路三段 永樂里巷",
    "GB": "Tannery Fold|Larkfield Rise|Old Weir Lane|Bellwether Street|Cinder Croft|Plover Mews",
    "US": "Larkfield Ave|Old Weir Rd|Plover St|Cinder Creek Dr|Bellwether Ln",
}
_DIALS_CN, _DIALS_TW, _DIALS_HK = "000 {:04d} {:04d}", "+886 000 {:03d} {:03d}", "+852 000 {:02d} {:04d}"
_US_AREAS = {"US-OH": "614", "US-NY": "518", "US-WA": "253"}
_MAIL_DOMAINS = ("example.com", "example.org", "example.net")


def contact(rng: Random, country: str, towns: Sequence[str], *, mailbox: str, firm: bool) -> Contact:
    """A contact in a country, in one of these towns if any are named.

    ``mailbox`` is the part of an e-mail address before the sign; some debtors have no address, some no number.
    """
    place = rng.choice([place for place in PLACES[country] if not towns or place.town in towns])
    phone = phone_number(rng, place)
    email = f"{mailbox}@{rng.choice(_MAIL_DOMAINS)}"
    known = (rng.random() < 0.82, rng.random() < 0.55)
    return Contact(place, _address(rng, place, firm=firm), phone if known[0] else "", email if known[1] else "")


def phone_number(rng: Random, place: Place) -> str:
    """A number that cannot be somebody's."""
    high, low = rng.randrange(10_000), rng.randrange(10_000)
    if place.country == "CN":
        return _DIALS_CN.format(high, low)
    if place.country == "TW":
        return _DIALS_TW.format(high % 1000, low % 1000)
    if place.country == "HK":
        return _DIALS_HK.format(high % 100, low)
    if place.country == "US":
        return f"+1 {_US_AREAS[place.region]} 555 01{low % 100:02d}"
    # Ofcom's numbers for drama: mobile, and Leeds' own block.
    return f"+44 7700 900{low % 1000:03d}" if high % 3 else f"+44 113 496 0{low % 1000:03d}"


def _address(rng: Random, place: Place, *, firm: bool) -> str:
    split = "|" if place.country in {"GB", "US"} else None
    street = rng.choice(_STREETS[place.country].split(split))
    number, block, floor, door = rng.randint(1, 188), rng.randint(1, 18), rng.randint(2, 17), rng.randint(1, 4)
    if place.country in {"GB", "US"}:
        return f"{number} {street}, {place.town}"
    if place.country == "CN":
        return f"{place.town}{street}{number}号" + ("" if firm else f"{block}幢{floor}0{door}室")
    return f"{place.town}{street}{number}號" + ("" if firm else f"{floor}樓")
