/* exhaustive.c - surveys the elementary functions and compares with what is recorded (docs/elementary.md).
 *
 *   exhaustive [--sample] [--isa NAME|all] [--threads N] [--record] TABLE [FUNCTION...]
 *
 * Over all inputs, or a sample of them; with the best instruction set of this machine, a named one or each.
 * Exit 0 when everything is as recorded (or was recorded), 1 when something differs, 2 when it could not be
 * done. */
#include "record.h"
#include "truth.h"

#include "base/number.h"
#include "kernels/cpu/isa.h"

#include <stdio.h>
#include <string.h>

struct request {
    bool sample, record;
    const char *isa; /* NULL: the best */
    int threads;
    const char *table;
    bool chosen[SURVEY_FUNCTIONS];
};

static const struct {
    const struct elementary_loops *loops;
    bool (*usable)(void);
} instruction_sets[] = {
#ifdef __x86_64__
    {&elementary_loops_avx512, isa_usable_avx512},
    {&elementary_loops_avx2, isa_usable_avx2},
#endif
    {&elementary_loops_portable, isa_usable_portable},
};

enum { INSTRUCTION_SETS = sizeof instruction_sets / sizeof *instruction_sets };

static enum status read_arguments(int count, char **arguments, struct request *request, struct error *error)
{
    bool any = false;
    int function;
    *request = (struct request){.threads = 1};
    for (int i = 1; i < count; i++) {
        const char *word = arguments[i], *value = i + 1 < count ? arguments[i + 1] : NULL;
        int64_t threads;
        if (strcmp(word, "--sample") == 0) {
            request->sample = true;
        } else if (strcmp(word, "--record") == 0) {
            request->record = true;
        } else if (strcmp(word, "--isa") == 0 && value != NULL) {
            request->isa = value;
            i++;
        } else if (strcmp(word, "--threads") == 0 && value != NULL) {
            if (!number_parse_integer(value, &threads) || threads < 1 || threads > 1024)
                return error_set(error, STATUS_USAGE, "--threads %s: a number from 1 to 1024 is needed",
                                 value);
            request->threads = (int)threads;
            i++;
        } else if (word[0] == '-') {
            return error_set(error, STATUS_USAGE,
                             "%s: --sample, --isa NAME, --threads N and --record are known", word);
        } else if (request->table == NULL) {
            request->table = word;
        } else if (survey_finds(word, &function)) {
            request->chosen[function] = any = true;
        } else {
            return error_set(error, STATUS_USAGE, "%s: no function of that name (there is %s ... %s)", word,
                             survey_name(0), survey_name(SURVEY_FUNCTIONS - 1));
        }
    }
    if (request->table == NULL)
        return error_set(error, STATUS_USAGE, "the path of the recorded table is needed");
    for (int i = 0; i < SURVEY_FUNCTIONS && !any; i++)
        request->chosen[i] = true;
    return STATUS_OK;
}

struct comparison {
    struct record record;
    bool differs;
};

/* One function with one instruction set: its line, and whether it is as recorded. With --record the first
 * instruction set is recorded and others are compared with it. */
static enum status survey_one(const struct request *request, const struct elementary_loops *loops,
                              int function, struct comparison *comparison, struct error *error)
{
    struct survey survey;
    char text[160];
    bool all = !request->sample;
    struct record_row *recorded = &comparison->record.rows[function][all];
    bool recording = request->record && !recorded->known;
    TRY(survey_run(loops, function, all, request->threads, &survey, error));
    struct record_row row = record_row_of(&survey);
    if (function >= FLOAT_FUNCTIONS && !truth_measures_doubles()) row.error = recorded->error;
    record_row_text(function, all, &row, text);
    if (recording) *recorded = row;
    bool agrees = record_agrees(recorded, &row);
    const char *verdict = recording ? "recorded" : agrees ? "as recorded" : "DIFFERS";
    printf("%s %s, %s\n", text, loops->isa, verdict);
    if (!agrees) comparison->differs = true;
    if (!agrees && recorded->known) {
        record_row_text(function, all, recorded, text);
        printf("%s is recorded\n", text);
    }
    fflush(stdout);
    return STATUS_OK;
}

static enum status run(const struct request *request, struct comparison *comparison, struct error *error)
{
    bool found = false, every = request->isa != NULL && strcmp(request->isa, "all") == 0;
    TRY(record_read(request->table, &comparison->record, error));
    for (int i = 0; i < SURVEY_FUNCTIONS && request->record; i++) {
        if (request->chosen[i]) comparison->record.rows[i][!request->sample].known = false;
    }
    for (int i = 0; i < INSTRUCTION_SETS && (!found || every); i++) {
        const struct elementary_loops *loops = instruction_sets[i].loops;
        if (!instruction_sets[i].usable()) continue;
        if (request->isa != NULL && !every && strcmp(request->isa, loops->isa) != 0) continue;
        found = true;
        for (int function = 0; function < SURVEY_FUNCTIONS; function++) {
            if (request->chosen[function]) TRY(survey_one(request, loops, function, comparison, error));
        }
    }
    if (!found)
        return error_set(error, STATUS_UNSUPPORTED, "--isa %s: this machine has no such", request->isa);
    if (!request->record || comparison->differs) return STATUS_OK;
    return record_write(request->table, &comparison->record, error);
}

int main(int count, char **arguments)
{
    struct request request;
    struct comparison comparison = {0};
    struct error error;
    enum status status = read_arguments(count, arguments, &request, &error);
    if (status == STATUS_OK) status = run(&request, &comparison, &error);
    if (status != STATUS_OK) {
        fprintf(stderr, "exhaustive: %s\n", error.text);
        return 2;
    }
    return comparison.differs ? 1 : 0;
}
