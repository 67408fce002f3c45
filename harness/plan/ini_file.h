/* ini_file.h - the form of an ini file, without its meaning: sections, keys, values, lines. The sole user of
 * inih.
 *
 * inih's rules hold: "key = value" or "key: value" under "[section]"; comments after ';' or '#' at the start
 * of a line and after " ;" within one; an indented line goes on with the value above it. On top of them, what
 * inih would pass over in silence is a problem: a line too long for its buffer, a line without '=', an
 * unclosed section name, a key given twice, a key outside a section, an indented line that looks like a key
 * of its own, NUL bytes. */
#ifndef FTBENCH_HARNESS_PLAN_INI_FILE_H
#define FTBENCH_HARNESS_PLAN_INI_FILE_H

#include "base/status.h"
#include "base/text.h"
#include "harness/plan/problems.h"

#include <stdbool.h>
#include <stddef.h>

enum { INI_WORD_BYTES = 64 };

struct ini_entry {
    char section[INI_WORD_BYTES], key[INI_WORD_BYTES];
    struct text value; /* continuation lines joined by a blank */
    struct place place;
    bool continued; /* has continuation lines */
};

struct ini_section {
    char name[INI_WORD_BYTES];
    int line; /* where it first stands */
};

struct ini_file {
    struct ini_entry *entries; /* (entry_count), owned, in the order of the file */
    size_t entry_count, entry_capacity;
    struct ini_section *sections; /* (section_count), owned, each once */
    size_t section_count, section_capacity;
    bool lost_section; /* a section's line could not be read, and what stands under it was passed over */
};

/* Read the file. What is wrong with its form goes to `problems`; the status fails only when it cannot be read
 * at all or memory ends. */
enum status ini_file_read(const char *path, struct ini_file *ini, struct problems *problems,
                          struct error *error);

/* Override N: "section.key=value" replaces the file's entry or adds one. */
enum status ini_file_override(struct ini_file *ini, const char *assignment, int number,
                              struct problems *problems, struct error *error);

/* The entry, or NULL. */
struct ini_entry *ini_file_find(const struct ini_file *ini, const char *section, const char *key);

void ini_file_free(struct ini_file *ini);

#endif
