#!/usr/bin/env python3
"""Writes the paths that the load asks for, one a line. Standard library only; the same data gives the same paths.

    make_paths.py data CSV FOLDER       from the generated data: list, search-narrow, search-broad
    make_paths.py pages ADDRESS FOLDER  from a running server: get, list-deep
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


if __name__ == "__main__":
    what, source, folder = sys.argv[1:]
    {"data": from_data, "pages": from_pages}[what](source, folder)
