/* bad_rows.h - the rows of a file that cannot be used: all are counted, the first few are named. */
#ifndef FTBENCH_TRAINER_DATA_BAD_ROWS_H
#define FTBENCH_TRAINER_DATA_BAD_ROWS_H

#include "base/status.h"
#include "base/text.h"

struct bad_rows {
    int count;
    struct text named; /* "line 3: ...; line 7: ..." */
};

/* Note a bad row of line `line` (1 first); the reason says what is wrong, without a full stop. */
void bad_rows_add(struct bad_rows *bad, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* STATUS_OK when there are none, else STATUS_BAD_INPUT with the file, the number and the first few. */
enum status bad_rows_report(const struct bad_rows *bad, const char *path, struct error *error);
void bad_rows_free(struct bad_rows *bad);

#endif
