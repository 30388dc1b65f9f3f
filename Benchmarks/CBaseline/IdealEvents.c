#include "IdealEvents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 5000 };

static const int64_t microseconds_per_quarter = 900000000;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(uint64_t *state) {
    uint64_t value = *state += 0x9E3779B97F4A7C15;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
}

/* One of those that have appeared by now, mostly of the newest thousand: deals and leads do not go on for ever. */
static uint64_t pick_recent(uint64_t count, double share, uint64_t *random) {
    uint64_t known = (uint64_t)((double)count * share) + 1;
    uint64_t among = next_random(random) % 8 == 0 || known < 1000 ? known : 1000;
    if (known > count) known = count;
    if (among > known) among = known;
    return known - 1 - next_random(random) % among;
}

/* Every sixteenth customer is a key account: together they have nearly half of the events, as in the demo. */
static uint64_t pick_customer(uint64_t count, uint64_t *random) {
    if (next_random(random) % 100 < 42) return next_random(random) % ((count + 15) / 16) * 16;
    return next_random(random) % count;
}

static uint32_t pick_kind(uint64_t *random) {
    static const uint32_t bounds[EVENT_KINDS] = {120, 400, 480, 810, 900, 1000};
    uint64_t drawn = next_random(random) % 1000;
    uint32_t kind = 0;
    while (drawn >= bounds[kind]) kind++;
    return kind;
}

static event_header make_event(cb_world world, uint64_t number, uint64_t n, uint64_t *random) {
    static const uint32_t details[EVENT_KINDS] = {1, STAGES, SCORES, CHANNELS, LEAD_STATES, 1};
    double share = (double)number / (double)n;
    event_header event = {0};
    event.kind = pick_kind(random);
    event.quarter = world.first_day * QUARTERS_OF_A_DAY + (uint32_t)(world.days * QUARTERS_OF_A_DAY * share);
    event.occurred_at = event.quarter * microseconds_per_quarter;
    event.customer = pick_customer(world.customers, random);
    if (event.kind == EVENT_DEAL) event.entity = pick_recent(world.deals, share, random);
    if (event.kind == EVENT_LEAD) event.entity = pick_recent(world.leads, share, random);
    if (event.kind == EVENT_ORDER || event.kind == EVENT_DEAL) {
        event.amount = (int64_t)(next_random(random) % 1000000) * 100;
    }
    event.detail = (uint32_t)(next_random(random) % details[event.kind]);
    return event;
}

static void write_event(event_header event, uint64_t filler, uint8_t *record) {
    memcpy(record, &event, sizeof event);
    for (size_t offset = sizeof event; offset < EVENT_BYTES; offset += sizeof filler) {
        size_t left = EVENT_BYTES - offset;
        memcpy(record + offset, &filler, left < sizeof filler ? left : sizeof filler);
    }
}

int cb_fill_ideal(cb_env *env, cb_world world, uint64_t n, uint64_t seed) {
    uint64_t random = seed;
    int code = 0;
    if (!is_world(world)) return -EINVAL;
    uint8_t *records = malloc((size_t)BATCH * EVENT_BYTES);
    uint32_t *lengths = malloc(BATCH * sizeof *lengths);
    if (!records || !lengths) code = -ENOMEM;
    for (uint64_t number = 0; !code && number < n;) {
        size_t count = 0;
        for (; count < BATCH && number < n; count++, number++) {
            event_header event = make_event(world, number, n, &random);
            write_event(event, next_random(&random), records + count * EVENT_BYTES);
            lengths[count] = EVENT_BYTES;
        }
        code = cb_append(env, records, lengths, count);
    }
    free(lengths);
    free(records);
    return code;
}
