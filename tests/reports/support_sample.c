#include "tests/reports/support_sample.h"

#include "base/file.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const char *const sweeps[] = {"learning_rate"};
static const char *const labels[] = {"learning_rate=0.00001", "learning_rate=0.0001", "learning_rate=0.0003",
                                     "learning_rate=0.001", "learning_rate=0.01"};
static const char *const ids[] = {
    "00000000000000a1", "00000000000000a2", "00000000000000a3", "00000000000000b1", "00000000000000b2",
    "00000000000000b3", "00000000000000c1", "00000000000000c2", "00000000000000c3", "00000000000000d1",
    "00000000000000d2", "00000000000000d3", "00000000000000e1", "00000000000000e2", "00000000000000e3"};
static const struct report_fact columns[] = {{"label_column", "stars"}};
static const struct report_fact fixed[] = {{"batch_size", "16"}, {"epochs", "3"}, {"weight_decay", "0.01"}};
static const struct report_fact environment[] = {
    {"program", "ftbench-trainer 0.1.0"}, {"backend", "cpu"}, {"instruction set", "avx2"}};
static const struct report_note notes[] = {
    {"duplicates", "2 texts of the validation data are also in the train data: lines 4 | 17", SAMPLE_RUNS}};
static const struct report_evidence evidence[] = {{"fall", 0.375}, {"rise", NAN}};

/* Of the overfit setting's runs F1 rose in two and fell in one. */
enum { OVERFIT = 3 };
static const struct report_evidence overfit[SAMPLE_REPEATS][8] = {
    {{"validation_least_step", 100},
     {"metric_at_loss_minimum", 0.79},
     {"metric_at_end", 0.83},
     {"metric_best", 0.83},
     {"metric_best_step", 75},
     {"metric_noise", 0.026},
     {"metric_rise_noise", 0.02},
     {"metric_fall_noise", 0.03}},
    {{"validation_least_step", 125},
     {"metric_at_loss_minimum", 0.78},
     {"metric_at_end", 0.84},
     {"metric_best", 0.84},
     {"metric_best_step", 75},
     {"metric_noise", 0.026},
     {"metric_rise_noise", 0.02},
     {"metric_fall_noise", 0.03}},
    {{"validation_least_step", 100},
     {"metric_at_loss_minimum", 0.85},
     {"metric_at_end", 0.81},
     {"metric_best", 0.86},
     {"metric_best_step", 75},
     {"metric_noise", 0.025},
     {"metric_rise_noise", 0.02},
     {"metric_fall_noise", 0.03}},
};
static const enum report_course courses[SAMPLE_REPEATS] = {REPORT_METRIC_ROSE, REPORT_METRIC_ROSE,
                                                           REPORT_METRIC_FELL};

/* F1 by hand: d1..d3 is the recipe's stable example, its mean 0.84, SD 1 point; c is the best mean but
 * unstable. */
static const double metrics[] = {0.4,  0.4,  0.4,  0.80, 0.81, 0.82, 0.83, 0.86,
                                 0.89, 0.83, 0.84, 0.85, 0.5,  NAN,  NAN};

static double wobble(int run, int step)
{
    return ((run * 7 + step * 13) % 11 - 5) * 0.01;
}

static void fill_curve(struct sample *sample, int run)
{
    static const double rate[] = {0, 0.02, 0.05, 0.08, 0.06};
    int setting = run / SAMPLE_REPEATS;
    for (int i = 0; i < 40; i++) {
        double loss = 0.1 + 0.6 * exp(-rate[setting] * (i + 1)) + wobble(run, i);
        if (setting == 4) loss += 0.35 * sin(i * 1.9 + run);
        sample->train[run][i] = (struct report_point){5.0 * (i + 1), fmax(loss, 0.02)};
    }
    for (int i = 0; i < 9; i++) {
        double loss = 0.2 + 0.5 * exp(-rate[setting] * 5 * i) + wobble(run, i) / 2;
        if (setting == 3 && i > 4) loss += 0.06 * (i - 4);
        if (setting == 4) loss += 0.2 * sin(i * 2.1 + run);
        sample->evaluation[run][i] = (struct report_point){25.0 * i, loss};
    }
}

static void fill_run(struct sample *sample, int i)
{
    static const enum report_class classes[] = {REPORT_STALLED, REPORT_CONVERGED, REPORT_CONVERGED,
                                                REPORT_OVERFIT, REPORT_OSCILLATING};
    int setting = i / SAMPLE_REPEATS, repeat = i % SAMPLE_REPEATS;
    struct report_run *run = &sample->runs[i];
    fill_curve(sample, i);
    *run = (struct report_run){.id = ids[i],
                               .setting = (size_t)setting,
                               .repeat = repeat,
                               .seed_init = 101u + (uint32_t)repeat,
                               .seed_order = 201u + (uint32_t)repeat,
                               .seed_dropout = 4294967295u - (uint32_t)repeat,
                               .outcome = REPORT_DONE,
                               .reason = "",
                               .detail = "",
                               .steps = 200,
                               .best_step = 175,
                               .loss = 0.25,
                               .accuracy = metrics[i],
                               .precision = metrics[i],
                               .recall = 1.0 / 3,
                               .f1 = metrics[i],
                               .f1_macro = metrics[i],
                               .metric = metrics[i],
                               .has_class = true,
                               .class = classes[setting],
                               .state = setting == 1 ? REPORT_STILL_IMPROVING : REPORT_PLAIN,
                               .course = setting == OVERFIT ? courses[repeat] : REPORT_METRIC_UNKNOWN,
                               .seen = "It fell by 50% | and rose.",
                               .remedy = "do what helps",
                               .evidence = setting == OVERFIT ? overfit[repeat] : evidence,
                               .evidence_count = setting == OVERFIT ? 8 : 2,
                               .train = sample->train[i],
                               .train_count = 40,
                               .evaluation = sample->evaluation[i],
                               .evaluation_count = 9,
                               .digest = "0123456789abcdef0123456789abcdef",
                               .timing = {.wall_seconds = 1.5,
                                          .train_seconds = 1.25,
                                          .evaluation_seconds = 0.125,
                                          .steps_per_second = 160,
                                          .peak_memory_bytes = 1048576,
                                          .threads = 1,
                                          .isa = "avx2",
                                          .backend = "cpu",
                                          .cpu = "A CPU, \"fast\"",
                                          .host = "somewhere"}};
}

static void fill_unfinished(struct report_run *run, enum report_outcome outcome, const char *reason)
{
    run->outcome = outcome;
    run->reason = reason;
    run->best_step = -1;
    run->loss = run->accuracy = run->precision = run->recall = run->f1 = run->f1_macro = run->metric = NAN;
    run->digest = "";
    run->evidence_count = 0;
}

static void fill_setting(struct sample *sample, int i)
{
    static const char *const values[] = {"0.00001", "0.0001", "0.0003", "0.001", "0.01"};
    static const double numbers[] = {1e-5, 1e-4, 3e-4, 1e-3, 1e-2};
    static const struct report_summary summaries[] = {
        {3, 0.4, 0, 0, 0.4, 0.4, 0, NAN, NAN},
        {3, 0.81, 0.0001, 0.01, 0.80, 0.82, 0.02, 0.7852, 0.8348},
        {3, 0.86, 0.0009, 0.03, 0.83, 0.89, 0.06, 0.7855, 0.9345},
        {3, 0.84, 0.0001, 0.01, 0.83, 0.85, 0.02, 0.8152, 0.8648},
        {1, 0.5, NAN, NAN, 0.5, 0.5, 0, NAN, NAN},
    };
    static const enum report_verdict verdicts[] = {REPORT_STABLE, REPORT_STABLE, REPORT_UNSTABLE,
                                                   REPORT_STABLE, REPORT_UNSTABLE};
    /* With sigma0 1.1816 points three runs are stable at an SD of 0.268 points, unstable at 2.046. */
    static const struct report_certainty certainties[] = {
        {REPORT_SURE_STABLE, REPORT_SURE_STABLE, REPORT_SURE_STABLE, NAN, NAN, NAN, NAN, 0, 0, 0, 0},
        {REPORT_SURE_UNDETERMINED, REPORT_SURE_UNDETERMINED, REPORT_SURE_UNDETERMINED, 0.00521, 0.06285, NAN,
         0.8512, 86, 208, 0, 147},
        {REPORT_SURE_UNSTABLE, REPORT_SURE_UNSTABLE, REPORT_SURE_UNSTABLE, 0.01562, 0.18854, NAN, NAN, 0, 0,
         0, 0},
        {REPORT_SURE_UNDETERMINED, REPORT_SURE_UNDETERMINED, REPORT_SURE_UNDETERMINED, 0.00521, 0.06285, NAN,
         NAN, REPORT_TOO_MANY, REPORT_TOO_MANY, 0, REPORT_TOO_MANY},
        {REPORT_SURE_UNSTABLE, REPORT_SURE_UNDEFINED, REPORT_SURE_UNDEFINED, NAN, NAN, NAN, NAN, 0, 0, 0, 0},
    };
    /* An SD of 1 point: 0.6 squared and 0.8 squared make 1. */
    static const struct report_part none = {NAN, NAN, NAN}, one = {0.01, 0.0052, 0.0629};
    const struct report_origin known = {
        one, {0.006, 0, 0.0612}, {0.008, 0.0075, 0.0086}, {0.025, 0.022, 0.029}, 0.03, 0.00866, 1467};
    const struct report_origin unknown = {none, none, none, none, i == 2 ? 0.05 : NAN, i == 2 ? 0.01118 : NAN,
                                          NAN};
    sample->values[i] = values[i];
    sample->numbers[i] = numbers[i];
    bool last = i == SAMPLE_SETTINGS - 1;
    struct report_setting *setting = &sample->settings[i];
    *setting = (struct report_setting){.label = labels[i],
                                       .values = &sample->values[i],
                                       .numbers = &sample->numbers[i],
                                       .planned = 3,
                                       .done = last ? 1 : 3,
                                       .failed = last ? 1 : 0,
                                       .pending = last ? 1 : 0,
                                       .summary = summaries[i],
                                       .failing_low = last ? 0.0945 : 0,
                                       .failing_high = last ? 0.9055 : 0.5615,
                                       .certainty = certainties[i],
                                       .origin = i == 1 || i == 3 ? known : unknown,
                                       .verdict = verdicts[i],
                                       .rule = last ? REPORT_UNDEFINED : verdicts[i],
                                       .left_out = i == 0,
                                       .few_seeds = last,
                                       .noisy_passes = last ? NAN : 0.241,
                                       .quiet_fails = last ? NAN : 0.333};
    for (int run = 3 * i; run < 3 * i + 3; run++) {
        if (!sample->runs[run].has_class) continue;
        setting->classes[sample->runs[run].class]++;
        setting->states[sample->runs[run].state]++;
        setting->agreement.classes[sample->runs[run].class]++;
    }
    const struct report_run *first = &sample->runs[SAMPLE_REPEATS * i];
    setting->agreement.n = last ? 2 : 3;
    setting->agreement.most = first->class;
    setting->agreement.share = setting->agreement.pairs = 1;
}

void sample_fill(struct sample *sample)
{
    memset(sample, 0, sizeof *sample);
    for (int i = 0; i < SAMPLE_RUNS; i++)
        fill_run(sample, i);
    struct report_run *diverged = &sample->runs[13], *pending = &sample->runs[14];
    fill_unfinished(diverged, REPORT_DIVERGED, "the loss of step 61 is NaN | see <the> `log`");
    diverged->state = REPORT_STATE_DIVERGED;
    diverged->steps = 60;
    diverged->train_count = 12;
    diverged->evaluation_count = 3;
    fill_unfinished(pending, REPORT_PENDING, "");
    pending->has_class = false;
    pending->seen = "";
    pending->train_count = pending->evaluation_count = 0;
    pending->steps = 0;
    pending->timing = (struct report_timing){.wall_seconds = NAN,
                                             .train_seconds = NAN,
                                             .evaluation_seconds = NAN,
                                             .steps_per_second = NAN,
                                             .peak_memory_bytes = -1,
                                             .isa = "",
                                             .backend = "",
                                             .cpu = "",
                                             .host = ""};
    for (int i = 0; i < SAMPLE_SETTINGS; i++)
        fill_setting(sample, i);
    sample->advice[0] = (struct report_advice){.kind = REPORT_FINISH_RUNS};
    sample->advice[1] =
        (struct report_advice){.kind = REPORT_REFINE, .key = "learning_rate", .values = "0.00055, 0.0032"};
    sample->advice[2] =
        (struct report_advice){.kind = REPORT_SWEEP_NEXT, .key = "batch_size", .values = "8, 32"};
    /* The recommended setting, 0.84, less the others. */
    const struct report_encounter encounters[] = {{.setting = 0,
                                                   .pairs = 3,
                                                   .difference = 0.44,
                                                   .low = 0.4152,
                                                   .high = 0.4648,
                                                   .boot_low = NAN,
                                                   .boot_high = NAN,
                                                   .p = 0.00017,
                                                   .adjusted_p = 0.001,
                                                   .ranks_p = NAN,
                                                   .ranks_smallest = 0.1,
                                                   .by_t = REPORT_CLAIM_BETTER,
                                                   .beats = 1,
                                                   .beats_low = NAN,
                                                   .beats_high = NAN,
                                                   .verdict = REPORT_BETTER},
                                                  {.setting = 1,
                                                   .pairs = 5,
                                                   .difference = 0.03,
                                                   .low = 0.0052,
                                                   .high = 0.0548,
                                                   .boot_low = 0.0011,
                                                   .boot_high = 0.0612,
                                                   .p = 0.035,
                                                   .adjusted_p = 0.18,
                                                   .ranks_p = 0.095,
                                                   .ranks_smallest = 0.008,
                                                   .by_t = REPORT_CLAIM_BETTER,
                                                   .by_boot = REPORT_CLAIM_BETTER,
                                                   .by_ranks = REPORT_CLAIM_OPEN,
                                                   .disagree = true,
                                                   .beats = 1,
                                                   .beats_low = 0.57,
                                                   .beats_high = 1,
                                                   .verdict = REPORT_OPEN},
                                                  {.setting = 2,
                                                   .difference = -0.02,
                                                   .low = -0.0885,
                                                   .high = 0.0485,
                                                   .boot_low = NAN,
                                                   .boot_high = 0.0712,
                                                   .p = 0.4,
                                                   .adjusted_p = 0.8,
                                                   .ranks_p = NAN,
                                                   .ranks_smallest = 0.1,
                                                   .by_t = REPORT_CLAIM_OPEN,
                                                   .beats = 0.33,
                                                   .beats_low = NAN,
                                                   .beats_high = NAN,
                                                   .verdict = REPORT_OPEN},
                                                  {.setting = 4,
                                                   .difference = 0.34,
                                                   .low = NAN,
                                                   .high = NAN,
                                                   .boot_low = NAN,
                                                   .boot_high = NAN,
                                                   .p = NAN,
                                                   .adjusted_p = NAN,
                                                   .ranks_p = NAN,
                                                   .ranks_smallest = 0.5,
                                                   .beats = 1,
                                                   .beats_low = NAN,
                                                   .beats_high = NAN,
                                                   .verdict = REPORT_OPEN}};
    memcpy(sample->encounters, encounters, sizeof encounters);
    sample->report = (struct report){.encounters = sample->encounters,
                                     .encounter_count = SAMPLE_SETTINGS - 1,
                                     .comparisons = 6,
                                     .has_luck = true,
                                     .luck = {2, 0.003, 0.0094, 0.857, 0.78},
                                     .name = "lr_sweep",
                                     .metric = "f1",
                                     .in_points = true,
                                     .repeats = SAMPLE_REPEATS,
                                     .least_repeats = SAMPLE_REPEATS,
                                     .design = "joint",
                                     .seed = 42,
                                     .vary_init = true,
                                     .vary_order = true,
                                     .max_spread = 0.02,
                                     .alpha = 0.05,
                                     .sigma0 = 0.011816,
                                     .noisy_sd = 0.02,
                                     .quiet_sd = 0.01,
                                     .model = "tiny_bert",
                                     .model_digest = "11111111111111111111111111111111",
                                     .init = "random",
                                     .train = "reviews.tsv",
                                     .train_digest = "22222222222222222222222222222222",
                                     .validation = "",
                                     .validation_fraction = 0.2,
                                     .split_seed = 42,
                                     .has_rival = true,
                                     .rival = 2,
                                     .validation_digest = "",
                                     .max_length = 32,
                                     .columns = columns,
                                     .column_count = 1,
                                     .train_samples = 800,
                                     .validation_samples = 200,
                                     .labels = 2,
                                     .label_names = "neg, <pos>",
                                     .parameters = 123456,
                                     .fixed = fixed,
                                     .fixed_count = 3,
                                     .sweeps = sweeps,
                                     .sweep_count = 1,
                                     .settings = sample->settings,
                                     .setting_count = SAMPLE_SETTINGS,
                                     .runs = sample->runs,
                                     .run_count = SAMPLE_RUNS,
                                     .recommendation = REPORT_TRUSTED,
                                     .recommended = 3,
                                     .has_runner_up = true,
                                     .runner_up = 1,
                                     .intervals_overlap = true,
                                     .left_out = 1,
                                     .constant_metric = NAN,
                                     .advice = sample->advice,
                                     .advice_count = 3,
                                     .notes = notes,
                                     .note_count = 1,
                                     .environment = environment,
                                     .environment_count = 3};
}

void sample_assert_golden(const char *name, const struct text *text)
{
    char path[4096];
    const char *update = getenv("FTBENCH_UPDATE_GOLDEN");
    snprintf(path, sizeof path, "%s/tests/golden/%s", FTBENCH_SOURCE_DIR, name);
    if (update != NULL && strcmp(update, "1") == 0) {
        assert_int_equal(file_write(path, text_string(text), text->length, NULL), STATUS_OK);
        return;
    }
    struct text golden = {0};
    struct error error = {0};
    if (file_read(path, 0, &golden, &error) != STATUS_OK) fail_msg("%s", error.text);
    if (strcmp(text_string(text), text_string(&golden)) != 0)
        fail_msg("%s differs; is:\n%s\n(FTBENCH_UPDATE_GOLDEN=1 rewrites it)", name, text_string(text));
    text_free(&golden);
}

void assert_says(const struct text *out, const char *what)
{
    if (strstr(text_string(out), what) == NULL) fail_msg("\"%s\" is not in:\n%s", what, text_string(out));
}

void assert_does_not_say(const struct text *out, const char *what)
{
    if (strstr(text_string(out), what) != NULL) fail_msg("\"%s\" is in:\n%s", what, text_string(out));
}
