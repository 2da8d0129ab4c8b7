#!/usr/bin/env python3
"""Facts about the checker: it passes what is right, and finds everything that is not.

test_checker.py                       WAGGLE_SEED=77 repeats a run; failures print their seed
"""

import json
import os
import random
import re
import tempfile
import unittest
from pathlib import Path

import mutate
from checker import Checker, check_files
from executor_log import Intent
from figures import summary
from journal_rows import BadRow, Row, execution_text, fixed, halt_scope, order_id, order_text, quantile, shown
from rules import Rules
from story import Story

SEED = int(os.environ.get("WAGGLE_SEED") or random.SystemRandom().randrange(1 << 32))


class NumberTests(unittest.TestCase):
    def test_an_order_id_reads_as_the_executor_writes_it(self):
        self.assertEqual(order_id("W00000000000000000000001"), (0, 0, 1))
        self.assertEqual(
            order_id(order_text(65535, 4294967295, (1 << 64) - 1)), (65535, 4294967295, (1 << 64) - 1)
        )
        self.assertEqual(order_id(order_text(1, 2, 3)), (1, 2, 3))

    def test_other_texts_are_nobody_s_ids(self):
        for text in [
            "",
            "W",
            "X00000000000000000000001",
            "W0000000000000000000000I",
            "W40000000000000000000000",
        ]:
            self.assertIsNone(order_id(text), text)

    def test_amounts_are_exact(self):
        self.assertEqual(fixed("60000.123456789", 9), 60000123456789)
        self.assertEqual(fixed("-0.00000001", 8), -1)
        self.assertEqual(shown(-1, 8), "-0.00000001")
        for text in ["1.1234567891", "1e3", "", "1.2.3", "0x1"]:
            with self.assertRaises(ValueError, msg=text):
                fixed(text, 9)

    def test_executions_are_one_text_whatever_their_writing(self):
        self.assertEqual(execution_text("1:00ff"), execution_text("1:ff"))
        with self.assertRaises(ValueError):
            execution_text("x:y")

    def test_scopes_of_halts_are_read_with_their_numbers(self):
        row = lambda **fields: Row(
            "executor", {"seq": 1, "epoch": 1, "atNanos": 1, "fact": "haltLatched", **fields}
        )
        self.assertEqual(halt_scope(row(scope="firm")), ("firm",))
        self.assertEqual(halt_scope(row(scope="strategy", strategy=3)), ("strategy", 3))
        for fields in [{"scope": "everything"}, {"scope": "instrument"}, {}]:
            with self.assertRaises(BadRow, msg=fields):
                halt_scope(row(**fields))

    def test_quantiles_are_nearest_ranks(self):
        self.assertEqual(quantile([3, 1, 2], 0.5), 2)
        self.assertEqual(quantile(list(range(1, 101)), 0.99), 99)
        self.assertIsNone(quantile([], 0.5))


class CheckerTests(unittest.TestCase):
    def setUp(self):
        self.story = Story(SEED).whole()
        self.logs = mutate.Logs(self.story.rows)

    def test_a_consistent_session_passes_and_everything_is_checked(self):
        result = check_files(self.story.lines, self.story.record)
        self.assertEqual(result["violationCount"], 0, f"seed {SEED}\n{summary(result)}")
        self.assertEqual(result["unchecked"], {}, f"seed {SEED}")
        self.assertEqual(result["unexercised"], [], f"seed {SEED}")
        self.assertGreater(result["checked"]["protections"], 0)
        # The stop of each is accepted within some milliseconds of the first fill.
        self.assertGreater(result["exposedMillis"]["count"], 0)
        self.assertLess(result["exposedMillis"]["max"], 20)
        self.assertEqual(result["notes"]["orders on their way when a newer executor began"], 3)

    def test_every_falsification_is_found(self):
        for name in mutate.MUTATIONS:
            with self.subTest(name, seed=SEED):
                is_found, text = mutate.verdict(name, self.logs, self.story.record)
                self.assertTrue(is_found, text)

    def test_the_documentation_counts_the_falsifications(self):
        text = (Path(__file__).resolve().parents[2] / "docs/CHAOS.md").read_text()
        told = re.search(r"falsifies exports in (\d+) ways", text)
        self.assertEqual(told and int(told[1]), len(mutate.MUTATIONS))

    def test_increments_are_judged_as_the_whole(self):
        """Executor first, venue second, in slices, with a check after each: nothing is judged too early."""
        rng = random.Random(SEED)
        lines, record = self.story.lines, self.story.record
        checker = Checker(Rules(record["rules"]))
        fed = dict.fromkeys(lines, 0)
        times = {name: [row["atNanos"] for row in rows] for name, rows in self.story.rows.items()}
        end = max(max(at) for at in times.values())
        now = min(min(at) for at in times.values())
        while now < end:
            now += rng.randrange(3_000_000_000)
            for name in lines:
                # Those read later have been read further.
                now += rng.randrange(200_000_000)
                while fed[name] < len(lines[name]) and times[name][fed[name]] <= now:
                    checker.feed(name, lines[name][fed[name]])
                    fed[name] += 1
            checker.check(now)
            self.assertEqual(checker.findings.violations, [], f"seed {SEED}")
        # Those read first were read before the end.
        for name in lines:
            for line in lines[name][fed[name] :]:
                checker.feed(name, line)
        self.assertEqual(checker.finish()["violations"], [], f"seed {SEED}")

    def test_rows_that_come_again_are_passed_over(self):
        checker = Checker(Rules(self.story.record["rules"]))
        for name, lines in self.story.lines.items():
            for line in lines + lines[-3:]:
                checker.feed(name, line)
        self.assertEqual(checker.finish()["violationCount"], 0, f"seed {SEED}")

    def test_nonsense_is_a_violation_and_no_crash(self):
        rng = random.Random(SEED)
        checker = Checker(Rules(self.story.record["rules"]))
        for name, lines in self.story.lines.items():
            for line in lines:
                at = rng.randrange(len(line))
                checker.feed(
                    name,
                    line if rng.randrange(20) else line[:at] + rng.choice('"{}[],:0x\\') + line[at + 1 :],
                )
        self.assertGreater(checker.finish()["byInvariant"]["I0"], 0, f"seed {SEED}")

    def test_stop_and_target_of_an_intent_count_once(self):
        record = {"rules": {**self.story.record["rules"], "maxPosition": {"3": "0.05"}}}
        story = Story(SEED)
        story.begin()
        # Two lots long and two legs of two lots: short by none, or by two if the legs counted twice.
        story.intent(None)
        self.assertEqual(check_files(story.lines, record)["byInvariant"]["I6"], 0)
        record["rules"]["maxPosition"]["3"] = "0.0199"
        self.assertEqual(check_files(story.lines, record)["byInvariant"]["I6"], 1)

    def test_an_entry_first_closes_the_dust_of_an_earlier_intent_as_far_as_it_is_there(self):
        def log(position, quoted=()):
            log = Checker().executor
            dust = log.intents["dust"] = Intent()
            dust.id, dust.instrument, dust.side, dust.is_protected_no_more = "dust", 3, 1, True
            dust.entry_filled, dust.exit_filled, dust.netted = 13, 0, 0
            log.dust, log.quoted, log.positions = {3: [dust]}, set(quoted), {3: position - 100}
            return log

        sold = Intent()
        sold.instrument, sold.side = 3, -1
        first = log(13)
        self.assertEqual(first._net(sold, 100), 13)
        self.assertEqual(first._net(sold, 100), 0)
        # An exit had taken it along; a quoting strategy has what is nobody's.
        self.assertEqual(log(0)._net(sold, 100), 0)
        self.assertEqual(log(13, quoted=[3])._net(sold, 100), 0)

    def test_an_exit_may_take_along_what_an_earlier_intent_left_to_nobody_and_no_more(self):
        for exit in ("stopLoss", "takeProfit", None):
            for beyond, found in ((0, 0), (10_000, 0), (10_001, 2)):
                story = Story(SEED)
                story.begin()
                story.leave_dust(10_000)
                story.intent(exit, beyond=beyond)
                story.pass_time(100_000)
                story.confirm()
                result = check_files(story.lines, story.record)
                text = f"{exit} with {beyond}, seed {SEED}\n{summary(result)}"
                self.assertEqual(result["byInvariant"]["I11"], found, text)
                self.assertEqual(result["violationCount"] > 0, found > 0, text)

    def test_a_panic_explains_bare_positions_until_it_is_released(self):
        story = Story(SEED)
        story.begin()
        legs = story.intent(None)
        story.pass_time(100_000)
        story.panic(legs, 300)
        story.pass_time(20_000)
        story.confirm()
        by = lambda rows: check_files(mutate.Logs(rows).lines(), story.record)["byInvariant"]
        self.assertEqual(by(story.rows)["I13"], 0, f"seed {SEED}")
        without = lambda name, fact: {
            **story.rows,
            name: [row for row in story.rows[name] if row["fact"] != fact],
        }
        # Nobody's decision, and one that a person has taken back long ago.
        self.assertEqual(by(without("executor", "commandSeen"))["I13"], 1, f"seed {SEED}")
        self.assertEqual(by(without("executor", "panicLatched"))["I13"], 1, f"seed {SEED}")
        rows = without("executor", "")
        place = next(at for at, row in enumerate(rows["executor"]) if row["fact"] == "haltReleased")
        latched = next(row for row in rows["executor"] if row["fact"] == "panicLatched")
        released = {**rows["executor"].pop(place), "atNanos": latched["atNanos"]}
        rows["executor"].insert(rows["executor"].index(latched) + 2, released)
        self.assertEqual(by(rows)["I13"], 1, f"seed {SEED}")

    def test_nothing_is_placed_in_a_panic(self):
        story = Story(SEED)
        story.begin()
        legs = story.panic(story.intent(None), 1)
        released = next(row for row in story.rows["executor"] if row["fact"] == "haltReleased")
        story.rows["executor"].remove(released)
        result = check_files(mutate.Logs(story.rows).lines(), story.record)
        self.assertEqual(result["byInvariant"]["I10"], len(legs), summary(result))

    def test_a_late_fill_of_a_cancelled_order_is_told_and_booked(self):
        story = Story(SEED)
        story.begin()
        order = story.create(1, "buy", 10**12, 10**6)
        fill = story.trade(order, 10**5)
        story.end_at_venue(order)
        story.note(
            "executor",
            "orderEnded",
            order=order["order"],
            cause="canceled",
            reason="none",
            cumQuantity="0",
            eventNanos=story.now,
        )
        story.book(fill)
        result = check_files(story.lines, story.record)
        self.assertEqual(result["violationCount"], 0, summary(result))
        self.assertEqual(result["notes"]["fills of orders that had ended"], 1)


class CommandTests(unittest.TestCase):
    def test_the_self_test_works_on_files(self):
        story = Story(SEED).whole()
        with tempfile.TemporaryDirectory(prefix="waggle-checker-") as folder:

            for name, lines in story.lines.items():
                (Path(folder) / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
            (Path(folder) / "record.json").write_text(json.dumps(story.record))
            said = []
            failures = mutate.self_test(mutate.Logs.read(Path(folder)), story.record, True, said.append)
            self.assertEqual(failures, 0, "\n".join(said))


if __name__ == "__main__":
    print(f"seed {SEED}")
    unittest.main()
