#ifndef CONETHREAD_H
#define CONETHREAD_H

/// The number of threads that OpenBLAS starts when it is loaded, in place of its own function, which
/// asks the environment: one, for whoever links this.
int openblas_num_threads_env(void);

#endif
