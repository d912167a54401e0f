"""What the gates add to a call of a model. Prints n, median and 99th percentile in milliseconds.

    .venv/bin/python benchmarks/run_call_gates.py

The model is a function that answers at once. Policies take turns in one loop, so that all see the same machine; every input is new, so that no verdict is
remembered. What a model itself takes, some hundred milliseconds and more, comes on top. The transformer is measured where its weights are installed.
"""

from __future__ import annotations

import random
from dataclasses import replace
from statistics import median, quantiles
from time import perf_counter_ns

from compiled_ai.errors import MissingToolError
from compiled_ai.gates.policy import POLICIES, GatePolicy, Thresholds
from compiled_ai.gates.transformer import TransformerModel
from compiled_ai.llm import LlmClient, from_function
from compiled_ai.llm.prompt import Material, Prompt
from compiled_ai.spec.canonical import JsonObject

RUNS = 200
WARM = 5
SIZES = (200, 1_000, 5_000)
"""Characters of the input."""
INSTRUCTIONS = (
    "Sort the ticket into a queue. "
    + "Tickets about printers go to hardware, about passwords to access. " * 20
)
WORDS = [
    "the",
    "printer",
    "on",
    "floor",
    "two",
    "prints",
    "blank",
    "pages",
    "since",
    "monday",
    "and",
    "the",
    "queue",
    "shows",
    "an",
    "error",
    "after",
    "each",
    "restart",
    "of",
    "the",
    "spooler",
    "please",
    "call",
    "me",
    "back",
]
SCHEMA: JsonObject = {
    "type": "object",
    "required": ["queue"],
    "properties": {"queue": {"type": "string"}},
}


def main() -> None:
    """Print the table."""
    rng = random.Random(1)
    clients = {
        name: from_function(lambda _: '{"queue": "hardware"}', gates=unblocking(policy))
        for name, policy in policies().items()
    }
    print("| input | policy | n | median ms | p99 ms |\n|---|---|---|---|---|")
    for size in SIZES:
        taken: dict[str, list[float]] = {name: [] for name in clients}
        for run in range(RUNS + WARM):
            for name, client in clients.items():
                seconds = ask(client, ticket(rng, size))
                if run >= WARM:
                    taken[name].append(seconds)
        for name, times in taken.items():
            print(f"| {size:,} | {name} | {RUNS} | {median(times):.2f} | {quantiles(times, n=100)[-1]:.2f} |")


def policies() -> dict[str, GatePolicy]:
    """The ready ones, and that of the transformer if it can be asked."""
    found = {name: make() for name, make in POLICIES.items()}
    try:
        TransformerModel.load()
    except MissingToolError as error:
        print(f"without the transformer: {error}\n")
        return found
    return {**found, "default, transformer": replace(found["default"], transformer="weigh")}


def unblocking(policy: GatePolicy) -> GatePolicy:
    """`policy`, which flags and never blocks: a made-up ticket of mixed words may look odd, and is to be timed all the same."""
    never = Thresholds(flag=0.5, block=None)
    return replace(policy, direct=never, document=never)


def ticket(rng: random.Random, size: int) -> str:
    """A made-up ticket of about `size` characters."""
    words = [rng.choice(WORDS) for _ in range(size // 5)]
    return f"{' '.join(words)} (ticket {rng.randrange(10**6)})"[-size:]


def ask(client: LlmClient, text: str) -> float:
    """Milliseconds of one call."""
    prompt = Prompt(pieces=(Material(value={"text": text}, mode="document", place="input"),))
    start = perf_counter_ns()
    client.session().ask_object(INSTRUCTIONS, prompt, schema=SCHEMA, role="bounded")
    return (perf_counter_ns() - start) / 1e6


if __name__ == "__main__":
    main()
