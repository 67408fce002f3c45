/* digest.h - XXH3 digests of bytes and of tensors.
 *
 * A digest names content: a file, a run's settings, a tensor. Digests are 128 bits wide (XXH3_128bits, seed
 * 0) and written as 32 lowercase hexadecimal digits in canonical (big-endian) order, so that they are the
 * same on every machine. Tensors are digested by value: -0 counts as +0 and every NaN as 7fc00000 (numerics
 * contract, 10), because machines differ in the sign of an exact zero product and in the NaN they make. */
#ifndef FTBENCH_BASE_DIGEST_H
#define FTBENCH_BASE_DIGEST_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

#define DIGEST_TEXT 33 /* bytes of a digest's text, the NUL included */

struct digest {
    uint64_t high, low;
};

/* Digest of `count` bytes. */
struct digest digest_bytes(const void *bytes, size_t count);

/* Digest of `count` float32 values as little-endian words, after the mapping above. */
struct digest digest_floats(const float *values, size_t count);

/* The digest that follows from `chain` and one more digest: a hash chain, so that two equal chains had equal
 * links. */
struct digest digest_chain(struct digest chain, struct digest link);

/* Digest of a file's bytes, read in pieces, so of any size; equal to digest_bytes of the whole (and to
 * `xxhsum -H2`). STATUS_IO when it cannot be read or is no regular file (file_open). */
enum status digest_file(const char *path, struct digest *digest, struct error *error);

/* The digest of bytes that come piece by piece, equal to digest_bytes of them all. NULL when there is no
 * memory. */
struct digest_stream *digest_stream_create(void);
void digest_stream_add(struct digest_stream *stream, const void *bytes, size_t count);
struct digest digest_stream_value(const struct digest_stream *stream); /* of what was added so far */
void digest_stream_free(struct digest_stream *stream);                 /* NULL is fine */

void digest_text(struct digest digest, char text[DIGEST_TEXT]);

#endif
