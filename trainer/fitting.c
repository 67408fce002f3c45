#include "trainer/fitting.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "trainer/data/capacity.h"

#include <string.h>

/* A way to run it that is tried. */
struct attempt {
    int pass_samples, max_length;
    enum keeping keeping;
    struct batch_limits limits;
    struct memory_plan plan;
};

enum keeping fitting_keeping(const struct run_spec *spec)
{
    return spec->gradient_checkpointing ? KEEP_INPUTS : KEEP_ALL;
}

static enum status plan_attempt(const struct fitting *fitting, const struct samples *train,
                                const struct samples *validation, struct attempt *attempt,
                                struct error *error)
{
    const struct capacity_request request = {.pass_samples = attempt->pass_samples,
                                             .max_length = attempt->max_length,
                                             .padding = fitting->spec->padding,
                                             .reading = model_config_reading(fitting->config)};
    TRY(capacity_choose(train, validation, &request, &attempt->limits, error));
    memory_plan_make(fitting->config, fitting->numbers, fitting->data->classes, &attempt->limits,
                     attempt->keeping, &attempt->plan);
    return STATUS_OK;
}

enum status fitting_plan(const struct fitting *fitting, struct batch_limits *limits, struct memory_plan *plan,
                         struct error *error)
{
    struct attempt attempt = {.pass_samples = run_spec_pass_samples(fitting->spec),
                              .max_length = fitting->spec->max_length,
                              .keeping = fitting_keeping(fitting->spec)};
    TRY(plan_attempt(fitting, &fitting->data->train, &fitting->data->validation, &attempt, error));
    *limits = attempt.limits;
    *plan = attempt.plan;
    return STATUS_OK;
}

/* The samples as they are when they are cut to `most` tokens. Only their lengths mean anything; free `begin`.
 */
static enum status shorten(const struct samples *samples, int most, struct samples *shorter,
                           struct error *error)
{
    const size_t count = (size_t)samples->count;
    int64_t *begin = memory_zeroed(count + 1, sizeof *begin);
    if (begin == NULL) return error_no_memory(error, (count + 1) * sizeof *begin);
    for (size_t i = 0; i < count; i++) {
        int64_t length = samples->begin[i + 1] - samples->begin[i];
        begin[i + 1] = begin[i] + (length < most ? length : most);
    }
    *shorter = (struct samples){.count = samples->count, .begin = begin};
    return STATUS_OK;
}

/* The attempt's own values, with its max_length where that is shorter than the spec's. */
static enum status size_attempt(const struct fitting *fitting, struct attempt *attempt, struct error *error)
{
    const struct dataset *data = fitting->data;
    struct samples train = {0}, validation = {0};
    if (attempt->max_length == fitting->spec->max_length)
        return plan_attempt(fitting, &data->train, &data->validation, attempt, error);
    enum status status = shorten(&data->train, attempt->max_length, &train, error);
    if (status == STATUS_OK) status = shorten(&data->validation, attempt->max_length, &validation, error);
    if (status == STATUS_OK) status = plan_attempt(fitting, &train, &validation, attempt, error);
    memory_free(train.begin);
    memory_free(validation.begin);
    return status;
}

/* The largest value of `number`, a member of `attempt` on which its size depends, that fits: up to `most`,
 * which leaves `attempt` there; 0 when not even `least` does. */
static enum status largest(const struct fitting *fitting, const struct memory_room *room, int least, int most,
                           struct attempt *attempt, int *number, struct error *error)
{
    int fits = 0, low = least, high = most;
    while (low <= high) {
        *number = low + (high - low) / 2;
        TRY(size_attempt(fitting, attempt, error));
        if (memory_plan_fits(&attempt->plan, room, NULL)) {
            fits = *number;
            low = *number + 1;
        } else {
            high = *number - 1;
        }
    }
    *number = fits;
    return fits == 0 ? STATUS_OK : size_attempt(fitting, attempt, error);
}

/* What the attempt takes where memory is short. */
static void add_need(const struct attempt *attempt, const struct memory_room *room, struct text *advice)
{
    char amount[BYTES_TEXT];
    const double host = room->shared ? (double)attempt->plan.host : 0;
    bytes_text(memory_plan_device(&attempt->plan) + host, amount, sizeof amount);
    text_addf(advice, " needs %s", amount);
}

/* Ways that have the same bits: the largest micro-batch without gradient checkpointing, and with it. */
static enum status add_equal_ways(const struct fitting *fitting, const struct memory_room *room,
                                  struct text *advice, struct error *error)
{
    const int pass = run_spec_pass_samples(fitting->spec);
    const enum keeping asked = fitting_keeping(fitting->spec);
    int ways = 0;
    for (enum keeping keeping = asked; keeping >= KEEP_INPUTS; keeping--) {
        struct attempt attempt = {.max_length = fitting->spec->max_length, .keeping = keeping};
        TRY(largest(fitting, room, 1, pass, &attempt, &attempt.pass_samples, error));
        if (attempt.pass_samples == 0) continue;
        if (ways++ > 0) text_add(advice, ", ");
        if (keeping != asked) text_add(advice, "run.gradient_checkpointing = yes");
        if (keeping != asked && attempt.pass_samples < pass) text_add(advice, " with ");
        if (attempt.pass_samples < pass) text_addf(advice, "run.micro_batch = %d", attempt.pass_samples);
        add_need(&attempt, room, advice);
    }
    if (ways > 0) text_add(advice, ways == 1 ? ", with the same bits" : ", both with the same bits");
    return STATUS_OK;
}

/* Not even the smallest of them fits. */
static enum status add_other_ways(const struct fitting *fitting, const struct memory_room *room,
                                  struct text *advice, struct error *error)
{
    enum { LEAST_LENGTH = 5 }; /* of a pair of texts (run_spec.c) */
    struct attempt attempt = {
        .pass_samples = 1, .max_length = fitting->spec->max_length, .keeping = KEEP_INPUTS};
    TRY(size_attempt(fitting, &attempt, error));
    text_add(advice, "even run.micro_batch = 1 with run.gradient_checkpointing = yes");
    add_need(&attempt, room, advice);
    const struct memory_plan smallest = attempt.plan;
    TRY(largest(fitting, room, LEAST_LENGTH, fitting->spec->max_length - 1, &attempt, &attempt.max_length,
                error));
    if (attempt.max_length > 0) {
        text_addf(advice, "; data.max_length = %d with both", attempt.max_length);
        add_need(&attempt, room, advice);
        text_add(advice, ", but changes the results");
        return STATUS_OK;
    }
    char amount[BYTES_TEXT];
    bytes_text(memory_plan_device(&smallest) - (double)smallest.activations - (double)smallest.batch, amount,
               sizeof amount);
    text_addf(advice,
              ", of which weights, gradients, moments and best weights are %s: only a smaller model fits",
              amount);
    return STATUS_OK;
}

/* The CPU computes the same bits; `auto` preferred the GPU. */
static void add_cpu(const struct memory_plan *plan, const struct memory_room *room, struct text *advice)
{
    const double needed = memory_plan_device(plan) + (double)plan->host;
    char amount[BYTES_TEXT], available[BYTES_TEXT];
    bytes_text(needed, amount, sizeof amount);
    bytes_text(room->machine, available, sizeof available);
    text_addf(advice, "; run.device = cpu, with the same bits, needs %s and %s there: %s are free", amount,
              needed > room->machine ? "does not fit" : "fits", available);
}

enum status fitting_check(const struct fitting *fitting, const struct memory_plan *plan,
                          const struct memory_room *room, struct error *error)
{
    struct memory_shortage shortage;
    struct text advice = {0};
    if (memory_plan_fits(plan, room, &shortage)) return STATUS_OK;
    enum status status = STATUS_OK;
    if (!shortage.of_device) text_add(&advice, "only a smaller model does with less");
    if (advice.length == 0) status = add_equal_ways(fitting, room, &advice, error);
    if (status == STATUS_OK && advice.length == 0) status = add_other_ways(fitting, room, &advice, error);
    if (shortage.of_device && !room->shared && strcmp(fitting->spec->device, "auto") == 0 &&
        fitting->spec->arithmetic != ARITHMETIC_FAST)
        add_cpu(plan, room, &advice);
    if (status == STATUS_OK) status = text_status(&advice, error);
    if (status == STATUS_OK) status = memory_shortage_refuse(&shortage, text_string(&advice), error);
    text_free(&advice);
    return status;
}
