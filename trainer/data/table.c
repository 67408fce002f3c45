#include "trainer/data/table.h"

#include "base/file.h"
#include "base/memory.h"
#include "trainer/text/unicode.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

static const size_t FILE_LIMIT = (size_t)1 << 30;

enum kind { KIND_TSV, KIND_CSV, KIND_JSONL };

static enum status kind_of(const char *path, enum kind *kind, struct error *error)
{
    static const struct {
        const char *extension;
        enum kind kind;
    } kinds[] = {{".tsv", KIND_TSV}, {".csv", KIND_CSV}, {".jsonl", KIND_JSONL}, {".json", KIND_JSONL}};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcasecmp(dot, kinds[i].extension) != 0) continue;
        *kind = kinds[i].kind;
        return STATUS_OK;
    }
    return error_set(
        error, STATUS_UNSUPPORTED,
        "%s: what kind of file it is cannot be told from its name; .tsv, .csv and .jsonl are read", path);
}

/* One in ten: a stray byte here and there is damage, and noted; more is another encoding. */
enum { INVALID_OF = 10 };

/* `header`: the first row is no sample, and is not counted. */
static enum status check_encoding(const struct grid *grid, bool header, const char *path, struct error *error)
{
    const int begin = header ? 1 : 0, rows = grid->count - begin;
    int invalid = 0, first = 0;
    for (int i = begin; i < grid->count; i++) {
        const struct grid_row *row = &grid->rows[i];
        for (int c = 0; c < row->count; c++) {
            const struct grid_cell *cell = &grid->cells[row->first + (size_t)c];
            if (unicode_is_valid(text_string(&grid->bytes) + cell->begin, cell->length)) continue;
            if (invalid++ == 0) first = row->line;
            break;
        }
    }
    if ((int64_t)invalid * INVALID_OF <= rows) return STATUS_OK;
    return error_set(
        error, STATUS_BAD_INPUT,
        "%s: %d of %d rows are not valid UTF-8, the first in line %d, so the file seems not to be "
        "UTF-8; convert it to UTF-8, from GB18030 (GBK, GB2312) for example by: iconv -f GB18030 "
        "-t UTF-8",
        path, invalid, rows, first);
}

static void skip_mark(struct text *content)
{
    if (content->length < 3 || memcmp(content->data, "\xEF\xBB\xBF", 3) != 0) return;
    content->length -= 3;
    memmove(content->data, content->data + 3, content->length + 1);
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_empty(const char *bytes, size_t length)
{
    while (length > 0 && is_space(bytes[length - 1]))
        length--;
    return length == 0;
}

/* Why a row cannot be used; NULL when it can. */
static const char *row_fault(const struct table_row *row)
{
    if (is_empty(row->text, row->text_length)) return "the text is empty";
    if (row->pair != NULL && is_empty(row->pair, row->pair_length)) return "the second text is empty";
    if (row->label != NULL && row->label_length == 0) return "the label is empty";
    if (memchr(row->text, '\0', row->text_length) != NULL ||
        (row->label != NULL && memchr(row->label, '\0', row->label_length) != NULL) ||
        (row->pair != NULL && memchr(row->pair, '\0', row->pair_length) != NULL))
        return "a NUL byte";
    return NULL;
}

static void take_row(const struct grid *grid, const struct grid_row *from, const struct columns *columns,
                     struct table_row *row)
{
    const char *bytes = text_string(&grid->bytes);
    const struct grid_cell *cells = grid->cells + from->first;
    *row = (struct table_row){.line = from->line};
    row->text = bytes + cells[columns->text].begin;
    row->text_length = cells[columns->text].length;
    if (columns->pair >= 0) {
        row->pair = bytes + cells[columns->pair].begin;
        row->pair_length = cells[columns->pair].length;
    }
    if (columns->label < 0) return;
    row->label = bytes + cells[columns->label].begin;
    row->label_length = cells[columns->label].length;
    while (row->label_length > 0 && is_space(row->label[0]))
        row->label++, row->label_length--;
    while (row->label_length > 0 && is_space(row->label[row->label_length - 1]))
        row->label_length--;
}

/* One column can hold no text and label. Which sign the file seems to use is said, because spreadsheets of
 * many countries write semicolons. */
static enum status check_separator(const struct grid *grid, const char *path, enum kind kind,
                                   struct error *error)
{
    static const struct {
        char sign;
        const char *name;
    } others[] = {{';', "semicolons"}, {'\t', "tabs"}, {',', "commas"}, {'|', "vertical bars"}};
    const struct grid_row *row = &grid->rows[0];
    if (row->count != 1) return STATUS_OK;
    const struct grid_cell *cell = &grid->cells[row->first];
    const char *needed =
        kind == KIND_CSV ? "a comma (or, in a .tsv file, a tab)" : "a tab (or, in a .csv file, a comma)";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (memchr(text_string(&grid->bytes) + cell->begin, others[i].sign, cell->length) == NULL) continue;
        return error_set(
            error, STATUS_BAD_INPUT,
            "%s:%d: one column only; its columns seem to be separated by %s, but the separator must "
            "be %s",
            path, row->line, others[i].name, needed);
    }
    return error_set(error, STATUS_BAD_INPUT,
                     "%s:%d: one column only; a text and a label are needed, and the separator must be %s",
                     path, row->line, needed);
}

static enum status take_rows(struct table *table, const struct columns *columns, struct bad_rows *bad,
                             struct error *error)
{
    const struct grid *grid = &table->grid;
    table->rows = memory_zeroed((size_t)grid->count, sizeof *table->rows);
    if (table->rows == NULL) return error_no_memory(error, (size_t)grid->count * sizeof *table->rows);
    const int width = grid->count > 0 ? grid->rows[0].count : 0;
    for (int i = columns->header ? 1 : 0; i < grid->count; i++) {
        const struct grid_row *from = &grid->rows[i];
        if (from->count != width) {
            bad_rows_add(bad, from->line, "%d column%s, %d expected as in line %d", from->count,
                         from->count == 1 ? "" : "s", width, grid->rows[0].line);
            continue;
        }
        struct table_row row;
        take_row(grid, from, columns, &row);
        const char *fault = row_fault(&row);
        if (fault != NULL)
            bad_rows_add(bad, row.line, "%s", fault);
        else
            table->rows[table->count++] = row;
    }
    return STATUS_OK;
}

static bool is_quoted(const char *bytes, size_t length)
{
    return length >= 2 && bytes[0] == '"' && bytes[length - 1] == '"';
}

/* A file that was written with quotes around everything, or everything but numbers. */
static enum status check_quotes(const struct grid *grid, const char *path, struct error *error)
{
    if (grid->count < 2) return STATUS_OK;
    for (int i = 0; i < grid->count; i++) {
        const struct grid_row *row = &grid->rows[i];
        int quoted = 0;
        for (int c = 0; c < row->count; c++) {
            const struct grid_cell *cell = &grid->cells[row->first + (size_t)c];
            const char *bytes = text_string(&grid->bytes) + cell->begin;
            if (is_quoted(bytes, cell->length))
                quoted++;
            else if (strspn(bytes, "0123456789.+-") < cell->length)
                return STATUS_OK;
        }
        if (quoted == 0 || row->count < 2) return STATUS_OK;
    }
    return error_set(
        error, STATUS_BAD_INPUT,
        "%s: its cells are in quotes, but a .tsv has no quoting here: the quotes would be part of "
        "the texts; write the file without them, or with commas as a .csv, where quotes are "
        "understood",
        path);
}

static void count_quoted(struct table *table)
{
    for (int i = 0; i < table->count; i++) {
        const struct table_row *row = &table->rows[i];
        if (!is_quoted(row->text, row->text_length) &&
            !(row->pair != NULL && is_quoted(row->pair, row->pair_length)))
            continue;
        if (table->quoted++ == 0) table->quoted_line = row->line;
    }
}

/* Many programs write a list of objects; a JSONL file has an object a line. A first line that is a whole
 * array, with others behind it, is a bad row like any other. */
static enum status check_array(const struct text *content, const char *path, struct error *error)
{
    const char *bytes = text_string(content), *begin = bytes + strspn(bytes, " \t\r\n");
    const char *end = begin + strcspn(begin, "\r\n"), *rest = end + strspn(end, " \t\r\n");
    while (end > begin && strchr(" \t", end[-1]) != NULL)
        end--;
    if (begin[0] != '[' || (end[-1] == ']' && *rest != '\0')) return STATUS_OK;
    return error_set(
        error, STATUS_BAD_INPUT,
        "%s: is one JSON array; one object a line is needed, which this writes: jq -c '.[]' '%s' > "
        "NEW.jsonl",
        path, path);
}

static enum status read_grid(const char *path, enum kind kind, const struct columns_asked *asked,
                             struct text *content, struct grid *grid, struct bad_rows *bad,
                             struct columns *columns, struct error *error)
{
    if (kind == KIND_JSONL) {
        const bool pair = asked->pair[0] != '\0';
        const char *names[3] = {columns_text_name(asked), asked->pair, columns_label_name(asked)};
        const bool labelled = !asked->unlabelled;
        const char *said[3] = {columns_said(asked, COLUMNS_TEXT), columns_said(asked, COLUMNS_PAIR),
                               columns_said(asked, COLUMNS_LABEL)};
        if (!pair) {
            names[1] = names[2];
            said[1] = said[2];
        }
        struct grid_members members = {names, said, 1 + pair + labelled, labelled};
        TRY(check_array(content, path, error));
        *columns = (struct columns){0, pair ? 1 : -1, labelled ? 1 + pair : -1, false};
        TRY(grid_read_jsonl(content, &members, grid, bad, error));
        return check_encoding(grid, false, path, error);
    }
    if (kind == KIND_CSV)
        TRY(grid_read_csv(content, grid, bad, error));
    else
        TRY(grid_read_tsv(content, grid, bad, error));
    if (grid->count == 0) return STATUS_OK;
    TRY(check_encoding(grid, columns_has_header(grid, asked), path, error));
    if (!asked->unlabelled) TRY(check_separator(grid, path, kind, error));
    if (kind == KIND_TSV) TRY(check_quotes(grid, path, error));
    return columns_resolve(grid, path, asked, columns, error);
}

static enum status parse(const char *path, enum kind kind, const struct columns_asked *asked,
                         struct text *content, struct table *table, struct error *error)
{
    struct bad_rows bad = {0};
    struct columns columns = {.text = 0, .pair = -1, .label = 0};
    enum status status;
    skip_mark(content);
    TRY_TO(done, read_grid(path, kind, asked, content, &table->grid, &bad, &columns, error));
    TRY_TO(done, take_rows(table, &columns, &bad, error));
    TRY_TO(done, bad_rows_report(&bad, path, error));
    if (table->count == 0)
        status = error_set(error, STATUS_BAD_INPUT, "%s: no rows; each row needs a text%s", path,
                           asked->unlabelled ? "" : " and a label");
    if (kind == KIND_TSV) count_quoted(table);
done:
    if (status != STATUS_OK) table_free(table);
    bad_rows_free(&bad);
    return status;
}

enum status table_read(const char *path, const struct columns_asked *asked, struct table *table,
                       struct error *error)
{
    *table = (struct table){0};
    struct text content = {0};
    enum kind kind = KIND_TSV;
    TRY(kind_of(path, &kind, error));
    enum status status = file_read(path, FILE_LIMIT, &content, error);
    if (status == STATUS_OK) status = parse(path, kind, asked, &content, table, error);
    text_free(&content);
    return status;
}

enum status table_read_input(const struct columns_asked *asked, struct table *table, struct error *error)
{
    static const char path[] = "standard input";
    *table = (struct table){0};
    struct text content = {0};
    enum status status = file_read_from(STDIN_FILENO, path, FILE_LIMIT, &content, error);
    if (status == STATUS_OK) status = parse(path, KIND_TSV, asked, &content, table, error);
    text_free(&content);
    return status;
}

void table_free(struct table *table)
{
    memory_free(table->rows);
    grid_free(&table->grid);
    *table = (struct table){0};
}
