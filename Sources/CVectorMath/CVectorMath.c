// Compiled for the plain platform whatever the rest is compiled for, so that it runs anywhere.
#include "CVectorMath.h"

#if defined(__x86_64__)
#include <unistd.h>

static _Bool has_v3(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

const char *cvm_processor_instruction_set(void) {
  if (!has_v3()) return "x86-64";
  return __builtin_cpu_supports("avx512f") ? "x86-64 with AVX-512" : "x86-64-v3";
}

#if defined(BEAMTRACK_NEEDS_X86_64_V3)
// Before main: a processor without these instructions is told so, and not killed by one of them.
__attribute__((constructor(101))) static void refuse_older_processors(void) {
  if (has_v3()) return;
  static const char message[] =
      "beamtrack: this program was built for x86-64-v3 (AVX2 and FMA), which this processor does "
      "not have; build it with BEAMTRACK_PORTABLE=1, which runs on any x86-64\n";
  if (write(2, message, sizeof message - 1) < 0) _exit(2);
  _exit(1);
}
#endif
#elif defined(__aarch64__)
const char *cvm_processor_instruction_set(void) { return "arm64"; }
#else
const char *cvm_processor_instruction_set(void) { return "unknown"; }
#endif
