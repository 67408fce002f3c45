/* Listings: aligned for people, tabs for programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/listing.h"

#include <stdlib.h>

static void fill(struct listing *listing)
{
    listing->columns = 3;
    listing_add(listing, "%s", "id");
    listing_add(listing, "%s", "setting");
    listing_add(listing, "%s", "reason");
    listing_add(listing, "%d", 12345);
    listing_add(listing, "%s", "\xe8\xaf\x84");
    listing_add(listing, "%s", "two\nlines\tand a tab");
    listing_add(listing, "%s", "");
    listing_add(listing, "%s", "x");
    listing_add(listing, "%s", "");
}

static void assert_printed(bool aligned, const char *expected)
{
    struct listing listing = {0};
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    assert_non_null(out);
    fill(&listing);
    assert_int_equal(listing_print(&listing, aligned, out, NULL), STATUS_OK);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(printed, expected);
    free(printed);
    listing_free(&listing);
}

static void test_aligned(void **state)
{
    (void)state;
    assert_printed(true, "id     setting  reason\n"
                         "12345  \xe8\xaf\x84       two lines and a tab\n"
                         "       x        \n");
}

static void test_tabs(void **state)
{
    (void)state;
    assert_printed(false, "id\tsetting\treason\n12345\t\xe8\xaf\x84\ttwo lines and a tab\n\tx\t\n");
}

static void test_failing_allocations(void **state)
{
    (void)state;
    struct listing listing = {0};
    long alive = memory_blocks_alive();
    memory_fail_from(1);
    fill(&listing);
    memory_fail_from(0);
    assert_int_equal(listing_print(&listing, true, stderr, NULL), STATUS_NO_MEMORY);
    listing_free(&listing);
    assert_int_equal(memory_blocks_alive(), alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligned),
        cmocka_unit_test(test_tabs),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
