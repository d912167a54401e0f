"""Classification: five small specs in other words than their messages, what is answered, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from compiled_ai.factory.synthesis._labels import build_cues, cue_stem, describe_labels, listed_phrases
from compiled_ai.factory.synthesis.classification import ClassificationSynthesizer

BY = (ClassificationSynthesizer(),)
Messages = tuple[tuple[str, str | None], ...]

BANK = """
Read the customer's message and choose the intent.
- lost_card: a card that is lost, stolen or swallowed by a machine, so that it must be blocked or replaced.
- transfer: sending money to someone, a transfer that failed or has not arrived, standing orders.
- loan: borrowing money, mortgages, interest rates, paying a loan off early.
- app_access: logging in to online banking or the app, PINs, passwords, codes.
- fees: why something was charged, account costs, fees of the card.
Decline a message about none of these or about two.
"""
BANK_MESSAGES: Messages = (
    ("I left my wallet on the bus, please freeze my card", "lost_card"),
    ("The cash machine kept my debit card this morning", "lost_card"),
    ("The money I sent to my sister on Monday still isn't there", "transfer"),
    ("How do I set up a monthly payment to my landlord?", "transfer"),
    ("What would a mortgage over 200,000 cost me per month?", "loan"),
    ("Can I repay my credit ahead of time?", "loan"),
    ("I forgot my PIN and the app locks me out", "app_access"),
    ("The app does not accept my password any more", "app_access"),
    ("Why did you take 4.90 for account management?", "fees"),
    ("There is a charge of 12 euros on my statement that I do not understand", "fees"),
    ("Nice weather today!", None),
    ("Do you sponsor football clubs?", None),
)
HOTEL = """
Choose what the guest wants.
- booking: reserve a room, prices and availability.
- cancel_booking: call off or shorten a stay that is booked.
- complaint: noise, dirt, broken things in the room, unfriendly staff.
- facilities: breakfast, pool, parking, wifi, spa and their hours.
- lost_property: something that was forgotten in the hotel.
Decline anything else.
"""
HOTEL_MESSAGES: Messages = (
    ("Have you got a double for two nights next weekend?", "booking"),
    ("I'd like to book a single room from Friday to Sunday", "booking"),
    ("We have to cancel our reservation for May, my son is ill", "cancel_booking"),
    ("Unfortunately we cannot come, please drop the stay in June", "cancel_booking"),
    ("The shower is leaking and nobody comes", "complaint"),
    ("The people next door were so loud that we could not sleep", "complaint"),
    ("Our room was filthy when we came in", "complaint"),
    ("Until when is breakfast served?", "facilities"),
    ("Is the swimming pool heated?", "facilities"),
    ("What is the password for the wi-fi?", "facilities"),
    ("I think I left my glasses on the bedside table", "lost_property"),
    ("Did the maid find a black scarf?", "lost_property"),
    ("What is the capital of Peru?", None),
)
HR = """
The request of an employee goes to one desk.
- payroll: salary, payslips, bonuses, tax forms.
- absence: holidays, sick notes, parental leave, days off.
- recruiting: open positions, applications, interviews.
- training: courses, certificates, conferences.
- equipment: laptops, phones, keys, chairs, badges.
Decline what belongs to none of the desks.
"""
HR_MESSAGES: Messages = (
    ("My wage for March is 200 short", "payroll"),
    ("Where can I find my pay slip?", "payroll"),
    ("I have the flu and stay at home until Thursday", "absence"),
    ("How many vacation days have I got left?", "absence"),
    ("My wife is expecting, what do I do for parental leave?", "absence"),
    ("A friend of mine would like to apply as a driver", "recruiting"),
    ("When is the interview with the candidate from Ulm?", "recruiting"),
    ("I want to attend a workshop on welding", "training"),
    ("May I take part in the seminar next month?", "training"),
    ("My computer no longer starts, I need a new one", "equipment"),
    ("I lost the key to my locker", "equipment"),
    ("The canteen soup was cold", None),
)
CLINIC = """
Sort messages of patients.
- appointment: make, move or cancel an appointment.
- prescription: refills and new prescriptions of medicines.
- results: results of blood tests, x-rays and other tests.
- symptoms: pains, fever, rashes and other complaints of the body.
- billing: invoices, insurance and payments.
Decline the rest.
"""
CLINIC_MESSAGES: Messages = (
    ("Could I come in on Tuesday instead of Monday?", "appointment"),
    ("I need to see the doctor some time this week", "appointment"),
    ("My blood pressure pills are nearly finished", "prescription"),
    ("Please renew my prescription for ibuprofen", "prescription"),
    ("Are the lab findings from last week there?", "results"),
    ("Has my x-ray been looked at?", "results"),
    ("My knee hurts when I climb stairs", "symptoms"),
    ("I have had a temperature of 39 and a cough since yesterday", "symptoms"),
    ("Does my insurance cover the vaccination?", "billing"),
    ("I have been billed for a visit that never took place", "billing"),
    ("Do you have parking spaces?", None),
)
IT = """
Choose the queue for the ticket.
- network: wifi, vpn, slow or missing internet.
- password: forgotten or expired passwords, locked accounts.
- printing: printers, toner, paper jams, scanners.
- hardware: laptops, screens, mice, docking stations that are broken.
- software: installing programs, licences, updates, crashes of an application.
Decline tickets that fit no queue.
"""
IT_MESSAGES: Messages = (
    ("I can't connect to the VPN from home", "network"),
    ("The internet in room 4 is terribly slow", "network"),
    ("My account is blocked after three tries", "password"),
    ("I can't remember my login credentials", "password"),
    ("The printer on floor two is out of toner", "printing"),
    ("Paper is stuck in the copier", "printing"),
    ("My monitor stays black", "hardware"),
    ("The keyboard of my notebook has a dead key", "hardware"),
    ("Excel closes by itself whenever I open a big file", "software"),
    ("Please install Photoshop on my machine", "software"),
    ("When is the summer party?", None),
)


def spec_of(instructions: str, labels: list[str], extra: str = "") -> str:
    text = "\n".join(f"  {line}" for line in instructions.strip().splitlines())
    return f"""
name: choose
version: 1.0.0
description: Choose a label.
instructions: |
{text}
input: {{message: string}}
output:
  label: [{", ".join(labels)}]
{extra or "tests: [{input: {message: x}, abstain: true}]"}
examples: [{{input: {{message: "Tell me a joke."}}, abstain: true}}]
"""


@pytest.mark.parametrize(
    ("instructions", "messages", "least_right", "most_wrong"),
    [
        pytest.param(BANK, BANK_MESSAGES, 9, 1, id="bank"),
        pytest.param(HOTEL, HOTEL_MESSAGES, 9, 0, id="hotel"),
        pytest.param(HR, HR_MESSAGES, 10, 0, id="personnel"),
        pytest.param(CLINIC, CLINIC_MESSAGES, 9, 0, id="clinic"),
        pytest.param(IT, IT_MESSAGES, 9, 0, id="computers"),
    ],
)
def test_most_messages_in_other_words_are_understood_and_few_misunderstood(
    synthesized: Any, instructions: str, messages: Messages, least_right: int, most_wrong: int
) -> None:
    labels = sorted({label for _, label in messages if label})
    found = synthesized(spec_of(instructions, labels), by=BY)
    given = [found.run({"message": message}) for message, _ in messages]
    answers = [answer and answer["label"] for answer in given]
    right = sum(answer == label for answer, (_, label) in zip(answers, messages, strict=True))
    wrong = sum(answer not in {None, label} for answer, (_, label) in zip(answers, messages, strict=True))
    assert (right >= least_right, wrong <= most_wrong) == (True, True), (right, wrong)


def test_a_flag_is_true_where_one_of_its_phrases_stands(synthesized: Any) -> None:
    instructions = f"{HOTEL}\n- urgent: whether it cannot wait (urgent, at once, right now or the like)."
    labels = ["booking", "cancel_booking", "complaint", "facilities", "lost_property"]
    spec = spec_of(instructions, labels).replace("tests:", "  urgent: boolean\ntests:")
    found = synthesized(spec, by=BY)
    assert [
        found.run({"message": f"The noise is terrible, come {when}"}) for when in ("right now", "some day")
    ] == [
        {"label": "complaint", "urgent": True},
        {"label": "complaint", "urgent": False},
    ]


@pytest.mark.parametrize(
    ("instructions", "labels"),
    [
        pytest.param("Choose wisely.", ["red", "blue"], id="no descriptions"),
        pytest.param("- red: warm colours of fire.", ["red", "blue"], id="one label without a description"),
    ],
)
def test_labels_without_descriptions_are_left_alone(
    synthesized: Any, instructions: str, labels: list[str]
) -> None:
    assert synthesized(spec_of(instructions, labels), by=BY).bodies == ()


def test_an_example_that_is_answered_wrong_rules_a_setting_out(synthesized: Any) -> None:
    labels = sorted({label for _, label in BANK_MESSAGES if label})
    spec = spec_of(BANK, labels)
    wrong = '{input: {message: "I want a loan, a mortgage"}, output: {label: fees}}, {input: {message: "Tell'
    assert synthesized(spec, by=BY).bodies
    assert synthesized(spec.replace('{input: {message: "Tell', wrong, 1), by=BY).bodies == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "- a: about apples\n- b: about bread.\nRead well.",
            {"a": "about apples", "b": "about bread"},
            id="bullets",
        ),
        pytest.param(
            "kind: a (apples, pears), b (bread).", {"a": "apples, pears", "b": "bread"}, id="brackets"
        ),
        pytest.param("- b_c: bread; - a: apples", {"b_c": "bread", "a": "apples"}, id="any order"),
        pytest.param("Choose a or b.", {}, id="only named"),
    ],
)
def test_descriptions_are_read_by_label(text: str, expected: dict[str, str]) -> None:
    labels = ["a", "b_c" if "b_c" in text else "b"]
    assert describe_labels(labels, text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("deliveries", "deliver*", id="plural"),
        pytest.param("booking", "book*", id="gerund"),
        pytest.param("shipping", "ship*", id="doubled letter"),
        pytest.param("cards", "card*", id="plural of a short word"),
        pytest.param("card", "card", id="short word"),
        pytest.param("orders", "orders", id="word of all messages"),
    ],
)
def test_stems_meet_the_forms_of_a_word(word: str, expected: str) -> None:
    assert cue_stem(word) == expected


def test_a_cue_of_many_labels_tells_nothing() -> None:
    cues = build_cues({"a": "red paint", "b": "blue paint", "c": "green paint"}, {})
    assert not any("paint" in phrase for phrases in cues.values() for phrase in phrases)


def test_words_that_examples_of_one_label_share_are_cues() -> None:
    cues = build_cues({"a": "red", "b": "blue"}, {"a": ["my zebra", "the zebra"], "b": ["a lion"]})
    assert cues["a"]["zebra*"] == 1.0


def test_phrases_are_listed_in_brackets() -> None:
    assert listed_phrases("whether it burns (fire, smoke or the like).") == ["fire", "smoke"]
