// See include/clock.h.
#define _GNU_SOURCE
#include "include/CLinux.h"

#include <sys/timex.h>

bool clinux_clock_is_synchronised(void) {
    struct timex state = {.modes = 0};
    int answer = adjtimex(&state);
    return answer != -1 && answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}
