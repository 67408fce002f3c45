#include "reports/check_exports.h"
#include "reports/markup.h"

void check_annotations(const struct check_report *check, struct text *out)
{
    for (size_t i = 0; i < check->item_count; i++) {
        const struct check_item *item = &check->items[i];
        bool fails = item->weight == CHECK_COUNTS && item->answer != CHECK_INCONCLUSIVE;
        if (item->answer == CHECK_PASSED || item->weight == CHECK_TELLS) continue;
        text_addf(out, "::%s title=", fails ? "error" : "warning");
        markup_workflow(out, "ftbench check", true);
        text_addf(out, " (%s)::", check_answer_name(item->answer));
        if (item->setting != CHECK_WHOLE) {
            markup_workflow(out, check->settings[item->setting].label, false);
            text_add(out, ": ");
        }
        text_addf(out, "%s: ", check_subject_name(item->subject));
        markup_workflow(out, item->text, false);
        text_add(out, "\n");
    }
    for (size_t i = 0; i < check->unwritten_count; i++) {
        text_add(out, "::error title=ftbench check (not written)::");
        markup_workflow(out, check->unwritten[i], false);
        text_add(out, "\n");
    }
}
