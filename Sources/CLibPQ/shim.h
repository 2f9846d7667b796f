#ifndef CLEANUPD_CLIBPQ_SHIM_H
#define CLEANUPD_CLIBPQ_SHIM_H

#include <libpq-fe.h>

// The fields of an error are character macros ('C'), which Swift cannot import.
static inline const char *clibpq_sqlstate(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

static inline const char *clibpq_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

// Never translated, so that it can be compared.
static inline const char *clibpq_severity(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
}

#endif
