#ifndef CLEANUPD_CHIREDIS_SHIM_H
#define CLEANUPD_CHIREDIS_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <hiredis/hiredis.h>

// hiredis allocates an array as long as the server announces it (2^31 elements are 16 GiB), waits for as many bytes as
// are announced, and does not look at the line end behind a string. So its functions that make objects are wrapped by
// ours, which refuse before anything is allocated. In C, because hiredis calls them through pointers.

/// Why there is no reply.
typedef enum chiredis_status {
    /// There is one, or (if it is NULL) more bytes are needed.
    chiredis_status_ok = 0,
    /// Not RESP; the reader cannot be used any more.
    chiredis_status_protocol = 1,
    /// More bytes or elements than allowed; the reader cannot be used any more.
    chiredis_status_limit = 2,
    /// No memory; the reader cannot be used any more.
    chiredis_status_memory = 3,
} chiredis_status;

/// A reader of replies, and the limits that it keeps.
typedef struct chiredis_reader {
    redisReader *reader;
    redisReplyObjectFunctions functions;
    const redisReplyObjectFunctions *defaults;
    /// Of one reply, nested arrays together.
    size_t max_elements;
    /// Of one string.
    size_t max_bytes;
    /// Announced so far by the reply that is being read.
    size_t elements;
    chiredis_status refusal;
} chiredis_reader;

/// A status or error that is longer than this is none; it also bounds the search for a line's end.
enum { chiredis_max_line = 64 * 1024 };
/// "-9223372036854775808" has twenty characters.
enum { chiredis_max_number = 32 };

static inline void *chiredis_create_string(const redisReadTask *task, char *text, size_t length) {
    chiredis_reader *own = (chiredis_reader *)task->privdata;
    if (length > own->max_bytes) {
        own->refusal = chiredis_status_limit;
        return NULL;
    }
    // Two bytes more than the string have arrived: hiredis has counted them.
    if (text[length] != '\r' || text[length + 1] != '\n') {
        own->refusal = chiredis_status_protocol;
        return NULL;
    }
    return own->defaults->createString(task, text, length);
}

static inline void *chiredis_create_array(const redisReadTask *task, int count) {
    chiredis_reader *own = (chiredis_reader *)task->privdata;
    if (count < 0 || (size_t)count > own->max_elements - own->elements) {
        own->refusal = chiredis_status_limit;
        return NULL;
    }
    own->elements += (size_t)count;
    return own->defaults->createArray(task, count);
}

static inline void chiredis_reader_free(chiredis_reader *own) {
    if (own->reader != NULL) redisReaderFree(own->reader);
    free(own);
}

/// NULL: no memory.
static inline chiredis_reader *chiredis_reader_create(size_t max_bytes, size_t max_elements) {
    chiredis_reader *own = (chiredis_reader *)calloc(1, sizeof(chiredis_reader));
    if (own == NULL) return NULL;
    own->reader = redisReaderCreate();
    if (own->reader == NULL) {
        free(own);
        return NULL;
    }
    own->max_bytes = max_bytes;
    own->max_elements = max_elements;
    own->defaults = own->reader->fn;
    own->functions = *own->reader->fn;
    own->functions.createString = chiredis_create_string;
    own->functions.createArray = chiredis_create_array;
    own->reader->fn = &own->functions;
    own->reader->privdata = own;
    return own;
}

/// False: no memory, or the reader has failed before.
static inline bool chiredis_feed(chiredis_reader *own, const char *bytes, size_t length) {
    return redisReaderFeed(own->reader, bytes, length) == REDIS_OK;
}

/// Whether what has arrived of an unfinished reply can still become one within the limits.
static inline chiredis_status chiredis_unfinished(const chiredis_reader *own) {
    const redisReader *reader = own->reader;
    if (reader->ridx < 0) return chiredis_status_ok;
    size_t length = reader->len - reader->pos;
    const char *text = reader->buf + reader->pos;
    int type = reader->rstack[reader->ridx].type;
    // The type byte itself has not arrived.
    if (type < 0) return chiredis_status_ok;
    if (type != REDIS_REPLY_STRING && type != REDIS_REPLY_ARRAY && type != REDIS_REPLY_INTEGER) {
        return length > chiredis_max_line ? chiredis_status_limit : chiredis_status_ok;
    }
    size_t digits = 0;
    while (digits < length && text[digits] != '\r') {
        if (++digits > chiredis_max_number) return chiredis_status_protocol;
    }
    // hiredis refuses lengths that are no numbers, and for arrays calls the function above.
    if (digits == length || type != REDIS_REPLY_STRING) return chiredis_status_ok;
    long long announced = strtoll(text, NULL, 10);
    return announced > 0 && (unsigned long long)announced > own->max_bytes ? chiredis_status_limit : chiredis_status_ok;
}

/// The next reply, to be freed by freeReplyObject; NULL: there is none yet, or the status says why there never will be.
static inline chiredis_status chiredis_next(chiredis_reader *own, redisReply **reply) {
    void *found = NULL;
    *reply = NULL;
    if (redisReaderGetReply(own->reader, &found) != REDIS_OK) {
        if (own->refusal != chiredis_status_ok) return own->refusal;
        return own->reader->err == REDIS_ERR_OOM ? chiredis_status_memory : chiredis_status_protocol;
    }
    if (found == NULL) return chiredis_unfinished(own);
    own->elements = 0;
    *reply = (redisReply *)found;
    return chiredis_status_ok;
}

/// Why hiredis gave up, in its words.
static inline const char *chiredis_error(const chiredis_reader *own) { return own->reader->errstr; }

/// An element of an array reply, which a Swift array of pointers would have to copy.
static inline const redisReply *chiredis_element(const redisReply *reply, size_t index) {
    return reply->element[index];
}

#endif
