#include "tests/reports/support_junit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Words between blanks; an attribute that must be there has a '!'. */
static const struct element {
    const char *name, *children, *attributes;
    bool text;
} elements[] = {
    {"testsuites", " testsuite ", " name time tests failures errors ", false},
    {"testsuite", " testsuite properties testcase system-out system-err ",
     " name! tests! failures! errors! group time skipped timestamp hostname id package file log url ", false},
    {"properties", " property ", " ", false},
    {"property", " ", " name! value! ", false},
    {"testcase", " skipped error failure system-out system-err ", " name! time classname group ", false},
    {"failure", " ", " type message ", true},
    {"error", " ", " type message ", true},
    {"skipped", " ", " type message ", true},
    {"system-out", " ", " ", true},
    {"system-err", " ", " ", true},
};

enum { DEEPEST = 8, WORD = 64 };

struct scan {
    const char *at, *start;
    const struct element *open[DEEPEST];
    int depth;
    int said[3], found[3]; /* tests, failures, errors: of testsuites and as they are */
};

static void wrong(const struct scan *scan, const char *what)
{
    fail_msg("%s at byte %zu: %.60s", what, (size_t)(scan->at - scan->start), scan->at);
}

static bool has_word(const char *list, const char *word, const char *ending)
{
    char padded[WORD + 4];
    snprintf(padded, sizeof padded, " %s%s ", word, ending);
    return strstr(list, padded) != NULL;
}

static void take_word(struct scan *scan, const char *stop, char word[WORD])
{
    size_t length = strcspn(scan->at, stop);
    if (length == 0 || length >= WORD) wrong(scan, "no name");
    memcpy(word, scan->at, length);
    word[length] = '\0';
    scan->at += length;
}

/* Text up to `end`: no raw '<', and '&' only in an entity. */
static void skip_text(struct scan *scan, char end)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    for (; *scan->at != end; scan->at++) {
        bool entity = false;
        if (*scan->at == '\0' || *scan->at == '<') wrong(scan, "unexpected end of text");
        if ((unsigned char)*scan->at < 0x20 && *scan->at != '\n' && *scan->at != '\t')
            wrong(scan, "a control character");
        for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
            entity = entity || strncmp(scan->at, entities[i], strlen(entities[i])) == 0;
        if (*scan->at == '&' && !entity) wrong(scan, "a bare &");
    }
}

static void count_case(struct scan *scan, const struct element *element)
{
    scan->found[0] += strcmp(element->name, "testcase") == 0;
    scan->found[1] += strcmp(element->name, "failure") == 0;
    scan->found[2] += strcmp(element->name, "error") == 0;
}

static void take_attributes(struct scan *scan, const struct element *element)
{
    static const char *const counts[] = {"tests", "failures", "errors"};
    char seen[512] = " ", name[WORD];
    while (*scan->at == ' ') {
        scan->at++;
        take_word(scan, "= />", name);
        if (!has_word(element->attributes, name, "") && !has_word(element->attributes, name, "!"))
            wrong(scan, "an attribute that is not allowed");
        if (has_word(seen, name, "")) wrong(scan, "an attribute twice");
        strcat(strcat(seen, name), " ");
        if (strncmp(scan->at, "=\"", 2) != 0) wrong(scan, "no value");
        scan->at += 2;
        for (int i = 0; i < 3 && scan->depth == 0; i++) {
            if (strcmp(name, counts[i]) == 0) scan->said[i] = atoi(scan->at);
        }
        skip_text(scan, '"');
        scan->at++;
    }
    for (const char *c = element->attributes; (c = strchr(c, '!')) != NULL; c++) {
        const char *begin = c;
        while (begin[-1] != ' ')
            begin--;
        snprintf(name, sizeof name, "%.*s", (int)(c - begin), begin);
        if (!has_word(seen, name, "")) wrong(scan, "an attribute is missing");
    }
}

static void take_tag(struct scan *scan)
{
    char name[WORD];
    const struct element *element = elements, *end = elements + sizeof elements / sizeof elements[0];
    scan->at++;
    if (*scan->at == '/') {
        scan->at++;
        take_word(scan, ">", name);
        if (scan->depth == 0 || strcmp(scan->open[scan->depth - 1]->name, name) != 0)
            wrong(scan, "another end");
        scan->depth--;
        scan->at++;
        return;
    }
    take_word(scan, " />", name);
    while (element < end && strcmp(element->name, name) != 0)
        element++;
    if (element == end) wrong(scan, "an unknown element");
    if (scan->depth == 0 ? strcmp(name, "testsuites") != 0
                         : !has_word(scan->open[scan->depth - 1]->children, name, ""))
        wrong(scan, "an element that is not allowed here");
    take_attributes(scan, element);
    count_case(scan, element);
    if (strncmp(scan->at, "/>", 2) == 0) {
        scan->at += 2;
        return;
    }
    if (*scan->at != '>' || scan->depth == DEEPEST) wrong(scan, "no end of the tag");
    scan->at++;
    scan->open[scan->depth++] = element;
}

void junit_assert_valid(const char *xml)
{
    static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    struct scan scan = {.at = xml, .start = xml};
    if (strncmp(xml, head, strlen(head)) != 0) wrong(&scan, "no declaration");
    scan.at += strlen(head);
    do {
        take_tag(&scan);
        if (scan.depth == 0) break;
        if (scan.open[scan.depth - 1]->text)
            for (; *scan.at != '<'; scan.at++) {
                const char *begin = scan.at;
                if (*scan.at == '&') {
                    skip_text(&scan, ';');
                    scan.at = begin;
                }
                if (*scan.at == '\0' || *scan.at == '>') wrong(&scan, "text that is none");
            }
        else
            scan.at += strspn(scan.at, " \n");
        if (*scan.at != '<') wrong(&scan, "text where none is allowed");
    } while (scan.depth > 0);
    if (strcmp(scan.at, "\n") != 0) wrong(&scan, "something after the end");
    for (int i = 0; i < 3; i++)
        assert_int_equal(scan.said[i], scan.found[i]);
}
