"""Dates and clock times in the style that a slot asks for."""

from __future__ import annotations

import pytest

from compiled_ai.modules.slots import Slot, Value, fill


def day(name: str = "date", style: str = "", *cues: str) -> Slot:
    return Slot(name=name, kind="date", style=style, cues=cues)


STAY = (day("check_in_date", "YYYY-MM-DD"), day("check_out_date", "YYYY-MM-DD"))


def row(request: str, slots: tuple[Slot, ...], *values: Value | None) -> object:
    return pytest.param(request, slots, values if values != (None,) else None, id=request[:60])


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        row("on March 12, 2026", (day(),), "2026-03-12"),
        row("on 12 March 2026", (day(style="DD/MM/YYYY"),), "12/03/2026"),
        row("on the 12th of March 2026", (day(style="MM-DD-YYYY"),), "03-12-2026"),
        row("on 2026-03-12", (day(style="Month D, YYYY"),), "March 12, 2026"),
        row("on 2026-03-12", (day(style="yyyy/mm/dd"),), "2026/03/12"),
        row("on 25/03/2026", (day(),), "2026-03-25"),
        row("on 03/25/2026", (day(),), "2026-03-25"),
        row("on 03/04/2026", (day(style="DD/MM/YYYY"),), "03/04/2026"),
        row("on 03/04/2026", (day(style="MM/DD/YYYY"),), "03/04/2026"),
        row("on 03/04/2026", (day(),), None),
        row("on 03.04.2026", (day(),), "2026-04-03"),
        row("next Friday", (day(),), "next Friday"),
        row("next Friday", (day(style="YYYY-MM-DD"),), None),
        row("on March 12", (day(),), None),
        row("on 12 March 2026 and on 13 April 2026", (day(),), None),
        row("from 4 April 2026 to 8 April 2026", STAY, "2026-04-04", "2026-04-08"),
        row("leaving on 8 April 2026, check-in on 4 April 2026", STAY, "2026-04-04", "2026-04-08"),
        row("on Sept.9, 2026", (day(),), "2026-09-09"),
        row("on Oct.30,2026", (day(),), "2026-10-30"),
        row("from 2026 June 3rd to June 9th", STAY, "2026-06-03", "2026-06-09"),
        row("from 28 December 2026 until January 2nd", STAY, "2026-12-28", "2027-01-02"),
        row("in on the 6th of May 2026 and out on the 11th", STAY, "2026-05-06", "2026-05-11"),
        row("from May 6, 2026 through the 9th of the same month", STAY, "2026-05-06", "2026-05-09"),
        row("from May 6, 2026 to the 3rd", STAY, None),
        row("from May 6, 2026 to February 30th", STAY, None),
        row("at 7:30 pm", (Slot(name="at", kind="time"),), "19:30"),
        row("at 7:30 pm", (Slot(name="at", kind="time", style="HH:MM:SS"),), "19:30:00"),
        row("at 19:30", (Slot(name="at", kind="time", style="12h"),), "7:30 PM"),
        row("at noon", (Slot(name="at", kind="time", style="HH:MM"),), "12:00"),
        row("on 12 March 2026 at 7 pm", (Slot(name="at", kind="datetime"),), "2026-03-12T19:00:00"),
        row("on 12 March 2026 at 7 pm", (Slot(name="at", kind="datetime", style="DD.MM.YYYY HH:MM"),), "12.03.2026 19:00"),
        row("on 12 March 2026 at 7 pm", (day(), Slot(name="at", kind="time")), "2026-03-12", "19:00"),
        row("on 12 March 2026", (Slot(name="at", kind="datetime"),), None),
        row("a table for 4 at 7 pm", (Slot(name="people", kind="integer"),), None),
    ],
)  # fmt: skip
def test_dates_and_times(
    request_text: str, slots: tuple[Slot, ...], values: tuple[Value, ...] | None
) -> None:
    found = fill(request_text, slots)
    if values is None:
        assert found.declined
    else:
        assert (found.declined, tuple(item.value for item in found.filled)) == ("", values)
