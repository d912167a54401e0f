"""Well-known places: states and big cities of the US, countries and world cities, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from compiled_ai.modules._scan import any_of
from compiled_ai.modules._slot_cues import name_words
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_words import OPENERS, word_set
from compiled_ai.modules.text import title_case

_US = """AL Alabama:Birmingham,Montgomery,Mobile,Huntsville;AK Alaska:Anchorage,Fairbanks,Juneau;
AZ Arizona:Phoenix,Tucson,Mesa,Scottsdale,Tempe,Flagstaff,Chandler;AR Arkansas:Little Rock,Fayetteville;
CA California:Los Angeles,San Francisco,San Diego,San Jose,Sacramento,Oakland,Fresno,Long Beach,Palo Alto,Berkeley,Santa Monica,Santa Barbara,
Santa Clara,Irvine,Anaheim,Pasadena,Monterey,Santa Cruz,Mountain View,Cupertino,Riverside,Bakersfield,Sunnyvale,Fremont;
CO Colorado:Denver,Boulder,Colorado Springs,Aspen,Fort Collins;CT Connecticut:Hartford,New Haven,Stamford;DE Delaware:Wilmington,Dover;
DC District of Columbia:Washington;
FL Florida:Miami,Orlando,Tampa,Jacksonville,Tallahassee,Fort Lauderdale,Miami Beach,Key West,Naples,St. Petersburg,Gainesville;
GA Georgia:Atlanta,Savannah,Augusta;HI Hawaii:Honolulu,Hilo;ID Idaho:Boise;IL Illinois:Chicago,Naperville,Peoria;
IN Indiana:Indianapolis,Fort Wayne,Bloomington;IA Iowa:Des Moines,Cedar Rapids,Iowa City;KS Kansas:Wichita,Topeka,Overland Park;
KY Kentucky:Louisville,Lexington;LA Louisiana:New Orleans,Baton Rouge;ME Maine:Bangor;MD Maryland:Baltimore,Annapolis,Bethesda;
MA Massachusetts:Boston,Cambridge,Worcester,Salem;MI Michigan:Detroit,Ann Arbor,Grand Rapids,Lansing,Flint;MN Minnesota:Minneapolis,Saint Paul,St. Paul,Duluth;
MS Mississippi:Biloxi;MO Missouri:St. Louis,Saint Louis,Branson;MT Montana:Bozeman,Billings,Missoula;NE Nebraska:Omaha;
NV Nevada:Las Vegas,Reno,Henderson;NH New Hampshire:Nashua;NJ New Jersey:Newark,Jersey City,Hoboken,Princeton,Atlantic City,Trenton;
NM New Mexico:Albuquerque,Santa Fe;NY New York:New York,New York City,Buffalo,Rochester,Albany,Syracuse,Brooklyn,Manhattan,Queens,Ithaca;
NC North Carolina:Charlotte,Raleigh,Durham,Asheville,Greensboro;ND North Dakota:Fargo,Bismarck;OH Ohio:Cleveland,Cincinnati,Toledo,Akron,Dayton;
OK Oklahoma:Oklahoma City,Tulsa;OR Oregon:Portland,Eugene,Bend;PA Pennsylvania:Philadelphia,Pittsburgh,Harrisburg,Allentown;RI Rhode Island:Providence;
SC South Carolina:Charleston,Myrtle Beach;SD South Dakota:Sioux Falls;TN Tennessee:Nashville,Memphis,Knoxville,Chattanooga;
TX Texas:Austin,Houston,Dallas,San Antonio,Fort Worth,El Paso,Waco,Plano,Galveston,Corpus Christi,Lubbock;UT Utah:Salt Lake City,Provo;
VT Vermont:Burlington;VA Virginia:Richmond,Norfolk,Virginia Beach,Alexandria;WA Washington:Seattle,Spokane,Tacoma,Bellevue,Redmond;
WV West Virginia:Morgantown;WI Wisconsin:Milwaukee,Madison,Green Bay;WY Wyoming:Cheyenne"""
_WORLD = """United Kingdom:London,Manchester,Liverpool,Edinburgh,Glasgow,Oxford,Bristol,Leeds,Cardiff,Belfast,Brighton;Ireland:Dublin,Cork,Galway;
France:Paris,Lyon,Marseille,Nice,Bordeaux,Toulouse;Germany:Berlin,Munich,Hamburg,Frankfurt,Cologne,Stuttgart,Dresden;Italy:Rome,Milan,Venice,Florence,Turin;
Spain:Madrid,Barcelona,Seville,Valencia,Bilbao;Portugal:Lisbon,Porto;Netherlands:Amsterdam,Rotterdam,The Hague;Belgium:Brussels,Antwerp;
Switzerland:Zurich,Geneva,Basel,Bern;Austria:Vienna,Salzburg;Denmark:Copenhagen;Sweden:Stockholm,Gothenburg;Norway:Oslo,Bergen;Finland:Helsinki;
Poland:Warsaw,Krakow;Czech Republic:Prague;Hungary:Budapest;Greece:Athens;Turkey:Istanbul,Ankara;Russia:Moscow,Saint Petersburg;Ukraine:Kyiv,Kiev;
Romania:Bucharest;Canada:Toronto,Vancouver,Montreal,Ottawa,Calgary,Edmonton,Quebec City,Winnipeg,Halifax;Mexico:Mexico City,Cancun,Guadalajara;
Brazil:Sao Paulo,São Paulo,Rio de Janeiro,Brasilia;Argentina:Buenos Aires;Chile:Santiago;Peru:Lima;Colombia:Bogota,Bogotá,Medellin;Cuba:Havana;
Japan:Tokyo,Osaka,Kyoto,Nagoya,Sapporo,Hiroshima;China:Beijing,Shanghai,Shenzhen,Guangzhou,Chengdu,Wuhan;Taiwan:Taipei;South Korea:Seoul,Busan;
India:Mumbai,Delhi,New Delhi,Bangalore,Bengaluru,Chennai,Kolkata,Hyderabad,Pune,Jaipur;Pakistan:Karachi,Lahore;Bangladesh:Dhaka;Nepal:Kathmandu;
Thailand:Bangkok,Phuket;Vietnam:Hanoi,Ho Chi Minh City;Indonesia:Jakarta,Bali;Malaysia:Kuala Lumpur;Philippines:Manila;Australia:Sydney,Melbourne,
Brisbane,Perth,Adelaide,Canberra;New Zealand:Auckland,Wellington;Egypt:Cairo;Morocco:Marrakesh,Casablanca;South Africa:Cape Town,Johannesburg,Durban;
Kenya:Nairobi;Nigeria:Lagos,Abuja;Ethiopia:Addis Ababa;Israel:Tel Aviv,Jerusalem;United Arab Emirates:Dubai,Abu Dhabi;Qatar:Doha;Saudi Arabia:Riyadh;
Iceland:Reykjavik;Singapore:;Scotland:;England:;Wales:;Croatia:Zagreb,Dubrovnik;Serbia:Belgrade;Bulgaria:Sofia;Lebanon:Beirut;Iran:Tehran;Iraq:Baghdad"""
_MORE_COUNTRIES = (
    "United States,United States of America,USA,U.S.A.,US,U.S.,UK,U.K.,UAE,Afghanistan,Albania,Algeria,Angola,Bolivia,Cambodia,Cameroon,Chad,Costa Rica,"
    "Cyprus,Dominican Republic,Ecuador,El Salvador,Estonia,Fiji,Ghana,Great Britain,Guatemala,Haiti,Honduras,Jamaica,Jordan,Kazakhstan,Kuwait,Latvia,Libya,"
    "Lithuania,Luxembourg,Madagascar,Malta,Mongolia,Mozambique,Myanmar,Namibia,Nicaragua,North Korea,Oman,Panama,Paraguay,Puerto Rico,Rwanda,Senegal,Slovakia,"
    "Slovenia,Somalia,Sri Lanka,Sudan,Syria,Tanzania,Tunisia,Uganda,Uruguay,Uzbekistan,Venezuela,Yemen,Zambia,Zimbabwe,Korea,Holland"
)
_CONTINENTS = "Europe,Asia,Africa,North America,South America,Latin America,Antarctica,Oceania,Southeast Asia,East Asia,Western Europe,Eastern Europe,Middle East,Scandinavia"
_SHORT = {
    "NYC": "New York", "LA": "Los Angeles", "L.A.": "Los Angeles", "SF": "San Francisco", "DC": "Washington", "D.C.": "Washington",
    "Washington DC": "Washington", "Washington D.C.": "Washington", "Vegas": "Las Vegas", "Philly": "Philadelphia", "NOLA": "New Orleans",
}  # fmt: skip
_COUNTRY_NAMES = {
    "US": "United States", "U.S.": "United States", "UK": "United Kingdom",
    "U.K.": "United Kingdom", "United States of America": "United States", "UAE": "United Arab Emirates",
}  # fmt: skip
_WORDS_TOO = word_set(
    "mobile nice mesa buffalo queens bend reading turkey chad jordan cork florence charlotte savannah eugene madison lincoln us la sf dc in or me hi ok ma pa "
    "al oh id de providence phoenix aspen dover augusta naples salem flint jamaica panama china lima orlando austin santiago"
)


_NARROW = frozenset(("city, st", "city, state", "city, country", "city", "state", "country"))
_SAFE_SHORT = frozenset(("la", "sf", "nyc", "dc", "uk"))
_THE = re.compile(r"(?<!of )(?<!for )\bthe $|\b(?:of|for|in) the $")
_WAY = re.compile(r"\b(?:in|from|to|near|around|at|of|visit|between|and|via) $")
_ADDRESSED = re.compile(r"(?<![\w'-])[A-Z][\w'.-]*(?:\s(?:of\s(?:the\s)?)?[A-Z][\w'.-]*){0,3}(?=,\s?[A-Z])")
_QUARTER = re.compile(
    r"(?:\b(?:in|near|around|from|to|at|of|for)\s(?:the\s)?)([A-Z][\w'-]*(?:\s[A-Z][\w'-]*){0,3}),\s\Z"
)
_STREET = re.compile(
    r"(?<![\w.$-])(?i:[0-9]{1,5}[a-z]?\s(?:(?!in\b|of\b|at\b|on\b|to\b|from\b|for\b|and\b|by\b|with\b|miles?\b|days?\b)[a-z][\w'.]*\s){1,3}?"
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|square|sq|terrace|highway|hwy|parkway|pkwy)\b)"
    r"(?:,\s(?:St\.\s|Ft\.\s)?[A-Z][\w']*+(?:\s[A-Z][\w']*+)?(?:,\s[A-Z]{2}\b)?(?:\s[0-9]{5}\b)?)?"
)
_OPENER = re.compile(r"([A-Za-z']+)\s")
_CODE = re.compile(
    r"(?:\b(?:in|from|of|across|throughout|state)|,)\s(?:the\sstate\sof\s)?(?P<code>[A-Z]{2})(?![\w.'-])"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in a request: its first part, and the state or country said with it or known for it."""

    start: int
    end: int
    name: str
    kind: str
    """"city", "state", "country", "continent" or "street"; "unknown" for one that no table has."""
    said_region: str = ""


_STATES: dict[str, str] = {}
_CITY_STATE: dict[str, str] = {}
_CITY_COUNTRY: dict[str, str] = {}
_COUNTRIES: set[str] = set(_MORE_COUNTRIES.split(","))
_KNOWN: dict[str, tuple[str, str]] = {}


def _fill_tables() -> None:
    for row in _US.replace("\n", "").split(";"):
        head, _, cities = row.strip().partition(":")
        code, _, state = head.partition(" ")
        _STATES[code] = state
        for city in cities.split(","):
            _CITY_STATE[city.strip()] = code
    for row in _WORLD.replace("\n", "").split(";"):
        country, _, cities = row.strip().partition(":")
        _COUNTRIES.add(country)
        for city in filter(None, cities.split(",")):
            _CITY_COUNTRY[city.strip()] = country
    for names, kind in (
        (_STATES.values(), "state"),
        (_CONTINENTS.split(","), "continent"),
        (_COUNTRIES, "country"),
        (_CITY_COUNTRY, "city"),
        (_CITY_STATE, "city"),
    ):
        for name in names:
            _KNOWN[name.lower()] = (name, kind)
    for short, full in _SHORT.items():
        _KNOWN[short.lower()] = (full, "city")


_fill_tables()
_STATE_CODE = {state: code for code, state in _STATES.items()}
_PLACE = re.compile(rf"(?<![\w'@/-])(?:{any_of(_KNOWN)})(?![\w@]|'(?!s\b)|-\w)", re.I)
_REGION = re.compile(
    rf"(?:,\s?|\s(?=[A-Z]{{2}}\b|D\.C\.|{any_of(_STATES.values())}))(?:(?P<code>[A-Z]{{2}}\b|D\.C\.)|(?P<name>{any_of([*_STATES.values(), *_COUNTRIES])})(?!\w))",
    re.I,
)
_LANDSCAPE = re.compile(
    r"\s(?:rain\s?forest|forest|river|valley|desert|mountains?|basin|bay|islands?|coast|county|region|province|lakes?|delta|peninsula|national\spark|sea|ocean)\b"
)


def find_places(reading: Reading) -> Iterator[Place]:
    """Every well-known place, with its state or country when said at once after it."""
    for match in _PLACE.finditer(reading.text):
        said = match[0]
        name, kind = _KNOWN[re.sub(r"\s", " ", said.lower())]
        short = len(said) <= 3 and _is_short_place(reading, match.span())
        if (
            said.lower() in _WORDS_TOO
            and not said[0].isupper()
            and not (reading.lower and (len(said) > 4 or short))
        ):
            continue
        if len(said) <= 3 and not said.isupper() and not short:
            continue
        landscape = _LANDSCAPE.match(reading.folded, match.end())
        if landscape:
            yield Place(
                match.start(), landscape.end(), reading.original[match.start() : landscape.end()], "unknown"
            )
            continue
        region, end = region_after(reading, match.end())
        # "Washington" is a state beside a city of it, and a city on its own.
        yield Place(match.start(), end, name, kind, region)


def _is_short_place(reading: Reading, span: tuple[int, int]) -> bool:
    """Whether a short form without capitals stands where only a place can: "from la to", "the us population"."""
    said = reading.folded[slice(*span)]
    before = reading.folded[max(0, span[0] - 12) : span[0]]
    if said == "us":
        return reading.lower and _THE.search(before) is not None
    return reading.lower and said in _SAFE_SHORT and _WAY.search(before) is not None


def find_addressed(reading: Reading) -> Iterator[Place]:
    """Every name with capitals that a state or country follows after a comma: "Springfield, IL"."""
    for match in _ADDRESSED.finditer(reading.text):
        region, end = region_after(reading, match.end())
        start = match.start()
        while (opener := _OPENER.match(reading.text, start, match.end())) and opener[1].lower() in OPENERS:
            start = opener.end()
        if region and "," in reading.text[match.end() : end]:
            yield Place(start, end, reading.original[start : match.end()], "unknown", region)


def find_streets(reading: Reading) -> Iterator[Place]:
    """Every address with a house number, with the town and state said after it."""
    for match in _STREET.finditer(reading.text):
        yield Place(*match.span(), match[0], "street")


def with_quarter(reading: Reading, place: Place) -> Place:
    """A place with the quarter or suburb said before it: "Soho, London"."""
    before = _QUARTER.search(reading.text[max(0, place.start - 40) : place.start])
    if not before or reading.lower or before[1].split()[0].lower() in OPENERS:
        return place
    start = place.start - len(before[1]) - 2
    return Place(start, place.end, reading.original[start : place.end], "unknown", place.said_region)


def find_codes(reading: Reading) -> Iterator[Place]:
    """Every state that stands alone as its code: "a court in NY"."""
    for match in _CODE.finditer(reading.text) if not reading.text.isupper() else ():
        if match["code"] in _STATES and match["code"] not in {"LA", "DC"}:
            yield Place(*match.span("code"), _STATES[match["code"]], "state")


def landscape_end(reading: Reading, end: int) -> int:
    """Where a name ends that a word for a landscape follows: "Amazon rainforest"."""
    match = _LANDSCAPE.match(reading.folded, end)
    return match.end() if match else end


def region_after(reading: Reading, end: int) -> tuple[str, int]:
    """The state code or country that follows a place, "" without one, and where it ends."""
    match = _REGION.match(reading.text, end)
    if not match:
        return "", end
    if match["code"]:
        code = match["code"].upper().replace(".", "")
        if (code not in _STATES and code != "UK") or (
            not match["code"].isupper() and not (reading.lower and "," in match[0])
        ):
            return "", end
        return code, match.end()
    name = _KNOWN.get(re.sub(r"\s", " ", match["name"].lower()), ("", ""))[0]
    named = {state.lower(): state for state in _STATES.values()}.get(match["name"].lower(), name)
    return _STATE_CODE.get(named, named), match.end()


def region_place(reading: Reading, start: int, end: int) -> Place:
    """The state or country at a span as a place of its own."""
    said = reading.original[start:end]
    name, kind = _KNOWN.get(said.lower(), (_STATES.get(said.upper(), said), "state"))
    return Place(start, end, name, "country" if name in _COUNTRIES or said in _COUNTRY_NAMES else kind)


def state_of(place: Place) -> str:
    """The state of a well-known city of the US, or the one said with it, "" without one."""
    return (
        _STATES.get(place.said_region or _CITY_STATE.get(place.name, ""), "") if place.kind != "state" else ""
    )


def place_text(reading: Reading, place: Place, slot: Slot) -> tuple[str, float] | None:
    """How a slot wants a place written and how sure that is, None when it cannot be known."""
    said = reading.original[place.start : place.end].strip()
    style = slot.style.lower()
    if style not in _NARROW:
        bare, _, last = said.rpartition(" ")
        if bare[:1].isupper() and last in name_words(slot.name):  # "Santa Clara county"
            said = bare
        return (said, 0.9) if place.kind == "street" else (_proper(said), 0.85)
    if place.kind in {"continent", "street"}:
        return None
    head = said.split(",")[0].strip() if place.kind != "unknown" or "," in said else said
    if place.said_region and "," not in said:
        head = place.name
    if style in {"state", "country"}:
        return _wider(place, style)
    return _city(_proper(head), place, style)


def _wider(place: Place, style: str) -> tuple[str, float] | None:
    """The state or country of a place."""
    region = place.said_region
    if place.kind == style:
        name = place.name
    elif style == "state":
        name = _STATES.get(region, "")
    else:
        name = "" if region in _STATES else region
    return (_COUNTRY_NAMES.get(name, name), 0.9) if name else None


def _city(head: str, place: Place, style: str) -> tuple[str, float] | None:
    """A city with or without its state or country."""
    region = place.said_region
    if style == "city":
        named = head if head.lower().startswith("washington") else _full(head, place)
        return (named, 0.9) if place.kind in {"city", "unknown"} else (head, 0.5)
    if style == "city, country":
        country = "" if region in _STATES else region
        country = country or _CITY_COUNTRY.get(place.name, "")
        return (f"{_full(head, place)}, {country}", 0.85) if country else None
    code = region or _CITY_STATE.get(place.name, "")
    if code not in _STATES:
        return None
    return f"{_full(head, place)}, {_STATES[code] if style == 'city, state' else code}", 0.9


def _proper(said: str) -> str:
    return title_case(said) if said.islower() else said


def _full(head: str, place: Place) -> str:
    """The city's full name for a nickname."""
    return (
        place.name if head.lower() in {short.lower() for short in _SHORT} and place.kind == "city" else head
    )
