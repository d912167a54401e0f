"""Which gates stand before and behind a model, and from which score on they flag or block."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NoReturn, TypeVar, get_args

from compiled_ai.errors import InputError
from compiled_ai.spec.canonical import JsonObject, JsonValue

Action = Literal["allow", "flag", "block"]
"""``flag``: let through, and write it down."""
PiiMode = Literal["off", "mask", "warn", "block"]
"""``mask``: the model sees placeholders; ``warn``: let through and flagged; ``block``: nothing goes out."""
PII_MODES: tuple[PiiMode, ...] = get_args(PiiMode)
PII_ENGINE = r"(presidio(:[A-Za-z0-9_.-]{1,80})?)?"
_PII_FROM_MILD: tuple[PiiMode, ...] = ("off", "warn", "mask", "block")
TransformerMode = Literal["off", "weigh", "add"]
"""``weigh``: what the transformer and the other layers say is weighed together, so that it can clear a text that they suspect. ``add``: it only makes the gate stricter."""
TRANSFORMER_MODES: tuple[TransformerMode, ...] = get_args(TransformerMode)
GatePolicyName = Literal["default", "strict", "off"]
TextMode = Literal["direct", "document"]
"""``direct``: all of the text is said to the model by whoever wrote it. ``document``: it is matter to be read, in which an order to the model is out of place."""
TEXT_MODES: tuple[TextMode, ...] = get_args(TextMode)
_Choice = TypeVar("_Choice", bound=str)


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """From which score on, in 0..1, a text is flagged and blocked; None for never."""

    flag: float | None
    block: float | None

    def action(self, score: float) -> Action:
        """What is to be done with a text of `score`. A score that is no number blocks."""
        if math.isnan(score) or (self.block is not None and score >= self.block):
            return "block"
        return "flag" if self.flag is not None and score >= self.flag else "allow"

    def stricter(self, other: Thresholds) -> Thresholds:
        """The lower of each two scores."""
        return Thresholds(flag=_lower(self.flag, other.flag), block=_lower(self.block, other.block))

    def to_json(self) -> JsonObject:
        """As `GatePolicy.from_json` reads it."""
        return {"flag": self.flag, "block": self.block}


@dataclass(frozen=True, kw_only=True)
class GatePolicy:
    """What the gates do. Built once and handed down; `default` and `strict` are the ones to begin with."""

    input_gate: bool = True
    direct: Thresholds = Thresholds(flag=0.5, block=0.8)
    """Of the input gate, for texts that are said to the model."""
    document: Thresholds = Thresholds(flag=0.5, block=0.8)
    """Of the input gate, for texts that a model reads."""
    transformer: TransformerMode = "off"
    """Whether the input gate asks its transformer too, which takes an extra and weights of its own."""
    pii: PiiMode = "warn"
    pii_engine: str = ""
    """Who looks for data of persons beside our own recognisers: ``presidio``, or ``presidio:MODEL`` with an installed spaCy model for names. Empty: nobody."""
    output_gate: bool = True
    output: Thresholds = Thresholds(flag=0.4, block=0.7)
    """Of the output gate."""
    quarantine: bool = False
    """Whether a spec is refused in which free text of a bounded step goes into an effect."""

    def thresholds(self, mode: TextMode) -> Thresholds:
        """Those of the input gate for `mode`."""
        return self.document if mode == "document" else self.direct

    @property
    def is_off(self) -> bool:
        """Whether no gate is on."""
        return not self.input_gate and not self.output_gate and self.pii == "off"

    def stricter(self, other: GatePolicy) -> GatePolicy:
        """What lets through only what both let through. Thresholds of a gate that one of them has off do not count.

        One exception: where one has the transformer weigh and the other does not name it, it weighs. Specs cannot say that (`for_spec`).
        """
        mine, theirs = self._counting(other), other._counting(self)
        return GatePolicy(
            input_gate=self.input_gate or other.input_gate,
            direct=mine.direct.stricter(theirs.direct),
            document=mine.document.stricter(theirs.document),
            transformer=max(self.transformer, other.transformer, key=TRANSFORMER_MODES.index),
            pii=max(self.pii, other.pii, key=_PII_FROM_MILD.index),
            pii_engine=max(self.pii_engine, other.pii_engine),  # with a model rather than without
            output_gate=self.output_gate or other.output_gate,
            output=mine.output.stricter(theirs.output),
            quarantine=self.quarantine or other.quarantine,
        )

    def _counting(self, other: GatePolicy) -> GatePolicy:
        """This policy with the thresholds of `other` for gates that only that one has on."""
        found = self
        if other.input_gate and not self.input_gate:
            found = replace(found, direct=other.direct, document=other.document)
        return replace(found, output=other.output) if other.output_gate and not self.output_gate else found

    def to_json(self) -> JsonObject:
        """All of it, as `from_json` reads it back."""
        return {
            "input": {
                "on": self.input_gate,
                "direct": self.direct.to_json(),
                "document": self.document.to_json(),
                "transformer": self.transformer,
            },
            "pii": self.pii,
            "pii_engine": self.pii_engine,
            "output": {"on": self.output_gate, **self.output.to_json()},
            "quarantine": self.quarantine,
        }

    @classmethod
    def from_json(cls, data: JsonValue) -> GatePolicy:
        """The policy that `data` describes: the name of a ready one, or an object with ``base`` and what differs from it.

        Raises:
            InputError: `data` is none; ``field`` names the place, such as ``input.direct.block``.
        """
        if isinstance(data, str):
            return _named(data, "")
        policy = _object(data, "", ("base", "input", "pii", "pii_engine", "output", "quarantine"))
        base = _named(policy["base"], "base") if "base" in policy else default()
        found = _with_input(base, policy["input"]) if "input" in policy else base
        if "pii" in policy:
            found = replace(found, pii=_choice(policy["pii"], PII_MODES, "pii"))
        if "pii_engine" in policy:
            found = replace(found, pii_engine=_engine(policy["pii_engine"]))
        found = replace(found, quarantine=_switch(policy, found.quarantine, "", "quarantine"))
        return _with_output(found, policy["output"]) if "output" in policy else found


def default() -> GatePolicy:
    """Both gates on, and data of persons flagged."""
    return GatePolicy()


def strict() -> GatePolicy:
    """For specs with a compliance block: gates block earlier, and data of persons never reach a model."""
    return GatePolicy(
        direct=Thresholds(flag=0.3, block=0.5),
        document=Thresholds(flag=0.3, block=0.5),
        pii="mask",
        output=Thresholds(flag=0.3, block=0.5),
        quarantine=True,
    )


def off() -> GatePolicy:
    """No gate at all. Nothing falls back to it: whoever wants it says so."""
    return GatePolicy(input_gate=False, pii="off", output_gate=False)


def for_spec(said: JsonValue, compliance: Collection[str]) -> GatePolicy:
    """The policy of a spec or artifact: what it says on top of `strict` under any compliance block, else of `default`. A `base` that it names goes before.

    Raises:
        InputError: what it says is no policy, or has the transformer weigh: to clear a text that other layers suspect is the operator's to allow.
    """
    base = "strict" if compliance else "default"
    if said is None:
        return POLICIES[base]()
    policy = GatePolicy.from_json({"base": base, **said} if isinstance(said, dict) else said)
    if policy.transformer == "weigh":
        _refuse(
            "input.transformer",
            "is 'weigh', which can clear a text that other layers suspect; a spec may say add, and the operator weigh (--gates)",
        )
    return policy


POLICIES = {"default": default, "strict": strict, "off": off}
"""The ready policies by name."""


def _named(data: JsonValue, place: str) -> GatePolicy:
    return POLICIES[_choice(data, tuple(POLICIES), place)]()


def _with_input(base: GatePolicy, data: JsonValue) -> GatePolicy:
    given = _object(data, "input", ("on", "direct", "document", "transformer"))
    return replace(
        base,
        input_gate=_switch(given, base.input_gate, "input"),
        transformer=_choice(given["transformer"], TRANSFORMER_MODES, "input.transformer")
        if "transformer" in given
        else base.transformer,
        direct=_thresholds(given["direct"], base.direct, "input.direct")
        if "direct" in given
        else base.direct,
        document=_thresholds(given["document"], base.document, "input.document")
        if "document" in given
        else base.document,
    )


def _with_output(base: GatePolicy, data: JsonValue) -> GatePolicy:
    given = _object(data, "output", ("on", "flag", "block"))
    limits = {key: value for key, value in given.items() if key != "on"}
    return replace(
        base,
        output_gate=_switch(given, base.output_gate, "output"),
        output=_thresholds(limits, base.output, "output"),
    )


def _thresholds(data: JsonValue, base: Thresholds, place: str) -> Thresholds:
    given = _object(data, place, ("flag", "block"))
    flag = _score(given["flag"], f"{place}.flag") if "flag" in given else base.flag
    block = _score(given["block"], f"{place}.block") if "block" in given else base.block
    if flag is not None and block is not None and flag > block:
        if "flag" in given:
            _refuse(
                f"{place}.flag", f"is {flag:g}, above block ({block:g}), so that nothing would be flagged"
            )
        flag = block
    return Thresholds(flag=flag, block=block)


def _score(data: JsonValue, place: str) -> float | None:
    if data is None:
        return None
    if isinstance(data, bool) or not isinstance(data, int | float) or not 0 < data <= 1:
        _refuse(place, f"is {_shown(data)}; it must be a number above 0 and not above 1, or null for never")
    return float(data)


def _switch(given: Mapping[str, JsonValue], otherwise: bool, place: str, key: str = "on") -> bool:  # noqa: FBT001 - the value to fall back to
    found = given.get(key, otherwise)
    if not isinstance(found, bool):
        _refuse(f"{place}.{key}".lstrip("."), f"is {_shown(found)}; it must be true or false")
    return found


def _choice(data: JsonValue, known: tuple[_Choice, ...], place: str) -> _Choice:
    for choice in known:
        if choice == data:
            return choice
    return _refuse(place, f"is {_shown(data)}; it must be one of {', '.join(known)}")


def _engine(data: JsonValue) -> str:
    if isinstance(data, str) and re.fullmatch(PII_ENGINE, data):
        return data
    return _refuse("pii_engine", f"is {_shown(data)}; it must be presidio, presidio:MODEL or empty")


def _object(data: JsonValue, place: str, known: tuple[str, ...]) -> Mapping[str, JsonValue]:
    if not isinstance(data, dict):
        _refuse(place, f"is {_shown(data)}; it must be an object with {', '.join(known)}")
    for key in data:
        if key not in known:
            _refuse(f"{place}.{key}".lstrip("."), f"is unknown; there are {', '.join(known)}")
    return data


def _shown(data: JsonValue) -> str:
    text = ascii(data)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _refuse(place: str, problem: str) -> NoReturn:
    name = f"gates.{place}" if place else "the policy of gates"
    raise InputError(f"{name} {problem}", field=place)


def _lower(left: float | None, right: float | None) -> float | None:
    known = [score for score in (left, right) if score is not None]
    return min(known, default=None)
