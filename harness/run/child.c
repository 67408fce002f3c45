#include "harness/run/child.h"

#include "harness/run/cells.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Descriptors of a child that is being started; -1: not open. */
struct plumbing {
    int input;
    int output[2], errors[2], report[2]; /* read end, write end */
};

static void close_one(int *descriptor)
{
    if (*descriptor >= 0) close(*descriptor);
    *descriptor = -1;
}

static void close_plumbing(struct plumbing *plumbing)
{
    close_one(&plumbing->input);
    for (int end = 0; end < 2; end++) {
        close_one(&plumbing->output[end]);
        close_one(&plumbing->errors[end]);
        close_one(&plumbing->report[end]);
    }
}

static enum status write_input(int descriptor, const char *bytes, size_t length, struct error *error)
{
    while (length > 0) {
        ssize_t wrote = write(descriptor, bytes, length);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0)
            return error_set(error, STATUS_IO, "a child's input cannot be written: %s", strerror(errno));
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return STATUS_OK;
}

static enum status open_plumbing(const char *input, struct plumbing *plumbing, struct error *error)
{
    *plumbing = (struct plumbing){-1, {-1, -1}, {-1, -1}, {-1, -1}};
    plumbing->input = memfd_create("ftbench-run-spec", MFD_CLOEXEC);
    if (plumbing->input < 0 || pipe2(plumbing->output, O_CLOEXEC) != 0 ||
        pipe2(plumbing->errors, O_CLOEXEC) != 0 || pipe2(plumbing->report, O_CLOEXEC) != 0 ||
        fcntl(plumbing->output[0], F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(plumbing->errors[0], F_SETFL, O_NONBLOCK) != 0)
        return error_set(error, STATUS_IO, "the pipes of a child cannot be made: %s", strerror(errno));
    TRY(write_input(plumbing->input, input, strlen(input), error));
    TRY(write_input(plumbing->input, "\n", 1, error));
    if (lseek(plumbing->input, 0, SEEK_SET) != 0)
        return error_set(error, STATUS_IO, "a child's input cannot be rewound: %s", strerror(errno));
    return STATUS_OK;
}

/* In the child, between fork and exec: only what a signal handler may call. Tells `report` the error number
 * when it fails; a successful exec closes `report` instead. */
static void become(const char *const argv[], const struct plumbing *plumbing, pid_t parent)
{
    int report = fcntl(plumbing->report[1], F_DUPFD_CLOEXEC, 3);
    /* First above the three standard numbers, for a parent that was started with some of those closed. */
    int input = fcntl(plumbing->input, F_DUPFD_CLOEXEC, 3);
    int output = fcntl(plumbing->output[1], F_DUPFD_CLOEXEC, 3);
    int errors = fcntl(plumbing->errors[1], F_DUPFD_CLOEXEC, 3);
    if (report < 0 || input < 0 || output < 0 || errors < 0) goto failed;
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) goto failed;
    if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) goto failed;
    if (getppid() != parent) _exit(127); /* it died before the line above */
    static const int numbers[] = {SIGINT, SIGTERM, SIGQUIT, SIGPIPE, SIGCHLD, SIGALRM, SIGUSR1, SIGUSR2};
    struct sigaction plain = {.sa_handler = SIG_DFL};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &plain, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(argv[0], (char *const *)argv);
failed:;
    int number = errno;
    ssize_t told = write(report >= 0 ? report : plumbing->report[1], &number, sizeof number);
    _exit(told == sizeof number ? 127 : 126);
}

enum status child_start(const char *const argv[], const char *input, struct child *child, struct error *error)
{
    *child = (struct child){.output = -1, .errors = -1};
    struct plumbing plumbing;
    enum status status = open_plumbing(input, &plumbing, error);
    if (status != STATUS_OK) goto done;
    /* No handler of the parent may run in the child before exec has removed it. */
    sigset_t all, before;
    sigfillset(&all);
    pid_t parent = getpid();
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0) become(argv, &plumbing, parent);
    int fork_errno = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        status =
            error_set(error, STATUS_IO, "%s: no process can be started: %s", argv[0], strerror(fork_errno));
        goto done;
    }
    child->pid = pid;
    close_one(&plumbing.report[1]);
    int number = 0;
    ssize_t got;
    do {
        got = read(plumbing.report[0], &number, sizeof number);
    } while (got < 0 && errno == EINTR);
    if (got != 0) {
        status = error_set(error, STATUS_IO, "%s: cannot be started: %s", argv[0],
                           got == sizeof number ? strerror(number) : "it died at once");
        child_close(child);
        goto done;
    }
    child->output = plumbing.output[0];
    child->errors = plumbing.errors[0];
    plumbing.output[0] = plumbing.errors[0] = -1;
done:
    close_plumbing(&plumbing);
    return status;
}

/* Keep the last bytes of what standard error said. */
static void keep_tail(struct child *child, const char *bytes, size_t count)
{
    if (count >= sizeof child->tail) {
        memcpy(child->tail, bytes + count - sizeof child->tail, sizeof child->tail);
        child->tail_length = sizeof child->tail;
        return;
    }
    size_t room = sizeof child->tail - count;
    if (child->tail_length > room) {
        memmove(child->tail, child->tail + child->tail_length - room, room);
        child->tail_length = room;
    }
    memcpy(child->tail + child->tail_length, bytes, count);
    child->tail_length += count;
}

/* Lines given out are dropped first, so that the buffer holds little more than one line. */
static void drop_taken(struct child *child)
{
    if (child->taken == 0) return;
    child->pending.length -= child->taken;
    memmove(child->pending.data, child->pending.data + child->taken, child->pending.length + 1);
    child->searched = 0;
    child->taken = 0;
}

enum status child_read(struct child *child, bool *more, struct error *error)
{
    char chunk[65536];
    bool full = false;
    if (child->errors >= 0) {
        ssize_t got = read(child->errors, chunk, sizeof chunk);
        if (got > 0) keep_tail(child, chunk, (size_t)got);
        full = got == sizeof chunk;
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) close_one(&child->errors);
    }
    if (child->output >= 0) {
        drop_taken(child);
        ssize_t got = read(child->output, chunk, sizeof chunk);
        if (got > 0) text_add_bytes(&child->pending, chunk, (size_t)got);
        full = full || got > 0;
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) close_one(&child->output);
    }
    if (more != NULL) *more = full;
    return text_status(&child->pending, error);
}

bool child_next_line(struct child *child, char **line, size_t *length)
{
    size_t from = child->searched > child->taken ? child->searched : child->taken;
    if (child->pending.length <= from) return false;
    char *start = child->pending.data + child->taken;
    char *newline = memchr(child->pending.data + from, '\n', child->pending.length - from);
    if (newline == NULL) {
        child->searched = child->pending.length;
        return false;
    }
    *newline = '\0';
    *line = start;
    *length = (size_t)(newline - start);
    child->taken += *length + 1;
    return true;
}

bool child_line_too_long(const struct child *child)
{
    return child->pending.length - child->taken > CHILD_LINE_LIMIT;
}

void child_signal(const struct child *child, int number)
{
    if (child->pid > 0 && !child->ended) kill(-child->pid, number);
}

/* The leader is left unreaped until its group is killed: until then nobody else can get its number. */
static void reap(struct child *child)
{
    kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
        continue;
    child->ended = true;
}

void child_check(struct child *child)
{
    if (child->pid <= 0 || child->ended) return;
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child->pid)
        reap(child);
}

void child_close(struct child *child)
{
    if (child->pid > 0) {
        if (!child->ended) reap(child);
        close_one(&child->output);
        close_one(&child->errors);
    }
    text_free(&child->pending);
    *child = (struct child){.output = -1, .errors = -1};
}

void child_describe_end(const struct child *child, char *text, size_t size)
{
    if (WIFSIGNALED(child->status)) {
        int number = WTERMSIG(child->status);
        snprintf(text, size, "killed by signal %d (%s)", number, strsignal(number));
    } else {
        snprintf(text, size, "exit code %d", WEXITSTATUS(child->status));
    }
}

void child_last_words(const struct child *child, char *text, size_t size)
{
    size_t end = child->tail_length;
    while (end > 0 && strchr("\r\n \t", child->tail[end - 1]) != NULL)
        end--;
    size_t start = end;
    while (start > 0 && child->tail[start - 1] != '\n')
        start--;
    cells_clean(child->tail + start, end - start, text, size);
}

size_t child_poll(const struct child *child, struct pollfd *descriptors)
{
    size_t count = 0;
    if (child->output >= 0) descriptors[count++] = (struct pollfd){.fd = child->output, .events = POLLIN};
    if (child->errors >= 0) descriptors[count++] = (struct pollfd){.fd = child->errors, .events = POLLIN};
    return count;
}
