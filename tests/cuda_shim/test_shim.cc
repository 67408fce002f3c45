/* The CUDA on the CPU itself: kernels give what CUDA says, and what CUDA forbids is seen. */
#include "support_probe.h"

#include "kernels/common/tree_sum.h"

namespace
{

void test_sums_are_the_contract_s(void **)
{
    std::vector<float> x = matrix();
    for (const char *order : orders) {
        std::vector<float> got = sums(PROBE_RIGHT, order);
        for (int row = 0; row < rows; row++) {
            float expected = ft_lanes_sum(&x[static_cast<size_t>(row * width)], width);
            assert_true(got[static_cast<size_t>(row)] == expected);
        }
    }
    shim_set("ORDER", nullptr);
}

void test_missing_barrier_changes_results(void **)
{
    std::vector<float> right = sums(PROBE_RIGHT, "forward");
    int seen = 0;
    for (const char *order : orders)
        seen += memcmp(sums(PROBE_NO_BARRIER, order).data(), right.data(), rows * sizeof(float)) != 0;
    shim_set("ORDER", nullptr);
    assert_true(seen >= 3);
}

void test_blocks_come_in_the_order_asked_for(void **)
{
    std::vector<float> right = sums(PROBE_RIGHT, "forward");
    assert_true(sums(PROBE_BLOCK_RACE, "forward")[0] == right[rows - 1]);
    assert_true(sums(PROBE_BLOCK_RACE, "reverse")[0] == right[0]);
    shim_set("ORDER", nullptr);
}

void test_faults_end_the_program(void **)
{
    static const struct {
        enum probe_fault fault;
        const char *says;
    } faults[] = {
        {PROBE_DIVERGENT_BARRIER, "a warp operation or a barrier that not all of its threads reach"},
        {PROBE_TWO_BARRIERS, "a barrier that not all threads of the block reach"},
        {PROBE_EARLY_END, "a barrier after a thread of the block has ended"},
        {PROBE_ABSENT_LANE, "a shuffle that reads a lane which is not there"},
        {PROBE_WRONG_MASK, "a warp operation whose mask lacks the lane that calls it"},
        {PROBE_DIVERGENT_SHUFFLE, "a warp operation that not all lanes of its mask call"},
    };
    for (const auto &fault : faults) {
        for (const char *order : orders)
            assert_dies([&] { sums(fault.fault, order); },
                        {fault.says, "kernel sum_kernel, block (", "thread (", "probe.cu:"});
    }
    for (enum probe_fault fault : {PROBE_SHARED_OVERRUN, PROBE_WILD})
        assert_dies([&] { sums(fault, "forward"); }, {});
}

/* A row that ends where the closed page begins. */
void test_overrun_of_global_memory_is_seen(void **)
{
    assert_dies(
        [] {
            float *x = device_block(matrix()), *out = device_block(std::vector<float>(64));
            probe_sum(x, 64, 8, 32, PROBE_OVERRUN, out, nullptr);
            cudaDeviceSynchronize();
        },
        {});
}

void test_host_cannot_touch_memory_of_the_device(void **)
{
    assert_dies([] { fprintf(stderr, "%g\n", static_cast<double>(*device_block(matrix()))); }, {});
    assert_dies(
        [] {
            float *out = device_block(std::vector<float>(rows));
            std::vector<float> x = matrix();
            probe_sum(x.data(), rows, width, 96, PROBE_RIGHT, out, nullptr);
        },
        {"kernel sum_kernel: argument 1 is a pointer to memory of the host"});
}

void test_shared_memory_is_new_for_each_block(void **)
{
    float *out = device_block(std::vector<float>(64));
    probe_unwritten(out, 64, nullptr);
    for (float value : taken_back(out, 64))
        assert_true(value != value);
}

void test_places(void **)
{
    const dim3 grid(3, 2, 2), block(4, 4, 2);
    int *out = device_block(std::vector<int>(7 * 12 * 32));
    probe_places(out, grid, block, nullptr);
    std::vector<int> got = taken_back(out, 7 * 12 * 32);
    for (int b = 0; b < 12; b++) {
        for (int t = 0; t < 32; t++) {
            const int *place = &got[static_cast<size_t>(7 * (b * 32 + t))];
            const int expected[] = {t % 4, t / 4 % 4, t / 16, b % 3, b / 3 % 2, b / 6, 32};
            assert_memory_equal(place, expected, sizeof expected);
        }
    }
}

void test_shuffles(void **)
{
    for (const char *order : orders) {
        shim_set("ORDER", order);
        int *out = device_block(std::vector<int>(232));
        probe_shuffles(out, nullptr);
        std::vector<int> got = taken_back(out, 232);
        for (int lane = 0; lane < 32; lane++) {
            const int *at = &got[static_cast<size_t>(lane)];
            int in = lane % 8, begin = lane - in;
            assert_int_equal(at[0], begin + 3);
            assert_int_equal(at[32], in < 2 ? lane : lane - 2);
            assert_int_equal(at[64], in > 5 ? lane : lane + 2);
            assert_int_equal(at[96], lane ^ 5);
            assert_int_equal(static_cast<unsigned>(at[128]), 0x49249249u);
            assert_int_equal(at[160], 1);
            if (lane < 8) assert_int_equal(at[192], lane ^ 1);
            assert_int_equal(at[200], lane);
        }
    }
    shim_set("ORDER", nullptr);
}

void test_templates_and_counts(void **)
{
    long before = shim_launches("multiples_kernel");
    int *out = device_block(std::vector<int>(7));
    probe_template(out, nullptr);
    std::vector<int> got = taken_back(out, 7);
    for (int i = 0; i < 7; i++)
        assert_int_equal(got[static_cast<size_t>(i)], 3 * i);
    assert_int_equal(shim_launches("multiples_kernel"), before + 1);
}

void test_bad_launches(void **)
{
    unsigned *count = device_block(std::vector<unsigned>(1, 0u));
    const dim3 bad_grids[] = {dim3(0), dim3(1, 65536), dim3(1, 1, 65536), dim3(0x80000000u)};
    const dim3 bad_blocks[] = {dim3(0), dim3(1025), dim3(32, 33), dim3(1, 1, 65)};
    for (dim3 grid : bad_grids) {
        probe_count(count, grid, 32, 0, nullptr);
        assert_int_equal(cudaGetLastError(), cudaErrorInvalidConfiguration);
    }
    for (dim3 block : bad_blocks) {
        probe_count(count, 1, block, 0, nullptr);
        assert_int_equal(cudaPeekAtLastError(), cudaErrorInvalidConfiguration);
        assert_int_equal(cudaGetLastError(), cudaErrorInvalidConfiguration);
        assert_int_equal(cudaGetLastError(), cudaSuccess);
    }
    probe_count(count, 1, 1, 49153, nullptr);
    assert_int_equal(cudaGetLastError(), cudaErrorInvalidValue);
    assert_int_equal(probe_allow_shared(228 * 1024), cudaErrorInvalidValue);
    assert_int_equal(probe_allow_shared(227 * 1024), cudaSuccess);
    probe_count(count, 1, 1, 227 * 1024, nullptr);
    probe_count(count, 65536, dim3(2, 2, 2), 0, nullptr);
    assert_int_equal(cudaDeviceSynchronize(), cudaSuccess);
    assert_int_equal(taken_back(count, 1)[0], 1 + 65536 * 8);
    shim_set("CAPABILITY", "7.5");
    assert_int_equal(probe_allow_shared(64 * 1024 + 1), cudaErrorInvalidValue);
    shim_set("CAPABILITY", nullptr);
    cudaGetLastError();
}

} // namespace

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_are_the_contract_s),
        cmocka_unit_test(test_missing_barrier_changes_results),
        cmocka_unit_test(test_blocks_come_in_the_order_asked_for),
        cmocka_unit_test(test_faults_end_the_program),
        cmocka_unit_test(test_overrun_of_global_memory_is_seen),
        cmocka_unit_test(test_host_cannot_touch_memory_of_the_device),
        cmocka_unit_test(test_shared_memory_is_new_for_each_block),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_shuffles),
        cmocka_unit_test(test_templates_and_counts),
        cmocka_unit_test(test_bad_launches),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
