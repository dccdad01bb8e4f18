#!/usr/bin/env python3
"""Writes the paths that the load asks for, one a line. Standard library only; the same data gives the same paths.

    make_paths.py data CSV FOLDER       from the generated data: list, search-narrow, search-broad, counts-*
    make_paths.py pages ADDRESS FOLDER  from a running server: get, list-deep
    make_paths.py tags ADDRESS FOLDER   from a running server: repeated and known, some lists with the tags of their answers
"""
import collections, csv, json, os, random, re, sys, urllib.parse, urllib.request

API = "/api/v1/incidents"
PAGE = 50


def write(folder, name, paths):
    if not paths:
        sys.exit(f"make_paths.py: nothing to ask for in {name}")
    random.Random(7).shuffle(paths)
    with open(os.path.join(folder, name), "w", encoding="ascii") as file:
        file.writelines(path + "\n" for path in paths)


def from_data(csv_file, folder):
    """Lists that fill a page, and words that few or many records have."""
    lists, words, total = collections.Counter(), collections.Counter(), 0
    with open(csv_file, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            total += 1
            lists[row["country"], row["occurred"][:4]] += 1
            words.update(set(re.findall(r"\b[a-z]{4,}\b", f"{row['title']} {row['summary']}".lower())))

    # A small set has few lists that fill a page; then the longest have to do.
    chosen = [pair for pair, count in lists.most_common(400) if count >= PAGE]
    chosen = chosen if len(chosen) >= 20 else [pair for pair, _ in lists.most_common(20)]
    write(folder, "list", [f"{API}?country={country}&period={year}" for country, year in chosen])

    def search(chosen):
        return [f"{API}?q={urllib.parse.quote(word)}" for word in sorted(chosen)]

    by = "/api/v1/counts?group_by=country,month"
    write(folder, "counts-year", [f"{by}&period={year}" for year in range(2010, 2027)])
    write(folder, "counts-all", [by])
    # One question for each kind of filter, and some of two.
    country, year = chosen[0]
    write(folder, "counts-any", [f"/api/v1/counts?group_by=month&{question}" for question in (
        "type=detention", "type=threat,doxxing&grade=confirmed", f"country={country}&type=harassment", "grade=confirmed&severity=3..5",
        "region=eurasia", f"q={words.most_common(1)[0][0]}", f"period={year}-03-15/{year}-11-02", "bbox=-20,-35,55,38", "severity=5",
        "near=36.8,-1.3&within=800km", "type!=detention&grade!=disputed",
    )])

    narrow = [word for word, count in words.items() if 5 <= count <= max(50, total // 2000)]
    write(folder, "search-narrow", search(sorted(narrow)[:2000] or [words.most_common()[-1][0]]))
    write(folder, "search-broad", search(word for word, _ in words.most_common(20)))


def from_pages(address, folder):
    """Pages through the list once, to 10,000 records: their numbers, and the cursors of the deeper half."""
    numbers, cursors, after = [], [], None
    while len(numbers) < 10_000:
        query = f"?limit={PAGE}" + (f"&after={urllib.parse.quote(after, safe='')}" if after else "")
        with urllib.request.urlopen(address + API + query, timeout=30) as response:
            page = json.load(response)
        numbers += [item["number"] for item in page["items"]]
        cursors.append(query)
        after = page["next"]
        if not after:
            break
    write(folder, "get", [f"{API}/{number}" for number in numbers])
    write(folder, "list-deep", [API + query for query in cursors[len(cursors) // 2:]])


def with_tags(address, folder):
    """Lists that everybody asks for, and the tags by which their answers are known."""
    with open(os.path.join(folder, "list"), encoding="ascii") as file:
        paths = [line.strip() for line in file][:50]
    tags = []
    for path in paths:
        with urllib.request.urlopen(address + path, timeout=30) as response:
            tags.append(response.headers["ETag"])
    write(folder, "repeated", list(paths))
    write(folder, "known", [f"{path}\t{tag}" for path, tag in zip(paths, tags)])


if __name__ == "__main__":
    what, source, folder = sys.argv[1:]
    {"data": from_data, "pages": from_pages, "tags": with_tags}[what](source, folder)
