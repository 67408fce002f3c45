/* fake_cublas.c - see fake_cublas.h. With FAKE_INCOMPLETE it lacks a function, as an old library might. */
#include "fake_cublas.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

enum { SUCCESS = 0, INVALID_VALUE = 7, INTERNAL_ERROR = 14 };

struct cublasContext {
    uint64_t magic;
};
static const uint64_t magic = 0x66616b6563756264u;

static struct fake_record record = {.math = -1, .atomics = -1};

/* Of the CUDA on the CPU, where it is in the program. */
typedef void enqueue(void *stream, void (*work)(void *), void *argument);
typedef _Bool is_device_memory(const void *pointer);

static void *of_shim(const char *name)
{
    return dlsym(RTLD_DEFAULT, name);
}

EXPORT struct fake_record *fake_cublas_record(void);
EXPORT int cublasCreate_v2(struct cublasContext **handle);
EXPORT int cublasDestroy_v2(struct cublasContext *handle);
EXPORT int cublasSetStream_v2(struct cublasContext *handle, void *stream);
EXPORT int cublasSetWorkspace_v2(struct cublasContext *handle, void *workspace, size_t bytes);
EXPORT int cublasSetMathMode(struct cublasContext *handle, int mode);
EXPORT int cublasSetAtomicsMode(struct cublasContext *handle, int mode);
EXPORT int cublasGetProperty(int property, int *value);
EXPORT int cublasGemmEx(struct cublasContext *handle, int transa, int transb, int m, int n, int k,
                        const void *alpha, const void *a, int a_type, int lda, const void *b, int b_type,
                        int ldb, const void *beta, void *c, int c_type, int ldc, int compute, int algorithm);

struct fake_record *fake_cublas_record(void)
{
    return &record;
}

static int wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int wrong(const char *format, ...)
{
    char text[sizeof record.wrong];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(stderr, "fake cuBLAS: %s\n", text);
    if (record.wrong[0] == '\0') memcpy(record.wrong, text, sizeof text);
    return INVALID_VALUE;
}

static _Bool fails(const char *call)
{
    const char *asked = getenv("FAKE_CUBLAS_FAIL");
    return asked != NULL && strcmp(asked, call) == 0;
}

static _Bool is_handle(const struct cublasContext *handle)
{
    return handle != NULL && handle->magic == magic;
}

int cublasCreate_v2(struct cublasContext **handle)
{
    const char *config = getenv("CUBLAS_WORKSPACE_CONFIG");
    if (fails("create")) return INTERNAL_ERROR;
    *handle = malloc(sizeof **handle);
    if (*handle == NULL) return 3;
    (*handle)->magic = magic;
    const long gemms = record.gemms;
    const int created = record.created, handles = record.handles;
    record = (struct fake_record){
        .math = -1, .atomics = -1, .gemms = gemms, .created = created + 1, .handles = handles + 1};
    snprintf(record.workspace_config, sizeof record.workspace_config, "%s", config == NULL ? "" : config);
    return SUCCESS;
}

int cublasDestroy_v2(struct cublasContext *handle)
{
    if (!is_handle(handle)) return wrong("a handle is destroyed that is none");
    handle->magic = 0;
    free(handle);
    record.handles--;
    return SUCCESS;
}

int cublasSetStream_v2(struct cublasContext *handle, void *stream)
{
    if (fails("stream")) return INTERNAL_ERROR;
    if (!is_handle(handle)) return wrong("a stream is set of no handle");
    record.stream = stream;
    record.workspace = NULL; /* "resets the workspace to the default one" */
    record.workspace_bytes = 0;
    return SUCCESS;
}

#ifndef FAKE_INCOMPLETE
int cublasSetWorkspace_v2(struct cublasContext *handle, void *workspace, size_t bytes)
{
    is_device_memory *is_device = NULL;
    void *symbol = of_shim("shim_is_device_memory");
    memcpy(&is_device, &symbol, sizeof symbol);
    if (fails("workspace")) return INTERNAL_ERROR;
    if (!is_handle(handle)) return wrong("a workspace is set of no handle");
    if ((uintptr_t)workspace % 256 != 0) return wrong("the workspace is not aligned to 256 bytes");
    if (is_device != NULL && !is_device(workspace)) return wrong("the workspace is not the device's memory");
    record.workspace = workspace;
    record.workspace_bytes = bytes;
    return SUCCESS;
}
#endif

int cublasSetMathMode(struct cublasContext *handle, int mode)
{
    if (fails("math")) return INTERNAL_ERROR;
    if (!is_handle(handle)) return wrong("a math mode is set of no handle");
    record.math = mode;
    return SUCCESS;
}

int cublasSetAtomicsMode(struct cublasContext *handle, int mode)
{
    if (fails("atomics")) return INTERNAL_ERROR;
    if (!is_handle(handle)) return wrong("an atomics mode is set of no handle");
    record.atomics = mode;
    return SUCCESS;
}

int cublasGetProperty(int property, int *value)
{
    static const int version[] = {FAKE_MAJOR, FAKE_MINOR, FAKE_PATCH};
    if (fails("property")) return INTERNAL_ERROR;
    if (property < 0 || property > 2) return wrong("there is no property %d", property);
    *value = version[property];
    return SUCCESS;
}

/* Column by column: element (row, column) of op(x). */
static float element(const float *x, int ld, int transposed, int row, int column)
{
    return transposed ? x[(size_t)row * (size_t)ld + (size_t)column]
                      : x[(size_t)column * (size_t)ld + (size_t)row];
}

static void compute_product(const struct fake_gemm *gemm)
{
    float *c;
    memcpy(&c, &gemm->c, sizeof c);
    for (int column = 0; column < gemm->n; column++) {
        for (int row = 0; row < gemm->m; row++) {
            float *out = &c[(size_t)column * (size_t)gemm->ldc + (size_t)row];
            double sum = 0;
            for (int k = 0; k < gemm->k; k++)
                sum += (double)element(gemm->a, gemm->lda, gemm->transa, row, k) *
                       (double)element(gemm->b, gemm->ldb, gemm->transb, k, column);
            sum *= (double)gemm->alpha;
            *out = (float)(gemm->beta == 0 ? sum : sum + (double)gemm->beta * (double)*out);
        }
    }
}

static void do_product(void *argument)
{
    compute_product(argument);
    free(argument);
}

static int check_handle_state(void)
{
    if (record.stream == NULL) return wrong("a product on the default stream");
    if (record.workspace == NULL) return wrong("a product in cuBLAS's own workspace");
    if (record.atomics != 0) return wrong("a product that may use atomics");
    if (record.math != 16) return wrong("a product with math mode %d", record.math);
    return SUCCESS;
}

static int check_shapes(const struct fake_gemm *gemm)
{
    const int a_rows = gemm->transa ? gemm->k : gemm->m, b_rows = gemm->transb ? gemm->n : gemm->k;
    if (gemm->transa < 0 || gemm->transa > 1 || gemm->transb < 0 || gemm->transb > 1)
        return wrong("transposed by %d and %d", gemm->transa, gemm->transb);
    if (gemm->m < 0 || gemm->n < 0 || gemm->k < 0) return wrong("sizes below 0");
    if (gemm->lda < a_rows || gemm->lda < 1) return wrong("lda %d is below %d", gemm->lda, a_rows);
    if (gemm->ldb < b_rows || gemm->ldb < 1) return wrong("ldb %d is below %d", gemm->ldb, b_rows);
    if (gemm->ldc < gemm->m || gemm->ldc < 1) return wrong("ldc %d is below %d", gemm->ldc, gemm->m);
    if (gemm->algorithm != -1) return wrong("algorithm %d", gemm->algorithm);
    if (gemm->compute != 74 && gemm->compute != 75 && gemm->compute != 77)
        return wrong("compute type %d", gemm->compute);
    if (gemm->alpha != 1 || (gemm->beta != 0 && gemm->beta != 1)) return wrong("alpha or beta");
    return SUCCESS;
}

static int check_memory(const struct fake_gemm *gemm)
{
    is_device_memory *is_device = NULL;
    void *symbol = of_shim("shim_is_device_memory");
    memcpy(&is_device, &symbol, sizeof symbol);
    if (is_device == NULL || (is_device(gemm->a) && is_device(gemm->b) && is_device(gemm->c))) return SUCCESS;
    return wrong("an operand is not the device's memory");
}

static _Bool this_product_fails(void)
{
    const char *asked = getenv("FAKE_CUBLAS_FAIL");
    return asked != NULL && strncmp(asked, "gemm:", 5) == 0 && atol(asked + 5) == record.gemms;
}

int cublasGemmEx(struct cublasContext *handle, int transa, int transb, int m, int n, int k, const void *alpha,
                 const void *a, int a_type, int lda, const void *b, int b_type, int ldb, const void *beta,
                 void *c, int c_type, int ldc, int compute, int algorithm)
{
    struct fake_gemm gemm = {.transa = transa,
                             .transb = transb,
                             .m = m,
                             .n = n,
                             .k = k,
                             .lda = lda,
                             .ldb = ldb,
                             .ldc = ldc,
                             .compute = compute,
                             .algorithm = algorithm,
                             .a = a,
                             .b = b,
                             .c = c,
                             .alpha = *(const float *)alpha,
                             .beta = *(const float *)beta};
    record.last = gemm;
    record.gemms++;
    if (this_product_fails()) return INTERNAL_ERROR;
    if (!is_handle(handle)) return wrong("a product of no handle");
    if (a_type != 0 || b_type != 0 || c_type != 0) return wrong("types %d, %d, %d", a_type, b_type, c_type);
    if (check_handle_state() != SUCCESS || check_shapes(&gemm) != SUCCESS || check_memory(&gemm) != SUCCESS)
        return INVALID_VALUE;
    enqueue *add = NULL;
    void *symbol = of_shim("shim_enqueue");
    memcpy(&add, &symbol, sizeof symbol);
    if (add == NULL) {
        compute_product(&gemm);
        return SUCCESS;
    }
    struct fake_gemm *work = malloc(sizeof *work);
    if (work == NULL) return 3;
    *work = gemm;
    add(record.stream, do_product, work);
    return SUCCESS;
}
