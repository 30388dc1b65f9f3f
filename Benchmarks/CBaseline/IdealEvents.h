/* The events of the ideal projector. */
#ifndef CBASELINE_IDEAL_EVENTS_H
#define CBASELINE_IDEAL_EVENTS_H

#include "CBaseline.h"

enum { EVENT_BYTES = 220, QUARTERS_OF_A_DAY = 96 };

enum { STAGES = 8, LEAD_STATES = 6, SCORES = 11, CHANNELS = 8 };

/* What has happened. All are about a customer. */
enum {
    EVENT_ORDER,   /* amount */
    EVENT_DEAL,    /* entity is at stage detail from now on, and worth amount */
    EVENT_ANSWER,  /* detail is the score */
    EVENT_CONTACT, /* detail is the channel */
    EVENT_LEAD,    /* entity has the state detail from now on */
    EVENT_OTHER,
    EVENT_KINDS,
};

/* The header as it lies at the beginning of a record, little-endian and without gaps. */
typedef struct {
    uint32_t kind;
    uint32_t quarter; /* of an hour, since 1970 UTC */
    uint64_t customer;
    uint64_t entity;
    int64_t amount;      /* minor units */
    int64_t occurred_at; /* microseconds since 1970 UTC */
    uint32_t detail;
    uint32_t zero;
} event_header;

_Static_assert(sizeof(event_header) == 48, "a header has no gaps");

/* Whether there is one of each at least, and the days are of this millennium or so. */
static inline int is_world(cb_world world) {
    return world.customers > 0 && world.deals > 0 && world.leads > 0 && world.days > 0 && world.days <= 1000000 &&
           world.first_day <= 1000000;
}

#endif
