/* What every backend's device promises about memory, failures and the caller's floating-point state. */
#include "support_check.h"

#include "base/memory.h"
#include "kernels/cpu/fp_environment.h"

#include <fenv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#ifdef FTBENCH_TESTS_SHIM
#include "tests/cuda_shim/shim.h"
#endif

static struct device *open_device(const struct ops *ops)
{
    struct device_options options = {.threads = 1};
    struct device *device = NULL;
    struct error error;
    assert_int_equal(ops->open(&options, &device, &error), STATUS_OK);
    assert_non_null(device);
    return device;
}

static void *allocate(const struct ops *ops, struct device *device, size_t bytes)
{
    void *block = NULL;
    assert_int_equal(ops->allocate(device, bytes, &block, NULL), STATUS_OK);
    assert_non_null(block);
    return block;
}

/* Zeroed at first; what is uploaded, copied and zeroed comes back. */
static void check_memory(const struct ops *ops)
{
    enum { BYTES = 1003 };
    struct device *device = open_device(ops);
    unsigned char *block = allocate(ops, device, BYTES), *other = allocate(ops, device, BYTES);
    void *nothing = allocate(ops, device, 0);
    unsigned char sent[BYTES], got[BYTES];
    memset(got, 1, BYTES);
    ops->download(device, got, block, BYTES);
    for (int i = 0; i < BYTES; i++)
        assert_int_equal(got[i], 0);
    for (int i = 0; i < BYTES; i++)
        sent[i] = (unsigned char)(i * 7);
    ops->upload(device, block, sent, BYTES);
    ops->copy(device, other + 1, block, BYTES - 1);
    ops->zero(device, other + 500, 3);
    ops->download(device, got, other, BYTES);
    for (int i = 0; i < BYTES; i++)
        assert_int_equal(got[i], i == 0 || (i >= 500 && i < 503) ? 0 : (unsigned char)((i - 1) * 7));
    ops->upload(device, nothing, sent, 0);
    ops->download(device, got, nothing, 0);
    assert_int_equal(ops->synchronize(device, NULL), STATUS_OK);
    ops->release(device, block);
    ops->release(device, other);
    ops->release(device, nothing);
    ops->release(device, NULL);
    ops->close(device);
}

/* The caller's memory is free as soon as an upload returns, however much is on its way. */
static void check_uploads(const struct ops *ops)
{
    enum { PIECE = 70001, PIECES = 70, LARGE = 3 << 20 };
    struct device *device = open_device(ops);
    unsigned char *block = allocate(ops, device, (size_t)PIECE * PIECES),
                  *large = allocate(ops, device, LARGE);
    unsigned char *host = memory_zeroed(LARGE, 1);
    for (int i = 0; i < PIECES; i++) {
        memset(host, i + 1, PIECE);
        ops->upload(device, block + (size_t)i * PIECE, host, PIECE);
    }
    memset(host, 99, LARGE);
    ops->upload(device, large, host, LARGE);
    memset(host, 0, LARGE);
    for (int i = 0; i < PIECES; i++) {
        ops->download(device, host, block + (size_t)i * PIECE, PIECE);
        assert_true(host[0] == i + 1 && memcmp(host, host + 1, PIECE - 1) == 0);
    }
    ops->download(device, host, large, LARGE);
    assert_true(host[0] == 99 && memcmp(host, host + 1, LARGE - 1) == 0);
    assert_int_equal(ops->synchronize(device, NULL), STATUS_OK);
    memory_free(host);
    ops->release(device, block);
    ops->release(device, large);
    ops->close(device);
}

/* While it is open the caller computes as the contract says, after that as before. */
static void check_state_of_caller(const struct ops *ops)
{
    fesetround(FE_UPWARD);
    struct device *device = open_device(ops);
    enum status inside = fp_environment_check(NULL);
    ops->close(device);
    int after = fegetround();
    fesetround(FE_TONEAREST);
    assert_int_equal(inside, STATUS_OK);
    assert_int_equal(after, FE_UPWARD);
}

static void check_index(const struct ops *ops)
{
    struct device_options options = {.threads = 1, .index = -1};
    struct device *device = NULL;
    struct error error;
    if (strcmp(ops->name, "cpu") == 0) return; /* has none */
    assert_int_equal(ops->open(&options, &device, &error), STATUS_UNSUPPORTED);
    assert_null(device);
    options.index = 1000;
    assert_int_equal(ops->open(&options, &device, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text, "1000"));
}

static void test_every_table(void **state)
{
    (void)state;
    for (const struct ops *const *table = ops_list; *table != NULL; table++) {
        if (!(*table)->usable() || (*table)->overrides[0] != '\0') continue; /* tests/fake_cublas */
        check_memory(*table);
        check_uploads(*table);
        check_state_of_caller(*table);
        check_index(*table);
        (*table)->close(NULL);
    }
}

#ifdef FTBENCH_TESTS_SHIM
static const struct ops *cuda_table(void)
{
    const struct ops *ops = NULL;
    assert_int_equal(ops_find("cuda", "auto", &ops, NULL), STATUS_OK);
    return ops;
}

/* The first failure is told once, with what was being done and CUDA's name for it; nothing runs in between.
 */
static void test_failures(void **state)
{
    static const struct {
        const char *plan, *what, *name;
    } cases[] = {{"launch:1:701", "gelu_forward", "cudaErrorLaunchOutOfResources"},
                 {"launch:2:701,launch:1:209", "gelu_forward", "cudaErrorNoKernelImageForDevice"},
                 {"launch:2:701", "relu_forward", "cudaErrorLaunchOutOfResources"},
                 {"launch:1:700", "copy from the GPU", "cudaErrorIllegalAddress"},
                 {"copy:1:1", "copy from the GPU", "cudaErrorInvalidValue"}};
    const struct ops *ops = cuda_table();
    static const int length = 2;
    struct batch batch = batch_make(&length, 1, 0);
    float *x = both_make(8, sizeof *x), got[8];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct device *device = open_device(ops);
        struct error error;
        memset(got, 1, sizeof got);
        for (int k = 0; k < 8; k++)
            x[k] = 1.0f;
        shim_set("FAIL", cases[i].plan);
        ops->gelu_forward(device, &batch.rows, 4, x, x);
        ops->relu_forward(device, &batch.rows, 4, x, x);
        ops->download(device, got, x, sizeof got);
        assert_true(got[0] == 0.0f && got[7] == 0.0f);
        assert_int_not_equal(ops->synchronize(device, &error), STATUS_OK);
        if (strstr(error.text, cases[i].what) == NULL || strstr(error.text, cases[i].name) == NULL)
            fail_msg("%s: \"%s\" does not name %s and %s", cases[i].plan, error.text, cases[i].what,
                     cases[i].name);
        shim_set("FAIL", NULL);
        shim_reset();
        assert_int_equal(ops->synchronize(device, &error), STATUS_OK);
        ops->close(device);
    }
    both_free(x);
    batch_free(&batch);
}

/* What an opening had when it failed is given back (the shim looks at the program's end). */
static void test_failed_opening(void **state)
{
    static const char *const plans[] = {"device:1", "stream:1", "malloc:1", "mallochost:1"};
    const struct ops *ops = cuda_table();
    size_t before = shim_memory();
    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct device_options options = {.threads = 1};
        struct device *device = NULL;
        struct error error;
        shim_set("FAIL", plans[i]);
        assert_int_not_equal(ops->open(&options, &device, &error), STATUS_OK);
        assert_null(device);
        assert_non_null(strstr(error.text, "cudaError"));
        shim_set("FAIL", NULL);
        shim_reset();
        assert_true(shim_memory() == before);
    }
    ops->close(open_device(ops));
}

/* A GPU is usable only with code for it: neither an inspection nor an opening passes over that. */
static void test_no_code(void **state)
{
    static const struct {
        const char *plan, *reason;
    } cases[] = {
        {"code:1", "this build has no code for GPU 0 (compute capability 9.0); build with "
                   "-DFTBENCH_CUDA_ARCHITECTURES=90"},
        {"code:1:98", "this build has no code for GPU 0 (compute capability 9.0)"},
        {"code:1:222", "the NVIDIA driver (CUDA 13.0) is too old for this build's PTX"},
        {"code:1:999", "GPU 0 cannot load this build's code: cudaErrorUnknown"},
    };
    const struct ops *ops = cuda_table();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct device_options options = {.threads = 1};
        struct device *device = NULL;
        struct device_facts facts;
        struct error error;
        shim_set("FAIL", cases[i].plan);
        ops->inspect(0, &facts);
        assert_int_equal(facts.state, DEVICE_UNUSABLE);
        assert_ptr_equal(strstr(facts.reason, cases[i].reason), facts.reason);
        shim_set("FAIL", cases[i].plan);
        assert_int_equal(ops->open(&options, &device, &error), STATUS_UNSUPPORTED);
        assert_null(device);
        assert_non_null(strstr(error.text, cases[i].reason));
        shim_set("FAIL", NULL);
        shim_reset();
    }
}

/* An inspection leaves no context behind, and what is open as it is; an opening makes one, of its GPU. */
static void test_contexts(void **state)
{
    const struct ops *ops = cuda_table();
    struct device_options options = {.threads = 1, .index = 1};
    struct device_facts facts;
    struct device *device = NULL;
    (void)state;
    shim_set("DEVICES", "3");
    for (int index = 0; index < 3; index++) {
        ops->inspect(index, &facts);
        assert_int_equal(facts.state, DEVICE_USABLE);
        assert_true(facts.memory >= facts.free_memory && facts.free_memory > 0);
        assert_false(shim_has_context(index));
    }
    assert_int_equal(ops->open(&options, &device, NULL), STATUS_OK);
    for (int index = 2; index >= 0; index--) {
        ops->inspect(index, &facts);
        assert_int_equal(facts.state, DEVICE_USABLE);
        assert_true(shim_has_context(1));
        assert_false(shim_has_context(0) || shim_has_context(2));
        assert_true(ops->memory(device) > 0); /* of the thread's device */
        assert_false(shim_has_context(0) || shim_has_context(2));
    }
    ops->close(device);
    shim_set("DEVICES", NULL);
    ops->close(open_device(ops)); /* device 0 is the thread's again */
}

/* What is asked for, what is free and what there is are in the line. */
static void test_no_memory(void **state)
{
    const struct ops *ops = cuda_table();
    struct device *device = open_device(ops);
    struct error error;
    void *block = &error;
    (void)state;
    assert_true(ops->memory(device) > 0);
    assert_int_equal(ops->allocate(device, (size_t)100 << 30, &block, &error), STATUS_NO_MEMORY);
    assert_null(block);
    assert_non_null(strstr(error.text, "100.0 GiB were asked for, 8.0 GiB of 8.0 GiB are free"));
    assert_int_equal(ops->synchronize(device, &error), STATUS_OK);
    ops->close(device);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_table),
#ifdef FTBENCH_TESTS_SHIM
        cmocka_unit_test(test_failures),    cmocka_unit_test(test_failed_opening),
        cmocka_unit_test(test_no_code),     cmocka_unit_test(test_contexts),
        cmocka_unit_test(test_no_memory),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
