#include "COneThread.h"

// OpenBLAS for POSIX threads starts one for every core before a program begins, and each first waits
// for work in a loop: a tenth of a second of every core, in every program. It is too late then to ask
// for one thread, and the environment cannot be set before. But its own look at OPENBLAS_NUM_THREADS
// is a function that the program may have, too, and the linker gives the program's precedence. Where
// that does not work (macOS) or the function has another name, threads are started, and nothing else changes.
int openblas_num_threads_env(void) { return 1; }
