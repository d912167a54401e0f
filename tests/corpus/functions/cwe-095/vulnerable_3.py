from dataclasses import dataclass


@dataclass
class Condition:
    field: str
    op: str
    value: str

    def as_text(self):
        return f"record[{self.field!r}] {self.op} {self.value}"


def select_records(records, condition: Condition):
    kept = []
    for record in records:
        text = condition.as_text()
        if eval(text, {"__builtins__": {}}, {"record": record}):
            kept.append(record)
    return kept
