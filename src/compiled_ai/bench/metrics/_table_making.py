"""Definitions of what is made: code, and the way to it."""

from __future__ import annotations

from compiled_ai.bench.metrics.definition import FRAMEWORK, TASKS, WILSON, Definition

_CODE = "tasks with code"

_QUALITY = (
    Definition(
        name="cyclomatic_complexity",
        title="Cyclomatic complexity",
        category="code_quality",
        unit="points",
        better="lower",
        formula="mean over tasks of the most complex function's V(G) = decisions + 1, by radon",
        counts=_CODE,
        interval=TASKS,
        source="[McCabe 1976](https://doi.org/10.1109/TSE.1976.233837); thresholds of the " + FRAMEWORK,
        competitive=10,
        excellent=5,
        blind="Complexity in tables and in the library that the code calls. The worst function counts, where others average all.",
    ),
    Definition(
        name="cognitive_complexity",
        title="Cognitive complexity",
        category="code_quality",
        unit="points",
        better="lower",
        formula="mean over tasks of the hardest function's points: one for each break of the flow, one more for each level of nesting",
        counts=_CODE,
        interval=TASKS,
        source="[SonarSource, version 1.5](https://www.sonarsource.com/docs/CognitiveComplexity.pdf), own implementation; threshold of the "
        + FRAMEWORK,
        competitive=15,
        blind="Names, tables and what must be known beforehand.",
    ),
    Definition(
        name="maintainability_index",
        title="Maintainability index",
        category="code_quality",
        unit="points",
        better="higher",
        formula="mean over tasks of 171 - 5.2 ln V - 0.23 G - 16.2 ln L; V Halstead volume, G cyclomatic complexity, L logical lines of the whole file, by radon",
        counts=_CODE,
        interval=TASKS,
        source="[Oman & Hagemeister 1992](https://doi.org/10.1109/ICSM.1992.242525); thresholds of the "
        + FRAMEWORK,
        competitive=65,
        excellent=85,
        blind="Nearly anything beyond length: long files score low however plain they are. Made for modules in C of the nineties.",
    ),
    Definition(
        name="type_coverage",
        title="Type coverage",
        category="code_quality",
        unit="%",
        better="higher",
        formula="mean over tasks of the share of parameters, results and fields with a type that leaves nothing open (no Any, no bare container)",
        counts=_CODE,
        interval=TASKS,
        source="ours, as in the syntax stage",
        blind="Whether the types are right.",
    ),
    Definition(
        name="lint_findings",
        title="Lint findings",
        category="code_quality",
        unit="count",
        better="lower",
        formula="mean over tasks of what ruff finds under the rules of the syntax stage, noqa comments ignored",
        counts=_CODE,
        interval=TASKS,
        source="[ruff](https://docs.astral.sh/ruff/)",
        blind="Little for code that had to pass that very stage. Measured only when the summary is given a linter.",
    ),
    Definition(
        name="type_errors",
        title="Type errors",
        category="code_quality",
        unit="count",
        better="lower",
        formula="mean over tasks of what mypy finds in strict mode",
        counts=_CODE,
        interval=TASKS,
        source="[mypy](https://mypy.readthedocs.io/)",
        blind="Little for code that had to pass that very stage. Measured only when the summary is given a type checker.",
    ),
    *(
        Definition(
            name=f"pass_at_{k}",
            title=f"pass@{k}",
            category="code_quality",
            unit="%",
            better="higher",
            formula=f"mean over tasks of 1 - C(n-c, {k}) / C(n, {k}); n compilations of the task, c of them with all its cases right (the held-out ones where there are any), a failed compilation never",
            counts=f"tasks with at least {k} {'compilations' if k > 1 else 'compilation'}",
            interval="Wilson, over tasks",
            source="[Chen et al. 2021](https://arxiv.org/abs/2107.03374), the unbiased estimator",
            competitive=80 if k == 1 else None,
            excellent=90 if k == 1 else None,
            blind="Comparable with HumanEval only in form: these are other tasks. Attempts of one compilation's repair loop are not independent and count as one; equal artifacts of several runs count once.",
        )
        for k in (1, 3)
    ),
)


def _first_pass(stage: str) -> Definition:
    return Definition(
        name=f"first_pass_{stage}",
        title=f"First pass of the {stage} stage",
        category="validation",
        unit="%",
        better="higher",
        formula=f"first attempts that passed the {stage} stage / first attempts that reached it",
        counts="tasks whose first attempt reached the stage",
        interval="Wilson, over tasks",
        source=FRAMEWORK,
        competitive=70,
        excellent=90,
        blind="Attempts that an earlier stage stopped.",
    )


_COMPILATIONS = "tasks with recorded attempts"
_VALIDATION = (
    Definition(
        name="compiled_rate",
        title="Tasks that compiled",
        category="validation",
        unit="%",
        better="higher",
        formula="tasks with a valid artifact / all tasks",
        counts="tasks",
        interval="Wilson, over tasks",
        source="ours",
        blind="Whether the artifacts are right on held-out cases.",
    ),
    Definition(
        name="first_pass_rate",
        title="First-pass rate",
        category="validation",
        unit="%",
        better="higher",
        formula="tasks whose first attempt passed all stages / tasks with an attempt",
        counts=_COMPILATIONS,
        interval="Wilson, over tasks",
        source=FRAMEWORK,
        competitive=70,
        excellent=90,
        blind="How strict the stages are: a gate that lets all pass scores 100 %.",
    ),
    *(_first_pass(stage) for stage in ("security", "syntax", "execution", "accuracy")),
    Definition(
        name="regenerations",
        title="Regenerations",
        category="validation",
        unit="count",
        better="lower",
        formula="mean over tasks of attempts after the first, whether or not they ended in an artifact",
        counts=_COMPILATIONS,
        interval=TASKS,
        source=FRAMEWORK + " (mean regeneration attempts)",
        competitive=2,
        blind="How much each attempt took.",
    ),
    Definition(
        name="time_to_valid",
        title="Time to valid",
        category="validation",
        unit="s",
        better="lower",
        formula="median over tasks with a valid artifact of the seconds from the task to the artifact",
        counts="tasks with a valid artifact",
        interval="bootstrap of the order statistic",
        source=FRAMEWORK,
        blind="Tasks that never became valid: their number is in the note. Absent where a person answered at a desk.",
    ),
    Definition(
        name="false_rejection_rate",
        title="False rejections",
        category="validation",
        unit="%",
        better="lower",
        formula="rejected attempts whose code was right on all cases when run all the same / rejected attempts that were run all the same",
        counts="rejected attempts with a later verdict",
        interval=WILSON.replace("cases", "attempts"),
        source=FRAMEWORK + " (false positive rate)",
        competitive=10,
        blind="Code that is right on all cases and yet rightly rejected, say for what it imports. Unknown unless rejected code was kept and judged: rows do not hold it.",
    ),
)

MAKING = (*_QUALITY, *_VALIDATION)
