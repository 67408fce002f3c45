/* record.h - the recorded surveys: rows of the table in docs/elementary.md between the lines "<!-- recorded
 * -->" and
 * "<!-- end -->",
 *
 *     | function | inputs | largest error, ulp | at | digest |
 *
 * where inputs is "all" or "sample", the error is rounded up to thousandths, and `at` is a hexadecimal float.
 * The two rows of headings are kept. */
#ifndef FTBENCH_TESTS_EXHAUSTIVE_RECORD_H
#define FTBENCH_TESTS_EXHAUSTIVE_RECORD_H

#include "survey.h"

struct record_row {
    bool known;
    double error;
    char at[32];
    char digest[DIGEST_TEXT];
};

struct record {
    struct record_row rows[SURVEY_FUNCTIONS][2]; /* function; 0 sample, 1 all */
};

/* STATUS_BAD_INPUT, naming the line, for a row that is not one, or without the two marks. */
enum status record_read(const char *path, struct record *record, struct error *error);

/* Write the rows that are known between the marks of the file, leaving the rest of it as it is. */
enum status record_write(const char *path, const struct record *record, struct error *error);

struct record_row record_row_of(const struct survey *survey);

/* The row as the file has it, without a newline. */
void record_row_text(int function, bool all, const struct record_row *row, char text[160]);

/* The same digest, and the same error but for a last digit that another C library's reference may decide. */
bool record_agrees(const struct record_row *recorded, const struct record_row *found);

#endif
