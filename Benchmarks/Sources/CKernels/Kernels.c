#include "CKernels.h"

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

#define LANES ((long)(VECTOR_BYTES / sizeof(REAL)))
typedef double double_vector __attribute__((ext_vector_type(VECTOR_BYTES / 8)));
typedef double double_unaligned __attribute__((ext_vector_type(VECTOR_BYTES / 8), aligned(8)));
typedef long long double_mask __attribute__((ext_vector_type(VECTOR_BYTES / 8)));
typedef float float_vector __attribute__((ext_vector_type(VECTOR_BYTES / 4)));
typedef float float_unaligned __attribute__((ext_vector_type(VECTOR_BYTES / 4), aligned(4)));
typedef int float_mask __attribute__((ext_vector_type(VECTOR_BYTES / 4)));

#define REAL double
#define VECTOR double_vector
#define UNALIGNED double_unaligned
#define MASK double_mask
#define NAME(x) x##_double
#include "ChromaticQuadrupole.h"
#undef REAL
#undef VECTOR
#undef UNALIGNED
#undef MASK
#undef NAME

#define REAL float
#define VECTOR float_vector
#define UNALIGNED float_unaligned
#define MASK float_mask
#define NAME(x) x##_float
#include "ChromaticQuadrupole.h"

ck_quadrupole ck_quadrupole_make(double k, double length, double beta, double gamma) {
  return (ck_quadrupole){
      .beta = beta,
      .twice_inverse_beta = 2 / beta,
      .length = length,
      .kl = k * length,
      .kll = k * length * length,
      .slip = length / beta / (gamma * gamma),
      .curvature = 0.25 * length / beta,
  };
}

int ck_double_lanes(void) { return VECTOR_BYTES / 8; }

bool ck_chromatic_quadrupole_double_single_loop(
    double *tile, long count, const ck_quadrupole *quadrupole) {
  return ck_single_loop_double(tile, count, quadrupole);
}
