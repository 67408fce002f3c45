#include "trainer/data/labels.h"

#include "base/memory.h"
#include "trainer/text/string_table.h"
#include "trainer/text/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_BYTES = 80 }; /* of a label in an error */

/* A whole number that fits a long long without a thought: an optional minus and up to 18 digits. */
static bool whole_number(const char *name, long long *value)
{
    const char *digits = name[0] == '-' ? name + 1 : name;
    size_t length = strlen(digits);
    if (length == 0 || length > 18 || digits[strspn(digits, "0123456789")] != '\0') return false;
    *value = strtoll(name, NULL, 10);
    return true;
}

static int compare_names(const void *left, const void *right)
{
    const char *a = *(char *const *)left, *b = *(char *const *)right;
    long long x = 0, y = 0;
    const bool a_is_number = whole_number(a, &x), b_is_number = whole_number(b, &y);
    if (a_is_number != b_is_number) return a_is_number ? -1 : 1;
    if (a_is_number && x != y) return x < y ? -1 : 1;
    return strcmp(a, b);
}

static enum status copy_names(const struct string_table *distinct, char **names, struct error *error)
{
    size_t taken = 0;
    for (size_t i = 0; i < distinct->capacity; i++) {
        const struct string_slot *slot = &distinct->slots[i];
        if (slot->bytes == NULL) continue;
        char *name = memory_zeroed(slot->length + 1, 1);
        if (name == NULL) return error_no_memory(error, slot->length + 1);
        memcpy(name, slot->bytes, slot->length);
        names[taken++] = name;
    }
    qsort(names, taken, sizeof *names, compare_names);
    return STATUS_OK;
}

enum status labels_collect(const struct table_part *part, const char *path, char ***names, int *classes,
                           struct error *error)
{
    *names = NULL;
    *classes = 0;
    struct string_table distinct = {0};
    struct text quoted = {0};
    char **copies = NULL;
    enum status status = STATUS_OK;
    for (int i = 0; i < part->count; i++) {
        const struct table_row *row = &part->table->rows[part->rows[i]];
        TRY_TO(done, string_table_add(&distinct, row->label, row->label_length, 0, NULL, error));
    }
    copies = memory_zeroed(distinct.count, sizeof *copies);
    if (copies == NULL) {
        status = error_no_memory(error, distinct.count * sizeof *copies);
        goto done;
    }
    TRY_TO(done, copy_names(&distinct, copies, error));
    if (distinct.count < 2) {
        if (distinct.count > 0) unicode_quote(copies[0], strlen(copies[0]), SHOWN_BYTES, &quoted);
        TRY_TO(done, text_status(&quoted, error));
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s: the training part has one label only, \"%s\"; at least 2 are needed", path,
                           text_string(&quoted));
    }
done:
    text_free(&quoted);
    if (status == STATUS_OK) {
        *names = copies;
        *classes = (int)distinct.count;
    } else if (copies != NULL) {
        labels_free(copies, (int)distinct.count);
    }
    string_table_free(&distinct);
    return status;
}

void labels_free(char **names, int classes)
{
    for (int i = 0; i < classes && names != NULL; i++)
        memory_free(names[i]);
    memory_free(names);
}

static enum status refuse_label(const struct table_row *row, const char *path, char *const *names,
                                int classes, enum labels_of of, struct error *error)
{
    const char *where =
        of == LABELS_OF_DATA
            ? "of a validation sample does not stand in the training part; there the labels are"
            : "is none of the model's classes (id2label of its config.json), which are";
    struct text list = {0}, label = {0};
    enum status status;
    for (int i = 0; i < classes && i < 10; i++) {
        if (i > 0) text_add(&list, ", ");
        unicode_quote(names[i], strlen(names[i]), SHOWN_BYTES, &list);
    }
    unicode_quote(row->label, row->label_length, SHOWN_BYTES, &label);
    TRY_TO(done, text_status(&list, error));
    TRY_TO(done, text_status(&label, error));
    status = error_set(error, STATUS_BAD_INPUT, "%s:%d: the label \"%s\" %s: %s%s", path, row->line,
                       text_string(&label), where, text_string(&list), classes > 10 ? ", ..." : "");
done:
    text_free(&list);
    text_free(&label);
    return status;
}

/* A class's number as text. */
struct numeral {
    char digits[12];
};

static enum status add_numerals(char *const *names, int classes, struct numeral *numerals,
                                struct string_table *table, struct error *error)
{
    long long value = 0;
    for (int i = 0; i < classes; i++) {
        if (whole_number(names[i], &value)) return STATUS_OK;
    }
    for (int i = 0; i < classes; i++) {
        char *digits = numerals[i].digits;
        snprintf(digits, sizeof numerals[i].digits, "%d", i);
        TRY(string_table_add(table, digits, strlen(digits), i, NULL, error));
    }
    return STATUS_OK;
}

enum status labels_assign(const struct table_part *part, const char *path, char *const *names, int classes,
                          enum labels_of of, int32_t *out, struct error *error)
{
    struct string_table table = {0};
    enum status status = STATUS_OK;
    struct numeral *numerals = memory_zeroed((size_t)classes, sizeof *numerals);
    if (numerals == NULL) return error_no_memory(error, (size_t)classes * sizeof *numerals);
    for (int i = 0; i < classes; i++)
        TRY_TO(done, string_table_add(&table, names[i], strlen(names[i]), i, NULL, error));
    if (of == LABELS_OF_MODEL) TRY_TO(done, add_numerals(names, classes, numerals, &table, error));
    for (int i = 0; i < part->count; i++) {
        const struct table_row *row = &part->table->rows[part->rows[i]];
        const int32_t *class = string_table_find(&table, row->label, row->label_length);
        if (class == NULL) {
            status = refuse_label(row, path, names, classes, of, error);
            goto done;
        }
        out[i] = *class;
    }
done:
    string_table_free(&table);
    memory_free(numerals);
    return status;
}
