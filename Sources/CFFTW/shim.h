// FFTW in double and in single precision.
#include <fftw3.h>
