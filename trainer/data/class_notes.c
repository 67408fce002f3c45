#include "trainer/data/class_notes.h"

#include "trainer/text/unicode.h"

#include <string.h>
#include <strings.h>

/* A label is the file's bytes: only what can be printed leaves the trainer. */
static void add_name(const char *name, struct text *out)
{
    enum { NAME_BYTES = 40 };
    unicode_quote(name, strlen(name), NAME_BYTES, out);
}

static int rows_of(const struct samples *samples, int class)
{
    int rows = 0;
    for (int i = 0; i < samples->count; i++)
        rows += samples->labels[i] == class;
    return rows;
}

void class_notes_rows(const struct dataset *data, struct text *out)
{
    enum { SHOWN = 10 };
    text_add(out, "rows of each label, training + validation: ");
    for (int c = 0; c < data->classes && c < SHOWN; c++) {
        if (c > 0) text_add(out, ", ");
        add_name(data->label_names[c], out);
        text_addf(out, " %d + %d", rows_of(&data->train, c), rows_of(&data->validation, c));
    }
    if (data->classes > SHOWN) text_addf(out, ", and %d labels more", data->classes - SHOWN);
}

void class_notes_alike(const struct dataset *data, struct text *out)
{
    for (int c = 1; c < data->classes; c++) {
        for (int other = 0; other < c; other++) {
            if (strcasecmp(data->label_names[other], data->label_names[c]) != 0) continue;
            text_add(out, "the labels ");
            add_name(data->label_names[other], out);
            text_add(out, " and ");
            add_name(data->label_names[c], out);
            text_addf(out,
                      " differ in upper and lower case alone, and are two of the %d classes; write one where "
                      "one is meant",
                      data->classes);
            return;
        }
    }
}
