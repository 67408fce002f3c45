#include "harness/diagnose/remedy.h"

/* Validation losses that are there and none of them a number. */
static bool has_broken_validation(const struct diagnosis *d)
{
    return d->state == CURVE_NO_VALIDATION && diagnosis_value(d, "validation_nonfinite") > 0;
}

static const char *undetermined(const struct diagnosis *d)
{
    if (has_broken_validation(d))
        return "Find out why validation gives no number: it was evaluated, but every loss is NaN or infinite "
               "(empty or masked labels, half precision that overflows), while train loss may be fine.";
    switch (d->state) {
    case CURVE_TOO_SHORT:
        return "Evaluate more often (a smaller eval_steps) or train longer: too few points to tell.";
    case CURVE_NO_VALIDATION:
        return "Give validation data: without its loss nobody can tell learning from memorising.";
    default:
        return "Look at the curve: the two losses do not fit any of the usual patterns.";
    }
}

/* A rising loss asks for less training only where the metric does not gain from more. */
static const char *overfit(const struct diagnosis *d)
{
    enum metric_course course = d->course;
    if (course == COURSE_ROSE && d->keeps_best)
        return "Judge by the metric: it rose on while validation loss rose, so the loss is overconfident, "
               "surer of its mistakes, and the answers got better; the evaluation that is best by it is kept "
               "already, and fewer epochs would cost some of that.";
    if (course == COURSE_ROSE)
        return "Judge by the metric, and keep the evaluation that is best by it (load_best_model_at_end): it "
               "rose on while validation loss rose, so the loss is overconfident, surer of its mistakes, and "
               "the answers got better; fewer epochs would cost some of that.";
    if (d->state == CURVE_NEVER_GENERALISED)
        return "Check that validation data are of the same kind and labels as train data, and get more "
               "train data: validation loss was never clearly below where it began, so fewer epochs alone "
               "will not help.";
    if (course == COURSE_FELL)
        return "Use fewer epochs, or early stopping by the metric (early_stopping_patience), or more weight "
               "decay: the metric, too, fell from its best by more than its noise.";
    if (course == COURSE_LEVEL && d->keeps_best)
        return "Use fewer epochs or early stopping, to save time: since validation loss was lowest the "
               "metric "
               "has not risen by more than its noise, nor fallen, and its best evaluation is kept already.";
    if (course == COURSE_LEVEL)
        return "Use fewer epochs or early stopping: since validation loss was lowest the metric has not "
               "risen by more than its noise, nor fallen, so the epochs after that gained nothing; or keep "
               "the evaluation that is best by the metric.";
    return "Use fewer epochs, early stopping or more weight decay; F1 may have gone on rising all the "
           "same, so judge by the metric of the best evaluation.";
}

const char *remedy_sentence(const struct diagnosis *diagnosis)
{
    enum curve_state state = diagnosis->state;
    switch (diagnosis->class) {
    case CURVE_CONVERGED:
        if (state == CURVE_STILL_IMPROVING)
            return "Train for more epochs: validation loss was still falling at the end.";
        if (state == CURVE_VAL_FLAT)
            return "Compare with fewer epochs: train loss falls, but validation gains next to nothing from "
                   "it.";
        return "Keep it: both losses fell and levelled off.";
    case CURVE_OVERFIT:
        return overfit(diagnosis);
    case CURVE_STALLED:
        if (state == CURVE_ROSE)
            return "Lower the learning rate and warm up longer: the loss rose above where it began and never "
                   "came "
                   "clearly below it; if that does not help, check the initial weights and the labels.";
        return "Raise the learning rate; if that does not help, check the initial weights and the labels.";
    case CURVE_OSCILLATING:
        if (state == CURVE_DIVERGED)
            return "Lower the learning rate by a factor of three or more and warm up longer: losses or "
                   "gradients left the finite numbers.";
        if (state == CURVE_COLLAPSED)
            return "Lower the learning rate and warm up longer: what was learned was lost again.";
        return "Lower the learning rate, enlarge the batch (gradient accumulation), or clean the data.";
    case CURVE_UNDETERMINED:
        break;
    }
    return undetermined(diagnosis);
}

const char *remedy_rate_too_high(void)
{
    return "Lower the learning rate: with a lower one the same setting learns.";
}

const char *remedy_too_few_steps(void)
{
    return "Train longer before you judge it: in so few steps (fewer than 50) no learning rate shows much; "
           "if the "
           "loss still does not fall, raise the rate.";
}

const char *remedy_one_class(void)
{
    return "Do not trust the curve: its result gives every sample the same class; try other learning rates, "
           "train "
           "longer, and look at how many samples each class has.";
}
