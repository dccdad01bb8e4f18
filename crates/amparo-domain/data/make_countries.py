#!/usr/bin/env python3
"""Makes countries.json from the public reference files.

Usage: make_countries.py DATA_FOLDER
where DATA_FOLDER holds reference/country-codes, reference/country-names,
reference/centroids, reference/world-atlas and reference/regions-gndem.csv.
Standard library only. The result is written beside this script.
"""
import csv
import json
import math
import re
import sys
import unicodedata
from pathlib import Path

LANGS = ("ar", "en", "es", "fr", "pt", "ru")

# Display names where i18n-iso-countries is long, wrong, inverted or not the form
# human-rights organisations use. Everything else is taken from it as it stands.
NAMES = {
    "AE": {"fr": "Émirats arabes unis", "ru": "Объединённые Арабские Эмираты"},
    "AG": {"ar": "أنتيغوا وبربودا"},
    "AX": {"en": "Åland Islands", "fr": "Îles Åland"},
    "BH": {"es": "Bahréin", "pt": "Bahrein"},
    "BL": {"es": "San Bartolomé"},
    "BN": {"en": "Brunei", "es": "Brunéi", "fr": "Brunei"},
    "BS": {"ar": "جزر البهاما", "ru": "Багамские Острова"},
    "BY": {"ar": "بيلاروس", "es": "Belarús", "fr": "Bélarus", "pt": "Belarus"},
    "BQ": {"fr": "Bonaire, Saint-Eustache et Saba"},
    "CC": {"ar": "جزر كوكوس (كيلينغ)", "fr": "Îles Cocos (Keeling)"},
    "CD": {"en": "Democratic Republic of the Congo", "es": "República Democrática del Congo",
           "pt": "República Democrática do Congo"},
    "CF": {"fr": "République centrafricaine", "ru": "Центральноафриканская Республика"},
    "CG": {"en": "Republic of the Congo", "es": "República del Congo", "pt": "República do Congo"},
    "CI": {"en": "Côte d'Ivoire", "fr": "Côte d'Ivoire", "ru": "Кот-д'Ивуар"},
    "CN": {"en": "China", "ru": "Китай"},
    "CV": {"en": "Cabo Verde", "fr": "Cabo Verde"},
    "CZ": {"ar": "تشيكيا", "en": "Czechia", "es": "Chequia", "fr": "Tchéquie"},
    "DJ": {"pt": "Djibuti"},
    "DK": {"ar": "الدانمرك"},
    "DO": {"ar": "الجمهورية الدومينيكية", "fr": "République dominicaine"},
    "EH": {"es": "Sáhara Occidental", "ru": "Западная Сахара"},
    "FK": {"en": "Falkland Islands"},
    "FM": {"ar": "ميكرونيزيا", "en": "Micronesia"},
    "FO": {"ru": "Фарерские острова"},
    "GB": {"en": "United Kingdom"},
    "GF": {"ru": "Французская Гвиана"},
    "GL": {"ar": "غرينلاند"},
    "GM": {"en": "Gambia"},
    "GS": {"es": "Islas Georgias del Sur y Sandwich del Sur",
           "fr": "Géorgie du Sud-et-les Îles Sandwich du Sud"},
    "HM": {"es": "Islas Heard y McDonald", "pt": "Ilhas Heard e McDonald",
           "ru": "Острова Херд и Макдональд"},
    "HU": {"ar": "هنغاريا"},
    "IO": {"fr": "Territoire britannique de l'océan Indien"},
    "IR": {"en": "Iran", "es": "Irán"},
    "JE": {"ar": "جيرسي"},
    "KG": {"ru": "Кыргызстан"},
    "KI": {"ar": "كيريباس"},
    "KN": {"ar": "سانت كيتس ونيفس", "es": "San Cristóbal y Nieves", "fr": "Saint-Kitts-et-Nevis"},
    "KP": {"es": "Corea del Norte", "ru": "Северная Корея"},
    "KR": {"en": "South Korea", "es": "Corea del Sur", "ru": "Южная Корея"},
    "LA": {"en": "Laos", "es": "Laos"},
    "LU": {"ar": "لكسمبرغ"},
    "MD": {"ar": "مولدوفا", "en": "Moldova", "ru": "Молдова"},
    "MF": {"ar": "سان مارتن", "en": "Saint Martin", "es": "San Martín", "fr": "Saint-Martin"},
    "MK": {"en": "North Macedonia"},
    "MM": {"ar": "ميانمار", "pt": "Mianmar"},
    "MT": {"ar": "مالطة"},
    "NL": {"en": "Netherlands"},
    "PM": {"pt": "São Pedro e Miquelão"},
    "PN": {"en": "Pitcairn Islands", "es": "Islas Pitcairn"},
    "PS": {"en": "Palestine", "pt": "Palestina", "ru": "Палестина"},
    "RE": {"ar": "ريونيون", "en": "Réunion", "fr": "La Réunion"},
    "RU": {"en": "Russia", "ru": "Россия"},
    "SA": {"ar": "المملكة العربية السعودية", "fr": "Arabie saoudite"},
    "SH": {"en": "Saint Helena, Ascension and Tristan da Cunha",
           "es": "Santa Elena, Ascensión y Tristán de Acuña",
           "fr": "Sainte-Hélène, Ascension et Tristan da Cunha",
           "pt": "Santa Helena, Ascensão e Tristão da Cunha",
           "ar": "سانت هيلانة وأسنسيون وتريستان دا كونا"},
    "SJ": {"fr": "Svalbard et Jan Mayen"},
    "ST": {"en": "São Tomé and Príncipe", "fr": "Sao Tomé-et-Principe"},
    "SX": {"ar": "سينت مارتن", "en": "Sint Maarten", "es": "Sint Maarten", "fr": "Sint Maarten",
           "pt": "Sint Maarten"},
    "SY": {"en": "Syria", "es": "Siria"},
    "SZ": {"ar": "إسواتيني", "fr": "Eswatini"},
    "TC": {"ru": "Острова Теркс и Кайкос"},
    "TF": {"ar": "الأقاليم الجنوبية الفرنسية", "es": "Tierras Australes Francesas",
           "fr": "Terres australes françaises", "pt": "Terras Austrais Francesas",
           "ru": "Французские Южные территории"},
    "TL": {"ar": "تيمور-ليشتي", "ru": "Тимор-Лешти"},
    "TM": {"ru": "Туркменистан"},
    "TR": {"en": "Türkiye"},
    "TW": {"en": "Taiwan", "ru": "Тайвань"},
    "TZ": {"en": "Tanzania", "fr": "Tanzanie"},
    "UM": {"ar": "جزر الولايات المتحدة الصغيرة النائية",
           "es": "Islas Ultramarinas Menores de los Estados Unidos",
           "pt": "Ilhas Menores Distantes dos Estados Unidos",
           "ru": "Внешние малые острова США"},
    "US": {"en": "United States", "es": "Estados Unidos", "fr": "États-Unis", "pt": "Estados Unidos"},
    "VA": {"en": "Vatican City", "es": "Ciudad del Vaticano", "fr": "Vatican", "pt": "Vaticano"},
    "VC": {"ar": "سانت فنسنت وجزر غرينادين"},
    "VG": {"en": "British Virgin Islands", "es": "Islas Vírgenes Británicas",
           "fr": "Îles Vierges britanniques", "ru": "Британские Виргинские острова"},
    "VI": {"en": "U.S. Virgin Islands", "fr": "Îles Vierges américaines",
           "ru": "Американские Виргинские острова"},
    "ZA": {"ru": "Южно-Африканская Республика"},
}

# What people type besides the official names.
ALIASES = {
    "AE": ["UAE", "Emirates", "EAU", "E.A.U.", "ОАЭ", "الإمارات"],
    "AZ": ["Azerbaidjan", "Azerbaiyan", "Azerbaycan", "Azərbaycan"],
    "BA": ["Bosnia", "Bosnie", "Bosnia-Herzegovina", "Bosnia & Herzegovina", "BiH", "Bosna i Hercegovina",
           "Босния"],
    "BF": ["Burkina", "Upper Volta", "Haute-Volta", "Alto Volta"],
    "BH": ["Baréin", "Barém"],
    "BJ": ["Dahomey"],
    "BN": ["Brunei Darussalam"],
    "BO": ["Plurinational State of Bolivia"],
    "BY": ["Belarus", "Byelorussia", "Belorussia", "Biélorussie", "Bielorrusia", "Bielorrússia", "Bielorússia",
           "Белоруссия", "روسيا البيضاء"],
    "BZ": ["British Honduras"],
    "CD": ["DRC", "DR Congo", "D.R. Congo", "D.R.C.", "Congo-Kinshasa", "Congo Kinshasa", "Congo, Democratic Republic of the",
           "Congo, Dem. Rep.", "Congo (Democratic Republic of the)", "Congo (Kinshasa)", "Zaire", "Zaïre", "RDC",
           "RD Congo", "R.D. Congo", "RD do Congo", "RD del Congo", "ДРК", "ДР Конго", "Заир", "الكونغو الديمقراطية",
           "الكونغو كينشاسا", "Democratic Republic of Congo"],
    "CF": ["CAR", "RCA", "C.A.R.", "Centrafrique", "Centroáfrica", "ЦАР"],
    "CG": ["Congo-Brazzaville", "Congo Brazzaville", "Congo (Brazzaville)", "Congo, Republic of the", "Congo, Rep.",
           "Republic of Congo", "Congo (Republic of the)", "Конго-Браззавиль", "الكونغو برازافيل"],
    "CI": ["Ivory Coast", "Cote d'Ivoire", "Côte-d'Ivoire", "Costa de Marfil", "Costa do Marfim", "Cote dIvoire",
           "Берег Слоновой Кости", "كوت ديفوار"],
    "CN": ["People's Republic of China", "PRC", "P.R. China", "Mainland China", "КНР"],
    "CV": ["Cape Verde", "Cap-Vert", "Cap Vert", "Cabo Verde"],
    "CZ": ["Czech Republic", "République tchèque", "República Checa", "Чешская Республика", "جمهورية التشيك"],
    "DE": ["Federal Republic of Germany"],
    "DO": ["Dominican Rep.", "جمهورية الدومينيكان"],
    "EE": ["Estônia"],
    "EH": ["Sahrawi Republic", "Sahrawi Arab Democratic Republic", "SADR", "Sahara Occidental"],
    "FK": ["Falklands", "Malvinas", "Falkland Islands (Malvinas)", "Ilhas Falkland"],
    "FM": ["Federated States of Micronesia", "FSM"],
    "GB": ["UK", "U.K.", "Great Britain", "Britain", "Grande-Bretagne", "Gran Bretaña", "Grã-Bretanha",
           "Соединённое Королевство", "بريطانيا"],
    "GM": ["The Gambia"],
    "GL": ["Groenlândia"],
    "GW": ["Guinea Bissau", "Guinée Bissau", "Guiné Bissau", "Portuguese Guinea"],
    "HU": ["المجر"],
    "HK": ["Hongkong", "Hong Kong SAR"],
    "IR": ["Persia", "Irã", "Islamic Republic of Iran"],
    "KE": ["Quênia"],
    "KG": ["Kyrgyz Republic", "Kirghizia", "Kirgizstan", "Киргизия", "Kirghizstan"],
    "KH": ["Kampuchea", "Cambodja"],
    "KP": ["North Korea", "DPRK", "D.P.R.K.", "КНДР"],
    "KR": ["South Korea", "Korea, South", "Korea, Rep.", "ROK"],
    "LA": ["Lao PDR", "Lao", "Laos PDR"],
    "LK": ["Ceylon", "Ceylan", "Ceilán"],
    "LV": ["Letônia"],
    "MD": ["Moldavia", "Republic of Moldova", "Молдавия"],
    "MF": ["São Martinho (parte francesa)"],
    "MG": ["Madagáscar", "Madagascar"],
    "MK": ["Macedonia", "Republic of Macedonia", "Macédoine", "Macedónia", "Macedônia", "Macedônia do Norte", "FYROM", "FYR Macedonia",
           "The former Yugoslav Republic of Macedonia", "Former Yugoslav Republic of Macedonia", "Македония",
           "مقدونيا"],
    "MM": ["Burma", "Birmanie", "Birmania", "Birmânia", "Бирма", "بورما"],
    "MO": ["Macau"],
    "MU": ["Maurício", "Ilhas Maurício", "Île Maurice", "Isla Mauricio"],
    "MX": ["Mejico"],
    "NL": ["Holland", "The Netherlands", "Hollande", "Holanda", "Голландия"],
    "PG": ["PNG"],
    "PL": ["Polônia"],
    "PS": ["West Bank / Gaza", "West Bank and Gaza", "West Bank & Gaza", "West Bank", "Gaza", "Gaza Strip",
           "Palestinian Territories", "Palestinian Territory", "Occupied Palestinian Territory",
           "Occupied Palestinian Territories", "OPT", "Palestinian Territory, Occupied", "Territoires palestiniens",
           "Territoire palestinien occupé", "Territorio Palestino Ocupado", "Territorios Palestinos",
           "Territórios Palestinos", "Cisjordania", "Cisjordanie", "Палестинские территории",
           "الأراضي الفلسطينية", "الضفة الغربية وقطاع غزة"],
    "RE": ["Reunion", "Reunion Island"],
    "RO": ["Rumania", "Romênia"],
    "RU": ["Russian Federation", "Fédération de Russie", "РФ", "Federación Rusa"],
    "SA": ["السعودية", "Arabia Saudí", "KSA"],
    "SD": ["North Sudan"],
    "SH": ["St. Helena", "Saint Helena"],
    "SI": ["Eslovênia"],
    "SS": ["S. Sudan"],
    "ST": ["Sao Tome", "Sao Tome and Principe", "São Tomé"],
    "SV": ["Salvador"],
    "SX": ["São Martinho (parte neerlandesa)", "Saint-Martin (partie néerlandaise)"],
    "SY": ["Syrian Arab Republic"],
    "SZ": ["Swaziland", "Suazilandia", "Suazilândia", "Royaume d'Eswatini", "Свазиленд", "سوازيلاند"],
    "TH": ["Siam"],
    "TL": ["East Timor", "Timor Leste", "Timor oriental", "Timor Oriental", "Timor", "Восточный Тимор",
           "تيمور الشرقية"],
    "TM": ["Turkménie", "Туркмения"],
    "TR": ["Turkey", "Turkiye", "Republic of Türkiye", "Republic of Turkey", "Türkiye Cumhuriyeti"],
    "TT": ["Trinidad", "Trinidad & Tobago", "Trinidad e Tobago"],
    "TW": ["Republic of China (Taiwan)", "Chinese Taipei", "Taipei", "Formosa"],
    "TZ": ["Tanganyika", "United Republic of Tanzania"],
    "US": ["USA", "U.S.A.", "U.S.", "United States of America", "EE. UU.", "EE.UU.", "EEUU", "EUA", "É.-U.",
           "Estados Unidos de América", "Estados Unidos da América", "Соединённые Штаты Америки", "أمريكا"],
    "VA": ["Holy See", "Vatican", "Saint-Siège", "Santa Sede", "Santa Sé", "The Vatican"],
    "VE": ["Bolivarian Republic of Venezuela"],
    "VN": ["Viet Nam", "Vietnã", "Viêt Nam", "Vietname"],
    "VG": ["BVI"],
    "VI": ["USVI", "Virgin Islands (US)", "United States Virgin Islands"],
    "WS": ["Western Samoa"],
    "XK": ["Kosova", "Republic of Kosovo", "République du Kosovo", "República de Kosovo", "República do Kosovo",
           "Republika e Kosovës", "Республика Косово", "جمهورية كوسوفو", "Kosovo (under UNSCR 1244)"],
    "YE": ["Yemen Republic", "Iêmen"],
    "ZA": ["RSA", "ЮАР"],
    "ZW": ["Rhodesia", "Rhodésie"],
}

# Names that are wrong, or that fit two countries: not names of the country at all here.
# i18n-iso-countries 7.14.0 has the two Congos exchanged in Portuguese.
DROP = {
    "CD": {"República Popular do Congo"},
    "CG": {"República Democrática do Congo"},
    "EH": {"САДР"},
    "MF": {"São Martinho"},
}
AMBIGUOUS = {"congo", "конго", "الكونغو", "korea", "corea", "coree", "coreia", "корея", "sao martinho", "guiana",
             "сен-мартен"}

# Outlines that carry no code, given to the country the United Nations counts them in.
UNCODED = {"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY"}
# Natural Earth draws Crimea with Russia; the box of Ukraine must hold it (A/RES/68/262).
# The 50m outlines leave out small inhabited islands; these boxes hold the whole of an archipelago.
EXTRA_BOXES = {
    "UA": [(32.4, 44.3, 36.7, 46.3)],
    "CK": [(-165.9, -22.1, -157.2, -8.8)],
    "FM": [(137.3, 0.9, 163.1, 10.2)],
    "KI": [(172.8, -2.8, 177.0, 3.5)],
    "MH": [(160.7, 4.5, 172.2, 14.8)],
    "MU": [(56.4, -20.6, 63.6, -10.2)],
    "MV": [(72.5, -0.8, 73.9, 7.2)],
    "PF": [(-154.8, -27.8, -134.8, -7.8)],
    "SC": [(46.1, -10.5, 56.4, -3.6)],
    "TO": [(-176.3, -22.5, -173.6, -15.5)],
}
# The outline goes round the pole in strips; the treaty's line is simpler.
WHOLE = {"AQ": [[-180.0, -90.0, 180.0, -60.0]]}
MAX_GROUPS = 3


def fold(text):
    """For comparing names: case, marks, Arabic letter forms and punctuation do not count."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf"))
    for a, b in (("ə", "a"), ("ı", "i"), ("ø", "o"), ("æ", "ae"), ("œ", "oe"), ("أ", "ا"), ("إ", "ا"), ("آ", "ا"),
                 ("ى", "ي"), ("ة", "ه"), ("ـ", "")):
        text = text.replace(a, b)
    text = re.sub(r"['’ʼ`]", "", text)
    return re.sub(r"[\W_]+", " ", text).strip()


def light(text):
    """For dropping repeats within a country: punctuation still counts."""
    text = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in text if unicodedata.category(c) != "Mn")


def clean(text):
    """A UN name without its footnote star and its article, before or after."""
    text = re.sub(r"\s+", " ", text.replace("*", "")).replace("’", "'").strip()
    text = re.sub(r"\s*\((the|l'|le|la|les|el|los|las)\)$", "", text, flags=re.I)
    text = re.sub(r"^(the|le|la|les|el|los|las) (?=\w)", "", text)
    text = re.sub(r"^l'", "", text)
    return text.strip()


def official(row):
    keys = [f"UNTERM {lang} {form}" for lang in ("English", "French", "Spanish", "Russian", "Arabic")
            for form in ("Short", "Formal")]
    keys += [f"official_name_{lang}" for lang in ("en", "fr", "es", "ru", "ar")] + ["CLDR display name"]
    for key in keys:
        name = clean(row.get(key) or "")
        if not name or "_" in name:
            continue
        yield name
        short = re.sub(r"\s*\([^)]*\)$", "", name)
        if short != name and short:
            yield short


# --- outlines -------------------------------------------------------------------------------------

def rings(topology):
    """Yields (id, name, [(lon, lat), …] of each outer ring)."""
    sx, sy = topology["transform"]["scale"]
    tx, ty = topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x += dx
            y += dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = {"Polygon": lambda s: [s["arcs"]], "MultiPolygon": lambda s: s["arcs"]}.get(shape["type"])
        for polygon in (polygons(shape) if polygons else []):
            ring = []
            for index in polygon[0]:
                part = arcs[index] if index >= 0 else arcs[~index][::-1]
                ring.extend(part[1:] if ring else part)
            yield shape.get("id"), shape["properties"]["name"], ring


def unwrap(ring):
    """Longitudes made continuous across the antimeridian."""
    out = [ring[0]]
    for lon, lat in ring[1:]:
        last = out[-1][0]
        while lon - last > 180:
            lon -= 360
        while lon - last < -180:
            lon += 360
        out.append((lon, lat))
    return out


def box_of(ring):
    points = unwrap(ring)
    lons = [p[0] for p in points]
    lats = [p[1] for p in points]
    if max(lons) - min(lons) > 350:  # around a pole
        south = -90.0 if sum(lats) < 0 else min(lats)
        north = 90.0 if sum(lats) > 0 else max(lats)
        return (-180.0, south, 180.0, north)
    return (min(lons), min(lats), max(lons), max(lats))


def area(box):
    scale = math.cos(math.radians((box[1] + box[3]) / 2))
    return max(box[2] - box[0], 0.05) * scale * max(box[3] - box[1], 0.05)


def union(a, b):
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def gap(a, b):
    return max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3], 0)


def group(boxes):
    """The fewest boxes that do not cover much that is not theirs; at most MAX_GROUPS."""
    # The seam is put in the widest empty stretch of longitude, so that Fiji is one thing.
    spans = sorted((b[0] % 360, b[2] - b[0]) for b in boxes)
    end, widest, seam = spans[0][0] + spans[0][1], 0, -180.0
    for start, width in spans[1:] + [(spans[0][0] + 360, 0)]:
        if start - end > widest:
            widest, seam = start - end, (start + end) / 2 % 360
        end = max(end, start + width)
    turned = []
    for west, south, east, north in boxes:
        start = seam + (west - seam) % 360
        turned.append((start, south, start + east - west, north))
    while len(turned) > 1:
        cost, i, j = min((area(union(a, b)) - area(a) - area(b), i, j)
                         for i, a in enumerate(turned) for j, b in enumerate(turned) if i < j)
        a, b = turned[i], turned[j]
        both = union(a, b)
        near = gap(a, b) <= 3 or cost <= 0.25 * area(both) or cost <= 12
        if len(turned) <= MAX_GROUPS and not near:
            # The cheapest pair is far apart; another pair may still be near.
            pairs = [(area(union(a, b)) - area(a) - area(b), i, j) for i, a in enumerate(turned)
                     for j, b in enumerate(turned) if i < j and gap(a, b) <= 3]
            if not pairs:
                break
            cost, i, j = min(pairs)
            both = union(turned[i], turned[j])
        turned = [b for k, b in enumerate(turned) if k not in (i, j)] + [both]
    out = []
    for west, south, east, north in turned:
        if east - west >= 360:
            out.append((-180.0, south, 180.0, north))
            continue
        shift = math.floor((west + 180) / 360) * 360
        west, east = west - shift, east - shift
        if east > 180:
            out.append((west, south, 180.0, north))
            out.append((-180.0, south, east - 360, north))
        else:
            out.append((west, south, east, north))
    # Quantisation leaves slivers on the seam; they say nothing.
    out = [b for b in out if b[2] - b[0] > 0.01 or len(out) == 1]
    down = lambda v: math.floor(round(v * 10, 4)) / 10 + 0.0
    up = lambda v: math.ceil(round(v * 10, 4)) / 10 + 0.0
    return sorted([max(down(w), -180.0), max(down(s), -90.0), min(up(e), 180.0), min(up(n), 90.0)]
                  for w, s, e, n in out)


def middle(rings_of):
    """Area-weighted centre of the largest outline."""
    def shoelace(points):
        a = cx = cy = 0.0
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            cross = x0 * y1 - x1 * y0
            a += cross
            cx += (x0 + x1) * cross
            cy += (y0 + y1) * cross
        return abs(a / 2), cx / (3 * a), cy / (3 * a)
    _, lon, lat = max(shoelace(unwrap(r)) for r in rings_of if len(r) > 3)
    return lon, lat


# --- everything -----------------------------------------------------------------------------------

def table(path):
    # keep_default_na is a habit of other tools: here "NA" is Namibia and stays a string.
    with open(path, encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    ref = Path(sys.argv[1]) / "reference"
    rows = table(ref / "country-codes" / "country-codes.csv")
    given = {lang: json.loads((ref / "country-names" / f"{lang}.json").read_text("utf-8"))["countries"]
             for lang in LANGS}
    regions = {r["country"]: r["region"] for r in table(ref / "regions-gndem.csv")}
    points = {}
    for row in table(ref / "centroids" / "countries.csv"):
        # Several rows for one code are its parts: the one named as the whole, else the first, counts.
        if row["ISO"] not in points or row["COUNTRY"] in ("Spain", "French Southern Territories"):
            points[row["ISO"]] = (float(row["longitude"]), float(row["latitude"]))

    alpha2_of = {r["ISO3166-1-numeric"].zfill(3): r["ISO3166-1-Alpha-2"] for r in rows}
    outline = {}
    topology = json.loads((ref / "world-atlas" / "countries-50m.json").read_text("utf-8"))
    for number, name, ring in rings(topology):
        alpha2 = alpha2_of.get(number) or UNCODED.get(name)
        if alpha2:
            outline.setdefault(alpha2, []).append(ring)
        elif number:
            sys.exit(f"unknown outline {number} {name}")

    codes = [(r["ISO3166-1-Alpha-2"], r["ISO3166-1-Alpha-3"], r["ISO3166-1-numeric"].zfill(3), r) for r in rows]
    codes.append(("XK", "XKX", None, {"Global Code": "1", "Region Code": "150", "Sub-region Code": "39"}))
    all_codes = {c.casefold(): a2 for a2, a3, _, _ in codes for c in (a2, a3)}

    countries = []
    for alpha2, alpha3, numeric, row in codes:
        names = {}
        aliases = []
        for lang in LANGS:
            variants = given[lang][alpha2]
            variants = [variants] if isinstance(variants, str) else variants
            names[lang] = NAMES.get(alpha2, {}).get(lang, variants[0].replace("’", "'"))
            aliases += [v.replace("’", "'") for v in variants]
        aliases += list(official(row)) + ALIASES.get(alpha2, [])
        countries.append({
            "alpha2": alpha2,
            "alpha3": alpha3,
            "numeric": numeric,
            "m49": [row[k].zfill(3) for k in ("Global Code", "Region Code", "Sub-region Code", "Intermediate Region Code")
                    if row.get(k)],
            "region": regions.get(alpha3),
            "names": names,
            "aliases": aliases,
            "centroid": [round(v, 2) + 0.0 for v in points.get(alpha2) or middle(outline[alpha2])],
            "bbox": WHOLE.get(alpha2) or group([box_of(r) for r in outline[alpha2]] + EXTRA_BOXES.get(alpha2, [])) if alpha2 in outline else None,
        })
    unknown = set(regions) - {c["alpha3"] for c in countries}
    if unknown:
        sys.exit(f"regions for unknown countries: {unknown}")

    # A display name outranks another country's alias; two aliases that meet are both dropped and said.
    display = {}
    for c in countries:
        for lang, name in c["names"].items():
            owner = display.setdefault(fold(name), c["alpha3"])
            if owner != c["alpha3"]:
                sys.exit(f"two countries named {name}: {owner} and {c['alpha3']}")
    claimed = {}
    for c in countries:
        for alias in c["aliases"]:
            claimed.setdefault(fold(alias), set()).add(c["alpha3"])
    ambiguous = {fold(a) for a in AMBIGUOUS}
    for c in countries:
        kept, seen = [], {light(n) for n in c["names"].values()}
        for alias in c["aliases"]:
            key = fold(alias)
            if alias in DROP.get(c["alpha2"], set()) or light(alias) in seen or all_codes.get(key, c["alpha2"]) != c["alpha2"] or not key:
                continue
            if key in ambiguous or display.get(key, c["alpha3"]) != c["alpha3"] or len(claimed[key]) > 1:
                if key in display or key in ambiguous or len(claimed[key]) > 1:
                    print(f"dropped {c['alpha3']}: {alias} (also {sorted(claimed[key] - {c['alpha3']}) or display.get(key) or 'ambiguous'})",
                          file=sys.stderr)
                    continue
            seen.add(light(alias))
            kept.append(alias)
        c["aliases"] = sorted(kept, key=lambda a: (fold(a), a))

    countries.sort(key=lambda c: c["alpha3"])
    lines = [json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in countries]
    target = Path(__file__).resolve().parent / "countries.json"
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{len(countries)} countries")


if __name__ == "__main__":
    main()
