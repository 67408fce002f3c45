#include "options.h"

#include "failures.h"
#include "fatal.h"
#include "shim.h"

#include <stdlib.h>
#include <string.h>

namespace
{

const char *const names[] = {"ORDER", "DRIVER", "DEVICES", "MEMORY", "CAPABILITY", "FAIL", "LAUNCHES"};

struct capability {
    const char *name;
    int major, minor;
    size_t shared; /* CUDA C++ Programming Guide, technical specifications: KiB that a block may opt in to */
};
const capability capabilities[] = {{"7.0", 7, 0, 96},    {"7.5", 7, 5, 64},  {"8.0", 8, 0, 163},
                                   {"8.6", 8, 6, 99},    {"8.9", 8, 9, 99},  {"9.0", 9, 0, 227},
                                   {"10.0", 10, 0, 227}, {"12.0", 12, 0, 99}};

long long number(const char *name, const char *value)
{
    char *end;
    long long read = strtoll(value, &end, 10);
    if (end == value || *end != '\0' || read < 0) fatal("%s=%s: a number is expected", name, value);
    return read;
}

void set_driver(options &options, const char *value)
{
    options.stub = strcmp(value, "stub") == 0;
    options.driver = 13000;
    if (strcmp(value, "none") == 0)
        options.driver = 0;
    else if (!options.stub)
        options.driver = static_cast<int>(number("DRIVER", value));
}

void set_order(options &options, const char *value)
{
    options.order = ORDER_FORWARD;
    if (strcmp(value, "reverse") == 0)
        options.order = ORDER_REVERSE;
    else if (strcmp(value, "forward") != 0) {
        options.order = ORDER_SEEDED;
        options.seed = static_cast<uint32_t>(number("ORDER", value));
    }
}

void set_capability(options &options, const char *value)
{
    for (const capability &capability : capabilities) {
        if (strcmp(value, capability.name) != 0) continue;
        options.major = capability.major;
        options.minor = capability.minor;
        options.shared = capability.shared * 1024;
        return;
    }
    fatal("CAPABILITY=%s: not known", value);
}

void set(options &options, const char *name, const char *value)
{
    if (strcmp(name, "ORDER") == 0)
        set_order(options, value != nullptr ? value : "forward");
    else if (strcmp(name, "DRIVER") == 0)
        set_driver(options, value != nullptr ? value : "13000");
    else if (strcmp(name, "DEVICES") == 0)
        options.devices = static_cast<int>(number(name, value != nullptr ? value : "1"));
    else if (strcmp(name, "MEMORY") == 0)
        options.memory = static_cast<size_t>(number(name, value != nullptr ? value : "8589934592"));
    else if (strcmp(name, "CAPABILITY") == 0)
        set_capability(options, value != nullptr ? value : "9.0");
    else if (strcmp(name, "FAIL") == 0)
        failures_plan(value != nullptr ? value : "");
    else if (strcmp(name, "LAUNCHES") == 0)
        options.launches = value != nullptr ? value : "";
    else
        fatal("there is no option %s", name);
}

options from_environment()
{
    options options = {};
    for (const char *name : names)
        set(options, name, getenv((std::string("FTBENCH_SHIM_") + name).c_str()));
    return options;
}

options &current()
{
    static options &options = *new struct options(from_environment()); /* lives until the very end */
    return options;
}

} // namespace

const options &options_now()
{
    return current();
}

void shim_set(const char *name, const char *value)
{
    set(current(), name, value);
}
