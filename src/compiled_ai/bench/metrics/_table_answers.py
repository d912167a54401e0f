"""Definitions of what comes out: right, wrong, none, and the same again or not."""

from __future__ import annotations

from compiled_ai.bench.metrics.definition import CASES, FRAMEWORK, WILSON, Definition

_REPEATS = "cases with at least two repeats by the same system"

_CONSISTENCY = (
    Definition(
        name="exact_match_rate",
        title="Exact-match rate",
        category="consistency",
        unit="%",
        better="higher",
        formula="mean over cases of (repeats whose output equals the most frequent one, as canonical JSON / repeats)",
        counts=_REPEATS,
        interval=WILSON,
        source=FRAMEWORK,
        competitive=80,
        excellent=95,
        blind="Whether the output is right: the same wrong answer each time scores 100 %. With few repeats it is high by itself (two repeats: at least 50 %).",
    ),
    Definition(
        name="output_entropy",
        title="Output entropy",
        category="consistency",
        unit="bits",
        better="lower",
        formula="mean over cases of -Σ p log2 p, p the share of each distinct output among the repeats",
        counts=_REPEATS,
        interval=CASES,
        source="[Shannon 1948](https://doi.org/10.1002/j.1538-7305.1948.tb01338.x)",
        blind="Whether outputs differ in what they mean. N repeats cannot show more than log2 N bits.",
    ),
    Definition(
        name="semantic_entropy",
        title="Semantic entropy",
        category="consistency",
        unit="bits",
        better="lower",
        formula="as output entropy, p the share of each cluster of outputs that mean the same: both right by the dataset's evaluator, or equal field by field after case, spaces and number forms are evened out",
        counts=_REPEATS,
        interval=CASES,
        source="[Farquhar et al. 2024](https://doi.org/10.1038/s41586-024-07421-0); clusters by evaluator and normalisation, not by a model",
        blind="That two wrong outputs in other words mean the same: these stay apart.",
    ),
    Definition(
        name="schema_conformance",
        title="Schema conformance",
        category="consistency",
        unit="%",
        better="higher",
        formula="outputs that fit the task's schema / outputs of tasks with a schema; mean over repeats",
        counts="cases with an output and a schema",
        interval=WILSON,
        source=FRAMEWORK,
        blind="Whether the values are right.",
    ),
)


def _share(name: str, title: str, formula: str, blind: str) -> Definition:
    return Definition(
        name=name,
        title=title,
        category="reliability",
        unit="%",
        better="lower",
        formula=formula,
        counts="cases",
        interval=WILSON,
        source="ours",
        blind=blind,
    )


_RISK = (
    "[El-Yaniv & Wiener 2010](https://www.jmlr.org/papers/v11/el-yaniv10a.html) (one minus selective risk)"
)
_RELIABILITY = (
    Definition(
        name="accuracy",
        title="Accuracy",
        category="reliability",
        unit="%",
        better="higher",
        formula="cases right by the dataset's official evaluator, rightly declined ones included / all cases; failed, timed out, not prepared and not asked for want of money are wrong; mean over repeats",
        counts="cases",
        interval=WILSON,
        source="ours: the official evaluator of each dataset",
        blind="What kind of wrong: see silent-wrong and abstention rate. Cases of one task share an artifact, so that the interval over cases can be too narrow; paired comparisons also give one over tasks.",
    ),
    Definition(
        name="accuracy_answered",
        title="Accuracy on answered cases",
        category="reliability",
        unit="%",
        better="higher",
        formula="right answers / answers given (declined and failed ones left out)",
        counts="cases answered at least once",
        interval=WILSON,
        source=_RISK,
        blind="How many cases were left out: a mean over survivors, shown only beside the answer rate.",
    ),
    Definition(
        name="mean_score",
        title="Mean score",
        category="reliability",
        unit="%",
        better="higher",
        formula="mean over all cases of the evaluator's partial score; 0 for all that did not answer",
        counts="cases",
        interval=WILSON,
        source="ours: the official evaluator of each dataset",
        blind="How many cases are wholly right.",
    ),
    Definition(
        name="completion_rate",
        title="Completion rate",
        category="reliability",
        unit="%",
        better="higher",
        formula="tasks completed successfully / tasks attempted; successful means right by the official evaluator, so it equals the accuracy",
        counts="cases",
        interval=WILSON,
        source=FRAMEWORK + ", threshold from [AgentBench](https://arxiv.org/abs/2308.03688)",
        competitive=50,
        excellent=75,
        blind="How it compares with published completion rates that another judge decided. How many runs came to an end at all: see the answer rate.",
    ),
    Definition(
        name="answer_rate",
        title="Answer rate",
        category="reliability",
        unit="%",
        better="higher",
        formula="cases answered, right or wrong / all cases",
        counts="cases",
        interval=WILSON,
        source="coverage in [El-Yaniv & Wiener 2010](https://www.jmlr.org/papers/v11/el-yaniv10a.html)",
        blind="Whether the answers are right, and whether a case should have been declined.",
    ),
    _share(
        "error_rate",
        "Error rate",
        "cases that ended in an error, a killed process or without an artifact, or were not asked for want of money / all cases",
        "Wrong answers: they are no errors to the one who gets them.",
    ),
    _share(
        "silent_wrong_rate",
        "Silent-wrong rate",
        "cases answered, and not right / all cases",
        "How bad the mistakes are.",
    ),
    _share(
        "abstention_rate",
        "Abstention rate",
        "cases declined, rightly or not / all cases",
        "Whether declining was right: the accuracy and the needless abstention rate say that.",
    ),
    _share(
        "needless_abstention_rate",
        "Needless abstention rate",
        "cases declined where an answer was due / cases where an answer was due",
        "Whether an answer would have been right. A needless abstention costs a call of the fallback, a wrong answer costs trust.",
    ),
)

ANSWERS = (*_CONSISTENCY, *_RELIABILITY)
