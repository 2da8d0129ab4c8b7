"""What samples of memory say: how fast it grows, and from when on that counts."""

import itertools
import statistics

MEGABYTE = 1 << 20
SETTLED_SECONDS = 600
"""Until then caches and pools may fill."""


def private_bytes(rollup):
    """What only this process holds, from the text of /proc/PID/smaps_rollup: all, and what it has written, the
    rest being pages of its program."""
    found = {"Private_Clean": 0, "Private_Dirty": 0}
    for line in rollup.splitlines():
        name, _, rest = line.partition(":")
        if name in found:
            amount, unit = rest.split()
            if unit != "kB":
                raise ValueError(f"an amount in {unit}")
            found[name] = int(amount) * 1024
    return sum(found.values()), found["Private_Dirty"]


def settled_after(seconds):
    """From when on samples of a run of so many seconds count: minute ten, or a third of a shorter run."""
    return min(SETTLED_SECONDS, seconds / 3)


def theil_sen(points):
    """The median of the slopes between all pairs of points: a few wild samples do not move it. None for fewer
    than two moments."""
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in itertools.combinations(points, 2)
        if later[0] != earlier[0]
    ]
    return statistics.median(slopes) if slopes else None


def megabytes_per_hour(samples):
    """The slope of samples (seconds, bytes), in MB/h."""
    slope = theil_sen(samples)
    return None if slope is None else slope * 3600 / MEGABYTE


def judge(samples, seconds, bound):
    """What became of one process's memory, samples of (seconds, all bytes, written bytes): the first, the last and
    the most, the slope, that of the written part alone, and whether the slope stays below the bound. That of a
    process without samples does not."""
    after = settled_after(seconds)
    counted = [sample for sample in samples if sample[0] >= after]
    slope = megabytes_per_hour([sample[:2] for sample in counted])
    written = megabytes_per_hour([(sample[0], sample[2]) for sample in counted])
    return {
        "samples": len(counted),
        "firstMB": counted[0][1] / MEGABYTE if counted else None,
        "lastMB": counted[-1][1] / MEGABYTE if counted else None,
        "mostMB": max(sample[1] for sample in counted) / MEGABYTE if counted else None,
        "slopeMBPerHour": slope,
        "writtenSlopeMBPerHour": written,
        "holds": slope is not None and slope < bound,
    }


def next_threshold(threshold, found, wanted):
    """The distance at which quotes follow the market for the wanted rate: a random walk covers twice the
    distance in four times the time. Steps are at most a factor of two."""
    factor = (max(found, 1.0) / wanted) ** 0.5
    return threshold * min(2.0, max(0.5, factor))
