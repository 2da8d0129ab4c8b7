"""Runs colonies in which single programs come from another build, and tells how each of them fares.

Called by scripts/mix.sh, which says what it is for. Each colony gets a folder of links to programs, one
build's but for those named; it runs for some seconds after LIVE, and its own words are gathered:
progress, alarms, warnings of the components' logs. The books are compared from the journals, each told
by its own build.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

KINDS = ["venue", "feed", "signal", "risk", "executor", "queen"]
PROGRESS = re.compile(r"^\d\d:\d\d(?::\d\d)?  (\S+).*?  orders (\S+)  fills (\S+)")
# Lines of progress, one every five seconds, without a new order are a stall.
STALL_LINES = 2
MAX_LINES = 12


def mixes(words):
    """Names and the kinds of each that come from the other build: (base, other, kinds)."""
    named = {"new": ("new", []), "old": ("old", [])}
    for kind in KINDS:
        named[f"old-{kind}"] = ("new", [kind])
        named[f"new-{kind}"] = ("old", [kind])
    unknown = [word for word in words if word not in named]
    if unknown:
        sys.exit(f"mix: no such mix: {', '.join(unknown)}; there are {', '.join(named)}")
    return {name: named[name] for name in words or named}


def link_programs(folder, builds, base, kinds):
    folder.mkdir(parents=True)
    other = "old" if base == "new" else "new"
    for program in builds[base].glob("waggle-*"):
        if program.is_file() and program.name.count(".") == 0:
            (folder / program.name).symlink_to(program)
    for kind in kinds:
        link = folder / f"waggle-{kind}"
        link.unlink(missing_ok=True)
        link.symlink_to(builds[other] / f"waggle-{kind}")


def run(arguments, name, base, kinds, port):
    """One colony; what it said and left behind, as a record."""
    builds = {"new": arguments.new.resolve(), "old": arguments.old.resolve()}
    folder = arguments.keep.resolve() / name
    link_programs(folder / "bin", builds, base, kinds)
    supervisor = builds[arguments.supervisor] / "waggle"
    command = [
        supervisor, "run", arguments.topology, "--for", str(arguments.seconds), "--port-base", str(port),
        "--var", folder / "var", "--bin", folder / "bin",
    ]
    # Twice the longest time that start and end may take; one that is not over then is a finding.
    timeout = 2 * (60 + 30) + arguments.seconds
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=folder)
        code, said, report = done.returncode, done.stderr, done.stdout
    except subprocess.TimeoutExpired as stuck:
        code, said, report = None, (stuck.stderr or b"").decode(), (stuck.stdout or b"").decode()
    (folder / "said.txt").write_text(said)
    (folder / "report.txt").write_text(report)
    record = judged(name, code, said, folder)
    owners = {kind: base if kind not in kinds else ("old" if base == "new" else "new") for kind in KINDS}
    return {**record, **books(folder, builds, owners)}


def books(folder, builds, owners):
    """Whether executor and venue, each told by its own build, know the same orders and the same trades."""
    rows = {kind: export(folder, builds[owners[kind]], kind) for kind in ("executor", "venue")}
    accepted = [row["clOrdID"] for row in rows["venue"] if row["fact"] == "accepted"]
    created = {row["order"] for row in rows["executor"] if row["fact"] == "orderCreated"}
    keys = ("execution", "side", "price", "quantity", "fee")
    booked = sorted(tuple(row[key] for key in keys) for row in rows["executor"] if row["fact"] == "filled")
    traded = sorted(tuple(row[key] for key in keys) for row in rows["venue"] if row["fact"] == "trade")
    return {
        "accepted": len(accepted),
        "traded": len(traded),
        "books_agree": booked == traded
        and len(set(accepted)) == len(accepted)
        and created.issuperset(accepted),
    }


def export(folder, build, kind):
    run_folder = next(path for path in folder.glob("var/*/*") if path.is_dir() and not path.is_symlink())
    done = subprocess.run(
        [build / "waggle", "journal", "export", kind, "--run", run_folder], capture_output=True, text=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def judged(name, code, said, folder):
    lines = said.splitlines()
    live = [PROGRESS.match(line) for line in lines]
    live = [match for match in live if match and match[1] == "LIVE"]
    orders = [int(match[2]) for match in live if match[2].isdigit()]
    still = max_still(orders)
    return {
        "mix": name,
        "exit": code,
        "live": bool(live),
        "orders": orders[-1] if orders else 0,
        "fills": int(live[-1][3]) if live and live[-1][3].isdigit() else 0,
        "stalled": bool(orders) and still >= STALL_LINES,
        "said": [line for line in lines if not PROGRESS.match(line)][:MAX_LINES],
        "warnings": warnings(folder),
        "counters": counters(folder),
    }


def max_still(orders):
    longest = current = 0
    for before, after in zip(orders, orders[1:]):
        current = current + 1 if after == before else 0
        longest = max(longest, current)
    return longest


def warnings(folder):
    """Each different warning of each component's log with its count, numbers taken out."""
    found = {}
    for log in sorted(folder.glob("var/*/*/*.log")):
        for line in log.read_text(errors="replace").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry.get("level") not in ("warning", "error"):
                continue
            text = re.sub(r"\d{3,}", "N", f"{log.stem}: {entry.get('event')}: {entry.get('message')}")
            found[text] = found.get(text, 0) + 1
    return found


def counters(folder):
    """What the last incarnations have dropped, refused or not delivered."""
    found = {}
    for file in sorted(folder.glob("var/*/*/*.stats.json")):
        component = file.name.split(".")[0]
        try:
            figures = json.loads(file.read_text())
        except ValueError:
            continue
        for key, value in flat(figures):
            wanted = re.search(r"reject|drop|refus|unhandled|poison|tooOld|notSent|resent|opened|alarm", key)
            if wanted and value:
                found[f"{component} {key}"] = value
    return found


def flat(figures, prefix=""):
    if isinstance(figures, dict):
        for key, value in figures.items():
            yield from flat(value, f"{prefix}{key}.")
    elif isinstance(figures, (int, float)) and not isinstance(figures, bool):
        yield prefix.rstrip("."), figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--new", type=Path, required=True)
    parser.add_argument("--old", type=Path, required=True)
    parser.add_argument("--topology", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--supervisor", choices=["new", "old"], default="new")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--port-base", type=int, default=24000)
    parser.add_argument("mix", nargs="*")
    arguments = parser.parse_args()
    arguments.topology = arguments.topology.resolve()
    bad = []
    for index, (name, (base, kinds)) in enumerate(mixes(arguments.mix).items()):
        record = run(arguments, name, base, kinds, arguments.port_base + 20 * (index % 20))
        print(json.dumps(record, indent=1), flush=True)
        refuses = any("sessionRefused" in line for line in record["said"])
        trades = record["orders"] and not record["stalled"]
        if not record["live"] or not record["books_agree"] or not (trades or refuses):
            bad.append(name)
    if bad:
        sys.exit(f"mix: not live, stalled, silent, or books that differ: {', '.join(bad)}")


if __name__ == "__main__":
    main()
