/* docs/protocol.md and the program say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "trainer/spec/observation.h"

#include <stdio.h>
#include <string.h>

/* The examples of docs/protocol.md are what they say they are. */
static void test_documented_examples(void **state)
{
    (void)state;
    struct text page = {0};
    int seen[OBSERVATION_END + 1] = {0}, specs = 0;
    char *rest = NULL;
    assert_int_equal(file_read(FTBENCH_SOURCE_DIR "/docs/protocol.md", 0, &page, NULL), STATUS_OK);
    for (char *line = strtok_r(page.data, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        struct observation observation;
        struct run_spec spec;
        struct error error = {0};
        if (line[0] != '{') continue;
        if (strstr(line, "\"ftbench_run_spec\"") != NULL) {
            if (run_spec_from_json(line, &spec, &error) != STATUS_OK) fail_msg("%s", error.text);
            assert_int_equal(run_spec_check(&spec, &error), STATUS_OK);
            specs++;
            continue;
        }
        if (observation_read(line, &observation, &error) != STATUS_OK) fail_msg("%s: %s", line, error.text);
        seen[observation.kind]++;
        observation_free(&observation);
    }
    assert_int_equal(specs, 1);
    for (int kind = OBSERVATION_BEGIN; kind <= OBSERVATION_END; kind++)
        assert_true(seen[kind] > 0);
    text_free(&page);
}

/* Each member that is written has its place in docs/protocol.md. */
static void test_every_member_is_documented(void **state)
{
    (void)state;
    struct text page = {0}, line = {0};
    int32_t class = 1;
    float loss = 0.5f;
    assert_int_equal(file_read(FTBENCH_SOURCE_DIR "/docs/protocol.md", 0, &page, NULL), STATUS_OK);
    for (int kind = OBSERVATION_BEGIN; kind <= OBSERVATION_END; kind++) {
        struct observation observation;
        memset(&observation, 0, sizeof observation);
        observation.kind = (enum observation_kind)kind;
        if (kind == OBSERVATION_BEGIN) {
            observation.as.begin.labelled = 1;
            observation.as.begin.validation_labels = &class;
        }
        if (kind == OBSERVATION_EVALUATION) {
            observation.as.evaluation.count = 1;
            observation.as.evaluation.predictions = &class;
            observation.as.evaluation.losses = &loss;
        }
        assert_int_equal(observation_write(&observation, &line, NULL), STATUS_OK);
    }
    for (const char *name = line.data; (name = strstr(name, "\": ")) != NULL; name++) {
        const char *start = name;
        char quoted[64];
        while (start[-1] != '"')
            start--;
        if (strncmp(start, "event", 5) == 0) continue;
        snprintf(quoted, sizeof quoted, "`%.*s`", (int)(name - start), start);
        if (strstr(page.data, quoted) == NULL) fail_msg("%s is not in docs/protocol.md", quoted);
    }
    text_free(&line);
    text_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documented_examples),
        cmocka_unit_test(test_every_member_is_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
