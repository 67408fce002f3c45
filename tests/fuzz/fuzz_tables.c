/* fuzz_tables.c - data files: a first line of letters that says how, then the file.
 *
 * The letters: t, c or j for TSV, CSV or JSONL; y or n for header = yes or no, else auto; 2 for a second
 * text; 1 for columns that are asked for by number. */
#include "tests/fuzz/support_fuzz.h"

#include "trainer/data/table.h"
#include "trainer/spec/run_spec.h"

#include <string.h>

static bool has(const char *letters, size_t count, char letter)
{
    return count > 0 && memchr(letters, letter, count) != NULL;
}

static bool is_within(const struct table *table, const char *bytes, size_t length)
{
    const char *all = table->grid.bytes.data;
    return length > 0 && bytes >= all && bytes + length <= all + table->grid.bytes.length &&
           memchr(bytes, '\0', length) == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct table table;
    struct error error = {0};
    const char *letters = size == 0 ? "" : (const char *)data;
    const char *newline = size == 0 ? NULL : memchr(letters, '\n', size);
    const size_t count = newline == NULL ? size : (size_t)(newline - letters);
    const char *content = newline == NULL ? "" : newline + 1;
    const bool pair = has(letters, count, '2'), numbered = has(letters, count, '1');
    const struct columns_asked asked = {.text = numbered ? "1" : "",
                                        .pair = !pair      ? ""
                                                : numbered ? "3"
                                                           : "pair",
                                        .label = numbered ? "2" : "",
                                        .unlabelled = has(letters, count, 'u'),
                                        .header = has(letters, count, 'y')   ? HEADER_YES
                                                  : has(letters, count, 'n') ? HEADER_NO
                                                                             : HEADER_AUTO};
    const char *name = has(letters, count, 'j')   ? "data.jsonl"
                       : has(letters, count, 'c') ? "data.csv"
                                                  : "data.tsv";
    fuzz_begin();
    fuzz_put(name, content, newline == NULL ? 0 : size - count - 1);
    enum status status = table_read(fuzz_path(name), &asked, &table, &error);
    fuzz_check_failure(status, &error);
    if (status == STATUS_OK) {
        fuzz_check(table.count > 0);
        for (int i = 0; i < table.count; i++) {
            const struct table_row *row = &table.rows[i];
            fuzz_check(is_within(&table, row->text, row->text_length));
            fuzz_check(asked.unlabelled ? row->label == NULL
                                        : is_within(&table, row->label, row->label_length));
            fuzz_check(pair ? is_within(&table, row->pair, row->pair_length) : row->pair == NULL);
            fuzz_check(row->line >= (i == 0 ? 1 : table.rows[i - 1].line));
        }
        table_free(&table);
    }
    fuzz_end();
    return 0;
}
