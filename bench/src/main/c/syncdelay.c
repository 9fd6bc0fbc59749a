/*
 * A slow disk to preload: every fsync and fdatasync takes SYNC_DELAY_US microseconds longer.
 *
 * Cloud volumes answer a sync in one to four milliseconds; a laptop's disk often in a tenth of
 * that. Preloaded into both servers, this shows what each does with the time.
 *
 *   gcc -O2 -shared -fPIC -o libsyncdelay.so syncdelay.c -ldl
 *   SYNC_DELAY_US=4000 LD_PRELOAD=./libsyncdelay.so java ...
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

typedef int (*sync_call)(int);

static void wait_as_long_as_asked(void) {
    const char *text = getenv("SYNC_DELAY_US");
    long micros = text ? atol(text) : 0;
    struct timespec left = {micros / 1000000, (micros % 1000000) * 1000};
    while (micros > 0 && nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
}

int fsync(int file) {
    sync_call real = (sync_call) dlsym(RTLD_NEXT, "fsync");
    wait_as_long_as_asked();
    return real(file);
}

int fdatasync(int file) {
    sync_call real = (sync_call) dlsym(RTLD_NEXT, "fdatasync");
    wait_as_long_as_asked();
    return real(file);
}
