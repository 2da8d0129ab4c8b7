#!/usr/bin/env python3
"""Takes an account over to another host, and lets the stopped executor go on: at most one ever trades.

    takeover.py --binaries FOLDER [--seconds 120] [--seed S] [--port-base N] [--keep FOLDER] [--json FILE]

Called by scripts/takeover.sh, which builds the programs. The executor of topology/chaos.json5 is A. A second
one on its host must end at once; one on another host without its journal must place nothing; then A hangs
(SIGSTOP), B takes over with a copy of its journal, and A goes on (SIGCONT) so many --seconds after it was
stopped. Exit code 0 when A and B never traded at once and the books are right; 1 otherwise; 2 for wrong
usage; 69 without pyzmq. docs/CHAOS.md explains the steps.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
from pathlib import Path

from colony import Failure
from put_away import put_away


def main():
    words = arguments()
    try:
        import zmq  # noqa: F401
    except ImportError:
        say("pyzmq is missing: python3 -m pip install pyzmq, or let scripts/takeover.sh do it")
        return 69
    from takeover_drill import TakeoverDrill

    # SIGTERM cleans up as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    seed = words.seed if words.seed is not None else random.SystemRandom().randrange(1 << 31)
    again = f"scripts/takeover.sh --seconds {words.seconds:g} --seed {seed}"
    say(f"seed {seed}; the same again: {again}")
    folder = Path(tempfile.mkdtemp(prefix="waggle-takeover-"))
    is_good, is_wrong, drill = False, False, None
    try:
        drill = TakeoverDrill(words, seed, folder, say)
        result = drill.run()
        is_good, is_wrong = result["ok"], not result["ok"]
        print(text(result))
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except Exception as problem:
        is_wrong = True
        if not isinstance(problem, Failure):
            raise
        if drill:
            print(text(drill.result()))
        say(f"FAILED: {problem}")
    finally:
        if words.json and drill and (is_good or is_wrong):
            words.json.parent.mkdir(parents=True, exist_ok=True)
            words.json.write_text(json.dumps(drill.result(), indent=2) + "\n")
        put_away(folder, words.keep, is_wrong, say)
    if is_wrong:
        say(f"the same again: {again}")
    return 0 if is_good else 1


def arguments():
    parser = argparse.ArgumentParser(description="Takes an account over while its executor hangs.")
    parser.add_argument("--binaries", type=Path, required=True, help="where waggle and its sisters lie")
    parser.add_argument(
        "--seconds", type=float, default=120, help="for so long the first executor hangs; default: 120"
    )
    parser.add_argument("--seed", type=int, help="the market; default: another one each time")
    parser.add_argument("--port-base", type=int, help="first of the ports; default: free ones are looked for")
    parser.add_argument("--keep", type=Path, help="keeps journals, logs and exports there")
    parser.add_argument("--json", type=Path, help="writes all figures there")
    words = parser.parse_args()
    words.binaries = words.binaries.resolve()
    if not 1 <= words.seconds <= 86_400:
        parser.error("--seconds: 1 to 86400")
    return words


def say(words):
    print(f"takeover: {words}", file=sys.stderr, flush=True)


def text(result):
    """For people."""
    lines = []
    for step in result["steps"]:
        lines.append(f"{step['step']}. {step['name']}: {'holds' if step['ok'] else 'VIOLATED'}")
        for name, value in step["figures"].items():
            lines.append(f"     {name} {value}")
        lines += [f"     WRONG: {problem}" for problem in step["problems"]]
    if result["ok"]:
        lines.append("VERDICT: at most one executor traded")
    else:
        lines.append("VERDICT: failed")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
