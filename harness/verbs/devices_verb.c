#include "harness/handover.h"
#include "harness/verbs/verb.h"

static const struct cli_option options[] = {{.name = NULL}};

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    (void)exit_code;
    return handover("devices", arguments, error);
}

const struct verb devices_verb = {
    .name = "devices",
    .words = "",
    .summary = "list what this build and this machine can compute on",
    .details =
        "A line for each device that [run] device may name, usable or why it is not, with its name, memory "
        "and\n"
        "libraries, and another for what arithmetic = fast needs there. The last line is what device = auto "
        "takes.\n",
    .options = options,
    .act = act,
};
