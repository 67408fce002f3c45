#include "trainer/data/grid.h"

#include "base/memory.h"

#include <limits.h>
#include <string.h>

enum { FIRST_CELLS = 256, FIRST_ROWS = 128 };

enum status grid_add_cell(struct grid *grid, size_t begin, size_t length, struct error *error)
{
    if (grid->cell_count == grid->cell_capacity) {
        size_t capacity = grid->cell_capacity == 0 ? FIRST_CELLS : grid->cell_capacity * 2;
        struct grid_cell *cells = memory_resize(grid->cells, capacity, sizeof *cells);
        if (cells == NULL) return error_no_memory(error, capacity * sizeof *cells);
        grid->cells = cells;
        grid->cell_capacity = capacity;
    }
    grid->cells[grid->cell_count++] = (struct grid_cell){.begin = begin, .length = length};
    return STATUS_OK;
}

enum status grid_end_row(struct grid *grid, int line, struct error *error)
{
    if (grid->count == grid->capacity) {
        if (grid->capacity > INT_MAX / 2)
            return error_set(error, STATUS_BAD_INPUT, "line %d: more rows than are supported", line);
        int capacity = grid->capacity == 0 ? FIRST_ROWS : grid->capacity * 2;
        struct grid_row *rows = memory_resize(grid->rows, (size_t)capacity, sizeof *rows);
        if (rows == NULL) return error_no_memory(error, (size_t)capacity * sizeof *rows);
        grid->rows = rows;
        grid->capacity = capacity;
    }
    size_t first = 0;
    if (grid->count > 0) {
        const struct grid_row *last = &grid->rows[grid->count - 1];
        first = last->first + (size_t)last->count;
    }
    grid->rows[grid->count++] =
        (struct grid_row){.first = first, .count = (int)(grid->cell_count - first), .line = line};
    return STATUS_OK;
}

void grid_free(struct grid *grid)
{
    text_free(&grid->bytes);
    memory_free(grid->cells);
    memory_free(grid->rows);
    *grid = (struct grid){0};
}

static enum status add_tsv_row(struct grid *grid, size_t begin, size_t end, int line, struct error *error)
{
    const char *bytes = text_string(&grid->bytes);
    for (;;) {
        const char *tab = memchr(bytes + begin, '\t', end - begin);
        size_t stop = tab == NULL ? end : (size_t)(tab - bytes);
        TRY(grid_add_cell(grid, begin, stop - begin, error));
        if (tab == NULL) return grid_end_row(grid, line, error);
        begin = stop + 1;
    }
}

enum status grid_read_tsv(struct text *content, struct grid *grid, struct bad_rows *bad, struct error *error)
{
    grid->bytes = *content;
    *content = (struct text){0};
    const char *bytes = text_string(&grid->bytes);
    size_t length = grid->bytes.length;
    int line = 1;
    for (size_t begin = 0; begin < length; line++) {
        const char *newline = memchr(bytes + begin, '\n', length - begin);
        size_t stop = newline == NULL ? length : (size_t)(newline - bytes), end = stop;
        if (end > begin && bytes[end - 1] == '\r') end--;
        if (end - begin > GRID_LINE_BYTES)
            bad_rows_add(bad, line, "longer than %d bytes", GRID_LINE_BYTES);
        else if (end > begin)
            TRY(add_tsv_row(grid, begin, end, line, error));
        begin = stop + 1;
    }
    return STATUS_OK;
}
