#include "trainer/fit/checkpoint.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "ftb-ckpt"
#define START_OVER "; delete it to start the run over"

enum {
    MAGIC_BYTES = 8,
    ID_BYTES = RUN_ID_BYTES - 1,
    HEX_BYTES = DIGEST_TEXT - 1,
    WORD_BYTES = 8,
    CHUNK_BYTES = 65536,
    DIGEST_BYTES = 16,
    PLAIN_BLOCKS = 3 /* weights and both moments; the best weights are the fourth */
};

/* The scalars of the state, each in one word, in the order of the file. */
enum field_type { FIELD_INT, FIELD_LONG, FIELD_INT64, FIELD_UINT64, FIELD_BOOL, FIELD_DOUBLE };

struct field {
    enum field_type type;
    size_t offset; /* in struct run_state */
};

#define FIELD(type, name)                                                                                    \
    {                                                                                                        \
        type, offsetof(struct run_state, name)                                                               \
    }

static const struct field fields[] = {
    FIELD(FIELD_LONG, end.steps),
    FIELD(FIELD_DOUBLE, logged_sum),
    FIELD(FIELD_LONG, logged_steps),
    FIELD(FIELD_BOOL, best.seen),
    FIELD(FIELD_DOUBLE, best.best),
    FIELD(FIELD_INT, best.worse),
    FIELD(FIELD_BOOL, early.seen),
    FIELD(FIELD_DOUBLE, early.best),
    FIELD(FIELD_INT, early.worse),
    FIELD(FIELD_UINT64, chain.high),
    FIELD(FIELD_UINT64, chain.low),
    FIELD(FIELD_LONG, end.best_step),
    FIELD(FIELD_DOUBLE, end.loss),
    FIELD(FIELD_DOUBLE, end.accuracy),
    FIELD(FIELD_DOUBLE, end.precision),
    FIELD(FIELD_DOUBLE, end.recall),
    FIELD(FIELD_DOUBLE, end.f1),
    FIELD(FIELD_DOUBLE, end.f1_macro),
    FIELD(FIELD_DOUBLE, end.seconds),
    FIELD(FIELD_DOUBLE, end.train_seconds),
    FIELD(FIELD_DOUBLE, end.evaluation_seconds),
    FIELD(FIELD_INT64, end.peak_memory_bytes),
    FIELD(FIELD_LONG, end.skipped_steps),
    FIELD(FIELD_DOUBLE, loss_scale.scale),
    FIELD(FIELD_LONG, loss_scale.good_steps),
    FIELD(FIELD_INT, loss_scale.bad_losses),
};

enum {
    FIELDS = sizeof fields / sizeof fields[0],
    SHAPE_WORDS = 5,
    POWERS = 2,
    /* magic, two versions, run id, three digests, shape, powers, state */
    HEADER_BYTES = MAGIC_BYTES + 8 + ID_BYTES + 3 * HEX_BYTES + (SHAPE_WORDS + POWERS + FIELDS) * WORD_BYTES
};

/* Sizes of what follows the header, and of what they must agree with. */
struct shape {
    int64_t numbers; /* of a block: layout.total */
    int64_t tensors, classes;
    int64_t blocks;
    int64_t curve; /* bytes */
};

static void put_bits(unsigned char *to, uint64_t bits, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(bits >> 8 * i & 0xff);
}

static uint64_t take_bits(const unsigned char *from, int bytes)
{
    uint64_t bits = 0;
    for (int i = 0; i < bytes; i++)
        bits |= (uint64_t)from[i] << 8 * i;
    return bits;
}

static uint64_t double_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double bits_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t field_bits(const struct field *field, const struct run_state *state)
{
    const void *at = (const char *)state + field->offset;
    switch (field->type) {
    case FIELD_INT:
        return (uint64_t) * (const int *)at;
    case FIELD_LONG:
        return (uint64_t) * (const long *)at;
    case FIELD_INT64:
        return (uint64_t) * (const int64_t *)at;
    case FIELD_UINT64:
        return *(const uint64_t *)at;
    case FIELD_BOOL:
        return *(const bool *)at;
    case FIELD_DOUBLE:
        return double_bits(*(const double *)at);
    }
    return 0;
}

static void field_take(const struct field *field, uint64_t bits, struct run_state *state)
{
    void *at = (char *)state + field->offset;
    switch (field->type) {
    case FIELD_INT:
        *(int *)at = (int)(int64_t)bits;
        return;
    case FIELD_LONG:
        *(long *)at = (long)(int64_t)bits;
        return;
    case FIELD_INT64:
        *(int64_t *)at = (int64_t)bits;
        return;
    case FIELD_UINT64:
        *(uint64_t *)at = bits;
        return;
    case FIELD_BOOL:
        *(bool *)at = bits != 0;
        return;
    case FIELD_DOUBLE:
        *(double *)at = bits_double(bits);
        return;
    }
}

static struct shape shape_of(const struct checkpoint *checkpoint)
{
    const struct transformer *model = checkpoint->model;
    return (struct shape){.numbers = model->layout.total,
                          .tensors = model->layout.count,
                          .classes = model->classes,
                          .blocks = PLAIN_BLOCKS + (checkpoint->keeps_best && checkpoint->state->best.seen),
                          .curve = (int64_t)checkpoint->state->curve.length};
}

/* An absent text is zeros. */
static unsigned char *put_text(unsigned char *at, const char *text, size_t size)
{
    memcpy(at, text, strlen(text) < size ? strlen(text) : size);
    return at + size;
}

static unsigned char *put_word(unsigned char *at, uint64_t bits)
{
    put_bits(at, bits, WORD_BYTES);
    return at + WORD_BYTES;
}

static void encode_header(const struct checkpoint *checkpoint, unsigned char header[HEADER_BYTES])
{
    const struct checkpoint_identity *identity = &checkpoint->identity;
    const struct shape shape = shape_of(checkpoint);
    memset(header, 0, HEADER_BYTES);
    unsigned char *at = put_text(header, MAGIC, MAGIC_BYTES);
    put_bits(at, CHECKPOINT_VERSION, 4);
    put_bits(at + 4, FTBENCH_NUMERIC_VERSION, 4);
    at = put_text(at + 8, identity->run_id, ID_BYTES);
    at = put_text(at, identity->model_digest, HEX_BYTES);
    at = put_text(at, identity->train_digest, HEX_BYTES);
    at = put_text(at, identity->validation_digest, HEX_BYTES);
    at = put_word(at, (uint64_t)shape.numbers);
    at = put_word(at, (uint64_t)shape.tensors);
    at = put_word(at, (uint64_t)shape.classes);
    at = put_word(at, (uint64_t)shape.blocks);
    at = put_word(at, (uint64_t)shape.curve);
    at = put_word(at, double_bits(checkpoint->optimiser->power1));
    at = put_word(at, double_bits(checkpoint->optimiser->power2));
    for (size_t i = 0; i < FIELDS; i++)
        at = put_word(at, field_bits(&fields[i], checkpoint->state));
}

static float *const *block_at(const struct transformer *model, int64_t block)
{
    float *const *const blocks[] = {&model->weights, &model->moment1, &model->moment2, &model->best};
    return blocks[block];
}

/* A file that is being written, and the digest of what it has by now. */
struct sink {
    struct file_stream file;
    struct digest_stream *digest;
};

static enum status sink_add(struct sink *sink, const void *bytes, size_t length, struct error *error)
{
    digest_stream_add(sink->digest, bytes, length);
    return file_stream_add(&sink->file, bytes, length, error);
}

static enum status write_numbers(struct sink *sink, const float *numbers, int64_t count, struct error *error)
{
    unsigned char bytes[CHUNK_BYTES];
    for (int64_t done = 0; done < count;) {
        int64_t now = count - done < CHUNK_BYTES / 4 ? count - done : CHUNK_BYTES / 4;
        for (int64_t i = 0; i < now; i++) {
            uint32_t word;
            memcpy(&word, &numbers[done + i], sizeof word);
            put_bits(bytes + 4 * i, word, 4);
        }
        TRY(sink_add(sink, bytes, (size_t)now * 4, error));
        done += now;
    }
    return STATUS_OK;
}

static enum status write_content(struct sink *sink, const struct checkpoint *checkpoint, struct error *error)
{
    const struct transformer *model = checkpoint->model;
    const struct shape shape = shape_of(checkpoint);
    unsigned char header[HEADER_BYTES], tail[DIGEST_BYTES];
    encode_header(checkpoint, header);
    TRY(sink_add(sink, header, sizeof header, error));
    TRY(sink_add(sink, text_string(&checkpoint->state->curve), (size_t)shape.curve, error));
    for (int64_t b = 0; b < shape.blocks; b++) {
        model->ops->download(model->device, checkpoint->scratch, *block_at(model, b),
                             (size_t)shape.numbers * sizeof(float));
        TRY(model->ops->synchronize(model->device, error));
        TRY(write_numbers(sink, checkpoint->scratch, shape.numbers, error));
    }
    struct digest digest = digest_stream_value(sink->digest);
    put_bits(tail, digest.low, 8);
    put_bits(tail + 8, digest.high, 8);
    return file_stream_add(&sink->file, tail, sizeof tail, error);
}

enum status checkpoint_write(const char *path, const struct checkpoint *checkpoint, struct error *error)
{
    struct sink sink = {.digest = digest_stream_create()};
    if (sink.digest == NULL) return error_no_memory(error, 0);
    enum status status = file_stream_open(path, &sink.file, error);
    if (status == STATUS_OK) status = write_content(&sink, checkpoint, error);
    if (status == STATUS_OK) status = file_stream_commit(&sink.file, error);
    file_stream_discard(&sink.file);
    digest_stream_free(sink.digest);
    return status;
}

/* A file that is being read. */
struct source {
    const char *path;
    int descriptor;
    int64_t size;
};

static enum status source_open(const char *path, struct source *source, struct error *error)
{
    struct stat info;
    *source = (struct source){.path = path, .descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (source->descriptor < 0)
        return error_set(error, STATUS_IO, "%s: the checkpoint cannot be opened: %s" START_OVER, path,
                         strerror(errno));
    if (fstat(source->descriptor, &info) != 0 || !S_ISREG(info.st_mode))
        return error_set(error, STATUS_BAD_INPUT, "%s: is no file, so no checkpoint" START_OVER, path);
    source->size = (int64_t)info.st_size;
    return STATUS_OK;
}

static enum status damaged(const struct source *source, const char *how, struct error *error)
{
    return error_set(error, STATUS_BAD_INPUT, "%s: the checkpoint is damaged: %s" START_OVER, source->path,
                     how);
}

static struct shape decode_shape(const unsigned char header[HEADER_BYTES])
{
    int64_t words[SHAPE_WORDS];
    const unsigned char *at = header + MAGIC_BYTES + 8 + ID_BYTES + 3 * HEX_BYTES;
    for (int i = 0; i < SHAPE_WORDS; i++)
        words[i] = (int64_t)take_bits(at + WORD_BYTES * i, WORD_BYTES);
    return (struct shape){words[0], words[1], words[2], words[3], words[4]};
}

/* Whether the file has exactly the bytes that its header says; no sum or product can overflow. */
static bool size_is_right(const struct source *source, const struct shape *shape)
{
    int64_t rest = source->size - HEADER_BYTES - DIGEST_BYTES;
    if (shape->blocks != PLAIN_BLOCKS && shape->blocks != PLAIN_BLOCKS + 1) return false;
    if (shape->curve < 0 || shape->curve > rest) return false;
    rest -= shape->curve;
    if (shape->numbers < 0 || shape->numbers > rest / 4 / shape->blocks) return false;
    return shape->numbers * 4 * shape->blocks == rest;
}

/* The whole file but its last bytes must have the digest that these say. */
static enum status check_digest(const struct source *source, struct error *error)
{
    unsigned char bytes[CHUNK_BYTES], tail[DIGEST_BYTES];
    struct digest_stream *stream = digest_stream_create();
    if (stream == NULL) return error_no_memory(error, 0);
    enum status status = STATUS_OK;
    if (lseek(source->descriptor, 0, SEEK_SET) != 0) status = damaged(source, "it cannot be read", error);
    for (int64_t left = source->size - DIGEST_BYTES; left > 0 && status == STATUS_OK;) {
        size_t now = left < CHUNK_BYTES ? (size_t)left : CHUNK_BYTES;
        status = file_read_exactly(source->descriptor, bytes, now, source->path, error);
        if (status == STATUS_OK) digest_stream_add(stream, bytes, now);
        left -= (int64_t)now;
    }
    if (status == STATUS_OK)
        status = file_read_exactly(source->descriptor, tail, sizeof tail, source->path, error);
    struct digest digest = digest_stream_value(stream);
    digest_stream_free(stream);
    TRY(status);
    if (take_bits(tail, 8) != digest.low || take_bits(tail + 8, 8) != digest.high)
        return damaged(source, "its digest does not match its content", error);
    return STATUS_OK;
}

static bool text_is(const unsigned char *at, const char *expected, size_t size)
{
    unsigned char padded[HEX_BYTES] = {0};
    put_text(padded, expected, size);
    return memcmp(at, padded, size) == 0;
}

static enum status check_identity(const struct source *source, const unsigned char header[HEADER_BYTES],
                                  const struct checkpoint_identity *identity, struct error *error)
{
    const unsigned char *id = header + MAGIC_BYTES + 8, *digests = id + ID_BYTES;
    uint64_t numeric = take_bits(header + MAGIC_BYTES + 4, 4);
    if (numeric != FTBENCH_NUMERIC_VERSION)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: the checkpoint has numeric version %d, this program has %d" START_OVER,
                         source->path, (int)numeric, FTBENCH_NUMERIC_VERSION);
    if (!text_is(id, identity->run_id, ID_BYTES))
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: the checkpoint is of run %.*s, not of run %s" START_OVER, source->path,
                         ID_BYTES, (const char *)id, identity->run_id);
    static const char *const names[] = {"model", "training data", "validation data"};
    const char *const expected[] = {identity->model_digest, identity->train_digest,
                                    identity->validation_digest};
    for (int i = 0; i < 3; i++) {
        if (!text_is(digests + HEX_BYTES * i, expected[i], HEX_BYTES))
            return error_set(error, STATUS_BAD_INPUT,
                             "%s: the %s has changed since the checkpoint was written" START_OVER,
                             source->path, names[i]);
    }
    return STATUS_OK;
}

/* From the outside in: nothing is believed before what it rests on was checked. */
static enum status check_file(const struct source *source, const struct checkpoint *checkpoint,
                              unsigned char header[HEADER_BYTES], struct error *error)
{
    if (source->size < HEADER_BYTES + DIGEST_BYTES) return damaged(source, "it is cut off", error);
    TRY(file_read_exactly(source->descriptor, header, HEADER_BYTES, source->path, error));
    if (memcmp(header, MAGIC, MAGIC_BYTES) != 0)
        return error_set(error, STATUS_BAD_INPUT, "%s: is no checkpoint of ftbench" START_OVER, source->path);
    uint64_t version = take_bits(header + MAGIC_BYTES, 4);
    if (version != CHECKPOINT_VERSION)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: the checkpoint has format version %lu, this program reads %d" START_OVER,
                         source->path, (unsigned long)version, CHECKPOINT_VERSION);
    const struct shape shape = decode_shape(header);
    if (!size_is_right(source, &shape))
        return damaged(source, "its length is not what its header says", error);
    TRY(check_digest(source, error));
    TRY(check_identity(source, header, &checkpoint->identity, error));
    const struct transformer *model = checkpoint->model;
    if (shape.numbers != model->layout.total || shape.tensors != model->layout.count ||
        shape.classes != model->classes)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: the checkpoint is of a model of another shape" START_OVER, source->path);
    return STATUS_OK;
}

static enum status read_curve(const struct source *source, int64_t length, struct text *curve,
                              struct error *error)
{
    char bytes[CHUNK_BYTES];
    for (int64_t left = length; left > 0;) {
        size_t now = left < CHUNK_BYTES ? (size_t)left : CHUNK_BYTES;
        TRY(file_read_exactly(source->descriptor, bytes, now, source->path, error));
        text_add_bytes(curve, bytes, now);
        left -= (int64_t)now;
    }
    return text_status(curve, error);
}

static enum status read_numbers(const struct source *source, float *numbers, int64_t count,
                                struct error *error)
{
    unsigned char bytes[CHUNK_BYTES];
    for (int64_t done = 0; done < count;) {
        int64_t now = count - done < CHUNK_BYTES / 4 ? count - done : CHUNK_BYTES / 4;
        TRY(file_read_exactly(source->descriptor, bytes, (size_t)now * 4, source->path, error));
        for (int64_t i = 0; i < now; i++) {
            uint32_t word = (uint32_t)take_bits(bytes + 4 * i, 4);
            memcpy(&numbers[done + i], &word, sizeof word);
        }
        done += now;
    }
    return STATUS_OK;
}

static enum status load(const struct source *source, const unsigned char header[HEADER_BYTES],
                        const struct checkpoint *checkpoint, struct error *error)
{
    const struct transformer *model = checkpoint->model;
    const struct shape shape = decode_shape(header);
    const unsigned char *at = header + HEADER_BYTES - (POWERS + FIELDS) * WORD_BYTES;
    checkpoint->optimiser->power1 = bits_double(take_bits(at, WORD_BYTES));
    checkpoint->optimiser->power2 = bits_double(take_bits(at + WORD_BYTES, WORD_BYTES));
    for (size_t i = 0; i < FIELDS; i++)
        field_take(&fields[i], take_bits(at + (POWERS + i) * WORD_BYTES, WORD_BYTES), checkpoint->state);
    if (lseek(source->descriptor, HEADER_BYTES, SEEK_SET) != HEADER_BYTES)
        return damaged(source, "it cannot be read", error);
    TRY(read_curve(source, shape.curve, &checkpoint->state->curve, error));
    for (int64_t b = 0; b < shape.blocks; b++) {
        TRY(read_numbers(source, checkpoint->scratch, shape.numbers, error));
        model->ops->upload(model->device, *block_at(model, b), checkpoint->scratch,
                           (size_t)shape.numbers * sizeof(float));
        TRY(model->ops->synchronize(model->device, error));
    }
    return STATUS_OK;
}

enum status checkpoint_read(const char *path, const struct checkpoint *checkpoint, struct error *error)
{
    struct source source;
    unsigned char header[HEADER_BYTES];
    enum status status = source_open(path, &source, error);
    if (status == STATUS_OK) status = check_file(&source, checkpoint, header, error);
    if (status == STATUS_OK) status = load(&source, header, checkpoint, error);
    if (source.descriptor >= 0) close(source.descriptor);
    return status;
}
