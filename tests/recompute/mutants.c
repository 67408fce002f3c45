#include "mutants.h"

#include "figure_picture.h"
#include "prose.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
static int place_of(const char *number, int length, bool doubles)
{
    int place = number[0] == '-';
    for (int i = 0; i < length && number[i] != 'e'; i++) {
        if (!doubles && isdigit((unsigned char)number[i])) place = i;
    }
    return place;
}

int places_of_text(const char *text, struct number_place *places, int most)
{
    bool environment = false;
    int count = 0;
    for (size_t at = 0; text[at] != '\0'; at++) {
        if (strncmp(text + at, "\n## ", 4) == 0)
            environment = strncmp(text + at, "\n## Environment", 15) == 0;
        const int length = number_length(text + at, at == 0 ? ' ' : text[at - 1]);
        if (length == 0 || environment) continue;
        if (count == most) fail("a file of more than %d numbers", most);
        places[count++] = (struct number_place){.at = at, .length = length};
        at += (size_t)length - 1;
    }
    return count;
}

int mutants_refused(void (*check)(struct expected *, const char *), struct expected *expected,
                    const char *path, int every, number_places places_of)
{
    const bool doubles = strstr(path, ".json") != NULL || strstr(path, ".csv") != NULL;
    char *text = read_whole(path), name[4096];
    const char *folder = getenv("TMPDIR");
    struct number_place *places = allocate(MUTANT_PLACES, sizeof *places);
    snprintf(name, sizeof name, "%s/recompute.XXXXXX", folder != NULL ? folder : P_tmpdir);
    int count = places_of(text, places, MUTANT_PLACES), refused = 0, copy = mkstemp(name);
    if (copy < 0) fail("no temporary file");
    for (int i = 0; i < count; i += every) {
        const size_t at = places[i].at, place = at + (size_t)place_of(text + at, places[i].length, doubles);
        const char digit = text[place];
        text[place] = (char)('0' + (digit - '0' + 5) % 10);
        if (ftruncate(copy, 0) != 0 || pwrite(copy, text, strlen(text), 0) != (ssize_t)strlen(text))
            fail("%s: not written", name);
        if (!is_refused(check, expected, name))
            fail("%s: %.*s in place of %c... was accepted: ...%.60s", path, places[i].length, text + at,
                 digit, text + (at > 30 ? at - 30 : 0));
        text[place] = digit;
        refused++;
    }
    close(copy);
    unlink(name);
    free(text);
    free(places);
    return refused;
}
