#!/usr/bin/env python3
"""Makes vocabulary.json from vocabulary.txt, and regions.json.

Usage: make_vocabulary.py DATA_FOLDER
where DATA_FOLDER holds vocabulary/huridocs-micro-thesauri.csv, register/*.json
and reference/regions-gndem.csv. Run make_countries.py first.
Every HURIDOCS code is looked up; one that does not exist is left out and said.
Every value the demonstration register uses must be in its list.
Standard library only. The results are written beside this script.
"""
import csv
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
COLUMNS = ("en", "fr", "es", "pt", "ru", "ar")
LANGS = ("ar", "en", "es", "fr", "pt", "ru")
CROSSWALK = {"h": "huridocs", "u": "upft", "s": "sdg_16_10_1", "a": "acled", "g": "gndem", "c": "coe", "i": "sind",
             "h17": "huridocs_17", "h18": "huridocs_18", "h19": "huridocs_19", "h20": "huridocs_20",
             "h24": "huridocs_24", "h27": "huridocs_27", "h29": "huridocs_29"}

# code, parent, then en fr es pt ru ar: the M49 names of the United Nations, shortened.
M49 = """
001 |     | World | Monde | Mundo | Mundo | Весь мир | العالم
002 | 001 | Africa | Afrique | África | África | Африка | أفريقيا
015 | 002 | Northern Africa | Afrique du Nord | África Septentrional | Norte de África | Северная Африка | شمال أفريقيا
202 | 002 | Sub-Saharan Africa | Afrique subsaharienne | África Subsahariana | África Subsariana | Африка к югу от Сахары | أفريقيا جنوب الصحراء الكبرى
014 | 202 | Eastern Africa | Afrique de l'Est | África Oriental | África Oriental | Восточная Африка | شرق أفريقيا
017 | 202 | Middle Africa | Afrique centrale | África Central | África Central | Центральная Африка | وسط أفريقيا
018 | 202 | Southern Africa | Afrique australe | África Meridional | África Austral | Южная Африка (регион) | الجنوب الأفريقي
011 | 202 | Western Africa | Afrique de l'Ouest | África Occidental | África Ocidental | Западная Африка | غرب أفريقيا
019 | 001 | Americas | Amériques | Américas | Américas | Америка | الأمريكتان
419 | 019 | Latin America and the Caribbean | Amérique latine et Caraïbes | América Latina y el Caribe | América Latina e Caraíbas | Латинская Америка и Карибский бассейн | أمريكا اللاتينية ومنطقة البحر الكاريبي
029 | 419 | Caribbean | Caraïbes | Caribe | Caraíbas | Карибский бассейн | منطقة البحر الكاريبي
013 | 419 | Central America | Amérique centrale | América Central | América Central | Центральная Америка | أمريكا الوسطى
005 | 419 | South America | Amérique du Sud | América del Sur | América do Sul | Южная Америка | أمريكا الجنوبية
021 | 019 | Northern America | Amérique septentrionale | América Septentrional | América Setentrional | Северная Америка | أمريكا الشمالية
142 | 001 | Asia | Asie | Asia | Ásia | Азия | آسيا
143 | 142 | Central Asia | Asie centrale | Asia Central | Ásia Central | Центральная Азия | آسيا الوسطى
030 | 142 | Eastern Asia | Asie de l'Est | Asia Oriental | Ásia Oriental | Восточная Азия | شرق آسيا
035 | 142 | South-eastern Asia | Asie du Sud-Est | Asia Sudoriental | Sudeste Asiático | Юго-Восточная Азия | جنوب شرق آسيا
034 | 142 | Southern Asia | Asie du Sud | Asia Meridional | Ásia Meridional | Южная Азия | جنوب آسيا
145 | 142 | Western Asia | Asie occidentale | Asia Occidental | Ásia Ocidental | Западная Азия | غرب آسيا
150 | 001 | Europe | Europe | Europa | Europa | Европа | أوروبا
151 | 150 | Eastern Europe | Europe orientale | Europa Oriental | Europa Oriental | Восточная Европа | أوروبا الشرقية
154 | 150 | Northern Europe | Europe septentrionale | Europa Septentrional | Europa Setentrional | Северная Европа | أوروبا الشمالية
039 | 150 | Southern Europe | Europe méridionale | Europa Meridional | Europa Meridional | Южная Европа | أوروبا الجنوبية
155 | 150 | Western Europe | Europe occidentale | Europa Occidental | Europa Ocidental | Западная Европа | أوروبا الغربية
009 | 001 | Oceania | Océanie | Oceanía | Oceânia | Океания | أوقيانوسيا
053 | 009 | Australia and New Zealand | Australie et Nouvelle-Zélande | Australia y Nueva Zelandia | Austrália e Nova Zelândia | Австралия и Новая Зеландия | أستراليا ونيوزيلندا
054 | 009 | Melanesia | Mélanésie | Melanesia | Melanésia | Меланезия | ميلانيزيا
057 | 009 | Micronesia (region) | Micronésie (région) | Micronesia (región) | Micronésia (região) | Микронезия (регион) | ميكرونيزيا (المنطقة)
061 | 009 | Polynesia | Polynésie | Polinesia | Polinésia | Полинезия | بولينيزيا
"""
GNDEM = """
asia | Asia | Asie | Asia | Ásia | Азия | آسيا
central_and_eastern_europe | Central and Eastern Europe | Europe centrale et orientale | Europa Central y Oriental | Europa Central e Oriental | Центральная и Восточная Европа | أوروبا الوسطى والشرقية
central_and_west_africa | Central and West Africa | Afrique centrale et de l'Ouest | África Central y Occidental | África Central e Ocidental | Центральная и Западная Африка | وسط وغرب أفريقيا
eurasia | Eurasia | Eurasie | Eurasia | Eurásia | Евразия | أوراسيا
europe | Europe | Europe | Europa | Europa | Европа | أوروبا
latin_america_and_caribbean | Latin America and the Caribbean | Amérique latine et Caraïbes | América Latina y el Caribe | América Latina e Caraíbas | Латинская Америка и Карибский бассейн | أمريكا اللاتينية ومنطقة البحر الكاريبي
middle_east_and_north_africa | Middle East and North Africa | Moyen-Orient et Afrique du Nord | Oriente Medio y Norte de África | Médio Oriente e Norte de África | Ближний Восток и Северная Африка | الشرق الأوسط وشمال أفريقيا
southern_and_east_africa | Southern and East Africa | Afrique australe et de l'Est | África Meridional y Oriental | África Austral e Oriental | Южная и Восточная Африка | جنوب وشرق أفريقيا
"""


def cells(line):
    return [c.strip() for c in line.split("|")]


def labels(values):
    given = dict(zip(COLUMNS, values))
    return {lang: given[lang] for lang in LANGS}


def truth(value):
    return value == "true"


def read_terms(known):
    lists, current = {}, None
    for number, line in enumerate((HERE / "vocabulary.txt").read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        body, _, note = line.partition("##")
        parts = cells(body)
        if line.startswith("@"):
            current = parts[0][1:]
            if current in lists or len(parts) != 7:
                sys.exit(f"line {number}: list title")
            lists[current] = {"title": labels(parts[1:]), "terms": []}
            continue
        if len(parts) < 7:
            sys.exit(f"line {number}: {len(parts)} columns")
        extras = {}
        for item in ";".join(p for p in parts[7:] if p).split(";"):
            if item.strip():
                key, value = item.split("=", 1)
                extras[key.strip()] = value.strip()
        term = {"code": parts[0], "labels": labels(parts[1:7]), "note": note.strip() or None,
                "group": extras.pop("group", None)}
        crosswalk = {}
        for short, name in CROSSWALK.items():
            if short not in extras:
                continue
            values = [v.strip() for v in extras.pop(short).split(",")]
            if short.startswith("h"):
                thesaurus = short[1:] or "4"
                for value in values:
                    if (thesaurus, value) not in known:
                        print(f"dropped {current}.{term['code']}: HURIDOCS list {thesaurus} has no {value}", file=sys.stderr)
                values = [v for v in values if (thesaurus, v) in known]
            if values:
                crosswalk[name] = values
        if crosswalk:
            term["crosswalk"] = crosswalk
        if current == "event_kind":
            term["custody"] = extras.pop("custody", None)
            term["charge"] = extras.pop("charge", None)
            term["confirms"] = truth(extras.pop("confirms", "false"))
        if extras:
            sys.exit(f"line {number}: {extras}")
        lists[current]["terms"].append(term)
    return lists


def check_register(lists, folder):
    codes = {k: {t["code"] for t in v["terms"]} for k, v in lists.items()}
    load = lambda name: json.loads((folder / name).read_text("utf-8"))
    used = {}
    add = lambda key, value: used.setdefault(key, set()).add(value)
    for r in load("incidents.json"):
        for key, values in (("incident_type", r["types"]), ("subtype", r["subtypes"]), ("incident_status", [r["status"]]),
                            ("grade", [r["grade"]]), ("state", [r["state"]]), ("location_precision", [r["location_precision"]]),
                            ("event_kind", [e["kind"] for e in r["events"]]),
                            ("actor_type", [p["actor_type"] for p in r["perpetrators"]]),
                            ("role", [p["role"] for p in r["people"]] + [o["role"] for o in r["organizations"]]),
                            ("display", [p["display"] for p in r["people"]])):
            for value in values:
                add(key, value)
    for e in load("elections.json"):
        add("election_type", e["type"].replace("-", "_"))
    for s in load("statements.json"):
        add("statement_kind", s["kind"])
    for o in load("organizations.json"):
        add("organization_kind", o["kind"])
    for key, values in used.items():
        if values - codes[key]:
            sys.exit(f"the register uses {key} {sorted(values - codes[key])}, which the list does not have")


def write(name, text):
    (HERE / name).write_text(text, encoding="utf-8")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    data = Path(sys.argv[1])
    with open(data / "vocabulary" / "huridocs-micro-thesauri.csv", encoding="utf-8-sig", newline="") as handle:
        known = {(r["mt_list"], r["code"]) for r in csv.DictReader(handle)}
    lists = read_terms(known)
    check_register(lists, data / "register")
    dump = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    blocks = []
    for key, value in lists.items():
        terms = ",\n".join(dump(t) for t in value["terms"])
        blocks.append(f'{dump(key)}:{{"title":{dump(value["title"])},"terms":[\n{terms}\n]}}')
    write("vocabulary.json", "{\n" + ",\n".join(blocks) + "\n}\n")

    countries = json.loads((HERE / "countries.json").read_text("utf-8"))
    used = {code for c in countries for code in c["m49"]}
    m49 = []
    for line in M49.strip().splitlines():
        code, parent, *names = cells(line)
        m49.append({"code": code, "names": labels(names), "parent": parent or None})
    if {r["code"] for r in m49} != used:
        sys.exit(f"M49 codes differ: {used ^ {r['code'] for r in m49}}")
    gndem = []
    for line in GNDEM.strip().splitlines():
        code, *names = cells(line)
        gndem.append({"code": code, "names": labels(names)})
    with open(data / "reference" / "regions-gndem.csv", encoding="utf-8-sig", newline="") as handle:
        groups = {r["region"] for r in csv.DictReader(handle)}
    if {r["code"] for r in gndem} != groups:
        sys.exit(f"groups differ: {groups ^ {r['code'] for r in gndem}}")
    write("regions.json", '{"m49":[\n' + ",\n".join(map(dump, m49)) + '\n],\n"gndem":[\n' + ",\n".join(map(dump, gndem))
          + "\n]}\n")
    for key, value in lists.items():
        print(f"{key} {len(value['terms'])}")
    print(f"m49 {len(m49)}, gndem {len(gndem)}")


if __name__ == "__main__":
    main()
