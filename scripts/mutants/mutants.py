#!/usr/bin/env python3
"""Writes small faults into a copy of the sources, each behind a number, and sees whether the tests notice.

    mutants.py --list | --check-list | --write FOLDER | --run FOLDER --build FOLDER
               [--only N] [--jobs N] [--python PROGRAM] [--no-campaign | --seeds N] [--json FILE]

Called by scripts/mutants.sh. With --seeds not the tests are run but N seeds of `waggle seeds`, shared by its worlds.
The environment's WAGGLE_MUTANT names the one that is active in a process; without it none is. --check-list fails when a mutation's line is not in the sources any more, and names it.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutations.txt")
COPIED = ("Package.swift", "Plugins", "Sources", "Tests", "topology", "scripts", "docs", "README.md")
TEST_SECONDS = 600
"""A mutant that makes its tests hang is found as well."""
CAMPAIGN_SECONDS = 600
WORLDS = ("narrow", "chaos")
"""Those of `waggle seeds`, in topology/. In the first more happens in a seed."""
SWITCH = """#if canImport(Glibc)
  import Glibc
#endif

/// The mutation that is active in this process, by its number in scripts/mutants/mutations.txt; 0 for none.
enum Mutant {
  static let active: Int = getenv("WAGGLE_MUTANT").map { Int(String(cString: $0)) ?? 0 } ?? 0
}
"""


class BadList(Exception):
    """The list does not say what it must."""


class Mutation:
    """One fault: a text of a source file and what stands there instead."""

    def __init__(self, number, file, line):
        self.number, self.file, self.line = number, file, line
        self.areas, self.why, self.kind = [], "", None
        self.original, self.mutated = [], []

    def __str__(self):
        return f"mutant {self.number} ({self.file}, mutations.txt line {self.line})"

    @property
    def target(self):
        return self.file.partition("/")[0]

    @property
    def old(self):
        """What stands in the file."""
        return "".join(self.parts())

    def written(self):
        """What the copy has in the original's place: both, and the number decides."""
        before, old, after = self.parts()
        new = "\n".join(self.mutated).strip()
        if self.kind == "expression":
            chosen = f"(Mutant.active == {self.number} ? ({new}) : ({old}))"
        elif new:
            chosen = f"if Mutant.active == {self.number} {{ {new} }} else {{ {old} }}"
        else:
            chosen = f"if Mutant.active != {self.number} {{ {old} }}"
        return before + chosen + after

    def parts(self):
        """What is before, in and after the part to change."""
        text = "\n".join(self.original)
        if "«" not in text:
            return "", text, ""
        before, _, rest = text.partition("«")
        changed, _, after = rest.partition("»")
        return before, changed, after

    def check(self):
        if not self.areas or not self.why or not self.original or self.kind is None:
            raise BadList(f"{self}: area, why, - and + or ~ are needed")
        if self.kind == "expression" and not "".join(self.mutated).strip():
            raise BadList(f"{self}: + needs an expression")


def read_list(text):
    """The mutations of a list, in its order."""
    found, numbers = [], set()
    for place, line in enumerate(text.splitlines(), 1):
        head, _, rest = line.partition(" ")
        if not line.strip() or head.startswith("#"):
            continue
        if head == "=":
            number, _, file = rest.partition(" ")
            if not number.isdecimal() or int(number) in numbers or int(number) < 1 or not file:
                raise BadList(f"line {place}: a new number and a file belong behind '='")
            numbers.add(int(number))
            found.append(Mutation(int(number), file.strip(), place))
            continue
        if not found:
            raise BadList(f"line {place}: no mutation has begun")
        take(found[-1], head, line, place)
    for mutation in found:
        mutation.check()
    return found


def take(mutation, head, line, place):
    value = line.partition(" ")[2]
    if head == "area:":
        mutation.areas = value.split()
    elif head == "why:":
        mutation.why = value
    elif head == "-":
        mutation.original.append(line[2:])
    elif head in ("+", "~"):
        mutation.mutated.append(line[2:])
        mutation.kind = "expression" if head == "+" else "statement"
    else:
        raise BadList(f"line {place}: {line!r} is no part of a mutation")


def stale(mutations, root):
    """What is wrong with those whose text does not stand exactly once in its file."""
    wrong = []
    for mutation in mutations:
        file = root / "Sources" / mutation.file
        count = file.read_text().count(mutation.old) if file.is_file() else None
        if count != 1:
            what = "no such file" if count is None else f"found {count} times, not once"
            wrong.append(f"{mutation}: {what}: {mutation.original[0].strip()}")
    return wrong


def mutated(text, group):
    """A file with all its mutations. Their texts do not overlap."""
    spans = sorted((text.index(mutation.old), mutation.number, mutation) for mutation in group)
    for (first, _, one), (second, _, other) in zip(spans, spans[1:]):
        if first + len(one.old) > second:
            raise BadList(f"{one} and {other} are of the same text")
    for start, _, mutation in reversed(spans):
        text = text[:start] + mutation.written() + text[start + len(mutation.old) :]
    return text


def copy_sources(folder):
    """What belongs into a copy, by its path there; what does not is removed. Files that did not change keep
    their times, so that little is built anew."""
    wanted = {}
    for name in COPIED:
        source = ROOT / name
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        wanted.update({file.relative_to(ROOT): file for file in files if file.is_file()})
    for file in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if file.is_file() and file.relative_to(folder) not in wanted and file.name != "Mutant.swift":
            file.unlink()
    return wanted


def put(folder, mutations):
    """Writes a copy of the sources with all mutations in it."""
    for name, source in copy_sources(folder).items():
        put_file(folder / name, written_file(name, source, mutations), source)
    for target in sorted({mutation.target for mutation in mutations}):
        put_file(folder / "Sources" / target / "Mutant.swift", SWITCH.encode(), None)


def written_file(name, source, mutations):
    group = [one for one in mutations if name == Path("Sources") / one.file]
    data = source.read_bytes()
    return mutated(data.decode(), group).encode() if group else data


def put_file(target, data, source):
    if target.is_file() and target.read_bytes() == data:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    if source is not None:
        shutil.copymode(source, target)


class Trial:
    """The tests of a build, run with one mutant after the other."""

    def __init__(self, words):
        self.words = words
        # SwiftPM's own runner locks the build, so the bundle is run by itself.
        self.bundle = next(iter(sorted(words.build.glob("*PackageTests.xctest"))), None)
        if self.bundle is None:
            raise BadList(f"{words.build} holds no built tests")

    def run(self, mutation):
        """Who found it, or None, and the seconds it took."""
        begun = time.monotonic()
        for area in mutation.areas:
            if not self.passes(mutation.number, area):
                return area, time.monotonic() - begun
        if not self.words.no_campaign and not self.survives_campaign(mutation.number):
            return "campaign", time.monotonic() - begun
        return None, time.monotonic() - begun

    def passes(self, number, area):
        words = [str(self.bundle), "--testing-library", "swift-testing", "--filter", f"^{area}\\."]
        return self.ends_well(words, number, TEST_SECONDS)

    def survives_campaign(self, number):
        """Ten kills of a whole colony, judged by the checker; rules that so short a run never meets may be unmet."""
        chaos = self.words.run / "scripts/chaos"
        sys.path.insert(0, str(chaos))
        from exercises import RULES

        words = [self.words.python, str(chaos / "chaos.py"), "--binaries", str(self.words.build)]
        words += ["--kills", "10", "--seed", "1", "--no-panic"]
        for rule in RULES:
            words += ["--allow-unexercised", rule]
        return self.ends_well(words, number, CAMPAIGN_SECONDS)

    def ends_well(self, words, number, seconds):
        environment = {**os.environ, "WAGGLE_MUTANT": str(number)}
        process = subprocess.Popen(
            words,
            cwd=self.words.run,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            # What it started dies with it.
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            return False

    def check_original(self, mutations):
        """Without a mutant everything must pass: otherwise the tests find nothing."""
        for area in sorted({area for mutation in mutations for area in mutation.areas}):
            if not self.passes(0, area):
                raise BadList(f"without a mutant {area} fails: nothing can be tried with it")
        if not self.words.no_campaign and not self.survives_campaign(0):
            raise BadList("without a mutant the campaign fails: nothing can be tried with it")


class SeedTrial:
    """The simulator, run with one mutant after the other: the first rule that breaks ends it."""

    def __init__(self, words):
        self.words = words
        self.program = words.build / "waggle"
        if not self.program.is_file():
            raise BadList(f"{words.build} holds no waggle")
        self.sound = {}
        self.lock = threading.Lock()

    def run(self, mutation):
        """Which seed found it, or None, and the seconds it took."""
        begun = time.monotonic()
        share = self.words.seeds // len(WORLDS)
        for world in WORLDS:
            seed, what = self.first_failure(mutation.number, world, 1, share)
            if what is not None:
                self.check_original_at(seed, world)
                return f"seed {seed} of {world}: {what}", time.monotonic() - begun
        return None, time.monotonic() - begun

    def first_failure(self, number, world, first, last):
        """A seed and what broke there. The campaign itself fails a seed that hangs, or a program that dies."""
        topology = self.words.run / f"topology/{world}.json5"
        words = [str(self.program), "seeds", str(topology), "--seeds", f"{first}..{last}"]
        words += ["--minutes", "1", "--jobs", "1"]
        environment = {**os.environ, "WAGGLE_MUTANT": str(number)}
        with tempfile.TemporaryDirectory(prefix="waggle-mutants-") as folder:
            output = subprocess.run(words, cwd=folder, env=environment, capture_output=True)
        found = re.search(rb"^FAILED (?:seed (\d+)|worker \d+): ([^:\n]*)", output.stdout, re.MULTILINE)
        if found:
            return int(found[1] or first), found[2].decode(errors="replace").partition(" at ")[0]
        # A long campaign also fails when a rule had nothing to judge: no seed of it did.
        if output.returncode not in (0, 1):
            said = output.stderr.decode(errors="replace").strip()
            raise BadList(f"waggle seeds {world} ends with {output.returncode}: {said}")
        return None, None

    def check_original_at(self, seed, world):
        """Without a mutant the same seed must hold."""
        with self.lock:
            if (seed, world) not in self.sound:
                self.sound[seed, world] = self.first_failure(0, world, seed, seed)[1]
        if self.sound[seed, world] is not None:
            raise BadList(f"seed {seed} of {world} breaks {self.sound[seed, world]} without a mutant, too")

    def check_original(self, _):
        for world in WORLDS:
            self.check_original_at(1, world)


def run_all(words, mutations):
    trial = SeedTrial(words) if words.seeds else Trial(words)
    begun = time.monotonic()
    trial.check_original(mutations)
    results = []
    with concurrent.futures.ThreadPoolExecutor(words.jobs) as pool:
        for mutation, (finder, seconds) in zip(mutations, pool.map(trial.run, mutations)):
            results.append({"mutant": mutation.number, "foundBy": finder, "seconds": round(seconds, 1)})
            what = f"found by {finder}" if finder else f"SURVIVED: {mutation.why}"
            print(f"{mutation.number:3} {seconds:6.1f} s  {mutation.file}: {what}", flush=True)
    survivors = [mutation for mutation, result in zip(mutations, results) if result["foundBy"] is None]
    took = time.monotonic() - begun
    print(f"{len(mutations) - len(survivors)} of {len(mutations)} mutants found in {took:.0f} s")
    for mutation in survivors:
        print(f"survivor: {mutation}: {mutation.why}")
    if words.json:
        words.json.write_text(json.dumps({"seconds": round(took, 1), "mutants": results}, indent=2) + "\n")
    return 1 if survivors else 0


def main():
    parser = argparse.ArgumentParser(description="Tries whether the tests notice small faults.")
    parser.add_argument("--list", action="store_true", help="names them")
    parser.add_argument("--check-list", action="store_true", help="fails when one fits the sources no more")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="writes all of them into a copy there")
    parser.add_argument("--run", type=Path, metavar="FOLDER", help="tries them; the copy's folder")
    parser.add_argument("--build", type=Path, help="where the copy's programs and tests are")
    parser.add_argument("--only", type=int, action="append", metavar="N", help="this one only; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, help="so many at a time; default: 1")
    parser.add_argument("--python", default=sys.executable, help="one with pyzmq, for campaigns")
    parser.add_argument("--no-campaign", action="store_true", help="only the tests of the area")
    parser.add_argument("--seeds", type=int, metavar="N", help="so many seeds instead of the tests")
    parser.add_argument("--json", type=Path, help="writes the result there")
    words = parser.parse_args()
    if words.seeds is not None and words.seeds < len(WORLDS):
        parser.error(f"--seeds: one for each of {' and '.join(WORLDS)} at the least")
    try:
        mutations = read_list(LIST.read_text())
        if words.only:
            unknown = set(words.only) - {mutation.number for mutation in mutations}
            if unknown:
                parser.error(f"there is no mutant {min(unknown)}; see --list")
        chosen = [one for one in mutations if not words.only or one.number in words.only]
        if words.list:
            for mutation in mutations:
                print(f"{mutation.number:3} {mutation.file}: {mutation.why} ({', '.join(mutation.areas)})")
            return 0
        wrong = stale(mutations, ROOT)
        if wrong:
            print("\n".join(wrong), file=sys.stderr)
            return 1
        if words.write:
            put(words.write, mutations)
        if words.run:
            return run_all(words, chosen)
        return 0
    except BadList as problem:
        print(f"mutants: {problem}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
