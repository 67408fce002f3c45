#include "harness/diagnose/seen.h"

#include <math.h>
#include <stdbool.h>

/* "55% below" or "12% above" for a ratio of two losses less 1. */
static void compare(double change, const char *what, struct text *out)
{
    double percent = 100 * fabs(change);
    if (percent < 0.5)
        text_addf(out, "level with %s", what);
    else
        text_addf(out, "%.0f%% %s %s", percent, change < 0 ? "below" : "above", what);
}

/* Everything in the medians of blocks, as they are. */
static void describe_train(const struct diagnosis *d, struct text *out)
{
    double first = diagnosis_value(d, "train_first"), least = diagnosis_value(d, "train_least"),
           last = diagnosis_value(d, "train_last");
    if (isnan(first)) {
        text_add(out, "There is no finite train loss.");
    } else if (isnan(diagnosis_value(d, "train_fall"))) {
        text_addf(out, "There is only one finite train loss, %.3g.", first);
    } else {
        text_addf(out, "Train loss began at %.3g, was lowest with %.3g, ", first, least);
        compare(least / first - 1, "its start", out);
        text_addf(out, ", and ended at %.3g, ", last);
        compare(last / least - 1, "its lowest.", out);
    }
}

static void no_validation(const struct diagnosis *d, struct text *out)
{
    double broken = diagnosis_value(d, "validation_nonfinite");
    if (broken > 0)
        text_addf(out, "Of %.0f validation loss%s none is a finite number.", broken, broken == 1 ? "" : "es");
    else
        text_add(out, "There is no validation loss.");
}

static void describe_validation(const struct diagnosis *d, struct text *out)
{
    double first = diagnosis_value(d, "validation_first"), least = diagnosis_value(d, "validation_least"),
           last = diagnosis_value(d, "validation_last");
    int evaluations = (int)diagnosis_value(d, "evaluations");
    if (isnan(first)) {
        no_validation(d, out);
        return;
    }
    if (d->state == CURVE_TOO_SHORT)
        text_addf(out, "There %s only %d evaluation%s after training began. ",
                  evaluations == 1 ? "is" : "are", evaluations, evaluations == 1 ? "" : "s");
    text_addf(out, "Validation loss began at %.3g, was lowest at step %.10g with %.3g, ", first,
              diagnosis_value(d, "validation_least_step"), least);
    compare(least / first - 1, "its start", out);
    text_addf(out, ", and ended at %.3g, ", last);
    compare(last / least - 1, "its lowest.", out);
}

static void describe_surge(const char *which, double surge, const char *separator, struct text *out)
{
    text_addf(out, "%s%s loss surged to %.3g times what it was before and after.", separator, which, surge);
}

static void describe_excess(const char *which, double excess, const char *separator, struct text *out)
{
    text_addf(out, "%s%s loss was up to %.0f%% above its start.", separator, which, 100 * excess);
}

static void describe_swing(const char *which, double size, const char *separator, struct text *out)
{
    text_addf(out, "%s%s loss moves by %.0f%% from one point to the next, against its trend.", separator,
              which, 100 * (exp(size) - 1));
}

/* "3 train losses (the first at step 120)" */
static bool put_broken(const struct diagnosis *d, const char *counted, const char *first, const char *what,
                       const char *plural, const char *before, struct text *out)
{
    double count = diagnosis_value(d, counted);
    if (!(count > 0)) return false;
    text_addf(out, "%s%.0f %s%s (", before, count, what, count == 1 ? "" : plural);
    text_addf(out, count == 1 ? "at step %.10g)" : "the first at step %.10g)", diagnosis_value(d, first));
    return true;
}

static void describe_broken(const struct diagnosis *d, const char *separator, struct text *out)
{
    const char *before = "Not finite: ";
    text_add(out, separator);
    if (put_broken(d, "train_nonfinite", "train_nonfinite_step", "train loss", "es", before, out))
        before = ", ";
    if (put_broken(d, "validation_nonfinite", "validation_nonfinite_step", "validation loss", "es", before,
                   out))
        before = ", ";
    if (put_broken(d, "gradient_nonfinite", "gradient_nonfinite_step", "gradient norm", "s", before, out))
        before = ", ";
    text_add(out, before[0] == ',' ? "." : "A loss or a gradient was no longer a finite number.");
}

/* A gradient that was not finite once and finite again: mixed precision leaves such steps out. */
static void describe_skipped(const struct diagnosis *d, const char *separator, struct text *out)
{
    if (d->state == CURVE_DIVERGED || !(diagnosis_value(d, "gradient_nonfinite") > 0)) return;
    put_broken(d, "gradient_nonfinite", "gradient_nonfinite_step", "gradient norm", "s", separator, out);
    text_add(out, " not finite, and finite ones after that: steps that mixed precision leaves out.");
}

/* Those of several measures that decided. */
static void describe_decided(const struct diagnosis *d, const char *separator, struct text *out)
{
    if (d->decided & (DECIDED_TRAIN_SURGE | DECIDED_TRAIN_WAVE))
        describe_surge("Train",
                       d->decided & DECIDED_TRAIN_SURGE ? diagnosis_value(d, "train_surge")
                                                        : diagnosis_value(d, "train_wave"),
                       separator, out);
    if (d->decided & DECIDED_VALIDATION_SURGE)
        describe_surge("Validation", diagnosis_value(d, "validation_surge"), separator, out);
    if (d->decided & DECIDED_TRAIN_SWING)
        describe_swing("Train", diagnosis_value(d, "train_swing"), separator, out);
    if (d->decided & DECIDED_VALIDATION_SWING)
        describe_swing("Validation", diagnosis_value(d, "validation_swing"), separator, out);
    if (d->decided & DECIDED_TRAIN_EXCESS)
        describe_excess("Train", diagnosis_value(d, "train_excess"), separator, out);
    if (d->decided & DECIDED_VALIDATION_EXCESS)
        describe_excess("Validation", diagnosis_value(d, "validation_excess"), separator, out);
}

static void describe_class(const struct diagnosis *d, const char *separator, struct text *out)
{
    switch (d->state) {
    case CURVE_DIVERGED:
        describe_broken(d, separator, out);
        return;
    case CURVE_COLLAPSED:
        text_addf(out, "%sOf the fall of train loss, %.0f%% was lost again.", separator,
                  100 * fmin(1, diagnosis_value(d, "train_rebound")));
        return;
    case CURVE_STILL_IMPROVING:
        text_addf(out, "%sOver its last quarter, validation loss still fell by %.0f%%.", separator,
                  -100 * diagnosis_value(d, "validation_trend"));
        return;
    default:
        break;
    }
    describe_decided(d, separator, out);
}

/* Overfit by the loss; and by the metric? */
static void describe_metric(const struct diagnosis *d, const char *separator, struct text *out)
{
    double at_minimum = diagnosis_value(d, "metric_at_loss_minimum"),
           best = diagnosis_value(d, "metric_best"), end = diagnosis_value(d, "metric_at_end");
    if (d->metric == NULL || isnan(best)) return;
    text_addf(out, "%sIts %s was ", separator, d->metric);
    if (!isnan(at_minimum)) text_addf(out, "%.4g where validation loss was lowest, ", at_minimum);
    text_addf(out, "%.4g at its best (step %.10g)", best, diagnosis_value(d, "metric_best_step"));
    if (isnan(end))
        text_add(out, " and undefined at the end.");
    else
        text_addf(out, " and %.4g at the end.", end);
}

/* " (noise 4%)", where it is known: what the change before may be without meaning anything. */
static void put_noise(const struct diagnosis *d, const char *name, struct text *out)
{
    double noise = diagnosis_value(d, name);
    if (!isnan(noise)) text_addf(out, " (noise %.2g%%)", 100 * noise);
}

/* "Train loss fell by 65%": at its lowest. */
static void put_fall(const char *which, double fall, struct text *out)
{
    if (fall < 0.005)
        text_addf(out, "%s loss did not fall", which);
    else
        text_addf(out, "%s loss fell by %.0f%%", which, 100 * fall);
}

static void decided_by_level(const struct diagnosis *d, struct text *out)
{
    double train = diagnosis_value(d, "train_fall"), validation = diagnosis_value(d, "validation_fall"),
           rise = diagnosis_value(d, "validation_rise");
    if (isnan(train) && isnan(validation)) {
        text_add(out, "No loss is above 0, so that none can be compared.");
        return;
    }
    if (!isnan(train)) put_fall("Train", train, out);
    if (!isnan(validation)) {
        put_fall(isnan(train) ? "Validation" : ", validation", validation, out);
        put_noise(d, "validation_fall_noise", out);
    }
    if (!isnan(rise) && d->class != CURVE_STALLED) {
        text_add(out, " and ended ");
        compare(rise, "its lowest", out);
        put_noise(d, "validation_rise_noise", out);
    }
    text_add(out, ".");
}

static void decided_overfit(const struct diagnosis *d, struct text *out)
{
    double at_minimum = diagnosis_value(d, "metric_at_loss_minimum"),
           end = diagnosis_value(d, "metric_at_end");
    put_fall("Train", diagnosis_value(d, "train_fall"), out);
    text_add(out, ", validation loss ended ");
    compare(diagnosis_value(d, "validation_rise"), "its lowest", out);
    text_addf(out, " (step %.10g)", diagnosis_value(d, "validation_least_step"));
    put_noise(d, "validation_rise_noise", out);
    text_add(out, ".");
    if (d->metric == NULL || isnan(at_minimum) || isnan(end)) return;
    text_addf(out, " From there to the end, %s went from %.4g to %.4g.", d->metric, at_minimum, end);
}

static void decided_by_class(const struct diagnosis *d, struct text *out)
{
    struct text said = {0};
    describe_class(d, " ", &said);
    text_add(out, text_string(&said) + (said.length > 0)); /* without the first separator */
    out->failed = out->failed || said.failed;
    text_free(&said);
}

void seen_decided(const struct diagnosis *diagnosis, struct text *out)
{
    if (diagnosis->class == CURVE_OVERFIT) {
        decided_overfit(diagnosis, out);
    } else if (diagnosis->class == CURVE_OSCILLATING) {
        decided_by_class(diagnosis, out);
    } else if (diagnosis->state == CURVE_TOO_SHORT) {
        int evaluations = (int)diagnosis_value(diagnosis, "evaluations");
        text_addf(out, "Only %d evaluation%s after training began.", evaluations,
                  evaluations == 1 ? "" : "s");
    } else if (diagnosis->state == CURVE_NO_VALIDATION) {
        no_validation(diagnosis, out);
    } else {
        decided_by_level(diagnosis, out);
        describe_class(diagnosis, " ", out);
    }
}

void seen_describe(const struct diagnosis *diagnosis, const char *separator, struct text *out)
{
    describe_train(diagnosis, out);
    text_add(out, separator);
    describe_validation(diagnosis, out);
    describe_class(diagnosis, separator, out);
    describe_skipped(diagnosis, separator, out);
    describe_metric(diagnosis, separator, out);
}
