"""General knowledge that schemas call for by their values: countries, weekdays, months, yes and no, with the names that people write.

Country codes are those of ISO 3166-1 (https://www.iso.org/iso-3166-country-codes.html).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_COUNTRIES = """
AR Argentina | AT Austria, Österreich, Oesterreich | AU Australia | BE Belgium, Belgique, België | BG Bulgaria | BR Brazil, Brasil | CA Canada
CH Switzerland, Schweiz, Suisse, Svizzera, Swiss | CL Chile | CN China, People's Republic of China, PRC | CO Colombia | CY Cyprus
CZ Czechia, Czech Republic, Česko | DE Germany, Deutschland, Federal Republic of Germany | DK Denmark, Danmark | EE Estonia, Eesti | EG Egypt
ES Spain, España, Espana | FI Finland, Suomi | FR France, République française
GB United Kingdom, UK, U.K., Great Britain, Britain, England, Scotland, Wales, Northern Ireland, United Kingdom of Great Britain and Northern Ireland
GR Greece, Hellas | HK Hong Kong | HR Croatia, Hrvatska | HU Hungary, Magyarország | ID Indonesia | IE Ireland, Éire, Republic of Ireland
IL Israel | IN India, Bharat | IS Iceland, Ísland | IT Italy, Italia | JP Japan, Nippon | KE Kenya | KR South Korea, Republic of Korea, Korea
LT Lithuania, Lietuva | LU Luxembourg, Luxemburg | LV Latvia, Latvija | MA Morocco | MT Malta | MX Mexico, México | MY Malaysia | NG Nigeria
NL Netherlands, the Netherlands, Nederland, Holland | NO Norway, Norge | NZ New Zealand, Aotearoa | PE Peru, Perú | PH Philippines
PL Poland, Polska | PT Portugal | RO Romania, România | RS Serbia | RU Russia, Russian Federation | SA Saudi Arabia | SE Sweden, Sverige
SG Singapore | SI Slovenia, Slovenija | SK Slovakia, Slovensko | TH Thailand | TR Turkey, Türkiye | TW Taiwan | UA Ukraine | AE United Arab Emirates, UAE
US United States, USA, U.S., U.S.A., United States of America, the United States, the States, America | VN Vietnam, Viet Nam | ZA South Africa
"""
COUNTRIES: dict[str, tuple[str, ...]] = {
    entry.strip()[:2]: tuple(name.strip() for name in entry.strip()[2:].split(","))
    for line in _COUNTRIES.strip().splitlines()
    for entry in line.split("|")
}
"""By code the names, in English and in the country's own languages."""
_YES_NO = {
    "yes": ("y", "true", "yep", "yeah", "1", "on", "sure"),
    "no": ("n", "false", "nope", "0", "off", "none"),
    "true": ("y", "yes", "1", "on"),
    "false": ("n", "no", "0", "off"),
}
_WEEKDAYS = {
    "monday": ("mon", "mo"), "tuesday": ("tue", "tues", "tu"), "wednesday": ("wed", "we"), "thursday": ("thu", "thur", "thurs", "th"),
    "friday": ("fri", "fr"), "saturday": ("sat", "sa"), "sunday": ("sun", "su"),
}  # fmt: skip
_MONTHS = {
    "january": ("jan",), "february": ("feb",), "march": ("mar",), "april": ("apr",), "may": (), "june": ("jun",), "july": ("jul",),
    "august": ("aug",), "september": ("sep", "sept"), "october": ("oct",), "november": ("nov",), "december": ("dec",),
}  # fmt: skip
_GENDERS = {"female": ("f", "woman", "w"), "male": ("m", "man"), "other": ("x", "diverse", "d", "non-binary")}
_SIZES = {
    "small": ("s",), "medium": ("m", "med"), "large": ("l",), "extra_large": ("xl", "x-large", "extra large"),
    "s": ("small",), "m": ("medium", "med"), "l": ("large",), "xl": ("extra large", "x-large"),
}  # fmt: skip


def known_names(values: Sequence[str]) -> dict[str, tuple[str, ...]] | None:
    """By value of an enum the other names that everybody knows; None if the values are of no known kind."""
    for table in (COUNTRIES, _YES_NO, _WEEKDAYS, _MONTHS, _GENDERS, _SIZES):
        found = _of(table, values)
        if found is not None:
            return found
    return None


def is_country_codes(values: Sequence[str]) -> bool:
    """Whether `values` are codes of countries."""
    return bool(values) and set(values) <= set(COUNTRIES)


def _of(table: Mapping[str, tuple[str, ...]], values: Sequence[str]) -> dict[str, tuple[str, ...]] | None:
    keys = {key.lower(): key for key in table}
    if not values or any(value.lower() not in keys for value in values):
        return None
    return {value: table[keys[value.lower()]] for value in values}
