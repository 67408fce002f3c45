#include "trainer/trained_model.h"

#include "base/memory.h"
#include "trainer/data/capacity.h"
#include "trainer/data/labels.h"
#include "trainer/environment.h"
#include "trainer/model/hf_config.h"
#include "trainer/model/memory_plan.h"
#include "trainer/model/model_labels.h"
#include "trainer/model/pretrained.h"
#include "trainer/model_tokenizer.h"
#include "trainer/saved_settings.h"
#include "trainer/spec/model_folder.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROWS_AT_ONCE = 64 };

void trained_model_defaults(struct run_spec *spec)
{
    run_spec_defaults(spec);
    spec->max_length = spec->batch_size = 0;
    spec->text_column[0] = spec->text_pair_column[0] = spec->label_column[0] = '\0';
}

enum status trained_model_complete(struct run_spec *spec, struct error *error)
{
    struct run_spec defaults;
    struct model_config config;
    TRY(model_folder_check(spec->model_path, error));
    TRY(hf_config_read(spec->model_path, &config, error));
    TRY(saved_settings_read(spec, error));
    if (spec->max_length != 0) return STATUS_OK;
    run_spec_defaults(&defaults);
    spec->max_length = defaults.max_length;
    if (spec->max_length > config.max_positions) spec->max_length = config.max_positions;
    return STATUS_OK;
}

static char *name_of(const struct model_labels *labels, int class)
{
    char number[16];
    snprintf(number, sizeof number, "%d", class);
    return memory_copy_string(labels->names[class] == NULL ? number : labels->names[class]);
}

static enum status name_classes(struct trained_model *trained, struct error *error)
{
    struct model_labels labels;
    TRY(model_labels_read(trained->spec.model_path, &labels, error));
    enum status status = STATUS_OK;
    trained->classes = labels.count;
    trained->names = memory_zeroed((size_t)labels.count, sizeof *trained->names);
    if (trained->names == NULL) status = error_no_memory(error, 0);
    for (int c = 0; c < labels.count && status == STATUS_OK; c++) {
        trained->names[c] = name_of(&labels, c);
        if (trained->names[c] == NULL) status = error_no_memory(error, 0);
        for (int other = 0; other < c && status == STATUS_OK; other++) {
            if (strcmp(trained->names[other], trained->names[c]) == 0)
                status = error_set(error, STATUS_BAD_INPUT,
                                   "%s/config.json: classes %d and %d have the same name in \"id2label\"",
                                   trained->spec.model_path, other, c);
        }
    }
    model_labels_free(&labels);
    return status;
}

/* Everything that transformers would draw at random must be there. */
static enum status load_weights(struct trained_model *trained, struct error *error)
{
    const char *folder = trained->spec.model_path;
    const struct class_names classes = {.count = trained->classes};
    const size_t total = (size_t)trained->model.layout.total;
    struct text missing = {0}, numbers = {0};
    float *block = memory_aligned(total, sizeof *block);
    if (block == NULL) return error_no_memory(error, total * sizeof *block);
    enum status status =
        pretrained_fill(folder, &trained->model.layout, NULL, &classes, block, &missing, &numbers, error);
    if (status == STATUS_OK && missing.length > 0)
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s: not a classifier: %.*s is missing; fine-tune it first (ftbench run, with "
                           "save_model = yes)",
                           folder, (int)strcspn(text_string(&missing), ","), text_string(&missing));
    if (status == STATUS_OK) status = transformer_upload(&trained->model, block, error);
    memory_free(block);
    text_free(&missing);
    text_free(&numbers);
    return status;
}

static enum status check_memory(const struct trained_model *trained, const struct model_config *config,
                                const struct batch_limits *limits, struct error *error)
{
    struct memory_plan plan;
    struct memory_room room;
    struct memory_shortage shortage;
    int64_t numbers = 0;
    TRY(layout_count(config, trained->classes, &numbers, error));
    memory_plan_make(config, numbers, trained->classes, limits, KEEP_NOTHING, &plan);
    memory_room_find(trained->ops, trained->device, &room);
    if (memory_plan_fits(&plan, &room, &shortage)) return STATUS_OK;
    return memory_shortage_refuse(&shortage, "a smaller --batch-size or --max-length needs less", error);
}

static enum status open_all(struct trained_model *trained, struct error *error)
{
    const struct run_spec *spec = &trained->spec;
    struct model_config config;
    struct batch_limits limits;
    TRY(hf_config_read(spec->model_path, &config, error));
    TRY(name_classes(trained, error));
    TRY(model_tokenizer_open(spec, &config, &trained->tokenizer, error));
    const struct token_reading reading = model_config_reading(&config);
    TRY(capacity_for_evaluation(spec->batch_size, spec->max_length, &reading, &limits, error));
    TRY(backend_open(spec, &trained->ops, &trained->device, &trained->choice, error));
    TRY(check_memory(trained, &config, &limits, error));
    TRY(batch_create(trained->ops, trained->device, &limits, &trained->batch, error));
    TRY(transformer_create(trained->ops, trained->device, &config, trained->classes, &limits, KEEP_NOTHING,
                           &trained->model, error));
    return load_weights(trained, error);
}

enum status trained_model_open(const struct run_spec *spec, struct trained_model *trained,
                               struct error *error)
{
    *trained = (struct trained_model){.spec = *spec};
    enum status status = open_all(trained, error);
    if (status != STATUS_OK) trained_model_close(trained);
    return status;
}

void trained_model_close(struct trained_model *trained)
{
    if (trained->batch.ops != NULL) batch_free(&trained->batch);
    transformer_free(&trained->model);
    tokenizer_close(trained->tokenizer);
    labels_free(trained->names, trained->classes);
    if (trained->device != NULL) trained->ops->close(trained->device);
    *trained = (struct trained_model){0};
}

/* How far it is, on a terminal, and not before it has taken a while. */
struct progress {
    bool shown;
    double next; /* when to say it again */
};

static void progress_show(struct progress *progress, int done, int all)
{
    const double now = environment_seconds();
    if (now < progress->next || isatty(STDERR_FILENO) != 1) return;
    fprintf(stderr, "\r%d of %d rows ", done, all);
    progress->shown = true;
    progress->next = now + 0.5;
}

static void progress_end(const struct progress *progress)
{
    if (progress->shown) fputs("\r\033[K", stderr);
}

/* The rows of a table that are answered at once. */
struct portion {
    int size;
    int32_t *rows;          /* (size), numbers in the table */
    struct answers answers; /* (size) */
};

static enum status portion_create(const struct trained_model *trained, struct portion *portion,
                                  struct error *error)
{
    const int samples = trained->model.limits.samples;
    *portion = (struct portion){.size = samples > ROWS_AT_ONCE ? samples : ROWS_AT_ONCE};
    const size_t size = (size_t)portion->size, classes = (size_t)trained->classes;
    struct answers *answers = &portion->answers;
    portion->rows = memory_zeroed(size, sizeof *portion->rows);
    answers->predictions = memory_zeroed(size, sizeof *answers->predictions);
    answers->losses = memory_zeroed(size, sizeof *answers->losses);
    answers->probabilities = memory_zeroed(size * classes, sizeof *answers->probabilities);
    if (portion->rows != NULL && answers->predictions != NULL && answers->losses != NULL &&
        answers->probabilities != NULL)
        return STATUS_OK;
    return error_no_memory(error, size * classes * sizeof *answers->probabilities);
}

static void portion_free(struct portion *portion)
{
    memory_free(portion->rows);
    memory_free(portion->answers.predictions);
    memory_free(portion->answers.losses);
    memory_free(portion->answers.probabilities);
}

static enum status answer_part(struct trained_model *trained, const struct table_part *part, const char *path,
                               const int32_t *labels, const struct answers *answers,
                               struct text_counts *counts, struct error *error)
{
    struct samples samples;
    enum status status =
        samples_tokenize(part, path, trained->tokenizer, trained->spec.max_length, &samples, counts, error);
    if (status == STATUS_OK && labels != NULL)
        memcpy(samples.labels, labels + part->rows[0], (size_t)part->count * sizeof *labels);
    if (status == STATUS_OK)
        status = evaluation_answer(&trained->model, &trained->batch, &samples, answers, error);
    samples_free(&samples);
    return status;
}

enum status trained_model_answer(struct trained_model *trained, const struct table *table, const char *path,
                                 const int32_t *labels, const volatile sig_atomic_t *stop,
                                 trained_model_take *take, void *context, struct text_counts *counts,
                                 struct error *error)
{
    struct portion portion;
    struct progress progress = {.next = environment_seconds() + 2.0};
    enum status status = portion_create(trained, &portion, error);
    for (int from = 0; from < table->count && status == STATUS_OK;) {
        struct table_part part = {.table = table, .rows = portion.rows};
        for (; part.count < portion.size && from + part.count < table->count; part.count++)
            portion.rows[part.count] = from + part.count;
        if (*stop != 0)
            status =
                error_set(error, STATUS_INTERRUPTED, "interrupted after %d of %d rows", from, table->count);
        if (status == STATUS_OK)
            status = answer_part(trained, &part, path, labels, &portion.answers, counts, error);
        if (status == STATUS_OK) status = take(context, from, part.count, &portion.answers, error);
        from += part.count;
        progress_show(&progress, from, table->count);
    }
    progress_end(&progress);
    portion_free(&portion);
    return status;
}
