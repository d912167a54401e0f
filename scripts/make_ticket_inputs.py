"""Write datasets/ticket_routing/inputs_1000.jsonl: tickets without answers, for the batch of the demo and for speed.

    python scripts/make_ticket_inputs.py

The texts are put together at random (seed 7) from phrases of our own; about one in eight is about nothing that the desk handles.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

TARGET = Path(__file__).parent.parent / "datasets" / "ticket_routing" / "inputs_1000.jsonl"
SUBJECTS_AND_BODIES = {
    "outage": (
        ("Site unreachable", "The portal is down for our whole office since {time}."),
        (
            "503 everywhere",
            "Every page of {product} returns an error 503, none of our {count} users can work.",
        ),
        ("{product} not available", "We cannot reach {product} at all, from any network, since {time}."),
    ),
    "security": (
        (
            "Suspicious login",
            "Somebody signed in to our admin account from another country at {time}. We did not do that.",
        ),
        ("Leaked key", "An API key of {product} was committed to a public repository by mistake."),
        ("Phishing", "Our staff got a mail that pretends to come from {product} and asks for passwords."),
    ),
    "billing": (
        ("Charged twice", "Our card was charged twice for {product} this month, {amount} each."),
        ("Invoice {number}", "Invoice {number} shows the wrong company name, please send a corrected one."),
        ("Change of plan", "What would we pay for {count} seats on the yearly plan of {product}?"),
    ),
    "bug": (
        ("Export broken", "The CSV export of {product} stops with an error after {count} rows."),
        ("Wrong totals", "The report of {product} adds up to {amount} too much since the last update."),
        ("Slow search", "Searching in {product} takes {count} seconds since {time}."),
    ),
    "how_to": (
        ("How do I add a user?", "I would like to invite a colleague to {product}. Where do I do that?"),
        ("Setting up SSO", "How can we set up single sign-on for {product} with {count} accounts?"),
        ("Question on filters", "Is there a way to save a filter in {product}?"),
    ),
    "nothing": (
        ("Greetings", "We wish the team of {product} a good weekend."),
        ("Partnership", "Would you like to meet us at the fair on {time}?"),
    ),
}
ENDINGS = (
    "",
    "",
    "",
    " It is urgent.",
    " Please answer as soon as possible.",
    " Thanks, {name}",
    " Best regards, {name}",
)


def main() -> None:
    """Write the file."""
    choose = random.Random(7)  # noqa: S311 - reproducible phrases, nothing secret
    lines = []
    for number in range(1, 1001):
        subject, body = choose.choice([pair for group in SUBJECTS_AND_BODIES.values() for pair in group])
        values = {
            "time": f"{choose.randint(6, 18)}:{choose.randint(0, 59):02d}",
            "product": choose.choice(("Ledgerly", "the planner", "Fieldbook", "the mobile app")),
            "count": choose.randint(3, 900),
            "amount": f"{choose.randint(9, 4000)}.{choose.randint(0, 99):02d} EUR",
            "number": f"2026-{choose.randint(1, 9999):04d}",
            "name": choose.choice(("Ines", "Tom", "Oluwaseun", "Mei", "Jakub")),
        }
        ticket = {
            "ticket_id": f"T-{number:04d}",
            "subject": subject.format(**values),
            "body": (body + choose.choice(ENDINGS)).format(**values),
            "customer_tier": choose.choice(("free", "pro", "enterprise")),
            "previous_contacts": choose.choice((0, 0, 0, 1, 1, 2, 3, 5)),
        }
        lines.append(json.dumps(ticket))
    TARGET.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
