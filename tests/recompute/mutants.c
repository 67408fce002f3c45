#include "mutants.h"

#include "prose.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *read_file(const char *path)
{
    enum { MOST = 1 << 22 };
    FILE *file = fopen(path, "r");
    char *text = allocate(MOST, 1);
    if (file == NULL || fread(text, 1, MOST, file) == MOST) fail("%s cannot be read whole", path);
    fclose(file);
    return text;
}

static bool is_refused(void (*check)(struct expected *, const char *), struct expected *expected,
                       const char *path)
{
    int outcome;
    fflush(NULL);
    pid_t child = fork();
    if (child < 0) fail("no child process");
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL) _exit(2);
        check(expected, path);
        _exit(0);
    }
    return waitpid(child, &outcome, 0) == child && WIFEXITED(outcome) && WEXITSTATUS(outcome) == 1;
}

/* Which digit of a number is changed: the last one that matters. In files of doubles the 17th digit may be
 * noise, so there it is the first of all. */
static int place_of(const char *number, int length, bool is_report)
{
    int place = number[0] == '-';
    for (int i = 0; i < length && number[i] != 'e'; i++) {
        if (is_report && isdigit((unsigned char)number[i])) place = i;
    }
    return place;
}

int mutants_refused(void (*check)(struct expected *, const char *), struct expected *expected,
                    const char *path, int every)
{
    bool is_report = strstr(path, ".md") != NULL, environment = false;
    char *text = read_file(path), name[4096];
    const char *folder = getenv("TMPDIR");
    snprintf(name, sizeof name, "%s/recompute.XXXXXX", folder != NULL ? folder : P_tmpdir);
    int seen = 0, refused = 0, copy = mkstemp(name);
    if (copy < 0) fail("no temporary file");
    for (size_t at = 0; text[at] != '\0'; at++) {
        if (strncmp(text + at, "\n## ", 4) == 0)
            environment = strncmp(text + at, "\n## Environment", 15) == 0;
        int length = number_length(text + at, at == 0 ? ' ' : text[at - 1]);
        if (length == 0 || environment) continue;
        if (seen++ % every == 0) {
            size_t place = at + (size_t)place_of(text + at, length, is_report);
            char digit = text[place];
            text[place] = (char)('0' + (digit - '0' + 5) % 10);
            if (ftruncate(copy, 0) != 0 || pwrite(copy, text, strlen(text), 0) != (ssize_t)strlen(text))
                fail("%s: not written", name);
            if (!is_refused(check, expected, name))
                fail("%s: %.*s in place of %c... was accepted: ...%.60s", path, length, text + at, digit,
                     text + (at > 30 ? at - 30 : 0));
            text[place] = digit;
            refused++;
        }
        at += (size_t)length - 1;
    }
    close(copy);
    unlink(name);
    free(text);
    return refused;
}
