// zlib, whose input is not written to.
#define ZLIB_CONST
#include <zlib.h>
