/* fuzz_safetensors.c - the bytes of a model.safetensors; or, where they begin with {, its header and its data
 * divided by a line "%%", before which the header's length is put, since no mutation would keep it right.
 * What is accepted is read whole, written again and read once more. */
#include "tests/fuzz/support_fuzz.h"

#include "base/memory.h"
#include "base/text.h"
#include "trainer/weights/safetensors.h"

#include <stdlib.h>
#include <string.h>

static bool is_read(const struct safetensors_tensor *tensor)
{
    return strcmp(tensor->dtype, "F32") == 0 || strcmp(tensor->dtype, "F16") == 0 ||
           strcmp(tensor->dtype, "BF16") == 0;
}

static float *read_tensor(const struct safetensors *file, const struct safetensors_tensor *tensor)
{
    struct error error = {0};
    uint64_t numbers = 1;
    char shape[SAFETENSORS_SHAPE_TEXT];
    for (int i = 0; i < tensor->rank; i++)
        numbers *= tensor->shape[i];
    fuzz_check(numbers == tensor->count);
    fuzz_check(tensor->begin <= tensor->end);
    fuzz_check(tensor->end <= file->map_bytes - (size_t)(file->data - file->map));
    fuzz_check(safetensors_find(file, tensor->name) == tensor);
    safetensors_shape_text(tensor->shape, tensor->rank, shape);
    /* A number takes at least 4 bits, so that the file bounds the memory. An empty tensor may have any shape.
     */
    fuzz_check(tensor->count <= 2 * (tensor->end - tensor->begin));
    float *values = memory_zeroed(tensor->count, sizeof *values);
    fuzz_check(values != NULL);
    enum status status = safetensors_read(file, tensor, values, &error);
    fuzz_check_failure(status, &error);
    fuzz_check((status == STATUS_OK) == is_read(tensor));
    return values;
}

static void check_again(const struct safetensors *file, float *const *values)
{
    struct safetensors_source *sources = memory_zeroed(file->count, sizeof *sources);
    struct safetensors again;
    struct error error = {0};
    char path[4096];
    size_t count = 0;
    fuzz_check(sources != NULL);
    for (size_t i = 0; i < file->count; i++) {
        const struct safetensors_tensor *tensor = &file->tensors[i];
        if (!is_read(tensor)) continue;
        sources[count] =
            (struct safetensors_source){.name = tensor->name, .rank = tensor->rank, .values = values[i]};
        memcpy(sources[count++].shape, tensor->shape, sizeof tensor->shape);
    }
    strcpy(path, fuzz_path("again.safetensors"));
    fuzz_check(safetensors_write(path, sources, count, &error) == STATUS_OK);
    fuzz_check(safetensors_open(path, &again, &error) == STATUS_OK);
    fuzz_check(again.count == count);
    for (size_t i = 0; i < count; i++) {
        const struct safetensors_tensor *tensor = safetensors_find(&again, sources[i].name);
        fuzz_check(tensor != NULL && tensor->rank == sources[i].rank);
        float *second = read_tensor(&again, tensor);
        fuzz_check(memcmp(second, sources[i].values, tensor->count * sizeof *second) == 0);
        memory_free(second);
    }
    safetensors_close(&again);
    memory_free(sources);
}

static void put_file(const uint8_t *data, size_t size)
{
    struct fuzz_parts parts;
    struct text file = {0};
    if (size == 0 || data[0] != '{') {
        fuzz_put("model.safetensors", data, size);
        return;
    }
    fuzz_divide(data, size, 2, &parts);
    for (int i = 0; i < 8; i++) {
        unsigned char byte = (unsigned char)((uint64_t)parts.part[0].length >> 8 * i & 0xff);
        text_add_bytes(&file, &byte, 1);
    }
    text_add_bytes(&file, parts.part[0].bytes, parts.part[0].length);
    text_add_bytes(&file, parts.part[1].bytes, parts.part[1].length);
    fuzz_put("model.safetensors", file.data, file.length);
    text_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct safetensors file;
    struct error error = {0};
    fuzz_begin();
    put_file(data, size);
    enum status status = safetensors_open(fuzz_path("model.safetensors"), &file, &error);
    fuzz_check_failure(status, &error);
    if (status == STATUS_OK) {
        float **values = memory_zeroed(file.count, sizeof *values);
        fuzz_check(values != NULL);
        for (size_t i = 0; i < file.count; i++)
            values[i] = read_tensor(&file, &file.tensors[i]);
        check_again(&file, values);
        fuzz_drop("again.safetensors");
        for (size_t i = 0; i < file.count; i++)
            memory_free(values[i]);
        memory_free(values);
        safetensors_close(&file);
    }
    fuzz_end();
    return 0;
}
