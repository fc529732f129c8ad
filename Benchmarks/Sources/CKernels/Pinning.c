#define _GNU_SOURCE
#include "CKernels.h"

#if defined(__linux__)
#include <sched.h>

int ck_pin_thread(void) {
  int processor = sched_getcpu();
  if (processor < 0) return -1;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0 ? processor : -1;
}

void ck_unpin_thread(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int i = 0; i < CPU_SETSIZE; i++) CPU_SET(i, &set);
  sched_setaffinity(0, sizeof set, &set);
}
#else
int ck_pin_thread(void) { return -1; }
void ck_unpin_thread(void) {}
#endif
