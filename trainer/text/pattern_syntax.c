#include "trainer/text/pattern_syntax.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { MOST_GROUPS = 32 };

struct scan {
    const char *at; /* what comes next */
    const char *path;
    bool caseless[MOST_GROUPS + 1]; /* of the open groups, the outermost first */
    int depth;
};

static enum status refuse(const struct scan *scan, const char *begin, size_t length, const char *why,
                          struct error *error)
{
    return error_set(error, STATUS_UNSUPPORTED,
                     "%s: pre_tokenizer: \"%.*s\" in the regular expression is not supported: %s", scan->path,
                     (int)length, begin, why);
}

/* \p{..}: the categories whose later members have stand-ins (unicode_later.h). */
static enum status check_property(struct scan *scan, struct error *error)
{
    static const char *const known[] = {"L",  "Lu", "Ll", "Lt", "Lm", "Lo", "N", "Nd",
                                        "Nl", "No", "M",  "P",  "S",  "Z",  "C"};
    const char *begin = scan->at - 2, *close = *scan->at == '{' ? strchr(scan->at, '}') : NULL;
    if (close == NULL) return refuse(scan, begin, 2, "a category in braces is needed, as \\p{L}", error);
    size_t length = (size_t)(close - scan->at - 1);
    const char *name = scan->at + 1;
    scan->at = close + 1;
    bool found = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        found = found || (strlen(known[i]) == length && memcmp(known[i], name, length) == 0);
    if (!found || (scan->caseless[scan->depth] && length == 2 && name[0] == 'L'))
        return refuse(scan, begin, (size_t)(scan->at - begin),
                      "only the categories L, Lu, Ll, Lt, Lm, Lo, N, Nd, Nl, No, M, P, S, Z and C are, and "
                      "those of letters' case not within (?i:)",
                      error);
    return STATUS_OK;
}

/* After a backslash. */
static enum status check_escape(struct scan *scan, struct error *error)
{
    const char c = *scan->at;
    if (c == '\0') return STATUS_OK;
    scan->at++;
    if (c == 'p' || c == 'P') return check_property(scan, error);
    if (strchr("sSdDrnt", c) != NULL || ispunct((unsigned char)c)) return STATUS_OK;
    return refuse(scan, scan->at - 2, 2,
                  "of the escapes, \\s \\S \\d \\D \\r \\n \\t \\p{} \\P{} and signs are", error);
}

static enum status check_letter(const struct scan *scan, struct error *error)
{
    /* Oniguruma folds these pairs to one character (sharp s, the ligatures of f and st). */
    static const char *const folded[] = {"ss", "ff", "fi", "fl", "st"};
    const char *at = scan->at;
    if (!scan->caseless[scan->depth]) return STATUS_OK;
    if ((unsigned char)*at >= 0x80)
        return refuse(scan, at, strlen(at), "only ASCII may stand within (?i:)", error);
    for (size_t i = 0; i < sizeof folded / sizeof *folded; i++) {
        if (tolower((unsigned char)at[0]) == folded[i][0] && tolower((unsigned char)at[1]) == folded[i][1])
            return refuse(scan, at, 2, "within (?i:) these two letters also stand for one character", error);
    }
    return STATUS_OK;
}

/* After '['. */
static enum status check_class(struct scan *scan, struct error *error)
{
    const char *begin = scan->at - 1;
    if (*scan->at == '^') scan->at++;
    if (*scan->at == ']') return refuse(scan, begin, 2, "an empty class", error);
    while (*scan->at != '\0' && *scan->at != ']') {
        TRY(check_letter(scan, error));
        const char c = *scan->at++;
        if (c == '[' || (c == '&' && *scan->at == '&'))
            return refuse(scan, begin, (size_t)(scan->at - begin),
                          "a class may hold neither \"[\" (write \"\\[\") nor \"&&\"", error);
        if (c == '\\') TRY(check_escape(scan, error));
    }
    if (*scan->at == ']') scan->at++;
    return STATUS_OK;
}

/* After '('. */
static enum status check_group(struct scan *scan, struct error *error)
{
    static const char *const openings[] = {"?:", "?=", "?!", "?<=", "?<!", "?>", "?i:"};
    if (scan->depth == MOST_GROUPS) return refuse(scan, scan->at - 1, 1, "groups are nested too deep", error);
    bool caseless = scan->caseless[scan->depth];
    if (*scan->at == '?') {
        size_t i = 0, count = sizeof openings / sizeof *openings;
        while (i < count && strncmp(scan->at, openings[i], strlen(openings[i])) != 0)
            i++;
        if (i == count)
            return refuse(scan, scan->at - 1, 3,
                          "of the groups, (?:) (?=) (?!) (?<=) (?<!) (?>) (?i:) and () are", error);
        caseless = caseless || i == count - 1;
        scan->at += strlen(openings[i]);
    }
    scan->caseless[++scan->depth] = caseless;
    return STATUS_OK;
}

/* At '{': {n}, {n,}, {n,m}. Ruby's {,m} and a lone brace are no repetition elsewhere. */
static enum status check_count(struct scan *scan, struct error *error)
{
    const char *begin = scan->at, *at = begin + 1;
    size_t digits = strspn(at, "0123456789");
    at += digits;
    if (*at == ',') at += 1 + strspn(at + 1, "0123456789");
    if (digits == 0 || *at != '}')
        return refuse(scan, begin, 1, "a brace is written \"\\{\", a repetition {n}, {n,} or {n,m}", error);
    at++;
    if (*at == '+' || *at == '?' || *at == '*' || *at == '{')
        return refuse(scan, begin, (size_t)(at - begin) + 1,
                      "a repetition {n,m} may not be followed by another", error);
    scan->at = at;
    return STATUS_OK;
}

static enum status check_item(struct scan *scan, struct error *error)
{
    switch (*scan->at) {
    case '\\':
        scan->at++;
        return check_escape(scan, error);
    case '[':
        scan->at++;
        return check_class(scan, error);
    case '(':
        scan->at++;
        return check_group(scan, error);
    case ')':
        scan->at++;
        if (scan->depth > 0) scan->depth--;
        return STATUS_OK;
    case '{':
        return check_count(scan, error);
    case '*':
    case '+':
    case '?':
        /* One further sign makes it lazy or possessive; Ruby takes more as repetitions of repetitions. */
        scan->at++;
        if (*scan->at == '?' || *scan->at == '+') scan->at++;
        if (strchr("*+?{", *scan->at) != NULL && *scan->at != '\0')
            return refuse(scan, scan->at, 1, "a repetition of a repetition", error);
        return STATUS_OK;
    case '^':
    case '$':
        return refuse(scan, scan->at, 1, "anchors mean lines to some libraries and texts to others", error);
    default:
        TRY(check_letter(scan, error));
        scan->at++;
        return STATUS_OK;
    }
}

enum status pattern_syntax_check(const char *pattern, const char *path, struct error *error)
{
    struct scan scan = {.at = pattern, .path = path};
    while (*scan.at != '\0')
        TRY(check_item(&scan, error));
    return STATUS_OK;
}
