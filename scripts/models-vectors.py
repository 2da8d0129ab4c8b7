"""Independent values (numpy, scipy) of what `waggle-models vectors` prints, with the relative error of each family.

Usage: models-vectors.py VECTORS.csv. Fails when a value differs by more than 1e-9 (1e-6 where an iteration of the
reference itself is no better).
"""
import csv
import itertools
import math
import sys

import numpy as np
from scipy import linalg, optimize, stats

found = {name: float(value) for name, value in csv.reader(open(sys.argv[1]))}
errors, seen = {}, set()


def check(family, name, reference):
    seen.add(name)
    error = abs(found[name] - reference) / max(abs(reference), 1e-300)
    errors.setdefault(family, []).append((error, name))


def ladder_quotes(family, name, v, k, base, lots, limit):
    i = lots + limit
    check(family, name + " bid", math.log(v[i] / v[i + 1]) / k + base)
    check(family, name + " ask", math.log(v[i] / v[i - 1]) / k + base)


# Avellaneda-Stoikov
for q in (-3, 0, 5):
    reservation, spread = -q * 0.1 * 4 * 0.5, 0.1 * 4 * 0.5 + 20 * math.log(1 + 0.1 / 1.5)
    check("Avellaneda-Stoikov", f"Avellaneda-Stoikov, q {q} bid", spread / 2 - reservation)
    check("Avellaneda-Stoikov", f"Avellaneda-Stoikov, q {q} ask", reservation + spread / 2)

# GLFT: the tails of the eigenvector need more digits than a double's normalised vector has, hence long double.
for sigma, a in ((0.3, 0.9), (1.0, 0.2)):
    k, g, mu, xi, limit = 0.3, 0.01, 0.001, 0.5, 30
    base = math.log(1 + g / k) / g + xi / 2
    s = math.exp(k * xi / 4) * math.sqrt(sigma**2 * g / (2 * k * a) * (1 + g / k) ** (1 + k / g))
    q = np.arange(-limit, limit + 1.0)
    eta = a * (1 + g / k) ** -(1 + k / g) * math.exp(-k * xi / 2)
    diagonal = k / 2 * g * sigma**2 * q**2 - k * mu * q
    matrix = np.diag(diagonal) - eta * (np.eye(61, k=1) + np.eye(61, k=-1))
    # Squaring the shifted, non-negative propagator converges to the ground state without cancellation.
    power = linalg.expm(-(matrix - np.eye(61) * linalg.eigvalsh(matrix)[0]) * 50.0)
    power = np.abs(power)
    for _ in range(12):
        power = power @ power
        power /= power.max()
    ground = power[:, limit]
    horizon = linalg.expm(-(matrix + 0.01 * np.eye(61)) * 600) @ np.exp(-k * xi * q**2 / 2)
    for lots in (-29, -10, 0, 7, 29):
        tag = f"sigma {sigma}, q {lots}"
        shift = -mu / (g * sigma**2) * s
        check("GLFT closed form", f"GLFT closed form, {tag} bid", base + shift + (2 * lots + 1) / 2 * s)
        check("GLFT closed form", f"GLFT closed form, {tag} ask", base - shift - (2 * lots - 1) / 2 * s)
        ladder_quotes("GLFT stationary", f"GLFT stationary, {tag}", ground, k, base, lots, limit)
        ladder_quotes("GLFT finite horizon", f"GLFT horizon, {tag}", horizon, k, base, lots, limit)

# Cartea-Jaimungal
lam, kappa, phi, fee, terminal, limit = 1.0, 0.5, 0.02, 0.2, 0.01, 10
q = np.arange(-limit, limit + 1.0)
rate = lam * math.exp(-1 - kappa * fee)
matrix = np.diag(-phi * kappa * q**2) + rate * (np.eye(21, k=1) + np.eye(21, k=-1))
values, vectors = linalg.eigh(matrix)
horizon = linalg.expm(matrix * 60) @ np.exp(-kappa * terminal * q**2)
for lots in (-9, 0, 4):
    top = np.abs(vectors[:, -1])
    ladder_quotes("Cartea-Jaimungal", f"Cartea-Jaimungal stationary, q {lots}", top, kappa, 1 / kappa + fee, lots, limit)
    ladder_quotes("Cartea-Jaimungal", f"Cartea-Jaimungal horizon, q {lots}", horizon, kappa, 1 / kappa + fee, lots, limit)
check("Cartea-Jaimungal", "Cartea-Jaimungal gain", values[-1] / kappa)

# Hawkes, by double sums instead of the recursion
t, until, mu, alpha, beta = np.array([1, 1.5, 2, 4, 4.2]), 5.0, 0.5, 0.8, 2.0
rates = [mu + alpha * np.exp(-beta * (x - t[t < x])).sum() for x in t]
mass = mu * until + alpha / beta * np.sum(1 - np.exp(-beta * (until - t)))
check("Hawkes", "Hawkes log-likelihood", np.log(rates).sum() - mass)
check("Hawkes", "Hawkes compensator", mass)
mean, now = mu / (1 - alpha / beta), mu + alpha * np.exp(-beta * (until - t)).sum()
check("Hawkes", "Hawkes forecast", mean + (now - mean) * (1 - math.exp(-(beta - alpha))) / (beta - alpha))
sides, m, al, be = [np.array([0.4, 1.1, 1.3]), np.array([0.9, 2.0])], (0.6, 0.4), np.array([[0.5, 0.2], [0.1, 0.6]]), 1.5
total = 0.0
for i in (0, 1):
    for x in sides[i]:
        total += math.log(m[i] + sum(al[i, j] * np.exp(-be * (x - sides[j][sides[j] < x])).sum() for j in (0, 1)))
    total -= m[i] * 2.5 + sum(al[i, j] / be * np.sum(1 - np.exp(-be * (2.5 - sides[j]))) for j in (0, 1))
check("Hawkes", "Hawkes bivariate log-likelihood", total)
check("Hawkes", "Hawkes spectral radius", max(abs(np.linalg.eigvals(al / be))))

# Micro-price and imbalance
stay = np.array([[0.5, 0.2, 0, 0], [0.2, 0.5, 0, 0], [0, 0, 0.3, 0.1], [0, 0, 0.1, 0.3]])
move = np.array([[10, 15, 4, 1], [1, 4, 15, 10], [10, 30, 15, 5], [5, 15, 30, 10]]) / 100
go = np.array([[8, 2, 14, 6], [2, 8, 6, 14], [28, 12, 13, 7], [12, 28, 7, 13]]) / 100
inverse = np.linalg.inv(np.eye(4) - stay)
g1 = inverse @ move @ np.array([-0.01, -0.005, 0.005, 0.01])
check("micro-price", "micro-price, 6 terms", sum(np.linalg.matrix_power(inverse @ go, i) @ g1 for i in range(6))[3])
w = np.exp(-0.5 * np.arange(3))
b, a = np.array([5, 8, 12]), np.array([3, 4, 20])
check("imbalance", "depth imbalance", w @ (b - a) / (w @ (b + a)))

# Volatility
o, h, l, c = np.array([(100, 101.5, 99.2, 101), (101, 101.8, 100.1, 100.4), (100.5, 102.2, 100, 102),
                       (102, 102.6, 100.9, 101.3), (101.2, 103.4, 100.8, 103.1), (103, 104.1, 102.2, 103.6)]).T
hl, co = np.log(h / l), np.log(c / o)
rs = np.log(h / c) * np.log(h / o) + np.log(l / c) * np.log(l / o)
check("range volatility", "Parkinson", np.mean(hl**2) / (4 * math.log(2)))
check("range volatility", "Garman-Klass", np.mean(hl**2 / 2 - (2 * math.log(2) - 1) * co**2))
check("range volatility", "Rogers-Satchell", np.mean(rs))
k = 0.34 / (1.34 + 6 / 4)
night = np.log(o[1:] / c[:-1])
check("range volatility", "Yang-Zhang", night.var(ddof=1) + k * co[1:].var(ddof=1) + (1 - k) * rs[1:].mean())
r = np.array([10, -8, 12, 150, -9, 7, -11, 6]) * 1e-4
rv, bv = np.sum(r**2), math.pi / 2 * np.sum(np.abs(r[1:] * r[:-1]))
check("realised variation", "bipower variation", bv)
moment = 2 ** (2 / 3) * math.gamma(7 / 6) / math.gamma(0.5)
quarticity = len(r) * moment**-3 * np.sum(np.abs(r[2:] * r[1:-1] * r[:-2]) ** (4 / 3))
scale = math.sqrt((math.pi**2 / 4 + math.pi - 5) / len(r) * max(1, quarticity / bv**2))
check("realised variation", "jump statistic", (rv - bv) / rv / scale)

# Almgren-Chriss: the plan as the solution of a quadratic problem, not by its hyperbolic sine
x0, tau, sigma, eps, gamma, eta = 1e6, 1.0, 0.95, 0.0625, 2.5e-7, 2.5e-6
tilde = eta - gamma * tau / 2


def plan(risk):
    size = 4
    hessian = (2 * tilde / tau + risk * sigma**2 * tau) * np.eye(size) - tilde / tau * (np.eye(size, k=1) + np.eye(size, k=-1))
    right = np.zeros(size)
    right[0] = tilde / tau * x0
    x = np.concatenate(([x0], np.linalg.solve(hessian, right), [0]))
    n = -np.diff(x)
    cost = gamma * x0**2 / 2 + eps * np.abs(n).sum() + tilde / tau * np.sum(n**2)
    return x, cost, sigma**2 * tau * np.sum(x[1:] ** 2)


for risk, text in ((2e-6, "2e-06"), (1e-6, "1e-06"), (0.0, "0.0"), (-2e-7, "-2e-07")):
    x, cost, variance = plan(risk)
    check("Almgren-Chriss", f"Almgren-Chriss x2, lambda {text}", x[2])
    check("Almgren-Chriss", f"Almgren-Chriss E, lambda {text}", cost)
    check("Almgren-Chriss", f"Almgren-Chriss V, lambda {text}", variance)
best = optimize.minimize_scalar(lambda u: plan(math.exp(u))[1] + 1.645 * math.sqrt(plan(math.exp(u))[2]),
                                bounds=(math.log(1e-8), math.log(1e-4)), method="bounded", options=dict(xatol=1e-10))
check("Almgren-Chriss", "Almgren-Chriss least VaR", best.fun)

# Entropies
z = np.array([0.1, -0.4, 1.2, -2.9, 3.1, 0, 5, -6.2, 1.4, -1.6, 8.9, -10.4, 15, 2.2, -0.9, 0.3]) / 2
check("entropies", "return entropy", stats.entropy(np.unique(np.floor(z / 1.5 + 0.5), return_counts=True)[1]))
check("entropies", "temperature", np.mean(z**2))
check("entropies", "weight entropy", stats.entropy([0.25, 0.25, 0.2, 0.15, 0.1, 0.05]))
x = [4, 7, 9, 10, 6, 11, 3]
patterns = [tuple(np.argsort(x[i : i + 3], kind="stable")) for i in range(5)]
check("entropies", "permutation entropy", stats.entropy(list(map(patterns.count, set(patterns))), base=2))
x = [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 4, 2]
match = lambda n: sum(max(abs(p - q) for p, q in zip(x[i : i + n], x[j : j + n])) <= 0.5
                      for i, j in itertools.combinations(range(10), 2))
check("entropies", "sample entropy", math.log(match(2) / match(3)))
rho = np.full((8, 8), 0.4) + 0.6 * np.eye(8)
check("entropies", "spectral bets", math.exp(stats.entropy(np.linalg.eigvalsh(rho))))

# Value at risk
for p in (1e-10, 0.01, 0.3, 0.975, 0.99999):
    check("normal quantile", f"normal quantile of {p:g}" if p != 1e-10 else "normal quantile of 1e-10", stats.norm.ppf(p))
v, cov = np.array([30000.0, -20000.0]), np.array([[4e-4, 1.8e-4], [1.8e-4, 9e-4]])
sd = lambda u: math.sqrt(u @ cov @ u)
check("value at risk", "VaR 99", stats.norm.ppf(0.99) * sd(v))
check("value at risk", "ES 97.5", stats.norm.expect(lambda y: y, lb=stats.norm.ppf(0.975)) / 0.025 * sd(v))
check("value at risk", "incremental VaR", stats.norm.ppf(0.99) * (sd(v + [10000, 0]) - sd(v)))

# Allocation
corr = np.array([[1, 0.85, 0], [0.85, 1, 0.45], [0, 0.45, 1]])
ones = np.full(3, 100.0)
check("allocation", "joint risk", math.sqrt(ones @ corr @ ones))
root = optimize.root(lambda y: y * (corr @ y) - 1 / 3, np.full(3, 0.5), tol=1e-15).x
for i in range(3):
    check("allocation", f"equal risk weight {i}", root[i])
least = np.linalg.eigvalsh(np.array([[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]]))[0]
check("allocation", "shrinkage", (1e-6 - least) / (1 - least))

failures = [name for name in found if name not in seen]
for name in failures:
    print(f"no reference for {name}")
print(f"{'family':24s} {'values':>6s}  largest relative error")
for family, rows in errors.items():
    worst, name = max(rows)
    print(f"{family:24s} {len(rows):6d}  {worst:.1e}  at {name}")
    failures += [name] if worst > 1e-9 else []
print(f"{len(seen)} values compared, {len(failures)} differ")
sys.exit(1 if failures else 0)
