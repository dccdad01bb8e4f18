"""Makes statements of two hundred citations, and reads their forms with programs of others: the Word document by python-docx and (as PDF)
LibreOffice, the Markdown as markdown-it-footnote renders it, the page by Python's own parser.

    statements.py incidents FOLDER
    statements.py statements FOLDER ADDRESS
    statements.py fetch FOLDER ADDRESS
    statements.py check FOLDER ADDRESS
"""

import json
import re
import sys
import urllib.request
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

MANY = 200
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STEP, FOLDER = sys.argv[1], Path(sys.argv[2])
BASE = sys.argv[3] if len(sys.argv) > 3 else ""
TITLES = {"english": "Two hundred acts against observers", "arabic": "مئتا عمل ضد مراقبي الانتخابات"}
LEADS = {
    "english": "The *Example Election Network* (EEN) has **recorded** what follows, as [its page](https://example.org/?a=1&b=2) says.",
    "arabic": "سجلت *شبكة المثال للانتخابات* (EEN) **ما يلي**، كما ورد في [صفحتها](https://example.org/?a=1&b=2).",
}
SENTENCES = {"english": "On that day observer {n} was held at station {n}", "arabic": "في ذلك اليوم احتُجز المراقب رقم {n} في المركز {n}"}
QUOTES = {"english": "> Observers are human rights defenders.", "arabic": "> المراقبون مدافعون عن حقوق الإنسان."}
HEADINGS = {"english": "## What happened", "arabic": "## ما الذي حدث"}
LISTS = {"english": "1. They were let go.\n2. They were charged.\n   - with nothing", "arabic": "1. أُفرج عنهم.\n2. وُجهت إليهم تهم.\n   - بلا سبب"}
ENDORSED = {"english": "Endorsed by:\n\nAlpha Election Network (AEN)\n\nBeta Observers Union (BOU)\n", "arabic": "الموقعون:\n\nشبكة ألفا للانتخابات (AEN)\n"}


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found!r} instead of {expected!r}")


def holds(what, text, *parts):
    for part in parts:
        if part not in text:
            sys.exit(f"{what}: {part!r} is not in {text[:400]!r}…")


def fetch(address):
    with urllib.request.urlopen(f"{BASE}{address}") as answer:
        return answer.read()


def incidents():
    rows = ["occurred,country,title,types,external_id"]
    rows += [f'2024-{n % 12 + 1:02}-{n % 28 + 1:02},AZE,"Detention of observer {n}",detention,{n}' for n in range(1, MANY + 1)]
    (FOLDER / "incidents.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def statements():
    numbers = [item["number"] for item in json.loads(fetch(f"/api/v1/incidents?limit={MANY}"))["items"]]
    same("incidents", len(numbers), MANY)
    for name, title in TITLES.items():
        sentences = [f"{SENTENCES[name].format(n=n)}.[[{number}]]" for n, number in enumerate(numbers, 1)]
        # One is cited twice: that is one note, and in Word a second, short one.
        sentences.append(f"{SENTENCES[name].format(n=1)}.[[{numbers[0]}]]")
        paragraphs = [" ".join(sentences[at : at + 10]) for at in range(0, len(sentences), 10)]
        body = "\n\n".join([LEADS[name], HEADINGS[name], *paragraphs, QUOTES[name], LISTS[name], ENDORSED[name]])
        cites = "".join(f"\n  - OBS {number} v1" for number in numbers)
        matter = f"---\ntitle: {title}\ndate: 2024-12-31T00:00:00.000Z\ndraft: false\ntags:\n  - Solidarity\ncites:{cites}\n---\n"
        (FOLDER / f"{name}.md").write_text(f"{matter}\n{body}", encoding="utf-8")


def known():
    items = json.loads(fetch("/api/v1/statements?limit=10"))["items"]
    return {name: next(item["number"] for item in items if item["title"] == title) for name, title in TITLES.items()}


def fetch_all():
    for name, number in known().items():
        language = "ar" if name == "arabic" else "en"
        for ending in ("md", "html", "txt", "docx"):
            first = fetch(f"/api/v1/statements/{number}.{ending}")
            same(f"{name}.{ending} again", fetch(f"/api/v1/statements/{number}.{ending}?lang={language}"), first)
            same(f"{name}.{ending} as a version", fetch(f"/api/v1/statements/{number}/versions/1.{ending}"), first)
            (FOLDER / f"{name}.{'out.' if ending in ('md', 'txt') else ''}{ending}").write_bytes(first)


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self):
        super().__init__()
        self.tags, self.marks, self.directions, self.addresses = [], 0, [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        self.marks += attributes.get("role") == "doc-noteref"
        self.addresses += [attributes[name] for name in ("href", "src") if name in attributes]
        if tag == "p" and "dir" in attributes:
            self.directions.append(attributes["dir"])


def check_docx(name, own):
    import docx

    path = FOLDER / f"{name}.docx"
    document = docx.Document(str(path))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    same(f"{name}: the title", document.paragraphs[0].text, TITLES[name])
    for style in ("Title", "Heading 2", "Quote"):
        if style not in styles:
            sys.exit(f"{name}: no paragraph of the style {style}: {sorted(set(styles))}")
    (annex,) = document.tables
    same(f"{name}: rows of the annex", len(annex.rows), MANY + 1)
    with zipfile.ZipFile(path) as parts:
        same(f"{name}: damaged", parts.testzip(), None)
        trees = {part: ElementTree.fromstring(parts.read(part)) for part in parts.namelist()}
    notes = [note for note in trees["word/footnotes.xml"] if note.get(f"{W}type") is None]
    same(f"{name}: footnotes", len(notes), MANY + 1)
    texts = ["".join(text.text or "" for text in note.iter(f"{W}t")).strip() for note in notes]
    for nth, text in enumerate(texts[:MANY]):
        holds(f"{name}: footnote {nth}", text, "OBS ", "/r/")
    same(f"{name}: the later footnote", bool(re.fullmatch(r"OBS \d{4}\u2011\d{4} v1\.", texts[MANY])), True)
    mentions = [mention.get(f"{W}id") for mention in trees["word/document.xml"].iter(f"{W}footnoteReference")]
    same(f"{name}: mentions", mentions, [note.get(f"{W}id") for note in notes])
    bidi = sum(1 for _ in trees["word/document.xml"].iter(f"{W}bidi"))
    turned = sum(1 for _ in trees["word/footnotes.xml"].iter(f"{W}rtl"))
    if (bidi > 20, turned > MANY) != (own == "rtl", own == "rtl"):
        sys.exit(f"{name}: {bidi} paragraphs and {turned} runs of footnotes from right to left")
    seen = (FOLDER / f"{name}.pdf.txt").read_text(encoding="utf-8")
    found = {number.replace("\u2011", "-") for number in re.findall(r"\b\d{4}[-\u2011]\d{4}\b", seen)}
    if len(found) < MANY:
        sys.exit(f"{name}: LibreOffice shows {len(found)} numbers")


def check():
    for name, number in known().items():
        own = "rtl" if name == "arabic" else "ltr"
        check_docx(name, own)
        markdown = (FOLDER / f"{name}.out.md").read_text(encoding="utf-8")
        original = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        same(f"{name}: footnotes in Markdown", len(re.findall(r"^\[\^\d+\]: ", markdown, re.M)), MANY)
        holds(f"{name}: Markdown", markdown, f"statement: STM {number}\n", "\n[//]: # (annex)\n")
        unmarked = re.sub(r"\[\^\d+\]", "", markdown.split("\n---\n", 1)[1].split("\n\n[//]: # (annex)\n")[0])
        same(f"{name}: the text", unmarked, re.sub(r"\[\[[^\]]*\]\]", "", original.split("\n---\n", 1)[1]))
        rendered = (FOLDER / f"{name}.rendered.html").read_text(encoding="utf-8")
        same(f"{name}: notes as rendered", rendered.count('class="footnote-item"'), MANY)
        same(f"{name}: mentions as rendered", rendered.count('class="footnote-ref"'), MANY + 1)
        if "(annex)" in rendered or "[^" in rendered or "[[" in rendered:
            sys.exit(f"{name}: something was not rendered")
        holds(f"{name}: rendered", rendered, "<table>", "<strong>")
        page = Page()
        page.feed((FOLDER / f"{name}.html").read_text(encoding="utf-8"))
        same(f"{name}: mentions on the page", page.marks, MANY + 1)
        for tag in ("script", "style", "img", "iframe"):
            if tag in page.tags:
                sys.exit(f"{name}: <{tag}> on the page")
        for address in page.addresses:
            if not address.startswith(("https://", "http://", "#")):
                sys.exit(f"{name}: the page leads to {address}")
        # The last one is the number and the address.
        if set(page.directions[:-1]) != {own}:
            sys.exit(f"{name}: paragraphs run {set(page.directions)}")
        plain = (FOLDER / f"{name}.out.txt").read_text(encoding="utf-8")
        same(f"{name}: notes as text", len(re.findall(r"^\[\d+\] ", plain, re.M)), MANY)
        holds(f"{name}: text", plain, f"[{MANY}]", TITLES[name])
    print(f"statements: {MANY} footnotes in Word, LibreOffice, markdown-it, HTML and text, in two directions", file=sys.stderr)


{"incidents": incidents, "statements": statements, "fetch": fetch_all, "check": check}[STEP]()
