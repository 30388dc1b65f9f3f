#include "SHA256.h"

#include <dlfcn.h>
#include <string.h>

/* POSIX lets the address of a function be a pointer to void, of which C says nothing: so its bytes are copied. */
static int find(void *library, const char *name, void *function, size_t size) {
    void *found = dlsym(library, name);
    if (!found || size != sizeof found) return CB_NO_SHA256;
    memcpy(function, &found, size);
    return 0;
}

int cb_load_sha256(cb_sha256 *sha256) {
    static const char *const names[] = {"libcrypto.so.3", "libcrypto.so.1.1"};
    sha256->library = NULL;
    for (size_t i = 0; !sha256->library && i < sizeof names / sizeof names[0]; i++) {
        sha256->library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    }
    if (!sha256->library) return CB_NO_SHA256;
    int code = find(sha256->library, "SHA256_Init", &sha256->init, sizeof sha256->init);
    if (!code) code = find(sha256->library, "SHA256_Update", &sha256->update, sizeof sha256->update);
    if (!code) code = find(sha256->library, "SHA256_Final", &sha256->final, sizeof sha256->final);
    if (code) cb_unload_sha256(sha256);
    return code;
}

void cb_unload_sha256(cb_sha256 *sha256) {
    if (sha256->library) dlclose(sha256->library);
    sha256->library = NULL;
}
