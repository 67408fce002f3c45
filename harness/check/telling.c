#include "harness/check/telling.h"

#include "base/text.h"
#include "harness/listing.h"

#include <math.h>
#include <string.h>

static void add_value(struct listing *listing, const char *format, double was, double is)
{
    char left[32] = "-", right[32] = "-";
    if (!isnan(was)) snprintf(left, sizeof left, format, was);
    if (!isnan(is)) snprintf(right, sizeof right, format, is);
    listing_add(listing, "%s -> %s", left, right);
}

static void add_bits(struct listing *listing, const struct check_setting *setting)
{
    if (setting->compared == 0)
        listing_add(listing, "-");
    else if (setting->equal == setting->compared)
        listing_add(listing, "%d equal", setting->equal);
    else
        listing_add(listing, "%d of %d differ", setting->compared - setting->equal, setting->compared);
}

static void add_setting(struct listing *listing, const struct check_report *check,
                        const struct check_setting *setting)
{
    const double unit = check->in_points ? 100 : 1;
    listing_add(listing, "%s", setting->label);
    add_bits(listing, setting);
    add_value(listing, "%.4f", check_base_mean_compared(setting), check_mean_compared(setting));
    if (isnan(setting->low))
        listing_add(listing, "-");
    else
        listing_add(listing, "%+.2f [%+.2f, %+.2f]", unit * setting->difference, unit * setting->low,
                    unit * setting->high);
    add_value(listing, "%.2f", unit * setting->base_sd, unit * setting->sd);
    listing_add(listing, "%s -> %s", setting->base_class[0] == '\0' ? "-" : setting->base_class,
                setting->class_now[0] == '\0' ? "-" : setting->class_now);
    listing_add(listing, "%d/%d -> %d/%d", setting->base_failed, setting->base_runs, setting->failed,
                setting->runs);
    listing_add(listing, "%s", check_answer_name(setting->answer));
}

static enum status print_table(const struct check_report *check, FILE *out, struct error *error)
{
    struct listing listing = {.columns = 8};
    listing_add(&listing, "setting");
    listing_add(&listing, "bits");
    listing_add(&listing, "%s", check->metric);
    listing_add(&listing, "change%s", check->in_points ? " (points)" : "");
    listing_add(&listing, "SD%s", check->in_points ? " (points)" : "");
    listing_add(&listing, "curves");
    listing_add(&listing, "failed");
    listing_add(&listing, "answer");
    for (size_t i = 0; i < check->setting_count; i++)
        add_setting(&listing, check, &check->settings[i]);
    enum status status = listing_print(&listing, true, out, error);
    listing_free(&listing);
    return status;
}

static void print_item(const struct check_report *check, const struct check_item *item, FILE *out)
{
    const char *weight = item->weight == CHECK_COUNTS  ? ""
                         : item->weight == CHECK_WARNS ? "warning: "
                                                       : "note: ";
    const char *answer = item->weight == CHECK_TELLS ? "" : check_answer_name(item->answer);
    if (item->answer == CHECK_PASSED && item->weight == CHECK_COUNTS) return;
    fprintf(out, "%s%s%s%s%s%s: %s\n", weight, answer, answer[0] == '\0' ? "" : ": ",
            item->setting == CHECK_WHOLE ? "" : check->settings[item->setting].label,
            item->setting == CHECK_WHOLE ? "" : ": ", check_subject_name(item->subject), item->text);
}

static enum status print_power(const struct check_report *check, FILE *out, struct error *error)
{
    struct text sentence = {0};
    check_report_power(check, &sentence);
    enum status status = text_status(&sentence, error);
    if (status == STATUS_OK && sentence.length > 0) fprintf(out, "note: mean: %s\n", text_string(&sentence));
    text_free(&sentence);
    return status;
}

enum status telling_print(const struct check_report *check, FILE *out, struct error *error)
{
    TRY(print_table(check, out, error));
    fprintf(out, "\n");
    for (size_t i = 0; i < check->item_count; i++)
        print_item(check, &check->items[i], out);
    TRY(print_power(check, out, error));
    fprintf(out, "check of %s against %s: %s\n", check->folder, check->baseline,
            check_answer_name(check->answer));
    return STATUS_OK;
}
