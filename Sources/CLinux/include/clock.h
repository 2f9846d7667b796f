#ifndef CLEANUPD_CLOCK_H
#define CLEANUPD_CLOCK_H

#include <stdbool.h>

// adjtimex(2), asked without changing anything: whether the kernel holds the wall clock for synchronised.
bool clinux_clock_is_synchronised(void);

#endif
