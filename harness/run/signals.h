/* signals.h - the signals that the executor waits for, as something to poll: SIGINT and SIGTERM ask it to
 * stop, SIGCHLD says that a child ended. They are blocked while it is open and as they were before
 * afterwards, so that no handler runs in the middle of anything. */
#ifndef FTBENCH_HARNESS_RUN_SIGNALS_H
#define FTBENCH_HARNESS_RUN_SIGNALS_H

#include "base/status.h"

#include <signal.h>

struct signals {
    int descriptor; /* readable when one has arrived; -1: closed */
    sigset_t mask;  /* before */
    struct sigaction child;
};

enum status signals_open(struct signals *signals, struct error *error);
void signals_close(struct signals *signals);

/* Take what has arrived and return how many requests to stop were among it. Does not wait. */
int signals_take(const struct signals *signals);

#endif
