/* What torch computes under autocast with small models, we compute about: logits, losses, gradients, 20
 * steps, and GradScaler's scale, step by step. tests/golden/make_half.py made the files. torch rounds what
 * linear layers give to the half type as well, and we do not: so the allowances are multiples of the type's
 * unit roundoff, the same multiples for both types, and we must be nearer to fp32 than torch is
 * (docs/parity.md). Every test prints what it measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/trainer/support_parity.h"
#include "trainer/finetune.h"
#include "trainer/fit/loss_scale.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = PARITY_SAMPLES * PARITY_CLASSES };

/* In units of the type's roundoff, relative to the largest logit, to the norm of a tensor's gradient, to a
 * step's loss. */
static const double most_of_logits = 8, most_of_gradients = 32, most_of_path = 64;

static const struct type {
    const char *name;
    int precision;
    double roundoff; /* half the distance between 1 and the next number */
} types[] = {{"fp16", PRECISION_FP16, 0x1p-11}, {"bf16", PRECISION_BF16, 0x1p-8}};

static const char *const models[] = {"bert", "llama"};

static void check(const char *model, const struct type *type, const char *what, double measured, double most)
{
    print_message("%-6s %s %-40s %.2g = %.2g roundoffs\n", model, type->name, what, measured,
                  measured / type->roundoff);
    if (!(measured <= most * type->roundoff))
        fail_msg("%s: %s: off by %.2g, at most %.2g", model, what, measured, most * type->roundoff);
}

static void check_logits(const char *model, const struct type *type, struct session *session,
                         const struct safetensors *file)
{
    struct safetensors full;
    parity_open(model, &full);
    float *exact = parity_numbers(&full, "logits", NUMBERS),
          *theirs = parity_numbers(file, "logits", NUMBERS);
    float *ours = parity_logits(session);
    double from_exact = parity_distance(ours, exact, NUMBERS);
    check(model, type, "logits", parity_distance(ours, theirs, NUMBERS), most_of_logits);
    check(model, type, "logits, from those of fp32", from_exact, most_of_logits);
    assert_true(from_exact < parity_distance(theirs, exact, NUMBERS));
    assert_true(from_exact > type->roundoff / 64); /* operands are rounded */
    free(exact);
    free(theirs);
    free(ours);
    safetensors_close(&full);
}

static void check_gradients(const char *model, const struct type *type, struct session *session,
                            const struct safetensors *file)
{
    const struct layout *layout = &session->model.layout;
    const double scale = loss_scale_start(type->precision).scale;
    double worst = 0.0, whole = 0.0;
    session_gradients(session, 0, PARITY_SAMPLES, 0, scale);
    session->ops->download(session->device, session->scratch, session->model.gradients,
                           (size_t)layout->total * sizeof *session->scratch);
    assert_int_equal(session->ops->synchronize(session->device, NULL), STATUS_OK);
    for (int64_t i = 0; i < layout->total; i++)
        session->scratch[i] = (float)((double)session->scratch[i] / scale);
    whole = parity_norm(session->scratch, (size_t)layout->total);
    for (int t = 0; t < layout->count; t++) {
        char name[160];
        size_t count = (size_t)(layout->begin[t + 1] - layout->begin[t]);
        snprintf(name, sizeof name, "gradient.%s", layout->tensors[t].name);
        float *expected = parity_numbers(file, name, count);
        /* A key's bias, whose gradient is rounding only, has nothing but that here. */
        bool seen = strstr(name, "key.bias") == NULL;
        double off = parity_gradient_distance(session, t, expected, whole);
        if (!seen)
            off = (parity_norm(expected, count) + parity_norm(session->scratch + layout->begin[t], count)) /
                  whole;
        worst = fmax(worst, off);
        free(expected);
    }
    check(model, type, "gradients", worst, most_of_gradients);
}

static void test_logits_losses_and_gradients(void **state)
{
    (void)state;
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
            struct run_spec spec = parity_spec(models[m]);
            struct session session;
            struct safetensors file;
            spec.precision = types[t].precision;
            parity_session_open(&spec, &session);
            parity_open_half(models[m], types[t].name, &file);
            check_logits(models[m], &types[t], &session, &file);
            check_gradients(models[m], &types[t], &session, &file);
            float *losses = parity_numbers(&file, "losses", PARITY_SAMPLES);
            check(models[m], &types[t], "losses", parity_distance(session.losses, losses, PARITY_SAMPLES),
                  2 * most_of_logits);
            free(losses);
            safetensors_close(&file);
            session_close(&session);
        }
    }
}

struct path {
    int steps;
    float losses[PARITY_STEPS];
};

static enum status listen(void *context, const struct observation *observation, struct error *error)
{
    struct path *path = context;
    (void)error;
    if (observation->kind != OBSERVATION_STEP) return STATUS_OK;
    assert_in_range(path->steps, 0, PARITY_STEPS - 1);
    assert_false(observation->as.step.skipped);
    path->losses[path->steps++] = observation->as.step.loss;
    return STATUS_OK;
}

static void test_steps(void **state)
{
    (void)state;
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
            struct run_spec spec = parity_spec(models[m]);
            struct path path = {0};
            struct finetune_sink sink = {.take = listen, .context = &path};
            struct safetensors file;
            double worst = 0.0;
            spec.precision = types[t].precision;
            spec.epochs = PARITY_STEPS;
            spec.learning_rate = 2e-3;
            spec.max_grad_norm = 2.5;
            assert_int_equal(finetune_run(&spec, &sink, NULL, NULL), STATUS_OK);
            assert_int_equal(path.steps, PARITY_STEPS);
            parity_open_half(models[m], types[t].name, &file);
            float *expected = parity_numbers(&file, "step_losses", PARITY_STEPS);
            for (int s = 0; s < PARITY_STEPS; s++)
                worst = fmax(worst, parity_distance(path.losses + s, expected + s, 1));
            check(models[m], &types[t], "losses of 20 steps", worst, most_of_path);
            free(expected);
            safetensors_close(&file);
        }
    }
}

/* Each step of the file that overflowed overflows here: the scale must change when and as GradScaler's did.
 */
static void test_scales(void **state)
{
    (void)state;
    FILE *file = fopen(PARITY_HALF_FOLDER "scales.txt", "r");
    assert_non_null(file);
    struct loss_scale scale = loss_scale_start(PRECISION_FP16);
    char what[16];
    long step = 0, at;
    int changes = 0;
    while (fscanf(file, "%15s %ld", what, &at) == 2) {
        bool overflow = strcmp(what, "overflow") == 0;
        double expected = 0.0;
        if (!overflow) assert_int_equal(fscanf(file, "%lf", &expected), 1);
        for (double before = scale.scale; step < at; step++) {
            assert_true(scale.scale == before); /* until the step that the file names */
            if (overflow && step + 1 == at)
                loss_scale_overflow(&scale, 1.0f);
            else
                loss_scale_keep(&scale);
        }
        if (overflow) continue;
        assert_true(scale.scale == expected);
        changes++;
    }
    assert_int_equal(changes, 10);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logits_losses_and_gradients),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
