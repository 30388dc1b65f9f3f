/* What the files of the baseline share: the environment, and going through its records. */
#ifndef CBASELINE_STORE_H
#define CBASELINE_STORE_H

#include "CBaseline.h"

#include <lmdb.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "header fields are read in place: little-endian machines only"
#endif

struct cb_env {
    MDB_env *env;
    MDB_dbi events;
};

/* LMDB's own codes are negative already; those of the system are positive. */
static inline int cb_failure(int code) {
    return code > 0 ? -code : code;
}

/* The key of the last record; 0 when there is none. A code of LMDB. */
int cb_last_key(MDB_cursor *cursor, uint64_t *last);

/* The key of the last record, in a snapshot of its own. A code for cb_strerror. */
int cb_count(cb_env *env, uint64_t *last);

/* A snapshot with a cursor over its records; there is something to close only when the answer is 0. */
int cb_open_snapshot(cb_env *env, MDB_txn **txn, MDB_cursor **cursor);

void cb_close_snapshot(MDB_txn *txn, MDB_cursor *cursor);

/* What is done with a record; a code for cb_strerror. */
typedef int (*cb_visit)(void *visitor, uint64_t key, MDB_val record);

/* CB_MISSING_RECORD where a key has no record. */
static inline int cb_visit_all(MDB_cursor *cursor, uint64_t first, uint64_t last, cb_visit visit, void *visitor) {
    MDB_val key = {sizeof first, &first}, record;
    MDB_cursor_op step = MDB_SET_RANGE;
    for (uint64_t expected = first; expected <= last; expected++, step = MDB_NEXT) {
        uint64_t found;
        int code = mdb_cursor_get(cursor, &key, &record, step);
        if (code == MDB_NOTFOUND) return CB_MISSING_RECORD;
        if (code) return cb_failure(code);
        memcpy(&found, key.mv_data, sizeof found);
        if (found != expected) return CB_MISSING_RECORD;
        code = visit(visitor, expected, record);
        if (code) return code;
    }
    return 0;
}

/* Hands every record of the keys first to last to visit, in order, in a snapshot of its own; several threads may do so
 * at once. Ends with the first code that is not 0. Here, so that visit is compiled into it. */
static inline int cb_for_each(cb_env *env, uint64_t first, uint64_t last, cb_visit visit, void *visitor) {
    MDB_txn *txn;
    MDB_cursor *cursor;
    if (first > last) return 0;
    int code = cb_open_snapshot(env, &txn, &cursor);
    if (code) return code;
    code = cb_visit_all(cursor, first, last, visit, visitor);
    cb_close_snapshot(txn, cursor);
    return code;
}

/* Calls work with each of the count workers, which lie size bytes apart, each on a thread of its own. Answers the code
 * of the first one that has failed. */
int cb_in_parallel(int (*work)(void *worker), void *workers, size_t size, int count);

/* Where worker number of count begins among n things: its share ends where the next one begins. */
static inline uint64_t cb_share(uint64_t n, int number, int count) {
    return n / (uint64_t)count * (uint64_t)number + n % (uint64_t)count * (uint64_t)number / (uint64_t)count;
}

/* Seconds of a clock that only goes forward. */
double cb_uptime(void);

#endif
