#include "trainer/data/columns.h"

#include "trainer/spec/run_spec.h"
#include "trainer/text/string_table.h"
#include "trainer/text/unicode.h"

#include <string.h>
#include <strings.h>

const char *columns_text_name(const struct columns_asked *asked)
{
    return asked->text[0] == '\0' ? "text" : asked->text;
}

const char *columns_label_name(const struct columns_asked *asked)
{
    return asked->label[0] == '\0' ? "label" : asked->label;
}

/* The words of an error: as keys of an ini, or as options. */
struct wording {
    const char *roles[3], *saved[3], *header_yes, *header_no, *is;
};

#define SAVED(option) option ", not given: the saved model was trained with this name"
static const struct wording in_ini = {{"text_column", "text_pair_column", "label_column"},
                                      {"text_column", "text_pair_column", "label_column"},
                                      "header = yes",
                                      "header = no",
                                      " = "},
                            in_options = {{"--text-column", "--text-pair-column", "--label-column"},
                                          {SAVED("--text-column"), SAVED("--text-pair-column"),
                                           SAVED("--label-column")},
                                          "--header yes",
                                          "--header no",
                                          " "};

static const struct wording *wording_of(const struct columns_asked *asked)
{
    return asked->spoken & COLUMNS_BY_OPTIONS ? &in_options : &in_ini;
}

const char *columns_said(const struct columns_asked *asked, enum columns_role role)
{
    static const int saved[3] = {COLUMNS_TEXT_SAVED, COLUMNS_PAIR_SAVED, COLUMNS_LABEL_SAVED};
    const struct wording *wording = wording_of(asked);
    return asked->spoken & saved[role] ? wording->saved[role] : wording->roles[role];
}

/* 0-based column of a name that is a number from 1 to width; -1 otherwise. */
static int column_numbered(const char *name, int width)
{
    int number = 0;
    for (const char *c = name; *c != '\0'; c++) {
        if (*c < '0' || *c > '9' || number > width) return -1;
        number = number * 10 + (*c - '0');
    }
    return number >= 1 && number <= width ? number - 1 : -1;
}

static bool is_number(const char *name)
{
    return name[0] != '\0' && name[strspn(name, "0123456789")] == '\0';
}

/* 0-based column whose cell in the first row is `name`, spaces around it aside; -1 when there is none. */
static int column_named(const struct grid *grid, const char *name)
{
    const struct grid_row *row = &grid->rows[0];
    size_t wanted = strlen(name);
    for (int i = 0; i < row->count; i++) {
        const struct grid_cell *cell = &grid->cells[row->first + (size_t)i];
        const char *bytes = text_string(&grid->bytes) + cell->begin;
        size_t length = cell->length;
        while (length > 0 && bytes[0] == ' ')
            bytes++, length--;
        while (length > 0 && bytes[length - 1] == ' ')
            length--;
        if (wanted > 0 && length == wanted && memcmp(bytes, name, wanted) == 0) return i;
    }
    return -1;
}

enum { SHOWN_BYTES = 40 }; /* of a cell in an error */

/* "a, b, c": the first row's cells, cut short, for an error. */
static void list_first_row(const struct grid *grid, struct text *list)
{
    const struct grid_row *row = &grid->rows[0];
    for (int i = 0; i < row->count && i < 12; i++) {
        const struct grid_cell *cell = &grid->cells[row->first + (size_t)i];
        const char *bytes = text_string(&grid->bytes) + cell->begin;
        if (i > 0) text_add(list, ", ");
        unicode_quote(bytes, cell->length, SHOWN_BYTES, list);
    }
}

static enum status refuse_name(const struct grid *grid, const char *path, const struct columns_asked *asked,
                               enum columns_role role, const char *name, struct error *error)
{
    struct text list = {0};
    list_first_row(grid, &list);
    enum status status = text_status(&list, error);
    if (status == STATUS_OK)
        status = error_set(
            error, STATUS_BAD_INPUT,
            "%s:%d: no column \"%s\" (%s); the first row is: %s; name a column of the header, or give "
            "its number (1 to %d) and %s",
            path, grid->rows[0].line, name, columns_said(asked, role), text_string(&list),
            grid->rows[0].count, wording_of(asked)->header_no);
    text_free(&list);
    return status;
}

/* Occurrences of each distinct value of a column over the rows that have it; the table's values count them.
 */
static enum status count_values(const struct grid *grid, int column, struct string_table *values,
                                struct error *error)
{
    for (int i = 0; i < grid->count; i++) {
        if (column >= grid->rows[i].count) continue;
        const struct grid_cell *cell = &grid->cells[grid->rows[i].first + (size_t)column];
        const char *bytes = text_string(&grid->bytes) + cell->begin;
        TRY(string_table_add(values, bytes, cell->length, 0, NULL, error));
        ++*string_table_find(values, bytes, cell->length);
    }
    return STATUS_OK;
}

static enum status guess_label(const struct grid *grid, const char *path, const struct columns_asked *asked,
                               int *label, struct error *error)
{
    struct string_table first = {0}, second = {0};
    enum status status;
    TRY_TO(done, count_values(grid, 0, &first, error));
    TRY_TO(done, count_values(grid, 1, &second, error));
    if (first.count == second.count)
        status =
            error_set(error, STATUS_BAD_INPUT,
                      "%s: no header, and both columns have %zu distinct values; give %s and %s as numbers "
                      "(1 and 2)",
                      path, first.count, wording_of(asked)->roles[COLUMNS_TEXT],
                      wording_of(asked)->roles[COLUMNS_LABEL]);
    *label = first.count < second.count ? 0 : 1;
done:
    string_table_free(&first);
    string_table_free(&second);
    return status;
}

/* A first row whose label stands nowhere else, while each other label stands at least twice, is most likely a
 * header with other names than those asked for. */
static enum status check_not_header(const struct grid *grid, const char *path,
                                    const struct columns_asked *asked, int label, struct error *error)
{
    struct string_table values = {0};
    struct text quoted = {0};
    enum status status;
    TRY_TO(done, count_values(grid, label, &values, error));
    bool lonely = values.count >= 2;
    const struct grid_cell *own = &grid->cells[grid->rows[0].first + (size_t)label];
    const char *bytes = text_string(&grid->bytes) + own->begin;
    const int32_t *own_count = string_table_find(&values, bytes, own->length);
    for (size_t i = 0; i < values.capacity && lonely; i++) {
        const struct string_slot *slot = &values.slots[i];
        if (slot->bytes != NULL) lonely = &slot->value == own_count ? slot->value == 1 : slot->value > 1;
    }
    if (lonely) {
        unicode_quote(bytes, own->length, SHOWN_BYTES, &quoted);
        TRY_TO(done, text_status(&quoted, error));
        status = error_set(
            error, STATUS_BAD_INPUT,
            "%s:%d: the label \"%s\" stands in the first row only, which looks like a header: set %s "
            "with %s and %s, or %s",
            path, grid->rows[0].line, text_string(&quoted), wording_of(asked)->header_yes,
            wording_of(asked)->roles[COLUMNS_TEXT], wording_of(asked)->roles[COLUMNS_LABEL],
            wording_of(asked)->header_no);
    }
done:
    text_free(&quoted);
    string_table_free(&values);
    return status;
}

/* What columns of texts are usually called. */
static bool is_usual_name(const char *bytes, size_t length)
{
    static const char *const names[] = {
        "text",    "texts",    "sentence",  "sentences", "sentence1", "sentence2", "text_a",
        "text1",   "review",   "reviews",   "comment",   "comments",  "content",   "tweet",
        "message", "document", "headline",  "title",     "question",  "premise",   "query",
        "input",   "body",     "utterance", "文本",      "内容",      "评论",      "句子",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == length && strncasecmp(names[i], bytes, length) == 0) return true;
    }
    return false;
}

/* A first text that is such a name, with quotes or without, is most likely one. */
static enum status check_no_name(const struct grid *grid, const char *path, const struct columns_asked *asked,
                                 int text, struct error *error)
{
    const struct wording *wording = wording_of(asked);
    const struct grid_cell *cell = &grid->cells[grid->rows[0].first + (size_t)text];
    const char *bytes = text_string(&grid->bytes) + cell->begin;
    size_t length = cell->length;
    while (length > 0 && strchr(" \"", bytes[length - 1]) != NULL)
        length--;
    while (length > 0 && strchr(" \"", bytes[0]) != NULL)
        bytes++, length--;
    if (!is_usual_name(bytes, length)) return STATUS_OK;
    return error_set(
        error, STATUS_BAD_INPUT,
        "%s:%d: the first text is \"%.*s\", which looks like the name of a column, but the column "
        "asked for is \"%s\" (%s); set %s%s%.*s if it is a name, or %s if it is a text",
        path, grid->rows[0].line, (int)length, bytes, columns_text_name(asked),
        columns_said(asked, COLUMNS_TEXT), wording->roles[COLUMNS_TEXT], wording->is, (int)length, bytes,
        wording->header_no);
}

/* Columns by number, and by guess where the file has two columns and one or both were left to their defaults.
 */
static enum status resolve_without_header(const struct grid *grid, const char *path,
                                          const struct columns_asked *asked, struct columns *columns,
                                          struct error *error)
{
    const char *text = columns_text_name(asked), *label = columns_label_name(asked);
    const int width = grid->rows[0].count;
    columns->text = column_numbered(text, width);
    columns->label = column_numbered(label, width);
    columns->pair = column_numbered(asked->pair, width);
    const bool pair_asked = asked->pair[0] != '\0';
    const bool text_default = strcmp(text, "text") == 0, label_default = strcmp(label, "label") == 0;
    if (width == 2 && !pair_asked) {
        if (text_default && label_default)
            TRY(guess_label(grid, path, asked, &columns->label, error));
        else if (label_default && columns->text >= 0)
            columns->label = 1 - columns->text;
        if (text_default && columns->label >= 0) columns->text = 1 - columns->label;
    }
    if (width == 1 && asked->unlabelled) columns->text = 0;
    if (columns->text < 0) return refuse_name(grid, path, asked, COLUMNS_TEXT, text, error);
    if (columns->label < 0 && !asked->unlabelled)
        return refuse_name(grid, path, asked, COLUMNS_LABEL, label, error);
    if (pair_asked && columns->pair < 0)
        return refuse_name(grid, path, asked, COLUMNS_PAIR, asked->pair, error);
    if (asked->header != HEADER_AUTO) return STATUS_OK;
    if (columns->label >= 0) TRY(check_not_header(grid, path, asked, columns->label, error));
    return check_no_name(grid, path, asked, columns->text, error);
}

static int column_in_header(const struct grid *grid, const char *name)
{
    int column = column_named(grid, name);
    return column >= 0 ? column : column_numbered(name, grid->rows[0].count);
}

static enum status resolve_with_header(const struct grid *grid, const char *path,
                                       const struct columns_asked *asked, struct columns *columns,
                                       struct error *error)
{
    columns->header = true;
    columns->text = column_in_header(grid, columns_text_name(asked));
    columns->label = column_in_header(grid, columns_label_name(asked));
    columns->pair = column_in_header(grid, asked->pair);
    if (columns->text < 0)
        return refuse_name(grid, path, asked, COLUMNS_TEXT, columns_text_name(asked), error);
    if (columns->label < 0 && !asked->unlabelled)
        return refuse_name(grid, path, asked, COLUMNS_LABEL, columns_label_name(asked), error);
    if (asked->pair[0] != '\0' && columns->pair < 0)
        return refuse_name(grid, path, asked, COLUMNS_PAIR, asked->pair, error);
    return STATUS_OK;
}

/* Whether the first row has all (or any) of the names asked for. A number is no name: "1" may well be a
 * label. */
static void look_for_names(const struct grid *grid, const struct columns_asked *asked, bool *all, bool *any)
{
    const char *names[] = {columns_text_name(asked), columns_label_name(asked), asked->pair};
    *all = true;
    *any = false;
    for (int i = 0; i < 3; i++) {
        if (names[i][0] == '\0') continue;
        if (!is_number(names[i]) && column_named(grid, names[i]) >= 0)
            *any = true;
        else
            *all = false;
    }
}

bool columns_has_header(const struct grid *grid, const struct columns_asked *asked)
{
    bool all, any;
    look_for_names(grid, asked, &all, &any);
    /* Some of the names but not all: a header in which one name is wrong, and the error says which. */
    return asked->header == HEADER_YES || (asked->header == HEADER_AUTO && (all || any));
}

enum status columns_resolve(const struct grid *grid, const char *path, const struct columns_asked *asked,
                            struct columns *columns, struct error *error)
{
    *columns = (struct columns){.text = -1, .pair = -1, .label = -1};
    if (columns_has_header(grid, asked))
        TRY(resolve_with_header(grid, path, asked, columns, error));
    else
        TRY(resolve_without_header(grid, path, asked, columns, error));
    if (asked->unlabelled) columns->label = -1;
    if (columns->text == columns->label || columns->text == columns->pair ||
        (columns->label >= 0 && columns->label == columns->pair))
        return error_set(error, STATUS_BAD_INPUT, "%s: %s, %s and %s must be different columns", path,
                         wording_of(asked)->roles[COLUMNS_TEXT], wording_of(asked)->roles[COLUMNS_PAIR],
                         wording_of(asked)->roles[COLUMNS_LABEL]);
    return STATUS_OK;
}
