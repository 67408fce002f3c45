#include "trainer/data/grid.h"

#include "base/memory.h"

#include <csv.h>
#include <string.h>

/* What the callbacks of libcsv, which can only be handed one pointer and return nothing, work on. */
struct reading {
    struct grid *grid;
    struct bad_rows *bad;
    struct error *error;
    enum status status;
    int line;         /* now */
    int row_line;     /* where the row being read began */
    size_t row_bytes; /* of its cells */
    bool row_ended;   /* in the line now being read */
};

static void *resize(void *block, size_t bytes)
{
    return memory_resize(block, bytes, 1);
}

/* libcsv trims what this calls a space; RFC 4180 says that spaces belong to the cell. */
static int is_trimmed(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void take_cell(void *bytes, size_t length, void *data)
{
    struct reading *reading = data;
    if (reading->status != STATUS_OK) return;
    struct text *all = &reading->grid->bytes;
    size_t begin = all->length;
    text_add_bytes(all, bytes, length);
    reading->row_bytes += length;
    reading->status = grid_add_cell(reading->grid, begin, length, reading->error);
}

static void take_row(int end, void *data)
{
    (void)end;
    struct reading *reading = data;
    if (reading->status != STATUS_OK) return;
    if (reading->row_bytes > GRID_LINE_BYTES)
        bad_rows_add(reading->bad, reading->row_line, "longer than %d bytes", GRID_LINE_BYTES);
    reading->status = grid_end_row(reading->grid, reading->row_line, reading->error);
    reading->row_ended = true;
    reading->row_line = reading->line;
    reading->row_bytes = 0;
}

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '\n' && bytes[i] != '\r') return false;
    }
    return true;
}

/* What made libcsv stop, as a status or as a bad row. */
static enum status stopped(struct csv_parser *parser, struct reading *reading)
{
    if (csv_error(parser) != CSV_EPARSE) return error_no_memory(reading->error, 0);
    bad_rows_add(reading->bad, reading->line,
                 "a quote inside a cell; quote the whole cell and double the quotes within");
    return STATUS_OK;
}

/* Fed line by line, because libcsv does not say where it is: a row begins in the line after the one that
 * ended the row before. */
static enum status feed(struct csv_parser *parser, const struct text *content, struct reading *reading)
{
    const char *bytes = text_string(content);
    bool open = false;
    for (size_t begin = 0; begin < content->length; reading->line++) {
        const char *newline = memchr(bytes + begin, '\n', content->length - begin);
        size_t length = newline == NULL ? content->length - begin : (size_t)(newline - bytes) + 1 - begin;
        if (!open) reading->row_line = reading->line;
        reading->row_ended = false;
        if (csv_parse(parser, bytes + begin, length, take_cell, take_row, reading) != length)
            return stopped(parser, reading);
        if (reading->status != STATUS_OK) return reading->status;
        open = !reading->row_ended && (open || !is_blank(bytes + begin, length));
        begin += length;
    }
    if (csv_fini(parser, take_cell, take_row, reading) != 0)
        bad_rows_add(reading->bad, reading->row_line, "a quoted cell that never ends");
    return reading->status;
}

enum status grid_read_csv(const struct text *content, struct grid *grid, struct bad_rows *bad,
                          struct error *error)
{
    struct reading reading = {.grid = grid, .bad = bad, .error = error, .line = 1, .row_line = 1};
    struct csv_parser parser;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_space_func(&parser, is_trimmed);
    csv_set_realloc_func(&parser, resize);
    csv_set_free_func(&parser, memory_free);
    enum status status = feed(&parser, content, &reading);
    if (status == STATUS_OK) status = text_status(&grid->bytes, error);
    csv_free(&parser);
    return status;
}
