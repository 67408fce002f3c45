#include "harness/run/models.h"

#include "base/file.h"

#include <stdio.h>

enum status models_folder(const char *output, char folder[SPEC_PATH_BYTES], struct error *error)
{
    return file_join(output, "models", folder, SPEC_PATH_BYTES, error);
}

enum status models_path(const char *folder, const char *run_id, char path[SPEC_PATH_BYTES],
                        struct error *error)
{
    return file_join(folder, run_id, path, SPEC_PATH_BYTES, error);
}

bool models_has(const char *folder, const char *run_id)
{
    char path[SPEC_PATH_BYTES], config[SPEC_PATH_BYTES];
    return models_path(folder, run_id, path, NULL) == STATUS_OK &&
           file_join(path, "config.json", config, sizeof config, NULL) == STATUS_OK && file_exists(config);
}

enum status models_say_best(const char *output, const char *run_id, const char *kind, struct error *error)
{
    char folder[SPEC_PATH_BYTES], path[SPEC_PATH_BYTES];
    TRY(models_folder(output, folder, error));
    if (run_id == NULL || !models_has(folder, run_id)) return STATUS_OK;
    TRY(models_path(folder, run_id, path, error));
    printf("model of %s: %s (to use it: ftbench predict, ftbench eval)\n", kind, path);
    return STATUS_OK;
}

enum status models_missing(const char *folder, const struct plan *plan, struct store *store, size_t *missing,
                           struct error *error)
{
    *missing = 0;
    for (size_t i = 0; i < plan->run_count; i++) {
        enum run_outcome outcome;
        TRY(store_run_outcome(store, plan->runs[i].id, &outcome, error));
        *missing += outcome == RUN_DONE && !models_has(folder, plan->runs[i].id);
    }
    return STATUS_OK;
}
