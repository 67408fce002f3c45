#include "trainer/data/class_notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void rows_are_counted(void **state)
{
    (void)state;
    char *names[] = {"bad", "good"};
    int32_t train[] = {0, 1, 1}, validation[] = {1};
    const struct dataset data = {.classes = 2,
                                 .label_names = names,
                                 .train = {.count = 3, .labels = train},
                                 .validation = {.count = 1, .labels = validation}};
    struct text out = {0};
    class_notes_rows(&data, &out);
    assert_string_equal(text_string(&out),
                        "rows of each label, training + validation: bad 1 + 0, good 2 + 1");
    text_free(&out);
}

static void many_are_cut(void **state)
{
    (void)state;
    char digits[12][3], *names[12];
    for (int i = 0; i < 12; i++) {
        snprintf(digits[i], sizeof digits[i], "%d", i);
        names[i] = digits[i];
    }
    const struct dataset data = {.classes = 12, .label_names = names};
    struct text out = {0};
    class_notes_rows(&data, &out);
    const char *end = "8 0 + 0, 9 0 + 0, and 2 labels more";
    assert_string_equal(text_string(&out) + out.length - strlen(end), end);
    text_free(&out);
}

static void case_alone(void **state)
{
    (void)state;
    char *names[] = {"NEGATIVE", "POSITIVE", "other", "positive"}, *distinct[] = {"a", "b", "B c"};
    struct dataset data = {.classes = 4, .label_names = names};
    struct text out = {0};
    class_notes_alike(&data, &out);
    assert_string_equal(text_string(&out),
                        "the labels POSITIVE and positive differ in upper and lower case alone, and "
                        "are two of the 4 classes; write one where one is meant");
    text_clear(&out);
    data = (struct dataset){.classes = 3, .label_names = distinct};
    class_notes_alike(&data, &out);
    assert_int_equal(out.length, 0);
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_are_counted), cmocka_unit_test(many_are_cut),
                                       cmocka_unit_test(case_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
