import operator
from dataclasses import dataclass

COMPARE = {"<": operator.lt, ">": operator.gt, "==": operator.eq}


@dataclass
class Condition:
    field: str
    op: str
    value: str

    def matches(self, record):
        return COMPARE[self.op](record[self.field], float(self.value))


def select_records(records, condition: Condition):
    kept = []
    for record in records:
        if condition.matches(record):
            kept.append(record)
    return kept
