// OpenBLAS, and the routines of LAPACK in it that are called: their matrices stand column after column.
#include <cblas.h>

/// The Cholesky factor.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);

/// Solutions with a Cholesky factor.
void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda,
             double *b, const int *ldb, int *info);

/// The inverse from a Cholesky factor.
void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info);

/// QR with exchanges of columns.
void dgeqp3_(const int *m, const int *n, double *a, const int *lda, int *jpvt, double *tau,
             double *work, const int *lwork, int *info);

/// Eigenvalues and eigenvectors of a symmetric matrix, by division.
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);
