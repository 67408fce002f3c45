#include "survey.h"

#include "base/memory.h"
#include "kernels/common/elementary.h"
#include "kernels/common/elementary64.h"
#include "kernels/common/philox.h"
#include "truth.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { CHUNK = 65536, FLOAT_STRIDE = 4093 };

struct job {
    const struct elementary_loops *loops;
    int function;
    uint64_t count, stride; /* inputs; between the bit patterns of floats */
    uint64_t chunks;
    atomic_ullong next;     /* first chunk not taken */
    struct digest *digests; /* (chunks) */
};

struct worker {
    struct job *job;
    pthread_t thread;
    void *inputs, *outputs; /* (CHUNK) floats or doubles */
    double error, at;
    uint64_t number; /* of the input that attains the error */
};

static const char *const names[SURVEY_FUNCTIONS] = {
    "exp",       "log",   "tanh", "erf",  "gelu",  "gelu_grad", "sigmoid", "silu",
    "silu_grad", "rsqrt", "fp16", "bf16", "exp64", "log64",     "sin64",   "cos64"};

const char *survey_name(int function)
{
    return names[function];
}

bool survey_finds(const char *name, int *function)
{
    for (int i = 0; i < SURVEY_FUNCTIONS; i++) {
        if (strcmp(names[i], name) != 0) continue;
        *function = i;
        return true;
    }
    return false;
}

/* The i-th input of a binary64 function. */
static double double_input(enum double_function function, uint64_t i)
{
    struct philox4 words =
        philox4x32_10(1, STREAM_DATA, (uint32_t)i, (uint32_t)(i >> 32), (uint32_t)function, 0);
    double any = ft_from_bits64((uint64_t)words.word[0] << 32 | words.word[1]);
    double unit = (double)(int32_t)words.word[0] * 0x1p-31 + (double)words.word[1] * 0x1p-63; /* in (-1, 1) */
    unsigned way = words.word[2] % 4;
    switch (function) {
    case DOUBLE_EXP:
        return way == 0 ? any : way == 1 ? unit * 750.0 : way == 2 ? unit : unit * 20.0;
    case DOUBLE_LOG:
        return way == 0   ? any
               : way == 1 ? ft_from_bits64(ft_bits64(any) >> 1)
               : way == 2 ? 1.0 + unit
                          : 1.0 + unit * 0x1p-10;
    case DOUBLE_SIN:
    case DOUBLE_COS:
        if (way == 3) { /* within 8 floats of a multiple of pi / 2 */
            double quarter = (double)(words.word[0] % 667544u) * 0x1.921fb54442d18p+0;
            return ft_from_bits64(ft_bits64(quarter) + words.word[3] % 8u);
        }
        return unit * (way == 0 ? 0x1p20 : way == 1 ? 100.0 : 1.0);
    case DOUBLE_FUNCTIONS:
        break;
    }
    return 0.0;
}

/* Keep the largest error, of equals the one that comes first. */
static void keep_worst(struct worker *worker, double error, double at, uint64_t number)
{
    if (error < worker->error || (error == worker->error && number >= worker->number)) return;
    worker->error = error;
    worker->at = at;
    worker->number = number;
}

static struct digest float_chunk(struct worker *worker, uint64_t begin, size_t count)
{
    const struct job *job = worker->job;
    float *x = worker->inputs, *y = worker->outputs;
    for (size_t i = 0; i < count; i++)
        x[i] = ft_from_bits((uint32_t)((begin + i) * job->stride));
    job->loops->floats[job->function](count, x, y);
    for (size_t i = 0; i < count; i++)
        keep_worst(worker, truth_float_error((enum float_function)job->function, x[i], y[i]), (double)x[i],
                   begin + i);
    return digest_floats(y, count);
}

static struct digest double_chunk(struct worker *worker, uint64_t begin, size_t count)
{
    const struct job *job = worker->job;
    enum double_function function = (enum double_function)(job->function - FLOAT_FUNCTIONS);
    double *x = worker->inputs, *y = worker->outputs;
    for (size_t i = 0; i < count; i++)
        x[i] = double_input(function, begin + i);
    job->loops->doubles[function](count, x, y);
    for (size_t i = 0; i < count; i++)
        keep_worst(worker, truth_double_error(function, x[i], y[i]), x[i], begin + i);
    unsigned char *bytes =
        worker->inputs; /* the outputs as little-endian words, mapped as digest_floats maps */
    for (size_t i = 0; i < count; i++) {
        uint64_t word = y[i] != y[i] ? 0x7ff8000000000000u : y[i] == 0.0 ? 0 : ft_bits64(y[i]);
        for (size_t k = 0; k < 8; k++)
            bytes[8 * i + k] = (unsigned char)(word >> (8 * k));
    }
    return digest_bytes(bytes, 8 * count);
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct job *job = worker->job;
    for (;;) {
        uint64_t chunk = atomic_fetch_add(&job->next, 1);
        if (chunk >= job->chunks) return NULL;
        uint64_t begin = chunk * CHUNK;
        size_t count = (size_t)(job->count - begin < CHUNK ? job->count - begin : CHUNK);
        job->digests[chunk] = job->function < FLOAT_FUNCTIONS ? float_chunk(worker, begin, count)
                                                              : double_chunk(worker, begin, count);
    }
}

/* Every worker's thread, the caller's among them. */
static enum status run_workers(struct worker *workers, int threads, struct error *error)
{
    enum status status = STATUS_OK;
    int started = 1;
    for (; started < threads; started++) {
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0) {
            status = error_set(error, STATUS_IO, "the system refused thread %d of %d", started + 1, threads);
            break;
        }
    }
    if (status == STATUS_OK) work(&workers[0]);
    atomic_store(&workers[0].job->next, workers[0].job->chunks);
    for (int i = 1; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    return status;
}

enum status survey_run(const struct elementary_loops *loops, int function, bool all, int threads,
                       struct survey *survey, struct error *error)
{
    bool of_floats = function < FLOAT_FUNCTIONS;
    struct job job = {.loops = loops, .function = function, .stride = all ? 1 : FLOAT_STRIDE};
    job.count = of_floats ? ((uint64_t)1 << 32) / job.stride + (all ? 0 : 1) : (uint64_t)1 << (all ? 26 : 18);
    job.chunks = (job.count + CHUNK - 1) / CHUNK;
    size_t wanted = (size_t)threads;
    size_t bytes = CHUNK * (of_floats ? sizeof(float) : sizeof(double));
    enum status status = STATUS_OK;
    struct worker *workers = memory_zeroed(wanted, sizeof *workers);
    unsigned char *buffers = memory_aligned(2 * wanted, bytes);
    job.digests = memory_zeroed((size_t)job.chunks, sizeof *job.digests);
    if (workers == NULL || buffers == NULL || job.digests == NULL) {
        status = error_no_memory(error, 2 * wanted * bytes + job.chunks * sizeof *job.digests);
        goto done;
    }
    for (size_t i = 0; i < wanted; i++) {
        workers[i] = (struct worker){.job = &job, .error = -1};
        workers[i].inputs = buffers + 2 * i * bytes;
        workers[i].outputs = buffers + (2 * i + 1) * bytes;
    }
    TRY_TO(done, run_workers(workers, threads, error));
    for (size_t i = 1; i < wanted; i++)
        keep_worst(&workers[0], workers[i].error, workers[i].at, workers[i].number);
    *survey = (struct survey){.error = workers[0].error, .at = workers[0].at};
    for (uint64_t i = 0; i < job.chunks; i++)
        survey->digest = digest_chain(survey->digest, job.digests[i]);
done:
    memory_free(workers);
    memory_free(buffers);
    memory_free(job.digests);
    return status;
}
