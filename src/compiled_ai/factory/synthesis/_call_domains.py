"""Values that everybody knows: weekdays, colours, cuisines, diets, genres and the like, with their wordings."""

from __future__ import annotations

import re
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
_INSTRUMENT_TYPES = _values(
    """piano; grand piano; upright piano; digital piano; electric piano; guitar; acoustic guitar; electric guitar; classical guitar; bass guitar; violin; viola;
    cello; double bass; flute; piccolo; trumpet; drum; drum kit = drum set; snare drum; saxophone = sax; alto saxophone; tenor saxophone; clarinet; harp;
    trombone; oboe; bassoon; organ; ukulele; banjo; harmonica; accordion; keyboard; synthesizer; mandolin; tuba;
    acoustic; electric; electronic; digital; classical; brass; string; wind; woodwind; percussion"""
)
_GAME_RATINGS = _values(
    "E; Everyone; E10+; Everyone 10+; T; Teen; M; Mature; Mature 17+; AO; Adults Only; RP; Rating Pending"
)
_RELIGIONS = _values(
    """Christianity = Christian; Islam = Islamic / Muslim; Judaism = Jewish; Buddhism = Buddhist; Hinduism = Hindu; Sikhism = Sikh; Taoism = Taoist / Daoism;
    Confucianism; Shinto; Jainism = Jain; Zoroastrianism"""
)
_SPORTS = _values(
    """tennis; soccer; football; basketball; baseball; golf = golfer; hockey = ice hockey; cricket = cricketer; rugby; volleyball;
    boxing = boxer; swimming = swimmer; cycling = cyclist; chess; badminton; table tennis = ping pong; athletics = track and field; skiing = skier;
    wrestling = wrestler; handball; Formula 1 = f1; snooker; darts; surfing = surfer; gymnastics = gymnast; figure skating = figure skater;
    water polo; lacrosse; fencing; judo; karate; rowing; squash; archery; sumo"""
)
_LEAGUES = _values(
    """NBA; WNBA; NFL; MLB; NHL; MLS; NCAA; UFC; IPL; AFL; EPL; Premier League; English Premier League; La Liga; Serie A; Serie B; Bundesliga;
    2. Bundesliga; Ligue 1; Ligue 2; Eredivisie; Primeira Liga; Scottish Premiership; Super Lig; Champions League; UEFA Champions League;
    Europa League; UEFA Europa League; Conference League; World Cup; FIFA World Cup; EFL Championship; FA Cup; Copa del Rey; J-League = J League;
    K League; A-League; Liga MX; Super League; Major League Soccer; Major League Baseball; National Football League; National Basketball Association;
    National Hockey League; Six Nations; Top 14; EuroLeague; Big Bash League; Indian Premier League"""
)
_GAME_PLATFORMS = _values(
    """PC = personal computer; Mac; Linux; Steam; Xbox; Xbox One; Xbox 360; Xbox Series X; Xbox Series S; PlayStation; PlayStation 2; PlayStation 3;
    PlayStation 4; PlayStation 5; PS2; PS3; PS4; PS5; PSP; PS Vita; Nintendo Switch; Switch; Wii; Wii U; Nintendo 64; Nintendo DS; Nintendo 3DS; GameCube;
    Game Boy; iOS; Android; mobile; Sega Genesis; Dreamcast; Stadia; Meta Quest"""
)
_EXCHANGES = _values(
    """NASDAQ; NYSE; New York Stock Exchange; AMEX; LSE; London Stock Exchange; TSX; Toronto Stock Exchange; TSE; Tokyo Stock Exchange; HKEX;
    Hong Kong Stock Exchange; SSE; Shanghai Stock Exchange; BSE; Bombay Stock Exchange; NSE; ASX; Euronext; Frankfurt Stock Exchange; Xetra;
    SIX Swiss Exchange; Nikkei; Dow Jones; S&P 500; FTSE 100; DAX"""
)
_MEDIA = _values(
    """vacuum; air; water = underwater; seawater = sea water / saltwater / salt water; glass; oil; ice; steel; iron; wood; diamond; copper;
    aluminum = aluminium; ethanol; alcohol; glycerin; quartz; rubber; concrete; plastic; paper; mica; teflon; silicon; helium; hydrogen"""
)
_GASES = _values(
    """air; nitrogen; oxygen; hydrogen; helium; argon; neon; carbon dioxide; CO2; carbon monoxide; methane; ammonia; steam; chlorine; xenon; krypton;
    propane; butane; ozone; sulfur dioxide; nitrous oxide; N2; O2; H2"""
)
_SPECIES = _values(
    """Homo sapiens = human / people; Mus musculus = mouse / mice; Rattus norvegicus = rat / rats; Canis lupus = wolf / wolves;
    Canis lupus familiaris = dog / dogs; Felis catus = cat / cats; Bos taurus = cow / cows / cattle; Sus scrofa = pig / pigs; Gallus gallus = chicken;
    Equus caballus = horse; Ovis aries = sheep; Danio rerio = zebrafish; Drosophila melanogaster = fruit fly / fruit flies;
    Caenorhabditis elegans = C. elegans / roundworm; Saccharomyces cerevisiae = yeast; Escherichia coli = E. coli; Arabidopsis thaliana = arabidopsis;
    Pan troglodytes = chimpanzee / chimp; Macaca mulatta = rhesus monkey / rhesus macaque; Xenopus laevis = xenopus / clawed frog; Oryza sativa = rice;
    Zea mays = maize / corn"""
)
_CARD_RANKS = _values(
    """Ace; Two = 2 of; Three = 3 of; Four = 4 of; Five = 5 of; Six = 6 of; Seven = 7 of; Eight = 8 of; Nine = 9 of; Ten = 10 of; Jack; Queen; King; Joker"""
)
_CARD_SUITS = _values("Hearts; Spades; Diamonds; Clubs")
_SCALES = _values(
    """major; minor; harmonic minor; melodic minor; natural minor; pentatonic; major pentatonic; minor pentatonic; blues; chromatic; whole tone;
    dorian; mixolydian; lydian; phrygian; locrian; aeolian; ionian; diminished; augmented"""
)


def _keys() -> Values:
    """Keys of music. "A minor" is left out: in small letters it is an article and a word."""
    modes = (
        "major",
        "minor",
        "scale",
        "dorian",
        "mixolydian",
        "blues",
        "pentatonic",
        "harmonic minor",
        "melodic minor",
    )
    found = {letter: tuple(f"{letter} {mode}" for mode in modes) for letter in "CDEFGB"}
    found["A"] = ("key of A", "A natural")
    for mark, name, sign, letters in (("#", "sharp", "\u266f", "CDFGA"), ("b", "flat", "\u266d", "BEADG")):
        found |= {
            f"{letter}{mark}": (f"{letter} {name}", f"{letter}{name}", f"{letter}{sign}")
            for letter in letters
        }
    return MappingProxyType(found)


_KEYS = _keys()
_OCCASIONS = _values(
    """rock; pop; jazz; classical = classical music; country; hip hop = hip-hop / rap; blues; metal = heavy metal; electronic; folk; reggae; soul; indie; punk;
    opera; gospel; latin; techno; house; art; theater; theatre; comedy = stand-up; dance = dancing; ballet; film = cinema; food; wine; sports; literature;
    poetry; technology = tech; fashion; photography; gaming; family; business; science; charity; festival; music; magic; circus"""
)
_METALS = _values(
    """gold; silver; platinum; palladium; copper; iron; steel = stainless steel; aluminum = aluminium; zinc; nickel; lead; tin; titanium; brass; bronze;
    rhodium; lithium; cobalt; tungsten; mercury; uranium; chromium; magnesium"""
)
_MATERIALS = _values(
    """bronze; marble; wood = wooden; oak; pine; stone; granite; limestone; clay; terracotta; ceramic = ceramics; porcelain; glass; crystal; steel; stainless steel; iron; cast iron;
    copper; brass; aluminum = aluminium; gold; silver; plaster; wax; ivory; jade; concrete; brick; plastic; rubber; leather; cotton; wool; silk; linen; polyester; nylon; denim;
    velvet; cashmere; bamboo; rattan; cork; paper; cardboard; canvas; carbon fiber = carbon fibre; titanium; sandstone; resin; fiberglass = fibreglass; acrylic"""
)
_FUELS = _values(
    "gasoline = petrol / unleaded; gas = gas-powered / gas-fueled / gas-fuelled; diesel; electric = electricity; hybrid; ethanol = e85; biodiesel; natural gas = cng; propane = lpg; hydrogen; kerosene; coal"
)
_ARTS = _values(
    """painting = paintings; sculpture = sculptures; photography = photographs / photos; drawing = drawings; ceramics = ceramic / pottery; printmaking = prints; installation = installations;
    video art; performance art; textile art = textiles; street art = graffiti; calligraphy; architecture; glass art; digital art; collage = collages; dance; film = films; fashion; watercolor = watercolour"""
)
_COOKING = _values(
    """roast = roasted / roasting; grill = grilled / grilling; bake = baked / baking; fry = fried / frying / pan-fry; deep fry = deep-fried / deep-frying; boil = boiled / boiling; steam = steamed / steaming;
    smoke = smoked / smoking; braise = braised / braising; poach = poached / poaching; stew = stewed / stewing; air fry = air-fried / air fryer; slow cook = slow-cooked / slow cooker;
    pressure cook = pressure cooker / instant pot; microwave = microwaved; barbecue = bbq / barbecued; sous vide; saute = sauteed; broil = broiled / broiling"""
)
_ACCESS = _values("public; private")
_SYSTEMS = _values("metric = si units; imperial = us units")
_SKILLS = _values("beginner = beginners / novice; intermediate; advanced; expert")
_ACTIVITY = _values(
    """sedentary = inactive / desk job; light = lightly active / low; moderate = moderately active / medium; active = high; very active = very high; extremely active = athlete"""
)
_CLIMATES = _values(
    """tropical; temperate; arid = dry / desert; hot; cold; humid; mediterranean; continental; polar = arctic; subtropical; warm; cool"""
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
        "transportation": _TRANSPORT, "transport": _TRANSPORT, "weekday": _WEEKDAYS, "month": _MONTHS, "gender": _GENDERS, "league": _LEAGUES, "material": _MATERIALS, "fuel": _FUELS, "esrb": _GAME_RATINGS,
    }
)  # fmt: skip
_BY_DEFAULT = (
    _SCALES,
    _EXCHANGES,
    _MEDIA,
    _GASES,
    _SPECIES,
    _COLOURS,
    _GAME_PLATFORMS,
    _METALS,
    _ACCESS,
    _SYSTEMS,
    _SKILLS,
)
"""What an optional parameter most likely takes when its default is one of them."""
_BY_SAMPLES = (
    _CARD_SUITS, _CARD_RANKS, _GAME_PLATFORMS, _DIETS, _CUISINES, _MUSIC, _FILMS, _LANGUAGES, _COLOURS, _INSTRUMENTS, _RELIGIONS, _SPORTS,
    _LEAGUES, _TRANSPORT, _WEEKDAYS, _MONTHS, _SEASONS,
)  # fmt: skip
"""What a parameter takes when two or more of its samples are of them, and none of something else."""
_OF_MUSIC = re.compile(r"\b(?:music\w*|scales?|chords?|songs?|melod\w+|notes?|key signature)\b")
_OF_SEASONS = re.compile(
    r"\b(?:spring|summer|winter|season of the year|time of (?:the )?year|weather|climate|temperatures?|plant\w*|crops?|garden\w*|harvest\w*|flowers?|bloom\w*|"
    r"cloth\w*|outfits?|wear|travel\w*|trip|visit\w*|holidays?|vacation|hik\w+|beach|produce|ingredients?|recipes?|collect\w*|migrat\w+|festivals?)\b"
)
KNOWN_WORDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        value.lower(): wordings
        for values in (
            _ARTS,
            _COOKING,
            _ACTIVITY,
            _CLIMATES,
            _KEYS,
            _DIETS,
            _CUISINES,
            _FILMS,
            _MUSIC,
            *_BY_HEAD.values(),
            _MEN_AND_WOMEN,
            *_BY_DEFAULT,
            *_BY_SAMPLES,
            _OCCASIONS,
        )
        for value, wordings in values.items()
    }
)
"""Other wordings of every value, in lower case."""


def domain_of(words: Sequence[str], text: str, shown: Sequence[str]) -> Values | None:
    """The values that a parameter may have by the `words` of its name, its description and the values that this shows; None for an open one.

    The first of `shown` is the default.
    """
    last = words[-1] if words else ""
    if last in _DECIDED:
        return _decided(words, text, shown)
    found = _by_text(words, text) or _by_samples(words, shown)
    if found is not None:
        return found
    if "genre" in words:
        return _genres(text)
    found = next((_BY_HEAD[word] for word in words if word in _BY_HEAD), None)
    if found is not None:
        return found
    return _by_values(shown, (_GASES, *_BY_DEFAULT) if "gas" in words else _BY_DEFAULT)


_SORTS = frozenset(("type", "category"))


def _by_text(words: Sequence[str], text: str) -> Values | None:
    """The values of a sort of something that the name or the description tells: "type of crime", "cooking method"."""
    last = words[-1] if words else ""
    if last in _SORTS and ("cuisine" in text or "genre" in text):
        return _CUISINES if "cuisine" in text else _genres(text)
    known = (
        (last in _SORTS and "instrument" in text, _INSTRUMENT_TYPES),
        (last in _SORTS and re.search(r"\bcrimes?\b", text), _CRIMES),
        (last in {"form", "type", "style", "medium"} and "art" in words, _ARTS),
        (last in {"method", "style", "technique"} and re.search(r"\bcook", text), _COOKING),
    )
    return next((values for fits, values in known if fits), None)


def _by_samples(words: Sequence[str], shown: Sequence[str]) -> Values | None:
    """The values of a name of which one value is shown, as default or sample."""
    said = {item.lower() for item in shown}
    known = (("climate", "temperate", _CLIMATES), ("activity", "moderate", _ACTIVITY))
    return next((values for word, value, values in known if word in words and value in said), None)


_DECIDED = frozenset(
    ("gender", "weekday", "day", "season", "key", "id", "number", "code", "title", "rate", "name")
)
"""Last words of names that tell by themselves, or with the description, whether the values are known."""


def _decided(words: Sequence[str], text: str, shown: Sequence[str]) -> Values | None:
    """The values of a parameter whose name ends in one of `_DECIDED`."""
    shows_men = bool({"men", "women"} & {item.lower() for item in shown})
    known: Mapping[str, Values | None] = {
        "gender": _MEN_AND_WOMEN if shows_men else _GENDERS,
        "weekday": _WEEKDAYS if "week" in text else None,
        "day": _WEEKDAYS if "week" in text else None,
        "season": _SEASONS if _OF_SEASONS.search(text) else None,
        "key": _KEYS if _OF_MUSIC.search(text) else None,
        "name": _LEAGUES if "league" in words else None,
    }
    return known.get(words[-1])


def _genres(text: str) -> Values:
    if any(word in text for word in ("movie", "film", "book", "novel")):
        return _FILMS
    return _OCCASIONS if re.search(r"\bevents?\b", text) else _MUSIC


def _by_values(shown: Sequence[str], by_default: Sequence[Values]) -> Values | None:
    """The values of which the default, which comes first in `shown`, or the samples are some."""
    default, samples = shown[0].lower() if shown else "", {item.lower() for item in shown[1:]}
    for values in _BY_SAMPLES if len(samples) > 1 else ():
        if samples <= _names(values):
            return values
    return next((values for values in by_default if default in _names(values)), None)


def _names(values: Values) -> frozenset[str]:
    return frozenset(value.lower() for value in values)
