/* fuzz_run_spec.c - the JSON of a run spec, which a trainer reads. What is accepted must come back the same
 * from its own JSON, with the same id. */
#include "tests/fuzz/support_fuzz.h"

#include "base/text.h"
#include "trainer/spec/run_spec.h"

#include <stdlib.h>
#include <string.h>

static void check_again(const struct run_spec *spec)
{
    static struct run_spec again;
    struct text first = {0}, second = {0};
    char id[RUN_ID_BYTES], id_again[RUN_ID_BYTES];
    struct error error = {0};
    fuzz_check(run_spec_to_json(spec, &first, NULL) == STATUS_OK);
    enum status status = run_spec_from_json(text_string(&first), &again, &error);
    fuzz_check(status == STATUS_OK);
    fuzz_check(run_spec_to_json(&again, &second, NULL) == STATUS_OK);
    fuzz_check(strcmp(text_string(&first), text_string(&second)) == 0);
    fuzz_check(run_spec_id(spec, id, NULL) == STATUS_OK && run_spec_id(&again, id_again, NULL) == STATUS_OK);
    fuzz_check(strcmp(id, id_again) == 0);
    text_free(&first);
    text_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run_spec spec;
    struct error error = {0};
    char *json = fuzz_string(data, size);
    fuzz_begin();
    enum status status = run_spec_from_json(json, &spec, &error);
    fuzz_check_failure(status, &error);
    if (status == STATUS_OK) {
        fuzz_check_failure(run_spec_check(&spec, &error), &error);
        fuzz_check(run_spec_step_samples(&spec) >= 1 && run_spec_pass_samples(&spec) >= 1);
        fuzz_check(run_spec_total_steps(&spec, 1000) >= 1);
        fuzz_check(run_spec_warmup_steps(&spec, 1000) <= run_spec_total_steps(&spec, 1000));
        check_again(&spec);
    }
    fuzz_end();
    free(json);
    return 0;
}
