#include "phrases.h"

#define DEFINITION "part of a definition"

const struct phrase phrases[] = {
    /* the answer */
    {"which of {D.settings} settings", 0},
    {"**Recommended: {R.label}**", 0},
    {"**Least bad: {R.label}**", 0},
    {"{R.label}, with F1", 0},
    {"The next best, {U.label},", 0},
    {"The mean of {V.label} is better", 0},
    {"F1 {R.mean} ± {R.sd} (mean ± SD of {R.n} runs", 0},
    {"F1 {R.mean} (a single run)", 0},
    {"all {D.runs} runs are equal to the last bit", 0},
    {"all {D.runs} runs", 0},
    {"{D.twins} runs repeated the seeds of another", 0},
    {"true SD is only {D.quiet} point fails that rule {R.quiet_fails*100}% of the time with {R.n} runs", 0},
    {"true SD is only {D.quiet} points fails that rule {R.quiet_fails*100}% of the time with {R.n} runs", 0},
    {"the SD of these runs is {R.sd*100} points", 0},
    {"with {R.n} runs, a setting whose true SD is {D.limit} points, which is far too noisy, would still pass "
     "the rule "
     "{R.noisy_passes*100}% of the time",
     0},
    {"{R.calibrated.further} more runs would decide it", 0},
    {"{R.calibrated.further} more run would decide it", 0},
    {"({R.calibrated.further_likely} to be safe)", 0},
    {"is {D.behind} points behind", 0},
    {"a mean {D.behind} points better", 0},
    {"is better ({V.mean}), but its spread misses the rule by {D.miss} points ({V.spread*100} against "
     "{D.limit})",
     0},
    {"its runs lie {R.spread*100} points apart, more than the {D.limit} points of", 0},
    {"{recommendation.left_out_settings} settings were left out", 0},
    {"{recommendation.left_out_settings} setting was left out", 0},
    {"{D.one_class} of {D.runs} runs give every sample the same class", 0},
    {"at best gets F1 {recommendation.constant_metric} here", 0},
    {"gets F1 {recommendation.constant_metric} here", 0},
    {"from {D.least_updates} times ({D.least_label}) to {D.most_updates} ({D.most_label})", 0},
    /* what was asked */
    {"{model.parameters} trainable numbers", 0},
    {"`reviews.tsv` ({data.train_samples} samples), validation {data.validation_fraction} of it, held out by "
     "the split seed "
     "{data.split_seed} ({data.validation_samples} samples: one sample more or less right is worth about "
     "{D.sample} points), "
     "{data.labels} labels: 0, 1 (F1, precision and recall are of 1), texts of at most {data.max_length} "
     "tokens",
     "0 and 1 are the names of the classes"},
    {"({D.settings} settings", 0},
    {"{experiment.repeats} runs of each setting", 0},
    {"{D.planned} runs of each setting", 0},
    {"`design = latin`, {experiment.levels} seeds of each", 0},
    /* how each setting did */
    {"1 point is 0.01 of the metric", DEFINITION},
    {"(n - 1)", DEFINITION},
    {"95% interval", "the level of every interval"},
    {"95 times in 100", "the level of every interval"},
    {"a fraction to 0 .. 1", DEFINITION},
    {"a spread of at most {D.limit} points", 0},
    {"a true SD of {D.limit} points", 0},
    {"a true SD of only {D.quiet} point fails it {S.quiet_fails*100}% of the time with {S.n} runs", 0},
    {"a true SD of only {D.quiet} points fails it {S.quiet_fails*100}% of the time with {S.n} runs", 0},
    {"a spread of exactly 0", "what equal runs mean"},
    /* how sure is this */
    {"*stable*: the true SD is {D.sigma0} points or less", 0},
    {"wrong for at most {D.alpha}% of the settings", 0},
    {"a probability of 80%", "the level of \"to be safe\""},
    /* is it really better */
    {"with 0 in it", DEFINITION},
    {"begins at 0", DEFINITION},
    {"would be below 0", DEFINITION},
    {"shown as 0", DEFINITION},
    {"lies above 0", DEFINITION},
    {"down to 0", DEFINITION},
    {"(p 0.10 with three)", "2 / 20: of the 20 orders of 3 and 3 runs the two clearest"},
    {"p (t) is 5% or less", "the level of every comparison"},
    {"the {comparison.comparisons} comparisons", 0},
    {"{R.label}, which comes first", 0},
    {"with the best mean is {B.label}.", 0},
    {"too good by {comparison.best.bias*100} points", 0},
    {"at most by {comparison.best.bias_most*100} points", 0},
    {"it would be about {comparison.best.corrected}, and without the most of it {D.corrected_most}.", 0},
    {"the best in {comparison.best.again*100}% of the cases", 0},
    /* where the spread comes from; which chance */
    {"This one has {data.validation_samples}.", 0},
    {"Most of the variance, {S.streams.interactions_share*100}%, comes from what the sources do to each "
     "other (an SD of "
     "{S.streams.interactions.sd*100} points, 95% interval {S.streams.interactions.low*100} .. "
     "{S.streams.interactions.high*100})",
     "the level of every interval"},
    {"the initial weights {S.streams.init.share*100}%, the order of the samples "
     "{S.streams.order.share*100}%, dropout "
     "{S.streams.dropout.share*100}%",
     0},
    {"from {experiment.levels} seeds each", 0},
    {"makes an SD of {S.streams.churn.sd*100} points by itself", 0},
    {"with the seed of the initial weights fixed, runs would still lie {S.streams.init.rest_sd*100} points "
     "(SD) apart instead of "
     "{S.streams.total.sd*100} points",
     0},
    /* loss curves */
    {"three runs all agree {D.three_agree}% of the time", 0},
    {"{label}: {L.classes.converged} of {L.agreement.n} runs converged", 0},
    {"{label}: {L.classes.overfit} of {L.agreement.n} runs overfit", 0},
    {"{label}: {L.classes.stalled} of {L.agreement.n} runs stalled", 0},
    {"{label}: {L.classes.oscillating} of {L.agreement.n} runs oscillated", 0},
    {", {L.classes.converged} converged", 0},
    {", {L.classes.overfit} overfit", 0},
    {", {L.classes.stalled} stalled", 0},
    {", {L.classes.oscillating} oscillated", 0},
    {"two runs drawn at random agree {L.agreement.pairs*100}% of the time", 0},
    {"Each of the {D.runs} runs", 0},
    {"Validation loss rose from its lowest in {D.overfit} runs, yet F1 ended higher than it was there in "
     "{D.higher} of {D.overfit} "
     "(by more than its noise in {D.rose})",
     0},
    {"Validation loss rose from its lowest in {D.overfit} runs, and F1 ended no higher than it was there in "
     "any of {D.overfit}",
     0},
    {"n run {of run}, validation loss rose from step {run.evidence.validation_least_step} on, and F1 fell "
     "from "
     "{run.evidence.metric_best} at its best (step {run.evidence.metric_best_step}) to "
     "{run.evidence.metric_at_end} (noise "
     "{run.evidence.metric_fall_noise})",
     0},
    {"n run {of run}, validation loss rose from step {run.evidence.validation_least_step} on, yet F1 went "
     "from "
     "{run.evidence.metric_at_loss_minimum} to {run.evidence.metric_at_end} (noise "
     "{run.evidence.metric_rise_noise})",
     0},
    {"in {D.fell} it fell from its best by more than its noise", 0},
    {"The noise is what {data.validation_samples} validation samples leave open", 0},
    /* a run's curve */
    {"Train loss fell by {run.evidence.train_fall*100}%", 0},
    {"validation loss fell by {run.evidence.validation_fall*100}% (noise "
     "{run.evidence.validation_fall_noise*100}%)",
     0},
    {"validation loss did not fall (noise {run.evidence.validation_fall_noise*100}%)", 0},
    {"ended {run.evidence.validation_rise*100}% above its lowest (noise "
     "{run.evidence.validation_rise_noise*100}%)",
     0},
    {"ended level with its lowest (noise {run.evidence.validation_rise_noise*100}%)", 0},
    {"ended {run.evidence.validation_rise*100}% above its lowest (step {run.evidence.validation_least_step}) "
     "(noise "
     "{run.evidence.validation_rise_noise*100}%)",
     0},
    {"F1 went from {run.evidence.metric_at_loss_minimum} to {run.evidence.metric_at_end}", 0},
    {"validation loss still fell by {run.fell}%", 0},
    {"Train loss moves by {run.train_moves}% from one point", 0},
    {"Validation loss moves by {run.validation_moves}% from one point", 0},
    {"Train loss surged to {run.train_surge} times", 0},
    {"Validation loss surged to {run.evidence.validation_surge} times", 0},
    {"Train loss was up to {run.evidence.train_excess*100}% above its start", 0},
    {"Validation loss was up to {run.evidence.validation_excess*100}% above its start", 0},
    {"Of the fall of train loss, {run.lost}% was lost again", 0},
    /* seeds */
    {"experiment's seed {experiment.seed} and", 0},
    {"repeat 1 of one setting starts from the same seeds as repeat 1 of every other", "the name of a repeat"},
};

const int phrase_count = sizeof phrases / sizeof phrases[0];
