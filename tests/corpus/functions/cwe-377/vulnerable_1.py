import csv
import tempfile


def export_rows(rows, header):
    path = tempfile.mktemp(suffix=".csv")
    with open(path, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    return path
