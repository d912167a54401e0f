"""Microsoft Presidio as a second pair of eyes for `pii`: optional, and loaded when first asked for.

Needs ``presidio-analyzer`` (https://microsoft.github.io/presidio/). With no model of language it works offline and finds patterns only; with an
installed spaCy model it finds names of persons too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Final, Protocol, cast

from compiled_ai.errors import MissingToolError
from compiled_ai.gates._pii_hits import Hit, PiiType

_KINDS: Final[dict[str, PiiType]] = {
    "CREDIT_CARD": "card",
    "CRYPTO": "crypto_address",
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip_address",
    "MAC_ADDRESS": "mac_address",
    "PERSON": "person_name",
    "PHONE_NUMBER": "phone",
    "US_BANK_NUMBER": "bank_account",
    "US_DRIVER_LICENSE": "driver_license",
    "US_ITIN": "itin",
    "US_PASSPORT": "passport",
    "US_SSN": "ssn",
}
_CHUNK, _OVERLAP = 4000, 200
"""Characters. Presidio takes more time for one long text than for its parts."""


class _Result(Protocol):
    entity_type: str
    start: int
    end: int
    score: float


class _Analyzer(Protocol):
    def analyze(self, text: str, language: str, *, entities: list[str]) -> Sequence[_Result]: ...
    def get_supported_entities(self, language: str) -> list[str]: ...


class PresidioEngine:
    """Finds what Presidio finds; give it to `PiiGate(engine=...)` or `Mask(engine=...)`.

    Args:
        model: An installed spaCy package, such as ``en_core_web_sm``. Empty: none, so that no names are found. Nothing is downloaded.

    Raises:
        MissingToolError: ``presidio-analyzer`` or the model is not installed.
    """

    def __init__(self, model: str = "") -> None:
        self._analyzer = _analyzer(model)
        known = set(self._analyzer.get_supported_entities("en"))
        self._entities = sorted(known & (_KINDS.keys() if model else _KINDS.keys() - {"PERSON"}))

    def __call__(self, text: str) -> Iterator[Hit]:
        """Hits in `text`; a value on the seam of two parts is found in one of them if it has up to 200 characters."""
        for begin in range(0, max(len(text) - _OVERLAP, 1), _CHUNK - _OVERLAP):
            part = text[begin : begin + _CHUNK]
            if not part.strip():
                continue
            # Lone surrogates cannot be encoded, which spaCy needs; the sign for them keeps the places.
            readable = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in part)
            for found in self._analyzer.analyze(readable, "en", entities=self._entities):
                yield Hit(
                    begin + found.start, begin + found.end, _KINDS[found.entity_type], float(found.score)
                )


def _stay_offline() -> None:
    """Have the library that knows domains use the list it brings: it would fetch a newer one where a mail address is first looked at."""
    try:
        domains = import_module("tldextract.tldextract")
    except ImportError:
        return
    domains.TLD_EXTRACTOR = domains.TLDExtract(suffix_list_urls=())  # type: ignore[attr-defined]


def _analyzer(model: str) -> _Analyzer:
    try:
        spacy = import_module("spacy")
        presidio = import_module("presidio_analyzer")
        engines = import_module("presidio_analyzer.nlp_engine")
        nlp = spacy.load(model) if model else spacy.blank("en")
    except (ImportError, OSError) as error:
        if model and isinstance(error, OSError):
            raise MissingToolError(
                f"spaCy's model {model!r} is not installed; install its package (https://spacy.io/models), or leave it out of pii_engine"
            ) from error
        raise MissingToolError(
            "presidio-analyzer is not installed: pip install 'compiled-ai[presidio]'"
        ) from error
    _stay_offline()
    engine = engines.SpacyNlpEngine()
    engine.nlp = {"en": nlp}
    return cast("_Analyzer", presidio.AnalyzerEngine(nlp_engine=engine, supported_languages=["en"]))
