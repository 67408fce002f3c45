/* Watched runs: what was written, named and digested, is the same however a step is cut, stored and computed;
 * watching changes no bit; a fault changes one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "trainer/replay.h"

#define FIXTURES FTBENCH_SOURCE_DIR "/tests/fixtures/"

/* What a replay told. */
struct heard {
    struct text lines;
    int outputs, states, steps, evaluations;
    char end_digest[DIGEST_TEXT];
    int end_reason;
    struct trace_values values; /* the last ones */
};

static enum status hear_line(void *context, const struct trace_line *line, struct error *error)
{
    struct heard *heard = context;
    heard->outputs += line->kind == TRACE_OUTPUT;
    heard->states += line->kind == TRACE_STATE;
    if (line->kind == TRACE_VALUES) heard->values = line->as.values;
    return trace_line_write(line, &heard->lines, error);
}

static enum status hear_observation(void *context, const struct observation *observation, struct error *error)
{
    struct heard *heard = context;
    (void)error;
    heard->steps += observation->kind == OBSERVATION_STEP;
    heard->evaluations += observation->kind == OBSERVATION_EVALUATION;
    if (observation->kind == OBSERVATION_END) {
        memcpy(heard->end_digest, observation->as.end.digest, DIGEST_TEXT);
        heard->end_reason = observation->as.end.reason;
    }
    return STATUS_OK;
}

static struct run_spec letters(const char *model)
{
    struct run_spec spec;
    run_spec_defaults(&spec);
    snprintf(spec.model_path, sizeof spec.model_path, FIXTURES "%s", model);
    snprintf(spec.train_path, sizeof spec.train_path, FIXTURES "letters.tsv");
    spec.init = INIT_RANDOM;
    spec.validation_fraction = 0.25;
    spec.split_seed = 1;
    spec.max_length = 16;
    spec.learning_rate = 0.01;
    spec.batch_size = 6;
    spec.epochs = 1;
    spec.eval_steps = 2;
    spec.dropout = 0.1;
    return spec;
}

static struct replay watching(long step)
{
    return (struct replay){.steps = step, .trace.step = step, .take = hear_line};
}

static struct heard *run(const struct run_spec *spec, struct replay replay, enum status expected)
{
    struct heard *heard = calloc(1, sizeof *heard);
    struct error error = {0};
    assert_non_null(heard);
    replay.context = replay.sink.context = heard;
    replay.sink.take = hear_observation;
    enum status status = replay_run(spec, &replay, NULL, &error);
    if (status != expected) fail_msg("status %s: %s", status_name(status), error.text);
    return heard;
}

static void forget(struct heard *heard)
{
    text_free(&heard->lines);
    free(heard);
}

static void assert_says(const struct heard *heard, const char *what)
{
    if (strstr(text_string(&heard->lines), what) == NULL) fail_msg("\"%s\" is not in the trace", what);
}

/* Names of what each kind of operation writes, in both families. */
static void test_names(void **state)
{
    (void)state;
    struct run_spec bert = letters("letters-bert"), llama = letters("letters-llama");
    struct heard *heard = run(&bert, watching(2), STATUS_OK);
    assert_int_equal(heard->steps, 2);
    assert_says(heard, "\"op\": \"batch\", \"tensor\": \"token ids\", \"integers\": true");
    assert_says(heard, "\"op\": \"embedding_forward\", \"tensor\": \"embeddings\"");
    assert_says(heard, "\"op\": \"linear_forward\", \"tensor\": \"layer 1 qkv\"");
    assert_says(heard, "\"op\": \"layernorm_forward\", \"tensor\": \"layer 0 rstd2\"");
    assert_says(heard, "\"op\": \"attention_backward\", \"tensor\": \"layer 0 gradient of qkv, values\"");
    assert_says(heard, "\"op\": \"gelu_backward\", \"tensor\": \"layer 1 gradient of inner\"");
    assert_says(heard, "\"op\": \"linear_backward_weight\", \"tensor\": \"gradient of "
                       "bert.encoder.layer.1.attention.self.key.bias\"");
    assert_says(heard, "\"op\": \"embedding_backward\", \"tensor\": \"gradient of "
                       "bert.embeddings.position_embeddings.weight\"");
    assert_says(heard,
                "\"op\": \"sum_squares\", \"tensor\": \"sum of squares of the gradient of classifier.bias\"");
    assert_says(heard, "\"op\": \"host\", \"tensor\": \"scalars of the update\"");
    assert_says(heard, "\"op\": \"adamw\", \"tensor\": \"second moment of bert.pooler.dense.weight\"");
    assert_says(heard, "\"key\": \"evaluation.0.0\"");
    assert_null(strstr(text_string(&heard->lines), "unknown"));
    forget(heard);
    heard = run(&llama, watching(1), STATUS_OK);
    assert_says(heard, "\"op\": \"rope\", \"tensor\": \"layer 1 qkv, keys\"");
    assert_says(heard, "\"op\": \"rope\", \"tensor\": \"layer 0 gradient of qkv, queries\"");
    assert_says(heard, "\"op\": \"swiglu_backward\", \"tensor\": \"layer 1 gradient of up\"");
    assert_says(heard, "\"tensor\": \"gradient of model.layers.0.mlp.up_proj.weight\"");
    assert_says(heard, "\"op\": \"rmsnorm_forward\", \"tensor\": \"rstd of pooled\"");
    assert_null(strstr(text_string(&heard->lines), "unknown"));
    assert_null(strstr(text_string(&heard->lines), "evaluation.")); /* none is due */
    forget(heard);
    heard = run(&llama, watching(0), STATUS_OK);
    assert_int_equal(heard->steps, 0);
    assert_says(heard,
                "\"key\": \"start.0.0\", \"op\": \"start\", \"tensor\": \"model.embed_tokens.weight\"");
    forget(heard);
}

/* The same trace whatever decides no bit, of steps and of evaluations, also of the last, smaller step of an
 * epoch. */
static void test_the_same_however_computed(void **state)
{
    (void)state;
    static const char *const models[] = {"letters-bert", "letters-llama"};
    for (int m = 0; m < 2; m++) {
        for (long step = 2; step <= 8; step += 6) {
            struct run_spec spec = letters(models[m]);
            struct heard *first = run(&spec, watching(step), STATUS_OK);
            static const int cuts[] = {1, 2, 4, 100};
            for (int c = 0; c < 4; c++) {
                struct run_spec other = spec;
                other.micro_batch = cuts[c];
                other.padding = c % 3;
                other.gradient_checkpointing = c >= 2;
                other.threads = 1 + c % 2;
                snprintf(other.isa, sizeof other.isa, c % 2 == 0 ? "portable" : "auto");
                struct heard *again = run(&other, watching(step), STATUS_OK);
                assert_string_equal(text_string(&again->lines), text_string(&first->lines));
                forget(again);
            }
            forget(first);
        }
    }
}

/* Watching changes nothing, and the states follow the run. */
static void test_watching_changes_nothing(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    struct replay plain = {.steps = REPLAY_ALL, .trace.step = TRACE_NO_STEP}, states = plain, traced = plain;
    states.states = true;
    states.take = traced.take = hear_line;
    traced.trace.step = 3;
    struct heard *a = run(&spec, plain, STATUS_OK), *b = run(&spec, states, STATUS_OK);
    struct heard *c = run(&spec, traced, STATUS_OK);
    assert_string_equal(a->end_digest, b->end_digest);
    assert_string_equal(a->end_digest, c->end_digest);
    assert_int_equal(a->end_reason, END_COMPLETED);
    assert_int_equal(b->states, 8 + 5); /* evaluations after 0, 2, 4, 6, 8 */
    assert_int_equal(a->outputs, 0);
    forget(a);
    forget(b);
    forget(c);
    plain.steps = 4; /* cut short: the evaluation after it is still made */
    a = run(&spec, plain, STATUS_OK);
    assert_int_equal(a->steps, 4);
    assert_int_equal(a->evaluations, 3);
    assert_int_equal(a->end_reason, END_INTERRUPTED);
    forget(a);
}

/* One bit of one element: found in the values, in the operation's output and in no earlier one. */
static void test_fault(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    struct replay clean = watching(3);
    clean.trace.values = "step.10.0.1"; /* GELU of layer 0, sample 1 */
    struct replay faulty = clean;
    struct heard *a = run(&spec, clean, STATUS_OK);
    int64_t before = 0;
    {
        struct replay sizes = watching(3);
        struct heard *outputs = run(&spec, sizes, STATUS_OK);
        const char *line =
            strstr(text_string(&outputs->lines), "\"key\": \"step.10.0\", \"op\": \"gelu_forward\"");
        assert_non_null(line);
        before = strtol(strstr(line, "\"values\": [") + strlen("\"values\": ["), NULL, 10);
        forget(outputs);
    }
    faulty.trace.has_fault = true;
    faulty.trace.fault = (struct fault){
        .step = 3, .operation = OPERATION_GELU_FORWARD, .call = 1, .element = before + 30, .bit = 9};
    struct heard *b = run(&spec, faulty, STATUS_OK);
    assert_int_equal(a->values.count, b->values.count);
    for (size_t i = 0; i < a->values.count; i++)
        assert_int_equal(a->values.words[i] ^ b->values.words[i], i == 30 ? 1u << 9 : 0);
    forget(a);
    forget(b);
    faulty.trace.values = NULL;
    faulty.trace.fault.call = 50;
    struct heard *never = run(&spec, faulty, STATUS_USAGE);
    forget(never);
    clean.trace.values = "step.1000.0.0";
    never = run(&spec, clean, STATUS_USAGE);
    forget(never);
    clean.trace.values = "step.1";
    never = run(&spec, clean, STATUS_USAGE);
    forget(never);
    never = run(&spec, watching(100), STATUS_USAGE); /* the run has 8 steps */
    forget(never);
}

/* A step that diverges is traced all the same. */
static void test_diverged(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    struct replay replay = watching(3);
    replay.trace.has_fault = true;
    replay.trace.fault =
        (struct fault){.step = 3, .operation = OPERATION_LINEAR_BACKWARD_WEIGHT, .call = 1, .bit = 30};
    struct heard *heard = run(&spec, replay, STATUS_OK);
    assert_true(heard->outputs > 100);
    forget(heard);
    replay.trace.fault =
        (struct fault){.step = 2, .operation = OPERATION_CROSS_ENTROPY, .call = 1, .bit = 30};
    struct replay untaken = {.steps = REPLAY_ALL, .trace = replay.trace};
    untaken.trace.step = TRACE_NO_STEP;
    heard = run(&spec, untaken, STATUS_OK); /* a loss that is large, but finite */
    forget(heard);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    for (long n = 1; n < 100000 && status == STATUS_NO_MEMORY; n += n < 60 ? 1 : n / 12) {
        struct heard heard = {0};
        struct replay replay = watching(1);
        replay.context = &heard;
        memory_fail_from(n);
        status = replay_run(&spec, &replay, NULL, NULL);
        memory_fail_from(0);
        text_free(&heard.lines);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_the_same_however_computed),
        cmocka_unit_test(test_watching_changes_nothing),
        cmocka_unit_test(test_fault),
        cmocka_unit_test(test_diverged),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
