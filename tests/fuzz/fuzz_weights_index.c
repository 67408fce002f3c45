/* fuzz_weights_index.c - the text of a model.safetensors.index.json, beside two files of weights. */
#include "tests/fuzz/support_fuzz.h"

#include "trainer/weights/weights_folder.h"

#include <stdio.h>
#include <string.h>

static void write_shard(const char *name, const char *first, const char *second)
{
    static const float values[2] = {1, 2};
    const struct safetensors_source tensors[2] = {{.name = first, .rank = 1, .shape = {2}, .values = values},
                                                  {.name = second, .rank = 0, .values = values}};
    fuzz_put(name, "", 0);
    fuzz_check(safetensors_write(fuzz_path(name), tensors, 2, NULL) == STATUS_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready = false;
    struct weights_folder weights;
    struct error error = {0};
    if (!ready) {
        write_shard("a.safetensors", "embed", "bias");
        write_shard("b.safetensors", "head", "scale");
        ready = true;
    }
    fuzz_begin();
    fuzz_put(WEIGHTS_INDEX, data, size);
    enum status status = weights_folder_open(fuzz_folder(), &weights, &error);
    fuzz_check_failure(status, &error);
    if (status == STATUS_OK) {
        for (size_t f = 0; f < weights.files.count; f++) {
            for (size_t t = 0; t < weights.opened[f].count; t++) {
                const char *name = weights.opened[f].tensors[t].name;
                struct weights_entry entry = weights_folder_find(&weights, name);
                fuzz_check(entry.file == &weights.opened[f] && entry.tensor == &weights.opened[f].tensors[t]);
                fuzz_check(strcmp(weights_files_place(&weights.files, name), weights.files.names[f]) == 0);
            }
        }
        fuzz_check(weights_folder_find(&weights, "no such tensor").tensor == NULL);
    }
    weights_folder_close(&weights);
    fuzz_end();
    return 0;
}
