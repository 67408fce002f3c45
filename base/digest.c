#include "base/digest.h"

#include "base/file.h"
#include "base/memory.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct digest from_xxh(XXH128_hash_t hash)
{
    return (struct digest){.high = hash.high64, .low = hash.low64};
}

struct digest digest_bytes(const void *bytes, size_t count)
{
    return from_xxh(XXH3_128bits(bytes, count));
}

static uint32_t canonical_word(float value)
{
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    if ((word & 0x7fffffffu) > 0x7f800000u) return 0x7fc00000u;
    if (word == 0x80000000u) return 0;
    return word;
}

struct digest digest_floats(const float *values, size_t count)
{
    enum { CHUNK = 1024 };
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_128bits_reset(&state);
    unsigned char bytes[CHUNK * 4];
    for (size_t done = 0; done < count;) {
        size_t n = count - done < CHUNK ? count - done : CHUNK;
        for (size_t i = 0; i < n; i++) {
            uint32_t word = canonical_word(values[done + i]);
            bytes[4 * i] = (unsigned char)(word & 0xff);
            bytes[4 * i + 1] = (unsigned char)(word >> 8 & 0xff);
            bytes[4 * i + 2] = (unsigned char)(word >> 16 & 0xff);
            bytes[4 * i + 3] = (unsigned char)(word >> 24);
        }
        XXH3_128bits_update(&state, bytes, n * 4);
        done += n;
    }
    return from_xxh(XXH3_128bits_digest(&state));
}

struct digest digest_chain(struct digest chain, struct digest link)
{
    char text[2 * DIGEST_TEXT];
    digest_text(chain, text);
    digest_text(link, text + DIGEST_TEXT - 1);
    return digest_bytes(text, 2 * (DIGEST_TEXT - 1));
}

struct digest_stream {
    XXH3_state_t state;
};

struct digest_stream *digest_stream_create(void)
{
    /* The state wants 64-byte alignment, and a size that is a multiple of it. */
    struct digest_stream *stream = memory_aligned(1, sizeof *stream);
    if (stream == NULL) return NULL;
    XXH3_INITSTATE(&stream->state);
    XXH3_128bits_reset(&stream->state);
    return stream;
}

void digest_stream_add(struct digest_stream *stream, const void *bytes, size_t count)
{
    XXH3_128bits_update(&stream->state, bytes, count);
}

struct digest digest_stream_value(const struct digest_stream *stream)
{
    return from_xxh(XXH3_128bits_digest(&stream->state));
}

void digest_stream_free(struct digest_stream *stream)
{
    memory_free(stream);
}

enum status digest_file(const char *path, struct digest *digest, struct error *error)
{
    int descriptor;
    TRY(file_open(path, &descriptor, error));
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_128bits_reset(&state);
    char chunk[65536];
    size_t got = 0;
    enum status status;
    do {
        status = file_read_some(descriptor, chunk, sizeof chunk, &got, path, error);
        XXH3_128bits_update(&state, chunk, got);
    } while (got > 0);
    close(descriptor);
    *digest = from_xxh(XXH3_128bits_digest(&state));
    return status;
}

void digest_text(struct digest digest, char text[DIGEST_TEXT])
{
    snprintf(text, DIGEST_TEXT, "%016llx%016llx", (unsigned long long)digest.high,
             (unsigned long long)digest.low);
}
