"""Integrated Green's functions to 40 digits, for cells of any shape: integrated-green.csv.

python3 integrated-green.py > integrated-green.csv          (mpmath 1.3)

The difference over a cell's corners of the antiderivative of R. D. Ryne, arXiv:1111.4971 (2011), eq. (3) and
section 3, with 100 digits, of which cells of 1 : 1e10 leave more than 40. Lines of two kinds:

  3,hx,hy,hz,i,j,k,g,gx,gy,gz   g: the integral of 1/r over the cell with sides h around (i hx, j hy, k hz);
                                ga = ha dg/dha
  2,ratio,i,j,g,gr              g: the mean of -ln(r^2/hx hy) over the cell with sides hx : hy = ratio : 1
                                around (i hx, j hy); gr = ratio dg/dratio

Sides grow from x to z: the others are permutations.
"""

import itertools
from mpmath import mp, mpf, asinh, atan, log, sqrt

mp.dps = 100

SIDES = [
    (1, 1, 1), (1, 2, 3), (1, 1, 4), (1, 4, 4), (1, 1, 10), (1, 10, 10), (1, 3, 30), (1, 1, 100), (1, 100, 100),
    (1, 10, 1e3), (1, 1, 1e4), (1, 1e4, 1e4), (1, 30, 1e5), (1, 1, 1e6), (1, 1e6, 1e6), (1, 1e3, 1e7), (1, 1, 1e8),
    (1, 1e8, 1e8), (1, 1, 1e10), (1, 1e5, 1e10), (1, 1e10, 1e10), (1, 3, 1e10), (1, 1e9, 1e10),
]
CELLS = [
    (0, 0, 0),
    # axes
    (1, 0, 0), (0, 1, 0), (0, 0, 1), (8, 0, 0), (0, 8, 0), (0, 0, 8), (100, 0, 0), (0, 100, 0), (256, 0, 0),
    (0, 256, 0), (0, 0, 256),
    # diagonals
    (1, 1, 0), (0, 1, 1), (1, 1, 1), (3, 3, 3), (7, 7, 7), (14, 14, 14), (64, 64, 64),
    # corners of the mesh
    (256, 256, 256), (256, 256, 0), (0, 256, 256), (256, 0, 256),
    # beside the axes
    (15, 2, 0), (0, 15, 3), (33, 1, 0), (0, 33, 1), (20, 3, 1), (3, 20, 1), (250, 2, 2), (2, 250, 1), (5, 9, 13),
]
RATIOS = [1, 1.5, 3, 10, 100, 1e3, 1e5, 1e8, 1e10]
FLAT_CELLS = [
    (0, 0), (1, 0), (0, 1), (1, 1), (7, 0), (0, 7), (5, 9), (9, 5), (14, 14), (15, 0), (64, 64), (256, 256), (256, 0),
    (0, 256), (2, 250), (250, 2), (1, 200), (200, 1), (40, 12),
]


def corner3(x, y, z):
    """F and x_a dF/dx_a."""
    r = sqrt(x * x + y * y + z * z)

    def face(a, b, c):
        return b * asinh(c / sqrt(a * a + b * b)) + c * asinh(b / sqrt(a * a + c * c)) - a * atan(b * c / (a * r))

    parts = (x * face(x, y, z), y * face(y, z, x), z * face(z, x, y))
    return (sum(parts) / 2,) + parts


def corner2(x, y):
    """F and x_a dF/dx_a."""
    square = log(x * x + y * y)
    value = 3 * x * y - x * x * atan(y / x) - y * y * atan(x / y) - x * y * square
    return (
        value, x * (2 * y - 2 * x * atan(y / x) - y * square), y * (2 * x - 2 * y * atan(x / y) - x * square))


def difference(corner, cell, sides):
    """Over the corners; the antiderivative is odd in each coordinate."""
    sums = [mpf(0)] * (len(cell) + 1)
    for signs in itertools.product((1, -1), repeat=len(cell)):
        place = [n + mpf(s) / 2 for n, s in zip(cell, signs)]
        sign = 1
        for n, s in zip(place, signs):
            sign *= s if n > 0 else -s
        values = corner(*[abs(n) * h for n, h in zip(place, sides)])
        sums = [a + sign * b for a, b in zip(sums, values)]
    return sums


def text(number):
    return repr(float(number))


for sides in SIDES:
    for cell in CELLS:
        numbers = difference(corner3, cell, [mpf(h) for h in sides])
        print(",".join(["3"] + ["%g" % h for h in sides] + [str(n) for n in cell] + [text(v) for v in numbers]))
for ratio in RATIOS:
    for cell in FLAT_CELLS:
        x, y = mpf(ratio), mpf(1)
        value, along, up = difference(corner2, cell, (x, y))
        # the mean, with ln(hx hy); its derivative to ln hx
        mean = value / (x * y) + log(x * y)
        slope = along / (x * y) - value / (x * y) + 1
        print(",".join(["2", "%g" % ratio] + [str(n) for n in cell] + [text(mean), text(slope)]))
