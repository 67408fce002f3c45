/* support_golden_ids.h - the ids that a reference gave for many texts (tests/golden/make_sentencepiece.py and
 * make_tokenizers.py say how the files look), compared one by one. */
#ifndef FTBENCH_TESTS_SUPPORT_GOLDEN_IDS_H
#define FTBENCH_TESTS_SUPPORT_GOLDEN_IDS_H

#include "base/text.h"

enum { GOLDEN_AT_START = 40, GOLDEN_AT_END = 24, GOLDEN_LINES = 2048 };

/* Lines of a file; the file's bytes are cut up in place. */
struct lines {
    struct text content;
    char *line[GOLDEN_LINES];
    int count;
};
void lines_read(const char *path, struct lines *lines);

/* Bytes of hexadecimal digits up to a space or the end; where it stopped. */
const char *golden_bytes(const char *digits, struct text *bytes);

/* The folder's tokenizer gives every text of `texts_path` the ids, and the types, of `ids_path`, whole and
 * cut. */
void golden_ids_check(const char *folder, const char *texts_path, const char *ids_path, int texts);

/* The file with the first `from` in it replaced by `to`, which may be longer. */
void golden_changed(const char *path, const char *from, const char *to, struct text *made);

#endif
