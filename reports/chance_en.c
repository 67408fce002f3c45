#include "reports/chance_en.h"

static const char *status_in_words(enum report_stream_status status)
{
    switch (status) {
    case REPORT_STREAM_UNDEFINED:
        return "cannot be told";
    case REPORT_STREAM_TOO_FEW:
        return "too few seeds to conclude anything";
    case REPORT_STREAM_NOT_SHOWN:
        return "may do nothing";
    case REPORT_STREAM_SHOWN:
        return "makes a difference";
    }
    return "-";
}

const struct chance_words chance_en = {
    .heading = "Which chance makes the difference",
    .intro =
        "The initial weights, the order of the samples and dropout each have their own seeds, and these runs "
        "were planned so that what each of them does can be told apart.",
    .column_source = "source of chance",
    .column_levels = "seeds",
    .column_sd = "SD from it",
    .column_share = "share",
    .column_answer = "answer",
    .interactions = "together",
    .total = "all",
    .how_to_read = "SD from it: how far runs would lie apart if nothing else varied, with its 95% interval "
                   "in brackets; wide "
                   "when seeds are few, and from fewer than three nothing is concluded. Share: its part of "
                   "the whole variance. "
                   "*Makes a difference*: the interval lies above 0. *Cannot be told*: it was not varied, or "
                   "a failed run broke "
                   "the plan's balance. Together: what sources do to each other beyond what each does alone.",
    .sources = {"initial weights", "order", "dropout"},
    .status = status_in_words,
};
