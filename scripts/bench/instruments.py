#!/usr/bin/env python3
"""Trades many instruments, each quoted by a strategy of its own and told at least twice a second, and prints what
every process used and whether anything was refused.

    instruments.py --binaries FOLDER [--instruments N] [--seconds S] [--port-base N] [--output FILE] [--keep FOLDER]

Exit code 0 if the run is reconciled, there were at least as many orders as instruments and none was refused
because a count was full; 1 if not; 74 if it could not be measured.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from processes import Colony, Failure, UsageWatch

STRATEGIES_PER_SIGNAL = 60
"""Of 64 that one may have."""
COUNTS = ("openOrders", "openIntents", "tooMany", "tooManyTargets")
"""Checks and drops that mean that something is full."""


def main():
    parser = argparse.ArgumentParser(description="Many instruments on one account; see docs/BENCHMARKS.md.")
    parser.add_argument("--binaries", type=Path, required=True, help="where waggle lies")
    parser.add_argument("--instruments", type=int, default=500, help="default: 500")
    parser.add_argument("--seconds", type=int, default=90, help="default: 90")
    parser.add_argument("--port-base", type=int, default=26710, help="first of 60 free ports; default: 26710")
    parser.add_argument("--output", type=Path, default=Path("var/instruments.json"))
    parser.add_argument("--keep", type=Path, help="leave the run in this folder")
    words = parser.parse_args()
    try:
        if words.keep:
            words.keep.mkdir(parents=True, exist_ok=True)
            result = measure(words, words.keep.resolve())
        else:
            with tempfile.TemporaryDirectory(prefix="waggle-instruments-") as folder:
                result = measure(words, Path(folder))
    except (Failure, OSError) as problem:
        print(f"instruments: {problem}", file=sys.stderr)
        return 74
    words.output.parent.mkdir(parents=True, exist_ok=True)
    words.output.write_text(json.dumps(result, indent=2) + "\n")
    print(text(result))
    return 0 if result["holds"] else 1


def measure(words, folder):
    file = folder / "topology.json5"
    file.write_text(json.dumps(topology(words.instruments), indent=1))
    colony = Colony(words.binaries, file, folder / "run", words.port_base)
    load = os.getloadavg()[0]
    process = colony.start("--for", str(words.seconds))
    watch = UsageWatch(process.pid)
    watch.start()
    colony.wait_for_end(process, words.seconds)
    report = colony.report()
    # So many instruments take a while to start and to end. Of the signal components one is shown.
    usage = watch.figures(lead=words.seconds // 3, tail=words.seconds // 3)
    full = {}
    for stats in colony.folder.glob("var/*/*/*.stats.json"):
        for name, value in json.loads(stats.read_text())["counters"].items():
            if value and name.rpartition(".")[2] in COUNTS:
                full[f"{stats.name.partition('.')[0]} {name}"] = value
    orders = report["ordersSent"]
    return {
        "loadBefore": load, "loadAfter": os.getloadavg()[0], "instruments": words.instruments,
        "seconds": words.seconds, "orders": orders, "ordersPerSecond": orders / report["sessionSeconds"],
        "full": full, "reconciled": report["reconciled"], "processes": usage,
        "holds": report["reconciled"] and not full and orders >= words.instruments,
    }


def topology(count):
    names = [f"C{number}USDT.SIM" for number in range(1, count + 1)]
    signals = range(0, count, STRATEGIES_PER_SIGNAL)
    components = {
        "venue": {
            "number": 1, "kind": "venue", "host": "local", "instruments": names,
            "settings": {
                "market": {
                    "source": "synthetic", "seed": 1, "midPrice": {name: "60000" for name in names}, "halfSpreadBps": 1.5, "depthBps": 6,
                    "volatilityBpsPerSqrtSecond": 0.5, "marketOrdersPerSecond": 0.5,
                    "limitOrdersPerSecond": 4, "cancelsPerOrderPerSecond": 0.2, "meanOrderQuantity": {name: "0.02" for name in names},
                    "depthUpdateMillis": 400,
                },
                "maxOpenOrders": 2 * count + 64,
                "latencyMicros": {"order": 300, "report": 300, "jitter": 100},
            },
        },
        "feed": {"number": 2, "kind": "feed", "host": "local", "inputs": ["venue"],
                 "settings": {"staleAfterMillis": 5000}},
        "risk": {"number": 4, "kind": "risk", "host": "local", "account": "main", "executor": "executor",
                 "inputs": ["feed"] + [f"signal-{1 + place // STRATEGIES_PER_SIGNAL}" for place in signals]},
        "executor": {
            "number": 5, "kind": "executor", "host": "local", "account": "main", "inputs": ["feed"],
            "venue": "venue",
            "settings": {
                "maxOrderQuantity": {name: "1" for name in names},
                "maxPosition": {name: "2" for name in names},
                "priceCollarBps": "500", "ordersPerSecond": 10000, "maxOpenOrders": 2 * count + 64,
            },
        },
        "queen": {"number": 6, "kind": "queen", "host": "local"},
    }
    for place in signals:
        mine = range(place, min(place + STRATEGIES_PER_SIGNAL, count))
        name = f"signal-{1 + place // STRATEGIES_PER_SIGNAL}"
        components[name] = {
            "number": 10 + place // STRATEGIES_PER_SIGNAL, "kind": "signal", "host": "local",
            "inputs": ["feed", "executor"],
            "settings": {"strategies": [strategy(number, names[number]) for number in mine]},
        }
    return {
        "format": 2, "colony": "many", "session": {"mode": "paper", "goLive": "at-once"},
        "durability": "process", "hosts": {"local": {"address": "127.0.0.1", "ports": {"base": 5710}}},
        "instruments": {name: instrument(number + 1) for number, name in enumerate(names)},
        "accounts": {
            "main": {"number": 1, "venue": "venue", "live": False, "currency": "USDT",
                     "balances": {"USDT": "1000000000", "BTC": "10000"}},
        },
        "limits": {
            "main": {
                "maxOrderQuantity": {name: "0.5" for name in names}, "maxOrderNotional": "50000",
                "maxPosition": {name: "1" for name in names}, "priceCollarBps": "200",
                "ordersPerSecond": 10000, "burst": 10000, "cancelReserve": 800, "maxDataAgeMillis": 5000,
            },
        },
        "components": components,
        "restart": {"intensity": 5, "windowSeconds": 60},
        "security": {"transport": "none"},
    }


def instrument(number):
    return {
        "number": number, "base": "BTC", "quote": "USDT", "tickSize": "0.01", "lotSize": "0.00001",
        "minQuantity": "0.00001", "minNotional": "5", "makerFeeBps": "1", "takerFeeBps": "5",
    }


def strategy(number, name):
    return {
        "name": f"maker-{number + 1}", "number": number + 1, "kind": "glft", "instrument": name,
        "parameters": {
            "gamma": 0.01, "k": 0.8, "a": 1.0, "lotQuantity": 0.01, "maxInventoryLots": 20, "levels": 1,
            "minHalfSpreadBps": 1.5, "requoteThresholdBps": 1.0, "quoteLifeMillis": 5000, "volatilityZ": 1.0,
        },
    }


def text(result):
    lines = [
        f"{result['instruments']} instruments, {result['orders']} orders, {result['ordersPerSecond']:.0f} a second, "
        + ("reconciled" if result["reconciled"] else "NOT reconciled")
        + (f"; full: {result['full']}" if result["full"] else "; nothing was full")
    ]
    for name, used in sorted(result["processes"].items()):
        lines.append(
            f"  {name:16} {used['cpuPercent']:6.1f} % of a core, {used['residentBytes'] / 2**20:7.1f} MB")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
