// OpenBLAS with the LAPACK routines that it carries. LAPACK's Fortran entry points are declared
// here because Debian ships their C header in another package.
#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H
#include <cblas.h>

/// Singular value decomposition of a general real matrix (LAPACK dgesvd).
void dgesvd_(const char *jobu, const char *jobvt, const int *m, const int *n, double *a,
             const int *lda, double *s, double *u, const int *ldu, double *vt, const int *ldvt,
             double *work, const int *lwork, int *info);
#endif
