#include "Store.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

int cb_last_key(MDB_cursor *cursor, uint64_t *last) {
    MDB_val key, value;
    int code = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    *last = 0;
    if (code == MDB_NOTFOUND) return 0;
    if (!code) memcpy(last, key.mv_data, sizeof *last);
    return code;
}

int cb_open_snapshot(cb_env *env, MDB_txn **txn, MDB_cursor **cursor) {
    int code = mdb_txn_begin(env->env, NULL, MDB_RDONLY, txn);
    if (code) return cb_failure(code);
    code = mdb_cursor_open(*txn, env->events, cursor);
    if (code) mdb_txn_abort(*txn);
    return cb_failure(code);
}

void cb_close_snapshot(MDB_txn *txn, MDB_cursor *cursor) {
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
}

int cb_count(cb_env *env, uint64_t *last) {
    MDB_txn *txn;
    MDB_cursor *cursor;
    int code = cb_open_snapshot(env, &txn, &cursor);
    if (code) return code;
    code = cb_last_key(cursor, last);
    cb_close_snapshot(txn, cursor);
    return cb_failure(code);
}

typedef struct {
    int (*work)(void *worker);
    void *worker;
    int code;
} task;

static void *run(void *started) {
    task *task = started;
    task->code = task->work(task->worker);
    return NULL;
}

int cb_in_parallel(int (*work)(void *worker), void *workers, size_t size, int count) {
    task tasks[CB_MOST_THREADS];
    pthread_t threads[CB_MOST_THREADS];
    int started = 0, code = 0;
    if (count < 1 || count > CB_MOST_THREADS) return cb_failure(EINVAL);
    while (!code && started < count) {
        tasks[started] = (task){work, (char *)workers + (size_t)started * size, 0};
        code = pthread_create(&threads[started], NULL, run, &tasks[started]);
        if (!code) started++;
    }
    code = cb_failure(code);
    for (int i = 0; i < started; i++) {
        int joined = pthread_join(threads[i], NULL);
        if (!code) code = joined ? cb_failure(joined) : tasks[i].code;
    }
    return code;
}

double cb_uptime(void) {
    struct timespec now = {0, 0};
    if (clock_gettime(CLOCK_MONOTONIC, &now)) return 0;
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
