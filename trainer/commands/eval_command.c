#include "base/json_text.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/utf8.h"
#include "trainer/commands/classify.h"
#include "trainer/commands/command.h"
#include "trainer/data/labels.h"
#include "trainer/fit/metrics.h"
#include "trainer/model/model_labels.h"
#include "trainer/text/unicode.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 48 }; /* of a class's name in a table */

/* What is found out about the file. */
struct findings {
    const struct classify *classify;
    int classes;
    int32_t *labels;                       /* (count) */
    struct observed_evaluation evaluation; /* predictions, losses: (count) */
    struct class_metrics *each;            /* (classes) */
    long *confusion;                       /* (classes, classes): [label][prediction] */
};

static enum status findings_create(const struct classify *classify, struct findings *found,
                                   struct error *error)
{
    const size_t rows = (size_t)classify->table.count, classes = (size_t)classify->trained.classes;
    struct observed_evaluation *evaluation = &found->evaluation;
    *found = (struct findings){.classify = classify, .classes = classify->trained.classes};
    evaluation->count = classify->table.count;
    found->labels = memory_zeroed(rows, sizeof *found->labels);
    evaluation->predictions = memory_zeroed(rows, sizeof *evaluation->predictions);
    evaluation->losses = memory_zeroed(rows, sizeof *evaluation->losses);
    found->each = memory_zeroed(classes, sizeof *found->each);
    found->confusion = memory_zeroed(classes * classes, sizeof *found->confusion);
    if (found->labels != NULL && evaluation->predictions != NULL && evaluation->losses != NULL &&
        found->each != NULL && found->confusion != NULL)
        return STATUS_OK;
    return error_no_memory(error, rows * 12 + classes * classes * sizeof *found->confusion);
}

static void findings_free(struct findings *found)
{
    memory_free(found->labels);
    memory_free(found->evaluation.predictions);
    memory_free(found->evaluation.losses);
    memory_free(found->each);
    memory_free(found->confusion);
}

static enum status assign_labels(const struct classify *classify, int32_t *labels, struct error *error)
{
    const struct table *table = &classify->table;
    int32_t *rows = memory_zeroed((size_t)table->count, sizeof *rows);
    if (rows == NULL) return error_no_memory(error, (size_t)table->count * sizeof *rows);
    for (int i = 0; i < table->count; i++)
        rows[i] = i;
    const struct table_part part = {.table = table, .rows = rows, .count = table->count};
    enum status status = labels_assign(&part, classify->path, classify->trained.names,
                                       classify->trained.classes, LABELS_OF_MODEL, labels, error);
    memory_free(rows);
    return status;
}

/* Labels that are numbers are taken for those of the classes: what they stand for is said. */
static enum status explain_numbers(const struct classify *classify, const int32_t *labels,
                                   struct error *error)
{
    const struct table *table = &classify->table;
    char *const *names = classify->trained.names;
    struct text sentence = {0};
    for (int i = 0; i < table->count && sentence.length == 0; i++) {
        const struct table_row *row = &table->rows[i];
        const char *name = names[labels[i]];
        if (strlen(name) == row->label_length && memcmp(name, row->label, row->label_length) == 0) continue;
        model_labels_explain(names, classify->trained.classes, &sentence);
    }
    enum status status = text_status(&sentence, error);
    if (status == STATUS_OK && sentence.length > 0)
        fprintf(stderr, "%s: the file's labels are numbers of the model's classes: %s\n",
                program_invocation_short_name, text_string(&sentence));
    text_free(&sentence);
    return status;
}

static enum status keep(void *context, int from, int count, const struct answers *answers,
                        struct error *error)
{
    struct observed_evaluation *evaluation = context;
    (void)error;
    memcpy(evaluation->predictions + from, answers->predictions,
           (size_t)count * sizeof *answers->predictions);
    memcpy(evaluation->losses + from, answers->losses, (size_t)count * sizeof *answers->losses);
    return STATUS_OK;
}

static enum status find(struct classify *classify, struct findings *found, struct error *error)
{
    struct observed_evaluation *evaluation = &found->evaluation;
    TRY(assign_labels(classify, found->labels, error));
    TRY(explain_numbers(classify, found->labels, error));
    TRY(trained_model_answer(&classify->trained, &classify->table, classify->path, found->labels,
                             &command_stop, keep, evaluation, &classify->counts, error));
    TRY(evaluation_measure(found->labels, found->classes, evaluation, error));
    metrics_by_class(found->labels, evaluation->predictions, evaluation->count, found->classes, found->each);
    for (int i = 0; i < evaluation->count; i++)
        found->confusion[(long)found->labels[i] * found->classes + evaluation->predictions[i]]++;
    return STATUS_OK;
}

/* The numbers of a whole evaluation, in the order in which they are told. */
static void tell_values(const struct observed_evaluation *evaluation, const char *names[6], double values[6])
{
    static const char *const told[6] = {"loss", "accuracy", "precision", "recall", "f1", "f1_macro"};
    const double all[6] = {evaluation->loss,   evaluation->accuracy, evaluation->precision,
                           evaluation->recall, evaluation->f1,       evaluation->f1_macro};
    memcpy(names, told, sizeof told);
    memcpy(values, all, sizeof all);
}

/* -- for people */

static void add_cell(struct text *out, const char *cell, int width, bool left)
{
    int blanks = width - utf8_columns(cell);
    if (left) text_add(out, cell);
    for (int i = 0; i < blanks; i++)
        text_add(out, " ");
    if (!left) text_add(out, cell);
}

static void add_fraction(struct text *out, double value, int width)
{
    char cell[32];
    snprintf(cell, sizeof cell, "%.4f", value);
    add_cell(out, isnan(value) ? "-" : cell, width, false);
}

static void add_count(struct text *out, long value, int width)
{
    char cell[32];
    snprintf(cell, sizeof cell, "%ld", value);
    add_cell(out, cell, width, false);
}

static void quote_name(const struct findings *found, int class, struct text *name)
{
    const char *bytes = found->classify->trained.names[class];
    text_clear(name);
    unicode_quote(bytes, strlen(bytes), SHOWN_BYTES, name);
}

static int name_columns(const struct findings *found, struct text *name)
{
    int widest = 5;
    for (int c = 0; c < found->classes; c++) {
        quote_name(found, c, name);
        int columns = utf8_columns(text_string(name));
        if (columns > widest) widest = columns;
    }
    return widest;
}

static void add_classes(struct text *out, const struct findings *found, int width, struct text *name)
{
    text_add(out, "\n");
    add_cell(out, "class", width, true);
    text_add(out, "      rows  predicted  precision    recall        f1\n");
    for (int c = 0; c < found->classes; c++) {
        const struct class_metrics *each = &found->each[c];
        quote_name(found, c, name);
        add_cell(out, text_string(name), width, true);
        add_count(out, each->rows, 10);
        add_count(out, each->predicted, 11);
        add_fraction(out, each->precision, 11);
        add_fraction(out, each->recall, 10);
        add_fraction(out, each->f1, 10);
        text_add(out, "\n");
    }
}

static void add_confusion(struct text *out, const struct findings *found, int width, struct text *name)
{
    const int column = width + 2 > 8 ? width + 2 : 8;
    text_add(out, "\nRows by label, counted by prediction:\n");
    add_cell(out, "", width, true);
    for (int c = 0; c < found->classes; c++) {
        quote_name(found, c, name);
        add_cell(out, text_string(name), column, false);
    }
    text_add(out, "\n");
    for (int l = 0; l < found->classes; l++) {
        quote_name(found, l, name);
        add_cell(out, text_string(name), width, true);
        for (int c = 0; c < found->classes; c++)
            add_count(out, found->confusion[(long)l * found->classes + c], column);
        text_add(out, "\n");
    }
}

static void write_words(const struct findings *found, struct text *out)
{
    const char *names[6];
    double values[6];
    struct text name = {0};
    tell_values(&found->evaluation, names, values);
    text_addf(out, "rows      %10d\n", found->evaluation.count);
    for (int i = 0; i < 6; i++) {
        add_cell(out, names[i], 10, true);
        add_fraction(out, values[i], 10);
        text_add(out, "\n");
    }
    if (found->classes == 2) {
        quote_name(found, 1, &name);
        text_addf(out, "precision, recall and f1 are those of class %s\n", text_string(&name));
    } else {
        text_add(out, "precision, recall and f1 are means over the classes\n");
    }
    int width = name_columns(found, &name);
    add_classes(out, found, width, &name);
    add_confusion(out, found, width, &name);
    out->failed = out->failed || name.failed;
    text_free(&name);
}

/* -- for programs */

static void add_number(struct text *out, const char *name, double value)
{
    char number[NUMBER_TEXT];
    number_shortest(value, number);
    text_addf(out, "\"%s\": %s", name, isfinite(value) ? number : "null");
}

static void write_json(const struct findings *found, struct text *out)
{
    const struct classify *classify = found->classify;
    const char *names[6];
    double values[6];
    tell_values(&found->evaluation, names, values);
    text_add(out, "{\"model\": ");
    json_text_string(out, classify->trained.spec.model_path);
    text_add(out, ", \"file\": ");
    json_text_string(out, classify->path);
    text_addf(out, ", \"rows\": %d, \"max_length\": %d, \"truncated\": %d, \"replaced\": %d",
              found->evaluation.count, classify->trained.spec.max_length, classify->counts.truncated,
              classify->counts.replaced);
    for (int i = 0; i < 6; i++) {
        text_add(out, ", ");
        add_number(out, names[i], values[i]);
    }
    for (int c = 0; c < found->classes; c++) {
        const struct class_metrics *each = &found->each[c];
        text_add(out, c == 0 ? ", \"classes\": [{\"name\": " : ", {\"name\": ");
        json_text_string(out, classify->trained.names[c]);
        text_addf(out, ", \"rows\": %ld, \"predicted\": %ld, ", each->rows, each->predicted);
        add_number(out, "precision", each->precision);
        text_add(out, ", ");
        add_number(out, "recall", each->recall);
        text_add(out, ", ");
        add_number(out, "f1", each->f1);
        text_add(out, "}");
    }
    for (int l = 0; l < found->classes; l++) {
        text_add(out, l == 0 ? "], \"confusion\": [" : ", ");
        for (int c = 0; c < found->classes; c++)
            text_addf(out, "%s%ld", c == 0 ? "[" : ", ", found->confusion[(long)l * found->classes + c]);
        text_add(out, "]");
    }
    text_add(out, "]}\n");
}

int eval_command(int count, char **arguments)
{
    struct error error = {0};
    struct classify classify;
    struct findings found = {0};
    struct text out = {0};
    enum status status = classify_open("eval", count, arguments, true, &classify, &error);
    if (status == STATUS_OK) status = findings_create(&classify, &found, &error);
    if (status == STATUS_OK) status = find(&classify, &found, &error);
    if (status == STATUS_OK) {
        if (classify.json)
            write_json(&found, &out);
        else
            write_words(&found, &out);
        status = command_print(&out, &error);
    }
    if (status == STATUS_OK) classify_warn(&classify);
    text_free(&out);
    findings_free(&found);
    classify_close(&classify);
    return status == STATUS_OK ? EXIT_DONE : command_refuse(&error);
}
