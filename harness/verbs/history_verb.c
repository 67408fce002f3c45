#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "harness/history/night.h"
#include "harness/history/trends.h"
#include "harness/listing.h"
#include "harness/verbs/verb.h"
#include "trainer/spec/keys.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct cli_option options[] = {
    {"--history", "FILE", "the history; by default FTBENCH_HISTORY, or else history.sqlite", false},
    {"--commit", "TEXT", "append: the version of your own code; of a night that is there the first stays",
     false},
    {"--time", "TIME", "append: when the night was, such as 2026-01-31T02:00:00Z; by default now", false},
    {"--keep", "NIGHTS", "append: so many nights stay, of older ones one a week; by default 400", false},
    {"--experiment", "NAME", "show, report: which one; by default that of the newest night", false},
    {"--setting", "LABEL", "show: only this one", false},
    {"--alpha", "P", "report: how often it may say that something moved when nothing did; by default 0.01",
     false},
    {"--output", "DIR", "report: where it is written", false},
    {.name = NULL}};

/* The option, or else the environment's. */
static const char *file_of(const struct cli_arguments *arguments)
{
    const char *asked = cli_value(arguments, "--history"), *usual = getenv("FTBENCH_HISTORY");
    if (asked != NULL) return asked;
    return usual != NULL && usual[0] != '\0' ? usual : "history.sqlite";
}

static enum status read_time(const struct cli_arguments *arguments, int64_t *when, struct error *error)
{
    const char *word = cli_value(arguments, "--time");
    struct tm parts = {0};
    *when = (int64_t)time(NULL);
    if (word == NULL) return STATUS_OK;
    const char *end = strptime(word, "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == NULL || *end != '\0')
        return error_set(error, STATUS_USAGE,
                         "history: --time: '%s' is not such as 2026-01-31T02:00:00Z (UTC)", word);
    const struct tm read = parts;
    *when = (int64_t)timegm(&parts); /* which makes 3 March of 31 February, in `parts` too */
    if (parts.tm_mday == read.tm_mday && parts.tm_hour == read.tm_hour && parts.tm_min == read.tm_min &&
        parts.tm_sec == read.tm_sec)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "history: --time: '%s': there is no such day or time", word);
}

static enum status read_keep(const struct cli_arguments *arguments, int *keep, struct error *error)
{
    const char *word = cli_value(arguments, "--keep");
    int64_t given = HISTORY_KEEP;
    if (word != NULL && (!number_parse_integer(word, &given) || given < 1 || given > 1000000))
        return error_set(error, STATUS_USAGE, "history: --keep: '%s' is not a whole number from 1 to 1000000",
                         word);
    *keep = (int)given;
    return STATUS_OK;
}

/* The smaller it is, the more orders of the nights are tried to tell chance from a move: 16 for each
 * setting's numbers over alpha, of every one that moved. */
static const double least_alpha = 1e-5;

static enum status read_alpha(const struct cli_arguments *arguments, double *alpha, struct error *error)
{
    const char *word = cli_value(arguments, "--alpha");
    *alpha = 0.01;
    if (word == NULL || (number_parse(word, alpha) && *alpha >= least_alpha && *alpha < 0.5))
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "history: --alpha: '%s' is not a number from %g to below 0.5", word,
                     least_alpha);
}

static enum status read_code(const struct cli_arguments *arguments, struct history_night *night,
                             struct error *error)
{
    const char *word = cli_value(arguments, "--commit");
    if (word == NULL) return STATUS_OK;
    if (strlen(word) < sizeof night->code) {
        snprintf(night->code, sizeof night->code, "%s", word);
        return STATUS_OK;
    }
    return error_set(error, STATUS_USAGE, "history: --commit: longer than %zu bytes", sizeof night->code - 1);
}

static enum status save(const struct history_record *record, const char *file, int keep, struct error *error)
{
    struct history *history = NULL;
    struct history_added added;
    TRY(history_open(file, HISTORY_WRITE, &history, error));
    enum status status = history_append(history, record, keep, &added, error);
    history_close(history);
    if (status != STATUS_OK) return status;
    printf("%s: %s, %lld night%s of %s, %lld KiB", file,
           added.again ? "the night was there and is as it is now" : "a night more", (long long)added.nights,
           added.nights == 1 ? "" : "s", record->night.experiment, (long long)(added.bytes + 1023) / 1024);
    if (added.dropped > 0) printf("; %lld thinned out", (long long)added.dropped);
    printf("\n");
    if (added.code[0] != '\0')
        printf("its commit stays %s and is not %s: a night is of the code that trained it\n", added.code,
               record->night.code);
    return STATUS_OK;
}

static enum status act_append(const struct cli_arguments *arguments, struct error *error)
{
    struct history_record record = {0};
    int64_t when = 0;
    int keep = HISTORY_KEEP;
    TRY(read_time(arguments, &when, error));
    TRY(read_keep(arguments, &keep, error));
    enum status status = night_read(arguments->words[1], &record, error);
    record.night.time = when;
    if (status == STATUS_OK) status = read_code(arguments, &record.night, error);
    if (status == STATUS_OK) status = save(&record, file_of(arguments), keep, error);
    memory_free(record.settings);
    return status;
}

static enum status load(const struct cli_arguments *arguments, const char *file,
                        struct history_records *records, struct error *error)
{
    struct history *history = NULL;
    TRY(history_open(file, HISTORY_READ, &history, error));
    enum status status = history_load(history, cli_value(arguments, "--experiment"), records, error);
    history_close(history);
    return status;
}

static void add_number(struct listing *listing, const char *format, double value)
{
    char text[32] = "-";
    if (!isnan(value)) snprintf(text, sizeof text, format, value);
    listing_add(listing, "%s", text);
}

static void list_row(const struct history_night *night, const struct history_setting *row,
                     struct listing *listing)
{
    char when[TREND_TIME_BYTES];
    listing_add(listing, "%s", trend_time(night->time, when));
    listing_add(listing, "%s", row->label);
    listing_add(listing, "%.12s", night->code);
    listing_add(listing, "%.12s", night->commit);
    listing_add(listing, "%d", row->n);
    listing_add(listing, "%d", row->failed);
    listing_add(listing, "%s", metric_words[night->metric]);
    add_number(listing, "%.4f", row->mean);
    add_number(listing, "%.4f", row->low);
    add_number(listing, "%.4f", row->high);
    add_number(listing, "%.4f", row->sd);
    add_number(listing, "%.4f", row->spread);
    add_number(listing, "%.3f", 1000 * row->step_seconds);
    add_number(listing, "%.3f", 1000 * row->calibration_seconds);
    listing_add(listing, "%.8s", row->bits);
    listing_add(listing, "%s", night->verdict);
}

static enum status list(const struct history_records *records, const char *setting, struct error *error)
{
    static const char *const heads[] = {"night (UTC)", "setting", "code", "ftbench", "n",  "failed",
                                        "metric",      "mean",    "low",  "high",    "sd", "spread",
                                        "step ms",     "loop ms", "bits", "check"};
    struct listing listing = {.columns = sizeof heads / sizeof heads[0]};
    size_t rows = 0;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        listing_add(&listing, "%s", heads[i]);
    for (size_t i = 0; i < records->count; i++) {
        const struct history_record *record = &records->items[i];
        for (size_t j = 0; j < record->setting_count; j++) {
            if (setting != NULL && strcmp(setting, record->settings[j].label) != 0) continue;
            list_row(&record->night, &record->settings[j], &listing);
            rows++;
        }
    }
    enum status status = rows > 0 ? listing_print(&listing, isatty(STDOUT_FILENO) == 1, stdout, error)
                                  : error_set(error, STATUS_USAGE,
                                              "history: no night has a setting '%s'; the last one's first is "
                                              "%s",
                                              setting, records->items[records->count - 1].settings[0].label);
    listing_free(&listing);
    return status;
}

static enum status act_show(const struct cli_arguments *arguments, struct error *error)
{
    struct history_records records;
    const char *file = arguments->word_count > 1 ? arguments->words[1] : file_of(arguments);
    TRY(load(arguments, file, &records, error));
    enum status status = list(&records, cli_value(arguments, "--setting"), error);
    history_records_free(&records);
    return status;
}

/* What moved, a line each; new bits only of the last night: the report has the others. */
static enum status tell_moves(const struct trend_report *report, struct error *error)
{
    struct text lines = {0};
    for (size_t i = 0; i < report->move_count; i++) {
        const struct trend_move *move = &report->moves[i];
        if (move->subject == TREND_OF_BITS && move->bad + 1 != report->night_count) continue;
        text_addf(&lines, "%s%s: ", move->worse ? "worse: " : "", report->settings[move->setting].label);
        trend_sentence(report, move, &lines);
        text_add(&lines, "\n");
    }
    enum status status = text_status(&lines, error);
    if (status == STATUS_OK) fputs(text_string(&lines), stdout);
    text_free(&lines);
    return status;
}

static enum status write_report(const struct history_records *records, const char *file, double alpha,
                                const char *folder, struct error *error)
{
    struct trends trends;
    char failure[FIGURES_FAILURE_BYTES] = "";
    enum status status = trends_fill(records, file, alpha, &trends, error);
    if (status == STATUS_OK) status = trend_files_write(&trends.report, folder, failure, error);
    if (status == STATUS_OK) status = tell_moves(&trends.report, error);
    if (status == STATUS_OK) printf("report: %s/history.md\n", folder);
    if (failure[0] != '\0') fprintf(stderr, "ftbench: the report has no figures: %s\n", failure);
    trends_free(&trends);
    return status;
}

static enum status act_report(const struct cli_arguments *arguments, struct error *error)
{
    struct history_records records;
    const char *file = arguments->word_count > 1 ? arguments->words[1] : file_of(arguments);
    const char *folder = cli_value(arguments, "--output");
    double alpha;
    if (folder == NULL) return error_set(error, STATUS_USAGE, "history report: --output DIR is needed");
    TRY(read_alpha(arguments, &alpha, error));
    TRY(load(arguments, file, &records, error));
    enum status status = write_report(&records, file, alpha, folder, error);
    history_records_free(&records);
    return status;
}

/* An option of another deed than the one that was asked for would do nothing, which nobody means. */
static enum status check_options(const struct cli_arguments *arguments, const char *deed, struct error *error)
{
    static const struct {
        const char *option, *deeds;
    } places[] = {{"--commit", "append"}, {"--time", "append"},
                  {"--keep", "append"},   {"--experiment", "show, report"},
                  {"--setting", "show"},  {"--alpha", "report"},
                  {"--output", "report"}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (cli_has(arguments, places[i].option) && strstr(places[i].deeds, deed) == NULL)
            return error_set(error, STATUS_USAGE, "history %s: %s is an option of %s only", deed,
                             places[i].option, places[i].deeds);
    }
    return STATUS_OK;
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    static const struct {
        const char *name, *words;
        int least, most;
        enum status (*act)(const struct cli_arguments *, struct error *);
    } deeds[] = {{"append", " DIR", 2, 2, act_append},
                 {"show", " [FILE]", 1, 2, act_show},
                 {"report", " [FILE] --output DIR", 1, 2, act_report}};
    (void)exit_code;
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        if (strcmp(arguments->words[0], deeds[i].name) != 0) continue;
        TRY(check_options(arguments, deeds[i].name, error));
        if (arguments->word_count >= deeds[i].least && arguments->word_count <= deeds[i].most)
            return deeds[i].act(arguments, error);
        return error_set(error, STATUS_USAGE, "history %s: it is written ftbench history %s%s", deeds[i].name,
                         deeds[i].name, deeds[i].words);
    }
    return error_set(error, STATUS_USAGE, "history: '%s' is not one of append, show, report",
                     arguments->words[0]);
}

const struct verb history_verb = {
    .name = "history",
    .words = "append DIR | show [FILE] | report [FILE] --output DIR",
    .least = 1,
    .most = 2,
    .summary = "keep what became of every night, and say since which commit something moved",
    .details =
        "append adds the results of DIR, and what ftbench check said of them, as a night; the same results "
        "are added\n"
        "once, and keep their time and commit. show lists the nights. report writes DIR/history.md with a "
        "figure of\n"
        "each setting, and says between which nights and commits a mean, a spread or a step time moved, or "
        "bits changed\n"
        "(docs/nightly.md).\n",
    .options = options,
    .act = act,
};
