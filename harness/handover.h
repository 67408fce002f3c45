/* handover.h - verbs that need a model: ftbench has no code for one, so the trainer does them in its place.
 */
#ifndef FTBENCH_HARNESS_HANDOVER_H
#define FTBENCH_HARNESS_HANDOVER_H

#include "base/status.h"
#include "harness/cli.h"

/* This process becomes the trainer that does the command of this name with the options and words that were
 * read. Its input, output and exit code are this process's, and it speaks in the name of ftbench. Returns
 * only when there is no trainer, or it cannot be started. */
enum status handover(const char *name, const struct cli_arguments *arguments, struct error *error);

#endif
