#include "harness/compare/retelling.h"

#include "harness/stats/stability.h"

#include <math.h>

/* How the runs of a comparison are spoken of. */
struct speaker {
    const struct retelling *retelling;
    const struct encounter *encounter;
    const struct comparison *comparison;
    const struct difference
        *difference; /* the one that the verdict rests on; Welch's when it rests on none */
    const char *a, *b;
    bool points;
    struct text *out;
};

static void say_amount(const struct speaker *speaker, double value)
{
    if (speaker->points)
        text_addf(speaker->out, "%.2f points", 100 * value);
    else
        text_addf(speaker->out, "%.4f", value);
}

/* "95% interval 0.81 to 7.19 points", turned round when the difference is told the other way. */
static void say_interval(const struct speaker *speaker, bool turned)
{
    struct interval interval = speaker->difference->interval;
    double unit = speaker->points ? 100 : 1;
    if (turned) interval = (struct interval){-interval.high, -interval.low};
    text_addf(speaker->out, "%g%% interval %.*f to %.*f", 100 * speaker->comparison->question.confidence,
              speaker->points ? 2 : 4, unit * interval.low, speaker->points ? 2 : 4, unit * interval.high);
}

static void say_basis(const struct speaker *speaker)
{
    const struct comparison *comparison = speaker->comparison;
    if (comparison->basis == COMPARE_BY_PAIRS)
        text_addf(speaker->out, "%d pairs of runs with the same seeds", comparison->paired.n);
    else if (comparison->paired.n > 0)
        text_addf(speaker->out, "%d and %d runs, of which too few share their seeds: %d", comparison->a.n,
                  comparison->b.n, comparison->paired.n);
    else
        text_addf(speaker->out, "%d and %d runs that share no seeds", comparison->a.n, comparison->b.n);
}

static void say_p(const struct speaker *speaker)
{
    const struct comparison *comparison = speaker->comparison;
    text_addf(speaker->out, "p %.2g", comparison->p);
    if (speaker->retelling->comparing->family > 1)
        text_addf(speaker->out, ", %.2g by Holm for %zu comparisons", comparison->adjusted_p,
                  speaker->retelling->comparing->family);
}

static void say_missing(const struct speaker *speaker, const struct contender *contender, const char *name,
                        const struct summary *summary)
{
    if (summary->n > 0) return;
    text_addf(speaker->out, "; %s has no finished run", name);
    if (summary->undefined > 0) text_addf(speaker->out, ", %d failed", summary->undefined);
    if (contender->pending > 0) text_addf(speaker->out, ", %d not there yet", contender->pending);
}

static void say_better(const struct speaker *speaker, bool a_better)
{
    bool turned = speaker->difference->value < 0;
    text_addf(speaker->out, "%s is better than %s by ", a_better ? speaker->a : speaker->b,
              a_better ? speaker->b : speaker->a);
    say_amount(speaker, fabs(speaker->difference->value));
    text_add(speaker->out, " (");
    say_interval(speaker, turned);
    text_add(speaker->out, "; ");
    say_basis(speaker);
    text_add(speaker->out, "; ");
    say_p(speaker);
    text_add(speaker->out, ").");
}

static const char *claim_in_words(enum compare_claim claim)
{
    if (claim == COMPARE_CLAIM_A_BETTER) return "better";
    return claim == COMPARE_CLAIM_B_BETTER ? "worse" : "cannot tell";
}

/* What the other ways say, where one of them says something else. Nothing of a single comparison that they
 * agree on. */
static void say_disagreement(const struct speaker *speaker)
{
    const struct compare_claims claims = compare_claims(speaker->comparison);
    if (!compare_disagree(&claims)) return;
    const struct {
        const char *name;
        enum compare_claim claim;
    } ways[] = {{"t", claims.student}, {"bootstrap", claims.bootstrap}, {"ranks", claims.ranks}};
    const char *separator = ": ";
    text_addf(speaker->out, " Of %s against %s alone the ways do not agree", speaker->a, speaker->b);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ways[i].claim == COMPARE_CLAIM_UNKNOWN) continue;
        text_addf(speaker->out, "%s%s by %s", separator, claim_in_words(ways[i].claim), ways[i].name);
        separator = ", ";
    }
    text_add(speaker->out, ".");
}

/* There is a p, and yet no answer. */
static void say_undecided(const struct speaker *speaker)
{
    const struct comparison *comparison = speaker->comparison;
    double alpha = 1 - comparison->question.confidence, value = speaker->difference->value;
    bool a_better = (value > 0) == comparison->question.higher_is_better;
    const struct summary *better = a_better ? &comparison->a : &comparison->b;
    const struct summary *other = a_better ? &comparison->b : &comparison->a;
    if (comparison->adjusted_p <= alpha && better->undefined > other->undefined) {
        text_addf(speaker->out, "inconclusive: the finished runs of %s are better by ",
                  a_better ? speaker->a : speaker->b);
        say_amount(speaker, fabs(value));
        text_addf(speaker->out, ", but more of its runs failed (%d, against %d).", better->undefined,
                  other->undefined);
    } else if (comparison->p <= alpha) {
        text_addf(speaker->out, "inconclusive: %s is better by ", a_better ? speaker->a : speaker->b);
        say_amount(speaker, fabs(value));
        text_add(speaker->out, ", which would count if it were the only comparison (");
        say_p(speaker);
        text_add(speaker->out, ").");
    } else {
        text_add(speaker->out, "inconclusive: the means differ by ");
        say_amount(speaker, value);
        text_add(speaker->out, ", which chance alone can do (");
        say_interval(speaker, false);
        text_add(speaker->out, ", with 0 in it; ");
        say_basis(speaker);
        text_add(speaker->out, "; ");
        say_p(speaker);
        text_add(speaker->out, "). More runs could tell; this is not \"no difference\".");
    }
}

static void say_inconclusive(const struct speaker *speaker)
{
    const struct comparison *comparison = speaker->comparison;
    if (comparison->basis == COMPARE_BY_NOTHING) {
        text_addf(speaker->out,
                  "inconclusive: %d and %d finished runs are too few; at least %d of each are needed.",
                  comparison->a.n, comparison->b.n, STABILITY_ENOUGH_RUNS);
    } else if (isnan(comparison->p)) {
        text_add(speaker->out, "inconclusive: the difference is ");
        say_amount(speaker, speaker->difference->value);
        text_add(speaker->out, comparison->basis == COMPARE_BY_PAIRS ? " in each of " : " between all of ");
        say_basis(speaker);
        text_add(speaker->out, ": where nothing varies there is no scale to judge it by.");
    } else {
        say_undecided(speaker);
    }
}

static void say_equivalent(const struct speaker *speaker)
{
    text_add(speaker->out, "equivalent: whatever the difference is, it is within the margin of ");
    say_amount(speaker, speaker->comparison->question.margin);
    text_add(speaker->out, " (");
    say_interval(speaker, false);
    text_add(speaker->out, "; ");
    say_basis(speaker);
    text_add(speaker->out, ").");
}

static void say_verdict(const struct speaker *speaker)
{
    switch (speaker->comparison->verdict) {
    case COMPARE_UNDEFINED:
        text_add(speaker->out, "undefined");
        say_missing(speaker, speaker->encounter->a, speaker->a, &speaker->comparison->a);
        say_missing(speaker, speaker->encounter->b, speaker->b, &speaker->comparison->b);
        text_add(speaker->out, ".");
        break;
    case COMPARE_INCONCLUSIVE:
        say_inconclusive(speaker);
        break;
    case COMPARE_A_BETTER:
    case COMPARE_B_BETTER:
        say_better(speaker, speaker->comparison->verdict == COMPARE_A_BETTER);
        break;
    case COMPARE_EQUIVALENT:
        say_equivalent(speaker);
        break;
    }
}

void retelling_sentence(const struct retelling *retelling, const struct encounter *encounter,
                        struct text *out)
{
    const struct comparison *comparison = &encounter->comparison;
    bool folders = retelling->b != NULL;
    const struct speaker speaker = {.retelling = retelling,
                                    .encounter = encounter,
                                    .comparison = comparison,
                                    .difference = compare_shown(comparison),
                                    .a = folders ? "A" : encounter->a->label,
                                    .b = folders ? "B" : encounter->b->label,
                                    .points = contenders_higher_is_better(retelling->a),
                                    .out = out};
    if (encounter->identical)
        text_addf(out, "the same runs: all %d pairs are equal to the last bit.", comparison->paired.n);
    else
        say_verdict(&speaker);
    if (comparison->a.undefined + comparison->b.undefined > 0 && comparison->verdict != COMPARE_UNDEFINED)
        text_addf(out, " Failed runs: %d of %s, %d of %s; as ranks, they are the worst.",
                  comparison->a.undefined, speaker.a, comparison->b.undefined, speaker.b);
    if (!encounter->identical) say_disagreement(&speaker);
}
