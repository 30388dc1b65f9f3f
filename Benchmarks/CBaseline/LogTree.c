#include "SHA256.h"
#include "Store.h"

#include <errno.h>
#include <stdlib.h>

/* Leaves of a run, whose nodes are hashed right behind them. */
enum { RUN = 256 };

/* Where a record of a Rapport log has what its leaf commits to; little-endian. EventView says the whole form. */
enum {
    RECORDED_AT = 16,      /* i64 */
    ENVELOPE = 28,         /* what the envelope begins with, up to the data */
    FORMAT = 28,           /* u8 */
    TAG_COUNT = 29,        /* u8 */
    EVENT_ID = 40,         /* two u64 */
    SUBJECT_COUNT = 56,    /* u8 */
    PROVENANCE_LENGTH = 58, /* u16 */
    DATA_LENGTH = 60,      /* u32 */
    TAG_ENDS = 64,         /* a u16 each */
    KNOWN_FORMAT = 2,
};

/* An entry before and behind the name of the type; the zero byte of a leaf comes first. */
enum { BEFORE_NAME = 1 + 1 + 8 + 8 + 16 + 2, BEHIND_NAME = 3 * HASH_BYTES, MOST_NAME = 128 };

typedef struct {
    const cb_sha256 *sha256;
    cb_env *env;
    uint64_t first; /* positions */
    uint64_t last;
    uint8_t *roots; /* of its runs */
    uint8_t run[RUN * HASH_BYTES];
    size_t leaves; /* of the run so far */
    uint8_t entry[BEFORE_NAME + MOST_NAME + BEHIND_NAME];
    size_t name_length;
    uint8_t hash_of_nothing[HASH_BYTES];
    uint64_t blocks;
} worker;

static int hash(worker *worker, const void *bytes, size_t length, uint8_t *to) {
    worker->blocks += cb_blocks(length);
    return cb_hash(worker->sha256, bytes, length, to);
}

/* Replaces n hashes by the root over them (RFC 6962, section 2.1): pair by pair, level by level. A hash without a
 * neighbour on the right goes up as it is, which is where the split behind the largest power of two puts it. */
static int reduce(worker *worker, uint8_t *hashes, size_t n) {
    uint8_t node[1 + 2 * HASH_BYTES] = {0x01};
    for (; n > 1; n = (n + 1) / 2) {
        for (size_t i = 0; i + 1 < n; i += 2) {
            memcpy(node + 1, hashes + i * HASH_BYTES, 2 * HASH_BYTES);
            int code = hash(worker, node, sizeof node, hashes + i / 2 * HASH_BYTES);
            if (code) return code;
        }
        if (n % 2) memmove(hashes + n / 2 * HASH_BYTES, hashes + (n - 1) * HASH_BYTES, HASH_BYTES);
    }
    return 0;
}

static int end_run(worker *worker) {
    int code = reduce(worker, worker->run, worker->leaves);
    if (code) return code;
    memcpy(worker->roots, worker->run, HASH_BYTES);
    worker->roots += HASH_BYTES;
    worker->leaves = 0;
    return 0;
}

static void write_big_endian(uint8_t *bytes, uint64_t value, size_t length) {
    for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)(value >> 8 * (length - 1 - i));
}

/* Checks the shape and finds the data. */
static int find_data(MDB_val record, size_t *data, size_t *data_length) {
    const uint8_t *bytes = record.mv_data;
    uint16_t tag_end = 0, provenance;
    uint32_t length;
    if (record.mv_size < TAG_ENDS) return CB_SHORT_RECORD;
    if (bytes[FORMAT] != KNOWN_FORMAT || bytes[SUBJECT_COUNT] != 0) return CB_FOREIGN_RECORD;
    memcpy(&provenance, bytes + PROVENANCE_LENGTH, sizeof provenance);
    memcpy(&length, bytes + DATA_LENGTH, sizeof length);
    size_t texts = TAG_ENDS + sizeof tag_end * bytes[TAG_COUNT];
    if (record.mv_size < texts) return CB_SHORT_RECORD;
    if (bytes[TAG_COUNT]) memcpy(&tag_end, bytes + texts - sizeof tag_end, sizeof tag_end);
    *data = texts + tag_end + provenance;
    *data_length = length;
    return *data + *data_length == record.mv_size ? 0 : CB_FOREIGN_RECORD;
}

static int hash_leaf(worker *worker, uint64_t position, MDB_val record) {
    const uint8_t *bytes = record.mv_data;
    size_t data, data_length;
    uint64_t recorded_at, id[2];
    int code = find_data(record, &data, &data_length);
    if (code) return code;
    memcpy(&recorded_at, bytes + RECORDED_AT, sizeof recorded_at);
    memcpy(id, bytes + EVENT_ID, sizeof id);
    write_big_endian(worker->entry + 2, position, 8);
    write_big_endian(worker->entry + 10, recorded_at, 8);
    write_big_endian(worker->entry + 18, id[0], 8);
    write_big_endian(worker->entry + 26, id[1], 8);
    uint8_t *hashes = worker->entry + BEFORE_NAME + worker->name_length;
    code = hash(worker, bytes + ENVELOPE, data - ENVELOPE, hashes);
    if (!code && data_length) code = hash(worker, bytes + data, data_length, hashes + HASH_BYTES);
    if (!code && !data_length) memcpy(hashes + HASH_BYTES, worker->hash_of_nothing, HASH_BYTES);
    if (code) return code;
    return hash(worker, worker->entry, BEFORE_NAME + worker->name_length + BEHIND_NAME,
                worker->run + worker->leaves * HASH_BYTES);
}

static int add_leaf(void *visitor, uint64_t position, MDB_val record) {
    worker *worker = visitor;
    int code = hash_leaf(worker, position, record);
    if (code) return code;
    worker->leaves++;
    return worker->leaves == RUN ? end_run(worker) : 0;
}

static int hash_runs(void *started) {
    worker *worker = started;
    int code = cb_for_each(worker->env, worker->first, worker->last, add_leaf, worker);
    if (!code && worker->leaves) code = end_run(worker);
    return code;
}

/* What is the same in all entries: version 1, the type, and the hash of no parts. */
static int begin_entry(worker *worker, const char *type_name) {
    worker->name_length = strlen(type_name);
    if (worker->name_length > MOST_NAME) return -EINVAL;
    worker->entry[0] = 0x00;
    worker->entry[1] = 1;
    write_big_endian(worker->entry + BEFORE_NAME - 2, worker->name_length, 2);
    memcpy(worker->entry + BEFORE_NAME, type_name, worker->name_length);
    int code = cb_hash(worker->sha256, "", 0, worker->hash_of_nothing);
    memcpy(worker->entry + BEFORE_NAME + worker->name_length + 2 * HASH_BYTES, worker->hash_of_nothing, HASH_BYTES);
    return code;
}

static int hash_all(const cb_sha256 *sha256, worker *workers, uint8_t *roots, uint64_t runs, const char *type_name,
                    int threads, uint64_t leaves) {
    int code = 0;
    for (int i = 0; !code && i < threads; i++) {
        uint64_t begin = cb_share(runs, i, threads), end = cb_share(runs, i + 1, threads) * RUN;
        workers[i].sha256 = sha256;
        workers[i].first = begin * RUN + 1;
        workers[i].last = end < leaves ? end : leaves;
        workers[i].roots = roots + begin * HASH_BYTES;
        code = begin_entry(&workers[i], type_name);
    }
    if (!code) code = cb_in_parallel(hash_runs, workers, sizeof *workers, threads);
    if (!code) code = reduce(&workers[0], roots, runs);
    return code;
}

static int hash_log(cb_env *env, const cb_sha256 *sha256, const char *type_name, int threads, uint8_t *root,
                    cb_hashed *hashed) {
    uint64_t leaves;
    int code = cb_count(env, &leaves);
    if (code) return code;
    if (!leaves) return CB_MISSING_RECORD;
    uint64_t runs = (leaves + RUN - 1) / RUN;
    worker *workers = calloc((size_t)threads, sizeof *workers);
    uint8_t *roots = calloc(runs, HASH_BYTES);
    if (!workers || !roots) code = -ENOMEM;
    for (int i = 0; !code && i < threads; i++) workers[i].env = env;
    if (!code) code = hash_all(sha256, workers, roots, runs, type_name, threads, leaves);
    if (!code) {
        memcpy(root, roots, HASH_BYTES);
        *hashed = (cb_hashed){.leaves = leaves};
        for (int i = 0; i < threads; i++) hashed->blocks += workers[i].blocks;
    }
    free(roots);
    free(workers);
    return code;
}

int cb_has_sha256(void) {
    cb_sha256 sha256;
    if (cb_load_sha256(&sha256)) return 0;
    cb_unload_sha256(&sha256);
    return 1;
}

int cb_hash_log(cb_env *env, const char *type_name, int threads, uint8_t *root, cb_hashed *hashed) {
    cb_sha256 sha256;
    if (threads < 1 || threads > CB_MOST_THREADS) return -EINVAL;
    int code = cb_load_sha256(&sha256);
    if (code) return code;
    double start = cb_uptime();
    code = hash_log(env, &sha256, type_name, threads, root, hashed);
    if (!code) hashed->seconds = cb_uptime() - start;
    cb_unload_sha256(&sha256);
    return code;
}
