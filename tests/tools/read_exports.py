"""Reads every export of a running register with pandas, openpyxl, DuckDB, PyArrow, Frictionless, feedparser and a validator of
GeoJSON, and holds all of them to the same rows.

    read_exports.py http://127.0.0.1:8080 FOLDER
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import duckdb
import feedparser
import frictionless
import openpyxl
import pandas
import pyarrow.parquet
from geojson_pydantic import FeatureCollection

BASE, FOLDER = sys.argv[1], Path(sys.argv[2])
API = f"{BASE}/api/v1"
QUESTIONS = ["", "country=AZE", "region=eurasia&type=detention&period=2024", "custody=held&sort=-severity", "q=observ*", "country=AND"]
TABLES = ["types", "events", "people", "organizations", "sources", "relations", "statements", "elections"]
DICTIONARY = {table["name"]: table for table in json.load(urllib.request.urlopen(f"{API}/dictionary"))["tables"]}


def fetch(address, name):
    """Fetches an answer into a file."""
    path = FOLDER / name
    with urllib.request.urlopen(address) as answer:
        path.write_bytes(answer.read())
    return path


def listed(question):
    """Everything that the list has, page by page."""
    items, after = [], ""
    while True:
        with urllib.request.urlopen(f"{API}/incidents?limit=50&{question}{after}") as answer:
            page = json.load(answer)
        items += page["items"]
        if not page["next"]:
            return items
        after = f"&after={page['next']}"


def same(what, found, expected):
    """Holds what a tool found to what is there."""
    if found != expected:
        sys.exit(f"{what}: {found!r} instead of {expected!r}")


def check_frame(what, frame, table):
    """Holds the types that pandas gets to those of the dictionary."""
    columns = DICTIONARY[table]["columns"]
    same(f"{what}: columns", list(frame.columns), [column["name"] for column in columns])
    for column in columns:
        if column["empty"] is None and len(frame):
            same(f"{what}: empty cells of {column['name']}", int(frame[column["name"]].isna().sum()), 0)


def check_question(question):
    items = listed(question)
    numbers = [item["number"] for item in items]
    rows = len(items)

    path = fetch(f"{API}/incidents.csv?{question}", "incidents.csv")
    frame = pandas.read_csv(path, dtype={"number": "string"}, keep_default_na=False, na_values=[""])
    check_frame("pandas", frame, "incidents")
    same("pandas: rows", list(frame["number"]), numbers)
    # Countries survive the defaults too, with which NA would be missing.
    careless = pandas.read_csv(path)
    same("pandas, careless: countries", list(careless["country"]), [item["country"] for item in items])
    same("DuckDB: rows", [row[0] for row in duckdb.sql(f"select number from read_csv('{path}', all_varchar = true)").fetchall()], numbers)

    path = fetch(f"{API}/incidents.xlsx?{question}", "incidents.xlsx")
    sheet = openpyxl.load_workbook(path, read_only=True).active
    cells = list(sheet.iter_rows(values_only=True))
    same("openpyxl: header", list(cells[0]), [column["name"] for column in DICTIONARY["incidents"]["columns"]])
    same("openpyxl: rows", [row[0] for row in cells[1:]], numbers)
    header = list(cells[0])
    for row, item in zip(cells[1:], items):
        same("openpyxl: title", row[header.index("title")], item["title"])
        start = row[header.index("occurred_start")]
        same("openpyxl: day", start and str(start)[:10], item["occurred"]["start"])
        same("openpyxl: severity", row[header.index("severity")], item["severity"])

    path = fetch(f"{API}/incidents.parquet?{question}", "incidents.parquet")
    table = pyarrow.parquet.read_table(path)
    same("PyArrow: rows", table.column("number").to_pylist(), numbers)
    check_frame("PyArrow", table.to_pandas(), "incidents")
    for record, item in zip(table.to_pylist(), items):
        same("PyArrow: day", record["occurred_start"] and str(record["occurred_start"]), item["occurred"]["start"])
        same("PyArrow: version", record["version"], item["version"])
        point = item["location"]["coordinates"] if item["location"] else [None, None]
        same("PyArrow: point", [record["longitude"], record["latitude"]], point)
    same("DuckDB: Parquet", duckdb.sql(f"select count(*) from '{path}'").fetchall(), [(rows,)])

    path = fetch(f"{API}/incidents.geojson?{question}", "incidents.geojson")
    collection = FeatureCollection.model_validate_json(path.read_bytes())
    same("GeoJSON: features", [feature.id for feature in collection.features], numbers)
    for feature, item in zip(collection.features, items):
        point = list(feature.geometry.coordinates) if feature.geometry else None
        same("GeoJSON: point", point, item["location"] and item["location"]["coordinates"])

    lines = [json.loads(line) for line in fetch(f"{API}/incidents.jsonl?{question}", "incidents.jsonl").read_text().splitlines()]
    same("JSON Lines", lines, items)

    entries, address = [], f"{API}/incidents.atom?limit=20&{question}"
    while address:
        feed = feedparser.parse(fetch(address, "incidents.atom").read_bytes())
        same("feedparser: well-formed", feed.bozo, False)
        same("feedparser: kind", feed.version, "atom10")
        for entry in feed.entries:
            same("feedparser: dates", bool(entry.updated_parsed), True)
        entries += [entry.id.rsplit("/", 1)[1] for entry in feed.entries]
        address = next((link.href for link in feed.feed.get("links", []) if link.rel == "next"), None)
    same("feedparser: entries", sorted(entries), sorted(numbers))

    for table in TABLES:
        path = fetch(f"{API}/incidents.{table}.csv?{question}", f"{table}.csv")
        frame = pandas.read_csv(path, dtype="string", keep_default_na=False, na_values=[""])
        check_frame(f"pandas: {table}", frame, f"incidents.{table}")
        key = DICTIONARY[f"incidents.{table}"]["key"]
        if key:
            same(f"{table}: rows with the key of another", int(frame.duplicated(key).sum()), 0)
        if table != "elections":
            same(f"{table}: rows of no incident", set(frame["number"]) - set(numbers), set())
        parquet = pyarrow.parquet.read_table(fetch(f"{API}/incidents.{table}.parquet?{question}", f"{table}.parquet"))
        same(f"{table}: rows in Parquet", parquet.num_rows, len(frame))
        lines = fetch(f"{API}/incidents.{table}.jsonl?{question}", f"{table}.jsonl").read_text().splitlines()
        same(f"{table}: lines of JSON", [json.loads(line)["number"] for line in lines], list(frame["number"]))
        workbook = openpyxl.load_workbook(fetch(f"{API}/incidents.{table}.xlsx?{question}", f"{table}.xlsx"), read_only=True)
        cells = list(workbook.active.iter_rows(values_only=True))
        same(f"{table}: rows in Excel", [row[0] for row in cells[1:]], list(frame["number"]))
    return rows


def check_kind(kind):
    """Records of another kind: what the list has, as CSV and as lines of JSON."""
    path = fetch(f"{API}/{kind}.csv", f"{kind}.csv")
    frame = pandas.read_csv(path, dtype="string", keep_default_na=False, na_values=[""])
    check_frame(f"pandas: {kind}", frame, kind)
    lines = fetch(f"{API}/{kind}.jsonl", f"{kind}.jsonl").read_text().splitlines()
    same(f"{kind}: lines of JSON", [json.loads(line)["number"] for line in lines], list(frame["number"]))
    with urllib.request.urlopen(f"{API}/{kind}?limit=1&total=true") as answer:
        same(f"{kind}: rows", len(frame), json.load(answer)["meta"]["total"])
    return len(frame)


def check_package(question):
    """A data package whose files are fetched and checked by their schemas."""
    address = f"{API}/incidents.datapackage.json?{question}"
    path = fetch(address, "datapackage.json")
    package = json.loads(path.read_text())
    for resource in package["resources"]:
        fetch(resource["path"], f"{resource['name']}.csv")
        resource["path"] = f"{resource['name']}.csv"
        del resource["scheme"]
    path.write_text(json.dumps(package))
    report = frictionless.Package(str(path)).validate()
    if not report.valid:
        sys.exit(f"frictionless: {json.dumps(report.flatten(['title', 'rowNumber', 'fieldName', 'message'])[:5], indent=1)}")
    return len(report.tasks)


counted = [check_question(question) for question in QUESTIONS]
tables = [check_package(question) for question in ["", "region=eurasia&period=2024"]]
kinds = {kind: check_kind(kind) for kind in ["organizations", "elections", "cases", "statements"]}
held = pandas.read_csv(fetch(f"{API}/detained.csv?on=2024-12-01", "detained.csv"), dtype="string", keep_default_na=False, na_values=[""])
check_frame("pandas: detained", held, "detained")
print(f"pandas and json find {kinds}")
print(f"pandas, openpyxl, DuckDB, PyArrow, a GeoJSON validator and feedparser find the same rows: {counted}; Frictionless accepts {tables} tables")
