#include "harness/needs.h"

#include "base/bytes.h"

#include <math.h>
#include <string.h>

size_t needs_at_once(const struct plan *plan)
{
    size_t jobs = plan->experiment.jobs < 1 ? 1 : (size_t)plan->experiment.jobs;
    return jobs < plan->run_count ? jobs : plan->run_count;
}

double needs_bytes(const struct observed_begin *begin)
{
    return (double)(begin->device_memory_bytes > 0 ? begin->device_memory_bytes : begin->memory_bytes);
}

const struct observed_begin *needs_largest(const struct plan *plan, const struct observed_begin *begins)
{
    const struct observed_begin *largest = begins;
    for (size_t i = 1; i < plan->setting_count; i++) {
        if (needs_bytes(&begins[i]) > needs_bytes(largest)) largest = &begins[i];
    }
    return largest;
}

/* "weights 1.0 MiB", after a comma when it is not the first. */
static void add_part(const char *name, int64_t bytes, struct text *list)
{
    char amount[BYTES_TEXT];
    if (bytes <= 0) return;
    bytes_text((double)bytes, amount, sizeof amount);
    text_addf(list, "%s%s %s", list->length > 0 ? ", " : "", name, amount);
}

/* Each part, and on the machine's own memory the rest; nothing when the trainer does not say them. */
static void add_parts(const struct observed_begin *begin, struct text *list)
{
    const int64_t parts = begin->weights_bytes + begin->gradients_bytes + begin->moments_bytes +
                          begin->best_bytes + begin->activations_bytes + begin->batch_bytes;
    if (parts <= 0) return;
    add_part("weights", begin->weights_bytes, list);
    add_part("gradients", begin->gradients_bytes, list);
    add_part("moments", begin->moments_bytes, list);
    add_part("best weights", begin->best_bytes, list);
    add_part("activations", begin->activations_bytes, list);
    add_part("batch", begin->batch_bytes, list);
    if (begin->device_memory_bytes == 0)
        add_part("program, data and a copy of the weights", begin->memory_bytes - parts, list);
}

void needs_describe(const struct plan *plan, const struct observed_begin *begins, struct text *line)
{
    const struct observed_begin *largest = needs_largest(plan, begins);
    char amount[BYTES_TEXT];
    struct text list = {0};
    if (largest->memory_bytes <= 0) return;
    bytes_text((double)largest->memory_bytes, amount, sizeof amount);
    text_addf(line, "memory of %s run: %s", plan->setting_count > 1 ? "the largest" : "a", amount);
    if (largest->device_memory_bytes > 0) {
        bytes_text((double)largest->device_memory_bytes, amount, sizeof amount);
        text_addf(line, " on the machine for program, data and a copy of the weights, and %s on the GPU",
                  amount);
    }
    add_parts(largest, &list);
    if (list.length > 0) text_addf(line, ": %s", text_string(&list));
    text_add(line, "\n");
    text_free(&list);
}

/* `place` says whose memory it is. */
static void warn(const struct plan *plan, double bytes, double available, const char *place,
                 struct text *lines)
{
    char one[BYTES_TEXT], all[BYTES_TEXT], have[BYTES_TEXT];
    size_t runs = needs_at_once(plan), fitting = 0;
    if (!(bytes * (double)runs > available)) return; /* also when it is not known */
    while ((double)(fitting + 1) * bytes <= available)
        fitting++;
    bytes_text(bytes, one, sizeof one);
    bytes_text(bytes * (double)runs, all, sizeof all);
    bytes_text(available, have, sizeof have);
    text_addf(lines, "warning: %zu run%s at once need%s up to %s of memory%s (%s each), and %s are free; ",
              runs, runs == 1 ? "" : "s", runs == 1 ? "s" : "", all, place, one, have);
    if (fitting > 0) text_addf(lines, "--jobs %zu fits; ", fitting);
    text_add(lines,
             "run.gradient_checkpointing and a smaller run.micro_batch make a run smaller, and change no "
             "bit of it\n");
}

void needs_warn(const struct plan *plan, const struct observed_begin *begins, double available,
                struct text *lines)
{
    double machine = 0, device = 0, device_free = (double)INFINITY;
    for (size_t i = 0; i < plan->setting_count; i++) {
        machine = fmax(machine, (double)begins[i].memory_bytes);
        device = fmax(device, (double)begins[i].device_memory_bytes);
        if (begins[i].device_free_bytes > 0)
            device_free = fmin(device_free, (double)begins[i].device_free_bytes);
    }
    warn(plan, machine, available, " here", lines);
    warn(plan, device, device_free, " on the GPU", lines);
}
