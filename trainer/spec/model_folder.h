/* model_folder.h - whether a path is the folder of a model, and what may have been meant when it is not. */
#ifndef FTBENCH_TRAINER_SPEC_MODEL_FOLDER_H
#define FTBENCH_TRAINER_SPEC_MODEL_FOLDER_H

#include "base/status.h"
#include "base/text.h"

/* STATUS_BAD_INPUT unless `folder` is one with a config.json that can be read. The error says how to get a
 * folder where there is none, and names the folder that is meant when `folder` only leads to it. */
enum status model_folder_check(const char *folder, struct error *error);

/* Add what `folder`, a folder without a model, is instead: one of results, or one that holds folders of
 * models (of the hub's cache: snapshots/HASH). It begins with "; "; nothing is added where nothing is known.
 */
void model_folder_hint(const char *folder, struct text *hint);

#endif
