#include "harness/logs/log_csv.h"

#include "base/memory.h"
#include "harness/logs/log_value.h"

#include <csv.h>
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum column {
    COLUMN_STEP,
    COLUMN_TRAIN,
    COLUMN_EVALUATION,
    COLUMN_GRADIENT,
    COLUMN_METRIC, /* the first of LOG_METRICS */
    COLUMNS = COLUMN_METRIC + LOG_METRICS
};

/* In the order of preference. */
static const char *const names[COLUMN_METRIC][9] = {
    [COLUMN_STEP] = {"step", "steps", "global_step", "current_steps", "iteration", "train_global_step",
                     "epoch", "epochs"},
    [COLUMN_TRAIN] = {"loss", "train_loss", "training_loss", "train_loss_epoch"},
    [COLUMN_EVALUATION] = {"eval_loss", "val_loss", "validation_loss", "valid_loss", "dev_loss",
                           "val_loss_epoch"},
    [COLUMN_GRADIENT] = {"grad_norm", "gradient_norm", "train_grad_norm"},
};
static const char *const meanings[COLUMN_GRADIENT] = {"step", "train loss", "validation loss"};

/* What the callbacks of libcsv, which can only be handed one pointer and return nothing, work on. */
struct reading {
    const char *name;
    struct log_losses *losses;
    struct error *error;
    enum status status;
    size_t line;
    bool in_header;
    size_t cell, width;           /* of the row being read; of the header */
    size_t place[COLUMNS];        /* the cell that holds it */
    size_t preference[COLUMNS];   /* of its name; SIZE_MAX: there is no such column */
    enum log_value kind[COLUMNS]; /* of the row being read */
    double value[COLUMNS];
    bool epochs_from_zero;
    char head[128]; /* the header's first names, joined by commas */
};

static void start_row(struct reading *reading)
{
    reading->cell = 0;
    for (int i = 0; i < COLUMNS; i++)
        reading->kind[i] = LOG_MISSING;
}

/* "Validation Loss" -> "validation_loss". A name that does not fit is none of ours. */
static void plain_name(const char *text, char name[32])
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    if (length >= 32) length = 0;
    for (size_t i = 0; i < length; i++)
        name[i] = (char)(strchr(" -/.", text[i]) != NULL ? '_' : tolower((unsigned char)text[i]));
    name[length] = '\0';
}

static const char *const *column_names(int column)
{
    return column < COLUMN_METRIC ? names[column] : log_metrics[column - COLUMN_METRIC].members;
}

static void take_head(struct reading *reading, const char *text)
{
    char name[32];
    size_t length = strlen(reading->head);
    plain_name(text, name);
    snprintf(reading->head + length, sizeof reading->head - length, "%s,", name);
    for (int column = 0; column < COLUMNS; column++) {
        const char *const *known = column_names(column);
        for (size_t i = 0; known[i] != NULL && i < reading->preference[column]; i++) {
            if (strcmp(name, known[i]) != 0) continue;
            reading->preference[column] = i;
            reading->place[column] = reading->cell;
        }
    }
}

static void take_cell(void *bytes, size_t length, void *data)
{
    struct reading *reading = data;
    const char *text = length == 0 ? "" : bytes; /* ended by a NUL: CSV_APPEND_NULL */
    if (reading->status != STATUS_OK) return;
    if (reading->in_header) take_head(reading, text);
    for (int i = 0; !reading->in_header && i < COLUMNS; i++) {
        if (reading->preference[i] == SIZE_MAX || reading->place[i] != reading->cell) continue;
        reading->kind[i] = log_value_parse(text, &reading->value[i]);
        if (reading->kind[i] == LOG_WRONG && i < COLUMN_GRADIENT)
            reading->status =
                error_set(reading->error, STATUS_BAD_INPUT, "%s:%zu: the %s '%.40s' is not a number",
                          reading->name, reading->line, meanings[i], text);
    }
    reading->cell++;
}

/* Tables that ftbench writes itself, by how their headers begin. */
static const struct {
    const char *head, *what;
} own_tables[] = {
    {"run_id,step,example,",
     "what `ftbench report --predictions` writes, a line for each validation example"},
    {"run_id,setting,repeat,wall_seconds,", "a report's timings.csv, a line for each run"},
    {"run_id,setting,", "a report's runs.csv, a line for each run"},
};

/* They have columns of the same names as a log, which mean other things. */
static enum status refuse_own(const struct reading *reading)
{
    for (size_t i = 0; i < sizeof own_tables / sizeof own_tables[0]; i++) {
        if (strncmp(reading->head, own_tables[i].head, strlen(own_tables[i].head)) != 0) continue;
        return error_set(reading->error, STATUS_BAD_INPUT,
                         "%s: is %s, and no log of a training; report.md beside it says what the runs' loss "
                         "curves show",
                         reading->name, own_tables[i].what);
    }
    return STATUS_OK;
}

static enum status end_header(struct reading *reading)
{
    bool has_loss =
        reading->preference[COLUMN_TRAIN] != SIZE_MAX || reading->preference[COLUMN_EVALUATION] != SIZE_MAX;
    reading->in_header = false;
    reading->width = reading->cell;
    TRY(refuse_own(reading));
    if (reading->preference[COLUMN_STEP] != SIZE_MAX && has_loss) return STATUS_OK;
    return error_set(
        reading->error, STATUS_BAD_INPUT,
        "%s: is no log of a training that is known: neither JSON, nor a table whose header names a step "
        "(step, epoch) and a loss (loss, train_loss, eval_loss, val_loss)",
        reading->name);
}

static bool counts_epochs(const struct reading *reading)
{
    return strncmp(names[COLUMN_STEP][reading->preference[COLUMN_STEP]], "epoch", 5) == 0;
}

static enum status end_row(struct reading *reading)
{
    const enum log_value *kind = reading->kind;
    double step = reading->value[COLUMN_STEP];
    size_t entry = ++reading->losses->entries;
    if (reading->cell > reading->width)
        return error_set(reading->error, STATUS_BAD_INPUT, "%s:%zu: %zu cells, the header has %zu",
                         reading->name, reading->line, reading->cell, reading->width);
    if (kind[COLUMN_TRAIN] == LOG_MISSING && kind[COLUMN_EVALUATION] == LOG_MISSING) return STATUS_OK;
    if (kind[COLUMN_STEP] != LOG_NUMBER || !isfinite(step))
        return error_set(reading->error, STATUS_BAD_INPUT, "%s:%zu: has a loss, but no step", reading->name,
                         reading->line);
    if (kind[COLUMN_TRAIN] == LOG_NUMBER) {
        if (step == 0 && counts_epochs(reading)) reading->epochs_from_zero = true;
        TRY(log_points_add(&reading->losses->train, entry, step, reading->value[COLUMN_TRAIN],
                           reading->error));
    }
    if (kind[COLUMN_TRAIN] == LOG_NUMBER && kind[COLUMN_GRADIENT] == LOG_NUMBER)
        TRY(log_points_add(&reading->losses->gradient, entry, step, reading->value[COLUMN_GRADIENT],
                           reading->error));
    if (kind[COLUMN_EVALUATION] != LOG_NUMBER) return STATUS_OK;
    TRY(log_points_add(&reading->losses->evaluation, entry, step, reading->value[COLUMN_EVALUATION],
                       reading->error));
    for (int i = 0; i < LOG_METRICS; i++) {
        if (kind[COLUMN_METRIC + i] == LOG_NUMBER)
            TRY(log_points_add(&reading->losses->metrics[i], entry, step, reading->value[COLUMN_METRIC + i],
                               reading->error));
    }
    return STATUS_OK;
}

static void take_row(int end, void *data)
{
    (void)end;
    struct reading *reading = data;
    if (reading->status != STATUS_OK) return;
    reading->status = reading->in_header ? end_header(reading) : end_row(reading);
    start_row(reading);
}

static void *resize(void *block, size_t bytes)
{
    return memory_resize(block, bytes, 1);
}

/* Whatever of the three the header has most of. */
static unsigned char delimiter_of(const char *header)
{
    static const char candidates[] = ",;\t";
    size_t most = 0;
    unsigned char delimiter = ',';
    for (const char *c = candidates; *c != '\0'; c++) {
        size_t count = 0;
        for (const char *at = header; *at != '\0' && *at != '\n'; at++)
            count += *at == *c;
        if (count <= most) continue;
        most = count;
        delimiter = (unsigned char)*c;
    }
    return delimiter;
}

/* Fed line by line, because libcsv does not say where it is. */
static enum status feed(struct csv_parser *parser, const struct text *content, struct reading *reading)
{
    const char *bytes = text_string(content);
    for (size_t begin = 0; begin < content->length; reading->line++) {
        const char *newline = memchr(bytes + begin, '\n', content->length - begin);
        size_t length = newline == NULL ? content->length - begin : (size_t)(newline - bytes) + 1 - begin;
        if (csv_parse(parser, bytes + begin, length, take_cell, take_row, reading) != length) {
            if (csv_error(parser) != CSV_EPARSE) return error_no_memory(reading->error, 0);
            return error_set(reading->error, STATUS_BAD_INPUT, "%s:%zu: a quote inside a cell", reading->name,
                             reading->line);
        }
        if (reading->status != STATUS_OK) return reading->status;
        begin += length;
    }
    if (csv_fini(parser, take_cell, take_row, reading) == 0) return reading->status;
    if (csv_error(parser) != CSV_EPARSE) return error_no_memory(reading->error, 0);
    return error_set(reading->error, STATUS_BAD_INPUT, "%s: a quoted cell that never ends", reading->name);
}

enum status log_csv_read(const struct text *content, const char *name, struct log_losses *losses,
                         struct error *error)
{
    struct reading reading = {
        .name = name, .losses = losses, .error = error, .line = 1, .in_header = true, .preference = {0}};
    struct csv_parser parser;
    for (int i = 0; i < COLUMNS; i++)
        reading.preference[i] = SIZE_MAX;
    start_row(&reading);
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    csv_set_delim(&parser, delimiter_of(text_string(content)));
    csv_set_realloc_func(&parser, resize);
    csv_set_free_func(&parser, memory_free);
    enum status status = feed(&parser, content, &reading);
    csv_free(&parser);
    if (status == STATUS_OK && reading.epochs_from_zero) {
        log_points_shift(&losses->train, 1);
        log_points_shift(&losses->evaluation, 1);
        log_points_shift(&losses->gradient, 1);
        for (int i = 0; i < LOG_METRICS; i++)
            log_points_shift(&losses->metrics[i], 1);
    }
    return status;
}
