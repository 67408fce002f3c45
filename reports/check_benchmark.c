#include "reports/check_exports.h"
#include "reports/json_writer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "SETTING: what"; `range` may be "". What is undefined is left out: a chart has no place for it. */
static void put_value(struct json_writer *writer, const char *setting, const char *what, const char *unit,
                      double value, const char *range)
{
    char name[512];
    if (!isfinite(value)) return;
    snprintf(name, sizeof name, "%s%s%s", setting, setting[0] == '\0' ? "" : ": ", what);
    json_begin(writer, NULL, "{");
    json_put_string(writer, "name", name);
    json_put_string(writer, "unit", unit);
    json_put_number(writer, "value", value);
    if (range[0] != '\0') json_put_string(writer, "range", range);
    json_finish(writer, "}");
}

void check_benchmark(const struct check_report *check, bool smaller, struct text *out)
{
    struct json_writer writer = {.out = out, .first = true};
    const double unit = check->in_points ? 100 : 1;
    json_begin(&writer, NULL, "[");
    for (size_t i = 0; i < check->setting_count; i++) {
        const struct check_setting *setting = &check->settings[i];
        char range[32] = "";
        if (!isnan(setting->sd)) snprintf(range, sizeof range, "\xc2\xb1 %.4f", setting->sd);
        if (check->lower_is_better == smaller)
            put_value(&writer, setting->label, check->metric, check->metric, setting->mean, range);
        if (!smaller) continue;
        put_value(&writer, setting->label, "SD", check->in_points ? "points" : check->metric,
                  unit * setting->sd, "");
        put_value(&writer, setting->label, "failed runs", "runs", setting->failed, "");
    }
    const struct check_clock_times *times = &check->times.clocks[check->times.decides];
    if (smaller && times->calibration > 0)
        put_value(&writer, "", "step time", "fixed loops", times->seconds / times->calibration, "");
    json_finish(&writer, "]");
    text_add(out, "\n");
}

bool check_benchmark_wrote(const char *text)
{
    static const char head[] = "[\n  {\n    \"name\": ";
    const char *unit = strstr(text, ",\n    \"unit\": \""), *value = strstr(text, ",\n    \"value\": ");
    return strncmp(text, head, sizeof head - 1) == 0 && unit != NULL && value != NULL && unit < value;
}
