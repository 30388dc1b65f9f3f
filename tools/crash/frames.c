/* Says where a process was when a fault has ended it. Loaded with LD_PRELOAD. On standard error, the innermost first:

     frame FILE OFFSET SYMBOL

   OFFSET is hexadecimal, in the file, as addr2line takes it; SYMBOL is the nearest exported one, or -. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { MOST = 40, HANDLER_FRAMES = 2 };

static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};

static void tell(int number) {
    void *frames[MOST];
    int count = backtrace(frames, MOST);
    for (int index = HANDLER_FRAMES; index < count; index++) {
        Dl_info info;
        if (!dladdr(frames[index], &info)) continue;
        /* All but the innermost are addresses to return to, which may belong to the line after the call. */
        size_t offset = (char *)frames[index] - (char *)info.dli_fbase - (index > HANDLER_FRAMES);
        dprintf(2, "frame %s %zx %s\n", info.dli_fname, offset, info.dli_sname ? info.dli_sname : "-");
    }
    /* The handler is gone by now (SA_RESETHAND), so this one ends the process. */
    raise(number);
}

__attribute__((constructor)) static void start(void) {
    void *frames[1];
    /* The first call loads what it needs, which a handler could not do. */
    backtrace(frames, 1);
    struct sigaction action = {.sa_handler = tell, .sa_flags = SA_RESETHAND | SA_NODEFER};
    for (size_t index = 0; index < sizeof faults / sizeof *faults; index++) sigaction(faults[index], &action, NULL);
}
