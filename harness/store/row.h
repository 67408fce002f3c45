/* row.h - moves a plain struct into the parameters of an insert and out of the columns of a select, by the
 * columns of its table (schema.h). What is read back is checked: a number out of its field's range or a text
 * too long for it is STATUS_BAD_INPUT with the table and the column, never cut. */
#ifndef FTBENCH_HARNESS_STORE_ROW_H
#define FTBENCH_HARNESS_STORE_ROW_H

#include "harness/store/database.h"
#include "harness/store/schema.h"

/* Prepare the table's insert; its select, with `rest` ("WHERE run_id = ?") after it. */
enum status row_insert(struct database *database, const struct table *table, struct query *query,
                       struct error *error);
enum status row_select(struct database *database, const struct table *table, const char *rest,
                       struct query *query, struct error *error);

/* Bind the fields of `record`; the own columns before them are the caller's. Texts are not copied: the record
 * lives until the statement has run. */
enum status row_bind(const struct query *query, const void *record, struct error *error);

/* Fill the fields of `record` from the current row. */
enum status row_read(const struct query *query, void *record, struct error *error);

/* The text in own column `index` (0 first), into `text` of `size` bytes. */
enum status row_read_text(const struct query *query, int index, char *text, size_t size, struct error *error);

#endif
