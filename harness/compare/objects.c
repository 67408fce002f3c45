#include "harness/compare/retelling.h"

#include "base/number.h"
#include "base/json_text.h"
#include "harness/plan/design.h"
#include "trainer/spec/keys.h"

#include <math.h>

/* JSON has no word for what is undefined but null. */
static void put_number(struct text *out, const char *name, double value)
{
    char number[NUMBER_TEXT] = "null";
    if (isfinite(value)) number_shortest(value, number);
    text_addf(out, ",\"%s\":%s", name, number);
}

static void put_flag(struct text *out, const char *name, bool value)
{
    text_addf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void put_string(struct text *out, const char *name, const char *value)
{
    text_addf(out, ",\"%s\":", name);
    json_text_string(out, value);
}

static void put_side(struct text *out, const char *name, const char *folder,
                     const struct contender *contender, const struct summary *summary)
{
    text_addf(out, ",\"%s\":{\"setting\":", name);
    json_text_string(out, contender->label);
    put_string(out, "folder", folder);
    text_addf(out, ",\"number\":%zu,\"n\":%d,\"failed\":%d,\"pending\":%d,\"twins\":%d", contender->number,
              summary->n, summary->undefined, contender->pending, contender->twins);
    put_number(out, "mean", summary->mean);
    put_number(out, "sd", summary->sd);
    put_number(out, "min", summary->min);
    put_number(out, "max", summary->max);
    text_add(out, "}");
}

static void put_difference(struct text *out, const char *name, const struct difference *difference)
{
    text_addf(out, ",\"%s\":{\"n\":%d", name, difference->n);
    put_number(out, "difference", difference->value);
    put_number(out, "low", difference->interval.low);
    put_number(out, "high", difference->interval.high);
    put_number(out, "bootstrap_low", difference->bootstrap.low);
    put_number(out, "bootstrap_high", difference->bootstrap.high);
    put_number(out, "df", difference->df);
    put_number(out, "p", difference->p);
    text_add(out, "}");
}

static void put_ranks(struct text *out, const struct comparison *comparison)
{
    const struct ranks *ranks = &comparison->ranks;
    const struct interval beats = compare_beats(comparison);
    put_number(out, "a_beats_b", comparison->a_beats_b);
    put_number(out, "a_beats_b_low", beats.low);
    put_number(out, "a_beats_b_high", beats.high);
    text_addf(out, ",\"mann_whitney\":{\"n_a\":%d,\"n_b\":%d", ranks->n_a, ranks->n_b);
    put_number(out, "p", ranks->p);
    put_number(out, "smallest_p", ranks->smallest_p);
    put_flag(out, "exact", ranks->exact);
    put_flag(out, "inconclusive", isnan(ranks->p));
    text_add(out, "}");
}

static const char *basis_name(enum compare_basis basis)
{
    switch (basis) {
    case COMPARE_BY_PAIRS:
        return "pairs";
    case COMPARE_BY_WELCH:
        return "welch";
    case COMPARE_BY_NOTHING:
        break;
    }
    return "nothing";
}

static void put_encounter(const struct retelling *retelling, const struct encounter *encounter,
                          struct text *out)
{
    const struct comparison *comparison = &encounter->comparison;
    struct text sentence = {0};
    text_add(out, "{\"kind\":\"comparison\"");
    put_string(out, "metric", metric_words[retelling->a->metric]);
    put_flag(out, "lower_is_better", !comparison->question.higher_is_better);
    put_number(out, "confidence", comparison->question.confidence);
    put_number(out, "margin", comparison->question.margin);
    put_side(out, "a", retelling->a->folder, encounter->a, &comparison->a);
    put_side(out, "b", retelling->b != NULL ? retelling->b->folder : retelling->a->folder, encounter->b,
             &comparison->b);
    put_string(out, "basis", basis_name(comparison->basis));
    put_difference(out, "paired", &comparison->paired);
    put_difference(out, "welch", &comparison->welch);
    put_ranks(out, comparison);
    put_number(out, "p", comparison->p);
    put_number(out, "adjusted_p", comparison->adjusted_p);
    text_addf(out, ",\"family\":%zu", retelling->comparing->family);
    put_flag(out, "identical", encounter->identical);
    const struct compare_claims claims = compare_claims(comparison);
    put_flag(out, "disagree", compare_disagree(&claims));
    put_string(out, "verdict", compare_verdict_name(comparison->verdict));
    retelling_sentence(retelling, encounter, &sentence);
    put_string(out, "sentence", text_string(&sentence));
    text_add(out, "}\n");
    out->failed = out->failed || sentence.failed;
    text_free(&sentence);
}

static void put_selection(const struct retelling *retelling, struct text *out)
{
    const struct selection *selection = &retelling->comparing->selection;
    text_addf(out, "{\"kind\":\"selection\",\"settings\":%d,\"best\":", selection->settings);
    if (selection->best < 0)
        text_add(out, "null");
    else
        json_text_string(out, retelling->a->items[selection->best].label);
    put_number(out, "mean", selection->mean);
    put_number(out, "bias", selection->bias);
    put_number(out, "bias_most", selection->bias_most);
    put_number(out, "corrected", selection->corrected);
    put_number(out, "again", selection->again);
    text_add(out, "}\n");
}

static void put_design(struct text *out, const char *name, const struct contenders *contenders)
{
    text_addf(out, ",\"%s\":{\"folder\":", name);
    json_text_string(out, contenders->folder);
    put_string(out, "design", design_name(contenders->plan.experiment.design));
    text_add(out, "}");
}

void retelling_refusal_json(const struct retelling *retelling, const char *reason, struct text *out)
{
    text_add(out, "{\"kind\":\"comparison\"");
    put_string(out, "metric", metric_words[retelling->a->metric]);
    put_flag(out, "lower_is_better", !contenders_higher_is_better(retelling->a));
    put_design(out, "a", retelling->a);
    put_design(out, "b", retelling->b != NULL ? retelling->b : retelling->a);
    put_number(out, "p", NAN);
    put_string(out, "verdict", compare_verdict_name(COMPARE_UNDEFINED));
    put_string(out, "reason", reason);
    text_add(out, "}\n");
}

void retelling_json(const struct retelling *retelling, struct text *out)
{
    for (size_t i = 0; i < retelling->comparing->count; i++)
        put_encounter(retelling, &retelling->comparing->encounters[i], out);
    if (retelling->comparing->has_selection) put_selection(retelling, out);
}
