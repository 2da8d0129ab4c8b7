"""The streaming models of `waggle-models bench` in Python: compiled by numba update by update, and in NumPy/SciPy over
whole arrays where the model can be written that way. Same inputs (SplitMix64, seed 1) and same checksums.

Usage: models-bench.py SWIFT.csv. Prints nanoseconds per update beside Waggle's, and the ratios.
"""
import csv
import math
import sys
import time

import numpy as np
from numba import njit
from scipy import linalg, signal

COUNT = 1_000_000


@njit
def inputs(count):
    state = np.uint64(1)
    prices, nanos = np.empty(count), np.empty(count, np.int64)
    sizes, returns = np.empty(count), np.empty(count)
    price, now = 30000.0, np.int64(0)
    for i in range(count):
        unit = np.empty(3)
        for j in range(3):
            state = state + np.uint64(0x9E3779B97F4A7C15)
            z = state
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
            unit[j] = (z >> np.uint64(11)) * 2.0**-53
        step = (unit[0] - 0.5) * 2
        price += step
        now += 1 + np.int64(unit[1] * 20_000_000)
        prices[i], nanos[i], sizes[i], returns[i] = price, now, 1 + unit[2] * 9, step / 30000
    return prices, nanos, sizes, returns


@njit
def ewma_irregular(prices, nanos):
    w = w2 = s = q = 0.0
    last, at = prices[0], nanos[0]
    for i in range(1, len(prices)):
        if not prices[i] > 0 or nanos[i] < at:
            raise ValueError
        dt = nanos[i] - at
        if dt == 0:
            continue
        r = math.log(prices[i] / last)
        x = r * r / (dt * 1e-9)
        g = -math.expm1(-math.log(2) * dt / 30e9)
        d = 1 - g
        w, w2, s, q = d * w + g, d * d * w2 + g * g, d * s + g * x, d * q + g * x * x
        last, at = prices[i], nanos[i]
    return 1e4 * math.sqrt(s / w)


@njit
def ewma_regular(returns):
    v = returns[0] ** 2
    for i in range(1, len(returns)):
        v = 0.94 * v + 0.06 * returns[i] ** 2
    return v


def ewma_regular_scipy(returns):
    squares = returns**2
    return signal.lfilter([0.06], [1, -0.94], squares[1:], zi=[0.94 * squares[0]])[0][-1]


@njit
def variation(returns):
    n, rv, bv, tq, a, b = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    for r in returns:
        s = abs(r)
        rv += s * s
        if n >= 1:
            bv += s * a
        if n >= 2:
            p = s * a * b
            if p > 0:
                tq += p ** (4 / 3)
        b, a, n = a, s, n + 1
    return jump_statistic(rv, bv, tq, n)


@njit
def jump_statistic(rv, bv, tq, n):
    bv = math.pi / 2 * bv
    quarticity = n * tq / 0.8308609250295592**3
    scale = (math.pi**2 / 4 + math.pi - 5) / n * max(1.0, quarticity / bv**2)
    return (rv - bv) / rv / math.sqrt(scale)


def variation_numpy(returns):
    s = np.abs(returns)
    return jump_statistic(np.dot(s, s), np.dot(s[1:], s[:-1]), np.sum((s[2:] * s[1:-1] * s[:-2]) ** (4 / 3)), len(s))


@njit
def imbalance(sizes):
    total, factor = 0.0, math.exp(-0.5)
    for i in range(len(sizes) - 10):
        w, d, s = 1.0, 0.0, 0.0
        for level in range(5):
            b, a = sizes[i + level], sizes[i + 5 + level]
            if not (b >= 0 and a >= 0):
                raise ValueError
            d += w * (b - a)
            s += w * (b + a)
            w *= factor
        total += d / s
    return total


def imbalance_numpy(sizes):
    weights = np.exp(-0.5 * np.arange(5))
    windows = np.lib.stride_tricks.sliding_window_view(sizes, 5)
    bids, asks = windows[: len(sizes) - 10] @ weights, windows[5 : len(sizes) - 5] @ weights
    return np.sum((bids - asks) / (bids + asks))


@njit
def weighted_mid(prices, sizes):
    total = 0.0
    for i in range(1, len(prices)):
        if not (prices[i] > 0 and sizes[i] >= 0 and sizes[i - 1] >= 0):
            raise ValueError
        share = sizes[i] / (sizes[i] + sizes[i - 1])
        total += (prices[i] + 0.1) * share + prices[i] * (1 - share)
    return total


def weighted_mid_numpy(prices, sizes):
    share = sizes[1:] / (sizes[1:] + sizes[:-1])
    return np.sum((prices[1:] + 0.1) * share + prices[1:] * (1 - share))


@njit
def bucket(bid, ask):
    return min(int(bid / (bid + ask) * 10), 9)


@njit
def micro_count(prices, sizes):
    stay, move, go = np.zeros(400, np.int64), np.zeros(80, np.int64), np.zeros(400, np.int64)
    used, last, mid = 0, -1, 0
    for i in range(1, len(prices)):
        bid = int(prices[i])
        state, now = bucket(sizes[i], sizes[i - 1]), 2 * bid + 1
        if last >= 0:
            change = now - mid
            if abs(change) <= 2:
                used += 1
                for mirrored in range(2):
                    a = 9 - last if mirrored else last
                    b = 9 - state if mirrored else state
                    c = -change if mirrored else change
                    if c == 0:
                        stay[a * 20 + b] += 1
                    else:
                        go[a * 20 + b] += 1
                        move[a * 4 + c + 2 - (1 if c > 0 else 0)] += 1
        last, mid = state, now
    return used


@njit
def micro_lookup(sizes):
    table, total = np.arange(20.0), 0.0
    for i in range(1, len(sizes)):
        total += table[bucket(sizes[i], sizes[i - 1])]
    return total


def micro_lookup_numpy(sizes):
    share = sizes[1:] / (sizes[1:] + sizes[:-1])
    return np.arange(20.0)[np.minimum((share * 10).astype(int), 9)].sum()


@njit
def mark_out(prices, nanos):
    due, sign, at = np.zeros(1024, np.int64), np.zeros(1024), np.zeros(1024)
    head = pending = 0
    mean = weight = last = 0.0
    for i in range(len(prices)):
        if i % 8 == 0:
            if pending == 1024:
                head, pending = (head + 1) % 1024, pending - 1
            slot = (head + pending) % 1024
            due[slot], sign[slot], at[slot] = nanos[i] + 1_000_000_000, 1.0 if i % 16 == 0 else -1.0, prices[i]
            pending += 1
        while pending > 0 and due[head] <= nanos[i]:
            mid = prices[i] if due[head] == nanos[i] else last
            weight = 0.99 * weight + 0.01
            mean += 0.01 / weight * (-sign[head] * (mid - at[head]) - mean)
            head, pending = (head + 1) % 1024, pending - 1
        last = prices[i]
    return mean


@njit
def hawkes(nanos):
    state, last, total = 0.0, nanos[0], 0.0
    for now in nanos:
        if now < last:
            raise ValueError
        state = state * math.exp(-80 * 1e-9 * (now - last)) + 1
        last = now
        total += 20 + 40 * state * math.exp(-80 * 1e-9 * (now - last))
    return total


@njit
def hawkes_pair(nanos, sizes):
    buy, sell, last, total = 0.0, 0.0, nanos[0], 0.0
    for i in range(len(nanos)):
        decay = math.exp(-80 * 1e-9 * (nanos[i] - last))
        is_buy = sizes[i] > 5
        buy, sell = buy * decay + (1 if is_buy else 0), sell * decay + (0 if is_buy else 1)
        last = nanos[i]
        decay = math.exp(-80 * 1e-9 * (nanos[i] - last))
        total += 10 + 30 * buy * decay + 10 * sell * decay + 12 + 8 * buy * decay + 25 * sell * decay
    return total


@njit
def fill_intensity(nanos, sizes):
    deepest, start, depth = np.zeros(100, np.int64), nanos[0], -1.0
    for i in range(len(nanos)):
        steps = (nanos[i] - start) // 100_000_000
        if steps > 0:
            if depth >= 0:
                deepest[min(int(depth), 99)] += 1
            depth, start = -1.0, start + steps * 100_000_000
        depth = max(depth, sizes[i])
    return deepest[5:].sum()


@njit
def glft(sigma, q):
    a, k, gamma = 1.0, 0.5, 0.01
    base = math.log1p(gamma / k) / gamma
    s = sigma * math.sqrt(gamma / (2 * k * a) * math.exp((1 + k / gamma) * math.log1p(gamma / k)))
    return base + (2 * q + 1) / 2 * s, base - (2 * q - 1) / 2 * s


@njit
def glft_volatility(sizes):
    total = 0.0
    for i in range(len(sizes)):
        total += glft(sizes[i], (i & 7) - 4.0)[0]
    return total


def glft_volatility_numpy(sizes):
    a, k, gamma = 1.0, 0.5, 0.01
    q = (np.arange(len(sizes)) & 7) - 4.0
    s = sizes * np.sqrt(gamma / (2 * k * a) * np.exp((1 + k / gamma) * np.log1p(gamma / k)))
    return np.sum(np.log1p(gamma / k) / gamma + (2 * q + 1) / 2 * s)


@njit
def glft_inventory(sizes, base, s):
    total = 0.0
    for q in sizes:
        if not math.isfinite(q):
            raise ValueError
        total += (base + (2 * q + 1) / 2 * s) * (base - (2 * q - 1) / 2 * s)
    return total


def glft_inventory_numpy(sizes, base, s):
    return np.sum((base + (2 * sizes + 1) / 2 * s) * (base - (2 * sizes - 1) / 2 * s))


def glft_table():
    """ln of the stationary value function by scipy's tridiagonal solver."""
    a, k, gamma, sigma, limit = 1.0, 0.5, 0.01, 2.5, 30
    q = np.arange(-limit, limit + 1)
    eta = a * (1 + gamma / k) ** (-(1 + k / gamma))
    vectors = linalg.eigh_tridiagonal(k / 2 * gamma * sigma**2 * q**2, np.full(2 * limit, -eta), select="i",
                                      select_range=(0, 0))[1]
    return np.log(np.abs(vectors[:, 0]))


@njit
def glft_exact(sizes, logs, k, base):
    total = 0.0
    for size in sizes:
        i = int(size) - 5 + 30
        total += ((logs[i] - logs[i + 1]) / k + base) * ((logs[i] - logs[i - 1]) / k + base)
    return total


def glft_exact_numpy(sizes, logs, k, base):
    i = sizes.astype(int) + 25
    return np.sum(((logs[i] - logs[i + 1]) / k + base) * ((logs[i] - logs[i - 1]) / k + base))


@njit
def stoikov(sizes):
    total, gamma, sigma, k, left = 0.0, 0.1, 2.0, 1.5, 0.5
    for size in sizes:
        half = (gamma * sigma * sigma * left + 2 / gamma * math.log1p(gamma / k)) / 2
        shift = -(size - 5) * gamma * sigma * sigma * left
        total += (half - shift) * (half + shift)
    return total


def stoikov_numpy(sizes):
    gamma, sigma, k, left = 0.1, 2.0, 1.5, 0.5
    half = (gamma * sigma * sigma * left + 2 / gamma * np.log1p(gamma / k)) / 2
    shift = -(sizes - 5) * gamma * sigma * sigma * left
    return np.sum((half - shift) * (half + shift))


@njit
def entropy(returns):
    window, empty = 120, 2**31 - 1
    bins, squares = np.full(window, empty, np.int32), np.zeros(window)
    holding, logs = np.zeros(window + 1, np.int32), np.zeros(window + 1)
    for c in range(1, window + 1):
        logs[c] = c * math.log(c)
    nxt = count = 0
    total = 0.0
    for r in returns:
        z = r / 1.2e-5
        b = np.int32(min(max(math.floor(z / 1.5 + 0.5), -100000), 100000))
        if count == window:
            leaving = np.sum(bins == bins[nxt])
            holding[leaving] -= 1
            holding[leaving - 1] += 1
            count -= 1
            bins[nxt] = empty
        joining = np.sum(bins == b)
        holding[joining] -= 1
        holding[joining + 1] += 1
        bins[nxt], squares[nxt] = b, z * z
        nxt, count = (nxt + 1) % window, count + 1
        if count >= 60:
            s = t = 0.0
            for c in range(1, count + 1):
                s += holding[c] * logs[c]
            for i in range(count):
                t += squares[i]
            total += max(0.0, logs[count] / count - s / count) + t / count
    return total


def entropy_numpy(returns):
    """One window after the other, as a notebook would: binned, counted by unique, summed."""
    z = returns / 1.2e-5
    bins = np.floor(z / 1.5 + 0.5).astype(int)
    total = 0.0
    for end in range(60, len(returns) + 1):
        start = max(0, end - 120)
        p = np.unique(bins[start:end], return_counts=True)[1] / (end - start)
        total += -np.sum(p * np.log(p)) + np.mean(z[start:end] ** 2)
    return total


@njit
def drawdown(prices):
    units = prices[0]
    value = peak = session = day = 1.0
    total = 0.0
    for price in prices:
        value = price / units
        if not value > 0:
            raise ValueError
        peak, session, day = max(peak, value), max(session, value), max(day, value)
        total += (peak - value) / peak
    return total


def drawdown_numpy(prices):
    value = prices / prices[0]
    peak = np.maximum.accumulate(np.maximum(value, 1))
    return np.sum((peak - value) / peak)


@njit
def ewma_step(state, price, now):
    """The irregular EWMA with its state in an array: called once per update, as live code in Python must."""
    dt = now - state[1]
    if dt > 0:
        r = math.log(price / state[0])
        g = -math.expm1(-math.log(2) * dt / 30e9)
        d = 1 - g
        state[2] = d * state[2] + g
        state[3] = d * state[3] + g * r * r / (dt * 1e-9)
        state[0], state[1] = price, now


def one_call_per_update(prices, nanos):
    state = np.array([prices[0], nanos[0], 0.0, 0.0])
    pairs = list(zip(prices[1:100_001].tolist(), nanos[1:100_001].astype(float).tolist()))
    ewma_step(state, *pairs[0])
    begin = time.perf_counter_ns()
    for price, now in pairs[1:]:
        ewma_step(state, price, now)
    return (time.perf_counter_ns() - begin) / (len(pairs) - 1)


def measure(function, count, *arguments):
    if function is None:
        return None, None
    result = function(*arguments)
    best = math.inf
    for _ in range(15 if count > 0 and count == COUNT else 3):
        begin = time.perf_counter_ns()
        result = function(*arguments)
        best = min(best, time.perf_counter_ns() - begin)
    return best / count, float(result)


def main():
    swift = {row["model"]: row for row in csv.DictReader(open(sys.argv[1]))}
    prices, nanos, sizes, returns = inputs(COUNT)
    base, s = math.log1p(0.02) / 0.01, glft(2.5, 0.0)
    s = s[0] + s[1] - 2 * base
    logs, short = glft_table(), returns[: COUNT // 10]
    rows = [
        ("EWMA volatility; irregular time", ewma_irregular, None, (prices, nanos)),
        ("EWMA variance; regular time", ewma_regular, ewma_regular_scipy, (returns,)),
        ("realised and bipower variation", variation, variation_numpy, (returns,)),
        ("imbalance; 5 levels", imbalance, imbalance_numpy, (sizes,)),
        ("weighted mid", weighted_mid, weighted_mid_numpy, (prices, sizes)),
        ("micro-price; counting a quote", micro_count, None, (prices, sizes)),
        ("micro-price; adjustment of a quote", micro_lookup, micro_lookup_numpy, (sizes,)),
        ("mark-out", mark_out, None, (prices, nanos)),
        ("Hawkes; event and intensity", hawkes, None, (nanos,)),
        ("Hawkes; two sides; event and intensities", hawkes_pair, None, (nanos, sizes)),
        ("fill intensity; a trade's depth", fill_intensity, None, (nanos, sizes)),
        ("GLFT; closed form from new volatility", glft_volatility, glft_volatility_numpy, (sizes,)),
        ("GLFT; quotes at new inventory", glft_inventory, glft_inventory_numpy, (sizes, base, s)),
        ("GLFT; exact quotes from the table", glft_exact, glft_exact_numpy, (sizes, logs, 0.5, base)),
        ("Avellaneda-Stoikov; quotes", stoikov, stoikov_numpy, (sizes,)),
        ("return entropy and temperature; W = 120", entropy, entropy_numpy, (short,)),
        ("unitised value and drawdown", drawdown, drawdown_numpy, (prices,)),
    ]
    print("nanoseconds per update; the ratio is the other's time over Waggle's (above 1: Waggle is faster)\n")
    print(f"{'model':42s} {'Waggle':>8s} {'numba':>8s} {'ratio':>6s} {'NumPy/SciPy':>12s} {'ratio':>7s}")
    wrong = 0
    for name, compiled, arrays, arguments in rows:
        count = len(arguments[0])
        own, checksum = float(swift[name]["ns per update"]), float(swift[name]["checksum"])
        numba_time, numba_sum = measure(compiled, count, *arguments)
        numpy_time, numpy_sum = measure(arrays, count if arrays is not entropy_numpy else -count, *arguments)
        numpy_time = abs(numpy_time) if numpy_time else None
        for other in (numba_sum, numpy_sum):
            if other is not None and abs(other - checksum) > 1e-6 * abs(checksum):
                wrong += 1
                print(f"   checksum of {name} differs: {checksum} and {other}")
        batch = f"{numpy_time:12.2f} {numpy_time / own:7.1f}" if numpy_time else f"{'-':>12s} {'-':>7s}"
        print(f"{name:42s} {own:8.2f} {numba_time:8.2f} {numba_time / own:6.1f} {batch}")
    own = float(swift["EWMA volatility; irregular time"]["ns per update"])
    live = one_call_per_update(prices, nanos)
    print("\nnumba runs whole arrays in one compiled loop above, where the compiler hoists and vectorises across updates.")
    print(f"Called from Python once per update, as with live data, its EWMA volatility takes {live:.0f} ns: "
          f"{live / own:.0f} times Waggle's.")
    print("- : each update depends on the one before; the model has no form over whole arrays")
    sys.exit(1 if wrong else 0)


main()
