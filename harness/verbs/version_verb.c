#include "harness/verbs/verb.h"
#include "trainer/spec/observation.h"
#include "trainer/spec/run_spec.h"

#include <stdio.h>

static const struct cli_option options[] = {{.name = NULL}};

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    (void)arguments;
    (void)exit_code;
    (void)error;
    printf("ftbench %s\n", FTBENCH_VERSION);
    printf("numeric version %d, protocol %d\n", FTBENCH_NUMERIC_VERSION, OBSERVATION_PROTOCOL);
#ifdef __clang__
    printf("compiler: clang %s\n", __clang_version__);
#else
    printf("compiler: gcc %s\n", __VERSION__);
#endif
    printf("libraries: %s\n", FTBENCH_LIBRARIES);
    return STATUS_OK;
}

const struct verb version_verb = {
    .name = "version",
    .words = "",
    .summary = "print the version, the compiler and the libraries it was built with",
    .details = "",
    .options = options,
    .act = act,
};
