/* schema.h - what the tables of a store look like, said once: SQL definitions, inserts and reads all come
 * from here.
 *
 * A table has its own columns (keys, JSON, arrays), which the code that uses it binds by hand, followed by
 * one column for each field of a plain struct. The file names its format twice: in SQLite's application_id
 * and user_version, which decide, and in the table `format`, for people. The version goes up with every
 * change that an older program would misread.
 *
 *     experiment  what was asked: one row; `base` is the run spec of what is not swept, as JSON
 *     sweep       the swept keys, in their order
 *     setting     one combination of swept values; `spec` is its run spec as JSON
 *     planned     the runs of the plan, in order
 *     result      how a run ended, one row for each run that was tried
 *     run_begin, run_end, step, evaluation, note   what the run said
 *     copy        only in a copy that is kept as a baseline: what it is a copy of
 *     seal        there too: a digest of all that the other tables hold (seal.h)
 *
 * The labels of the validation rows, and each evaluation's predictions and losses, are blobs (blob.h): for N
 * rows of at most 256 classes a run costs N bytes and each of its evaluations 5 N, beside some 120 bytes for
 * the rest of it.
 *
 * Numbers are binary64 or 64-bit integers, lossless; NaN is stored as NULL. */
#ifndef FTBENCH_HARNESS_STORE_SCHEMA_H
#define FTBENCH_HARNESS_STORE_SCHEMA_H

#include "base/text.h"

#include <stddef.h>

#define SCHEMA_FORMAT "ftbench store"
#define SCHEMA_VERSION 10
#define SCHEMA_APPLICATION 0x4674426e /* "FtBn" */

/* The same of the file of a history (history.h), which holds these two tables only:
 *     night, night_setting   the nights of experiments, and the settings of each */
#define SCHEMA_HISTORY_FORMAT "ftbench history"
#define SCHEMA_HISTORY_VERSION 2
#define SCHEMA_HISTORY_APPLICATION 0x46744268 /* "FtBh" */

enum column_type {
    COLUMN_INT,   /* int, or an enum */
    COLUMN_U32,   /* uint32_t, unsigned */
    COLUMN_LONG,  /* long */
    COLUMN_INT64, /* int64_t */
    COLUMN_BOOL,
    COLUMN_FLOAT,
    COLUMN_DOUBLE,
    COLUMN_TEXT /* char[size] */
};

struct column {
    const char *name;
    enum column_type type;
    size_t offset; /* of the field in its struct */
    size_t size;   /* of the field, bytes */
};

enum { TABLE_OWN = 4 };

struct table {
    const char *name;
    const char
        *own[TABLE_OWN];    /* "run_id TEXT NOT NULL": the columns without a field, first; unused ones NULL */
    const char *constraint; /* the primary key and the like */
    const struct column *columns;
    size_t column_count;
};

extern const struct table table_experiment; /* struct experiment; own: base */
extern const struct table table_sweep;      /* own: position, key */
extern const struct table table_setting;    /* struct plan_setting; own: position, spec */
extern const struct table table_planned;    /* struct plan_run; own: position */
extern const struct table table_result;     /* struct run_record; own: run_id, outcome */
extern const struct table table_begin; /* struct observed_begin; own: run_id, validation_labels, tensors */
extern const struct table table_end;   /* struct observed_end; own: run_id */
extern const struct table table_step;  /* struct observed_step; own: run_id, position, gradient_sums */
extern const struct table
    table_evaluation; /* struct observed_evaluation; own: run_id, position, predictions, losses */
extern const struct table table_note; /* struct observed_note; own: run_id, position */

extern const struct table table_copy; /* struct store_origin; only in a copy of a store */

extern const struct table table_night;         /* struct history_night */
extern const struct table table_night_setting; /* struct history_setting; own: night, position */

/* Number of own columns: the first field's column has this index. */
int table_own_count(const struct table *table);

/* Append "INSERT INTO name(columns) VALUES(?, ...)" or "SELECT columns FROM name", own columns first. */
void table_insert_sql(const struct table *table, struct text *sql);
void table_select_sql(const struct table *table, struct text *sql);

/* Append the statement that makes the table. */
void table_create_sql(const struct table *table, struct text *sql);

/* Append the statements that make an empty database a store. */
void schema_create_sql(struct text *sql);

/* Append those that make it a history. */
void schema_create_history_sql(struct text *sql);

#endif
