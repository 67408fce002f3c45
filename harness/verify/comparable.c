#include "harness/verify/comparable.h"

#include <string.h>

enum status comparable_check(const struct comparable *left, const struct comparable *right,
                             struct error *error)
{
    const struct observed_begin *a = left->begin, *b = right->begin;
    if (strcmp(a->overrides, b->overrides) != 0) {
        const struct comparable *fast = a->overrides[0] != '\0' ? left : right;
        const char *other = fast == left ? right->name : left->name;
        return error_set(
            error, STATUS_UNSUPPORTED,
            "not comparable bit by bit: the arithmetic of %s is fast (%s), and that of %s is not the "
            "same; ftbench compare compares results",
            fast->name, fast->begin->overrides, other);
    }
    if (a->overrides[0] == '\0' || (strcmp(a->gpu, b->gpu) == 0 && strcmp(a->libraries, b->libraries) == 0))
        return STATUS_OK;
    return error_set(
        error, STATUS_UNSUPPORTED,
        "not comparable bit by bit: fast arithmetic has the bits of one GPU and its libraries; %s: %s, "
        "%s; %s: %s, %s",
        left->name, a->gpu, a->libraries, right->name, b->gpu, b->libraries);
}
