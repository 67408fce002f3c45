/* Saved models that answer: the numbers of the run that saved them, whatever computes; what their folders say
 * about classes and settings; folders that are no classifiers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/trainer/support_folder.h"
#include "trainer/data/labels.h"
#include "trainer/finetune.h"
#include "trainer/model/model_labels.h"
#include "trainer/trained_model.h"
#include "trainer/weights/weights_folder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIXTURES FTBENCH_SOURCE_DIR "/tests/fixtures/"
#define LETTERS FIXTURES "letters.tsv"
enum { MOST = 256, CLASSES = 2 };

/* The evaluation whose weights a run saved. */
struct kept {
    int count;
    int32_t predictions[MOST];
    float losses[MOST];
    double loss;
};

static struct folder folder;
static char saved[1024];
static volatile sig_atomic_t stop;

static int set_up(void **state)
{
    (void)state;
    folder_make(&folder);
    snprintf(saved, sizeof saved, "%s/model", folder.path);
    stop = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(&folder);
    return 0;
}

static enum status hear(void *context, const struct observation *observation, struct error *error)
{
    struct kept *kept = context;
    (void)error;
    if (observation->kind != OBSERVATION_EVALUATION || !observation->as.evaluation.best) return STATUS_OK;
    const struct observed_evaluation *evaluation = &observation->as.evaluation;
    assert_in_range(evaluation->count, 1, MOST);
    kept->count = evaluation->count;
    kept->loss = evaluation->loss;
    memcpy(kept->predictions, evaluation->predictions, (size_t)evaluation->count * sizeof(int32_t));
    memcpy(kept->losses, evaluation->losses, (size_t)evaluation->count * sizeof(float));
    return STATUS_OK;
}

/* Train on the letters, validate on the same rows, keep the best model. */
static void train(const char *fixture, struct kept *kept)
{
    struct run_spec spec;
    struct error error = {0};
    struct finetune_sink sink = {.take = hear, .context = kept};
    run_spec_defaults(&spec);
    snprintf(spec.model_path, sizeof spec.model_path, FIXTURES "%s", fixture);
    snprintf(spec.train_path, sizeof spec.train_path, "%s", LETTERS);
    snprintf(spec.validation_path, sizeof spec.validation_path, "%s", LETTERS);
    snprintf(spec.saved_model, sizeof spec.saved_model, "%s", saved);
    spec.validation_fraction = 0;
    spec.init = INIT_RANDOM;
    spec.max_length = 9;
    spec.learning_rate = 0.02;
    spec.batch_size = 5;
    spec.epochs = 3;
    spec.padding = PADDING_MAX;
    if (finetune_run(&spec, &sink, NULL, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(kept->count, 60);
}

/* What was answered, row by row. */
struct answered {
    int count, calls;
    int32_t predictions[MOST];
    float losses[MOST];
    double probabilities[MOST][CLASSES];
};

static enum status take(void *context, int from, int count, const struct answers *answers,
                        struct error *error)
{
    struct answered *answered = context;
    (void)error;
    assert_int_equal(from, answered->count);
    for (int i = 0; i < count; i++) {
        answered->predictions[from + i] = answers->predictions[i];
        answered->losses[from + i] = answers->losses[i];
        for (int c = 0; c < CLASSES; c++)
            answered->probabilities[from + i][c] = answers->probabilities[i * CLASSES + c];
    }
    answered->count += count;
    answered->calls++;
    return STATUS_OK;
}

static enum status complete(const char *path, struct run_spec *spec, struct error *error)
{
    trained_model_defaults(spec);
    snprintf(spec->model_path, sizeof spec->model_path, "%s", path);
    return trained_model_complete(spec, error);
}

/* Answer to all letters. */
static enum status answer(const struct run_spec *spec, struct answered *answered, struct text_counts *counts,
                          struct error *error)
{
    const struct columns_asked asked = {spec->text_column, "", spec->label_column, HEADER_AUTO, false, 0};
    struct trained_model trained = {.classes = 0};
    struct table table = {0};
    int32_t labels[MOST], rows[MOST];
    enum status status = table_read(LETTERS, &asked, &table, error);
    struct table_part part = {.table = &table, .rows = rows, .count = table.count};
    for (int i = 0; i < table.count; i++)
        rows[i] = i;
    if (status == STATUS_OK) status = trained_model_open(spec, &trained, error);
    if (status == STATUS_OK)
        status =
            labels_assign(&part, LETTERS, trained.names, trained.classes, LABELS_OF_MODEL, labels, error);
    if (status == STATUS_OK)
        status =
            trained_model_answer(&trained, &table, LETTERS, labels, &stop, take, answered, counts, error);
    trained_model_close(&trained);
    table_free(&table);
    return status;
}

static void check_answers(const struct run_spec *spec, const struct kept *kept)
{
    struct answered *answered = calloc(1, sizeof *answered);
    struct text_counts counts = {0};
    struct error error = {0};
    assert_non_null(answered);
    if (answer(spec, answered, &counts, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(answered->count, kept->count);
    assert_int_equal(answered->calls, spec->batch_size > kept->count ? 1 : (kept->count + 63) / 64);
    assert_memory_equal(answered->losses, kept->losses, (size_t)kept->count * sizeof(float));
    assert_memory_equal(answered->predictions, kept->predictions, (size_t)kept->count * sizeof(int32_t));
    for (int i = 0; i < kept->count; i++) {
        const double *p = answered->probabilities[i];
        assert_true(fabs(p[0] + p[1] - 1.0) < 1e-15);
        assert_true(p[kept->predictions[i]] >= 0.5);
    }
    free(answered);
}

/* The saved settings are taken, and nothing else changes a bit. */
static void check_model(const char *fixture)
{
    struct kept *kept = calloc(1, sizeof *kept);
    struct run_spec spec;
    assert_non_null(kept);
    train(fixture, kept);
    assert_int_equal(complete(saved, &spec, NULL), STATUS_OK);
    assert_int_equal(spec.max_length, 9);
    assert_string_equal(spec.text_column, "text");
    check_answers(&spec, kept);
    spec.batch_size = 1;
    check_answers(&spec, kept);
    spec.batch_size = 100;
    spec.threads = 2;
    snprintf(spec.isa, sizeof spec.isa, "portable");
    check_answers(&spec, kept);
    spec.max_length = 4; /* which does change them */
    struct answered *other = calloc(1, sizeof *other);
    struct text_counts counts = {0};
    assert_non_null(other);
    assert_int_equal(answer(&spec, other, &counts, NULL), STATUS_OK);
    assert_in_range(counts.truncated, 1, 60);
    assert_memory_not_equal(other->losses, kept->losses, 60 * sizeof(float));
    free(other);
    free(kept);
}

static void test_bert(void **state)
{
    (void)state;
    check_model("letters-bert");
}

static void test_llama(void **state)
{
    (void)state;
    check_model("letters-llama");
}

static void test_stopped(void **state)
{
    (void)state;
    struct kept kept = {0};
    struct run_spec spec;
    struct error error = {0};
    struct text_counts counts = {0};
    train("letters-bert", &kept);
    assert_int_equal(complete(saved, &spec, NULL), STATUS_OK);
    stop = 1;
    assert_int_equal(answer(&spec, NULL, &counts, &error), STATUS_INTERRUPTED);
    assert_string_equal(error.text, "interrupted after 0 of 60 rows");
}

/* Rewrites the saved config.json: `from` becomes `to`. */
static void edit_config(const char *from, const char *to)
{
    char path[2048];
    struct text content = {0}, edited = {0};
    snprintf(path, sizeof path, "%s/config.json", saved);
    assert_int_equal(file_read(path, 0, &content, NULL), STATUS_OK);
    const char *found = strstr(content.data, from);
    if (found == NULL) fail_msg("no %s in %s", from, content.data);
    text_add_bytes(&edited, content.data, (size_t)(found - content.data));
    text_addf(&edited, "%s%s", to, found + strlen(from));
    assert_int_equal(file_write(path, edited.data, edited.length, NULL), STATUS_OK);
    text_free(&content);
    text_free(&edited);
}

static void refuse_as(enum status refusal, const char *expected)
{
    struct run_spec spec;
    struct error error = {0};
    struct text_counts counts = {0};
    long before = memory_blocks_alive();
    enum status status = complete(saved, &spec, &error);
    if (status == STATUS_OK) status = answer(&spec, NULL, &counts, &error);
    assert_int_equal(memory_blocks_alive(), before);
    if (status != refusal || strstr(error.text, expected) == NULL)
        fail_msg("%s: %s; wanted: %s", status_name(status), error.text, expected);
}

static void refuse(const char *expected)
{
    refuse_as(STATUS_BAD_INPUT, expected);
}

static void test_refusals(void **state)
{
    (void)state;
    struct kept kept = {0};
    struct run_spec spec;
    char path[2048];
    struct text weights = {0};
    train("letters-bert", &kept);
    edit_config("\"max_length\": 9", "\"max_length\": \"many\"");
    refuse("config.json: \"task_specific_params.ftbench.max_length\": 'many' is not");
    edit_config("\"max_length\": \"many\"", "\"header\": \"maybe\", \"max_length\": [9]");
    refuse("config.json: \"task_specific_params.ftbench.header\" is not known; max_length, text_column");
    edit_config("\"header\": \"maybe\", ", "");
    refuse("config.json: \"task_specific_params.ftbench.max_length\" must be a whole number, not [ 9 ]");
    edit_config("\"ftbench\"", "\"ftbench\": [\"a/b\"], \"other\"");
    refuse("config.json: \"task_specific_params.ftbench\" must be an object, not [ \"a/b\" ]");
    edit_config("\"ftbench\": [\"a/b\"], \"other\"", "\"ftbench\": \"text\", \"other\"");
    refuse("config.json: \"task_specific_params.ftbench\" must be an object, not \"text\"");
    edit_config("\"ftbench\": \"text\", \"other\"", "\"ftbench\"");
    edit_config("\"max_length\": [9]", "\"max_length\": 99");
    refuse("max_length 99 is more than the model's 16 positions");
    edit_config("\"max_length\": 99,", "");
    assert_int_equal(complete(saved, &spec, NULL), STATUS_OK);
    assert_int_equal(spec.max_length, 16); /* the model's most */
    edit_config("\"0\": \"0\"", "\"0\": \"1\"");
    refuse("classes 0 and 1 have the same name in \"id2label\"");
    edit_config("\"0\": \"1\"", "\"0\": \"0\",\n    \"2\": \"2\"");
    refuse("the head tells 2 classes apart, config.json (id2label, or num_labels) has 3");
    edit_config("\"2\": \"2\"", "\"3\": \"3\"");
    refuse("\"id2label\" has 3 names, but none for class 2");
    edit_config(",\n    \"3\": \"3\"", "");
    edit_config("\"1\": \"1\"", "\"1\": \"yes\"");
    refuse(
        "letters.tsv:3: the label \"1\" is none of the model's classes (id2label of its config.json), which "
        "are: 0, yes");
    edit_config("\"1\": \"yes\"", "\"1\": \"1\"");
    snprintf(path, sizeof path, "%s/model.safetensors", saved);
    assert_int_equal(file_read(path, 0, &weights, NULL), STATUS_OK);
    assert_int_equal(file_write(path, weights.data, weights.length - 4, NULL), STATUS_OK);
    refuse("model.safetensors");
    text_free(&weights);
    remove(path);
    refuse("has no weights");
}

/* What a base encoder's folder has: all but the tensors whose names begin so. */
static void drop_weights(const char *beginning)
{
    enum { TENSORS = 64 };
    struct weights_folder weights;
    struct safetensors_source sources[TENSORS];
    char path[2048];
    size_t count = 0;
    assert_int_equal(weights_folder_open(saved, &weights, NULL), STATUS_OK);
    const struct safetensors *file = &weights.opened[0];
    assert_in_range(file->count, 1, TENSORS);
    for (size_t t = 0; t < file->count; t++) {
        const struct safetensors_tensor *tensor = &file->tensors[t];
        if (strncmp(tensor->name, beginning, strlen(beginning)) == 0) continue;
        float *values = calloc(tensor->count, sizeof *values);
        assert_non_null(values);
        assert_int_equal(safetensors_read(file, tensor, values, NULL), STATUS_OK);
        sources[count] = (struct safetensors_source){.name = tensor->name, .rank = tensor->rank};
        memcpy(sources[count].shape, tensor->shape, sizeof sources[count].shape);
        sources[count++].values = values;
    }
    snprintf(path, sizeof path, "%s/model.safetensors", saved);
    assert_int_equal(safetensors_write(path, sources, count, NULL), STATUS_OK);
    weights_folder_close(&weights);
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)sources[i].values);
}

static void test_no_head(void **state)
{
    (void)state;
    struct kept kept = {0};
    train("letters-bert", &kept);
    drop_weights("classifier.");
    refuse("model: not a classifier: classifier.weight is missing; fine-tune it first");
    drop_weights("bert.encoder.layer.1.");
    refuse("there is no tensor \"bert.encoder.layer.1.");
}

/* Names, no names, and numbers in the place of names. */
/* Before any of it is taken. */
static void test_too_large_for_any_machine(void **state)
{
    (void)state;
    struct kept kept = {0};
    train("letters-bert", &kept);
    edit_config("\"vocab_size\": 16", "\"vocab_size\": 16777216");
    edit_config("\"hidden_size\": 12", "\"hidden_size\": 12288");
    refuse_as(STATUS_NO_MEMORY, " are free; a smaller --batch-size or --max-length needs less");
}

static void test_labels(void **state)
{
    (void)state;
    static const struct {
        const char *config, *names;
    } cases[] = {{"{}", "-,-,"},
                 {"{\"num_labels\": 3}", "-,-,-,"},
                 {"{\"num_labels\": null, \"id2label\": null}", "-,-,"},
                 {"{\"num_labels\": 9, \"id2label\": {\"1\": \"b\", \"0\": \"LABEL_0\"}}", "-,b,"},
                 {"{\"id2label\": {\"0\": \"LABEL_1\"}}", "LABEL_1,"},
                 {"{\"id2label\": {}}", "!\"id2label\" must be of 1 to"},
                 {"{\"id2label\": []}", "!\"id2label\" must be an object"},
                 {"{\"id2label\": {\"0\": \"a\", \"x\": \"b\"}}", "!but none for class 1"},
                 {"{\"id2label\": {\"0\": null}}", "!must give class 0 a name"},
                 {"{\"num_labels\": 0}", "!\"num_labels\" must be of 1 to"},
                 {"{\"num_labels\": 1.5}", "!\"num_labels\" must be of 1 to"},
                 {"{", "!config.json: "}};
    char path[1024];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct model_labels labels;
        struct text names = {0};
        struct error error = {0};
        folder_print(&folder, "config.json", cases[i].config, path);
        if (model_labels_read(folder.path, &labels, &error) != STATUS_OK)
            text_addf(&names, "!%s", error.text);
        for (int c = 0; c < labels.count; c++)
            text_addf(&names, "%s,", labels.names[c] == NULL ? "-" : labels.names[c]);
        model_labels_free(&labels);
        bool same = cases[i].names[0] == '!' ? strstr(text_string(&names), cases[i].names + 1) != NULL
                                             : strcmp(text_string(&names), cases[i].names) == 0;
        if (!same) fail_msg("%s gives %s", cases[i].config, text_string(&names));
        text_free(&names);
    }
}

/* The classes of `labels` (one byte each) among names, or the error's end. */
static void assign(const char *labels, char *const *names, const char *expected)
{
    struct table_row rows[8];
    int32_t numbers[8], classes[8];
    struct table table = {.rows = rows, .count = (int)strlen(labels)};
    struct table_part part = {.table = &table, .rows = numbers, .count = table.count};
    char found[600] = "";
    struct error error = {0};
    for (int i = 0; i < table.count; i++) {
        numbers[i] = i;
        rows[i] = (struct table_row){.label = labels + i, .label_length = 1, .line = i + 1};
    }
    if (labels_assign(&part, "f", names, 2, LABELS_OF_MODEL, classes, &error) != STATUS_OK)
        snprintf(found, sizeof found, "%.500s", error.text);
    for (int i = 0; i < table.count && found[0] != 'f'; i++)
        snprintf(found + i, sizeof found - (size_t)i, "%d", classes[i]);
    if (strcmp(found, expected) != 0) fail_msg("%s; wanted: %s", found, expected);
}

static void test_labels_of_a_file(void **state)
{
    (void)state;
    char a[] = "a", b[] = "b", one[] = "1", zero[] = "0";
    char *letters[] = {a, b}, *numbers[] = {zero, one}, *crossed[] = {one, b};
    assign("abba", letters, "0110");
    assign("ab01", letters, "0101");
    assign("01", numbers, "01");
    assign("1b", crossed, "01");
    assign(
        "1b0", crossed,
        "f:3: the label \"0\" is none of the model's classes (id2label of its config.json), which are: 1, b");
    assign(
        "2", letters,
        "f:1: the label \"2\" is none of the model's classes (id2label of its config.json), which are: a, b");
}

static void test_no_memory(void **state)
{
    (void)state;
    struct kept kept = {0};
    train("letters-llama", &kept);
    long before = memory_blocks_alive();
    bool done = false;
    for (long n = 1; !done; n++) {
        struct run_spec spec;
        struct error error = {0};
        struct answered *answered = calloc(1, sizeof *answered);
        struct text_counts counts = {0};
        assert_non_null(answered);
        memory_fail_from(n);
        enum status status = complete(saved, &spec, &error);
        if (status == STATUS_OK) status = answer(&spec, answered, &counts, &error);
        memory_fail_from(0);
        done = status == STATUS_OK;
        if (!done) assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), before);
        assert_true(n < 2000);
        free(answered);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bert, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_llama, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_head, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_large_for_any_machine, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_labels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_labels_of_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
