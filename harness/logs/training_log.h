/* training_log.h - the loss curves of a training that ftbench did not run, read from what other programs log.
 *
 * What kind of log it is is told from the content, never from the name:
 * - JSON with "log_history", as Hugging Face's trainer_state.json, or that list alone;
 * - JSON objects a line, as LLaMA-Factory's trainer_log.jsonl; a last line that was cut off is left out;
 * - JSON with "train" and "eval", lists of [step, loss] or [step, epoch, loss];
 * - CSV (comma, semicolon or tab) with a header.
 * In all of them entries may be in any order, and of several with one step the last counts, as after a
 * resume, of which nothing of the first attempt stays (log_resume.h). The summary "train_loss" of a JSON log,
 * a mean over the whole training, is no point of the curve.
 */
#ifndef FTBENCH_HARNESS_LOGS_TRAINING_LOG_H
#define FTBENCH_HARNESS_LOGS_TRAINING_LOG_H

#include "base/status.h"
#include "base/text.h"
#include "harness/diagnose/curve.h"

#include <stddef.h>

/* No log of losses is larger. */
enum { TRAINING_LOG_BYTES = 64 << 20 };

/* Points by step, each step once; losses may be non-finite. One of zeros is empty. */
struct training_log {
    struct curve_point *train, *evaluation; /* owned */
    size_t train_count, evaluation_count;
    struct curve_point *metric; /* (metric_count) owned: the first of F1, macro F1, accuracy that is there */
    size_t metric_count;
    struct curve_point *gradient; /* (gradient_count) owned: norms, beside train losses */
    size_t gradient_count;
    const char *metric_name; /* static; NULL without one */
};

/* Read a file, or standard input for "-". Fails (STATUS_IO, STATUS_BAD_INPUT) for what cannot be read, is too
 * large or is no such log; the text names the file and, where there is one, the line. A log without a loss is
 * fine, one without an entry is not. Free with training_log_free in any case. */
enum status training_log_read(const char *path, struct training_log *log, struct error *error);

/* The same of a content; `name` is for error texts. The content may be changed. */
enum status training_log_parse(struct text *content, const char *name, struct training_log *log,
                               struct error *error);

void training_log_free(struct training_log *log);

/* The log as a curve, which points into it. */
struct curve training_log_curve(const struct training_log *log);

/* Its metric, which points into it; none in a log that has none. */
struct metric_curve training_log_metric(const struct training_log *log);

#endif
