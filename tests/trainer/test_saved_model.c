/* A trained model on disk: it is a folder like any other, and training goes on from it with the numbers that
 * were saved; the bits of a pretrained run depend on the folder, the settings and the seeds alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/json_read.h"
#include "tests/trainer/support_folder.h"
#include "trainer/finetune.h"
#include "trainer/spec/content.h"
#include "trainer/weights/weights_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIXTURES FTBENCH_SOURCE_DIR "/tests/fixtures/"
enum { EVALUATIONS = 16 };

/* What is looked at of a run. */
struct heard {
    int evaluations, best; /* best: the last that was called so */
    struct digest losses[EVALUATIONS];
    char notes[512]; /* codes, each with a blank behind; of "drawn" and "model" the message too */
    struct observed_end end;
    volatile sig_atomic_t stop;
    long stop_after; /* steps; 0: never */
};

static enum status hear(void *context, const struct observation *observation, struct error *error)
{
    struct heard *heard = context;
    (void)error;
    if (observation->kind == OBSERVATION_EVALUATION) {
        const struct observed_evaluation *evaluation = &observation->as.evaluation;
        assert_in_range(heard->evaluations, 0, EVALUATIONS - 1);
        if (evaluation->best) heard->best = heard->evaluations;
        heard->losses[heard->evaluations++] = digest_floats(evaluation->losses, (size_t)evaluation->count);
    } else if (observation->kind == OBSERVATION_NOTE) {
        const struct observed_note *note = &observation->as.note;
        size_t used = strlen(heard->notes);
        bool whole = strcmp(note->code, "drawn") == 0 || strcmp(note->code, "model") == 0;
        snprintf(heard->notes + used, sizeof heard->notes - used, "%s%s%s ", note->code, whole ? ": " : "",
                 whole ? note->message : "");
    } else if (observation->kind == OBSERVATION_STEP) {
        if (observation->as.step.step == heard->stop_after) heard->stop = 1;
    } else if (observation->kind == OBSERVATION_END) {
        heard->end = observation->as.end;
    }
    return STATUS_OK;
}

static struct folder results, headless;
static char saved[1024];

static struct run_spec letters(const char *model)
{
    struct run_spec spec;
    run_spec_defaults(&spec);
    snprintf(spec.model_path, sizeof spec.model_path, "%s", model);
    snprintf(spec.train_path, sizeof spec.train_path, FIXTURES "letters.tsv");
    spec.init = INIT_RANDOM;
    spec.validation_fraction = 0.25;
    spec.split_seed = 1;
    spec.max_length = 16;
    spec.learning_rate = 0.01;
    spec.batch_size = 6;
    spec.epochs = 2;
    spec.eval_steps = 3;
    spec.seed_init = 1;
    spec.seed_order = 2;
    spec.seed_dropout = 3;
    return spec;
}

static void run(const struct run_spec *spec, enum status expected, struct heard *heard)
{
    struct finetune_sink sink = {.take = hear, .context = heard};
    struct error error = {0};
    enum status status = finetune_run(spec, &sink, &heard->stop, &error);
    if (status != expected) fail_msg("status %s: %s", status_name(status), error.text);
}

static int set_up(void **state)
{
    (void)state;
    folder_make(&results);
    folder_make(&headless);
    snprintf(saved, sizeof saved, "%s/model", results.path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(&results);
    folder_remove(&headless);
    return 0;
}

static void save(const char *fixture, struct heard *heard)
{
    char model[1024];
    snprintf(model, sizeof model, FIXTURES "%s", fixture);
    struct run_spec spec = letters(model);
    snprintf(spec.saved_model, sizeof spec.saved_model, "%s", saved);
    run(&spec, STATUS_OK, heard);
}

static struct run_spec pretrained(const char *folder)
{
    struct run_spec spec = letters(folder);
    spec.init = INIT_PRETRAINED;
    return spec;
}

static bool same(struct digest a, struct digest b)
{
    return a.high == b.high && a.low == b.low;
}

/* The first evaluation of what was loaded is, bit by bit, the one whose weights were saved. */
static void check_round_trip(const char *fixture, bool load_best)
{
    char model[1024];
    struct heard before = {0}, after = {0};
    snprintf(model, sizeof model, FIXTURES "%s", fixture);
    struct run_spec spec = letters(model);
    snprintf(spec.saved_model, sizeof spec.saved_model, "%s", saved);
    spec.load_best_model_at_end = load_best;
    run(&spec, STATUS_OK, &before);
    assert_string_equal(before.notes, "");
    spec = pretrained(saved);
    run(&spec, STATUS_OK, &after);
    assert_string_equal(after.notes, "");
    int kept = load_best ? before.best : before.evaluations - 1;
    assert_true(kept > 0);
    assert_true(same(before.losses[kept], after.losses[0]));
    assert_false(same(before.losses[0], after.losses[0]));
}

static void test_round_trip(void **state)
{
    (void)state;
    check_round_trip("letters-bert", true);
    check_round_trip("letters-bert", false);
    check_round_trip("letters-llama", true);
}

static void check_member(struct json_object *config, const char *name, const char *expected)
{
    struct json_object *member = NULL;
    json_object_object_get_ex(config, name, &member);
    assert_string_equal(json_object_to_json_string_ext(member, JSON_C_TO_STRING_PLAIN), expected);
}

static void test_config(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct text content = {0};
    struct json_object *config = NULL;
    char path[2048];
    save("letters-llama", &heard);
    snprintf(path, sizeof path, "%s/config.json", saved);
    assert_int_equal(file_read(path, 0, &content, NULL), STATUS_OK);
    assert_int_equal(json_read_object(content.data, content.length, &config, NULL), STATUS_OK);
    assert_int_equal(json_read_check_names(content.data, config, NULL), STATUS_OK);
    check_member(config, "model_type", "\"llama\"");
    check_member(config, "rope_theta", "10000.0");
    check_member(config, "architectures", "[\"LlamaForSequenceClassification\"]");
    check_member(config, "problem_type", "\"single_label_classification\"");
    check_member(config, "num_labels", "2");
    check_member(config, "torch_dtype", "\"float32\"");
    check_member(config, "tokenizer_class", "\"BertTokenizer\""); /* of a vocab.txt, whatever the model */
    struct json_object *names = json_object_object_get(config, "id2label");
    struct json_object *numbers = json_object_object_get(config, "label2id");
    assert_int_equal(json_object_object_length(names), 2);
    assert_int_equal(json_object_object_length(numbers), 2);
    for (int c = 0; c < 2; c++) {
        char index[8];
        snprintf(index, sizeof index, "%d", c);
        const char *name = json_object_get_string(json_object_object_get(names, index));
        assert_int_equal(json_object_get_int(json_object_object_get(numbers, name)), c);
    }
    json_object_put(config);
    text_free(&content);
    snprintf(path, sizeof path, "%s/vocab.txt", saved);
    assert_true(file_exists(path));
}

/* A folder without the head, as pre-trained models are. */
static void behead(void)
{
    static const char *const copied[] = {"config.json", "vocab.txt"};
    struct weights_folder weights;
    struct safetensors_source sources[64];
    float *values[64];
    size_t count = 0;
    char path[2048];
    assert_int_equal(weights_folder_open(saved, &weights, NULL), STATUS_OK);
    const struct safetensors *file = &weights.opened[0];
    for (size_t t = 0; t < file->count; t++) {
        const struct safetensors_tensor *tensor = &file->tensors[t];
        if (strncmp(tensor->name, "classifier.", 11) == 0) continue;
        values[count] = calloc(tensor->count, sizeof(float));
        assert_int_equal(safetensors_read(file, tensor, values[count], NULL), STATUS_OK);
        sources[count] =
            (struct safetensors_source){.name = tensor->name, .rank = tensor->rank, .values = values[count]};
        memcpy(sources[count++].shape, tensor->shape, sizeof tensor->shape);
    }
    snprintf(path, sizeof path, "%s/" WEIGHTS_FILE, headless.path);
    assert_int_equal(safetensors_write(path, sources, count, NULL), STATUS_OK);
    weights_folder_close(&weights);
    while (count > 0)
        free(values[--count]);
    for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++) {
        struct text content = {0};
        snprintf(path, sizeof path, "%s/%s", saved, copied[i]);
        assert_int_equal(file_read(path, 0, &content, NULL), STATUS_OK);
        folder_write(&headless, copied[i], content.data, content.length, path);
        text_free(&content);
    }
}

/* The init stream draws the head and nothing else: with the head in the folder its seed decides nothing. */
static void test_the_init_seed_draws_the_head(void **state)
{
    (void)state;
    struct heard heard = {0}, first = {0}, other = {0}, again = {0};
    save("letters-bert", &heard);
    struct run_spec spec = pretrained(saved);
    run(&spec, STATUS_OK, &first);
    spec.seed_init = 77;
    run(&spec, STATUS_OK, &other);
    assert_string_equal(first.end.digest, other.end.digest);
    behead();
    spec = pretrained(headless.path);
    first = other = (struct heard){0};
    run(&spec, STATUS_OK, &first);
    run(&spec, STATUS_OK, &again);
    spec.seed_init = 77;
    run(&spec, STATUS_OK, &other);
    assert_string_equal(first.end.digest, again.end.digest);
    assert_string_not_equal(first.end.digest, other.end.digest);
    assert_non_null(strstr(first.notes,
                           "drawn: the model's folder has no weights for these, which were drawn at "
                           "random by the init seed: classifier.weight, classifier.bias"));
}

/* Neither threads, instructions, padding nor micro-batches decide a bit, and a checkpoint goes on to the same
 * end. */
static void test_the_contract_holds(void **state)
{
    (void)state;
    struct heard heard = {0}, plain = {0}, other = {0}, part = {.stop_after = 4}, rest = {0};
    save("letters-bert", &heard);
    behead();
    struct run_spec spec = pretrained(headless.path);
    run(&spec, STATUS_OK, &plain);
    spec.threads = 3;
    spec.padding = PADDING_MAX;
    spec.micro_batch = 4;
    spec.gradient_checkpointing = true;
    snprintf(spec.isa, sizeof spec.isa, "portable");
    run(&spec, STATUS_OK, &other);
    assert_string_equal(plain.end.digest, other.end.digest);
    spec = pretrained(headless.path);
    snprintf(spec.checkpoint, sizeof spec.checkpoint, "%s/run.ckpt", results.path);
    run(&spec, STATUS_INTERRUPTED, &part);
    assert_int_equal(part.end.steps, 4);
    assert_true(file_exists(spec.checkpoint));
    run(&spec, STATUS_OK, &rest);
    assert_string_equal(plain.end.digest, rest.end.digest);
    assert_string_equal(plain.notes, rest.notes);
}

/* Weights that change while a run is planned are content like any other. */
static void test_changed_weights_are_refused(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct error error = {0};
    save("letters-bert", &heard);
    behead();
    struct run_spec spec = pretrained(headless.path);
    assert_int_equal(content_fill(&spec, &error), STATUS_OK);
    run(&spec, STATUS_OK, &heard);
    struct run_spec with_head = spec;
    snprintf(with_head.model_path, sizeof with_head.model_path, "%s", saved);
    struct finetune_sink sink = {.take = hear, .context = &heard};
    assert_int_equal(finetune_run(&with_head, &sink, NULL, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "has changed since the run was planned"));
}

/* A model that cannot be written costs the run nothing but the model. */
static void test_saving_fails(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct run_spec spec = letters(FIXTURES "letters-bert");
    snprintf(spec.saved_model, sizeof spec.saved_model, "/proc/nowhere/model");
    run(&spec, STATUS_OK, &heard);
    assert_int_equal(heard.end.reason, END_COMPLETED);
    assert_non_null(
        strstr(heard.notes, "model: the trained model could not be saved: /proc/nowhere: cannot be made"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),
        TEST(test_config),
        TEST(test_the_init_seed_draws_the_head),
        TEST(test_the_contract_holds),
        TEST(test_changed_weights_are_refused),
        TEST(test_saving_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
