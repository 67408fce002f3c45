/* Which device computes, and what is said about it: every word of [run] device against machines with and
 * without GPUs that work. The GPUs are tables made up here. */
#include "trainer/backend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A machine: its GPUs, in order. */
static struct {
    int devices;
    enum device_state state[3];
    const char *reason; /* of each that is not usable; of the machine where there are no devices */
} machine;

static void inspect(int index, struct device_facts *facts)
{
    *facts = (struct device_facts){.devices = machine.devices};
    if (machine.devices == 0 || index >= machine.devices)
        facts->state = machine.devices == 0 ? machine.state[0] : DEVICE_ABSENT;
    else
        facts->state = machine.state[index];
    if (facts->state != DEVICE_USABLE)
        snprintf(facts->reason, sizeof facts->reason, "GPU %d: %s", index, machine.reason);
}

static const struct ops gpu = {.name = "cuda", .inspect = inspect},
                        fast = {.name = "cuda_fast", .inspect = inspect};
static const struct ops *const with_gpu[] = {&gpu, &fast, NULL}, *const without[] = {NULL};

struct chosen {
    enum status status;
    const struct ops *ops;
    int index;
    struct backend_choice choice;
    struct error error;
};

static struct chosen choose(const struct ops *const *tables, const char *device, const char *isa,
                            enum arithmetic arithmetic)
{
    struct run_spec spec;
    struct chosen chosen = {.index = -7};
    run_spec_defaults(&spec);
    snprintf(spec.device, sizeof spec.device, "%s", device);
    snprintf(spec.isa, sizeof spec.isa, "%s", isa);
    spec.arithmetic = arithmetic;
    chosen.status = backend_choose(tables, &spec, &chosen.ops, &chosen.index, &chosen.choice, &chosen.error);
    return chosen;
}

static void assert_cpu(const struct chosen *chosen, const char *reason, bool remarkable)
{
    assert_int_equal(chosen->status, STATUS_OK);
    assert_string_equal(chosen->ops->name, "cpu");
    assert_string_equal(chosen->choice.reason, reason);
    assert_int_equal(chosen->choice.remarkable, remarkable);
}

static void assert_gpu(const struct chosen *chosen, const struct ops *ops, int index)
{
    if (chosen->status != STATUS_OK) fail_msg("%s", chosen->error.text);
    assert_ptr_equal(chosen->ops, ops);
    assert_int_equal(chosen->index, index);
    assert_string_equal(chosen->choice.reason, "");
    assert_false(chosen->choice.remarkable);
}

static void assert_refused(const struct chosen *chosen, const char *text)
{
    assert_int_equal(chosen->status, STATUS_UNSUPPORTED);
    assert_null(chosen->ops);
    assert_string_equal(chosen->error.text, text);
}

static void test_build_without_gpus(void **state)
{
    char expected[512];
    (void)state;
    struct chosen chosen = choose(without, "auto", "auto", ARITHMETIC_STRICT);
    assert_cpu(&chosen, backend_no_gpus, false);
    chosen = choose(without, "cpu", "portable", ARITHMETIC_STRICT);
    assert_cpu(&chosen, "", false);
    assert_string_equal(chosen.ops->isa, "portable");
    chosen = choose(without, "cuda", "auto", ARITHMETIC_STRICT);
    snprintf(expected, sizeof expected, "device = cuda: %s", backend_no_gpus);
    assert_refused(&chosen, expected);
    chosen = choose(without, "auto", "auto", ARITHMETIC_FAST);
    snprintf(expected, sizeof expected, "arithmetic = fast needs CUDA: %s", backend_no_gpus);
    assert_refused(&chosen, expected);
}

/* No driver is a machine like most, a driver that does not work is worth a word. */
static void test_machine_without_gpus(void **state)
{
    (void)state;
    machine.devices = 0;
    machine.reason = "no driver";
    machine.state[0] = DEVICE_ABSENT;
    struct chosen chosen = choose(with_gpu, "auto", "auto", ARITHMETIC_STRICT);
    assert_cpu(&chosen, "GPU 0: no driver", false);
    chosen = choose(with_gpu, "cuda", "auto", ARITHMETIC_STRICT);
    assert_refused(&chosen, "device = cuda: GPU 0: no driver");
    chosen = choose(with_gpu, "auto", "auto", ARITHMETIC_FAST);
    assert_refused(&chosen, "arithmetic = fast needs CUDA: GPU 0: no driver");
    machine.reason = "old driver";
    machine.state[0] = DEVICE_UNUSABLE;
    chosen = choose(with_gpu, "auto", "auto", ARITHMETIC_STRICT);
    assert_cpu(&chosen, "GPU 0: old driver", true);
    chosen = choose(with_gpu, "cuda:1", "auto", ARITHMETIC_STRICT);
    assert_refused(&chosen, "device = cuda:1: GPU 1: old driver");
    chosen = choose(with_gpu, "cpu", "auto", ARITHMETIC_STRICT);
    assert_cpu(&chosen, "", false);
}

static void test_machine_with_gpus(void **state)
{
    (void)state;
    machine.devices = 3;
    machine.reason = "too old";
    machine.state[0] = DEVICE_UNUSABLE;
    machine.state[1] = machine.state[2] = DEVICE_USABLE;
    struct chosen chosen = choose(with_gpu, "auto", "auto", ARITHMETIC_STRICT);
    assert_gpu(&chosen, &gpu, 1); /* the first that works */
    chosen = choose(with_gpu, "cuda", "avx2", ARITHMETIC_STRICT);
    assert_gpu(&chosen, &gpu, 1);
    chosen = choose(with_gpu, "cuda:2", "auto", ARITHMETIC_STRICT);
    assert_gpu(&chosen, &gpu, 2);
    chosen = choose(with_gpu, "cuda:0", "auto", ARITHMETIC_STRICT);
    assert_refused(&chosen, "device = cuda:0: GPU 0: too old");
    chosen = choose(with_gpu, "cuda:3", "auto", ARITHMETIC_STRICT);
    assert_refused(&chosen, "device = cuda:3: GPU 3: too old");
    chosen = choose(with_gpu, "auto", "auto", ARITHMETIC_FAST);
    assert_gpu(&chosen, &fast, 1);
    chosen = choose(with_gpu, "cuda:2", "auto", ARITHMETIC_FAST);
    assert_gpu(&chosen, &fast, 2);
    chosen = choose(with_gpu, "cpu", "auto", ARITHMETIC_FAST);
    assert_refused(&chosen,
                   "arithmetic = fast: only CUDA computes it; device = cpu has strict arithmetic alone");
}

/* An instruction set is the CPU's: whoever names one means it. */
static void test_isa_means_the_cpu(void **state)
{
    (void)state;
    machine.devices = 1;
    machine.state[0] = DEVICE_USABLE;
    struct chosen chosen = choose(with_gpu, "auto", "portable", ARITHMETIC_STRICT);
    assert_cpu(&chosen, "isa = portable asks for the CPU", false);
    assert_string_equal(chosen.ops->isa, "portable");
    chosen = choose(with_gpu, "abacus", "auto", ARITHMETIC_STRICT);
    assert_int_equal(chosen.status, STATUS_UNSUPPORTED);
    chosen = choose(with_gpu, "cudax", "auto", ARITHMETIC_STRICT);
    assert_int_equal(chosen.status, STATUS_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_build_without_gpus),
        cmocka_unit_test(test_machine_without_gpus),
        cmocka_unit_test(test_machine_with_gpus),
        cmocka_unit_test(test_isa_means_the_cpu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
