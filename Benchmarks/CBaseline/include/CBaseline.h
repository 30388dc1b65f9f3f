/*
 * What plain C over LMDB does with the same records: the yardstick of the log's benchmarks.
 *
 * It stores bytes that the caller has already encoded: no conditions, duplicates, index or checksums. Commits are
 * durable (LMDB's default sync). Keys are native 64-bit integers 1, 2, 3 ..., in one database named "events".
 *
 * Every function that can fail returns 0, or a negative code for cb_strerror. An environment may be used by one thread
 * at a time, and its directory must not be open elsewhere in the process.
 */
#ifndef CBASELINE_H
#define CBASELINE_H

#include <stddef.h>
#include <stdint.h>

/* An append found a record, or a scan a stored one, too short to hold the header fields. */
#define CB_SHORT_RECORD (-40001)

/* Where the header fields lie in a record, little-endian. */
enum {
    CB_TYPE_OFFSET = 24,        /* u32 */
    CB_POSITION_OFFSET = 8,     /* u64 */
    CB_RECORDED_AT_OFFSET = 16, /* i64, microseconds since 1970 UTC */
    CB_HEADER_BYTES = 28,
};

typedef struct cb_env cb_env;

/* Sums over all records; they wrap around. */
typedef struct {
    uint64_t count;
    uint64_t positions;
    uint64_t types;
    int64_t recorded_at;
} cb_sums;

/* Opens or creates the log in directory dir, which must exist; mapsize is its largest size in bytes. */
int cb_open(const char *dir, size_t mapsize, cb_env **env);

/* Appends n records, which lie back to back in records, in one durable transaction: all of them or none. */
int cb_append(cb_env *env, const uint8_t *records, const uint32_t *lengths, size_t n);

/* Walks every record in key order and sums its header fields. */
int cb_scan_headers(cb_env *env, cb_sums *sums);

/* Closes the log and frees env; NULL is allowed. */
void cb_close(cb_env *env);

/* The text of a code; never NULL. */
const char *cb_strerror(int code);

#endif
