/* bench.c - how fast a table of operations is on this machine.
 *
 *   ops_bench TABLE [--isa NAME] [--threads N] [--seconds S] [--tiny] [training|products]
 *
 * TABLE is cpu, cuda or cuda_fast (kernels/ops.h). Exit codes: 0, 1 a failure, 2 usage, 77 there is no such
 * device here. */
#include "bench.h"

#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arguments {
    const char *table, *isa, *part;
    int64_t threads;
    double seconds;
    bool tiny;
};

static bool read_arguments(int count, char **words, struct arguments *arguments)
{
    *arguments = (struct arguments){.isa = "auto", .threads = 1, .seconds = 2};
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? words[i + 1] : "";
        if (strcmp(words[i], "--tiny") == 0)
            arguments->tiny = true;
        else if (strcmp(words[i], "--isa") == 0)
            arguments->isa = words[++i < count ? i : count - 1];
        else if (strcmp(words[i], "--threads") == 0 && number_parse_integer(value, &arguments->threads))
            i++;
        else if (strcmp(words[i], "--seconds") == 0 && number_parse(value, &arguments->seconds))
            i++;
        else if (words[i][0] != '-' && arguments->table == NULL)
            arguments->table = words[i];
        else if (strcmp(words[i], "training") == 0 || strcmp(words[i], "products") == 0)
            arguments->part = words[i];
        else
            return false;
    }
    return arguments->table != NULL && arguments->threads >= 1 && arguments->threads <= 1024;
}

void bench_figure(const char *measure, const char *what, double value, const char *unit)
{
    printf("%s\t%s\t%.4g\t%s\n", measure, what, value, unit);
    fflush(stdout);
}

static bool wanted(const struct arguments *arguments, const char *part)
{
    return arguments->part == NULL || strcmp(arguments->part, part) == 0;
}

static enum status run(const struct arguments *arguments, const struct bench *bench, struct error *error)
{
    struct device_description description = {0};
    bench->ops->describe(bench->device, &description);
    printf("table\t%s\t%s\t%s\n", bench->ops->name, description.gpu[0] != '\0' ? description.gpu : "CPU",
           description.libraries[0] != '\0' ? description.libraries : bench->ops->isa);
    if (wanted(arguments, "training")) TRY(bench_training(bench, error));
    if (wanted(arguments, "products")) TRY(bench_products(bench, error));
    return STATUS_OK;
}

int main(int count, char **words)
{
    struct arguments arguments;
    struct error error = {0};
    struct bench bench = {0};
    if (!read_arguments(count, words, &arguments)) {
        fprintf(stderr,
                "ops_bench TABLE [--isa NAME] [--threads N] [--seconds S] [--tiny] [training|products]\n");
        return 2;
    }
    bench.seconds = arguments.seconds;
    bench.tiny = arguments.tiny;
    const struct device_options options = {.threads = (int)arguments.threads};
    enum status status = ops_find(arguments.table, arguments.isa, &bench.ops, &error);
    if (status != STATUS_OK) {
        fprintf(stderr, "ops_bench: %s\n", error.text);
        return 77;
    }
    status = bench.ops->open(&options, &bench.device, &error);
    if (status == STATUS_OK) {
        status = run(&arguments, &bench, &error);
        bench.ops->close(bench.device);
    }
    if (status != STATUS_OK) fprintf(stderr, "ops_bench: %s\n", error.text);
    return status == STATUS_OK ? 0 : 1;
}
