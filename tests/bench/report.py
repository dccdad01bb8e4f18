#!/usr/bin/env python3
"""Turns the results of bench.sh into a Markdown table of ratios and says what falls short of the goals.

    report.py bench-data/results.tsv

Ratios are to the fixed body of the same round, so that they may be compared across machines; absolute figures may not.
"""
import collections, statistics, sys

# operation: (in words, the limit it is compared with)
OPERATIONS = {
    "get": ("get one", "limit-get"),
    "list": ("list 50, country + year", "limit-list"),
    "list-deep": ("list 50 by cursor, 5,000 to 10,000 deep", "limit-list"),
    "search-narrow": ("search, narrow", "limit-list"),
    "search-broad": ("search, broad", "limit-list"),
    "create": ("create one", "limit-create"),
}
RATE_GOALS = {("get", 32): 6.0, ("list", 32): 2.4}  # % of the limit, at least
MEDIAN_GOALS = {("get", 1): 500}                    # µs, at most
IMPORT_GOAL = 10.0                                  # s per 100,000 incidents, at most
IDLE_GOAL = 40.0                                    # MB, at most


def read(file):
    facts, loads = {}, collections.defaultdict(list)
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            kind, database, name, *values = line.rstrip("\n").split("\t")
            if kind == "fact":
                facts[database, name] = float(values[0])
            else:
                round_, connections, rate, median, worst, failures = map(float, values)
                loads[database, name, int(connections)].append((round_, rate, median, worst, failures))
    return facts, loads


def share(ours, limits):
    """Median over the rounds of our rate as % of the limit's in the same round."""
    limit = {round_: rate for round_, rate, *_ in limits}
    return statistics.median(100 * rate / limit[round_] for round_, rate, *_ in ours)


def main(file):
    facts, loads = read(file)
    count = int(facts["-", "count"])
    databases = list(dict.fromkeys(database for database, *_ in loads))
    short = []

    def check(met, what):
        if not met:
            short.append(what)
        return "met" if met else "**missed**"

    print(f"# Amparo with {count:,} incidents\n")
    print(f"Medians of three rounds of {facts['-', 'seconds']:.0f} s each, load tool and server on this machine. The limit is a bare "
          "axum server that answers a fixed body (1.5 kB for get and create, 60 kB for the others) in the same round.\n")
    print("| database | operation | connections | requests/s | limit/s | % of the limit | p50 ms | p99 ms | goal |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---|")
    for database in databases:
        for operation, (words, limit) in OPERATIONS.items():
            for connections in sorted(c for d, o, c in loads if (d, o) == (database, operation)):
                rounds = loads[database, operation, connections]
                rate, median, worst = (statistics.median(r[i] for r in rounds) for i in (1, 2, 3))
                limits = loads[database, limit, connections]
                limit_rate = statistics.median(r[1] for r in limits)
                percent = share(rounds, limits)
                where = f"{words} at {connections} on {database}"
                goals = []
                if goal := RATE_GOALS.get((operation, connections)):
                    goals.append(f"≥ {goal} %: " + check(percent >= goal, f"{where}: {percent:.2f} % of the limit, goal {goal} %"))
                if goal := MEDIAN_GOALS.get((operation, connections)):
                    goals.append(f"p50 ≤ {goal / 1000} ms: " + check(
                        median <= goal, f"{where}: p50 {median / 1000:.2f} ms, goal {goal / 1000} ms"))
                if failures := int(sum(r[4] for r in rounds)):
                    goals.append(check(False, f"{where}: {failures} requests failed, so its figures mean nothing"))
                print(f"| {database} | {words} | {connections} | {rate:,.0f} | {limit_rate:,.0f} | {percent:.2f} | "
                      f"{median / 1000:.2f} | {worst / 1000:.2f} | {'; '.join(goals)} |")

    print("\n| database | import s | goal | idle MB | goal | peak MB | start to first answer ms |")
    print("|---|---:|---|---:|---|---:|---:|")
    for database in databases:
        took, idle = facts[database, "import_s"], facts[database, "idle_mb"]
        goal = IMPORT_GOAL * count / 100_000
        import_met = check(took <= goal, f"import on {database}: {took:.1f} s, goal {goal:g} s")
        idle_met = check(idle <= IDLE_GOAL, f"idle on {database}: {idle:.1f} MB, goal {IDLE_GOAL:g} MB")
        print(f"| {database} | {took:.2f} | ≤ {goal:g}: {import_met} | {idle:.1f} | ≤ {IDLE_GOAL:g}: {idle_met} | "
              f"{facts[database, 'peak_mb']:.1f} | {facts[database, 'start_ms']:.0f} |")
    print(f"\nThe binary has {facts['-', 'binary_mb']:.1f} MB.\n")

    if short:
        print("What falls short:\n")
        print("\n".join(f"* {line}" for line in short))
    else:
        print("Every goal is met.")


if __name__ == "__main__":
    main(sys.argv[1])
