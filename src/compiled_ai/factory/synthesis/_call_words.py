"""General knowledge about words: what people say for a height, a price, a start or an upper bound. Nothing here belongs to one function."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def cue_table(text: str) -> Mapping[str, tuple[str, ...]]:
    """Lines of "word word: cue, cue" as a mapping from each word to the cues."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.strip().splitlines():
        words, _, cues = line.partition(":")
        for word in words.split():
            found[word] = tuple(cue.strip() for cue in cues.split(","))
    return MappingProxyType(found)


def word_set(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())


AMOUNTS = cue_table("""
    height: high, tall, altitude
    altitude elevation: high, height, above
    width breadth: wide, across
    length: long
    depth: deep
    weight: weigh*, heavy
    mass: weigh*, weight
    age: old, aged, years old
    radius: within, radii
    diameter: across
    distance range: away, apart, travel*, far, long, cover*
    speed: velocity, fast, going, moving, travel*
    velocity: speed, fast, going, moving, travel*
    acceleration: accelerat*
    temperature temp: degrees, hot, heated
    time duration period term: for, lasting, last*, after, during, takes, within, over
    timeframe timespan horizon window: for, next, coming, within, over, ahead, upcoming, following
    price: cost*, pay*, priced, ticket*, cheaper
    cost: price*, pay*, cheaper
    budget: spend*, afford, budgets
    salary wage income: earn*, paid, make*, making
    principal principle: invest*, deposit*, loan*, borrow*, lend*, put in, put away, put into
    deposit: invest*, principal, put in, pay in, paid in
    investment: invest*, put in, put into, put down
    contribution contributions: contribut*, add*, pay in, set aside
    payment payments instalment installment: payment*, repay*, instalment*, installment*
    loan mortgage: borrow*, lend*, loan*, mortgage*
    rate: interest, percent
    interest: rate
    yield return: rate
    fee: charge*, fees
    tax: taxes
    discount: off
    tip: gratuity
    quantity amount: number of, units of, how many, how much, sum
    bins: buckets, bars, intervals, groups
    floors floor storeys stories: storey*, story, stories, level*
    tempo: beats per minute, bpm, speed, pace
    calories calorie kcal: calories, kcal, cal
    steps iterations rounds repetitions reps: steps, iterations, rounds, times, repetitions
    stock inventory: in stock, on hand
    words characters letters: words, characters, letters
    deadline: by, until, due
    delay: after, late, wait
    players player_count: players, of us
    copies: copies, copy
    samples observations: samples, observations, measurements
    population: inhabitants, people, residents, individuals
    balance: balance, owe*, account
    debt: debt, owe*
    revenue sales turnover: revenue, sales, sold, takings, bring* in
    expenses expense costs: expenses, costs, spend*
    goal target: goal, target, aim*
    capacity: holds, capacity, hold*, fit*
    density: density, dense
    thickness: thick
    angle: angle, degrees
    slope gradient: slope, steep*
    perimeter circumference: around
    energy: joules
    wavelength: wavelength
    concentration molarity: molar, concentrat*
    dose dosage: dose, mg
    intensity: intensity, strong
    rooms: rooms, room
    mileage: mileage, miles, driven
    odds: odds
    efficiency: mpg, efficien*
    guests people persons party group participants attendees visitors members diners: guests, people, persons, party, of us, participants
    passengers travelers travellers: passengers, travelers, travellers, people, seats, of us, tickets
    pupils students: students, pupils, learners
    employees staff: employees, staff, workers
    adults adult: adults, adult, grown-ups
    children child kids: children, child, kids, kid
    seats tickets: tickets, ticket, seats, seat
    bedrooms: bed, beds, br, rooms, room
    bathrooms: bath, baths, ba
    nights: nights, night, stay*
    days: days, day
    weeks: weeks, week
    months: months, month
    years: years, year
    hours: hours, hour
    minutes: minutes, minute
    seconds: seconds, second
    pages: pages, page
    games matches: games, matches, fixtures, game, match
    measures: measures, bars, bar
    servings: servings, people, portions
    top limit results count: top, first, best, results, at most
    rating ratings stars review reviews: rated, rating, stars, star, score*
    score: scored, scores
    trials trial experiments: trial*, experiment*, attempt*, toss*, flip*, tries, draws, shots
    successes success: success*, heads, tails, wins, hits, makes
    probability chance likelihood: chance, odds, likelihood
    size: sized, large, big
    area: square
    volume: litres, liters, cubic
    pressure: pressure
    charge: charge*
    current: current, amperes, amps
    voltage: volts
    resistance: ohms
    power: watts
    force: newtons
    frequency: frequency, hertz, every
    level: level, lvl
    percentage percent: percent
    precision decimals decimal places place: decimal*, digits, places
    exponent: power, exponent, to the
    base: base
    modulus: mod, modulo
    year: in, year
    century: century
    """)
"""Cues of a number by the head word of its name: words that stand for it, or next to it."""

THINGS = cue_table("""
    year: in, year
    month: in, month, during
    decade: decade
    day: on, day
    date: on, date, dated
    hour: at
    name: named, called, name, name is
    title: titled, called, entitled, title
    nickname username: named, called, username
    artist performer musician singer band: by, artist, band, singer, see
    author writer: by, author, written by, wrote
    director: by, directed by, director
    painter sculptor: by, painted by
    maker manufacturer brand: by, from, made by, brand
    actor actress star: starring, actor, actress, with, featur*, appear*, star, stars, starred
    player athlete: player, of, by
    team club: team, club, of, for
    league tournament championship competition: league, in the
    season: season
    opponent: against, versus, vs
    company corporation business firm stock: company, of, for, by
    topic theme: about, on, regarding, related to, concerning, around
    query search keyword term phrase: for, about, search for
    question: question, ask*
    message body content text: saying, that says, message, body, text, content, with
    subject_line: subject
    subject: about, on, regarding, related to, concerning, around, titled, headed, headline, heading
    cc: copy, in copy, carbon copy, copied
    bcc: blind copy, secretly, blind
    recipient receiver: to, recipient
    sender: from, sender
    email address: email, address, at
    genre: genre, music, films, movies
    cuisine food: cuisine, food, restaurant*, dishes
    dish recipe meal: recipe for, make, cook*, dish
    diet dietary: diet*, options
    ingredient ingredients: with, using, containing, ingredients
    language: in, language, into
    rating: rated, rating, rate
    currency: in, currency
    country nation: in, country, of
    city town: in, near, around, city, for, at
    state province region county: in, state, region
    location place area venue destination_city: in, near, around, at, for, location, of
    address street: at, address, to
    zip postal: zip, postal, code
    museum gallery: museum, gallery, at, in
    hotel: hotel, at
    restaurant: restaurant, at
    building: building
    event: event
    game match: game, match
    book novel: book, novel
    movie film: movie, film
    song track album: song, track, album
    instrument: on, instrument
    color colour: color, colour, in, colored
    shape: shape
    material: made of, material
    platform device system: on, platform, for
    model: model
    category type kind sort style: type, kind, category
    mode method: by, using, method, mode, via
    format: format, as, in
    unit units: in, unit, units
    purpose reason: for, to
    note notes comment: note, saying
    id identifier code number reference: id, number, code, no., #
    path file directory folder: path, file, at, in, stored in
    url link website: url, link, from, at
    database table: table, database, from
    function formula expression equation polynomial: function, expression, equation, of, formula, curve
    variable: variable, with respect to
    species animal plant: species, in, of
    substance element compound material_name chemical: of, for
    religion: religion, of
    sport: sport, in
    party parties: between, parties
    crime offense offence: for, crime, of
    court: court
    law act statute: act, law
    status: status, is
    gender sex: gender
    plan: plan
    key: key, key of
    scale: scale
    chord chords progression: chords, progression, over, using
    items products list: of, items, for
    numbers values data observations scores elements: of, numbers, values, list, data
    stops waypoints: via, stop*, through, passing through, stopping at
    features options preferences details: with, including, features, details
    """)
"""Cues of a text by the head word of its name."""

MODIFIERS = cue_table("""
    initial starting start beginning begin opening original: start*, initial*, beginning, original*, begin*, up front, upfront, at first, outset
    final ending end closing target goal: final*, end*, reach*, up to, finish*, stop*
    min minimum lowest least lower: at least, minimum, min, no less than, above, over, more than, from, greater than, or more, or higher, or above, or better, upwards
    max maximum highest most upper: at most, maximum, max, under, below, up to, no more than, less than, within, cheaper than, not exceeding, or less, or lower, or cheaper
    first: first
    second: second
    third: third
    annual yearly: annual*, year*, per year, a year, per annum, p.a.
    monthly: month*, per month, a month
    daily: daily, per day, a day
    weekly: week*, per week, a week
    hourly: hour*, per hour
    total overall: total, overall, altogether, in all, out of, in total
    favorable favourable desired success successful winning: favorable, favourable, success*, win*, desired, hits
    current present: current*, now, today
    future: future
    previous past last old: last, past, previous
    next upcoming new: next, upcoming, coming
    gross: gross
    net: net
    average mean mu: average, mean
    standard sigma: standard deviation, sigma
    purchase purchased buy buying bought: bought, buy*, purchas*
    sale selling sold sell: sold, sell*, sale
    arrival arrive arriving: arriv*, until
    departure depart departing: depart*, leav*
    check_in checkin: check* in, checking in, from, starting, arriv*
    check_out checkout: check* out, checking out, to, until, leav*
    bottom: bottom
    top: top
    left: left
    right: right
    """)
"""Cues by a word that narrows a head down."""

NO_SHARES = word_set(
    "review user star heart pulse frame refresh sampling sample bit birth death flow exchange hourly daily pay clock fire typing"
)
"""With these words a rate is a number of its own: beats, stars, frames."""

ORIGIN = ("from", "start*", "starting at", "starting in", "leav*", "depart*", "origin", "between")
TARGET = ("to", "into", "end*", "ending in", "arriv*", "destination", "toward*", "end up in")
FIRST_DAY = ("from", "start*", "begin*", "check* in", "arriv*", "between", "since", "as of", "on")
LAST_DAY = ("to", "until", "till", "through", "end*", "check* out", "leav*", "depart*", "and", "finish*")
"""What stands before the first and the last day of a span: one arrives on the first day of a stay."""
VISITED = ("in", "around", "visit*", "for", "near", "see", "at")
"""What stands before a destination where a function has no origin."""
ORIGIN_WORDS = frozenset(
    ("origin", "start", "starting", "from", "source", "departure", "base", "begin", "pickup")
)
TARGET_WORDS = frozenset(
    ("destination", "end", "ending", "to", "target", "arrival", "dropoff", "desired", "quote")
)
"""Words in a name by which one of two things of a kind is the beginning and the other the end."""

CHOICE_GROUPS: tuple[tuple[str, ...], ...] = (
    ("km", "kilometer", "kilometers", "kilometre", "kilometres", "kms"),
    ("mile", "miles", "mi"),
    ("m", "meter", "meters", "metre", "metres"),
    ("cm", "centimeter", "centimeters", "centimetre", "centimetres"),
    ("ft", "feet", "foot"),
    ("in", "inch", "inches"),
    ("kg", "kilogram", "kilograms", "kilo", "kilos"),
    ("lb", "lbs", "pound", "pounds"),
    ("g", "gram", "grams"),
    ("celsius", "centigrade", "degrees c", "\u00b0c"),
    ("fahrenheit", "degrees f", "\u00b0f"),
    ("kelvin", "kelvins"),
    ("metric", "si units"),
    ("imperial", "us units"),
    ("male", "man", "men", "boy", "boys", "gentleman"),
    ("female", "woman", "women", "girl", "girls", "lady", "ladies"),
    ("men", "men's", "male", "man"),
    ("women", "women's", "female", "woman", "ladies"),
    ("daily", "every day", "each day", "per day", "day by day"),
    ("weekly", "every week", "each week", "per week", "a week"),
    ("monthly", "every month", "each month", "per month", "a month"),
    (
        "semiannually",
        "semi-annually",
        "semiannual",
        "half-yearly",
        "biannually",
        "twice a year",
        "every six months",
    ),
    ("quarterly", "every quarter", "each quarter", "per quarter", "every three months"),
    ("annually", "annual", "yearly", "every year", "each year", "once a year", "per year", "per annum"),
    ("yearly", "annual", "annually", "every year", "each year", "once a year"),
    ("year", "twelve months", "12 months", "one year"),
    ("fastest", "quickest", "fast", "quick"),
    ("shortest", "short"),
    ("cheapest", "lowest price", "least expensive"),
    ("driving", "drive", "drives", "car", "by car"),
    ("walking", "walk", "on foot", "by foot"),
    ("bicycling", "cycling", "bike", "bicycle", "biking", "cycle"),
    ("transit", "public transport", "public transportation", "bus", "train", "subway"),
    ("list", "a list", "list form"),
    ("dictionary", "dict", "mapping", "how many times", "counts"),
    ("ascending", "increasing", "lowest first", "smallest first", "low to high"),
    ("descending", "decreasing", "highest first", "largest first", "high to low"),
    ("chronological", "chronologically", "by date", "in time order"),
    ("detailed", "in detail", "details", "full", "comprehensive"),
    ("basic", "brief", "simple", "short"),
    ("ongoing", "open", "pending", "active", "current"),
    ("closed", "settled", "resolved"),
    ("low", "lowest"),
    ("medium", "moderate", "average", "mid"),
    ("high", "highest", "top"),
    ("small", "little"),
    ("large", "big"),
    ("single", "one person"),
    ("double", "two people"),
    ("gasoline", "gas", "petrol", "gas-powered"),
    ("gas", "gasoline", "petrol", "gas-powered", "gas-fueled"),
    ("electric", "ev", "battery"),
    ("ev", "electric", "electric car", "electric vehicle"),
    ("precipitation", "rain", "rainfall", "snow"),
    ("temperature", "temperatures", "hot", "cold"),
    ("humidity", "humid"),
    ("hip-hop", "hip hop", "rap"),
    ("morning", "am"),
    ("evening", "tonight", "pm"),
    ("on", "turn on", "switch on", "turned on", "switched on", "put on"),
    ("off", "turn off", "switch off", "turned off", "switched off", "out", "kill"),
    ("enabled", "enable", "activate", "turn on", "switch on"),
    ("disabled", "disable", "deactivate", "turn off", "switch off"),
    ("open", "opened"),
    ("closed", "close", "closing", "shut"),
    ("locked", "lock"),
    ("unlocked", "unlock"),
    ("percentage", "percent", "%"),
    ("fraction", "ratio"),
    ("vegetarian", "veggie"),
    ("gluten-free", "gluten free", "no gluten", "without gluten"),
    ("dairy-free", "dairy free", "no dairy", "without dairy", "lactose-free"),
    ("nut-free", "nut free", "no nuts", "without nuts"),
    ("12h", "12 hour", "12-hour", "am/pm"),
    ("24h", "24 hour", "24-hour", "military"),
    ("elevation", "how high", "altitude", "height"),
    ("area", "size", "how big", "how large", "acreage"),
    ("population", "inhabitants"),
    ("location", "where", "located", "whereabouts"),
    ("established year", "founded", "established"),
    ("price", "cost*", "how much", "pricing"),
    ("rating", "rated", "reviews", "rate", "stars"),
    ("playing time", "how long", "play time", "playtime", "duration"),
    ("player count", "players"),
    ("duration", "how long", "length", "running time"),
    ("opening hours", "hours"),
    ("ticket price", "admission", "entry fee"),
    ("address", "where", "located"),
    ("open", "opens", "opening"),
    ("close", "closes", "closing"),
    ("high", "highs"),
    ("low", "lows"),
)
"""Wordings of values that often stand in an enum: any of a group may be said for any other."""

SWITCH_WORDS = word_set(
    """
    include includes including included is are has have want wants wanted show shows return returns with
    allow allows allowed use uses using get gets enable enabled flag set only all whether or not to be
    should if the a an of for in on option optional indicates indicate indicating consider considers
    display add adds do does need needs require requires make makes requested request true false data
    result results information info output response
    """
)
"""Words in the name of a switch that do not tell it from others."""
INVERTING = frozenset(
    ("avoid", "exclude", "excluding", "without", "no", "skip", "ignore", "omit", "disable", "hide", "non")
)
"""Words in the name of a switch that is on when what they stand before is not wanted."""

TOPICS = cue_table("""
    temperature: temp, temps
    people person: figures, persons, personalities
    stats stat statistic statistics: statistic*, numbers, figures
    image images picture pictures photo photos: photo*, picture*, image*
    price prices cost: cost*, pric*
    rating ratings review reviews: rating*, review*, rated
    dissent: dissent*
    history: histor*
    description: describ*
    impact: activit*, influence
    wind: windy
    rain precipitation: rain*, precipitation
    outdoor: outside, outdoors, terrace, patio, al fresco
    indoor: inside, indoors
    remote: from home, home office, remotely
    direct: nonstop, non-stop, without changing, no layover*, without layover*, no connection*, straight through
    detailed details: in-depth, in depth, detail*, thorough*, every detail
    toll tolls: toll*
    gift giftwrap wrap: gift-wrap*, wrapped, as a gift
    insurance insured: insur*
    refundable: refund*
    breakfast: breakfast*
    """)
"""Other words for what a switch adds."""

TIMES_A_YEAR: Mapping[str, int] = MappingProxyType(
    {"annually": 1, "semiannually": 2, "quarterly": 4, "monthly": 12, "weekly": 52, "daily": 365}
)
"""How often in a year."""
TIMES_WORDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "annually": ("yearly", "once a year", "one time a year", "1 time a year"),
        "semiannually": (
            "semi-annually",
            "half-yearly",
            "twice a year",
            "every six months",
            "2 times a year",
            "two times a year",
        ),
        "quarterly": (
            "every quarter",
            "each quarter",
            "every three months",
            "4 times a year",
            "four times a year",
        ),
        "monthly": (
            "every month",
            "each month",
            "12 times a year",
            "twelve times a year",
            "12 times per year",
        ),
        "weekly": ("every week", "each week"),
        "daily": ("every day", "each day"),
    }
)
"""Wordings of the keys of `TIMES_A_YEAR`. "Annual" is none: rates are annual as well."""

STOP_WORDS = word_set(
    """
    a an and any are as at be been being but by can could did do does e each either for from g get given
    gives has have if in into is it its like make may might more must need needed no not of off on one
    only optional or other our out per provided required shall she should so some specific specified
    such than that the their them then there these they this those to two up used user uses using value
    values want wanted was were what when where whether which who whose will with would you your number
    string integer float boolean parameter parameters list array name input output default defaults unit
    units type format function etc eg full fetch fetched requested needs desired preferred return
    returned returns result results known check checked based certain possible much take takes took
    place made looking search searched including includes include particular case helpful refers related
    typically usually currently mainly general given using required considered specify specified
    identify indicates denotes represents contains called being first second third know object item
    thing want information info details detail calculate calculated calculates find finds retrieve
    retrieved many much
    """
)
"""Words of descriptions that tell nothing about a value."""
