/* support_junit.h - whether a text is JUnit XML as Jenkins' schema junit-10.xsd allows it: well-formed, with
 * the elements, the nesting and the attributes that it names, and counts that are those of the test cases. */
#ifndef FTBENCH_TESTS_REPORTS_SUPPORT_JUNIT_H
#define FTBENCH_TESTS_REPORTS_SUPPORT_JUNIT_H

/* Fail the test, saying where, unless it is. */
void junit_assert_valid(const char *xml);

#endif
