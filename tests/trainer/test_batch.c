/* Batches: places of tokens in each padding mode, stable buckets, pooled tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "trainer/data/batch.h"

static int64_t begins[] = {0, 2, 5, 6};
static int32_t ids[] = {7, 3, 3, 9, 3, 7}, types[] = {0, 1, 0, 0, 1, 0}, labels[] = {1, 0, 1},
               lines[] = {1, 2, 3};
static const struct samples samples = {
    .count = 3, .begin = begins, .ids = ids, .types = types, .labels = labels, .lines = lines};

static const struct token_reading first_token = {.pad_token_id = -1},
                                  last_token = {.pool_last = true, .pad_token_id = -1};

static void with_batch(int padding, const struct token_reading *reading, const int32_t *index, int count,
                       int first, void (*check)(const struct batch *batch))
{
    const struct ops *ops = NULL;
    struct device *device = NULL;
    struct device_options options = {.threads = 1};
    struct batch batch;
    struct batch_limits limits = {.samples = 3,
                                  .tokens = 6,
                                  .rows = 12,
                                  .squares = 14,
                                  .max_length = 4,
                                  .padding = padding,
                                  .reading = *reading};
    assert_int_equal(ops_find("cpu", "auto", &ops, NULL), STATUS_OK);
    assert_int_equal(ops->open(&options, &device, NULL), STATUS_OK);
    assert_int_equal(batch_create(ops, device, &limits, &batch, NULL), STATUS_OK);
    batch_fill(&batch, &samples, index, count, first);
    check(&batch);
    batch_free(&batch);
    ops->close(device);
}

static void assert_ints(const int32_t *have, const int32_t *want, int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(have[i], want[i]);
}

static void check_packed(const struct batch *b)
{
    static const int32_t first[] = {0, 3, 5}, sample[] = {4, 4, 4, 5, 5}, position[] = {0, 1, 2, 0, 1};
    static const int32_t in_order[] = {0, 1, 2, 3, 4}, token_ids[] = {3, 9, 3, 7, 3};
    assert_int_equal(b->rows.tokens, 5);
    assert_int_equal(b->rows.storage_rows, 5);
    assert_true(b->rows.contiguous);
    assert_ints(b->rows.first, first, 3);
    assert_ints(b->rows.start, first, 2);
    assert_ints(b->rows.row, in_order, 5);
    assert_ints(b->rows.sample, sample, 5);
    assert_ints(b->rows.position, position, 5);
    assert_ints(b->places, position, 5);
    assert_ints(b->ids, token_ids, 5);
    assert_int_equal(b->rows.square[1], 9);
    assert_int_equal(b->rows.square[2], 13);
    /* buckets: ids 3 (tokens 0, 2, 4), 7 (3), 9 (1) */
    static const int32_t id[] = {3, 7, 9}, begin[] = {0, 3, 4, 5}, token[] = {0, 2, 4, 3, 1};
    assert_int_equal(b->by_id.count, 3);
    assert_ints(b->by_id.id, id, 3);
    assert_ints(b->by_id.begin, begin, 4);
    assert_ints(b->by_id.token, token, 5);
    static const int32_t pool[] = {0, 3}, label[] = {0, 1}, place[] = {4, 5};
    assert_ints(b->pool, pool, 2);
    assert_ints(b->labels, label, 2);
    assert_ints(b->pooled.sample, place, 2);
    assert_int_equal(b->pooled.tokens, 2);
}

static void check_longest(const struct batch *b)
{
    static const int32_t start[] = {0, 3}, row[] = {0, 1, 2, 3, 4}, pool[] = {2, 4};
    assert_false(b->rows.contiguous);
    assert_int_equal(b->rows.storage_rows, 6);
    assert_ints(b->rows.start, start, 2);
    assert_ints(b->rows.row, row, 5);
    assert_ints(b->pool, pool, 2); /* the last token of each */
}

static void check_max(const struct batch *b)
{
    static const int32_t start[] = {0, 4}, row[] = {0, 1, 2, 4, 5};
    assert_int_equal(b->rows.storage_rows, 8);
    assert_ints(b->rows.start, start, 2);
    assert_ints(b->rows.row, row, 5);
}

static const int32_t chosen[] = {1, 0};

/* Token 3 is the padding token, and stands in the texts: 3 9 3, then 7 3. */
static void check_padding_in_text(const struct batch *b)
{
    static const int32_t places[] = {3, 4, 3, 4, 3}, position[] = {0, 1, 2, 0, 1}, no_types[5] = {0};
    static const int32_t pool[] = {1, 3}, id[] = {3, 4}, begin[] = {0, 3, 5}, token[] = {0, 2, 4, 1, 3};
    assert_ints(b->places, places, 5);
    assert_ints(b->rows.position, position, 5);
    assert_ints(b->types, no_types, 5);
    assert_int_equal(b->by_type.count, 1);
    assert_ints(b->pool, pool, 2);
    assert_int_equal(b->by_place.count, 2);
    assert_ints(b->by_place.id, id, 2);
    assert_ints(b->by_place.begin, begin, 3);
    assert_ints(b->by_place.token, token, 5);
}

static void check_nothing_but_padding(const struct batch *b)
{
    static const int32_t pool[] = {0};
    assert_ints(b->pool, pool, 1);
    assert_ints(b->places, b->rows.position, b->rows.tokens);
}

static void test_packed(void **state)
{
    (void)state;
    with_batch(PADDING_NONE, &first_token, chosen, 2, 4, check_packed);
}

static void test_padded(void **state)
{
    (void)state;
    with_batch(PADDING_LONGEST, &last_token, chosen, 2, 0, check_longest);
    with_batch(PADDING_MAX, &first_token, chosen, 2, 0, check_max);
}

static void test_padding_in_text(void **state)
{
    (void)state;
    static const int32_t last[] = {2}; /* 7 */
    static const struct token_reading every = {
        .pool_last = true, .one_type = true, .places_from_padding = true, .pad_token_id = 3};
    static const struct token_reading only = {.pool_last = true, .pad_token_id = 7};
    with_batch(PADDING_NONE, &every, chosen, 2, 0, check_padding_in_text);
    with_batch(PADDING_NONE, &only, last, 1, 0, check_nothing_but_padding);
}

static void test_no_memory(void **state)
{
    (void)state;
    const struct ops *ops = NULL;
    struct device *device = NULL;
    struct device_options options = {.threads = 1};
    struct batch_limits limits = {.samples = 3, .tokens = 6, .rows = 6, .squares = 14, .max_length = 4};
    assert_int_equal(ops_find("cpu", "auto", &ops, NULL), STATUS_OK);
    assert_int_equal(ops->open(&options, &device, NULL), STATUS_OK);
    long alive = memory_blocks_alive();
    /* 15 arrays of 7 words, 7 of 4 and 2 * 4 squares, twice; 7 places to sort in */
    assert_int_equal(batch_device_bytes(&limits), 4 * (15 * 7 + 7 * 4) + 8 * (2 * 4));
    assert_int_equal(batch_host_bytes(&limits), batch_device_bytes(&limits) + 8 * 7);
    for (long n = 1; n <= 3; n++) {
        struct batch batch;
        memory_fail_from(n);
        enum status status = batch_create(ops, device, &limits, &batch, NULL);
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    ops->close(device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_padded),
        cmocka_unit_test(test_padding_in_text),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
