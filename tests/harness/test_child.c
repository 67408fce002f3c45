/* A child process: its lines, its last words, its end. The children are shells. */
#include "harness/run/child.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void start(const char *script, const char *input, struct child *child)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct error error = {0};
    if (child_start(argv, input, child, &error) != STATUS_OK) fail_msg("%s", error.text);
}

/* Read until the child has ended and nothing is left; the lines are joined with '|' into `lines`. */
static void read_to_end(struct child *child, char *lines, size_t size)
{
    bool more = true;
    lines[0] = '\0';
    while (!child->ended || more) {
        struct pollfd descriptors[2];
        char *line;
        size_t length;
        poll(descriptors, child_poll(child, descriptors), 5);
        child_check(child);
        assert_int_equal(child_read(child, &more, NULL), STATUS_OK);
        while (child_next_line(child, &line, &length)) {
            size_t used = strlen(lines);
            assert_int_equal(strlen(line), length);
            snprintf(lines + used, size - used, "%s|", line);
        }
    }
}

static void lines_come_whole(void **state)
{
    (void)state;
    struct child child;
    char lines[256], words[64], how[64];
    start("read first; read second; echo \"got $first, $second\"; echo; printf 'begun'; sleep 0.02; printf ' "
          "and ended\\n"
          "unfinished'; echo warning >&2; exit 7",
          "one\ntwo", &child);
    read_to_end(&child, lines, sizeof lines);
    assert_string_equal(lines, "got one, two||begun and ended|");
    child_last_words(&child, words, sizeof words);
    assert_string_equal(words, "warning");
    child_describe_end(&child, how, sizeof how);
    assert_string_equal(how, "exit code 7");
    child_close(&child);
    child_close(&child);
}

static void last_words_are_the_last_line_cleaned(void **state)
{
    (void)state;
    struct child child;
    char lines[16], words[64];
    start("i=0; while [ $i -lt 300 ]; do echo 'a line that is only said to fill' >&2; i=$((i + 1)); done; "
          "printf 'out of \\033[1mmemory\\377\\n\\n  \\n' >&2",
          "", &child);
    read_to_end(&child, lines, sizeof lines);
    assert_int_equal(child.tail_length, CHILD_TAIL_BYTES);
    child_last_words(&child, words, sizeof words);
    assert_string_equal(words, "out of ?[1mmemory?");
    child_close(&child);
}

static void a_group_is_killed_as_one(void **state)
{
    (void)state;
    struct child child;
    char lines[64], how[64];
    long inner = 0;
    start("sleep 100 & echo $!; wait", "", &child);
    while (inner == 0) {
        char *line;
        size_t length;
        struct pollfd descriptors[2];
        poll(descriptors, child_poll(&child, descriptors), -1);
        assert_int_equal(child_read(&child, NULL, NULL), STATUS_OK);
        if (child_next_line(&child, &line, &length)) assert_int_equal(sscanf(line, "%ld", &inner), 1);
    }
    assert_int_equal(getpgid((pid_t)inner), child.pid);
    child_signal(&child, SIGTERM);
    read_to_end(&child, lines, sizeof lines); /* comes to its end: nobody holds the pipe any more */
    child_describe_end(&child, how, sizeof how);
    assert_string_equal(how, "killed by signal 15 (Terminated)");
    child_close(&child);
}

/* What a trainer leaves behind does not keep us from its end. */
static void leftovers_are_killed(void **state)
{
    (void)state;
    struct child child;
    char lines[64];
    start("sleep 100 & echo done", "", &child);
    read_to_end(&child, lines, sizeof lines);
    assert_string_equal(lines, "done|");
    while (child.output >= 0) { /* the pipe comes to its end, because the sleeper is gone */
        struct pollfd descriptors[2];
        assert_true(poll(descriptors, child_poll(&child, descriptors), 10000) > 0);
        assert_int_equal(child_read(&child, NULL, NULL), STATUS_OK);
    }
    child_close(&child);
}

static void signals_are_plain_in_the_child(void **state)
{
    (void)state;
    struct child child;
    char lines[16], how[64];
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    sigaction(SIGTERM, &ignore, &old);
    start("kill -TERM $$; exit 0", "", &child);
    read_to_end(&child, lines, sizeof lines);
    child_describe_end(&child, how, sizeof how);
    assert_string_equal(how, "killed by signal 15 (Terminated)");
    child_close(&child);
    sigaction(SIGTERM, &old, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* A child's descriptors are as many when another child runs as when none does. */
static void nothing_of_other_children_is_open(void **state)
{
    (void)state;
    struct child alone, first, second;
    char before[256], after[256];
    start("exec ls /proc/self/fd", "", &alone);
    read_to_end(&alone, before, sizeof before);
    start("cat; sleep 100", "", &first);
    start("exec ls /proc/self/fd", "", &second);
    read_to_end(&second, after, sizeof after);
    assert_true(strlen(before) >= strlen("0|1|2|"));
    assert_string_equal(before, after);
    child_close(&second);
    child_close(&first);
    child_close(&alone);
}

static void a_large_input_never_blocks(void **state)
{
    (void)state;
    static char input[300000];
    struct child child;
    char lines[64];
    memset(input, 'x', sizeof input - 1);
    start("sleep 0.02; wc -c", input, &child);
    read_to_end(&child, lines, sizeof lines);
    assert_string_equal(lines, "300000|");
    child_close(&child);
    start("exec 0<&-; echo deaf", input, &child);
    read_to_end(&child, lines, sizeof lines);
    assert_string_equal(lines, "deaf|");
    child_close(&child);
}

static void a_program_that_is_not_there(void **state)
{
    (void)state;
    struct child child;
    struct error error = {0};
    const char *const argv[] = {"ftbench-no-such-program", NULL};
    assert_int_equal(child_start(argv, "", &child, &error), STATUS_IO);
    assert_string_equal(error.text, "ftbench-no-such-program: cannot be started: No such file or directory");
    assert_int_equal(child.pid, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_whole),
        cmocka_unit_test(last_words_are_the_last_line_cleaned),
        cmocka_unit_test(a_group_is_killed_as_one),
        cmocka_unit_test(leftovers_are_killed),
        cmocka_unit_test(signals_are_plain_in_the_child),
        cmocka_unit_test(nothing_of_other_children_is_open),
        cmocka_unit_test(a_large_input_never_blocks),
        cmocka_unit_test(a_program_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
