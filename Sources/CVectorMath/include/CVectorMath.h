// Vector arithmetic that Swift does not reach by itself: short functions that inline away.
//
// Swift never contracts `a * b + c` to one fused multiply-add, and it scalarises the square root,
// minimum and rounding of its SIMD types. The functions below carry clang's contraction flag (or
// are the machine's own instruction) into the Swift code that calls them.
//
// Where a product must be rounded by itself (argument reduction, error-free transformations) use
// the `exact_` forms, which are never contracted.
#ifndef CVECTORMATH_H
#define CVECTORMATH_H

#include <math.h>

#define CVM_INLINE static inline __attribute__((always_inline, unused))
#define CVM_CONTRACT _Pragma("clang fp contract(fast)")
#define CVM_EXACT _Pragma("clang fp contract(off)")

// One macro, so that every width has every operation.
#define CVM_VECTOR(N, PREFIX, REAL, INTEGER)                                                       \
  typedef REAL PREFIX __attribute__((ext_vector_type(N)));                                         \
  typedef INTEGER PREFIX##_mask __attribute__((ext_vector_type(N)));                               \
  CVM_INLINE PREFIX PREFIX##_add(PREFIX a, PREFIX b) { CVM_CONTRACT return a + b; }                \
  CVM_INLINE PREFIX PREFIX##_subtract(PREFIX a, PREFIX b) { CVM_CONTRACT return a - b; }           \
  CVM_INLINE PREFIX PREFIX##_multiply(PREFIX a, PREFIX b) { CVM_CONTRACT return a * b; }           \
  CVM_INLINE PREFIX PREFIX##_divide(PREFIX a, PREFIX b) { CVM_CONTRACT return a / b; }             \
  CVM_INLINE PREFIX PREFIX##_negate(PREFIX a) { return -a; }                                       \
  CVM_INLINE PREFIX PREFIX##_exact_add(PREFIX a, PREFIX b) { CVM_EXACT return a + b; }             \
  CVM_INLINE PREFIX PREFIX##_exact_subtract(PREFIX a, PREFIX b) { CVM_EXACT return a - b; }        \
  CVM_INLINE PREFIX PREFIX##_exact_multiply(PREFIX a, PREFIX b) { CVM_EXACT return a * b; }        \
  CVM_INLINE PREFIX PREFIX##_fused(PREFIX a, PREFIX b, PREFIX c) {                                 \
    return __builtin_elementwise_fma(a, b, c);                                                     \
  }                                                                                                \
  CVM_INLINE PREFIX PREFIX##_absolute(PREFIX a) { return __builtin_elementwise_abs(a); }           \
  CVM_INLINE PREFIX PREFIX##_round(PREFIX a) { return __builtin_elementwise_roundeven(a); }        \
  CVM_INLINE PREFIX PREFIX##_floor(PREFIX a) { return __builtin_elementwise_floor(a); }            \
  CVM_INLINE PREFIX PREFIX##_copysign(PREFIX a, PREFIX b) {                                        \
    return __builtin_elementwise_copysign(a, b);                                                   \
  }                                                                                                \
  CVM_INLINE PREFIX##_mask PREFIX##_less(PREFIX a, PREFIX b) { return (PREFIX##_mask)(a < b); }                   \
  CVM_INLINE PREFIX##_mask PREFIX##_less_equal(PREFIX a, PREFIX b) { return (PREFIX##_mask)(a <= b); }            \
  CVM_INLINE PREFIX##_mask PREFIX##_equal(PREFIX a, PREFIX b) { return (PREFIX##_mask)(a == b); }                 \
  CVM_INLINE PREFIX PREFIX##_select(PREFIX##_mask m, PREFIX a, PREFIX b) { return m ? a : b; }     \
  CVM_INLINE PREFIX PREFIX##_minimum(PREFIX a, PREFIX b) { return a < b ? a : b; }                 \
  CVM_INLINE PREFIX PREFIX##_maximum(PREFIX a, PREFIX b) { return a > b ? a : b; }                 \
  CVM_INLINE _Bool PREFIX##_all(PREFIX##_mask m) { return __builtin_reduce_and(m) != 0; }          \
  CVM_INLINE _Bool PREFIX##_any(PREFIX##_mask m) { return __builtin_reduce_or(m) != 0; }           \
  CVM_INLINE PREFIX PREFIX##_load(const REAL *p) {                                                 \
    typedef REAL packed __attribute__((ext_vector_type(N), aligned(sizeof(REAL))));                \
    return *(const packed *)p;                                                                     \
  }                                                                                                \
  CVM_INLINE void PREFIX##_store(REAL *p, PREFIX a) {                                              \
    typedef REAL packed __attribute__((ext_vector_type(N), aligned(sizeof(REAL))));                \
    *(packed *)p = a;                                                                              \
  }

CVM_VECTOR(2, cvm_double2, double, long long)
CVM_VECTOR(4, cvm_double4, double, long long)
CVM_VECTOR(8, cvm_double8, double, long long)
CVM_VECTOR(4, cvm_float4, float, int)
CVM_VECTOR(8, cvm_float8, float, int)
CVM_VECTOR(16, cvm_float16, float, int)

// The square root, rounded to nearest, as IEEE 754 asks.
#define CVM_SQUARE_ROOT(PREFIX)                                                                    \
  CVM_INLINE PREFIX PREFIX##_square_root(PREFIX a) { return __builtin_elementwise_sqrt(a); }

CVM_SQUARE_ROOT(cvm_double2)
CVM_SQUARE_ROOT(cvm_double4)
CVM_SQUARE_ROOT(cvm_float4)
CVM_SQUARE_ROOT(cvm_float8)
CVM_SQUARE_ROOT(cvm_float16)

#if defined(__AVX512F__)
// The same bits from multiply-adds, where AVX-512 has an estimate to begin with: its unit for roots and quotients takes
// 2.7 times as long, and can find a quotient meanwhile. (In single precision nothing is gained.)
//
// Goldschmidt's iteration doubles the digits of g = sqrt(a) and h = 1 / (2 sqrt(a)) at each step, and the last line adds
// what is left, (a - g^2) h (Muller et al., Handbook of Floating-Point Arithmetic, 2nd ed., section 4.7). From an
// estimate within 2^-14, and for a from 1 to 4, g and h end within 2.9 * 2^-53 of their values, relative to these, and
// the sum that the last line rounds ends within 15.5 * 2^-106 sqrt(a) of the root. A midpoint m of two neighbouring
// doubles is further away than that unless m^2 - a, an integer multiple of 2^-106, is less than 124 of these:
// `LaneRootTests` tries every such a (47).
CVM_INLINE cvm_double8 cvm_double8_square_root(cvm_double8 a) {
  typedef unsigned long long fields __attribute__((ext_vector_type(8)));
  const unsigned long long smallest = 0x0800000000000000, greatest = 0x7f00000000000000;
  // Where the remainder could underflow, and for zeros, negative numbers, infinities and NaN: the instruction.
  cvm_double8_mask rare = (cvm_double8_mask)((fields)a - smallest > greatest - smallest);
  if (__builtin_expect(cvm_double8_any(rare), 0)) return __builtin_elementwise_sqrt(a);
  cvm_double8 estimate = __builtin_ia32_rsqrt14pd512_mask(a, a, (unsigned char)-1);
  cvm_double8 g = a * estimate, h = 0.5 * estimate;
  for (int step = 0; step < 2; step++) {
    cvm_double8 r = cvm_double8_fused(-g, h, 0.5);
    g = cvm_double8_fused(g, r, g);
    h = cvm_double8_fused(h, r, h);
  }
  return cvm_double8_fused(cvm_double8_fused(-g, g, a), h, g);
}
#else
CVM_SQUARE_ROOT(cvm_double8)
#endif

// The fields of a double: what the exponential and the logarithm take apart and put together.
#define CVM_DOUBLE_FIELDS(N, PREFIX)                                                               \
  /* 2^n for an integer n, -1022 ... 1023. */                                                      \
  CVM_INLINE PREFIX PREFIX##_power_of_two(PREFIX n) {                                              \
    CVM_EXACT return (PREFIX)((PREFIX##_mask)(n + (0x1.8p52 + 1023)) << 52);                       \
  }                                                                                                \
  /* The exponent of a positive normal number: the n of a = 2^n * m, 1 <= m < 2. */                \
  CVM_INLINE PREFIX PREFIX##_exponent(PREFIX a) {                                                  \
    CVM_EXACT return (PREFIX)(((PREFIX##_mask)a >> 52) | 0x4330000000000000LL) - (0x1p52 + 1023);  \
  }                                                                                                \
  /* The m of a = 2^n * m, 1 <= m < 2, for a positive normal number. */                            \
  CVM_INLINE PREFIX PREFIX##_significand(PREFIX a) {                                               \
    return (PREFIX)(((PREFIX##_mask)a & 0xfffffffffffffLL) | 0x3ff0000000000000LL);                \
  }                                                                                                \
  /* True where the bit is set in the lowest bits of the significand. */                           \
  CVM_INLINE PREFIX##_mask PREFIX##_significand_bit(PREFIX a, int bit) {                           \
    return ((PREFIX##_mask)a << (63 - bit)) >> 63;                                                 \
  }

CVM_DOUBLE_FIELDS(2, cvm_double2)
CVM_DOUBLE_FIELDS(4, cvm_double4)
CVM_DOUBLE_FIELDS(8, cvm_double8)

// Single precision evaluates its elementary functions in double precision, half a vector at a time.
#define CVM_HALVES(SINGLE, DOUBLE)                                                                 \
  CVM_INLINE DOUBLE SINGLE##_lower(SINGLE a) { return __builtin_convertvector(a.lo, DOUBLE); }     \
  CVM_INLINE DOUBLE SINGLE##_upper(SINGLE a) { return __builtin_convertvector(a.hi, DOUBLE); }     \
  CVM_INLINE SINGLE SINGLE##_joined(DOUBLE lower, DOUBLE upper) {                                  \
    SINGLE a;                                                                                      \
    a.lo = __builtin_convertvector(lower, __typeof__(a.lo));                                       \
    a.hi = __builtin_convertvector(upper, __typeof__(a.hi));                                       \
    return a;                                                                                      \
  }

CVM_HALVES(cvm_float4, cvm_double2)
CVM_HALVES(cvm_float8, cvm_double4)
CVM_HALVES(cvm_float16, cvm_double8)

// a * b + c, one instruction where there is one.
CVM_INLINE double cvm_double_multiply_add(double a, double b, double c) { CVM_CONTRACT return a * b + c; }

// Whether fused multiply-add is one instruction here, not a call of the C library for each lane.
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define CVM_HAS_FUSED 1
#else
#define CVM_HAS_FUSED 0
#endif
CVM_INLINE _Bool cvm_has_fused(void) { return CVM_HAS_FUSED; }

// The instruction set that the importing Swift code is compiled for.
CVM_INLINE const char *cvm_instruction_set(void) {
#if defined(__aarch64__)
  return "arm64";
#elif defined(__AVX512F__)
  return "x86-64 with AVX-512";
#elif defined(__AVX2__) && defined(__FMA__)
  return "x86-64-v3";
#elif defined(__x86_64__)
  return "x86-64";
#else
  return "unknown";
#endif
}

// The best of these that the processor has.
const char *cvm_processor_instruction_set(void);

// The C library's functions for one number, under names that do not depend on the platform's module.
#define CVM_SCALAR_1(NAME)                                                                         \
  CVM_INLINE double cvm_double_##NAME(double x) { return NAME(x); }                                \
  CVM_INLINE float cvm_float_##NAME(float x) { return NAME##f(x); }
#define CVM_SCALAR_2(NAME)                                                                         \
  CVM_INLINE double cvm_double_##NAME(double x, double y) { return NAME(x, y); }                   \
  CVM_INLINE float cvm_float_##NAME(float x, float y) { return NAME##f(x, y); }
CVM_SCALAR_1(cbrt)
CVM_SCALAR_1(sin)
CVM_SCALAR_1(cos)
CVM_SCALAR_1(tan)
CVM_SCALAR_1(asin)
CVM_SCALAR_1(acos)
CVM_SCALAR_1(atan)
CVM_SCALAR_1(exp)
CVM_SCALAR_1(expm1)
CVM_SCALAR_1(log)
CVM_SCALAR_1(log1p)
CVM_SCALAR_1(sinh)
CVM_SCALAR_1(cosh)
CVM_SCALAR_1(tanh)
CVM_SCALAR_1(asinh)
CVM_SCALAR_2(hypot)
CVM_SCALAR_2(atan2)
CVM_SCALAR_2(pow)

// Asks for the cache line at an address before it is needed; any address will do.
CVM_INLINE void cvm_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

// The lane count that fits the instruction set of the code being compiled.
#if defined(__AVX512F__)
typedef cvm_double8 cvm_native_doubles;
typedef cvm_float16 cvm_native_floats;
#elif defined(__AVX__)
typedef cvm_double4 cvm_native_doubles;
typedef cvm_float8 cvm_native_floats;
#else
typedef cvm_double2 cvm_native_doubles;
typedef cvm_float4 cvm_native_floats;
#endif

#endif
