"""Whether the words around a value or topic take it back ("without tax"), or only put up with it ("tolls are fine")."""

from __future__ import annotations

import re

from compiled_ai.modules._slot_reading import Reading, Span

_NEGATORS = (
    r"not|no|none|without|never|don'?t|doesn'?t|didn'?t|isn'?t|aren'?t|wasn'?t|weren'?t|hasn'?t|haven'?t|hadn'?t|won'?t|wouldn'?t|can'?t|cannot|couldn'?t|shouldn'?t|needn'?t|"
    r"exclud\w+|ignor\w+|disregard\w*|skip\w*|omit\w*|leav\w+\sout|avoid\w*|(?:bother|bothering)\s(?:with|about)|no\s(?:need|use)\sfor|spare\sme|minus|"
    r"(?:keep|keeps|keeping|stay|staying|steer|steering)\s(?:\w+\s)?(?:off|clear\sof|away\sfrom)|(?:any|anything|everything|all)\sbut|except(?:\sfor)?|apart\sfrom|aside\sfrom|instead\sof|"
    r"rather\sthan|neither|nor|other\sthan|disabl\w+|turn(?:ed|ing)?\soff|hold\sthe|drop|forget"
)
_NEGATED = re.compile(
    rf"(?<![^\W_])(?:{_NEGATORS})(?:\s(?!and\b|but\b|with\b|just\b|only\b|wait\b)[\w'-]+){{0,4}}?[\s:]+(?:the\s|any\s|a\s|an\s)?$"
)
NEGATED_AFTER = re.compile(
    r"(?:\s(?!and\b|but\b|or\b|not\b|is\b|are\b)[\w'-]+){0,2}?(?:[\s-](?:(?:is|are|be|being|was|were|should\sbe|must\sbe|to\sbe)\s)?(?:excluded|ignored|omitted|skipped|left\sout|"
    r"disregarded|unnecessary|avoided|disabled|turned\soff|off|false|free)\b"
    r"|\s(?:(?:is|are|was|were|should|need|does|do)\s?(?:not|n't)|isn't|aren't|shouldn't|needn't|not)\s(?:be\s)?(?:needed|required|necessary|wanted|included|important|considered|relevant|taken|allowed|matter)\b)"
)
_LEFT = re.compile(
    r"\b(?:leav(?:e|es|ing)|keep(?:s|ing)?|cut(?:s|ting)?|tak(?:e|es|ing))\s(?:the\s|any\s|all\s|(?:its|their|his|her|my|our|your)\s)?$"
)
_OUT = re.compile(r"(?:'s)?(?:\s[\w'-]+)?\s(?:out|off|away|aside)\b(?!\sfor\b)")
"""What follows in "leave the owner out of it"."""
_TURN = re.compile(r",|(?<!\bany)(?<!thing)(?<!\ball)\sbut(?=\s)")
_ACCEPTED = re.compile(
    r"\b(?:(?:don'?t|do\snot|doesn'?t|does\snot|wouldn'?t|won'?t)\s(?:\w+\s)?(?:mind|care\s(?:about|if|whether))|no\s(?:objections?\sto|problems?\swith)|(?:ok|okay|fine|happy|cool)\swith"
    r"|not\s(?:bothered\sby|worried\sabout)|(?:can|could)\slive\swith)\s(?:[\w'-]+\s){0,3}$"
)
_LONGEST_BEFORE = 60


def is_negated(reading: Reading, span: Span) -> bool:
    """Whether the words around a span take it back: "not in miles", "without tax", "tax excluded"."""
    low, high = reading.clause(*span)
    before = reading.folded[max(low, span[0] - _LONGEST_BEFORE) : span[0]]
    turn = max((match.end() for match in _TURN.finditer(before)), default=0)
    if _NEGATED.search(before[turn:]):
        return True
    after = reading.folded[: min(high, span[1] + 40)]
    if _LEFT.search(before) and _OUT.match(after, span[1]):
        return True
    return NEGATED_AFTER.match(after, span[1]) is not None


def is_accepted(reading: Reading, span: Span) -> bool:
    """Whether the request puts up with what stands at a span without asking for it: "I don't mind tolls"."""
    low, _ = reading.clause(*span)
    return _ACCEPTED.search(reading.folded[max(low, span[0] - _LONGEST_BEFORE) : span[0]]) is not None
