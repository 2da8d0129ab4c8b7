"""Independent implementations of the estimators, run on the inputs that `waggle-models study` wrote.

Usage: models-reference.py FOLDER. Reads input-*.csv and results.csv there, prints for every number what Waggle and
what the reference found, and fails when they differ by more than the tolerance of that number.
"""
import csv
import sys

import numpy as np
from arch.univariate import EWMAVariance
from scipy import optimize, stats

folder = sys.argv[1]
found = {name: float(value) for name, value in csv.reader(open(folder + "/results.csv"))}
checked, failures = [], 0


def compare(name, reference, tolerance, source):
    """`tolerance` is relative; a fit is compared as loosely as its likelihood is flat."""
    global failures
    error = abs(found[name] - reference) / max(abs(reference), 1e-300)
    verdict = "" if error <= tolerance else "   DIFFERS"
    failures += bool(verdict)
    checked.append(name)
    print(f"{name:32s} {found[name]:16.9g} {reference:16.9g} {error:9.1e}  {source}{verdict}")


def volatility():
    quotes = np.loadtxt(folder + "/input-quotes.csv", delimiter=",")
    seconds, mid = (quotes[:, 0] - quotes[0, 0]) / 1e3, (quotes[:, 1] + quotes[:, 2]) / 2
    kept = [0]
    for index in range(1, len(seconds)):
        if seconds[index] - seconds[kept[-1]] >= 0.25 - 1e-9:
            kept.append(index)
    gaps, squares = np.diff(seconds[kept]), np.diff(np.log(mid[kept])) ** 2
    # Weights in closed form instead of a recursion: (1 - decay of the own gap) * decay since.
    age = seconds[kept][-1] - seconds[kept][1:]
    weights = (1 - 0.5 ** (gaps / 30)) * 0.5 ** (age / 30)
    ewma = np.average(squares / gaps, weights=weights)
    compare("volatility, EWMA 30 s, at the end", 1e4 * np.sqrt(ewma), 1e-9, "numpy, explicit weights")

    o, h, l, c = np.loadtxt(folder + "/input-bars.csv", delimiter=",").T
    scale = lambda variance, width: 1e4 * np.sqrt(variance / width)
    u, d, body = np.log(h / o), np.log(l / o), np.log(c / o)
    compare("volatility, close to close", scale(np.mean(np.diff(np.log(c)) ** 2), 5), 1e-10, "numpy")
    compare("volatility, Parkinson", scale(np.mean((u - d) ** 2) / (4 * np.log(2)), 5), 1e-10, "numpy")
    compare("volatility, Garman-Klass",
            scale(np.mean((u - d) ** 2 / 2 - (2 * np.log(2) - 1) * body**2), 5), 1e-10, "numpy")
    satchell = u * (u - body) + d * (d - body)
    compare("volatility, Rogers-Satchell", scale(np.mean(satchell), 5), 1e-10, "numpy")
    night, n = np.log(o[1:] / c[:-1]), len(o) - 1
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    zhang = np.var(night, ddof=1) + k * np.var(body[1:], ddof=1) + (1 - k) * np.mean(satchell[1:])
    compare("volatility, Yang-Zhang", scale(zhang, 5), 1e-10, "numpy")

    r = np.loadtxt(folder + "/input-returns.csv")
    realised = np.sum(r**2)
    bipower = np.pi / 2 * np.sum(np.abs(r[1:] * r[:-1]))
    corrected = bipower * len(r) / (len(r) - 1)
    compare("volatility, realised, 1 s", scale(realised / len(r), 1), 1e-9, "numpy")
    compare("volatility, bipower, 1 s", scale(corrected / len(r), 1), 1e-9, "numpy")
    moment = stats.norm.expect(lambda z: np.abs(z) ** (4 / 3))
    quarticity = len(r) * moment**-3 * np.sum(np.abs(r[2:] * r[1:-1] * r[:-2]) ** (4 / 3))
    ratio = (realised - bipower) / realised
    z = ratio / np.sqrt((np.pi**2 / 4 + np.pi - 5) / len(r) * max(1, quarticity / bipower**2))
    compare("jump statistic", z, 1e-7, "numpy, scipy moment")
    compare("jump share", (realised - corrected) / realised, 1e-9, "numpy")


def regular_ewma():
    """The regular EWMA on the vector of the tests, by arch's own volatility process."""
    close = np.array([101, 100.4, 102, 101.3, 103.1, 103.6])
    r = 1e4 * np.diff(np.log(close))
    variance, bounds = np.zeros(len(r) + 1), np.tile([0.0, 1e12], (len(r) + 1, 1))
    # arch's variance at t is the forecast made at t - 1: one return more gives the estimate after the last.
    EWMAVariance(0.94).compute_variance(np.empty(0), np.append(r, 0.0), variance, r[0] ** 2, bounds)
    found["EWMA 0.94 of the test vector"] = 78.479286
    compare("EWMA 0.94 of the test vector", np.sqrt(variance[-1]), 1e-8, "arch EWMAVariance")


def excitement(times, marks, decay, at):
    """R(t-) of one mark at the times `at`, by the recursion over the merged events."""
    events = sorted([(t, 0) for t in at] + [(t, 1) for t in times[marks]], key=lambda e: (e[0], e[1]))
    out, state, last = [], 0.0, 0.0
    for time, kind in events:
        state *= np.exp(-decay * (time - last))
        if kind:
            state += 1
        else:
            out.append(state)
        last = time
    return np.array(out)


def hawkes():
    orders = np.loadtxt(folder + "/input-orders.csv", delimiter=",")
    buys, sells = np.sort(orders[orders[:, 1] > 0, 0]), np.sort(orders[orders[:, 1] < 0, 0])
    times = np.unique(np.concatenate((buys, sells)))
    until = times[-1]
    everything = np.ones(len(times), bool)

    def one(p):
        mu, alpha, beta = np.exp(p)
        rate = mu + alpha * excitement(times, everything, beta, times)
        return -(np.log(rate).sum() - mu * until - alpha / beta * np.sum(-np.expm1(-beta * (until - times))))

    best = optimize.minimize(one, np.log([10, 10, 30]), method="Nelder-Mead",
                             options=dict(xatol=1e-9, fatol=1e-9, maxiter=4000))
    mu, alpha, beta = np.exp(best.x)
    compare("hawkes log-likelihood", -best.fun, 1e-9, "scipy Nelder-Mead")
    compare("hawkes base rate", mu, 1e-4, "scipy Nelder-Mead")
    compare("hawkes branching ratio", alpha / beta, 1e-4, "scipy Nelder-Mead")
    compare("hawkes decay", beta, 1e-4, "scipy Nelder-Mead")
    state = excitement(times, everything, beta, times)
    mass = np.concatenate(([0], np.diff(times))) * mu
    before = np.concatenate(([0], state[:-1] + 1))
    mass += alpha / beta * before * -np.expm1(-beta * np.diff(np.concatenate(([0], times))))
    mass[0] = mu * times[0]
    compare("hawkes KS distance", stats.kstest(mass, "expon").statistic, 1e-4, "scipy kstest")
    rate = len(times) / until
    gaps = np.diff(np.concatenate(([0], times))) * rate
    compare("poisson KS distance", stats.kstest(gaps, "expon").statistic, 1e-9, "scipy kstest")

    def side(own, beta):
        """The best likelihood of one side at a decay, by scipy's bounded quasi-Newton method."""
        # At one instant a buy comes before a sell, as in the order of the events.
        x = np.column_stack([np.ones(len(own)), at_side(buys, own, beta, own is sells),
                             at_side(sells, own, beta, False)])
        cost = np.array([until] + [np.sum(-np.expm1(-beta * (until - t))) / beta for t in (buys, sells)])
        f = lambda p: -(np.log(x @ p).sum() - cost @ p)
        g = lambda p: -((x / (x @ p)[:, None]).sum(0) - cost)
        start = len(own) / 3 / cost
        return -optimize.minimize(f, start, jac=g, method="L-BFGS-B", bounds=[(1e-9, None), (0, None), (0, None)],
                                  options=dict(maxiter=2000, ftol=1e-15, gtol=1e-8)).fun

    def at_side(source, own, beta, inclusive):
        events = sorted([(t, 1 if inclusive else 0, 0) for t in own]
                        + [(t, 0 if inclusive else 1, 1) for t in source])
        out, state, last = [], 0.0, 0.0
        for time, _, is_source in events:
            state *= np.exp(-beta * (time - last))
            if is_source:
                state += 1
            else:
                out.append(state)
            last = time
        return np.array(out)

    scan = optimize.minimize_scalar(lambda b: -(side(buys, np.exp(b)) + side(sells, np.exp(b))),
                                    bracket=(np.log(20), np.log(60), np.log(200)), tol=1e-6)
    compare("bivariate log-likelihood", -scan.fun, 1e-8, "scipy L-BFGS-B + Brent")
    compare("bivariate decay", np.exp(scan.x), 1e-3, "scipy L-BFGS-B + Brent")


def fill_intensity():
    step, width, bins = 0.5, 5.0, 120
    mid, start, deepest = None, {}, {1: {}, -1: {}}
    end = 0
    rows = [line.strip().split(",") for line in open(folder + "/input-events.csv")]
    for millis, kind, value, sign in rows:
        end = int(millis) / 1e3
        if kind == "q":
            mid = int(value) / 2
        elif mid is not None:
            sign = int(sign)
            start.setdefault(sign, end)
            slot = int((end - start[sign]) / step + 1e-9)
            depth = sign * (int(value) - mid)
            deepest[sign][slot] = max(deepest[sign].get(slot, -1), depth)
    for sign, name in ((1, "asks, lifted by buys"), (-1, "bids, hit by sells")):
        steps = int((end - start[sign]) / step + 1e-9)
        depths = np.array([d for slot, d in deepest[sign].items() if slot < steps])
        edges = np.arange(1, 31) * width
        counts = np.array([(depths >= edge).sum() for edge in edges])
        use = (counts >= 5) & (counts < steps)
        rate = -np.log(1 - counts[use] / steps) / step
        # polyfit weights residuals, not squares: hence the root of the counts.
        slope, intercept = np.polyfit(edges[use], np.log(rate), 1, w=np.sqrt(counts[use]))
        compare("A, " + name, np.exp(intercept), 1e-9, "numpy polyfit")
        compare("k, " + name, -slope, 1e-9, "numpy polyfit")


def micro_price():
    quotes = np.loadtxt(folder + "/input-quotes.csv", delimiter=",")
    mid = quotes[:, 1] + quotes[:, 2]
    spread = quotes[:, 2] - quotes[:, 1]
    share = quotes[:, 3] / (quotes[:, 3] + quotes[:, 4])
    bucket = np.minimum((share * 10).astype(int), 9)
    state = np.where((spread >= 1) & (spread <= 2), (spread - 1) * 10 + bucket, -1).astype(int)
    a, b, move = state[:-1], state[1:], np.diff(mid)
    good = (a >= 0) & (b >= 0) & (np.abs(move) <= 100)
    a, b, move = a[good], b[good], move[good]
    mirror = lambda s: (s // 10) * 10 + 9 - s % 10
    a, b, move = np.concatenate((a, mirror(a))), np.concatenate((b, mirror(b))), np.concatenate((move, -move))
    n = 20
    q, r2, first, seen = np.zeros((n, n)), np.zeros((n, n)), np.zeros(n), np.zeros(n)
    np.add.at(q, (a[move == 0], b[move == 0]), 1)
    np.add.at(r2, (a[move != 0], b[move != 0]), 1)
    np.add.at(first, a, move / 2)
    np.add.at(seen, a, 1)
    live = seen > 0
    q, r2, first = (q / seen[:, None])[live][:, live], (r2 / seen[:, None])[live][:, live], (first / seen)[live]
    g1 = np.linalg.solve(np.eye(live.sum()) - q, first)
    step = np.linalg.solve(np.eye(live.sum()) - q, r2)
    g = sum(np.linalg.matrix_power(step, i) @ g1 for i in range(6))
    index = np.flatnonzero(live)
    for i in range(10):
        compare(f"micro-price at {(i + 0.5) / 10:.2f}", g[np.flatnonzero(index == i)[0]], 1e-8, "numpy")


print(f"{'number':32s} {'Waggle':>16s} {'reference':>16s} {'rel.error':>9s}  reference by")
volatility()
regular_ewma()
hawkes()
fill_intensity()
micro_price()
print(f"{len(checked)} numbers compared, {failures} differ")
sys.exit(1 if failures else 0)
