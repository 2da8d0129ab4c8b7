#!/usr/bin/env python3
"""Facts about the writer of mutants, on a toy source; and the list fits the sources.

test_mutants.py
"""

import argparse
import tempfile
import unittest
from pathlib import Path

import mutants

TOY = """struct Gate {
  func mayPass(_ count: Int) -> Bool { count < 3 }
  mutating func note(_ count: Int) {
    seen += count
    guard count > 0 else { return }
    last = count
  }
}
"""
TOY_LIST = """
= 1 Toy/Gate.swift
area: ToyTests
why: one too many passes
- count < 3
+ count <= 3

= 2 Toy/Gate.swift
area: ToyTests
why: nothing is noted
- seen += count
~

= 5 Toy/Gate.swift
area: ToyTests OtherTests
why: what is none is noted
- guard «count > 0» else { return }
-     last
+ count >= 0

"""


class WriterTests(unittest.TestCase):
    def mutations(self, text):
        return mutants.read_list(text)

    def test_each_mutation_stands_beside_its_original_behind_its_number(self):
        first, second, third = self.mutations(TOY_LIST)
        text = mutants.mutated(TOY, [first, second, third])
        self.assertEqual(
            text,
            """struct Gate {
  func mayPass(_ count: Int) -> Bool { (Mutant.active == 1 ? (count <= 3) : (count < 3)) }
  mutating func note(_ count: Int) {
    if Mutant.active != 2 { seen += count }
    guard (Mutant.active == 5 ? (count >= 0) : (count > 0)) else { return }
    last = count
  }
}
""",
        )
        self.assertEqual(third.areas, ["ToyTests", "OtherTests"])

    def test_a_statement_gives_way_to_another(self):
        (mutation,) = self.mutations("= 7 Toy/Gate.swift\narea: A\nwhy: w\n- seen += count\n~ seen -= count\n")
        self.assertIn(
            "    if Mutant.active == 7 { seen -= count } else { seen += count }\n",
            mutants.mutated(TOY, [mutation]),
        )

    def test_a_list_that_says_too_little_is_refused(self):
        for text in [
            "= 1 Toy/Gate.swift\narea: A\n- a\n+ b\n",
            "= 1 Toy/Gate.swift\narea: A\nwhy: w\n- a\n",
            "= 1 Toy/Gate.swift\narea: A\nwhy: w\n- a\n+\n",
            "= 0 Toy/Gate.swift\n",
            "= x Toy/Gate.swift\n",
            "= 1 A\narea: A\nwhy: w\n- a\n+ b\n= 1 A\narea: A\nwhy: w\n- a\n+ b\n",
            "- a\n",
            "= 1 A\nwhat: A\n",
        ]:
            with self.assertRaises(mutants.BadList, msg=text):
                mutants.read_list(text)

    def test_texts_that_overlap_are_refused(self):
        both = self.mutations(
            "= 1 A\narea: A\nwhy: w\n- seen += count\n+ 1\n= 2 A\narea: A\nwhy: w\n- += count\n+ 2\n"
        )
        with self.assertRaises(mutants.BadList):
            mutants.mutated(TOY, both)

    def test_a_line_that_is_there_no_more_or_twice_is_named(self):
        with tempfile.TemporaryDirectory(prefix="waggle-mutants-") as folder:
            file = Path(folder) / "Sources/Toy/Gate.swift"
            file.parent.mkdir(parents=True)
            file.write_text(TOY)
            texts = ["count < 3", "count", "count < 4"]
            listed = "".join(
                f"= {number} Toy/Gate.swift\narea: A\nwhy: w\n- {text}\n+ true\n"
                for number, text in enumerate(texts, 1)
            )
            wrong = mutants.stale(mutants.read_list(listed), Path(folder))
            self.assertEqual(len(wrong), 2)
            self.assertTrue(wrong[0].startswith("mutant 2 "), wrong)
            self.assertTrue(wrong[1].startswith("mutant 3 "), wrong)

    def test_a_copy_is_written_once_and_then_only_where_it_changes(self):
        with tempfile.TemporaryDirectory(prefix="waggle-mutants-") as folder:
            file = Path(folder) / "file"
            mutants.put_file(file, b"one", None)
            before = file.stat().st_mtime_ns
            mutants.put_file(file, b"one", None)
            self.assertEqual(file.stat().st_mtime_ns, before)
            mutants.put_file(file, b"two", None)
            self.assertEqual(file.read_bytes(), b"two")


class SeedTrialTests(unittest.TestCase):
    """A script stands for `waggle`: it has the words `seeds TOPOLOGY --seeds A..B …` and the mutant's number."""

    def trial(self, script, number, seeds=8):
        with tempfile.TemporaryDirectory(prefix="waggle-mutants-") as folder:
            program = Path(folder) / "waggle"
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
            words = argparse.Namespace(build=Path(folder), run=Path(folder), seeds=seeds)
            (mutation,) = mutants.read_list(f"= {number} A\narea: A\nwhy: w\n- a\n+ b\n")
            return mutants.SeedTrial(words).run(mutation)[0]

    def test_the_first_rule_that_breaks_is_told_with_its_seed_and_world(self):
        script = """case "$WAGGLE_MUTANT:$2" in
          7:*chaos*) echo "FAILED seed 3: halted at 40 ms: a quote leaves"; exit 1 ;;
          8:*) echo "FAILED worker 0: the program ends: signal 4"; exit 1 ;;
        esac"""
        self.assertEqual(self.trial(script, 7), "seed 3 of chaos: halted")
        self.assertEqual(self.trial(script, 8), "seed 1 of narrow: the program ends")
        self.assertIsNone(self.trial(script, 9))

    def test_a_campaign_that_only_left_a_rule_idle_finds_nothing(self):
        self.assertIsNone(self.trial('echo "rules that had nothing to judge"; exit 1', 7))

    def test_what_breaks_without_a_mutant_or_cannot_be_run_is_no_find(self):
        for script in ['echo "FAILED seed 3: halted at 40 ms: x"; exit 1', "exit 64"]:
            with self.assertRaises(mutants.BadList, msg=script):
                self.trial(script, 7)


class ListTests(unittest.TestCase):
    def test_every_mutation_fits_the_sources(self):
        mutations = mutants.read_list(mutants.LIST.read_text())
        self.assertEqual(mutants.stale(mutations, mutants.ROOT), [])
        by_file = {}
        for mutation in mutations:
            by_file.setdefault(mutation.file, []).append(mutation)
        for file, group in by_file.items():
            mutants.mutated((mutants.ROOT / "Sources" / file).read_text(), group)

    def test_areas_are_test_targets(self):
        for mutation in mutants.read_list(mutants.LIST.read_text()):
            for area in mutation.areas:
                self.assertTrue((mutants.ROOT / "Tests" / area).is_dir(), str(mutation))


if __name__ == "__main__":
    unittest.main()
