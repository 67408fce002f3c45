/* What a model takes is what was foreseen, part by part; and what does not fit is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trainer/data/batch.h"
#include "trainer/model/layout.h"
#include "trainer/model/memory_plan.h"
#include "trainer/model/transformer.h"

#include <math.h>
#include <string.h>

enum { CLASSES = 3 };

static struct model_config config_of(enum model_family family)
{
    struct model_config config = {.family = family,
                                  .vocab_size = 13,
                                  .hidden_size = 12,
                                  .layers = 3,
                                  .heads = 3,
                                  .kv_heads = 3,
                                  .head_dim = 4,
                                  .intermediate_size = 20,
                                  .max_positions = 9,
                                  .pad_token_id = 0,
                                  .norm_epsilon = 1e-5,
                                  .rope_theta = 100.0};
    config.type_vocab_size = family == FAMILY_BERT ? 2 : 0;
    return config;
}

static const struct batch_limits limits = {
    .samples = 4, .tokens = 19, .rows = 24, .squares = 101, .max_length = 9, .reading = {.pad_token_id = 0}};

/* A CPU's table that counts what is asked of it. */
static size_t allocated, blocks;
static const struct ops *real;

static enum status counted_allocate(struct device *device, size_t bytes, void **block, struct error *error)
{
    allocated += bytes;
    blocks++;
    return real->allocate(device, bytes, block, error);
}

static void expect_plan(const struct model_config *config, enum keeping keeping)
{
    struct device_options options = {.threads = 1};
    struct device *device = NULL;
    struct batch batch;
    struct transformer model;
    struct memory_plan plan;
    int64_t numbers = 0;
    assert_int_equal(ops_find("cpu", "auto", &real, NULL), STATUS_OK);
    struct ops table = *real;
    table.allocate = counted_allocate;
    allocated = blocks = 0;
    assert_int_equal(layout_count(config, CLASSES, &numbers, NULL), STATUS_OK);
    memory_plan_make(config, numbers, CLASSES, &limits, keeping, &plan);
    assert_int_equal(real->open(&options, &device, NULL), STATUS_OK);
    assert_int_equal(batch_create(&table, device, &limits, &batch, NULL), STATUS_OK);
    assert_int_equal(transformer_create(&table, device, config, CLASSES, &limits, keeping, &model, NULL),
                     STATUS_OK);
    assert_int_equal(numbers, model.layout.total);
    assert_int_equal(allocated, (int64_t)memory_plan_device(&plan));
    assert_in_range(blocks, 3, 9); /* a few large ones */
    assert_int_equal(plan.weights, 4 * numbers);
    assert_int_equal(plan.gradients + plan.moments + plan.best, keeping == KEEP_NOTHING ? 0 : 16 * numbers);
    assert_int_equal(plan.activations, model.activations.bytes);
    assert_int_equal(plan.host, 4 * numbers + batch_host_bytes(&limits));
    transformer_free(&model);
    batch_free(&batch);
    real->close(device);
}

static void test_what_is_taken_was_foreseen(void **state)
{
    (void)state;
    static const enum model_family families[] = {FAMILY_BERT, FAMILY_DISTILBERT, FAMILY_LLAMA};
    for (int f = 0; f < 3; f++) {
        struct model_config config = config_of(families[f]);
        for (enum keeping keeping = KEEP_NOTHING; keeping <= KEEP_ALL; keeping++)
            expect_plan(&config, keeping);
    }
}

static const struct memory_plan hundred = {
    .weights = 10, .gradients = 10, .moments = 20, .best = 10, .activations = 40, .batch = 10, .host = 30};

static void test_room(void **state)
{
    (void)state;
    const double nan = (double)NAN;
    static const struct {
        bool shared;
        double device, machine;
        bool fits, of_device;
        double needed;
    } cases[] = {{true, 130, 130, true, false, 0},   {true, 129, 129, false, true, 130},
                 {false, 100, 30, true, false, 0},   {false, 99, 30, false, true, 100},
                 {false, 100, 29, false, false, 30}, {false, 99, 29, false, true, 100}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct memory_room room = {
            .shared = cases[i].shared, .device = cases[i].device, .machine = cases[i].machine};
        struct memory_shortage shortage = {0};
        assert_int_equal(memory_plan_fits(&hundred, &room, &shortage), cases[i].fits);
        if (cases[i].fits) continue;
        assert_int_equal(shortage.of_device, cases[i].of_device);
        assert_true(shortage.needed == cases[i].needed);
        assert_true(shortage.available == (cases[i].of_device ? cases[i].device : cases[i].machine));
    }
    assert_true(memory_plan_fits(&hundred, &(struct memory_room){true, nan, nan, 0}, NULL));
    assert_true(memory_plan_fits(&hundred, &(struct memory_room){false, nan, nan, 0}, NULL));
}

/* A sum of the largest parts is no small number. */
static void test_sums_do_not_wrap(void **state)
{
    (void)state;
    const struct memory_plan plan = {.weights = INT64_MAX, .gradients = INT64_MAX, .activations = INT64_MAX};
    assert_true(memory_plan_device(&plan) > 2.7e19);
}

static void test_refusal(void **state)
{
    (void)state;
    struct error error = {0};
    const struct memory_shortage shortage = {true, " on the GPU", 33500000000.0, 25125000000.0, 0};
    assert_int_equal(memory_shortage_refuse(&shortage, "less needs less", &error), STATUS_NO_MEMORY);
    assert_string_equal(error.text,
                        "31.2 GiB of memory are needed on the GPU and 23.4 GiB are free; less needs less");
    const struct memory_shortage kept = {true, " on the GPU", 33500000000.0, 24371250000.0, 753750000.0};
    assert_int_equal(memory_shortage_refuse(&kept, "less needs less", &error), STATUS_NO_MEMORY);
    assert_string_equal(error.text, "31.2 GiB of memory are needed on the GPU and 22.7 GiB can be used of "
                                    "23.4 GiB free; less needs less");
}

static double free_bytes;
static double tell_free(struct device *device)
{
    (void)device;
    return free_bytes;
}

/* Of a GPU's memory some is kept back, and of the machine's none. */
static void test_a_gpu_keeps_some_back(void **state)
{
    (void)state;
    static const double mib = 1024 * 1024;
    static const struct {
        double available, kept_back;
    } cases[] = {{100, 256}, {256, 256}, {1000, 256}, {8000, 256}, {10000, 300}, {80000, 2400}};
    const struct ops gpu = {.name = "cuda", .memory = tell_free};
    struct memory_room room;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        free_bytes = cases[i].available * mib;
        memory_room_find(&gpu, NULL, &room);
        const double kept_back = fmin(cases[i].kept_back, cases[i].available) * mib;
        assert_true(fabs(room.kept_back - kept_back) < 1);
        assert_true(room.device + room.kept_back == free_bytes && room.device >= 0);
    }
    free_bytes = (double)NAN;
    memory_room_find(&gpu, NULL, &room);
    assert_true(isnan(room.device) && room.kept_back == 0);
}

/* The CPU's device has the machine's memory. */
static void test_this_machine_has_room(void **state)
{
    (void)state;
    struct device_options options = {.threads = 1};
    const struct ops *ops = NULL;
    struct device *device = NULL;
    struct memory_room room;
    assert_int_equal(ops_find("cpu", "auto", &ops, NULL), STATUS_OK);
    assert_int_equal(ops->open(&options, &device, NULL), STATUS_OK);
    memory_room_find(ops, device, &room);
    assert_true(room.shared && room.kept_back == 0);
    assert_true(isnan(room.device) || (room.device > 1e6 && room.device == room.machine));
    ops->close(device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_taken_was_foreseen), cmocka_unit_test(test_room),
        cmocka_unit_test(test_sums_do_not_wrap),           cmocka_unit_test(test_refusal),
        cmocka_unit_test(test_a_gpu_keeps_some_back),      cmocka_unit_test(test_this_machine_has_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
