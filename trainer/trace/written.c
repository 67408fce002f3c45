#include "trainer/trace/written.h"

int written_parts(const struct written *written)
{
    switch (written->shape) {
    case WRITTEN_TOKENS:
    case WRITTEN_PACKED:
    case WRITTEN_SCORES:
        return written->rows->samples;
    case WRITTEN_SAMPLES:
        return written->samples;
    case WRITTEN_WHOLE:
        break;
    }
    return 1;
}

struct stretch written_part(const struct written *written, int part)
{
    const struct rows *rows = written->rows;
    int64_t width = written->width, length = rows == NULL ? 0 : rows->first[part + 1] - rows->first[part];
    switch (written->shape) {
    case WRITTEN_TOKENS:
        return (struct stretch){rows->start[part] * (int64_t)written->stride, length, width, written->stride};
    case WRITTEN_PACKED:
        return (struct stretch){rows->first[part] * width, length, width, width};
    case WRITTEN_SAMPLES:
        return (struct stretch){part * width, 1, width, width};
    case WRITTEN_SCORES:
        return (struct stretch){written->heads * rows->square[part], written->heads * length, length, length};
    case WRITTEN_WHOLE:
        break;
    }
    return (struct stretch){0, 1, written->count, written->count};
}
