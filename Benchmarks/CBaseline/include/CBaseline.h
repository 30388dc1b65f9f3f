/*
 * What plain C over LMDB does with the same records: the yardstick of the log's benchmarks.
 *
 * It stores bytes that the caller has already encoded: no conditions, duplicates, index or checksums. Commits are
 * durable (LMDB's default sync). Keys are native 64-bit integers 1, 2, 3 ..., in one database named "events".
 *
 * Every function that can fail returns 0, or a negative code for cb_strerror. An environment may be used by one thread
 * at a time, and its directory must not be open elsewhere in the process. What takes a number of threads starts them
 * itself, 1 to CB_MOST_THREADS, and returns when they have ended.
 */
#ifndef CBASELINE_H
#define CBASELINE_H

#include <stddef.h>
#include <stdint.h>

/* An append found a record, or a scan a stored one, too short to hold the header fields. */
#define CB_SHORT_RECORD (-40001)
/* A record says something that no record of its kind does. */
#define CB_FOREIGN_RECORD (-40002)
/* Between the first and the last record one is missing. */
#define CB_MISSING_RECORD (-40003)
/* The machine has no OpenSSL, whose SHA-256 is looked for when it is needed. */
#define CB_NO_SHA256 (-40004)

/* Where the header fields lie in a record, little-endian. */
enum {
    CB_TYPE_OFFSET = 24,        /* u32 */
    CB_POSITION_OFFSET = 8,     /* u64 */
    CB_RECORDED_AT_OFFSET = 16, /* i64, microseconds since 1970 UTC */
    CB_HEADER_BYTES = 28,
};

enum { CB_MOST_THREADS = 16 };

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

/*
 * The ideal projector: the five read models that cost least, folded from events made for nothing else.
 *
 * Its events have a log of their own. Each has 220 bytes and begins with a header of fixed fields (IdealEvents.h): a
 * type, numbers in place of names, an amount, a quarter of an hour. So a fold reads fields in place and adds to dense
 * arrays: events, amounts and last event by customer; stage by deal, deals and amounts by stage; scores by day;
 * contacts by day and channel; state by lead, leads by state. No names, currencies, dimensions, late events or rows on
 * disk: nothing that folds the same could be faster.
 */

/* How many there are of what events are about: at least one of each. Events are numbered from 0. */
typedef struct {
    uint64_t customers;
    uint64_t deals;
    uint64_t leads;
    /* Days since 1970, and how many from there on. */
    uint32_t first_day;
    uint32_t days;
} cb_world;

/* What was folded, and the seconds from the first look at the log until all arrays were complete. */
typedef struct {
    uint64_t events;
    /* Over every number of every array: the same however many threads have folded it. */
    uint64_t digest;
    double seconds;
} cb_projection;

/* Appends n events of the world, the same ones for the same seed, 5,000 in a transaction. */
int cb_fill_ideal(cb_env *env, cb_world world, uint64_t n, uint64_t seed);

/* Folds all events of the log. Each thread takes a stretch of positions; what depends on the order, the stage of a deal
 * and the state of a lead, is handed on by entity, and applied in order of positions. */
int cb_project(cb_env *env, cb_world world, int threads, cb_projection *projection);

/*
 * The tree over a log: what an audit commits to, by another hand.
 *
 * Needs the records of a Rapport log in which no event is about a person and all have the same type.
 */

/* Whether the machine has an OpenSSL that hashes. */
int cb_has_sha256(void);

/* What was hashed, and the seconds it took, reading included. */
typedef struct {
    uint64_t leaves;
    /* Blocks of 64 bytes that SHA-256 has gone through, padding included. */
    uint64_t blocks;
    double seconds;
} cb_hashed;

/* Hashes the leaf of every record, as module Audit defines it, and the tree over them (RFC 6962, section 2.1), whose 32
 * bytes of root are written to root. Nothing is stored. */
int cb_hash_log(cb_env *env, const char *type_name, int threads, uint8_t *root, cb_hashed *hashed);

/* Closes the log and frees env; NULL is allowed. */
void cb_close(cb_env *env);

/* The text of a code; never NULL. */
const char *cb_strerror(int code);

#endif
