/* SHA-256 of the OpenSSL that the machine has, found while the program runs: so the baseline is built without it. */
#ifndef CBASELINE_SHA256_H
#define CBASELINE_SHA256_H

#include "CBaseline.h"

#include <stddef.h>
#include <stdint.h>

enum { HASH_BYTES = 32 };

/* As <openssl/sha.h> of OpenSSL 1.1 and 3 has it. */
struct SHA256state_st {
    unsigned int h[8];
    unsigned int Nl, Nh;
    unsigned int data[16];
    unsigned int num, md_len;
};

/* The functions of the library, which is loaded until cb_unload_sha256. */
typedef struct {
    void *library;
    int (*init)(struct SHA256state_st *state);
    int (*update)(struct SHA256state_st *state, const void *bytes, size_t length);
    int (*final)(unsigned char *hash, struct SHA256state_st *state);
} cb_sha256;

/* CB_NO_SHA256 when there is none; then there is nothing to unload. */
int cb_load_sha256(cb_sha256 *sha256);

void cb_unload_sha256(cb_sha256 *sha256);

/* Hashes some bytes; 0, or CB_NO_SHA256 when the library refuses. */
static inline int cb_hash(const cb_sha256 *sha256, const void *bytes, size_t length, uint8_t *hash) {
    struct SHA256state_st state;
    int done = sha256->init(&state) && sha256->update(&state, bytes, length) && sha256->final(hash, &state);
    return done ? 0 : CB_NO_SHA256;
}

/* Blocks of 64 bytes that so many bytes take: a byte and the length, 8 bytes, come behind them. */
static inline uint64_t cb_blocks(size_t length) {
    return ((uint64_t)length + 9 + 63) / 64;
}

#endif
