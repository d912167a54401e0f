"""Values that everybody knows: weekdays, colours, cuisines, diets, genres and the like, with their wordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

Values = Mapping[str, tuple[str, ...]]
"""By value its other wordings."""


def _values(text: str) -> Values:
    """Entries "value = wording / wording", divided by semicolons."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in text.split(";"):
        value, _, wordings = entry.partition("=")
        found[" ".join(value.split())] = tuple(
            " ".join(word.split()) for word in wordings.split("/") if word.strip()
        )
    return MappingProxyType(found)


_DIETS = _values(
    """vegan = plant-based / plant based; vegetarian = veggie / meatless / no meat; gluten-free = no gluten / without gluten / celiac / coeliac;
    dairy-free = no dairy / without dairy / lactose intolerant / lactose-free; nut-free = no nuts / without nuts / nut allergy; halal; kosher;
    keto = ketogenic; paleo; pescatarian; low-carb = low carb; low-fat; sugar-free"""
)
_CUISINES = _values(
    """Italian; Chinese; Mexican; Thai; Indian; Japanese; French; Greek; Spanish; Korean; Vietnamese; American; Mediterranean; Turkish; Lebanese;
    Ethiopian; Moroccan; Brazilian; Peruvian; German; British; Caribbean; Cuban; Russian; Indonesian; Malaysian; Filipino; sushi; pizza;
    seafood; barbecue = bbq; steakhouse"""
)
_MUSIC = _values(
    """rock; pop; jazz; classical; country; hip-hop = hip hop / rap; blues; metal = heavy metal; electronic = edm; folk; reggae; soul;
    R&B = rnb / rhythm and blues; indie rock; indie; punk; opera; gospel; latin; disco; techno; house; alternative; k-pop"""
)
_FILMS = _values(
    """action; comedy = comedies; drama; horror; thriller; romance = romantic / romances; science fiction = sci-fi / scifi; fantasy; animation = animated;
    documentary = documentaries; adventure; crime; mystery = mysteries; western; musical; biography = biographical / biographies"""
)
_LANGUAGES = _values(
    """English; Spanish; French; German; Italian; Portuguese; Dutch; Russian; Chinese = Mandarin; Japanese; Korean; Arabic; Hindi; Turkish; Polish;
    Swedish; Danish; Norwegian; Finnish; Greek; Hebrew; Latin; Czech; Hungarian; Romanian; Thai; Vietnamese; Ukrainian; Swahili"""
)
_COLOURS = _values(
    """red; orange; yellow; green; blue; purple; pink; brown; black; white; gray; grey; turquoise; gold; silver; beige; cyan; magenta; violet; navy"""
)
_INSTRUMENTS = _values(
    """piano; guitar = acoustic guitar / electric guitar; violin; cello; flute; trumpet; drums; saxophone = sax; clarinet; harp; bass; viola; trombone;
    oboe; organ; ukulele; banjo; harmonica; accordion; keyboard"""
)
_RELIGIONS = _values(
    """Christianity = Christian; Islam = Islamic / Muslim; Judaism = Jewish; Buddhism = Buddhist; Hinduism = Hindu; Sikhism = Sikh; Taoism = Taoist / Daoism;
    Confucianism; Shinto; Jainism = Jain; Zoroastrianism"""
)
_SPORTS = _values(
    """tennis; soccer; football; basketball; baseball; golf; hockey = ice hockey; cricket; rugby; volleyball; boxing; swimming; cycling; chess; badminton;
    table tennis = ping pong; athletics; skiing; wrestling; handball; Formula 1 = f1"""
)
_METALS = _values(
    """gold; silver; platinum; palladium; copper; iron; steel = stainless steel; aluminum = aluminium; zinc; nickel; lead; tin; titanium; brass; bronze;
    rhodium; lithium; cobalt; tungsten; mercury; uranium; chromium; magnesium"""
)
_CRIMES = _values(
    """theft = thefts / stealing; fraud; murder = murders / homicide; robbery = robberies; burglary = burglaries; arson; assault; kidnapping; vandalism;
    embezzlement; identity theft; forgery; bribery; extortion; trespassing; violent = violent crime; property = property crime; drug = drugs"""
)
_TRANSPORT = _values(
    "bus; train; subway = metro; tram; ferry; car; plane = airplane / flight; taxi = cab; bike = bicycle"
)
_WEEKDAYS = _values("Monday; Tuesday; Wednesday; Thursday; Friday; Saturday; Sunday")
_MONTHS = _values(
    "January; February; March; April; May; June; July; August; September; October; November; December"
)
_SEASONS = _values("spring; summer; autumn = fall; winter")
_GENDERS = _values(
    "male = man / men / boy / boys / gentleman; female = woman / women / girl / girls / lady / ladies"
)
_MEN_AND_WOMEN = _values("men = man / men's / male / boys; women = woman / women's / female / ladies / girls")

_BY_HEAD: Mapping[str, Values] = MappingProxyType(
    {
        "diet": _DIETS, "dietary": _DIETS, "cuisine": _CUISINES, "language": _LANGUAGES, "color": _COLOURS,
        "colour": _COLOURS, "instrument": _INSTRUMENTS, "religion": _RELIGIONS, "sport": _SPORTS, "metal": _METALS, "crime": _CRIMES,
        "transportation": _TRANSPORT, "transport": _TRANSPORT, "weekday": _WEEKDAYS, "month": _MONTHS, "gender": _GENDERS,
    }
)  # fmt: skip


_OF_SEASONS = (
    "spring",
    "summer",
    "winter",
    "season of the year",
    "time of year",
    "weather",
    "plant",
    "cloth",
    "travel",
    "trip",
    "visit",
)
KNOWN_WORDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        value.lower(): wordings
        for values in (_DIETS, _CUISINES, _FILMS, _MUSIC, *_BY_HEAD.values(), _MEN_AND_WOMEN)
        for value, wordings in values.items()
    }
)
"""Other wordings of every value, in lower case."""


def domain_of(words: Sequence[str], text: str, shown: Sequence[str]) -> Values | None:
    """The values that a parameter may have by the `words` of its name, its description and the values that this shows; None for an open one."""
    last = words[-1] if words else ""
    if last == "gender" and {"men", "women"} & {item.lower() for item in shown}:
        return _MEN_AND_WOMEN
    if last in {"weekday", "day"}:
        return _WEEKDAYS if "week" in text else None
    if last in {"type", "category"} and ("cuisine" in text or "genre" in text):
        return _CUISINES if "cuisine" in text else _genres(text)
    if last == "season":
        return _SEASONS if any(word in text for word in _OF_SEASONS) else None
    if last in {"name", "id", "number", "code", "title", "rate"}:
        return None
    return (
        _genres(text)
        if "genre" in words
        else next((_BY_HEAD[word] for word in words if word in _BY_HEAD), None)
    )


def _genres(text: str) -> Values:
    return _FILMS if any(word in text for word in ("movie", "film", "book", "novel")) else _MUSIC
