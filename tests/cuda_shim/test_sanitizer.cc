/* Kernels under a sanitizer, which this program is built with (SHIM_KIND): what it must find, it names with
 * the lines of the kernel; where nothing is wrong, it is silent. */
#include "support_probe.h"

namespace
{

struct finding {
    enum probe_fault fault;
    std::vector<const char *> says;
};

const char *kind_name()
{
    return SHIM_KIND;
}

std::vector<finding> findings()
{
    if (strcmp(kind_name(), "thread") == 0)
        return {{PROBE_NO_BARRIER, {"data race", "probe.cu:16", "probe.cu:28"}},
                {PROBE_BLOCK_RACE, {"data race", "probe.cu:39"}}};
    return {{PROBE_SHARED_OVERRUN, {"heap-buffer-overflow", "probe.cu:17"}},
            {PROBE_OVERRUN, {"heap-buffer-overflow", "probe.cu:40"}}};
}

void test_faults_are_found(void **)
{
    for (const finding &finding : findings()) {
        for (const char *order : {"forward", "reverse", "1"})
            assert_dies([&] { sums(finding.fault, order); }, finding.says);
    }
}

void test_right_kernels_are_not_blamed(void **)
{
    std::vector<float> right = sums(PROBE_RIGHT, "forward");
    for (const char *order : orders)
        assert_memory_equal(sums(PROBE_RIGHT, order).data(), right.data(), rows * sizeof(float));
    int *out = device_block(std::vector<int>(232));
    probe_shuffles(out, nullptr);
    taken_back(out, 232);
    unsigned *count = device_block(std::vector<unsigned>(1, 0u));
    probe_count(count, 9, 33, 0, nullptr);
    assert_int_equal(taken_back(count, 1)[0], 9 * 33);
}

} // namespace

/* The first finding is enough. */
extern "C" const char *__tsan_default_options()
{
    return "halt_on_error=1";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults_are_found),
        cmocka_unit_test(test_right_kernels_are_not_blamed),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
