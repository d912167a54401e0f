import csv
import tempfile


def export_rows(rows, header):
    with tempfile.NamedTemporaryFile(
        "w", suffix=".csv", newline="", delete=False
    ) as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    return out.name
