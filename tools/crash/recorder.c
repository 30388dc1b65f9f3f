/* Records what a program does to the files below one folder, and can make its calls fail. Loaded with LD_PRELOAD.

   RECORDER_FOLDER  the folder, as an absolute path without symbolic links; nothing outside of it is touched or recorded
   RECORDER_TRACE   the file that the record is appended to; several programs may share it
   RECORDER_SYNC    "skip": fsync and fdatasync are recorded, but do not wait for the device; "drop": they leave no
                    record either, nor does O_DSYNC, as if nobody had asked for them
   RECORDER_BOOT    a file whose content stands for /proc/sys/kernel/random/boot_id: the machine was started again
   RECORDER_FAULT   "KIND FIRST COUNT WHAT": the calls FIRST to FIRST + COUNT - 1 of a kind fail in this process.
                    KIND: open (of what is there), create, read, write, sync, truncate, rename, remove, mkdir, map, any.
                    WHAT: EIO, ENOSPC or ENOMEM; short: half of the bytes; kill: the process is killed by SIGKILL when
                    the call has been made, but before it is durable; count: nothing fails

   The record is a sequence of: KIND PROCESS THREAD INODE NUMBER FLAG LENGTH, a line feed, and LENGTH bytes.

     start     a program begins; the bytes are its arguments
     write     the bytes, at offset NUMBER; FLAG 1: durable on return (O_DSYNC or O_SYNC)
     truncate  the size becomes NUMBER
     sync      fsync or fdatasync of a file or folder has succeeded
     unsynced  ... has failed: the system has given up on what was waiting, and takes it for written
     create, mkdir, remove    the bytes are the path below the folder
     rename    the bytes are both paths, with a zero byte between them
     map       the file may be written through memory from now on, which leaves no record
     output    the bytes that went to standard output: what the program has promised, in its own words
     fault     RECORDER_FAULT is about this call; the bytes are its kind
     unknown   a call that changes files in a way that this recorder does not follow; the bytes are its name

   Every call is made and recorded under one lock, across processes too, so the order of the record is an order in which
   the calls have really happened. Nothing is remembered of descriptors: what a descriptor stands for is asked of the
   kernel at every call, so dup, fcntl and inherited descriptors need no attention. sync_file_range and msync promise
   nothing about metadata, and a mapped file may have any content anyhow, so neither counts as a sync. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char BOOT_ID[] = "/proc/sys/kernel/random/boot_id";

static char folder[PATH_MAX];
static size_t folder_length;
static int trace = -1;
static bool drops_syncs, skips_syncs;
static const char *boot;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* The fault that was asked for, and how many calls of its kind were made. */
enum { NONE = 0, SHORT = -1, KILL = -2, COUNT = -3 };
static struct {
    char kind[16];
    long first, count, calls;
    int what;
} fault;

/* MARK: The record */

static void put(const void *bytes, size_t length) {
    while (length > 0) {
        long done = syscall(SYS_write, trace, bytes, length);
        if (done < 0) abort();
        bytes = (const char *)bytes + done;
        length -= (size_t)done;
    }
}

static void record_header(const char *kind, ino_t inode, long number, int flag, size_t length) {
    char line[128];
    int count = snprintf(
        line, sizeof line, "%s %d %ld %lu %ld %d %zu\n", kind, getpid(), syscall(SYS_gettid), (unsigned long)inode,
        number, flag, length);
    put(line, (size_t)count);
}

static void record(const char *kind, ino_t inode, long number, int flag, const void *bytes, size_t length) {
    if (trace < 0) return;
    record_header(kind, inode, number, flag, length);
    put(bytes, length);
}

static void enter(void) {
    pthread_mutex_lock(&mutex);
    if (trace >= 0) flock(trace, LOCK_EX);
}

static void leave(void) {
    int error = errno;
    if (trace >= 0) flock(trace, LOCK_UN);
    pthread_mutex_unlock(&mutex);
    errno = error;
}

/* Counts a call of a kind: NONE, an error number, SHORT or KILL. Call between enter and leave. */
static int next_fault(const char *kind) {
    if (strcmp(fault.kind, kind) != 0 && strcmp(fault.kind, "any") != 0) return NONE;
    fault.calls++;
    if (fault.calls < fault.first || fault.calls - fault.first >= fault.count) return NONE;
    record("fault", 0, 0, 0, kind, strlen(kind));
    return fault.what == COUNT ? NONE : fault.what;
}

/* Ends a call by its fault: -1 with the error number. */
static long failed(int what) {
    if (what == KILL) kill(getpid(), SIGKILL);
    errno = what == SHORT ? EIO : what;
    leave();
    return -1;
}

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("RECORDER_FOLDER");
    if (path == NULL) return;
    boot = getenv("RECORDER_BOOT");
    const char *sync = getenv("RECORDER_SYNC");
    drops_syncs = sync != NULL && strcmp(sync, "drop") == 0;
    skips_syncs = drops_syncs || (sync != NULL && strcmp(sync, "skip") == 0);
    const char *text = getenv("RECORDER_FAULT");
    char what[16];
    if (text != NULL) {
        if (sscanf(text, "%15s %ld %ld %15s", fault.kind, &fault.first, &fault.count, what) != 4) abort();
        fault.what = !strcmp(what, "EIO") ? EIO : !strcmp(what, "ENOSPC") ? ENOSPC : !strcmp(what, "ENOMEM") ? ENOMEM
            : !strcmp(what, "short") ? SHORT : !strcmp(what, "count") ? COUNT : KILL;
    }
    const char *file = getenv("RECORDER_TRACE");
    if (file != NULL) {
        trace = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (trace < 0) abort();
        char arguments[4096];
        int source = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC, 0);
        long length = syscall(SYS_read, source, arguments, sizeof arguments);
        syscall(SYS_close, source);
        enter();
        record("start", 0, 0, 0, arguments, length > 0 ? (size_t)length : 0);
        leave();
    }
    snprintf(folder, sizeof folder, "%s", path);
    folder_length = strlen(folder);
}

/* MARK: What is watched */

static bool is_below(const char *path) {
    return folder_length > 0 && strncmp(path, folder, folder_length) == 0
        && (path[folder_length] == '/' || path[folder_length] == 0);
}

/* The part of a watched path below the folder. */
static const char *inner(const char *path) { return path[folder_length] == 0 ? "" : path + folder_length + 1; }

static bool name_of(int descriptor, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    return length > 0;
}

static bool is_watched(int descriptor) {
    char path[PATH_MAX];
    return folder_length > 0 && name_of(descriptor, path) && is_below(path);
}

/* `path` as the caller means it, absolute and with its folder free of symbolic links. Says whether it is watched. */
static bool resolve(int directory, const char *path, char *resolved) {
    char whole[2 * PATH_MAX] = "", parent[PATH_MAX];
    if (folder_length == 0) return false;
    if (path[0] != '/') {
        if (directory == AT_FDCWD ? getcwd(whole, PATH_MAX) == NULL : !name_of(directory, whole)) return false;
        strcat(whole, "/");
    }
    strncat(whole, path, PATH_MAX - 1);
    size_t length = strlen(whole);
    while (length > 1 && whole[length - 1] == '/') whole[--length] = 0;
    char *slash = strrchr(whole, '/');
    *slash = 0;
    if (realpath(slash == whole ? "/" : whole, parent) == NULL) return false;
    return snprintf(resolved, PATH_MAX, "%s/%s", parent, slash + 1) < PATH_MAX && is_below(resolved);
}

static ino_t inode_of(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

/* MARK: Writing */

/* All ways of writing; without an offset, at the descriptor's place. */
static ssize_t write_pieces(int descriptor, const struct iovec *pieces, int count, bool has_offset, off_t offset) {
    bool is_output = descriptor == STDOUT_FILENO && trace >= 0;
    bool watched = is_watched(descriptor);
    if (!watched && !is_output) {
        return has_offset ? syscall(SYS_pwritev, descriptor, pieces, count, offset, 0)
                          : syscall(SYS_writev, descriptor, pieces, count);
    }
    enter();
    struct iovec cut[count > 0 ? count : 1];
    memcpy(cut, pieces, sizeof(struct iovec) * (size_t)count);
    int what = watched ? next_fault("write") : NONE;
    if (what > 0) return failed(what);
    if (what == SHORT) {
        size_t total = 0;
        for (int index = 0; index < count; index++) total += cut[index].iov_len;
        size_t left = total / 2;
        for (int index = 0; index < count; index++) {
            if (cut[index].iov_len > left) cut[index].iov_len = left;
            left -= cut[index].iov_len;
        }
    }
    int flags = fcntl(descriptor, F_GETFL);
    off_t place = has_offset ? offset : lseek(descriptor, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
    ssize_t done = has_offset ? syscall(SYS_pwritev, descriptor, cut, count, offset, 0)
                              : syscall(SYS_writev, descriptor, cut, count);
    if (done >= 0 && trace >= 0) {
        bool is_durable = flags & O_DSYNC && !drops_syncs && what != KILL;
        record_header(
            watched ? "write" : "output", watched ? inode_of(descriptor) : 0, watched ? place : 0, is_durable,
            (size_t)done);
        size_t left = (size_t)done;
        for (int index = 0; left > 0; index++) {
            size_t length = cut[index].iov_len < left ? cut[index].iov_len : left;
            put(cut[index].iov_base, length);
            left -= length;
        }
    }
    if (what == KILL) return failed(what);
    leave();
    return done;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    struct iovec piece = {(void *)bytes, length};
    return write_pieces(descriptor, &piece, 1, false, 0);
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count) {
    return write_pieces(descriptor, pieces, count, false, 0);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    struct iovec piece = {(void *)bytes, length};
    return write_pieces(descriptor, &piece, 1, true, offset);
}

ssize_t pwritev(int descriptor, const struct iovec *pieces, int count, off_t offset) {
    return write_pieces(descriptor, pieces, count, true, offset);
}

ssize_t pwrite64(int, const void *, size_t, off64_t) __attribute__((alias("pwrite")));
ssize_t pwritev64(int, const struct iovec *, int, off64_t) __attribute__((alias("pwritev")));

int ftruncate(int descriptor, off_t size) {
    if (!is_watched(descriptor)) return (int)syscall(SYS_ftruncate, descriptor, size);
    enter();
    int what = next_fault("truncate");
    if (what > 0 || what == SHORT) return (int)failed(what);
    int code = (int)syscall(SYS_ftruncate, descriptor, size);
    if (code == 0) record("truncate", inode_of(descriptor), size, 0, "", 0);
    if (what == KILL) return (int)failed(what);
    leave();
    return code;
}

int ftruncate64(int, off64_t) __attribute__((alias("ftruncate")));

/* MARK: Syncing */

static int sync_file(int descriptor, long call) {
    if (!is_watched(descriptor)) return (int)syscall(call, descriptor);
    enter();
    int what = next_fault("sync");
    if (what != NONE) {
        if (what != KILL) record("unsynced", inode_of(descriptor), 0, 0, "", 0);
        return (int)failed(what);
    }
    int code = skips_syncs ? 0 : (int)syscall(call, descriptor);
    if (!drops_syncs) record(code == 0 ? "sync" : "unsynced", inode_of(descriptor), 0, 0, "", 0);
    leave();
    return code;
}

int fsync(int descriptor) { return sync_file(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return sync_file(descriptor, SYS_fdatasync); }

/* MARK: Opening and reading */

static int open_file(int directory, const char *path, int flags, mode_t mode) {
    char resolved[PATH_MAX];
    if (boot != NULL && strcmp(path, BOOT_ID) == 0) path = boot;
    if (!resolve(directory, path, resolved)) return (int)syscall(SYS_openat, directory, path, flags, mode);
    enter();
    struct stat before;
    bool existed = stat(resolved, &before) == 0;
    int what = existed ? next_fault("open") : flags & O_CREAT ? next_fault("create") : NONE;
    if (what > 0 || what == SHORT) return (int)failed(what);
    int passed = drops_syncs ? flags & ~O_DSYNC : flags;
    int descriptor = (int)syscall(SYS_openat, directory, path, passed, mode);
    if (descriptor >= 0) {
        const char *name = inner(resolved);
        if (!existed) record("create", inode_of(descriptor), 0, 0, name, strlen(name));
        if (existed && flags & O_TRUNC && before.st_size > 0)
            record("truncate", inode_of(descriptor), 0, 0, "", 0);
    }
    if (what == KILL) return (int)failed(what);
    leave();
    return descriptor;
}

#define MODE(flags)                                     \
    mode_t mode = 0;                                    \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {            \
        va_list rest;                                   \
        va_start(rest, flags);                          \
        mode = va_arg(rest, mode_t);                    \
        va_end(rest);                                   \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return open_file(AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...) {
    MODE(flags)
    return open_file(directory, path, flags, mode);
}

int creat(const char *path, mode_t mode) { return open_file(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int __open_2(const char *path, int flags) { return open_file(AT_FDCWD, path, flags, 0); }
int __openat_2(int directory, const char *path, int flags) { return open_file(directory, path, flags, 0); }

int open64(const char *, int, ...) __attribute__((alias("open")));
int openat64(int, const char *, int, ...) __attribute__((alias("openat")));
int creat64(const char *, mode_t) __attribute__((alias("creat")));
int __open64_2(const char *, int) __attribute__((alias("__open_2")));
int __openat64_2(int, const char *, int) __attribute__((alias("__openat_2")));

/* Reading leaves no record; it can fail. */
static int read_fault(int descriptor, size_t *length) {
    if (fault.count == 0 || !is_watched(descriptor)) return NONE;
    enter();
    int what = next_fault("read");
    if (what > 0) return failed(what), what;
    if (what == KILL) return (int)failed(what);
    if (what == SHORT) *length /= 2;
    leave();
    return NONE;
}

ssize_t read(int descriptor, void *bytes, size_t length) {
    if (read_fault(descriptor, &length) != NONE) return -1;
    return syscall(SYS_read, descriptor, bytes, length);
}

ssize_t pread(int descriptor, void *bytes, size_t length, off_t offset) {
    if (read_fault(descriptor, &length) != NONE) return -1;
    return syscall(SYS_pread64, descriptor, bytes, length, offset);
}

ssize_t pread64(int, void *, size_t, off64_t) __attribute__((alias("pread")));

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    bool watched = !(flags & MAP_ANONYMOUS) && is_watched(descriptor);
    if (watched) {
        enter();
        int what = next_fault("map");
        if (what != NONE) return (void *)failed(what);
    }
    void *mapped = (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
    if (watched) {
        bool writable = protection & PROT_WRITE && (flags & MAP_TYPE) != MAP_PRIVATE;
        if (mapped != MAP_FAILED && writable) record("map", inode_of(descriptor), 0, 0, "", 0);
        leave();
    }
    return mapped;
}

void *mmap64(void *, size_t, int, int, int, off64_t) __attribute__((alias("mmap")));

/* MARK: Names */

/* Makes a call on one watched name, and records it. */
static int change_name(
    const char *kind, long code_of_call(int, const char *, int), int directory, const char *path, int extra) {
    char resolved[PATH_MAX];
    if (!resolve(directory, path, resolved)) return (int)code_of_call(directory, path, extra);
    enter();
    int what = next_fault(kind);
    if (what > 0 || what == SHORT) return (int)failed(what);
    int code = (int)code_of_call(directory, path, extra);
    if (code == 0) {
        struct stat status = {0};
        if (strcmp(kind, "mkdir") == 0) stat(resolved, &status);
        record(kind, status.st_ino, 0, 0, inner(resolved), strlen(inner(resolved)));
    }
    if (what == KILL) return (int)failed(what);
    leave();
    return code;
}

static long make_directory(int directory, const char *path, int mode) {
    return syscall(SYS_mkdirat, directory, path, mode);
}

static long remove_name(int directory, const char *path, int flags) {
    return syscall(SYS_unlinkat, directory, path, flags);
}

static long remove_any(int directory, const char *path, int flags) {
    long code = syscall(SYS_unlinkat, directory, path, flags);
    return code != 0 && errno == EISDIR ? syscall(SYS_unlinkat, directory, path, AT_REMOVEDIR) : code;
}

int mkdir(const char *path, mode_t mode) { return change_name("mkdir", make_directory, AT_FDCWD, path, (int)mode); }
int mkdirat(int at, const char *path, mode_t mode) { return change_name("mkdir", make_directory, at, path, (int)mode); }
int unlink(const char *path) { return change_name("remove", remove_name, AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return change_name("remove", remove_name, at, path, flags); }
int rmdir(const char *path) { return change_name("remove", remove_name, AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) { return change_name("remove", remove_any, AT_FDCWD, path, 0); }

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    char both[2 * PATH_MAX], source[PATH_MAX], target[PATH_MAX];
    bool watched = resolve(from, old, source);
    if (!(resolve(to, new, target) || watched)) return (int)syscall(SYS_renameat2, from, old, to, new, flags);
    enter();
    int what = next_fault("rename");
    if (what > 0 || what == SHORT) return (int)failed(what);
    int code = (int)syscall(SYS_renameat2, from, old, to, new, flags);
    if (code == 0) {
        bool is_plain = watched && is_below(target) && flags == 0;
        int length = snprintf(both, sizeof both, "%s%c%s", inner(source), 0, inner(target));
        record(is_plain ? "rename" : "unknown", 0, 0, 0, is_plain ? both : "rename", is_plain ? (size_t)length : 6);
    }
    if (what == KILL) return (int)failed(what);
    leave();
    return code;
}

int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }
int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }

/* MARK: Calls that are not followed

   They are made, and where they may touch the folder the record says so: a trace with such a call is not used. */

static void record_unknown(const char *name, bool watched) {
    if (!watched) return;
    enter();
    record("unknown", 0, 0, 0, name, strlen(name));
    leave();
}

static bool is_watched_path(const char *path) {
    char resolved[PATH_MAX];
    return resolve(AT_FDCWD, path, resolved);
}

#define PASS(type, name, parameters, arguments, watched)                   \
    type name parameters {                                                 \
        static __typeof__(&name) real;                                     \
        if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); \
        record_unknown(#name, watched);                                    \
        return real arguments;                                             \
    }

PASS(int, link, (const char *old, const char *new), (old, new), is_watched_path(new))
PASS(int, symlink, (const char *old, const char *new), (old, new), is_watched_path(new))
PASS(int, truncate, (const char *path, off_t size), (path, size), is_watched_path(path))
PASS(int, fallocate, (int file, int mode, off_t at, off_t length), (file, mode, at, length), is_watched(file))
PASS(int, posix_fallocate, (int file, off_t at, off_t length), (file, at, length), is_watched(file))
PASS(ssize_t, sendfile, (int to, int from, off_t *at, size_t length), (to, from, at, length), is_watched(to))
PASS(ssize_t, copy_file_range, (int from, off64_t *at, int to, off64_t *place, size_t length, unsigned flags),
    (from, at, to, place, length, flags), is_watched(to))
PASS(ssize_t, pwritev2, (int file, const struct iovec *pieces, int count, off_t at, int flags),
    (file, pieces, count, at, flags), is_watched(file))
PASS(int, syncfs, (int file), (file), is_watched(file))
PASS(FILE *, fopen, (const char *path, const char *mode), (path, mode), strpbrk(mode, "wa+") && is_watched_path(path))
PASS(FILE *, fopen64, (const char *path, const char *mode), (path, mode), strpbrk(mode, "wa+") && is_watched_path(path))
PASS(int, mkstemp, (char *template), (template), is_watched_path(template))
