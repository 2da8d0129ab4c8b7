"""The figures of way.py as tables for people, in Markdown, as docs/BENCHMARKS.md shows them."""

import statistics

import way
from tables import machine, middle, spread, table

RANKS = ["p50", "p99"]
COSTS = [
    ("system calls", "window", "systemCalls", 1), ("processor µs", "window", "processorNanos", 1e-3),
    ("context switches", "window", "switches", 1), ("allocations", "counted", "allocations", 1),
    ("commits", "counted", "commits", 1), ("messages received", "counted", "received", 1),
]


def text(result):
    parts = [machine(result["machine"])]
    if "costs" in result:
        parts += [costs(result["costs"]), programs(result["costs"])]
    for name, title in [("realtime", "SCHED_FIFO"), ("ordinary", "ordinary priority")]:
        if name in result:
            parts.append(ticks(result[name], title))
            parts.append(hops(result[name], title))
    for name, title in [("observersRealtime", "SCHED_FIFO"), ("observers", "ordinary priority")]:
        if name in result:
            parts.append(observers(result[name], title))
    return "\n\n".join(parts)


def ratio(above, below):
    """Of the rounds, each by itself: median, least and largest."""
    values = [a / b for a, b in zip(above, below)]
    return spread({"median": statistics.median(values), "min": min(values), "max": max(values)})


def decimal(values):
    low, high = min(values), max(values)
    return f"{statistics.median(values):.1f} ({low:.1f}–{high:.1f})"


def costs(rounds):
    rows = []
    for title, part, what, scale in COSTS:
        sums = {
            build: [way.total(one[build][part], what) for one in rounds] for build in ["old", "new"]
        }
        if None in sums["old"] + sums["new"]:
            continue
        old, new = ([scale * value for value in sums[build]] for build in ["old", "new"])
        rows.append([title, decimal(old), decimal(new), ratio(new, old)])
    title = f"What an order costs on its way ({', '.join(way.PATH)} together); median of {len(rounds)}"
    return table(title, ["an order", "older build", "this build", "ratio"], rows)


def programs(rounds):
    rows = []
    for program in sorted(rounds[0]["new"]["window"]):
        row = [program]
        for part, what, scale in [
            ("window", "systemCalls", 1), ("window", "processorNanos", 1e-3), ("counted", "allocations", 1),
        ]:
            for build in ["old", "new"]:
                values = [one[build][part].get(program, {}).get(what) for one in rounds]
                values = [scale * value for value in values if value is not None]
                row.append(f"{statistics.median(values):.1f}" if values else "")
        rows.append(row)
    head = ["an order", "calls, older", "calls", "µs, older", "µs", "allocations, older", "allocations"]
    return table("By program, median", head, rows)


def ticks(rounds, title):
    names = [
        ("waggle", "Waggle, journal `process`"), ("relay", "C relay chain, its frames"),
        ("relayOld", "C relay chain, frames of the older build"), ("power", "Waggle, journal `power`"),
    ]
    figures = {
        name: [
            one[name] if "tickToVenue" not in one[name] else one[name]["tickToVenue"] for one in rounds
        ]
        for name, _ in names if name in rounds[0]
    }
    rows = []
    for name, label in names:
        if name in figures:
            rows.append([label] + [middle(figure[rank] for figure in figures[name]) for rank in RANKS])
    for above, below, label in [
        ("waggle", "relay", "ratio to its frames"), ("waggle", "relayOld", "ratio to the older frames"),
        ("power", "relay", "`power`, ratio to its frames"),
    ]:
        if above in figures and below in figures:
            row = [label]
            for rank in RANKS:
                row.append(ratio(*([figure[rank] for figure in figures[name]] for name in [above, below])))
            rows.append(row)
    load = rounds[0]["load"]
    head = (
        f"Tick to venue, {title}, µs, {load['ticksPerSecond']:.0f} targets a second of {load['cancels']}"
        f" cancels and {load['orders']} orders; median of {len(rounds)} (least–largest)")
    return table(head, ["", "p50", "p99"], rows)


def hops(rounds, title):
    rows = []
    for hop in rounds[0]["relay"]["perHop"]:
        row = [hop]
        for who in ["waggle", "relay"]:
            row += [middle(one[who]["perHop"][hop][rank] for one in rounds) for rank in RANKS]
        rows.append(row)
    head = ["", "Waggle p50", "p99", "relay p50", "p99"]
    return table(f"Hops, {title}, µs from sending to receipt", head, rows)


def observers(rounds, priority):
    rows = []
    for count in rounds[0]:
        figures = [one[count]["waggle"] for one in rounds]
        row = [count] + [middle(figure[rank] for figure in figures) for rank in RANKS]
        none = [one["0"]["waggle"] for one in rounds]
        for rank in RANKS:
            row.append(ratio(*([figure[rank] for figure in those] for those in [figures, none])))
        rows.append(row)
    title = (
        f"Tick to venue with observers at the relay, {priority}, µs; median of {len(rounds)} (least–largest)")
    return table(title, ["observers", "p50", "p99", "ratio p50", "ratio p99"], rows)
