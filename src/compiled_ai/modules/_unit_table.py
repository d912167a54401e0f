"""Units of measurement: what kind each is, how many of its kind's base unit it is, exactly, and how it is written.

Factors follow NIST Special Publication 811, appendix B (https://www.nist.gov/pml/special-publication-811/nist-guide-si-appendix-b-conversion-factors),
those of US volumes and short tons NIST Handbook 44, appendix C (https://www.nist.gov/pml/owm/nist-handbook-44-current-edition).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

_Row = tuple[str, str, str, str]
"""Symbol, factor, other symbols (as they are written), names (in any case; "s" makes the plural unless "=" ends it); both between commas."""

# Factors: decimals, products and quotients of decimals.
_LENGTHS: tuple[_Row, ...] = (
    ("m", "1", "", "meter,metre"),
    ("nm", "1e-9", "", "nanometer,nanometre"),
    ("µm", "1e-6", "um", "micrometer,micrometre,micron"),
    ("mm", "0.001", "", "millimeter,millimetre"),
    ("cm", "0.01", "", "centimeter,centimetre"),
    ("dm", "0.1", "", "decimeter,decimetre"),
    ("km", "1000", "", "kilometer,kilometre"),
    ("in", "0.0254", "in.", "inch=,inches="),
    ("ft", "0.3048", "ft.", "foot,feet="),
    ("yd", "0.9144", "yd.,yds", "yard"),
    ("mi", "1609.344", "mi.", "mile,statute mile"),
    ("nmi", "1852", "NM", "nautical mile,sea mile"),
)
_MASSES: tuple[_Row, ...] = (
    ("kg", "1", "kgs", "kilogram,kilogramme,kilo"),
    ("µg", "1e-9", "ug,mcg", "microgram,microgramme"),
    ("mg", "1e-6", "", "milligram,milligramme"),
    ("g", "0.001", "", "gram,gramme"),
    ("t", "1000", "", "tonne,metric ton"),
    ("oz", "0.45359237/16", "oz.", "ounce,avoirdupois ounce"),
    ("lb", "0.45359237", "lb.,lbs,lbs.", "pound,pound mass"),
    ("st", "0.45359237*14", "", "stone="),
    ("short ton", "0.45359237*2000", "", "short ton,us ton,ton"),
    ("long ton", "0.45359237*2240", "", "long ton,imperial ton,uk ton"),
    ("ozt", "0.0311034768", "oz t", "troy ounce"),
    ("ct", "0.0002", "", "carat"),
)
_VOLUMES: tuple[_Row, ...] = (
    ("L", "0.001", "l", "liter,litre"),
    ("µL", "1e-9", "uL,µl", "microliter,microlitre"),
    ("mL", "1e-6", "ml", "milliliter,millilitre"),
    ("cL", "1e-5", "cl", "centiliter,centilitre"),
    ("dL", "1e-4", "dl", "deciliter,decilitre"),
    ("hL", "0.1", "hl", "hectoliter,hectolitre"),
    ("gal", "3.785411784e-3", "gal.", "gallon,us gallon"),
    ("qt", "3.785411784e-3/4", "", "quart,us quart"),
    ("pt", "3.785411784e-3/8", "", "pint,us pint"),
    ("cup", "3.785411784e-3/16", "", "cup,us cup"),
    ("fl oz", "3.785411784e-3/128", "fl. oz.,floz", "fluid ounce,us fluid ounce"),
    ("tbsp", "3.785411784e-3/256", "Tbsp,tbsp.", "tablespoon"),
    ("tsp", "3.785411784e-3/768", "tsp.", "teaspoon"),
    ("bbl", "3.785411784e-3*42", "", "barrel,oil barrel"),
    ("imp gal", "4.54609e-3", "", "imperial gallon,uk gallon"),
    ("imp pt", "4.54609e-3/8", "", "imperial pint,uk pint"),
    ("imp fl oz", "4.54609e-3/160", "", "imperial fluid ounce,uk fluid ounce"),
)
_TIMES: tuple[_Row, ...] = (
    ("s", "1", "sec,sec.,secs", "second"),
    ("ns", "1e-9", "", "nanosecond"),
    ("µs", "1e-6", "us", "microsecond"),
    ("ms", "0.001", "msec", "millisecond"),
    ("min", "60", "min.,mins", "minute"),
    ("h", "3600", "hr,hrs,hr.", "hour"),
    ("d", "86400", "", "day"),
    ("wk", "604800", "wks", "week"),
    ("fortnight", "1209600", "", "fortnight"),
)
_MONTHS: tuple[_Row, ...] = (
    ("mo", "1", "mos", "month"),
    ("yr", "12", "yrs,yr.,y", "year"),
    ("decade", "120", "", "decade"),
    ("century", "1200", "", "century,centuries="),
)
_AREAS: tuple[_Row, ...] = (
    ("ha", "1e4", "", "hectare"),
    ("acre", "4046.8564224", "ac", "acre"),
)
_SPEEDS: tuple[_Row, ...] = (
    ("kn", "1852/3600", "kt,kts", "knot"),
    ("mph", "1609.344/3600", "", ""),
    ("km/h", "1/3.6", "kmh,kph,kmph", ""),
    ("m/s", "1", "mps", ""),
    ("ft/s", "0.3048", "", ""),
)
_PRESSURES: tuple[_Row, ...] = (
    ("Pa", "1", "", "pascal"),
    ("hPa", "100", "", "hectopascal"),
    ("kPa", "1000", "", "kilopascal"),
    ("MPa", "1e6", "", "megapascal"),
    ("GPa", "1e9", "", "gigapascal"),
    ("bar", "1e5", "bars", "bar"),
    ("mbar", "100", "", "millibar"),
    ("atm", "101325", "", "atmosphere,standard atmosphere"),
    ("psi", "0.45359237*9.80665/0.0254/0.0254", "lbf/in²", "pounds per square inch=,pound per square inch="),
    ("mmHg", "133.322387415", "", "millimeters of mercury=,millimetres of mercury="),
    ("inHg", "133.322387415*25.4", "", "inches of mercury="),
    ("torr", "101325/760", "Torr", "torr"),
)
_ENERGIES: tuple[_Row, ...] = (
    ("J", "1", "", "joule"),
    ("kJ", "1000", "", "kilojoule"),
    ("MJ", "1e6", "", "megajoule"),
    ("GJ", "1e9", "", "gigajoule"),
    ("Wh", "3600", "", "watt hour"),
    ("kWh", "3.6e6", "", "kilowatt hour"),
    ("MWh", "3.6e9", "", "megawatt hour"),
    ("GWh", "3.6e12", "", "gigawatt hour"),
    ("cal", "4.184", "", "small calorie"),
    ("kcal", "4184", "Cal", "kilocalorie,large calorie,food calorie"),
    ("BTU", "1055.05585262", "Btu,btu", "british thermal unit"),
    ("ft·lbf", "0.45359237*9.80665*0.3048", "ft-lb,ft-lbs", "foot pound"),
    ("eV", "1.602176634e-19", "", "electronvolt,electron volt"),
)
_POWERS: tuple[_Row, ...] = (
    ("W", "1", "", "watt"),
    ("mW", "0.001", "", "milliwatt"),
    ("kW", "1000", "", "kilowatt"),
    ("MW", "1e6", "", "megawatt"),
    ("GW", "1e9", "", "gigawatt"),
    ("hp", "0.45359237*9.80665*0.3048*550", "bhp", "horsepower,horsepower="),
    ("PS", "735.49875", "", "metric horsepower="),
)
_FORCES: tuple[_Row, ...] = (
    ("N", "1", "", "newton"),
    ("kN", "1000", "", "kilonewton"),
    ("lbf", "0.45359237*9.80665", "", "pound force"),
    ("kgf", "9.80665", "", "kilogram force"),
)
_FREQUENCIES: tuple[_Row, ...] = (
    ("Hz", "1", "", "hertz,hertz="),
    ("kHz", "1000", "", "kilohertz="),
    ("MHz", "1e6", "", "megahertz="),
    ("GHz", "1e9", "", "gigahertz="),
    ("rpm", "1/60", "RPM", "revolutions per minute="),
)
_ANGLES: tuple[_Row, ...] = (
    ("°", "1", "deg", "degree,arc degree"),
    ("arcmin", "1/60", "", "arcminute,minute of arc,minutes of arc="),
    ("arcsec", "1/3600", "", "arcsecond,second of arc,seconds of arc="),
    ("gon", "0.9", "", "gradian"),
    ("turn", "360", "", "turn,full turn,revolution"),
)
_TEMPERATURES: tuple[tuple[_Row, str], ...] = (
    (("K", "1", "°K", "kelvin,kelvins=,degree kelvin,degrees kelvin="), "0"),
    (
        ("°C", "1", "C,℃", "celsius=,centigrade=,degree celsius=,degrees celsius=,degrees centigrade="),
        "273.15",
    ),
    (("°F", "5/9", "F,℉", "fahrenheit=,degree fahrenheit=,degrees fahrenheit="), "459.67*5/9"),
    (("°R", "5/9", "", "rankine=,degrees rankine="), "0"),
)
_PREFIXES = (("k", "kilo", 1), ("M", "mega", 2), ("G", "giga", 3), ("T", "tera", 4), ("P", "peta", 5))
_KINDS = (
    ("length", _LENGTHS), ("mass", _MASSES), ("volume", _VOLUMES), ("time", _TIMES), ("months", _MONTHS), ("area", _AREAS),
    ("speed", _SPEEDS), ("pressure", _PRESSURES), ("energy", _ENERGIES), ("power", _POWERS), ("force", _FORCES),
    ("frequency", _FREQUENCIES), ("angle", _ANGLES),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit: `factor` base units of its kind each; a scale that does not begin at zero begins at `offset` of them."""

    symbol: str
    kind: str
    factor: Fraction
    offset: Fraction = Fraction(0)


def read_factor(text: str) -> Fraction:
    """The value of decimals multiplied and divided from left to right."""
    product = Fraction(1)
    for part in text.replace("/", "*/").split("*"):
        product = product / Fraction(part[1:]) if part.startswith("/") else product * Fraction(part)
    return product


class UnitTable:
    """Units by how they are written: symbols as they stand, names in small letters."""

    def __init__(self) -> None:
        self.symbols: dict[str, Unit] = {}
        self.names: dict[str, Unit] = {}
        for kind, rows in _KINDS:
            for row in rows:
                self._add(row, kind)
        for row, offset in _TEMPERATURES:
            self._add(row, "temperature", read_factor(offset))
        for scale in "CFKR":
            for written in (
                f"° {scale}",
                f"deg {scale}",
                f"deg. {scale}",
                f"degrees {scale}",
                f"degree {scale}",
            ):
                self.symbols[written] = self.symbols.get(f"°{scale}") or self.symbols["K"]
        self._add_powers()
        self._add_speeds()
        self._add_data()
        self.folded = self._fold_symbols()

    def _add(self, row: _Row, kind: str, offset: Fraction | None = None) -> None:
        symbol, factor, symbols, names = row
        unit = Unit(symbol=symbol, kind=kind, factor=read_factor(factor), offset=offset or Fraction(0))
        for written in filter(None, (symbol, *symbols.split(","))):
            self.symbols[written] = unit
        for name in filter(None, names.split(",")):
            self.names[name.removesuffix("=")] = unit
            if not name.endswith("="):
                self.names[name + "s"] = unit

    def _add_powers(self) -> None:
        """Squares and cubes of lengths."""
        for symbol, factor, symbols, names in _LENGTHS:
            for sign, power, kind in (("²", 2, "area"), ("³", 3, "volume")):
                word, short = ("square", "sq") if power == 2 else ("cubic", "cu")
                unit = Unit(symbol=symbol + sign, kind=kind, factor=read_factor(factor) ** power)
                for written in filter(None, (symbol, *symbols.replace(".", "").split(","))):
                    endings = (
                        f"{written}{sign}",
                        f"{written}^{power}",
                        f"{written}{power}",
                        f"{written}**{power}",
                    )
                    for full in (
                        *endings,
                        f"{short} {written}",
                        f"{short}. {written}.",
                        f"{short}. {written}",
                    ):
                        self.symbols[full] = unit
                for name in [name for name, other in self.names.items() if other.symbol == symbol and names]:
                    for full in (f"{word} {name}", f"{short} {name}", f"{short}. {name}", f"{name} {word}d"):
                        self.names[full] = unit
        for written, meant in (
            ("sqft", "ft²"),
            ("sqm", "m²"),
            ("cbm", "m³"),
            ("cc", "cm³"),
            ("ccm", "cm³"),
            ("qm", "m²"),
        ):
            self.symbols[written] = self.symbols[meant]

    def _add_speeds(self) -> None:
        """Every length by every length of time, as "m/s" and as "meters per second"."""
        short_names = {
            "s": ("s", "sec", "second"),
            "min": ("min", "minute"),
            "h": ("h", "hr", "hour"),
            "d": ("d", "day"),
        }
        lengths = {name: unit for name, unit in self.names.items() if unit.kind == "length"}
        symbols = [row[0] for row in _LENGTHS]
        for time, written_times in short_names.items():
            for symbol in symbols:
                factor = self.symbols[symbol].factor / self.symbols[time].factor
                unit = self.symbols.get(f"{symbol}/{time}") or Unit(
                    symbol=f"{symbol}/{time}", kind="speed", factor=factor
                )
                unit = self.symbols["mph"] if unit.symbol == "mi/h" else unit
                for written in written_times:
                    self.symbols[f"{symbol}/{written}"] = self.symbols[f"{symbol} per {written}"] = unit
                for name in [name for name, length in lengths.items() if length.symbol == symbol]:
                    for joint in (" per ", "/", " an ", " a "):
                        self.names[f"{name}{joint}{written_times[-1]}"] = unit

    def _add_data(self) -> None:
        """Bits and bytes with decimal prefixes (kB is 1,000 bytes) and binary ones (KiB is 1,024), and their rates."""
        for symbol, name, bits in (("bit", "bit", 1), ("B", "byte", 8)):
            self._add((symbol, str(bits), "", name), "data")
            for prefix, word, power in _PREFIXES:
                short = "b" if symbol == "bit" else symbol
                others = f"{prefix}b" if symbol == "bit" else "KB" if prefix == "k" else ""
                self._add((f"{prefix}{symbol}", f"{bits * 1000**power}", others, word + name), "data")
                binary = f"{prefix.upper()}i{symbol}"
                self._add(
                    (binary, f"{bits * 1024**power}", f"{prefix.upper()}i{short}", f"{word[:2]}bi{name}"),
                    "data",
                )
        for symbol, unit in [(symbol, unit) for symbol, unit in self.symbols.items() if unit.kind == "data"]:
            rate = Unit(symbol=f"{unit.symbol}/s", kind="data rate", factor=unit.factor)
            self.symbols[f"{symbol}/s"] = self.symbols[f"{symbol}ps"] = rate
        for name, unit in [(name, unit) for name, unit in self.names.items() if unit.kind == "data"]:
            self.names[f"{name} per second"] = self.symbols[f"{unit.symbol}/s"]

    def _fold_symbols(self) -> dict[str, Unit]:
        """Symbols in small letters, where that leaves one meaning only: KM and Kg, but neither mw nor mb. One letter is too little."""
        meanings: dict[str, dict[Unit, None]] = {}
        for symbol, unit in self.symbols.items():
            meanings.setdefault(symbol.lower(), {})[unit] = None
        return {
            written: next(iter(units))
            for written, units in meanings.items()
            if len(units) == 1 and len(written) > 1
        }
