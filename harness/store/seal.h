/* seal.h - a digest of all that a database holds, kept in the database itself: what has changed since it was
 * sealed is seen, to a bit of a number inside a sound page.
 *
 * It is a digest of the values and not of the file's bytes: table by table in the order of their names, row
 * by row in the order of all columns, of each value its type and its bytes. So a copy and a VACUUM keep it.
 * It asks the database which tables and columns there are, and so does not know any format of a store. It is
 * no signature: whoever changes values on purpose can seal again. */
#ifndef FTBENCH_HARNESS_STORE_SEAL_H
#define FTBENCH_HARNESS_STORE_SEAL_H

#include "base/digest.h"
#include "harness/store/database.h"

/* Put a seal on what the database holds, in the place of the one that it has. */
enum status seal_put(struct database *database, struct error *error);

/* The seal as it was put; "" where there is none. */
enum status seal_read(struct database *database, char digest[DIGEST_TEXT], struct error *error);

/* STATUS_BAD_INPUT when there is a seal, and the database does not hold what was sealed. */
enum status seal_check(struct database *database, struct error *error);

#endif
