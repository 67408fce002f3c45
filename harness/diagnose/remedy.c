#include "harness/diagnose/remedy.h"

static const char *undetermined(enum curve_state state)
{
    switch (state) {
    case CURVE_TOO_SHORT:
        return "Evaluate more often (a smaller eval_steps) or train longer: too few points to tell.";
    case CURVE_NO_VALIDATION:
        return "Give validation data: without its loss nobody can tell learning from memorising.";
    default:
        return "Look at the curve: the two losses do not fit any of the usual patterns.";
    }
}

const char *remedy_sentence(enum curve_class class_of_curve, enum curve_state state)
{
    switch (class_of_curve) {
    case CURVE_CONVERGED:
        if (state == CURVE_STILL_IMPROVING)
            return "Train for more epochs: validation loss was still falling at the end.";
        if (state == CURVE_VAL_FLAT)
            return "Compare with fewer epochs: train loss falls, but validation gains next to nothing from "
                   "it.";
        return "Keep it: both losses fell and levelled off.";
    case CURVE_OVERFIT:
        if (state == CURVE_NEVER_GENERALISED)
            return "Check that validation data are of the same kind and labels as train data, and get more "
                   "train "
                   "data: validation loss was never clearly below where it began, so fewer epochs alone will "
                   "not "
                   "help.";
        return "Use fewer epochs, early stopping or more weight decay; F1 may have gone on rising all the "
               "same, so judge by the metric of the best evaluation.";
    case CURVE_STALLED:
        if (state == CURVE_ROSE)
            return "Lower the learning rate and warm up longer: the loss rose above where it began and never "
                   "came "
                   "clearly below it; if that does not help, check the initial weights and the labels.";
        return "Raise the learning rate; if that does not help, check the initial weights and the labels.";
    case CURVE_OSCILLATING:
        if (state == CURVE_DIVERGED)
            return "Lower the learning rate by a factor of three or more and warm up longer: the loss left "
                   "the finite numbers.";
        if (state == CURVE_COLLAPSED)
            return "Lower the learning rate and warm up longer: what was learned was lost again.";
        return "Lower the learning rate, enlarge the batch (gradient accumulation), or clean the data.";
    case CURVE_UNDETERMINED:
        break;
    }
    return undetermined(state);
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
