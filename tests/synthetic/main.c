/* ftbench-synthetic - a trainer that trains nothing: it speaks the protocol, and its results have a known
 * mean and a known noise, so that the harness can be tested against it. It also misbehaves in every way that
 * a trainer can (behaviour.h).
 *
 *     ftbench-synthetic              one run, its spec on standard input
 *     ftbench-synthetic plan [--measure]   what the run would be */
#include "base/file.h"
#include "base/memory.h"
#include "kernels/common/philox.h"
#include "tests/synthetic/behaviour.h"
#include "trainer/spec/observation.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The run as it goes. */
struct act {
    struct run_spec spec;
    struct behaviour behaviour;
    char id[RUN_ID_BYTES];
    long total_steps, epoch_steps, every; /* an evaluation after each `every` steps, and after the last */
    double target;                        /* F1 of the best evaluation */
    struct observed_evaluation best;      /* without arrays; step -1 and no metrics before the first */
    struct digest chain;
    long resumed_step;
};

static const double two_pi = 6.283185307179586;

/* A number in (0, 1): the middle of one of 2^32 equal parts. */
static double uniform(uint32_t word)
{
    return ((double)word + 0.5) / 4294967296.0;
}

/* Words encrypted once more with a key. */
static struct philox4 under(struct philox4 words, uint64_t key)
{
    return philox4x32_10((uint32_t)key, (uint32_t)(key >> 32), words.word[0], words.word[1], words.word[2],
                         words.word[3]);
}

/* Four words of draw number `draw` under the run's seeds and, when settings or nights draw apart, under the
 * 64 bits of its learning rate and under the night. */
static struct philox4 draw_words(const struct act *act, uint32_t draw)
{
    const struct run_spec *spec = &act->spec;
    struct philox4 words =
        philox4x32_10(spec->seed_init, STREAM_DATA, spec->seed_order, spec->seed_dropout, draw, 0);
    if (act->behaviour.night != 0) words = under(words, (uint64_t)act->behaviour.night);
    if (!act->behaviour.apart) return words;
    uint64_t rate;
    memcpy(&rate, &spec->learning_rate, sizeof rate);
    return under(words, rate);
}

/* Standard normal by Box and Muller (1958). */
static double normal(const struct act *act, uint32_t draw)
{
    struct philox4 words = draw_words(act, draw);
    return sqrt(-2 * log(uniform(words.word[0]))) * cos(two_pi * uniform(words.word[1]));
}

static double clamp(double value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

static void set_up(struct act *act)
{
    const struct behaviour *behaviour = &act->behaviour;
    const struct run_spec *spec = &act->spec;
    act->epoch_steps = run_spec_epoch_steps(spec, behaviour->samples);
    act->total_steps = run_spec_total_steps(spec, behaviour->samples);
    act->every = spec->eval_steps > 0 ? spec->eval_steps : act->epoch_steps;
    double decades = log10(spec->learning_rate / behaviour->best_rate);
    act->target =
        clamp(behaviour->mean + behaviour->sigma * normal(act, 0) - behaviour->penalty * decades * decades);
    act->best = (struct observed_evaluation){.step = -1,
                                             .loss = (double)NAN,
                                             .accuracy = (double)NAN,
                                             .precision = (double)NAN,
                                             .recall = (double)NAN,
                                             .f1 = (double)NAN,
                                             .f1_macro = (double)NAN};
    act->chain = digest_bytes(act->id, strlen(act->id));
}

static void print(const struct observation *observation)
{
    struct text line = {0};
    struct error error = {0};
    if (observation_write(observation, &line, &error) != STATUS_OK) {
        fprintf(stderr, "ftbench-synthetic: %s\n", error.text);
        exit(1);
    }
    fputs(text_string(&line), stdout);
    fflush(stdout);
    text_free(&line);
}

static int32_t label_of(int row)
{
    return (int32_t)(philox4x32_10(0, STREAM_DATA, (uint32_t)row, 0, 0, 0).word[0] & 1);
}

static int32_t *make_labels(int rows)
{
    int32_t *labels = memory_zeroed((size_t)rows, sizeof *labels);
    if (labels == NULL) exit(1);
    for (int i = 0; i < rows; i++)
        labels[i] = label_of(i);
    return labels;
}

static void print_begin(const struct act *act, bool measured)
{
    struct observation line = {.kind = OBSERVATION_BEGIN};
    struct observed_begin *begin = &line.as.begin;
    memcpy(begin->run_id, act->behaviour.wrong_id ? "0123456789abcdef" : act->id, sizeof begin->run_id);
    begin->train_samples = act->behaviour.samples;
    begin->validation_samples = act->behaviour.validation;
    begin->labels = 2;
    begin->total_steps = act->total_steps;
    begin->epoch_steps = act->epoch_steps;
    begin->warmup_steps = run_spec_warmup_steps(&act->spec, act->behaviour.samples);
    begin->parameters = 1000;
    begin->memory_bytes = 16000;
    begin->resumed_step = act->resumed_step;
    begin->resumed_seconds = act->resumed_step > 0 ? 100 : 0;
    begin->step_seconds = measured ? 0.25 : 0;
    begin->evaluation_seconds = measured ? 0.5 : 0;
    snprintf(begin->program, sizeof begin->program, "ftbench-synthetic");
    snprintf(begin->backend, sizeof begin->backend, "none");
    snprintf(begin->gpu, sizeof begin->gpu, "%s", act->behaviour.gpu);
    begin->threads = 1;
    begin->labelled = (int)act->behaviour.validation;
    if (!act->behaviour.unlabelled) begin->validation_labels = make_labels(begin->labelled);
    lie_about_begin(act->behaviour.lie, begin);
    print(&line);
    observation_free(&line);
}

static void print_note(const struct act *act)
{
    if (act->behaviour.note[0] == '\0') return;
    struct observation line = {.kind = OBSERVATION_NOTE};
    snprintf(line.as.note.code, sizeof line.as.note.code, "synthetic");
    snprintf(line.as.note.message, sizeof line.as.note.message, "%s", act->behaviour.note);
    print(&line);
}

/* Where F1 and the losses are at part `t` of the way, 0 to 1. Losses start at log 2, as those of two classes
 * do. */
static void curve(const struct act *act, double t, double *f1, double *train_loss, double *loss)
{
    const double start = log(2.0), floor = 0.5;
    double rise = 1 - exp(-5 * t), full = 1 - exp(-5.0);
    *train_loss = start * exp(-2 * t);
    *loss = start * exp(-1.2 * t);
    *f1 = floor + (act->target - floor) * rise / full;
    switch (act->behaviour.shape) {
    case SHAPE_CONVERGED:
        break;
    case SHAPE_OVERFIT: /* validation turns round at a third of the way */
        *loss = start * (t < 1.0 / 3 ? 1 - 0.9 * t : 0.7 + 0.9 * (t - 1.0 / 3));
        *f1 = act->target - 0.1 * fabs(t - 1.0 / 3);
        break;
    case SHAPE_STALLED:
        *train_loss = *loss = start;
        *f1 = t > 0 ? act->target : floor;
        break;
    case SHAPE_OSCILLATING:
        *loss *= 1 + 0.3 * sin(two_pi * 4 * t);
        *f1 -= 0.1 * (1 - cos(two_pi * 4 * t)) / 2;
        break;
    }
    *f1 = clamp(*f1);
}

static double part_of(const struct act *act, long step)
{
    return (double)step / (double)act->total_steps;
}

static void print_step(struct act *act, long step)
{
    struct observation line = {.kind = OBSERVATION_STEP};
    struct observed_step *at = &line.as.step;
    double f1, train_loss, loss;
    curve(act, part_of(act, step), &f1, &train_loss, &loss);
    at->step = step;
    at->epoch = (double)step / (double)act->epoch_steps;
    at->loss =
        step == act->behaviour.nan_at ? NAN : (float)(train_loss * (1 + 0.05 * normal(act, (uint32_t)step)));
    at->grad_norm = (float)train_loss;
    at->learning_rate = act->spec.learning_rate;
    at->logged =
        act->spec.logging_steps > 0 && (step % act->spec.logging_steps == 0 || step == act->total_steps);
    at->train_loss = at->logged ? train_loss : (double)NAN;
    act->chain = digest_chain(act->chain, digest_floats(&at->loss, 1));
    digest_text(act->chain, at->digest);
    lie_about_step(act->behaviour.lie, at);
    print(&line);
}

static void print_evaluation(struct act *act, long step)
{
    struct observation line = {.kind = OBSERVATION_EVALUATION};
    struct observed_evaluation *at = &line.as.evaluation;
    size_t count = (size_t)act->behaviour.validation;
    double train_loss;
    curve(act, part_of(act, step), &at->f1, &train_loss, &at->loss);
    at->step = step;
    at->epoch = (double)step / (double)act->epoch_steps;
    at->accuracy = at->f1_macro = at->precision = at->recall = at->f1;
    at->best = act->best.step < 0 || at->f1 > act->best.f1;
    if (act->behaviour.nan_f1) at->f1 = at->precision = at->recall = (double)NAN;
    at->count = (int)count;
    at->predictions = memory_zeroed(count, sizeof *at->predictions);
    at->losses = memory_zeroed(count, sizeof *at->losses);
    if (at->predictions == NULL || at->losses == NULL) exit(1);
    /* As many rows are wrong as the accuracy says, drawn one after the other without looking back. */
    double wrong = floor((1 - at->accuracy) * (double)count + 0.5);
    for (size_t i = 0; i < count; i++) {
        struct philox4 words =
            philox4x32_10(act->spec.seed_init, STREAM_DATA, (uint32_t)step, (uint32_t)i, 1, 1);
        bool errs = uniform(words.word[0]) * (double)(count - i) < wrong;
        wrong -= errs;
        at->predictions[i] = errs ? 1 - label_of((int)i) : label_of((int)i);
        at->losses[i] = (float)(at->loss * 2 * uniform(words.word[1]));
    }
    act->chain = digest_chain(act->chain, digest_floats(at->losses, count));
    digest_text(act->chain, at->digest);
    lie_about_evaluation(act->behaviour.lie, at);
    print(&line);
    memory_free(at->predictions);
    memory_free(at->losses);
    if (at->best) act->best = *at;
}

static void print_end(const struct act *act, int reason, const char *message, long steps)
{
    struct observation line = {.kind = OBSERVATION_END};
    struct observed_end *end = &line.as.end;
    end->reason = reason;
    snprintf(end->message, sizeof end->message, "%s", message);
    end->steps = steps;
    end->best_step = act->best.step;
    end->loss = act->best.loss;
    end->accuracy = act->best.accuracy;
    end->precision = act->best.precision;
    end->recall = act->best.recall;
    end->f1 = act->best.f1;
    end->f1_macro = act->best.f1_macro;
    digest_text(act->chain, end->digest);
    end->seconds = 0.125;
    end->train_seconds = act->behaviour.loop > 0 ? act->behaviour.step * (double)end->steps : 0.0625;
    end->step_seconds = act->behaviour.step;
    end->calibration_seconds = act->behaviour.loop;
    end->step_processor_seconds = act->behaviour.cost;
    if (act->behaviour.cost > 0) end->calibration_processor_seconds = act->behaviour.loop;
    end->evaluation_seconds = 0.03125;
    end->peak_memory_bytes = 20000;
    lie_about_end(act->behaviour.lie, end);
    print(&line);
}

static void wait_milliseconds(long milliseconds)
{
    struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    while (nanosleep(&time, &time) != 0)
        continue;
}

static void wait_for_ever(void)
{
    for (;;)
        pause();
}

static void interrupt_parent(int number)
{
    (void)number;
    kill(getppid(), SIGINT);
}

static void print_for_ever(void)
{
    static char block[65536];
    memset(block, 'x', sizeof block);
    while (fwrite(block, 1, sizeof block, stdout) == sizeof block)
        continue;
    exit(1);
}

static void write_checkpoint(const struct act *act, long step)
{
    char number[32];
    int length = snprintf(number, sizeof number, "%ld", step);
    if (file_write(act->spec.checkpoint, number, (size_t)length, NULL) != STATUS_OK) exit(1);
}

static void read_checkpoint(struct act *act)
{
    FILE *file = act->spec.checkpoint[0] == '\0' ? NULL : fopen(act->spec.checkpoint, "r");
    bool found = file != NULL && fscanf(file, "%ld", &act->resumed_step) == 1;
    if (file != NULL) fclose(file);
    if (act->behaviour.refuse_always || (act->behaviour.refuse_checkpoint && found)) {
        print_end(act, END_REFUSED, "the checkpoint\tis no good", 0);
        exit(1);
    }
}

/* What is to go wrong before the line of this step. */
static void misbehave(const struct act *act, long step)
{
    const struct behaviour *behaviour = &act->behaviour;
    if (step == behaviour->checkpoint_at) write_checkpoint(act, step - 1);
    if (step == behaviour->crash_at) {
        signal(SIGSEGV, SIG_DFL); /* a sanitizer's handler would turn it into an exit */
        raise(SIGSEGV);
    }
    if (step == behaviour->exit_at) {
        fprintf(stderr, "first words\nlast words at step %ld\n", step);
        exit((int)behaviour->exit_code);
    }
    if (step == behaviour->hang_at) wait_for_ever();
    if (step == behaviour->long_at) print_for_ever();
    if (step == behaviour->half_at) {
        fputs("{\"event\": \"st", stdout);
        exit(0);
    }
    if (step == behaviour->close_at) {
        fclose(stdout);
        wait_for_ever();
    }
    if (step == behaviour->rubbish_at) puts("loss = 0.3, going well");
    if (step == behaviour->fail_at) {
        char message[sizeof((struct observed_end *)NULL)->message];
        snprintf(message, sizeof message, "%.400s:7: no label", act->spec.train_path);
        print_end(act, END_FAILED, message, step > 0 ? step - 1 : 0);
        exit(3);
    }
    if (step == behaviour->stop_at) {
        print_end(act, END_INTERRUPTED, "asked to stop", step > 0 ? step - 1 : 0);
        exit(130);
    }
    if (step == behaviour->interrupt_at) {
        struct sigaction again = {.sa_handler = interrupt_parent};
        if (!behaviour->ignore_term) sigaction(SIGTERM, &again, NULL);
        interrupt_parent(0);
        wait_for_ever();
    }
    fflush(stdout);
}

static int run(struct act *act)
{
    const struct behaviour *behaviour = &act->behaviour;
    read_checkpoint(act);
    misbehave(act, 0);
    if (!behaviour->no_begin) print_begin(act, false);
    print_note(act);
    long last = lie_last_step(behaviour->lie, act->total_steps);
    if (lie_evaluates(behaviour->lie, 0, act->total_steps)) print_evaluation(act, 0);
    for (long step = 1; step <= last; step++) {
        if (behaviour->slow > 0) wait_milliseconds(behaviour->slow);
        misbehave(act, step);
        if (step == behaviour->back_at && step > 1) print_step(act, step - 1);
        print_step(act, step);
        if (step == behaviour->nan_at) {
            print_end(act, END_DIVERGED, "the loss is NaN", step);
            return 0;
        }
        bool due = step % act->every == 0 || step == last;
        if (due && lie_evaluates(behaviour->lie, step, last)) print_evaluation(act, step);
    }
    if (behaviour->no_end) return (int)(behaviour->exit_code == 1 ? 0 : behaviour->exit_code);
    print_end(act, END_COMPLETED, "", last);
    if (behaviour->after_end) print_note(act);
    if (behaviour->linger) wait_for_ever();
    return 0;
}

static int plan(const struct act *act, bool measured)
{
    misbehave(act, 0);
    if (act->behaviour.refuse) {
        fputs("ftbench-trainer: reviews.tsv:3: two columns are needed, 1 is there\n", stderr);
        return 2;
    }
    print_begin(act, measured);
    print_note(act);
    return 0;
}

static bool read_spec(struct run_spec *spec, struct error *error)
{
    struct text json = {0};
    char chunk[4096];
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, stdin)) > 0;)
        text_add_bytes(&json, chunk, got);
    bool good = text_status(&json, error) == STATUS_OK &&
                run_spec_from_json(text_string(&json), spec, error) == STATUS_OK;
    text_free(&json);
    return good;
}

static void write_pid(const char *path)
{
    FILE *file = path[0] == '\0' ? NULL : fopen(path, "w");
    if (file == NULL) return;
    fprintf(file, "%ld\n", (long)getpid());
    fclose(file);
}

int main(int argc, char **argv)
{
    static struct act act; /* all zero; too large for some stacks */
    struct error error = {0};
    char wrong[128];
    if (!read_spec(&act.spec, &error) || run_spec_id(&act.spec, act.id, &error) != STATUS_OK) {
        fprintf(stderr, "ftbench-synthetic: %s\n", error.text);
        return 2;
    }
    if (!behaviour_read(getenv("FTBENCH_SYNTHETIC"), &act.spec, &act.behaviour, wrong)) {
        fprintf(stderr, "ftbench-synthetic: %s\n", wrong);
        return 2;
    }
    if (act.behaviour.ignore_term) signal(SIGTERM, SIG_IGN);
    write_pid(act.behaviour.pid_file);
    set_up(&act);
    if (argc > 1 && strcmp(argv[1], "plan") == 0)
        return plan(&act, argc > 2 && strcmp(argv[2], "--measure") == 0);
    return run(&act);
}
