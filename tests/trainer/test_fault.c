/* Faults that a test asks for: read whole, or refused with what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trainer/spec/fault.h"

static void test_whole(void **state)
{
    (void)state;
    struct fault fault;
    assert_int_equal(fault_parse("step=7,op=gelu_forward,call=3,element=17,bit=5", &fault, NULL), STATUS_OK);
    assert_int_equal(fault.step, 7);
    assert_int_equal(fault.operation, OPERATION_GELU_FORWARD);
    assert_int_equal(fault.call, 3);
    assert_int_equal(fault.element, 17);
    assert_int_equal(fault.bit, 5);
    assert_int_equal(fault.output, 0);
    assert_int_equal(fault_parse("bit=31,element=4294967296,op=adamw,output=2,step=0", &fault, NULL),
                     STATUS_OK);
    assert_int_equal(fault.call, 1);
    assert_int_equal(fault.output, 2);
    assert_true(fault.element == INT64_C(4294967296));
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "fault: '' is not understood; the form is step=7,op=gelu_forward,call=3,element=17,bit=5"},
        {"step=1", "fault: op is not given; the form is"},
        {"step=1,op=add,element=0", "fault: bit is not given"},
        {"step=1,op=add,element=0,bit=32", "fault: bit: '32' is not a whole number >= 0 and <= 31"},
        {"step=1,op=add,element=0,bit=-1", "fault: bit: '-1' is not"},
        {"step=1,op=add,element=x,bit=1", "fault: element: 'x' is not a whole number >= 0"},
        {"step=1,op=add,element=,bit=1", "fault: element: '' is not"},
        {"step=1,op=add,call=0,element=0,bit=1", "fault: call: '0' is not a whole number >= 1"},
        {"step=1,op=plus,element=0,bit=1", "fault: op: there is no operation 'plus'"},
        {"step=1,op=start,element=0,bit=1", "fault: op: there is no operation 'start'"},
        {"step=1,step=2,op=add,element=0,bit=1", "fault: step is given twice"},
        {"step=1,op=add,element=0,bit=1,", "fault: '' is not understood"},
        {"step=1,operation=add,element=0,bit=1", "fault: 'operation' is not understood"},
        {"step=1,op=add,element=0,bit=1,output=3", "fault: output: '3' is not"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault;
        struct error error = {0};
        assert_int_equal(fault_parse(cases[i][0], &fault, &error), STATUS_USAGE);
        if (strncmp(error.text, cases[i][1], strlen(cases[i][1])) != 0)
            fail_msg("%s: %s", cases[i][0], error.text);
    }
    char longest[400];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    struct fault fault;
    assert_int_equal(fault_parse(longest, &fault, NULL), STATUS_USAGE);
}

/* Every operation has a name, and is found by it, but for the sources that no fault can be in. */
static void test_operations_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < OPERATIONS; i++) {
        enum operation found = OPERATION_START;
        const char *name = operation_name((enum operation)i);
        assert_non_null(name);
        assert_int_equal(operation_find(name, &found), i >= OPERATION_LINEAR_FORWARD);
        if (i >= OPERATION_LINEAR_FORWARD) assert_int_equal(found, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_operations_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
