#include "harness/compare/contenders.h"

#include "base/memory.h"
#include "harness/plan/design.h"
#include "harness/sequence.h"
#include "trainer/spec/keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void seed_book_free(struct seed_book *book)
{
    memory_free(book->sets);
    *book = (struct seed_book){0};
}

static enum status number_seeds(struct seed_book *book, const struct plan_run *run, uint64_t *number,
                                struct error *error)
{
    for (size_t i = 0; i < book->count; i++) {
        const struct seed_set *set = &book->sets[i];
        if (set->init != run->seed_init || set->order != run->seed_order || set->dropout != run->seed_dropout)
            continue;
        *number = i;
        return STATUS_OK;
    }
    if (book->count == book->capacity) {
        size_t capacity = book->capacity == 0 ? 16 : 2 * book->capacity;
        struct seed_set *sets = memory_resize(book->sets, capacity, sizeof *sets);
        if (sets == NULL) return error_no_memory(error, capacity * sizeof *sets);
        book->sets = sets;
        book->capacity = capacity;
    }
    *number = book->count;
    book->sets[book->count++] = (struct seed_set){run->seed_init, run->seed_order, run->seed_dropout};
    return STATUS_OK;
}

/* Whether the setting already has a finished run with these seeds, or with these bits: seeds that changed
 * nothing, as dropout's where nothing is dropped, make no new run. */
static bool has_run(const struct contender *contender, uint64_t seeds, const char *digest)
{
    for (size_t i = 0; i < contender->side.count; i++) {
        if (contender->side.seeds[i] == seeds) return true;
        if (digest[0] != '\0' && strcmp(contender->digests[i], digest) == 0) return true;
    }
    return false;
}

/* Take a run of the plan into its setting, whose values so far end at contenders->values[place]. */
static enum status take_run(struct contenders *contenders, const struct plan_run *planned,
                            const struct contender_run *run, size_t place, struct seed_book *book,
                            struct error *error)
{
    struct contender *contender = &contenders->items[planned->setting];
    if (run->outcome == RUN_PENDING) {
        contender->pending += !run->not_needed;
        return STATUS_OK;
    }
    contenders->values[place] = NAN;
    contenders->seeds[place] = UINT64_MAX - place; /* a failed run is nobody's pair and nobody's twin */
    if (run->outcome == RUN_DONE) {
        uint64_t seeds = 0;
        TRY(number_seeds(book, planned, &seeds, error));
        if (has_run(contender, seeds, run->digest)) {
            contender->twins++;
            return STATUS_OK;
        }
        contenders->seeds[place] = seeds;
        contenders->values[place] = run->value;
        snprintf(contenders->digests[place], sizeof contenders->digests[place], "%s", run->digest);
    }
    contender->side.count++;
    return STATUS_OK;
}

static enum status take_settings(const struct plan *plan, const struct contender_run *runs,
                                 struct contenders *contenders, struct seed_book *book, struct error *error)
{
    size_t place = 0;
    contenders->count = plan->setting_count;
    contenders->items = memory_zeroed(contenders->count, sizeof *contenders->items);
    contenders->values = memory_zeroed(plan->run_count, sizeof *contenders->values);
    contenders->seeds = memory_zeroed(plan->run_count, sizeof *contenders->seeds);
    contenders->digests = memory_zeroed(plan->run_count, sizeof *contenders->digests);
    if (contenders->items == NULL || contenders->values == NULL || contenders->seeds == NULL ||
        contenders->digests == NULL)
        return error_no_memory(error,
                               plan->run_count * (sizeof *contenders->digests + sizeof *contenders->values));
    for (size_t i = 0; i < contenders->count; i++) {
        struct contender *contender = &contenders->items[i];
        *contender = (struct contender){
            .label = plan->settings[i].label,
            .number = i + 1,
            .side = {.values = contenders->values + place, .seeds = contenders->seeds + place},
            .digests = (const char(*)[DIGEST_TEXT])(contenders->digests + place)};
        for (size_t run = 0; run < plan->run_count; run++) {
            if ((size_t)plan->runs[run].setting != i) continue;
            TRY(take_run(contenders, &plan->runs[run], &runs[run], place + contender->side.count, book,
                         error));
        }
        place += contender->side.count;
    }
    return STATUS_OK;
}

enum status contenders_make(const struct plan *plan, const struct contender_run *runs, struct seed_book *book,
                            struct contenders *contenders, struct error *error)
{
    *contenders = (struct contenders){.folder = "", .metric = plan->experiment.metric};
    enum status status = take_settings(plan, runs, contenders, book, error);
    if (status != STATUS_OK) contenders_free(contenders);
    return status;
}

/* Read one run; its digest goes to `digest`. */
static enum status read_run(struct store *store, const char *id, struct contenders *contenders,
                            struct contender_run *run, char digest[DIGEST_TEXT], struct error *error)
{
    struct run_record record = {0};
    TRY(store_load_run(store, id, &record, error));
    run->outcome = record.outcome;
    run->value = record.has_end ? observed_end_metric(&record.end, contenders->metric) : (double)NAN;
    run->digest = digest;
    memcpy(digest, record.end.digest, DIGEST_TEXT);
    if (record.has_begin && contenders->program[0] == '\0') {
        snprintf(contenders->program, sizeof contenders->program, "%s", record.begin.program);
        snprintf(contenders->commit, sizeof contenders->commit, "%s", record.begin.commit);
    }
    run_record_free(&record);
    return STATUS_OK;
}

static enum status read_store(struct store *store, struct contenders *contenders, struct seed_book *book,
                              struct error *error)
{
    enum status status = STATUS_OK;
    struct sequence *sequence = NULL;
    TRY(store_load_plan(store, &contenders->plan, error));
    const struct plan *plan = &contenders->plan;
    if (contenders->metric == CONTENDERS_OWN_METRIC) contenders->metric = plan->experiment.metric;
    struct contender_run *runs = memory_zeroed(plan->run_count, sizeof *runs);
    char(*digests)[DIGEST_TEXT] = memory_zeroed(plan->run_count, sizeof *digests);
    if (runs == NULL || digests == NULL) {
        status = error_no_memory(error, plan->run_count * (sizeof *runs + sizeof *digests));
        goto done;
    }
    TRY_TO(done, sequence_read(plan, store, &sequence, error));
    for (size_t i = 0; i < plan->run_count; i++) {
        TRY_TO(done, read_run(store, plan->runs[i].id, contenders, &runs[i], digests[i], error));
        TRY_TO(done, sequence_run_not_needed(sequence, i, &runs[i].not_needed, error));
    }
    status = take_settings(plan, runs, contenders, book, error);
done:
    sequence_free(sequence);
    memory_free(runs);
    memory_free(digests);
    return status;
}

enum status contenders_read(const char *folder, int metric, struct seed_book *book,
                            struct contenders *contenders, struct error *error)
{
    struct store *store = NULL;
    *contenders = (struct contenders){.folder = folder, .metric = metric};
    TRY(store_open(folder, STORE_READ, &store, error));
    enum status status = read_store(store, contenders, book, error);
    store_close(store);
    if (status != STATUS_OK) contenders_free(contenders);
    return status;
}

void contenders_free(struct contenders *contenders)
{
    memory_free(contenders->items);
    memory_free(contenders->values);
    memory_free(contenders->seeds);
    memory_free(contenders->digests);
    plan_free(&contenders->plan);
    *contenders = (struct contenders){0};
}

bool contenders_higher_is_better(const struct contenders *contenders)
{
    return contenders->metric != METRIC_EVAL_LOSS;
}

enum status contenders_find(const struct contenders *contenders, const char *word, size_t *index,
                            struct error *error)
{
    struct text list = {0};
    enum plan_match match = plan_find_setting(&contenders->plan, word, index);
    if (match == PLAN_ONE_MATCH) return STATUS_OK;
    plan_list_settings(&contenders->plan, &list);
    enum status status = text_status(&list, error);
    if (status == STATUS_OK)
        status =
            error_set(error, STATUS_USAGE, "compare: '%s' is %s of %s; its settings, by number or label: %s",
                      word, match == PLAN_NO_MATCH ? "no setting" : "the start of more than one setting",
                      contenders->folder, text_string(&list));
    text_free(&list);
    return status;
}

/* Whether both are known and not the same. */
static bool contradict(const char *a, const char *b)
{
    return a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0;
}

enum status contenders_check_independent(const struct contenders *contenders, struct error *error)
{
    int design = (int)contenders->plan.experiment.design;
    if (design == DESIGN_JOINT) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "compare: the runs of %s share seeds by design (design = %s), so they are not "
                     "independent and no p or interval would hold; compare settings that were repeated with "
                     "all seeds varied together (design = joint)",
                     contenders->folder, design_name(design));
}

enum status contenders_check_alike(const struct contenders *a, const struct contenders *b,
                                   struct error *error)
{
    const struct run_spec *left = &a->plan.experiment.base, *right = &b->plan.experiment.base;
    if (a->metric != b->metric)
        return error_set(error, STATUS_USAGE,
                         "compare: %s is judged by %s and %s by %s; say by which to compare with --metric",
                         a->folder, metric_words[a->metric], b->folder, metric_words[b->metric]);
    bool has_file = left->validation_path[0] != '\0';
    bool other = has_file != (right->validation_path[0] != '\0') ||
                 strcmp(left->label_column, right->label_column) != 0;
    if (has_file)
        other = other || contradict(left->validation_digest, right->validation_digest);
    else
        other = other || contradict(left->train_digest, right->train_digest) ||
                left->validation_fraction < right->validation_fraction ||
                left->validation_fraction > right->validation_fraction ||
                left->split_seed != right->split_seed;
    if (!other) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "compare: %s and %s were validated on different examples ([data] train, validation, "
                     "split_seed, label_column), so their %s cannot be compared",
                     a->folder, b->folder, metric_words[a->metric]);
}

static void add_difference(struct text *out, const char *name, const char *a, const char *b)
{
    if (strcmp(a, b) == 0) return;
    text_addf(out, "%s%s %s / %s", out->length > 0 ? "; " : "", name, a[0] == '\0' ? "?" : a,
              b[0] == '\0' ? "?" : b);
}

static bool is_swept(const struct plan *plan, const struct key *key)
{
    for (int i = 0; i < plan->experiment.sweeps; i++) {
        if (strcmp(plan->experiment.swept[i], key->name) == 0) return true;
    }
    return false;
}

void contenders_differences(const struct contenders *a, const struct contenders *b, struct text *out)
{
    const struct run_spec *left = &a->plan.experiment.base, *right = &b->plan.experiment.base;
    for (size_t i = 0; i < run_key_count; i++) {
        const struct key *key = &run_keys[i];
        char of_a[SPEC_NAME_BYTES], of_b[SPEC_NAME_BYTES];
        if (!key_is_setting(key) || is_swept(&a->plan, key) || is_swept(&b->plan, key)) continue;
        key_get(key, left, of_a, sizeof of_a);
        key_get(key, right, of_b, sizeof of_b);
        add_difference(out, key->name, of_a, of_b);
    }
    if (contradict(left->train_digest, right->train_digest))
        add_difference(out, "train file", left->train_digest, right->train_digest);
    if (contradict(left->model_digest, right->model_digest))
        add_difference(out, "model", left->model_digest, right->model_digest);
    if (contradict(a->program, b->program)) add_difference(out, "program", a->program, b->program);
    if (contradict(a->commit, b->commit)) add_difference(out, "commit", a->commit, b->commit);
}
