/* The runtime's API: what devices there are, memory, streams, errors; and each failure that can be asked
 * for. */
#include "support_probe.h"

namespace
{

int reset(void **)
{
    for (const char *name : {"DRIVER", "DEVICES", "MEMORY", "CAPABILITY"})
        shim_set(name, nullptr);
    shim_reset();
    return 0;
}

void test_drivers(void **)
{
    int count = 77, version = 77;
    shim_set("DRIVER", "none");
    assert_int_equal(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
    assert_int_equal(count, 77);
    assert_int_equal(cudaDriverGetVersion(&version), cudaSuccess);
    assert_int_equal(version, 0);
    shim_set("DRIVER", "11040");
    assert_int_equal(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
    assert_int_equal(count, 77);
    assert_int_equal(cudaDriverGetVersion(&version), cudaSuccess);
    assert_int_equal(version, 11040);
    shim_set("DRIVER", "stub");
    assert_int_equal(cudaGetDeviceCount(&count), cudaErrorStubLibrary);
    assert_int_equal(count, 77);
    shim_set("DRIVER", nullptr);
    shim_set("DEVICES", "0");
    assert_int_equal(cudaGetDeviceCount(&count), cudaErrorNoDevice);
    assert_int_equal(count, 0);
    shim_set("DEVICES", "3");
    assert_int_equal(cudaGetDeviceCount(&count), cudaSuccess);
    assert_int_equal(count, 3);
    assert_int_equal(cudaSetDevice(3), cudaErrorInvalidDevice);
    assert_int_equal(cudaSetDevice(2), cudaSuccess);
    assert_int_equal(cudaGetDevice(&count), cudaSuccess);
    assert_int_equal(count, 2);
    assert_int_equal(cudaSetDevice(0), cudaSuccess);
}

void test_identity_is_no_gpu_s(void **)
{
    struct cudaDeviceProp properties;
    assert_int_equal(cudaGetDeviceProperties(&properties, 0), cudaSuccess);
    assert_string_equal(properties.name, "shim (CUDA on the CPU, not a GPU)");
    assert_int_equal(cudaGetDeviceProperties(&properties, 1), cudaErrorInvalidDevice);
}

/* Selecting a device makes its context, asking for its name does not. */
void test_contexts(void **)
{
    struct cudaDeviceProp properties;
    struct cudaFuncAttributes attributes;
    size_t available, total;
    int count = 0;
    shim_set("DEVICES", "2");
    for (int device = 0; device < 2; device++) {
        assert_int_equal(cudaSetDevice(device), cudaSuccess);
        assert_true(shim_has_context(device));
        assert_int_equal(cudaDeviceReset(), cudaSuccess);
    }
    assert_int_equal(cudaGetDeviceCount(&count), cudaSuccess);
    assert_int_equal(cudaGetDevice(&count), cudaSuccess);
    assert_int_equal(cudaGetDeviceProperties(&properties, 1), cudaSuccess);
    assert_false(shim_has_context(0) || shim_has_context(1));
    assert_int_equal(cudaMemGetInfo(&available, &total), cudaSuccess);
    assert_true(shim_has_context(1));
    assert_int_equal(cudaDeviceReset(), cudaSuccess);
    assert_int_equal(cudaFuncGetAttributes(&attributes, test_drivers), cudaSuccess);
    assert_true(shim_has_context(1));
    assert_int_equal(cudaSetDevice(0), cudaSuccess);
}

void test_memory_is_limited(void **)
{
    size_t available = 0, total = 0;
    char *block = nullptr, *other = nullptr;
    shim_set("MEMORY", "1000");
    assert_int_equal(cudaMalloc(&block, 600), cudaSuccess);
    assert_int_equal(cudaMalloc(&other, 401), cudaErrorMemoryAllocation);
    assert_null(other);
    assert_int_equal(cudaGetLastError(), cudaErrorMemoryAllocation);
    assert_int_equal(cudaMemGetInfo(&available, &total), cudaSuccess);
    assert_int_equal(available, 400);
    assert_int_equal(total, 1000);
    assert_int_equal(cudaFree(block), cudaSuccess);
    assert_int_equal(cudaFree(block), cudaErrorInvalidValue);
    assert_int_equal(shim_memory(), 0);
}

void test_copies_are_checked(void **)
{
    char host[8] = "1234567", *block = nullptr;
    assert_int_equal(cudaMalloc(&block, 8), cudaSuccess);
    assert_int_equal(cudaMemcpy(block, host, 8, cudaMemcpyHostToDevice), cudaSuccess);
    assert_int_equal(cudaMemcpy(block + 1, host, 8, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    assert_int_equal(cudaMemcpy(host, block, 8, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    assert_int_equal(cudaMemset(host, 0, 8), cudaErrorInvalidValue);
    assert_int_equal(cudaMemset(block + 6, 0, 2), cudaSuccess);
    assert_int_equal(cudaMemcpy(host, block, 8, cudaMemcpyDeviceToHost), cudaSuccess);
    assert_string_equal(host, "123456");
    assert_int_equal(cudaFree(block), cudaSuccess);
    cudaGetLastError();
}

/* Work waits: from pinned memory the copy takes what is there when it is done. */
void test_work_is_late(void **)
{
    int *pinned = nullptr, *block = nullptr, got = 0;
    cudaStream_t stream;
    assert_int_equal(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
    assert_int_equal(cudaMallocHost(&pinned, sizeof *pinned), cudaSuccess);
    assert_int_equal(cudaMalloc(&block, sizeof *block), cudaSuccess);
    *pinned = 1;
    assert_int_equal(cudaMemcpyAsync(block, pinned, sizeof *block, cudaMemcpyHostToDevice, stream),
                     cudaSuccess);
    assert_int_equal(cudaStreamQuery(stream), cudaErrorNotReady);
    *pinned = 2;
    assert_int_equal(cudaStreamSynchronize(stream), cudaSuccess);
    assert_int_equal(cudaStreamQuery(stream), cudaSuccess);
    assert_int_equal(cudaMemcpy(&got, block, sizeof got, cudaMemcpyDeviceToHost), cudaSuccess);
    assert_int_equal(got, 2);
    assert_int_equal(cudaFree(block), cudaSuccess);
    assert_int_equal(cudaFreeHost(pinned), cudaSuccess);
    assert_int_equal(cudaStreamDestroy(stream), cudaSuccess);
    assert_int_equal(cudaStreamDestroy(stream), cudaErrorInvalidResourceHandle);
    cudaGetLastError();
}

cudaError_t do_call(const char *name, unsigned *block)
{
    void *other = nullptr;
    cudaStream_t stream = nullptr;
    cudaError_t error = cudaSuccess;
    unsigned value = 0;
    if (strcmp(name, "malloc") == 0 && (error = cudaMalloc(&other, 8)) == cudaSuccess) cudaFree(other);
    if (strcmp(name, "mallochost") == 0 && (error = cudaMallocHost(&other, 8)) == cudaSuccess)
        cudaFreeHost(other);
    if (strcmp(name, "stream") == 0 && (error = cudaStreamCreate(&stream)) == cudaSuccess)
        cudaStreamDestroy(stream);
    if (strcmp(name, "copy") == 0) error = cudaMemcpyAsync(block, &value, 4, cudaMemcpyHostToDevice, nullptr);
    if (strcmp(name, "set") == 0) error = cudaMemsetAsync(block, 0, 4, nullptr);
    if (strcmp(name, "synchronize") == 0) error = cudaDeviceSynchronize();
    if (strcmp(name, "device") == 0) error = cudaSetDevice(0);
    if (strcmp(name, "code") == 0) {
        struct cudaFuncAttributes attributes;
        error = cudaFuncGetAttributes(&attributes, do_call);
    }
    if (strcmp(name, "launch") == 0) {
        probe_count(block, 1, 1, 0, nullptr);
        error = cudaGetLastError();
    }
    return error;
}

/* The n-th call fails with the error asked for, those before and after do not. */
void test_each_call_can_fail(void **)
{
    unsigned *block = device_block(std::vector<unsigned>(1, 0u));
    for (const char *call :
         {"malloc", "mallochost", "stream", "copy", "set", "launch", "synchronize", "device", "code"}) {
        std::string plan = std::string(call) + ":2:999";
        shim_set("FAIL", plan.c_str());
        assert_int_equal(do_call(call, block), cudaSuccess);
        assert_int_equal(do_call(call, block), cudaErrorUnknown);
        assert_int_equal(cudaGetLastError(), strcmp(call, "launch") == 0 ? cudaSuccess : cudaErrorUnknown);
        assert_int_equal(do_call(call, block), cudaSuccess);
    }
    shim_set("FAIL", "malloc:1,malloc:2,malloc:3");
    for (int i = 0; i < 3; i++)
        assert_int_equal(do_call("malloc", block), cudaErrorMemoryAllocation);
    assert_int_equal(do_call("malloc", block), cudaSuccess);
    shim_reset();
    cudaFree(block);
}

/* A kernel's error is told by the next synchronize and stays; nothing after it is done. */
void test_errors_of_kernels_stay(void **)
{
    for (const char *call : {"launch", "copy", "set"}) {
        unsigned *block = device_block(std::vector<unsigned>(1, 5u)), got = 0;
        std::string plan = std::string(call) + ":1:719";
        shim_set("FAIL", plan.c_str());
        assert_int_equal(do_call(call, block), cudaSuccess);
        probe_count(block, 1, 1, 0, nullptr);
        assert_int_equal(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
        assert_int_equal(cudaGetLastError(), cudaErrorLaunchFailure);
        assert_int_equal(do_call("malloc", block), cudaErrorLaunchFailure);
        assert_int_equal(cudaGetLastError(), cudaErrorLaunchFailure);
        shim_reset();
        assert_int_equal(cudaMemcpy(&got, block, sizeof got, cudaMemcpyDeviceToHost), cudaSuccess);
        assert_int_equal(got, 5);
        cudaFree(block);
    }
}

void test_leaks_are_told(void **)
{
    assert_dies(
        [] {
            cudaStream_t stream;
            device_block(matrix());
            cudaStreamCreate(&stream);
            exit(0);
        },
        {"at the end 1 blocks of memory, 1 streams and 0 events were not given back"});
}

void test_options_that_make_no_sense_end_the_program(void **)
{
    assert_dies([] { shim_set("COLOUR", "red"); }, {"there is no option COLOUR"});
    assert_dies([] { shim_set("ORDER", "sideways"); }, {"ORDER=sideways: a number is expected"});
    assert_dies([] { shim_set("CAPABILITY", "6.1"); }, {"CAPABILITY=6.1: not known"});
    assert_dies([] { shim_set("FAIL", "malloc"); }, {"FAIL=malloc: call:n or call:n:error is expected"});
}

} // namespace

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_drivers, reset, reset),
        cmocka_unit_test(test_identity_is_no_gpu_s),
        cmocka_unit_test_setup_teardown(test_contexts, reset, reset),
        cmocka_unit_test_setup_teardown(test_memory_is_limited, reset, reset),
        cmocka_unit_test(test_copies_are_checked),
        cmocka_unit_test(test_work_is_late),
        cmocka_unit_test_setup_teardown(test_each_call_can_fail, reset, reset),
        cmocka_unit_test_setup_teardown(test_errors_of_kernels_stay, reset, reset),
        cmocka_unit_test(test_leaks_are_told),
        cmocka_unit_test(test_options_that_make_no_sense_end_the_program),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
