from __future__ import annotations

from compiled_ai.modules import abstain

MOST_PERSONS = 4
QUESTIONS = 3


def _row(person: str, answers: dict[str, str]) -> SurveyPivotOutputRowsItem:
    """One row of the table."""
    return {
        "person": person,
        "color": answers.get("color"),
        "food": answers.get("food"),
        "remark": answers.get("remark"),
    }


def survey_pivot(data: SurveyPivotInput) -> SurveyPivotOutput:
    """Collect the answers by person and write one row for each."""
    table: dict[str, dict[str, str]] = {}
    for entry in data["answers"]:
        person = entry["person"].strip()
        if not person:
            abstain("a name is blank")
        answers = table.setdefault(person, {})
        answer = (entry["answer"] or "").strip()
        if answer:
            answers[entry["question"]] = answer
    if len(table) > MOST_PERSONS:
        abstain("too many persons")
    return {
        "rows": [_row(person, answers) for person, answers in table.items()],
        "complete": sum(len(answers) == QUESTIONS for answers in table.values()),
    }
