/* phrases.h - the sentences of a report that hold numbers. */
#ifndef FTBENCH_TESTS_RECOMPUTE_PHRASES_H
#define FTBENCH_TESTS_RECOMPUTE_PHRASES_H

struct phrase {
    const char *text;   /* {path}: a number that is recomputed; {label}: a setting's name in backquotes */
    const char *reason; /* why it may have numbers of its own; NULL: it has none */
};

extern const struct phrase phrases[];
extern const int phrase_count;

#endif
