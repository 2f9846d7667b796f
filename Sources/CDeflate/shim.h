#ifndef CLEANUPD_CDEFLATE_SHIM_H
#define CLEANUPD_CDEFLATE_SHIM_H

#include <libdeflate.h>

#endif
