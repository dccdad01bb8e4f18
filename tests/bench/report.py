#!/usr/bin/env python3
"""Turns the results of bench.sh into Markdown tables of ratios and says what falls short of the goals.

    report.py bench-data/results-100000.tsv [bench-data/results-1000000.tsv]

Ratios are to the fixed body of the same round, so that they may be compared across machines; absolute figures may not. With a
second file, of a larger register, it also tells how cost grows.
"""
import collections, statistics, sys

# operation: (in words, the limit it is compared with)
OPERATIONS = {
    "get": ("get one", "limit-get"),
    "list": ("list 50, country + year", "limit-list"),
    "list-deep": ("list 50 by cursor, 5,000 to 10,000 deep", "limit-list"),
    "search-narrow": ("search, narrow", "limit-list"),
    "search-broad": ("search, broad", "limit-list"),
    "counts-year": ("counts, country × month, one year", "limit-list"),
    "counts-all": ("counts, country × month, all", "limit-list"),
    "counts-any": ("counts by month, any filter", "limit-list"),
    "repeated": ("a list that was asked before", "limit-list"),
    "known": ("a list that is known (304)", "limit-get"),
    "create": ("create one", "limit-create"),
}
# The best of the peers as % of the limit of its own run, times how often we want to be as fast.
RATE_GOALS = {
    ("get", 32): 15 * 0.78, ("list", 32): 6 * 0.79, ("search-narrow", 32): 6 * 0.47, ("search-broad", 32): 3 * 0.34,
    ("counts-year", 32): 10 * 0.21, ("counts-all", 32): 20 * 0.0136, ("repeated", 32): 50, ("known", 32): 50,
    ("create", 1): 5 * 1.6, ("create", 16): 5 * 0.36,
}
MEDIAN_GOALS = {("get", 1): 300, ("list", 1): 800, ("counts-any", 1): 100_000}  # µs, at most
EXPORT_GOALS = {"csv": 0.6}                         # s per 100,000 incidents, at most
FIRST_BYTE_GOAL = 0.05                              # s, at most
EXPORT_MEMORY_GOAL = 20                             # MB over idle, at most
IMPORT_GOAL = 4.0                                   # s per 100,000 incidents, at most
IDLE_GOAL = 25.0                                    # MB, at most
START_GOAL = 150                                    # ms, at most
BINARY_GOAL = 30                                    # MB, at most
GROWTH_GOALS = ("get", "list", "search-narrow", "create")
GROWTH = 1.3                                        # times slower, at most, for ten times as many


def read(file):
    facts, loads, exports = {}, collections.defaultdict(list), {}
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            kind, database, name, *values = line.rstrip("\n").split("\t")
            if kind == "fact":
                facts[database, name] = float(values[0])
            elif kind == "export":
                exports[database, name] = tuple(map(float, values))
            else:
                round_, connections, rate, median, worst, failures = map(float, values)
                loads[database, name, int(connections)].append((round_, rate, median, worst, failures))
    return facts, loads, exports


def rate_of(rounds):
    return statistics.median(rate for _, rate, *_ in rounds)


def share(ours, limits):
    """Median over the rounds of our rate as % of the limit's in the same round."""
    limit = {round_: rate for round_, rate, *_ in limits}
    return statistics.median(100 * rate / limit[round_] for round_, rate, *_ in ours)


class Report:
    def __init__(self):
        self.short = []

    def check(self, met, what):
        if not met:
            self.short.append(what)
        return "met" if met else "**missed**"

    def loads(self, loads, databases):
        print("| database | operation | connections | requests/s | limit/s | % of the limit | p50 ms | p99 ms | goal |")
        print("|---|---|---:|---:|---:|---:|---:|---:|---|")
        for database in databases:
            for operation, (words, limit) in OPERATIONS.items():
                for connections in sorted(c for d, o, c in loads if (d, o) == (database, operation)):
                    rounds = loads[database, operation, connections]
                    rate, median, worst = (statistics.median(r[i] for r in rounds) for i in (1, 2, 3))
                    limits = loads[database, limit, connections]
                    percent = share(rounds, limits)
                    where = f"{words} at {connections} on {database}"
                    goals = []
                    if goal := RATE_GOALS.get((operation, connections)):
                        goals.append(f"≥ {goal:.3g} %: " + self.check(
                            percent >= goal, f"{where}: {percent:.2f} % of the limit, goal {goal:.3g} %"))
                    if goal := MEDIAN_GOALS.get((operation, connections)):
                        goals.append(f"p50 ≤ {goal / 1000:g} ms: " + self.check(
                            median <= goal, f"{where}: p50 {median / 1000:.2f} ms, goal {goal / 1000:g} ms"))
                    if failures := int(sum(r[4] for r in rounds)):
                        goals.append(self.check(False, f"{where}: {failures} requests failed, so its figures mean nothing"))
                    print(f"| {database} | {words} | {connections} | {rate:,.0f} | {rate_of(limits):,.0f} | {percent:.2f} | "
                          f"{median / 1000:.2f} | {worst / 1000:.2f} | {'; '.join(goals)} |")

    def exports(self, exports, count):
        print("\n| database | export of all | first byte s | whole s | idle MB | at most MB | goal |")
        print("|---|---|---:|---:|---:|---:|---|")
        for (database, form), (first, whole, idle, peak) in exports.items():
            goals = []
            if goal := EXPORT_GOALS.get(form):
                goal = goal * count / 100_000
                goals.append(f"≤ {goal:g} s: " + self.check(whole <= goal, f"{form} on {database}: {whole:.2f} s, goal {goal:g} s"))
                goals.append(f"first byte ≤ {FIRST_BYTE_GOAL:g} s: " + self.check(
                    first <= FIRST_BYTE_GOAL, f"first byte of {form} on {database}: {first:.3f} s"))
            goals.append(f"≤ {EXPORT_MEMORY_GOAL} MB over idle: " + self.check(
                peak - idle <= EXPORT_MEMORY_GOAL, f"{form} on {database}: {peak - idle:.0f} MB over idle, goal {EXPORT_MEMORY_GOAL} MB"))
            print(f"| {database} | {form} | {first:.3f} | {whole:.2f} | {idle:.1f} | {peak:.1f} | {'; '.join(goals)} |")

    def facts(self, facts, databases, count):
        print("\n| database | import s | goal | idle MB | goal | peak MB | start to first answer ms | goal |")
        print("|---|---:|---|---:|---|---:|---:|---|")
        for database in databases:
            took, idle, start = (facts[database, name] for name in ("import_s", "idle_mb", "start_ms"))
            goal = IMPORT_GOAL * count / 100_000
            import_met = self.check(took <= goal, f"import on {database}: {took:.1f} s, goal {goal:g} s")
            idle_met = self.check(idle <= IDLE_GOAL, f"idle on {database}: {idle:.1f} MB, goal {IDLE_GOAL:g} MB")
            start_met = self.check(start <= START_GOAL, f"start on {database}: {start:.0f} ms, goal {START_GOAL} ms")
            print(f"| {database} | {took:.2f} | ≤ {goal:g}: {import_met} | {idle:.1f} | ≤ {IDLE_GOAL:g}: {idle_met} | "
                  f"{facts.get((database, 'peak_mb'), 0):.1f} | {start:.0f} | ≤ {START_GOAL}: {start_met} |")
        binary = facts["-", "binary_mb"]
        print(f"\nThe binary has {binary:.1f} MB (goal {BINARY_GOAL}: "
              f"{self.check(binary <= BINARY_GOAL, f'the binary has {binary:.1f} MB, goal {BINARY_GOAL} MB')}).\n")

    def databases(self, loads):
        """PostgreSQL within 1.5 × of SQLite at one connection, ahead of it at 32."""
        print("| operation | PostgreSQL to SQLite at 1 | at many |")
        print("|---|---:|---:|")
        for operation, (words, _) in OPERATIONS.items():
            ratios = {}
            for connections in sorted(c for d, o, c in loads if (d, o) == ("postgresql", operation)):
                if ours := loads.get(("sqlite", operation, connections)):
                    ratios[connections] = rate_of(loads["postgresql", operation, connections]) / rate_of(ours)
            if len(ratios) == 2:
                one, many = (ratios[c] for c in sorted(ratios))
                self.check(one >= 1 / 1.5, f"{words} on PostgreSQL at 1: {one:.2f} of SQLite, goal 0.67")
                self.check(many >= 1, f"{words} on PostgreSQL at many: {many:.2f} of SQLite, goal 1")
                print(f"| {words} | {one:.2f} | {many:.2f} |")

    def growth(self, small, large, counts):
        print(f"\n| database | operation | connections | {counts[0]:,}: % | {counts[1]:,}: % | times slower | goal |")
        print("|---|---|---:|---:|---:|---:|---|")
        for (database, operation, connections), rounds in large.items():
            words, limit = OPERATIONS.get(operation, (None, None))
            if not words or (database, operation, connections) not in small:
                continue
            before = share(small[database, operation, connections], small[database, limit, connections])
            after = share(rounds, large[database, limit, connections])
            times = before / after
            goal = ""
            if operation in GROWTH_GOALS:
                goal = f"≤ {GROWTH}: " + self.check(
                    times <= GROWTH, f"{words} at {connections} on {database}: {times:.2f} × slower with {counts[1]:,}, goal {GROWTH} ×")
            print(f"| {database} | {words} | {connections} | {before:.2f} | {after:.2f} | {times:.2f} | {goal} |")
        print()


def main(file, larger=None):
    facts, loads, exports = read(file)
    count = int(facts["-", "count"])
    databases = list(dict.fromkeys(database for database, *_ in loads))
    report = Report()
    print(f"# Amparo with {count:,} incidents\n")
    print(f"Medians of the rounds of {facts['-', 'seconds']:.0f} s each, load tool and server on this machine. The limit is a bare "
          "axum server that answers a fixed body (1.5 kB for get, create and what is known, 60 kB for the others) in the same round. But for what was "
          "asked before, the server keeps no answers.\n")
    report.loads(loads, databases)
    report.exports(exports, count)
    report.facts(facts, databases, count)
    report.databases(loads)
    if larger:
        facts_of_larger, of_larger, _ = read(larger)
        report.growth(loads, of_larger, (count, int(facts_of_larger["-", "count"])))
    if report.short:
        print("\nWhat falls short:\n")
        print("\n".join(f"* {line}" for line in report.short))
    else:
        print("\nEvery goal is met.")


if __name__ == "__main__":
    main(*sys.argv[1:])
