#!/usr/bin/env python3
"""Facts about the arithmetic of the soak.

test_memory.py
"""

import unittest

import memory

ROLLUP = """55d0c0000000-7ffd00000000 ---p 00000000 00:00 0 [rollup]
Rss:               21000 kB
Shared_Clean:       9000 kB
Private_Clean:       512 kB
Private_Dirty:     10240 kB
Swap:                  0 kB
"""


class ReadingTests(unittest.TestCase):
    def test_private_memory_is_clean_and_dirty_together(self):
        self.assertEqual(memory.private_bytes(ROLLUP), (10752 * 1024, 10240 * 1024))

    def test_an_unknown_unit_is_refused(self):
        with self.assertRaises(ValueError):
            memory.private_bytes("Private_Dirty: 3 MB")


class SlopeTests(unittest.TestCase):
    def test_a_line_has_its_own_slope(self):
        points = [(10 * place, 5_000_000 + 300 * 10 * place) for place in range(30)]
        self.assertEqual(memory.theil_sen(points), 300)

    def test_a_megabyte_an_hour_is_told_as_one(self):
        points = [(10 * place, memory.MEGABYTE * 10 * place / 3600) for place in range(30)]
        self.assertAlmostEqual(memory.megabytes_per_hour(points), 1.0)

    def test_wild_samples_do_not_move_it(self):
        points = [(10 * place, 7_000_000) for place in range(100)]
        for place in (3, 40, 41, 99):
            points[place] = (10 * place, 90_000_000)
        self.assertEqual(memory.theil_sen(points), 0)

    def test_one_moment_has_no_slope(self):
        self.assertIsNone(memory.theil_sen([(1, 2)]))
        self.assertIsNone(memory.theil_sen([(1, 2), (1, 3)]))

    def test_what_shrinks_has_a_negative_one(self):
        self.assertEqual(memory.theil_sen([(0, 10), (1, 8), (2, 6)]), -2)


class JudgementTests(unittest.TestCase):
    def test_an_hour_counts_from_minute_ten_and_a_shorter_run_from_its_third(self):
        self.assertEqual(memory.settled_after(3600), 600)
        self.assertEqual(memory.settled_after(900), 300)

    def test_what_grows_before_that_does_not_count(self):
        samples = [(at, min(at, 600) * memory.MEGABYTE, 0) for at in range(0, 3600, 10)]
        found = memory.judge(samples, 3600, 1.0)
        self.assertTrue(found["holds"])
        self.assertEqual((found["samples"], found["firstMB"], found["lastMB"]), (300, 600, 600))

    def test_two_megabytes_an_hour_are_too_many(self):
        samples = [(at, at * 2 * memory.MEGABYTE / 3600, at) for at in range(0, 3600, 10)]
        found = memory.judge(samples, 3600, 1.0)
        self.assertAlmostEqual(found["slopeMBPerHour"], 2)
        self.assertFalse(found["holds"])

    def test_a_process_without_samples_does_not_hold(self):
        self.assertFalse(memory.judge([(10, 5, 5)], 3600, 1.0)["holds"])


class RateTests(unittest.TestCase):
    def test_four_times_the_orders_need_half_the_distance(self):
        self.assertEqual(memory.next_threshold(1.0, 100, 400), 0.5)

    def test_a_step_is_at_most_a_factor_of_two(self):
        self.assertEqual(memory.next_threshold(1.0, 0, 700), 0.5)
        self.assertEqual(memory.next_threshold(1.0, 70_000, 700), 2.0)


if __name__ == "__main__":
    unittest.main()
