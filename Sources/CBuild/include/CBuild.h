#ifndef CLEANUPD_CBUILD_H
#define CLEANUPD_CBUILD_H

// The Git commit of the build, "unknown" outside a repository: Package.swift can tell it to C alone.
const char *cbuild_revision(void);

#endif
