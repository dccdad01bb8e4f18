#!/usr/bin/env python3
"""Checks countries.json, regions.json and vocabulary.json. No arguments; standard library only.

Exits with an error and says what is wrong, or prints the counts.
"""
import json
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from make_countries import fold  # noqa: E402

HERE = Path(__file__).resolve().parent
LANGS = ["ar", "en", "es", "fr", "pt", "ru"]
LISTS = """incident_type incident_group subtype role involvement certainty actor_type defender_profile affiliation
organization_relation unit_counted verification_status source_reliability source_connection source_type custody_status
detention_basis charge_status accreditation_status resolution event_kind date_precision location_precision place_type
intervention_type response consent_scope consent_status gender age_range rights dogp_condition organization_kind grade
grade_basis state election_type statement_kind display withdrawal_class election_phase severity incident_status""".split()
VICTIM = re.compile(r"victim|víctima|vítima|vitima|жертв|ضحي|ضحاي", re.I)
ARABIC = re.compile(r"[\u0621-\u064a]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[a-z\u00c0-\u024f]", re.I)
wrong = []


def need(condition, message):
    if not condition:
        wrong.append(message)


def six(names, where, code=None):
    need(list(names) == LANGS, f"{where}: languages {list(names)}")
    for lang, text in names.items():
        need(isinstance(text, str) and text and text == text.strip(), f"{where}.{lang}: empty or padded")
        need("  " not in text and not re.search(r"[|#*{}<>]", text), f"{where}.{lang}: stray characters in {text!r}")
        need(not VICTIM.search(text), f"{where}.{lang}: {text!r}")
    if code is not None:
        for lang in ("ar", "ru"):
            need(names[lang] != code, f"{where}.{lang}: label is the code")
    need(ARABIC.search(names["ar"]) and not LATIN.search(names["ar"]) and not CYRILLIC.search(names["ar"]),
         f"{where}.ar: {names['ar']!r}")
    need(CYRILLIC.search(names["ru"]) and not LATIN.search(names["ru"]) and not ARABIC.search(names["ru"]),
         f"{where}.ru: {names['ru']!r}")
    for lang in ("en", "es", "fr", "pt"):
        need(LATIN.search(names[lang]) and not CYRILLIC.search(names[lang]) and not ARABIC.search(names[lang]),
             f"{where}.{lang}: {names[lang]!r}")


def unique(values, where):
    seen = set()
    for value in values:
        need(value not in seen, f"{where}: {value} twice")
        seen.add(value)
    return seen


def check_countries(m49, gndem):
    countries = json.loads((HERE / "countries.json").read_text("utf-8"))
    need(len(countries) == 250, f"{len(countries)} countries")
    need([c["alpha3"] for c in countries] == sorted(c["alpha3"] for c in countries), "countries: not sorted by alpha3")
    unique([c["alpha2"] for c in countries], "alpha2")
    unique([c["alpha3"] for c in countries], "alpha3")
    unique([c["numeric"] for c in countries if c["numeric"]], "numeric")
    codes = {}
    owner = {}
    for c in countries:
        for code in (c["alpha2"], c["alpha3"]):
            codes[code.casefold()] = c["alpha3"]
    for c in countries:
        where = c["alpha3"]
        need(list(c) == ["alpha2", "alpha3", "numeric", "m49", "region", "names", "aliases", "centroid", "bbox"],
             f"{where}: members {list(c)}")
        need(re.fullmatch("[A-Z]{2}", c["alpha2"]), f"{where}: alpha2 {c['alpha2']!r}")
        need(re.fullmatch("[A-Z]{3}", c["alpha3"]), f"{where}: alpha3")
        need(c["numeric"] is None if where == "XKX" else re.fullmatch("[0-9]{3}", c["numeric"]), f"{where}: numeric")
        need(1 <= len(c["m49"]) <= 4 and c["m49"][0] == "001" and set(c["m49"]) <= set(m49), f"{where}: m49 {c['m49']}")
        for above, below in zip(c["m49"], c["m49"][1:]):
            need(m49.get(below) == above, f"{where}: {below} is not in {above}")
        need(c["region"] is None or c["region"] in gndem, f"{where}: region {c['region']}")
        six(c["names"], where)
        for name in c["names"].values():
            need(not re.search(r"\((the|le|la|les|l'|el|los|las)\)$", name, re.I), f"{where}: article in {name!r}")
        unique(c["aliases"], f"{where} aliases")
        for name in list(c["names"].values()) + c["aliases"]:
            key = fold(name)
            need(key and name == name.strip(), f"{where}: name {name!r}")
            need(owner.setdefault(key, where) == where, f"{name!r} is both {owner[key]} and {where}")
            need(codes.get(key, where) == where, f"{where}: {name!r} is the code of {codes.get(key)}")
        lon, lat = c["centroid"]
        need(-180 <= lon <= 180 and -90 <= lat <= 90, f"{where}: centroid")
        need(round(lon, 2) == lon and round(lat, 2) == lat, f"{where}: centroid too fine")
        need(c["bbox"] is None or 1 <= len(c["bbox"]) <= 4, f"{where}: boxes")
        for west, south, east, north in c["bbox"] or []:
            need(-180 <= west < east <= 180 and -90 <= south < north <= 90, f"{where}: box {west, south, east, north}")
            need(all(round(v, 1) == v for v in (west, south, east, north)), f"{where}: box too fine")
        if c["bbox"]:
            need(any(w <= lon <= e and s <= lat <= n for w, s, e, n in c["bbox"]), f"{where}: centroid outside its boxes")
    by = {c["alpha3"]: c for c in countries}
    need(by["NAM"]["alpha2"] == "NA" and by["NAM"]["names"]["en"] == "Namibia", "Namibia")
    need(by["XKX"]["alpha2"] == "XK" and by["XKX"]["m49"] == ["001", "150", "039"] and by["XKX"]["bbox"], "Kosovo")
    asked = {"Burma": "MMR", "Ivory Coast": "CIV", "Cote d'Ivoire": "CIV", "Swaziland": "SWZ", "Macedonia": "MKD",
             "Czech Republic": "CZE", "Republic of the Congo": "COG", "Congo-Brazzaville": "COG",
             "Congo-Kinshasa": "COD", "DRC": "COD", "Democratic Republic of the Congo": "COD", "RDC": "COD",
             "West Bank / Gaza": "PSE", "West Bank and Gaza": "PSE", "Timor Leste": "TLS", "East Timor": "TLS",
             "Cape Verde": "CPV", "Turkey": "TUR", "Türkiye": "TUR", "Russia": "RUS", "Russian Federation": "RUS",
             "UK": "GBR", "USA": "USA", "United States of America": "USA", "South Korea": "KOR", "North Korea": "PRK",
             "Laos": "LAO", "Syria": "SYR", "Iran": "IRN", "Venezuela": "VEN", "Bolivia": "BOL", "Tanzania": "TZA",
             "Moldova": "MDA", "Vietnam": "VNM", "Viet Nam": "VNM", "Brunei": "BRN", "Taiwan": "TWN",
             "Kosovo": "XKX", "Namibia": "NAM", "Azerbaijan": "AZE", "Азербайджан": "AZE", "أذربيجان": "AZE",
             "República Democrática do Congo": "COD", "República do Congo": "COG", "Белоруссия": "BLR"}
    for name, code in asked.items():
        need(owner.get(fold(name)) == code, f"{name} is {owner.get(fold(name))}, not {code}")
    for name in ("Congo", "Korea"):
        need(fold(name) not in owner, f"{name} names one country though two have it")
    return countries


def check_regions():
    regions = json.loads((HERE / "regions.json").read_text("utf-8"))
    need(list(regions) == ["m49", "gndem"], "regions: members")
    m49 = {}
    for r in regions["m49"]:
        need(re.fullmatch("[0-9]{3}", r["code"]), f"m49 {r['code']}")
        need(r["parent"] is None if r["code"] == "001" else r["parent"] in m49, f"m49 {r['code']}: parent")
        six(r["names"], f"m49 {r['code']}")
        m49[r["code"]] = r["parent"]
    unique([r["code"] for r in regions["m49"]], "m49")
    for r in regions["gndem"]:
        need(re.fullmatch("[a-z0-9_]+", r["code"]), f"gndem {r['code']}")
        six(r["names"], f"gndem {r['code']}", r["code"])
    gndem = unique([r["code"] for r in regions["gndem"]], "gndem")
    for group in (regions["m49"], regions["gndem"]):
        for lang in LANGS:
            unique([r["names"][lang] for r in group], f"region names {lang}")
    return m49, gndem


def check_vocabulary():
    lists = json.loads((HERE / "vocabulary.json").read_text("utf-8"))
    need(list(lists) == LISTS, f"lists: {set(lists) ^ set(LISTS)}")
    codes = {}
    for name, body in lists.items():
        need(list(body) == ["title", "terms"], f"{name}: members")
        six(body["title"], f"{name} title", name)
        codes[name] = unique([t["code"] for t in body["terms"]], name)
        for lang in LANGS:
            if name != "subtype":
                unique([t["labels"][lang] for t in body["terms"]], f"{name} labels {lang}")
        for t in body["terms"]:
            where = f"{name}.{t['code']}"
            allowed = {"code", "labels", "note", "group", "crosswalk"}
            if name == "event_kind":
                allowed |= {"custody", "charge", "confirms"}
            need(set(t) <= allowed and {"code", "labels", "note", "group"} <= set(t), f"{where}: members {list(t)}")
            need(re.fullmatch("[1-5]" if name == "severity" else "[a-z0-9_]+", t["code"]), f"{where}: code")
            six(t["labels"], where, t["code"])
            if name != "severity":
                for lang in LANGS:
                    first = t["labels"][lang][0]
                    need(first == first.upper(), f"{where}.{lang}: not in sentence case")
            for lang, text in t["labels"].items():
                need(len(text) <= 60, f"{where}.{lang}: {len(text)} characters")
            need(t["note"] is None or (t["note"] and not VICTIM.search(t["note"])), f"{where}: note")
            for key, values in t.get("crosswalk", {"-": [""]}).items():
                need(isinstance(values, list) and values, f"{where}: crosswalk {key}")
                if key.startswith("huridocs"):
                    need(all(re.fullmatch(r"\d\d(\.\d\d)*", v) for v in values), f"{where}: {key} {values}")
    for t in lists["incident_type"]["terms"]:
        need(t["group"] in codes["incident_group"], f"incident_type.{t['code']}: group {t['group']}")
    need({t["group"] for t in lists["incident_type"]["terms"]} == codes["incident_group"], "an empty incident group")
    for t in lists["subtype"]["terms"]:
        need(t["group"] in codes["incident_type"], f"subtype.{t['code']}: group {t['group']}")
    for name, body in lists.items():
        if name not in ("incident_type", "subtype"):
            need(all(t["group"] is None for t in body["terms"]), f"{name}: group")
    confirms = set()
    for t in lists["event_kind"]["terms"]:
        where = f"event_kind.{t['code']}"
        need(t["custody"] is None or t["custody"] in codes["custody_status"], f"{where}: custody {t['custody']}")
        need(t["charge"] in codes["charge_status"] | {None, "as_before_appeal"}, f"{where}: charge {t['charge']}")
        need(isinstance(t["confirms"], bool), f"{where}: confirms")
        if t["confirms"]:
            confirms.add(t["code"])
    need(confirms == {"remand_extended", "transferred", "confirmed_held", "hearing", "trial_opened"},
         f"event_kind: confirms {confirms}")
    need("as_before_appeal" not in codes["charge_status"], "as_before_appeal is not a status")
    return lists


def main():
    m49, gndem = check_regions()
    countries = check_countries(m49, gndem)
    lists = check_vocabulary()
    for path in HERE.iterdir():
        if path.is_file() and path.name != "check.py":
            text = path.read_text("utf-8")
            need(text.endswith("\n") and "\r" not in text, f"{path.name}: line ends")
            need("\u202e" not in text and "\ufffd" not in text, f"{path.name}: odd characters")
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        sys.exit(f"{len(wrong)} wrong")
    terms = sum(len(b["terms"]) for b in lists.values())
    print(f"right: {len(countries)} countries, {len(m49)} M49 areas, {len(gndem)} groups, {len(lists)} lists, {terms} terms")


if __name__ == "__main__":
    main()
