/* devices_command.c - what this build and machine can compute on, one device a line, and what `auto` takes.
 */
#include "base/bytes.h"
#include "trainer/backend.h"
#include "trainer/commands/command.h"
#include "trainer/environment.h"

#include <math.h>
#include <string.h>

static void add_cpu(struct text *out)
{
    struct observed_begin begin = {.program = ""};
    const char *separator = ", instructions ";
    environment_describe(&begin);
    text_addf(out, "cpu: usable: %s", begin.cpu);
    for (const struct ops *const *table = ops_list; *table != NULL; table++) {
        if (strcmp((*table)->name, "cpu") != 0 || !(*table)->usable()) continue;
        text_addf(out, "%s%s", separator, (*table)->isa);
        separator = ", ";
    }
    text_add(out, "\n");
}

/* "cuda:1, arithmetic = fast": as [run] device has it, and what else must be asked for. */
static void add_name(const struct ops *table, int index, struct text *out)
{
    text_add(out, "cuda");
    if (index >= 0) text_addf(out, ":%d", index);
    if (table->overrides[0] != '\0') text_add(out, ", arithmetic = fast");
}

static void add_gpu(const struct device_facts *facts, struct text *out)
{
    const struct device_description *description = &facts->description;
    text_addf(out, ": %s", facts->state == DEVICE_USABLE ? "usable" : "not usable");
    if (description->gpu[0] != '\0') text_addf(out, ": %s", description->gpu);
    if (!isnan(facts->memory)) {
        char all[BYTES_TEXT], unused[BYTES_TEXT];
        bytes_text(facts->memory, all, sizeof all);
        bytes_text(facts->free_memory, unused, sizeof unused);
        text_addf(out, ", %s of memory, %s free", all, unused);
    }
    if (description->libraries[0] != '\0') text_addf(out, "; %s", description->libraries);
    if (facts->reason[0] != '\0') text_addf(out, ": %s", facts->reason);
    text_add(out, "\n");
}

/* Every device of one table; where there is none, why. */
static void add_gpus(const struct ops *table, struct text *out)
{
    struct device_facts facts;
    table->inspect(0, &facts);
    for (int index = facts.devices > 0 ? 0 : -1, count = facts.devices; index < count; index++) {
        if (index > 0) table->inspect(index, &facts);
        add_name(table, index, out);
        add_gpu(&facts, out);
    }
}

/* What a run with the defaults would take. */
static enum status add_choice(struct text *out, struct error *error)
{
    struct run_spec spec;
    const struct ops *ops = NULL;
    struct backend_choice choice;
    int index = 0;
    run_spec_defaults(&spec);
    TRY(backend_choose(ops_list, &spec, &ops, &index, &choice, error));
    text_addf(out, "device = auto is %s", ops->name);
    if (strcmp(ops->name, "cpu") != 0) text_addf(out, ":%d", index);
    if (choice.reason[0] != '\0') text_addf(out, ": %s", choice.reason);
    text_add(out, "\n");
    return STATUS_OK;
}

int devices_command(int count, char **arguments)
{
    struct text out = {0};
    struct error error = {0};
    bool gpus = false;
    if (count > 0 && (count > 1 || strcmp(arguments[0], "--") != 0))
        return command_usage("devices takes nothing", arguments[count - 1]);
    add_cpu(&out);
    for (const struct ops *const *table = ops_list; *table != NULL; table++) {
        if (strcmp((*table)->name, "cpu") == 0) continue;
        add_gpus(*table, &out);
        gpus = true;
    }
    if (!gpus) text_addf(&out, "cuda: not usable: %s\n", backend_no_gpus);
    enum status status = add_choice(&out, &error);
    if (status == STATUS_OK) status = command_print(&out, &error);
    text_free(&out);
    return status == STATUS_OK ? EXIT_DONE : command_refuse(&error);
}
