#include "base/json_text.h"
#include "base/number.h"
#include "trainer/commands/classify.h"
#include "trainer/commands/command.h"
#include "trainer/text/unicode.h"

#include <string.h>

enum { NAME_BYTES = 1 << 20 }; /* names are shown whole */

struct printing {
    const struct classify *classify;
    struct text out; /* reused */
};

static void add_number(struct text *out, double value)
{
    char number[NUMBER_TEXT];
    number_shortest_float((float)value, number);
    text_add(out, number);
}

static void add_object(struct text *out, char *const *names, int classes, int line, int prediction,
                       const double *probabilities)
{
    text_addf(out, "{\"line\": %d, \"prediction\": ", line);
    json_text_string(out, names[prediction]);
    text_add(out, ", \"probability\": ");
    add_number(out, probabilities[prediction]);
    for (int c = 0; c < classes; c++) {
        text_add(out, c == 0 ? ", \"probabilities\": {" : ", ");
        json_text_string(out, names[c]);
        text_add(out, ": ");
        add_number(out, probabilities[c]);
    }
    text_add(out, "}}\n");
}

static enum status print_rows(void *context, int from, int count, const struct answers *answers,
                              struct error *error)
{
    struct printing *printing = context;
    const struct classify *classify = printing->classify;
    const struct trained_model *trained = &classify->trained;
    struct text *out = &printing->out;
    text_clear(out);
    for (int i = 0; i < count; i++) {
        const double *probabilities = answers->probabilities + (size_t)i * (size_t)trained->classes;
        const int line = classify->table.rows[from + i].line, prediction = answers->predictions[i];
        const char *name = trained->names[prediction];
        if (classify->json) {
            add_object(out, trained->names, trained->classes, line, prediction, probabilities);
            continue;
        }
        text_addf(out, "%d\t", line);
        unicode_quote(name, strlen(name), NAME_BYTES, out); /* a tab in a name is no tab of the table */
        text_add(out, "\t");
        add_number(out, probabilities[prediction]);
        text_add(out, "\n");
    }
    return command_put(out, error);
}

static enum status print_head(const struct classify *classify, struct error *error)
{
    struct text head = {0};
    if (!classify->json) text_add(&head, "line\tprediction\tprobability\n");
    enum status status = command_put(&head, error);
    text_free(&head);
    return status;
}

int predict_command(int count, char **arguments)
{
    struct error error = {0};
    struct classify classify;
    struct printing printing = {.classify = &classify};
    enum status status = classify_open("predict", count, arguments, false, &classify, &error);
    if (status == STATUS_OK) status = print_head(&classify, &error);
    if (status == STATUS_OK)
        status = trained_model_answer(&classify.trained, &classify.table, classify.path, NULL, &command_stop,
                                      print_rows, &printing, &classify.counts, &error);
    struct error *told = status == STATUS_OK ? &error : NULL; /* the first failure is the one to report */
    enum status flushed = command_flush(told);
    if (status == STATUS_OK) status = flushed;
    if (status == STATUS_OK) classify_warn(&classify);
    text_free(&printing.out);
    classify_close(&classify);
    return status == STATUS_OK ? EXIT_DONE : command_refuse(&error);
}
