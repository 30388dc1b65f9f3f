#include "Store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(size_t) == sizeof(uint64_t), "MDB_INTEGERKEY keys of 64 bits are size_t");

const char *cb_strerror(int code) {
    switch (code) {
    case CB_SHORT_RECORD: return "a record is shorter than its header";
    case CB_FOREIGN_RECORD: return "a record is of another kind than was asked for";
    case CB_MISSING_RECORD: return "a record is missing";
    case CB_NO_SHA256: return "there is no OpenSSL at hand";
    }
    return mdb_strerror(code <= MDB_LAST_ERRCODE && code >= MDB_KEYEXIST ? code : -code);
}

static int open_events(cb_env *env) {
    MDB_txn *txn;
    int code = mdb_txn_begin(env->env, NULL, 0, &txn);
    if (code) return code;
    code = mdb_dbi_open(txn, "events", MDB_CREATE | MDB_INTEGERKEY, &env->events);
    if (code) {
        mdb_txn_abort(txn);
        return code;
    }
    return mdb_txn_commit(txn);
}

int cb_open(const char *dir, size_t mapsize, cb_env **out) {
    *out = NULL;
    cb_env *env = calloc(1, sizeof *env);
    if (!env) return cb_failure(ENOMEM);
    int code = mdb_env_create(&env->env);
    if (!code) code = mdb_env_set_mapsize(env->env, mapsize);
    if (!code) code = mdb_env_set_maxdbs(env->env, 1);
    if (!code) code = mdb_env_open(env->env, dir, MDB_NOTLS, 0600);
    if (!code) code = open_events(env);
    if (code) {
        cb_close(env);
        return cb_failure(code);
    }
    *out = env;
    return 0;
}

void cb_close(cb_env *env) {
    if (!env) return;
    if (env->env) mdb_env_close(env->env);
    free(env);
}

static int put_all(MDB_cursor *cursor, const uint8_t *records, const uint32_t *lengths, size_t n) {
    uint64_t number;
    int code = cb_last_key(cursor, &number);
    for (size_t i = 0; !code && i < n; i++) {
        if (lengths[i] < CB_HEADER_BYTES) return CB_SHORT_RECORD;
        number++;
        MDB_val key = {sizeof number, &number};
        MDB_val value = {lengths[i], (void *)records};
        code = mdb_cursor_put(cursor, &key, &value, MDB_APPEND);
        records += lengths[i];
    }
    return code;
}

int cb_append(cb_env *env, const uint8_t *records, const uint32_t *lengths, size_t n) {
    MDB_txn *txn;
    MDB_cursor *cursor;
    int code = mdb_txn_begin(env->env, NULL, 0, &txn);
    if (code) return cb_failure(code);
    code = mdb_cursor_open(txn, env->events, &cursor);
    if (!code) {
        code = put_all(cursor, records, lengths, n);
        mdb_cursor_close(cursor);
    }
    if (code) {
        mdb_txn_abort(txn);
        return cb_failure(code);
    }
    return cb_failure(mdb_txn_commit(txn));
}

/* Records lie in the map at any even address, so the fields are copied out, which compiles to plain loads. */
static void add(cb_sums *sums, const uint8_t *record) {
    uint32_t type;
    uint64_t position, recorded_at;
    memcpy(&type, record + CB_TYPE_OFFSET, sizeof type);
    memcpy(&position, record + CB_POSITION_OFFSET, sizeof position);
    memcpy(&recorded_at, record + CB_RECORDED_AT_OFFSET, sizeof recorded_at);
    sums->count++;
    sums->types += type;
    sums->positions += position;
    /* Unsigned, because signed sums may not wrap around in C. */
    sums->recorded_at = (int64_t)((uint64_t)sums->recorded_at + recorded_at);
}

static int scan(MDB_cursor *cursor, cb_sums *sums) {
    MDB_val key, value;
    int code;
    while (!(code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT))) {
        if (value.mv_size < CB_HEADER_BYTES) return CB_SHORT_RECORD;
        add(sums, value.mv_data);
    }
    return code == MDB_NOTFOUND ? 0 : code;
}

int cb_scan_headers(cb_env *env, cb_sums *sums) {
    MDB_txn *txn;
    MDB_cursor *cursor;
    cb_sums found = {0};
    int code = mdb_txn_begin(env->env, NULL, MDB_RDONLY, &txn);
    if (code) return cb_failure(code);
    code = mdb_cursor_open(txn, env->events, &cursor);
    if (!code) {
        code = scan(cursor, &found);
        mdb_cursor_close(cursor);
    }
    mdb_txn_abort(txn);
    if (!code) *sums = found;
    return cb_failure(code);
}
