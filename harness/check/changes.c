#include "harness/check/changes.h"

#include "harness/check/exact_lane.h"

#include <math.h>
#include <string.h>

enum { NUMBER = 32 };

static const char *number(double value, char text[NUMBER])
{
    if (isnan(value))
        snprintf(text, NUMBER, "undefined");
    else
        snprintf(text, NUMBER, "%.4f", value);
    return text;
}

/* A setting that has nothing to be compared with says so in its own line. What passed, such as how the old
 * one was saved, is no change. */
static bool is_told(const struct check_report *check, const struct check_item *item)
{
    if (item->subject == CHECK_OF_KEYS) return true;
    if (item->subject != CHECK_OF_BASELINE || item->answer == CHECK_PASSED) return false;
    return item->setting == CHECK_WHOLE || check->settings[item->setting].has_baseline;
}

static void print_item(const struct check_report *check, const struct check_item *item, FILE *out)
{
    if (item->setting != CHECK_WHOLE) fprintf(out, "%s: ", check->settings[item->setting].label);
    fprintf(out, "%s: %s\n", check_subject_name(item->subject), item->text);
}

static void print_bits(const struct check_setting *setting, FILE *out)
{
    if (setting->compared == 0)
        fputs("bits not compared", out);
    else if (setting->equal == setting->compared)
        fprintf(out, "bits of %d run%s equal", setting->equal, setting->equal == 1 ? "" : "s");
    else
        fprintf(out, "bits of %d of %d runs differ", setting->compared - setting->equal, setting->compared);
}

static void print_setting(const struct check_report *check, const struct check_setting *setting, FILE *out)
{
    char was[NUMBER], is[NUMBER];
    number(setting->base_mean, was);
    number(setting->mean, is);
    if (!setting->has_baseline) {
        fprintf(out, "%s: new: %s %s\n", setting->label, check->metric, is);
        return;
    }
    fprintf(out, "%s: ", setting->label);
    print_bits(setting, out);
    fprintf(out, "; %s %s -> %s", check->metric, was, is);
    if (setting->base_failed > 0 || setting->failed > 0)
        fprintf(out, "; failed %d of %d -> %d of %d", setting->base_failed, setting->base_runs,
                setting->failed, setting->runs);
    if (strcmp(setting->base_class, setting->class_now) != 0)
        fprintf(out, "; curves %s -> %s",
                setting->base_class[0] == '\0' ? "without a class" : setting->base_class,
                setting->class_now[0] == '\0' ? "without a class" : setting->class_now);
    fprintf(out, "\n");
}

void changes_print(const struct check_report *check, FILE *out)
{
    int same = 0, runs = 0;
    for (size_t i = 0; i < check->item_count; i++) {
        if (is_told(check, &check->items[i])) print_item(check, &check->items[i], out);
    }
    for (size_t i = 0; i < check->setting_count && check->has_baseline; i++) {
        const struct check_setting *setting = &check->settings[i];
        if (setting->has_baseline && exact_lane_same(setting)) {
            same++;
            runs += setting->equal;
        } else {
            print_setting(check, setting, out);
        }
    }
    if (same > 0)
        fprintf(out, "%d setting%s as before: %d run%s with the same bits\n", same, same == 1 ? "" : "s",
                runs, runs == 1 ? "" : "s");
}
