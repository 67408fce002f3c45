/* blob.h - arrays with one value for each validation row, as blobs in a column: little-endian whatever the
 * machine, so that a store can be carried about. A class takes 1, 2 or 4 bytes, the fewest that hold every
 * class of the array, so a byte where there are at most 256 classes; a loss takes the 4 bytes of its
 * binary32. */
#ifndef FTBENCH_HARNESS_STORE_BLOB_H
#define FTBENCH_HARNESS_STORE_BLOB_H

#include "harness/store/database.h"

#include <stddef.h>
#include <stdint.h>

/* Bind `count` values as parameter `index` (1 first); SQLite takes a copy. A missing array (NULL) is an empty
 * one. */
enum status blob_bind_classes(const struct query *query, int index, const int32_t *classes, int count,
                              struct error *error);
enum status blob_bind_losses(const struct query *query, int index, const float *losses, int count,
                             struct error *error);

/* Read column `index` (0 first), which must hold `count` values or none, into a new block; NULL for none.
 * What has another size is STATUS_BAD_INPUT. */
enum status blob_read_classes(const struct query *query, int index, int count, int32_t **classes,
                              struct error *error);
enum status blob_read_losses(const struct query *query, int index, int count, float **losses,
                             struct error *error);

/* How many 4-byte values column `index` holds. */
int blob_count(const struct query *query, int index);

#endif
