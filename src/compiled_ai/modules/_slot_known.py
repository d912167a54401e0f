"""Well-known names of a few kinds: leagues, platforms of games, stock exchanges and indexes, brands, notes of music."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from compiled_ai.modules._scan import Span, any_of
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_words import word_set

_NAMES = {
    "league": "NBA,WNBA,NFL,MLB,NHL,MLS,NCAA,XFL,IPL,UFC,EPL,English Premier League,Premier League,La Liga,LaLiga,Serie A,Serie B,Bundesliga,Ligue 1,Eredivisie,Primeira Liga,"
    "Champions League,UEFA Champions League,Europa League,Championship,Copa America,Major League Baseball,Major League Soccer,National Football League,"
    "National Basketball Association,National Hockey League,EuroLeague,G League,Big Bash,Indian Premier League,World Cup,Super League,J League,Liga MX,Süper Lig",
    "platform": "PC,Xbox,Xbox One,Xbox 360,Xbox Series X,Xbox Series S,PlayStation,PlayStation 4,PlayStation 5,PS1,PS2,PS3,PS4,PS5,Nintendo Switch,Switch,Nintendo,Wii,Wii U,GameCube,"
    "Game Boy,Steam,Steam Deck,iOS,Android,Windows,Windows 10,Windows 11,Mac,macOS,Linux,Netflix,Hulu,Disney+,Amazon Prime,Twitter,Facebook,Instagram,TikTok,YouTube,LinkedIn,"
    "Reddit,Twitch,Spotify,Apple Music",
    "exchange": "NASDAQ,NYSE,New York Stock Exchange,London Stock Exchange,LSE,Tokyo Stock Exchange,TSX,Toronto Stock Exchange,Euronext,Hong Kong Stock Exchange,HKEX,Nikkei,ASX,BSE,NSE,"
    "Shanghai Stock Exchange,AMEX,Frankfurt Stock Exchange",
    "index": "S&P 500,S & P 500,SP500,Dow Jones,Dow Jones Industrial Average,Dow,NASDAQ,Nasdaq Composite,NASDAQ 100,Russell 2000,FTSE 100,FTSE 250,FTSE,DAX,CAC 40,Nikkei 225,Nikkei,Hang Seng,"
    "Euro Stoxx 50,Sensex,Nifty 50,NIFTY,IBEX 35,TSX,VIX,Shanghai Composite,ASX 200",
    "brand": "Yamaha,Fender,Gibson,Steinway,Ibanez,Roland,Casio,Kawai,Pearl,Tama,Ludwig,Selmer,Epiphone,Martin,Taylor,PRS,Rickenbacker,Gretsch,Bach,Buffet,Gemeinhardt,Stradivarius,Bosendorfer,"
    "Baldwin,Korg,Moog,Zildjian,Sabian,Toyota,Honda,Ford,Chevrolet,Chevy,Tesla,BMW,Mercedes,Mercedes-Benz,Audi,Volkswagen,Nissan,Hyundai,Kia,Mazda,Subaru,Volvo,Porsche,Ferrari,Jeep,Lexus,"
    "Jaguar,Lamborghini,Cadillac,Dodge,Fiat,Renault,Peugeot,Skoda,Apple,Samsung,Sony,LG,Dell,HP,Lenovo,Asus,Acer,Microsoft,Google,Xiaomi,Huawei,OnePlus,Nokia,Motorola,Canon,Nikon,Nike,"
    "Adidas,Puma,Reebok,Gucci,Prada,Rolex,Omega,Seiko,Dyson,Philips,Panasonic,Bosch,Siemens,Whirlpool",
}  # fmt: skip
_HEADS = {
    "league": "league", "leagues": "league", "competition": "league", "platform": "platform", "console": "platform", "platforms": "platform", "exchange": "exchange", "market": "exchange",
    "key": "note", "tonic": "note", "progression": "chords", "chords": "chords", "scale": "mode", "index": "index", "indexes": "index", "indices": "index", "brand": "brand", "brands": "brand", "manufacturer": "brand", "make": "brand", "maker": "brand",
}  # fmt: skip
_WORDS_TOO = word_set(
    "switch steam windows pearl martin taylor bach buffet roland baldwin ludwig ford dodge jaguar apple canon puma omega dow championship nintendo mac focus lg hp bse nse xfl tama gap"
)
"""Names that are words of their own when written without capitals."""


_MODES = "major|minor|maj|min|ionian|dorian|phrygian|lydian|mixolydian|aeolian|locrian|blues|pentatonic|harmonic|melodic|natural|chromatic|chord|scale"
_NOTE = re.compile(
    r"(?<![\w'&/.-])(?P<letter>[A-Ga-g])(?P<sign>(?:\s|-)?(?:sharp|flat)\b|[#♯♭]|b(?=\s(?:"
    + _MODES
    + r")\b))?"
    r"(?![\w'&/#♯♭]|-\w)(?P<mode>\s(?:" + _MODES + r")\b)?",
)
_KEY_OF = re.compile(r"\b(?:key\sof|in)\s\Z")
_MODE = re.compile(
    r"\b(?:(?:harmonic|melodic|natural)\s(?:minor|major)|(?:major|minor)\s(?:pentatonic|blues)|major|minor|pentatonic|blues|chromatic|"
    r"ionian|dorian|phrygian|lydian|mixolydian|aeolian|locrian|whole[\s-]tone)\b"
)
_SIGNS = {"sharp": "#", "♯": "#", "#": "#", "flat": "b", "♭": "b", "b": "b"}


_CHORD = r"(?:(?:[ivIV]{1,3}|IV|iv|VI|vi|VII|vii)(?:°|7|maj7|dim)?|[A-G][#b♯♭]?(?:maj7|maj|min|m7|m|dim|aug|sus[24]|7)?)"
_CHORDS = re.compile(
    rf"(?<![\w'&/.-]){_CHORD}(?:(?:\s?-\s?|,\s?(?:and\s)?|\s(?:and\s|then\s|to\s)?){_CHORD}(?![\w'#&/])){{1,15}}"
)
_CHORD_GAP = re.compile(r"[\s,-]+(?:(?:and|then|to)\s)?")


def _find_chords(reading: Reading) -> Iterator[tuple[Span, str]]:
    """Every run of chords or numerals of degrees, with spaces between: "ii V I"."""
    for match in _CHORDS.finditer(reading.text):
        chords = _CHORD_GAP.split(match[0])
        if any(chord not in {"I", "A", "i"} for chord in chords):
            yield match.span(), " ".join(chords)


def _find_notes(reading: Reading) -> Iterator[tuple[Span, str]]:
    """Every note of music: "F sharp" as "F#", the "D" of "D minor"."""
    for match in _NOTE.finditer(reading.text):
        letter, sign = match["letter"], (match["sign"] or "").strip(" -")
        told = (
            sign
            or match["mode"]
            or (letter != "A" and _KEY_OF.search(reading.folded[max(0, match.start() - 12) : match.start()]))
        )
        if not told or (letter == "a" and not sign) or (letter.islower() and not reading.lower and not sign):
            continue
        end = match.end("sign") if sign else match.end("letter")
        yield (match.start(), end), letter.upper() + _SIGNS.get(sign, "")


def known_kind(words: frozenset[str]) -> str:
    """The kind of well-known names that a slot with these words in its name holds, "" without one."""
    return next((_HEADS[word] for word in sorted(words) if word in _HEADS), "")


@lru_cache(maxsize=8)
def _pattern(kind: str) -> tuple[re.Pattern[str], dict[str, str]]:
    names = {name.lower(): name for name in _NAMES[kind].split(",")}
    return re.compile(rf"(?<![\w'&/.-]){any_of(names)}(?![\w/&+]|-\w|'(?!s?\b)|\.\w)", re.I), names


def find_known(reading: Reading, kind: str) -> Iterator[tuple[Span, str]]:
    """Every well-known name of a kind and how it is written."""
    if kind == "note":
        yield from _find_notes(reading)
        return
    if kind == "chords":
        yield from _find_chords(reading)
        return
    if kind == "mode":
        yield from ((match.span(), match[0]) for match in _MODE.finditer(reading.folded))
        return
    pattern, names = _pattern(kind)
    for match in pattern.finditer(reading.text):
        said = match[0]
        folded = re.sub(r"[\s-]", " ", said.lower())
        if said.islower() and (folded in _WORDS_TOO or len(said) < 3) and kind != "platform":
            continue
        if said.islower() and folded in _WORDS_TOO:
            continue
        name = names.get(folded) or names.get(said.lower(), said)
        yield match.span(), name if said.islower() else reading.original[slice(*match.span())]
