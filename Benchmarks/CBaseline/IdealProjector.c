#include "IdealEvents.h"
#include "Store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Sums are unsigned, because signed ones may not wrap around in C. */
typedef struct {
    uint64_t events;
    uint64_t amount;
    int64_t last;
} customer_row;

typedef struct {
    uint64_t amount;
    uint64_t stage; /* 0 before its first event, then one more than the stage */
} deal_row;

typedef struct {
    uint64_t deals[STAGES];
    uint64_t amounts[STAGES];
    uint64_t leads[LEAD_STATES];
} totals;

/* An event that depends on those before it about the same entity. */
typedef struct {
    uint64_t entity;
    uint64_t amount;
    uint32_t kind;
    uint32_t detail;
} change;

/* Changes in the order of their positions. */
typedef struct {
    change *all;
    size_t count;
    size_t room;
} change_list;

struct worker;

typedef struct {
    cb_env *env;
    cb_world world;
    struct worker *workers;
    int threads;
    /* By entity; a thread writes only what falls to it. */
    deal_row *deals;
    uint8_t *lead_states; /* 0 before the first event, then one more than the state */
} projector;

typedef struct worker {
    projector *projector;
    int number;
    uint64_t first; /* positions */
    uint64_t last;
    /* What only adds up, in arrays of its own. */
    customer_row *customers;
    uint64_t *scores;   /* by day and score */
    uint64_t *contacts; /* by day and channel */
    uint64_t events;
    /* What other threads are to apply, by thread. */
    change_list handed[CB_MOST_THREADS];
    totals totals;
} worker;

/* Whose entities these are. Neighbours in memory fall to the same thread, so that none writes into another's line. */
static inline int owner_of(uint64_t entity, int threads) {
    return (int)(((entity >> 6) * 0x9E3779B97F4A7C15 >> 32) % (uint64_t)threads);
}

/* MARK: Folding */

static inline void apply(projector *projector, change change) {
    if (change.kind == EVENT_DEAL) {
        projector->deals[change.entity] = (deal_row){change.amount, change.detail + 1};
    } else {
        projector->lead_states[change.entity] = (uint8_t)(change.detail + 1);
    }
}

static int hand_on(change_list *list, change change) {
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 4096;
        void *larger = realloc(list->all, room * sizeof change);
        if (!larger) return -ENOMEM;
        list->all = larger;
        list->room = room;
    }
    list->all[list->count++] = change;
    return 0;
}

static inline int change_entity(worker *worker, event_header event, uint64_t known, uint32_t details) {
    projector *projector = worker->projector;
    change change = {event.entity, (uint64_t)event.amount, event.kind, event.detail};
    if (event.entity >= known || event.detail >= details) return CB_FOREIGN_RECORD;
    if (projector->threads > 1) {
        return hand_on(&worker->handed[owner_of(event.entity, projector->threads)], change);
    }
    apply(projector, change);
    return 0;
}

static int fold_event(void *visitor, uint64_t position, MDB_val record) {
    worker *worker = visitor;
    cb_world world = worker->projector->world;
    event_header event;
    (void)position;
    if (record.mv_size < sizeof event) return CB_SHORT_RECORD;
    memcpy(&event, record.mv_data, sizeof event);
    /* Days before the first one are huge numbers, too. */
    uint32_t day = event.quarter / QUARTERS_OF_A_DAY - world.first_day;
    if (event.customer >= world.customers || day >= world.days) return CB_FOREIGN_RECORD;
    customer_row *customer = &worker->customers[event.customer];
    customer->events++;
    customer->amount += (uint64_t)event.amount;
    if (customer->last < event.occurred_at) customer->last = event.occurred_at;
    worker->events++;
    switch (event.kind) {
    case EVENT_DEAL: return change_entity(worker, event, world.deals, STAGES);
    case EVENT_LEAD: return change_entity(worker, event, world.leads, LEAD_STATES);
    case EVENT_ANSWER:
        if (event.detail >= SCORES) return CB_FOREIGN_RECORD;
        worker->scores[(size_t)day * SCORES + event.detail]++;
        return 0;
    case EVENT_CONTACT:
        if (event.detail >= CHANNELS) return CB_FOREIGN_RECORD;
        worker->contacts[(size_t)day * CHANNELS + event.detail]++;
        return 0;
    default: return event.kind < EVENT_KINDS ? 0 : CB_FOREIGN_RECORD;
    }
}

static int fold(void *started) {
    worker *worker = started;
    return cb_for_each(worker->projector->env, worker->first, worker->last, fold_event, worker);
}

/* MARK: Putting together what the threads have */

static void add(uint64_t *sums, const uint64_t *others, uint64_t from, uint64_t to) {
    for (uint64_t i = from; i < to; i++) sums[i] += others[i];
}

static void add_customers(customer_row *sums, const customer_row *others, uint64_t from, uint64_t to) {
    for (uint64_t i = from; i < to; i++) {
        sums[i].events += others[i].events;
        sums[i].amount += others[i].amount;
        if (sums[i].last < others[i].last) sums[i].last = others[i].last;
    }
}

/* Adds the arrays of the other threads to those of the first one: a share of each array. */
static void add_up(worker *worker) {
    projector *projector = worker->projector;
    int number = worker->number, threads = projector->threads;
    struct worker *sums = &projector->workers[0];
    const uint64_t lengths[] = {
        projector->world.customers, (uint64_t)projector->world.days * SCORES,
        (uint64_t)projector->world.days * CHANNELS};
    for (int i = 1; i < threads; i++) {
        const struct worker *other = &projector->workers[i];
        add_customers(sums->customers, other->customers, cb_share(lengths[0], number, threads),
                      cb_share(lengths[0], number + 1, threads));
        add(sums->scores, other->scores, cb_share(lengths[1], number, threads),
            cb_share(lengths[1], number + 1, threads));
        add(sums->contacts, other->contacts, cb_share(lengths[2], number, threads),
            cb_share(lengths[2], number + 1, threads));
    }
}

/* Applies what all threads have handed on to this one: stretch by stretch, which is the order of positions. */
static int put_together(void *started) {
    worker *worker = started;
    projector *projector = worker->projector;
    for (int i = 0; i < projector->threads; i++) {
        const change_list *list = &projector->workers[i].handed[worker->number];
        for (size_t n = 0; n < list->count; n++) apply(projector, list->all[n]);
    }
    add_up(worker);
    return 0;
}

/* Counts a share of the deals by stage, and of the leads by state. */
static int count(void *started) {
    worker *worker = started;
    const projector *projector = worker->projector;
    int number = worker->number, threads = projector->threads;
    totals totals = {0};
    uint64_t end = cb_share(projector->world.deals, number + 1, threads);
    for (uint64_t i = cb_share(projector->world.deals, number, threads); i < end; i++) {
        deal_row deal = projector->deals[i];
        if (!deal.stage) continue;
        totals.deals[deal.stage - 1]++;
        totals.amounts[deal.stage - 1] += deal.amount;
    }
    end = cb_share(projector->world.leads, number + 1, threads);
    for (uint64_t i = cb_share(projector->world.leads, number, threads); i < end; i++) {
        if (projector->lead_states[i]) totals.leads[projector->lead_states[i] - 1]++;
    }
    worker->totals = totals;
    return 0;
}

static int run(projector *projector) {
    struct worker *workers = projector->workers;
    int threads = projector->threads;
    int code = cb_in_parallel(fold, workers, sizeof *workers, threads);
    if (!code && threads > 1) code = cb_in_parallel(put_together, workers, sizeof *workers, threads);
    if (!code) code = cb_in_parallel(count, workers, sizeof *workers, threads);
    for (int i = 1; !code && i < threads; i++) {
        add(workers[0].totals.deals, workers[i].totals.deals, 0, STAGES);
        add(workers[0].totals.amounts, workers[i].totals.amounts, 0, STAGES);
        add(workers[0].totals.leads, workers[i].totals.leads, 0, LEAD_STATES);
        workers[0].events += workers[i].events;
    }
    return code;
}

/* MARK: Beginning and end */

static uint64_t mix(uint64_t digest, uint64_t value) {
    digest = (digest ^ value) * 0xBF58476D1CE4E5B9;
    return digest ^ (digest >> 29);
}

static uint64_t mix_all(uint64_t digest, const uint64_t *values, size_t n) {
    for (size_t i = 0; i < n; i++) digest = mix(digest, values[i]);
    return digest;
}

static uint64_t digest_of(const projector *projector) {
    const worker *sums = &projector->workers[0];
    cb_world world = projector->world;
    uint64_t digest = 0;
    for (uint64_t i = 0; i < world.customers; i++) {
        digest = mix(mix(digest, sums->customers[i].events), sums->customers[i].amount);
        digest = mix(digest, (uint64_t)sums->customers[i].last);
    }
    for (uint64_t i = 0; i < world.deals; i++) {
        digest = mix(mix(digest, projector->deals[i].stage), projector->deals[i].amount);
    }
    for (uint64_t i = 0; i < world.leads; i++) digest = mix(digest, projector->lead_states[i]);
    digest = mix_all(digest, sums->scores, (size_t)world.days * SCORES);
    digest = mix_all(digest, sums->contacts, (size_t)world.days * CHANNELS);
    digest = mix_all(digest, sums->totals.deals, STAGES);
    digest = mix_all(digest, sums->totals.amounts, STAGES);
    return mix_all(digest, sums->totals.leads, LEAD_STATES);
}

static int begin(projector *projector) {
    cb_world world = projector->world;
    uint64_t count;
    int code = cb_count(projector->env, &count);
    if (code) return code;
    projector->deals = calloc(world.deals, sizeof *projector->deals);
    projector->lead_states = calloc(world.leads, sizeof *projector->lead_states);
    projector->workers = calloc((size_t)projector->threads, sizeof *projector->workers);
    if (!projector->deals || !projector->lead_states || !projector->workers) return -ENOMEM;
    for (int i = 0; i < projector->threads; i++) {
        worker *worker = &projector->workers[i];
        worker->projector = projector;
        worker->number = i;
        worker->first = cb_share(count, i, projector->threads) + 1;
        worker->last = cb_share(count, i + 1, projector->threads);
        worker->customers = calloc(world.customers, sizeof *worker->customers);
        worker->scores = calloc((size_t)world.days * SCORES, sizeof *worker->scores);
        worker->contacts = calloc((size_t)world.days * CHANNELS, sizeof *worker->contacts);
        if (!worker->customers || !worker->scores || !worker->contacts) return -ENOMEM;
    }
    return 0;
}

static void end(projector *projector) {
    for (int i = 0; projector->workers && i < projector->threads; i++) {
        worker *worker = &projector->workers[i];
        for (int n = 0; n < projector->threads; n++) free(worker->handed[n].all);
        free(worker->customers);
        free(worker->scores);
        free(worker->contacts);
    }
    free(projector->workers);
    free(projector->lead_states);
    free(projector->deals);
}

int cb_project(cb_env *env, cb_world world, int threads, cb_projection *projection) {
    if (!is_world(world) || threads < 1 || threads > CB_MOST_THREADS) return -EINVAL;
    projector projector = {.env = env, .world = world, .threads = threads};
    double start = cb_uptime();
    int code = begin(&projector);
    if (!code) code = run(&projector);
    double seconds = cb_uptime() - start;
    if (!code) *projection = (cb_projection){projector.workers[0].events, digest_of(&projector), seconds};
    end(&projector);
    return code;
}
