import csv
import keyword


def make_accessor_source(fields):
    lines = ["class Row:", "    def __init__(self, values):"]
    for position, field in enumerate(fields):
        lines.append(f"        self.{field} = values[{position}]")
    return "\n".join(lines)


def load_rows(stream):
    reader = csv.reader(stream)
    fields = [column.strip() for column in next(reader)]
    for field in fields:
        if not field.isidentifier() or keyword.iskeyword(field):
            raise ValueError(f"bad column name: {field!r}")
    namespace = {}
    exec(compile(make_accessor_source(fields), "<rows>", "exec"), namespace)
    row_class = namespace["Row"]
    return [row_class(values) for values in reader]
