// The chromatic quadrupole, vectorised by hand in plain C: the limit that the library is measured against.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>

// Constants of one quadrupole, for one reference particle.
typedef struct {
  double beta;                // beta of the reference
  double twice_inverse_beta;  // 2/beta
  double length;              // L [m]
  double kl;                  // kL
  double kll;                 // kL^2
  double slip;                // L/(beta gamma^2)
  double curvature;           // L/(4 beta)
} ck_quadrupole;

// A quadrupole of strength k [1/m^2] and length [m], for a reference particle of this beta and gamma.
ck_quadrupole ck_quadrupole_make(double k, double length, double beta, double gamma);

// The distance in memory between the coordinates of a tile, and the most particles that it holds.
enum { CK_TILE_CAPACITY = 512 };

// Takes `count` particles through the quadrupole. A tile holds x, px, y, py, t, pt, each of
// CK_TILE_CAPACITY numbers; all of them must be readable, whatever `count` is.
//
// Returns false if a particle has no momentum or |k|L^2/delta > 1, where the series does not reach:
// the coordinates are then wrong.
bool ck_chromatic_quadrupole_double(double *tile, long count, const ck_quadrupole *quadrupole);
bool ck_chromatic_quadrupole_float(float *tile, long count, const ck_quadrupole *quadrupole);

// The same formula by one loop from loads to stores, for comparison: what a compiler makes of the
// formula as it is written.
bool ck_chromatic_quadrupole_double_single_loop(
    double *tile, long count, const ck_quadrupole *quadrupole);

// The number of doubles in one vector.
int ck_double_lanes(void);

// Keeps the calling thread on the processor that it runs on, and returns that processor's number; -1
// where the system has no such thing.
int ck_pin_thread(void);
// Lets the calling thread run on every processor again.
void ck_unpin_thread(void);

#endif
