/* keys.h - the table of every key that a run spec has: name, section, type, range, default, meaning. The ini
 * reader, the JSON form, the run id, the sweep and the help all walk this one table, so a new key is added in
 * one place. */
#ifndef FTBENCH_TRAINER_SPEC_KEYS_H
#define FTBENCH_TRAINER_SPEC_KEYS_H

#include "trainer/spec/run_spec.h"

enum key_type {
    KEY_INTEGER, /* int */
    KEY_SPAN,    /* struct key_span: a whole number, or two as 3..10 */
    KEY_SEED,    /* uint32_t */
    KEY_NUMBER,  /* double, finite */
    KEY_YES_NO,  /* bool: yes | no (also true | false, 1 | 0) */
    KEY_CHOICE,  /* int, index into `choices` */
    KEY_FLAGS,   /* unsigned, bit i is choices[i]; written as a list of words, or none */
    KEY_NAME,    /* char[SPEC_NAME_BYTES]; one of `choices` if there are any */
    KEY_PATH,    /* char[SPEC_PATH_BYTES] */
    KEY_SOURCE,  /* a fraction or a file: run_spec's validation_fraction and validation_path, of which it sets
                    one */
    KEY_DIGEST   /* char[DIGEST_TEXT]; JSON only */
};

/* A span of whole numbers, least <= most; written as one number when they are equal. */
struct key_span {
    int least, most;
};

enum key_use {
    KEY_IN_INI = 1,    /* a user may write it */
    KEY_SWEEPABLE = 2, /* [sweep] may list values for it (a key of [training]) */
    KEY_DECIDES = 4,   /* decides the bits: part of the run id */
    KEY_REQUIRED = 8,  /* has no default: the ini must give it */
    KEY_MAY_MISS = 16  /* a spec without it means its default: it was written before there was such a key */
};

struct key {
    const char *section; /* "training" */
    const char *name;    /* "learning_rate" */
    enum key_type type;
    unsigned use;               /* enum key_use */
    size_t offset;              /* into struct run_spec */
    double least, most;         /* allowed range for numbers */
    bool least_open, most_open; /* the end itself is not allowed */
    const char *const *choices; /* NULL-terminated words; a final "N" in one stands for a whole number */
    const char *word;           /* a word that may stand in place of a number, or NULL ... */
    double word_value;          /* ... and the number that it stands for, outside the range */
    const char *fallback;       /* the default, as a user would write it; NULL when required */
    const char *fallback_told;  /* how users are told of a default that other keys decide; else NULL */
    const char *meaning;        /* one sentence for help and documentation */
};

extern const struct key run_keys[];
extern const size_t run_key_count;

/* The words of enum metric, for the tables of others. */
extern const char *const metric_words[];

/* The key, or NULL. */
const struct key *key_find(const char *section, const char *name);

/* The key that Hugging Face's scripts call by this name (num_train_epochs: epochs), or whose name is nearest
 * to a mistyped one (edit distance at most 3); any section when `section` is NULL; NULL when none is near.
 * For "did you mean". */
const struct key *key_nearest(const char *section, const char *name);

/* Edit distance of two words (insertions, deletions, replacements and swaps of neighbours, bytes), at most
 * `limit` + 1; words of 63 bytes and more are never near. For every other "did you mean". */
int word_distance(const char *left, const char *right, int limit);

/* Whether the key is a value that a user writes and that decides the bits: no path, digest or seed of a run.
 */
bool key_is_setting(const struct key *key);

/* What is allowed, for people: "a number > 0 and <= 1", "one of linear, cosine, constant". */
void key_expects(const struct key *key, char *text, size_t size);

/* Parse `value` (trimmed) into the key's field; on failure the text says what would be right, without a
 * place. */
enum status key_set(const struct key *key, struct run_spec *spec, const char *value, struct error *error);

/* The same for a key of another table, whose offsets lead into another struct (the harness's experiment). */
enum status key_set_in(const struct key *key, void *record, const char *value, struct error *error);

/* The value as canonical text: numbers in the shortest form that reads back to the same double. */
void key_get(const struct key *key, const struct run_spec *spec, char *text, size_t size);

#endif
