#!/usr/bin/env python3
"""Runs scipy's optimizers on the problems of Moré, Garbow and Hillstrom and counts evaluations.

    python3 compare-scipy.py > scipy.json
    python3 compare-scipy.py 10 > scipy-far.json   # starts ten times as far, second-order methods, 1,000 evaluations

J. Moré, B. Garbow, K. Hillstrom, ACM Trans. Math. Softw. 7, 17 (1981), https://doi.org/10.1145/355934.355936.

The problems are written here a second time, independent of the Swift catalog; the file also holds their values and
gradient norms at the start, which a test compares. Derivatives are exact: second-order Taylor arithmetic.

What counts is a distinct point at which a value or a gradient was asked for, and a product of the Hessian with a
vector. The count ends at the first point, even a rejected one, that is solved in the sense of `Stopping` in the
Swift tests: max|g| <= 1e-6 or max|g| <= 1e-13 max|g(start)|. Tolerances of scipy's own are so tight that they do not
end a run earlier. Where a run ends without such a point, the count is that of the first point whose value exceeds the
lowest by no more than 1e-8 of it.
"""
import json
import sys
import warnings
from math import pi, sqrt

import numpy as np
import scipy
from scipy.optimize import least_squares, minimize

FACTOR = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
ABSOLUTE, RELATIVE, LIMIT = 1e-6, 1e-13, 3000 if FACTOR == 1 else 1000


class Taylor:
    """A number with its gradient and Hessian."""
    __slots__ = ("v", "g", "h")
    __array_ufunc__ = None

    def __init__(self, v, g, h):
        self.v, self.g, self.h = v, g, h

    def through(self, f, d1, d2):
        return Taylor(f, d1 * self.g, d1 * self.h + d2 * np.outer(self.g, self.g))

    def __add__(self, b):
        return Taylor(self.v + b.v, self.g + b.g, self.h + b.h) if isinstance(b, Taylor) else Taylor(self.v + b, self.g, self.h)

    def __neg__(self):
        return Taylor(-self.v, -self.g, -self.h)

    def __sub__(self, b):
        return self + (-b)

    def __rsub__(self, b):
        return (-self) + b

    def __mul__(self, b):
        if not isinstance(b, Taylor):
            return Taylor(self.v * b, self.g * b, self.h * b)
        cross = np.outer(self.g, b.g)
        return Taylor(self.v * b.v, self.v * b.g + b.v * self.g, self.v * b.h + b.v * self.h + cross + cross.T)

    def __truediv__(self, b):
        if not isinstance(b, Taylor):
            return self * (1 / b)
        return self * b.through(1 / b.v, -1 / b.v**2, 2 / b.v**3)

    def __rtruediv__(self, b):
        return self.through(b / self.v, -b / self.v**2, 2 * b / self.v**3)

    __radd__, __rmul__ = __add__, __mul__


def exp(x):
    if isinstance(x, Taylor):
        e = np.exp(x.v)
        return x.through(e, e, e)
    return np.exp(x)


def log(x):
    return x.through(np.log(x.v), 1 / x.v, -1 / x.v**2) if isinstance(x, Taylor) else np.log(x)


def root(x):
    if isinstance(x, Taylor):
        s = np.sqrt(x.v)
        return x.through(s, 0.5 / s, -0.25 / s**3)
    return np.sqrt(x)


def sin(x):
    return x.through(np.sin(x.v), np.cos(x.v), -np.sin(x.v)) if isinstance(x, Taylor) else np.sin(x)


def cos(x):
    return x.through(np.cos(x.v), -np.sin(x.v), -np.cos(x.v)) if isinstance(x, Taylor) else np.cos(x)


def magnitude(x):
    if isinstance(x, Taylor):
        return x if x.v >= 0 else -x
    return abs(x)


def angle(y, x):
    if not isinstance(y, Taylor) and not isinstance(x, Taylor):
        return np.arctan2(y, x)
    a, b = y.v, x.v
    q = a * a + b * b
    ya, xb = y.g, x.g
    first = b / q * ya - a / q * xb
    h = (b / q * y.h - a / q * x.h - 2 * a * b / q**2 * np.outer(ya, ya) + 2 * a * b / q**2 * np.outer(xb, xb)
         + (a * a - b * b) / q**2 * (np.outer(ya, xb) + np.outer(xb, ya)))
    return Taylor(np.arctan2(a, b), first, h)


BARD = [.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.10, 4.39]
GAUSS = [.0009, .0044, .0175, .0540, .1295, .2420, .3521, .3989, .3521, .2420, .1295, .0540, .0175, .0044, .0009]
MEYER = [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872]
KOWALIK = [.1957, .1947, .1735, .1600, .0844, .0627, .0456, .0342, .0323, .0235, .0246]
KOWALIK_U = [4, 2, 1, .5, .25, .1670, .1250, .1, .0833, .0714, .0625]
OSBORNE1 = [.844, .908, .932, .936, .925, .908, .881, .850, .818, .784, .751, .718, .685, .658, .628, .603, .580, .558,
            .538, .522, .506, .490, .478, .467, .457, .448, .438, .431, .424, .420, .414, .411, .406]
OSBORNE2 = [1.366, 1.191, 1.112, 1.013, .991, .885, .831, .847, .786, .725, .746, .679, .608, .655, .616, .606, .602,
            .626, .651, .724, .649, .649, .694, .644, .624, .661, .612, .558, .533, .495, .500, .423, .395, .375, .372,
            .391, .396, .405, .428, .429, .523, .562, .607, .653, .672, .708, .633, .668, .645, .632, .591, .559, .597,
            .625, .739, .710, .729, .720, .636, .581, .428, .292, .162, .098, .054]


def total(terms):
    s = None
    for t in terms:
        s = t if s is None else s + t
    return s


def jennrich(x):
    return [2 + 2 * i - (exp(i * x[0]) + exp(i * x[1])) for i in range(1, 11)]


def helical(x):
    theta = 0.25 + angle(-x[0], x[1]) / (2 * pi)
    return [10 * (x[2] - 10 * theta), 10 * (root(x[0] * x[0] + x[1] * x[1]) - 1), x[2]]


def bard(x):
    return [y - (x[0] + i / ((16 - i) * x[1] + min(i, 16 - i) * x[2])) for i, y in enumerate(BARD, 1)]


def gaussian(x):
    r = []
    for i, y in enumerate(GAUSS, 1):
        d = (8 - i) / 2 - x[2]
        r.append(x[0] * exp(-(x[1] * (d * d)) / 2) - y)
    return r


def gulf(x):
    r = []
    for i in range(1, 100):
        t = i / 100
        y = 25 + (-50 * np.log(t)) ** (2 / 3)
        r.append(exp(-(exp(x[2] * log(magnitude(y - x[1]))) / x[0])) - t)
    return r


def box(x):
    return [exp(-.1 * i * x[0]) - exp(-.1 * i * x[1]) - x[2] * (np.exp(-.1 * i) - np.exp(-i)) for i in range(1, 11)]


def wood(x):
    return [10 * (x[1] - x[0] * x[0]), 1 - x[0], sqrt(90) * (x[3] - x[2] * x[2]), 1 - x[2],
            sqrt(10) * (x[1] + x[3] - 2), (x[1] - x[3]) / sqrt(10)]


def kowalik(x):
    return [y - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3]) for y, u in zip(KOWALIK, KOWALIK_U)]


def brown_dennis(x):
    r = []
    for i in range(1, 21):
        t = i / 5
        a, b = x[0] + t * x[1] - np.exp(t), x[2] + np.sin(t) * x[3] - np.cos(t)
        r.append(a * a + b * b)
    return r


def osborne1(x):
    return [y - (x[0] + x[1] * exp(-10. * i * x[3]) + x[2] * exp(-10. * i * x[4])) for i, y in enumerate(OSBORNE1)]


def biggs(x):
    r = []
    for i in range(1, 14):
        t = .1 * i
        y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)
        r.append(x[2] * exp(-t * x[0]) - x[3] * exp(-t * x[1]) + x[5] * exp(-t * x[4]) - y)
    return r


def osborne2(x):
    def bell(t, c, w):
        return exp(-((t - c) * (t - c) * w))
    return [y - (x[0] * exp(-(i / 10) * x[4]) + x[1] * bell(i / 10, x[8], x[5]) + x[2] * bell(i / 10, x[9], x[6])
                 + x[3] * bell(i / 10, x[10], x[7])) for i, y in enumerate(OSBORNE2)]


def watson(x):
    r = []
    for i in range(1, 30):
        t = i / 29
        a = total(j * t ** (j - 1) * x[j] for j in range(1, len(x)))
        b = total(t**j * x[j] for j in range(len(x)))
        r.append(a - b * b - 1)
    return r + [x[0], x[1] - x[0] * x[0] - 1]


def extended_powell(x):
    r = []
    for k in range(0, len(x), 4):
        a, b, c, d = x[k:k + 4]
        r += [a + 10 * b, sqrt(5) * (c - d), (b - 2 * c) * (b - 2 * c), sqrt(10) * ((a - d) * (a - d))]
    return r


def penalty1(x):
    return [sqrt(1e-5) * (v - 1) for v in x] + [total(v * v for v in x) - .25]


def penalty2(x):
    n, a = len(x), sqrt(1e-5)
    r = [x[0] - .2]
    for i in range(2, n + 1):
        r.append(a * (exp(x[i - 1] / 10) + exp(x[i - 2] / 10) - (np.exp(i / 10) + np.exp((i - 1) / 10))))
    r += [a * (exp(v / 10) - np.exp(-.1)) for v in x[1:]]
    return r + [total((n - j) * (v * v) for j, v in enumerate(x)) - 1]


def variably_dimensioned(x):
    s = total(j * (v - 1) for j, v in enumerate(x, 1))
    return [v - 1 for v in x] + [s, s * s]


def trigonometric(x):
    n, s = len(x), total(cos(v) for v in x)
    return [n - s + i * (1 - cos(v)) - sin(v) for i, v in enumerate(x, 1)]


def brown_almost_linear(x):
    n, s = len(x), total(x)
    p = x[0]
    for v in x[1:]:
        p = p * v
    return [v + s - (n + 1) for v in x[:-1]] + [p - 1]


def discrete_boundary(x):
    n = len(x)
    h, r = 1 / (n + 1), []
    for i in range(1, n + 1):
        c = x[i - 1] + (i * h + 1)
        e = 2 * x[i - 1] + h * h / 2 * (c * c * c)
        if i > 1:
            e = e - x[i - 2]
        if i < n:
            e = e - x[i]
        r.append(e)
    return r


def discrete_integral(x):
    n = len(x)
    h = 1 / (n + 1)
    t = [i * h for i in range(1, n + 1)]
    cubes = []
    for v, u in zip(x, t):
        c = v + (u + 1)
        cubes.append(c * c * c)
    r = []
    for i in range(n):
        a = total(t[j] * cubes[j] for j in range(i + 1))
        e = x[i] + h / 2 * (1 - t[i]) * a
        if i + 1 < n:
            e = e + h / 2 * t[i] * total((1 - t[j]) * cubes[j] for j in range(i + 1, n))
        r.append(e)
    return r


def broyden_tridiagonal(x):
    n, r = len(x), []
    for i in range(n):
        e = (3 - 2 * x[i]) * x[i] + 1
        if i > 0:
            e = e - x[i - 1]
        if i + 1 < n:
            e = e - 2 * x[i + 1]
        r.append(e)
    return r


def broyden_banded(x):
    n, r = len(x), []
    for i in range(n):
        e = x[i] * (2 + 5 * (x[i] * x[i])) + 1
        for j in range(max(0, i - 5), min(n, i + 2)):
            if j != i:
                e = e - x[j] * (1 + x[j])
        r.append(e)
    return r


def linear_full(x, m=20):
    s = total(x) * (2 / m)
    return [v - s - 1 for v in x] + [-s - 1] * (m - len(x))


def linear_rank1(x, m=20):
    s = total(j * v for j, v in enumerate(x, 1))
    return [i * s - 1 for i in range(1, m + 1)]


def linear_rank1_zero(x, m=20):
    s = total(j * v for j, v in enumerate(x[1:-1], 2))
    return [-1.] + [(i - 1) * s - 1 for i in range(2, m)] + [-1.]


def chebyquad(x):
    n = len(x)
    a, b = [1.] * n, [2 * v - 1 for v in x]
    twice = [2 * v for v in b]
    r = []
    for i in range(1, n + 1):
        r.append(total(b) / n + (1 / (i * i - 1) if i % 2 == 0 else 0))
        a, b = b, [t * v - u for t, v, u in zip(twice, b, a)]
    return r


def rosenbrock(x):
    r = []
    for k in range(0, len(x), 2):
        r += [10 * (x[k + 1] - x[k] * x[k]), 1 - x[k]]
    return r


PROBLEMS = {
    "rosenbrock": (rosenbrock, [-1.2, 1]),
    "freudenstein-roth": (lambda x: [-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1],
                                     -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]], [.5, -2]),
    "powell-badly-scaled": (lambda x: [1e4 * x[0] * x[1] - 1, exp(-x[0]) + exp(-x[1]) - 1.0001], [0, 1]),
    "brown-badly-scaled": (lambda x: [x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2], [1, 1]),
    "beale": (lambda x: [1.5 - x[0] * (1 - x[1]), 2.25 - x[0] * (1 - x[1] * x[1]),
                         2.625 - x[0] * (1 - x[1] * x[1] * x[1])], [1, 1]),
    "jennrich-sampson": (jennrich, [.3, .4]),
    "helical-valley": (helical, [-1, 0, 0]),
    "bard": (bard, [1, 1, 1]),
    "gaussian": (gaussian, [.4, 1, 0]),
    "meyer": (lambda x: [x[0] * exp(x[1] / (45 + 5 * i + x[2])) - y for i, y in enumerate(MEYER, 1)], [.02, 4000, 250]),
    "gulf": (gulf, [5, 2.5, .15]),
    "box-3d": (box, [0, 10, 20]),
    "powell-singular": (extended_powell, [3, -1, 0, 1]),
    "wood": (wood, [-3, -1, -3, -1]),
    "kowalik-osborne": (kowalik, [.25, .39, .415, .39]),
    "brown-dennis": (brown_dennis, [25, 5, -5, -1]),
    "osborne-1": (osborne1, [.5, 1.5, -1, .01, .02]),
    "biggs-exp6": (biggs, [1, 2, 1, 1, 1, 1]),
    "osborne-2": (osborne2, [1.3, .65, .65, .7, .6, 3, 5, 7, 2, 4.5, 5.5]),
    "watson-6": (watson, [0.] * 6),
    "watson-9": (watson, [0.] * 9),
    "watson-12": (watson, [0.] * 12),
    "rosenbrock-10": (rosenbrock, [-1.2, 1] * 5),
    "rosenbrock-100": (rosenbrock, [-1.2, 1] * 50),
    "rosenbrock-1000": (rosenbrock, [-1.2, 1] * 500),
    "extended-powell-12": (extended_powell, [3, -1, 0, 1] * 3),
    "penalty-i-4": (penalty1, [1, 2, 3, 4]),
    "penalty-i-10": (penalty1, list(range(1, 11))),
    "penalty-ii-4": (penalty2, [.5] * 4),
    "penalty-ii-10": (penalty2, [.5] * 10),
    "variably-dimensioned-10": (variably_dimensioned, [1 - j / 10 for j in range(1, 11)]),
    "trigonometric-10": (trigonometric, [.1] * 10),
    "brown-almost-linear-10": (brown_almost_linear, [.5] * 10),
    "discrete-boundary-10": (discrete_boundary, [j / 11 * (j / 11 - 1) for j in range(1, 11)]),
    "discrete-integral-10": (discrete_integral, [j / 11 * (j / 11 - 1) for j in range(1, 11)]),
    "broyden-tridiagonal-10": (broyden_tridiagonal, [-1] * 10),
    "broyden-banded-10": (broyden_banded, [-1] * 10),
    "linear-full-rank-10": (linear_full, [1] * 10),
    "linear-rank-1-10": (linear_rank1, [1] * 10),
    "linear-rank-1-zero-10": (linear_rank1_zero, [1] * 10),
    "chebyquad-7": (chebyquad, [j / 8 for j in range(1, 8)]),
    "chebyquad-8": (chebyquad, [j / 9 for j in range(1, 9)]),
    "chebyquad-9": (chebyquad, [j / 10 for j in range(1, 10)]),
    "chebyquad-10": (chebyquad, [j / 11 for j in range(1, 11)]),
}


class Solved(Exception):
    pass


class Exhausted(Exception):
    pass


class Counted:
    """A problem whose evaluations are counted by distinct points."""

    def __init__(self, residuals, start):
        self.residuals, self.start = residuals, FACTOR * np.array(start, float)
        self.n = len(start)
        self.large = self.n > 50
        self.values, self.gradients, self.points, self.products = 0, 0, 0, 0
        self.known = {}
        first = self.at(self.start)
        self.first_gradient = float(np.max(np.abs(first[1])))
        self.tolerance = max(ABSOLUTE, RELATIVE * self.first_gradient)
        self.first_value = float(first[0])
        self.solution = None
        self.points = 0
        self.known = {}
        self.trace = []

    def outcome(self):
        """Evaluations, products and value at the point where the count ends."""
        if self.solution is not None:
            return [self.points, self.products, rounded(self.solution)]
        finite = [row for row in self.trace if np.isfinite(row[2])]
        lowest = min((row[2] for row in finite), default=np.inf)
        return next(([p, q, rounded(v)] for p, q, v in finite if v <= lowest + 1e-8 * abs(lowest)), [self.points, self.products, None])

    def compute(self, x):
        if self.large:  # extended Rosenbrock, pair by pair
            a, b = x[::2], x[1::2]
            r1, r2 = 10 * (b - a * a), 1 - a
            g = np.zeros(self.n)
            g[::2], g[1::2] = -40 * a * r1 - 2 * r2, 20 * r1
            return float(r1 @ r1 + r2 @ r2), g, (1200 * a * a - 400 * b + 2, -400 * a)
        eye, zero = np.eye(self.n), np.zeros((self.n, self.n))
        r = self.residuals([Taylor(float(v), eye[i], zero) for i, v in enumerate(x)])
        r = [e if isinstance(e, Taylor) else Taylor(float(e), np.zeros(self.n), zero) for e in r]
        v = np.array([e.v for e in r])
        J = np.array([e.g for e in r])
        H = 2 * (J.T @ J) + 2 * sum(e.v * e.h for e in r)
        return float(v @ v), 2 * J.T @ v, H, v, J

    def at(self, x):
        key = np.asarray(x, float).tobytes()
        if key in self.known:
            return self.known[key]
        if self.points >= LIMIT:
            raise Exhausted
        self.points += 1
        result = self.compute(np.asarray(x, float))
        if hasattr(self, "trace"):
            self.trace.append([self.points, self.products, result[0]])
        if len(self.known) > 50:
            self.known.pop(next(iter(self.known)))
        self.known[key] = result
        if hasattr(self, "tolerance") and np.all(np.isfinite(result[1])) and np.max(np.abs(result[1])) <= self.tolerance:
            self.solution = result[0]
            raise Solved
        return result

    def value(self, x):
        return self.at(x)[0]

    def gradient(self, x):
        return self.at(x)[1]

    def product(self, x, p):
        self.products += 1
        h = self.at(x)[2]
        if not self.large:
            return h @ p
        q, (d, o) = np.zeros(self.n), h
        q[::2], q[1::2] = d * p[::2] + o * p[1::2], o * p[::2] + 200 * p[1::2]
        return q

    def residual_values(self, x):
        return self.at(x)[3]

    def jacobian(self, x):
        return self.at(x)[4]


def run(method, problem):
    x, big = problem.start, {"maxiter": 100000}
    if method == "levenberg-marquardt":
        least_squares(problem.residual_values, x, problem.jacobian, method="lm", ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=LIMIT)
    elif method == "newton-cg":
        minimize(problem.value, x, jac=problem.gradient, hessp=problem.product, method="trust-ncg", options={"gtol": 0, **big})
    elif method == "newton-cg-linesearch":
        minimize(problem.value, x, jac=problem.gradient, hessp=problem.product, method="Newton-CG", options={"xtol": 0, **big})
    elif method == "bfgs":
        minimize(problem.value, x, jac=problem.gradient, method="BFGS", options={"gtol": 0, **big})
    elif method == "conjugate-gradient":
        minimize(problem.value, x, jac=problem.gradient, method="CG", options={"gtol": 0, **big})
    elif method == "l-bfgs-b":
        minimize(problem.value, x, jac=problem.gradient, method="L-BFGS-B", options={"gtol": 0, "ftol": 0, "maxfun": LIMIT, **big})


def rounded(x):
    return float(f"{x:.15g}")


def main():
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    methods = ["newton-cg", "newton-cg-linesearch", "levenberg-marquardt"]
    if FACTOR == 1:
        methods += ["bfgs", "l-bfgs-b", "conjugate-gradient"]
    starts, counts = {}, {m: {} for m in methods}
    for name, (residuals, start) in PROBLEMS.items():
        problem = Counted(residuals, start)
        starts[name] = [rounded(problem.first_value), rounded(problem.first_gradient)]
        for method in methods:
            problem = Counted(residuals, start)
            if method in ("levenberg-marquardt", "bfgs") and problem.n > (100 if method == "bfgs" else 50):
                continue
            try:
                run(method, problem)
            except (Solved, Exhausted):
                pass
            counts[method][name] = problem.outcome()
            print(method, name, counts[method][name], file=sys.stderr)
    print("{")
    print(f' "scipy": "{scipy.__version__}",')
    print(' "columns": ["evaluations", "hessianVectorProducts", "value there"],')
    print(' "starts": {')
    print(",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in starts.items()))
    print(' },\n "counts": {')
    print(",\n".join(f"  {json.dumps(m)}: {{\n" + ",\n".join(f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in c.items()) + "\n  }"
                     for m, c in counts.items()))
    print(" }\n}")


if __name__ == "__main__":
    main()
