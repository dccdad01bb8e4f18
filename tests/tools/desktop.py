"""Holds the cells that a spreadsheet program sees in a workbook to those of the CSV file of the same question.

    desktop.py OURS SEEN
"""

import csv
import sys

# How a spreadsheet writes moments is its own affair; and it has no apostrophe where the CSV file needs one.
MOMENTS = {"first_published", "last_changed"}


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(cell):
    """Without the apostrophe before what could be a formula; line ends as a spreadsheet has them."""
    cell = cell[1:] if cell[:1] == "'" and cell[1:2] in set("=+-@\t\r") else cell
    return cell.replace("\r\n", "\n")


def same(column, ours, seen):
    if column in MOMENTS:
        return ours[:10] == seen[:10]
    if plain(ours) == seen.replace("\r\n", "\n"):
        return True
    try:
        return abs(float(ours) - float(seen)) < 1e-9
    except ValueError:
        return ours.lower() == seen.lower() if ours in ("true", "false") else False


ours, seen = rows(sys.argv[1]), rows(sys.argv[2])
if len(ours) != len(seen):
    sys.exit(f"{len(seen)} rows instead of {len(ours)}")
for number, (mine, theirs) in enumerate(zip(ours, seen), 2):
    for column, cell in mine.items():
        if not same(column, cell, theirs[column]):
            sys.exit(f"row {number}, {column}: {theirs[column]!r} instead of {cell!r}")
print(f"LibreOffice: {len(ours)} rows of {sys.argv[1].rsplit('/', 1)[-1]} are the same", file=sys.stderr)
