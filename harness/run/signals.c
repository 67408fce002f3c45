#include "harness/run/signals.h"

#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum status signals_open(struct signals *signals, struct error *error)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGCHLD);
    signals->descriptor = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals->descriptor < 0)
        return error_set(error, STATUS_IO, "signals cannot be waited for: %s", strerror(errno));
    /* An inherited "ignore" would make children vanish before their exit status can be read. */
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &plain, &signals->child);
    sigprocmask(SIG_BLOCK, &wanted, &signals->mask);
    return STATUS_OK;
}

void signals_close(struct signals *signals)
{
    if (signals->descriptor < 0) return;
    close(signals->descriptor);
    signals->descriptor = -1;
    sigaction(SIGCHLD, &signals->child, NULL);
    sigprocmask(SIG_SETMASK, &signals->mask, NULL);
}

int signals_take(const struct signals *signals)
{
    struct signalfd_siginfo info;
    int stops = 0;
    while (read(signals->descriptor, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo != SIGCHLD) stops++;
    }
    return stops;
}
