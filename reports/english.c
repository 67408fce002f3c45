#include "reports/english.h"

#include <string.h>

const char *english_metric(const struct report *report)
{
    if (strcmp(report->metric, "f1") == 0) return "F1";
    if (strcmp(report->metric, "f1_macro") == 0) return "macro F1";
    if (strcmp(report->metric, "accuracy") == 0) return "accuracy";
    if (strcmp(report->metric, "eval_loss") == 0) return "validation loss";
    return report->metric;
}

const char *english_plural(long count)
{
    return count == 1 ? "" : "s";
}

/* "2 points", "1.5 points", "0.02". */
void english_amount(struct text *out, const struct report *report, double value)
{
    if (report->in_points)
        text_addf(out, "%.4g point%s", 100 * value, 100 * value == 1 ? "" : "s");
    else
        text_addf(out, "%.4g", value);
}

void english_streams(const struct report *report, bool varied, struct text *out)
{
    const char *const names[] = {"initial weights", "order of the samples", "dropout"};
    const bool vary[] = {report->vary_init, report->vary_order, report->vary_dropout};
    const char *separator = "";
    for (int i = 0; i < 3; i++) {
        if (vary[i] != varied) continue;
        text_addf(out, "%s%s", separator, names[i]);
        separator = ", ";
    }
    if (separator[0] == '\0') text_add(out, "nothing");
}
