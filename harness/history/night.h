/* night.h - what a history keeps of the results in a folder. */
#ifndef FTBENCH_HARNESS_HISTORY_NIGHT_H
#define FTBENCH_HARNESS_HISTORY_NIGHT_H

#include "base/status.h"
#include "harness/store/history.h"

/* Read the results of `folder`, and FOLDER/check.json where a check has written it. All of the night is
 * filled but its time and `code`. Its identity is that of its first finished run: id, digest, and how long it
 * took, which no two runs have in common. STATUS_USAGE when runs that are needed are not there yet, or none
 * has ended. Free record->settings with memory_free, also after a failure. */
enum status night_read(const char *folder, struct history_record *record, struct error *error);

#endif
