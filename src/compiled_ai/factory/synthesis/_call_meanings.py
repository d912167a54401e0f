"""What people say for values that stand in many enums: amenities, goods, departments, orders, spans of time and keys of music."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType


def _entries(text: str) -> Mapping[str, tuple[str, ...]]:
    """Lines "value, value: wording, wording" as a mapping from each value."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.strip().splitlines():
        values, _, wordings = line.partition(":")
        for value in values.split(","):
            found[value.strip()] = tuple(word.strip() for word in wordings.split(","))
    return MappingProxyType(found)


_SAID = _entries("""
    wi fi, wifi, free wifi, free wi fi: wifi, wireless, wireless internet, internet, internet access
    pet friendly, pets allowed, pets: pet, dog, puppy, cat, dog-friendly, animals
    gym, fitness center, fitness: gym, fitness, workout, work out, exercise room, weight room
    swimming pool, pool: pool, swim, swimming
    free breakfast, breakfast included: breakfast
    parking, free parking: parking space, car park, garage, park my car, park our car, park the car
    air conditioning: ac, a/c, aircon, air con, air-conditioned, air conditioner
    wheelchair accessible, wheelchair accessibility: wheelchair, accessible, step-free, disabled access
    patio, outdoor seating, terrace: patio, terrace, outdoor seating, outdoor table, sit outside, eat outside, al fresco
    delivery: deliver, delivered, home delivery
    takeout, takeaway: takeaway, take-away, take-out, to go, carry-out, takeout
    cafe: coffee, coffee shop, café
    children section: children's section, kids' section, kids section, children's books, kids' corner
    elevator: lift
    restroom, restrooms: toilet, washroom
    laundry: washing machine, washer
    seafood: fish, shellfish, shrimp, prawn, oyster
    dairy: milk, cheese, yogurt, yoghurt, butter, cream
    bakery: bread, pastry, pastries, baked goods, bagel, croissant
    vegetables, vegetable: veg, veggie, greens
    fruits, fruit: fruit
    meat: beef, pork, steak, sausage, butcher
    beverages, drinks: drink, soda, soft drink
    pediatrics: pediatric*, paediatric*, children's, children
    cardiology: heart, cardiac, cardiologist
    orthopedics, orthopaedics: orthop*, bone, broken bone, joint, fracture
    emergency: emergency room, a&e, casualty, urgent care
    general medicine: general practice, general practitioner, gp
    neurology: brain, nerve, neurologist, neurological
    dermatology: skin, dermatologist
    oncology: cancer, oncologist, tumor
    ophthalmology: eye, eyes, eye doctor
    dentistry, dental: dentist, dental, tooth, teeth
    psychiatry: mental health, psychiatrist, psychiatric
    obstetrics, maternity: maternity, pregnancy, pregnant, giving birth
    radiology: x-ray, imaging, radiologist
    ascending, asc: ascend*, increasing, smallest first, lowest first, low to high, lowest to highest, smallest to largest, smallest to biggest, small to large, small to big, lowest comes first, smallest comes first, least to greatest, a to z, upwards
    descending, desc: descend*, decreasing, largest first, highest first, biggest first, high to low, highest to lowest, largest to smallest, biggest to smallest, large to small, big to small, highest comes first, largest comes first, biggest comes first, greatest to least, z to a, downwards
    chronological: chronologically, by date, order of date, date order, by time, time order, in order of time, oldest first, earliest first, by year, timeline
    alphabetical: alphabetically, by name, a to z, alphabet
    newest, latest, recent: newest, latest, most recent, newest first, latest first, recent
    oldest: oldest first, earliest
    fastest: quickest, fast, quick, soonest, least time, shortest time, save time
    shortest: short, fewest miles, fewest kilometers, least distance
    cheapest: lowest price, least expensive, cheap, save money, lowest cost
    scenic: scenic route, scenery, beautiful, prettiest, nice views
    high: highly, top-rated, well rated, highly rated
    driving: drive, drives, by car, car, driven
    walking: walk, walks, on foot, by foot
    bicycling, cycling, biking: bike, bicycle, cycle, by bike, biking, cycling
    transit, public transport: public transport, public transportation, public transit, bus, train, subway, metro
    one way: single ticket, single fare, not coming back
    round trip: return ticket, return flight, there and back, roundtrip
    business: business class
    economy: economy class, coach, cheap seats
    first class: first
    beginner: beginners, novice, starter, newbie, never done
    intermediate: some experience, mid-level
    advanced, expert: experienced, pro, expert
    easy: simple, gentle, easiest
    hard, difficult: tough, challenging, hardest, difficult
    sedentary: desk job, inactive, hardly move
    nature: outdoors, wildlife, natural
    history, historical: historic, historical
    culture, cultural: cultural, culture
    urban: city life, cities
    small: little, smallest, tiny
    large: big, largest, biggest
    breakfast: brunch, morning meal
    dinner: supper, evening meal
    dessert, desserts: sweet, pudding, something sweet
    appetizer, starter: appetizer, starter, first course
    main course, main dish, main: main dish, entree, entrée, main meal
    cheap, budget: cheap, inexpensive, affordable, budget, low-cost
    moderate, mid range: mid-range, mid-priced, moderately priced, medium
    expensive, luxury: upscale, fancy, luxurious, luxury, high-end, expensive
    used, second hand: second-hand, secondhand, pre-owned, used
    new: brand new, brand-new
    excellent, mint: mint, pristine, perfect condition, great condition
    poor: bad, bad condition, worn, battered
    completed, done: finished, complete, completed, done
    cancelled, canceled: called off, canceled, cancelled
    pending: waiting, awaiting, open
    apartment, flat: flat, condo, apartment
    house: home, detached
    temperature: how hot, how cold, how warm
    humidity: humid, how humid, damp
    wind, wind speed: windy, how windy, wind speed
    technology: tech
    entertainment: showbiz, celebrity
    sports: sport
    mean, average: average, mean
    standard deviation, std: standard deviation, std dev, stdev
    fixed: fixed rate, fixed-rate
    variable: adjustable, floating, variable-rate, adjustable-rate
    opening hours, working hours, hours: opening hours, working hours, opening times, when it opens, hours
    ticket price, ticket prices, admission: admission, entry fee, ticket price, ticket cost
    attorneys, lawyers: attorney, lawyer, counsel
    verdict: ruling, outcome, judgment, judgement
    electronic, digital: digital, electronic
    weekend: saturday, sunday, weekends
    weekday, weekdays: working days, workdays
    indoor: inside, indoors
    outdoor: outside, outdoors
    male: man, men, boy, guy
    female: woman, women, girl, lady
    adult, adults: grown-up, grown-ups
    pdf: pdf file
    vegan: plant-based, plant based
    vegetarian: veggie, meatless, no meat, without meat
    economic: economics, economy, econom*
    political: politics, politic*
    financial: finance, financ*
    medical: medicine, medic*
    mathematical: mathematics, math, maths
    """)
"""By value, in small letters and without hyphens."""
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "twelve": 12,
    "fourteen": 14, "twenty four": 24, "thirty": 30,
}  # fmt: skip
_SPAN = re.compile(
    r"(?P<count>\d{1,3}|[a-z]+(?: four)?) ?(?P<unit>hour|day|week|month|year|decade)s?", re.ASCII
)
_SHORT_SPAN = re.compile(r"(?P<count>[0-9]{1,2}) ?(?P<unit>h|d|w|mo|y|yr)")
_SHORT_UNITS = {"h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year", "yr": "year"}
_SAME_SPANS = (
    ("1 day", "past day", "24 hours", "a day", "one day", "a full day"),
    ("1 week", "past week", "7 days", "seven days", "a week", "one week", "a full week"),
    ("2 weeks", "14 days", "two weeks", "fourteen days", "a fortnight", "fortnight"),
    ("1 month", "past month", "4 weeks", "30 days", "a month", "one month", "thirty days", "four weeks"),
    ("3 months", "a quarter", "quarter", "quarter of a year", "three months"),
    ("6 months", "half a year", "half year", "half-year", "six months", "26 weeks"),
    ("1 year", "past year", "12 months", "twelve months", "a year", "one year", "a full year", "52 weeks"),
    ("5 years", "half a decade", "five years", "60 months"),
    ("10 years", "a decade", "one decade", "ten years", "decade"),
)
"""Spans that are as long, or are taken to be."""
_KEY = re.compile(r"(?P<letter>[A-G])(?P<sign>[#b]?)(?: |-)?(?P<mode>[A-Za-z][A-Za-z ]*)")
_SIGNS = {"#": "sharp", "b": "flat"}
_TONICS = ("C", "C#", "Db", "D", "D#", "Eb", "E", "F", "F#", "Gb", "G", "G#", "Ab", "A", "A#", "Bb", "B")
_FREE = re.compile(r"(?P<thing>[a-z]+) free")
_FREE_FORMS = (
    "no {}",
    "without {}",
    "without any {}",
    "free of {}",
    "free from {}",
    "can't have {}",
    "cannot have {}",
    "can't eat {}",
    "allergic to {}",
    "{} allergy",
    "{} intolerant",
    "{} intolerance",
    "avoid {}",
)
_SHORT_FORMS = (
    "in {}",
    "{} version",
    "{} format",
    "{} movie",
    "{} film",
    "{} screening",
    "{} print",
    "{} model",
    "{} image",
)
_ENDINGS = (("ance", "ant"), ("ence", "ent"), ("ularity", "ular"), ("ality", "al"), ("ability", "able"))


def meanings_of(value: str) -> Iterator[str]:
    """Other wordings of a value of an enum, such as "dentist" for "dental"; for "importance" also "important"."""
    plain = " ".join(re.split(r"[\s_-]+", value.strip().lower()))
    yield from (wording for wording in _SAID.get(plain, ()) if wording != plain)
    yield from _of_spans(plain)
    yield from _of_keys(value)
    if len(plain) == 2 and any(
        character.isdigit() for character in plain
    ):  # too short to tell anything alone
        yield from (form.format(plain) for form in _SHORT_FORMS)
    free = _FREE.fullmatch(plain)
    if free:
        yield from (form.format(free["thing"]) for form in _FREE_FORMS)
    for ending, other in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) > 2:
            yield f"{plain.removesuffix(ending)}{other}"


def _of_spans(plain: str) -> Iterator[str]:
    """For "six months" also "half a year" and "6 months"."""
    short = _SHORT_SPAN.fullmatch(plain)
    if short:
        plain = f"{short['count']} {_SHORT_UNITS[short['unit']]}"
        yield plain
    match = _SPAN.fullmatch(plain if re.match(r"\d|[a-z]+ ", plain) else f"1 {plain}")
    count = match["count"] if match else ""
    number = int(count) if count.isdigit() else _NUMBERS.get(count, 0)
    if match is None or not number:
        return
    digits = f"{number} {match['unit']}{'s' if number > 1 else ''}"
    same = next((group for group in _SAME_SPANS if digits in group), ())
    words = (name for name, known in _NUMBERS.items() if known == number and number > 1)
    is_single = " " not in plain  # "year" is what "every year" has too: only lengths that are said as such
    for wording in dict.fromkeys((digits, *(f"{word} {match['unit']}s" for word in words), *same)):
        if wording != plain and not (is_single and wording.startswith("a ")):
            yield wording


def _of_keys(value: str) -> Iterator[str]:
    """For "F# minor" also "F sharp minor"."""
    match = _KEY.fullmatch(value)
    if match and match["sign"] and match["mode"].lower() in {"major", "minor"}:
        mode = match["mode"].lower()
        yield from (f"{match['letter']}{gap}{_SIGNS[match['sign']]} {mode}" for gap in (" ", "-"))


def keys_like(samples: tuple[str, ...]) -> tuple[str, ...]:
    """All keys of music in the modes of `samples` such as "C Major"; empty where one of them is no key."""
    found = [_KEY.fullmatch(sample) for sample in samples]
    modes = [match["mode"] for match in found if match]
    if len(modes) < len(samples) or not {mode.lower() for mode in modes} & {"major", "minor"}:
        return ()
    if {mode.lower() for mode in modes} <= {"major", "minor"}:
        modes += ["Major", "Minor"] if modes[0].istitle() else ["major", "minor"]
    return tuple(f"{tonic} {mode}" for mode in dict.fromkeys(modes) for tonic in _TONICS)


_PARTS = ("morning", "afternoon", "evening", "night")
_AS_SAID = (
    "now",
    "right now",
    *_PARTS,
    "today",
    "tonight",
    "tomorrow",
    "noon",
    "midnight",
    *(f"{day} {part}" for day in ("this", "tomorrow") for part in _PARTS),
)
_FRAMES = (
    "today",
    "tonight",
    "tomorrow",
    *(
        f"{which} {span}"
        for which in ("this", "next")
        for span in ("week", "weekend", "month", "year", "summer", "winter", "spring", "fall")
    ),
)


def spoken_moments(kind: str, text: str, default: str) -> Mapping[str, tuple[str, ...]]:
    """What a time or a date may be beside a clock time or a day, such as "evening" or "next week".

    Only where its `default` or its description, `text`, shows that such values are meant.
    """
    if kind == "time" and default.lower() in _PARTS:
        return dict.fromkeys((*_PARTS, "noon", "midnight"), ())
    if kind == "time" and re.search(r"\b(?:current time|now)\b", text, re.IGNORECASE):
        return dict.fromkeys(_AS_SAID, ())
    if kind == "date" and re.search(r"\btime ?(?:frame|period|span)\b", text, re.IGNORECASE):
        return dict.fromkeys(_FRAMES, ())
    return {}
