// The formula, for one precision. Included once for each, with REAL, VECTOR, LANES, UNALIGNED and MASK defined,
// and NAME(x) which makes x's name in this precision.
//
// H = -delta + (px^2 + py^2)/(2 delta) + k(x^2 - y^2)/2 - pt/beta, solved exactly, as in the library's
// ChromaticQuadrupole: the same series, the same cancellations avoided.

static inline __attribute__((always_inline)) VECTOR NAME(load)(const REAL *p) {
  return *(const UNALIGNED *)p;
}
static inline __attribute__((always_inline)) void NAME(store)(REAL *p, VECTOR v) {
  *(UNALIGNED *)p = v;
}

// What depends on pt alone, and is needed with the other coordinates.
typedef struct {
  VECTOR inverse_delta;
  VECTOR curvature;  // L/(4 beta) a/delta^3
} NAME(momentum);

// The part of the map that depends on pt alone, for one group of lanes: L/beta (a^2 - delta^2)/(delta (a + delta)) is
// the delay of a straight flight.
static inline __attribute__((always_inline)) NAME(momentum)
NAME(fly)(REAL *z, const ck_quadrupole *q, MASK *inside) {
  const REAL beta = (REAL)q->beta, twice_inverse_beta = (REAL)q->twice_inverse_beta;
  const REAL slip = (REAL)q->slip, curvature = (REAL)q->curvature;
  const REAL kll_squared = (REAL)(q->kll * q->kll);

  REAL *t = z + 4 * CK_TILE_CAPACITY;
  VECTOR pt = NAME(load)(z + 5 * CK_TILE_CAPACITY);
  VECTOR deficit = pt * (twice_inverse_beta - pt);
  VECTOR squared = 1 - deficit;
  VECTOR delta = __builtin_elementwise_sqrt(squared);
  VECTOR a = 1 - beta * pt;
  VECTOR sum = a + delta;
  VECTOR inverse = 1 / (delta * sum);
  NAME(momentum) m;
  m.inverse_delta = inverse * sum;
  m.curvature = (curvature * a) * (m.inverse_delta * (m.inverse_delta * m.inverse_delta));
  NAME(store)(t, NAME(load)(t) + (slip * deficit) * inverse);
  *inside &= (MASK)(kll_squared <= squared);
  return m;
}

// One plane. Returns (2/L) times the integral of p^2 along it.
static inline __attribute__((always_inline)) VECTOR NAME(plane)(
    REAL *position, REAL *momentum, VECTOR c0, VECTOR c1, VECTOR c2, VECTOR c3, REAL strength,
    VECTOR path) {
  VECTOR q = NAME(load)(position);
  VECTOR p = NAME(load)(momentum);
  VECTOR u = strength * q;
  NAME(store)(position, c0 * q + path * c1 * p);
  NAME(store)(momentum, c0 * p - u * c1);
  return p * p * (1 + c0 * c1) - 2 * (u * p) * (c1 * c1) + u * u * (c3 + c1 * c2);
}

// The rest of the map, for one group of lanes.
static inline __attribute__((always_inline)) void NAME(move)(
    REAL *z, NAME(momentum) m, const ck_quadrupole *quadrupole) {
  const REAL length = (REAL)quadrupole->length;
  const REAL kl = (REAL)quadrupole->kl, kll = (REAL)quadrupole->kll;

  // Stumpff's functions at u and -u share the even and odd parts of their series (Estrin's scheme: it is the latency
  // that counts).
  VECTOR u = kll * m.inverse_delta;
  VECTOR w = u * u;
  VECTOR even2, odd2, even3, odd3;
  if (sizeof(REAL) == sizeof(double)) {
    VECTOR ww = w * w;
    even2 = ((REAL)(1 / 2.) + w * (REAL)(1 / 720.))
        + ww * (((REAL)(1 / 3628800.) + w * (REAL)(1 / 87178291200.))
            + ww * (REAL)(1 / 6402373705728000.));
    odd2 = ((REAL)(1 / 24.) + w * (REAL)(1 / 40320.))
        + ww * ((REAL)(1 / 479001600.) + w * (REAL)(1 / 20922789888000.));
    even3 = ((REAL)(1 / 6.) + w * (REAL)(1 / 5040.))
        + ww * ((REAL)(1 / 39916800.) + w * (REAL)(1 / 1307674368000.));
    odd3 = ((REAL)(1 / 120.) + w * (REAL)(1 / 362880.))
        + ww * ((REAL)(1 / 6227020800.) + w * (REAL)(1 / 355687428096000.));
  } else {
    even2 = (REAL)(1 / 2.) + w * ((REAL)(1 / 720.) + w * (REAL)(1 / 3628800.));
    odd2 = (REAL)(1 / 24.) + w * (REAL)(1 / 40320.);
    even3 = (REAL)(1 / 6.) + w * ((REAL)(1 / 5040.) + w * (REAL)(1 / 39916800.));
    odd3 = (REAL)(1 / 120.) + w * (REAL)(1 / 362880.);
  }
  VECTOR plus2 = even2 - u * odd2, minus2 = even2 + u * odd2;
  VECTOR plus3 = even3 - u * odd3, minus3 = even3 + u * odd3;

  VECTOR path = length * m.inverse_delta;
  REAL *x = z, *px = z + CK_TILE_CAPACITY, *y = z + 2 * CK_TILE_CAPACITY;
  REAL *py = z + 3 * CK_TILE_CAPACITY, *t = z + 4 * CK_TILE_CAPACITY;
  VECTOR horizontal =
      NAME(plane)(x, px, 1 - u * plus2, 1 - u * plus3, plus2, plus3, kl, path);
  VECTOR vertical =
      NAME(plane)(y, py, 1 + u * minus2, 1 + u * minus3, minus2, minus3, -kl, path);
  NAME(store)(t, NAME(load)(t) + m.curvature * (horizontal + vertical));
}

// Two loops over a block: first what depends on the momentum, root and division included, then the rest. In one
// loop the root, the division and the polynomials form a chain that is longer than what the processor looks ahead.
bool NAME(ck_chromatic_quadrupole)(REAL *tile, long count, const ck_quadrupole *quadrupole) {
  enum { GROUPS = 16 };
  const ck_quadrupole q = *quadrupole;
  MASK inside = (MASK)(-1);
  NAME(momentum) terms[GROUPS];
  for (long first = 0; first < count; first += GROUPS * LANES) {
    REAL *block = tile + first;
    for (int i = 0; i < GROUPS; i++) terms[i] = NAME(fly)(block + i * LANES, &q, &inside);
    for (int i = 0; i < GROUPS; i++) NAME(move)(block + i * LANES, terms[i], &q);
  }
  return __builtin_reduce_and(inside) != 0;
}

static inline bool NAME(ck_single_loop)(REAL *tile, long count, const ck_quadrupole *quadrupole) {
  const ck_quadrupole q = *quadrupole;
  MASK inside = (MASK)(-1);
  for (long i = 0; i < count; i += LANES) {
    NAME(momentum) m = NAME(fly)(tile + i, &q, &inside);
    NAME(move)(tile + i, m, &q);
  }
  return __builtin_reduce_and(inside) != 0;
}
