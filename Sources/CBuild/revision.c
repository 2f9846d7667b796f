#include "include/CBuild.h"

const char *cbuild_revision(void) { return CLEANUPD_REVISION; }
