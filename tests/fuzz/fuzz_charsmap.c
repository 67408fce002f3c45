/* fuzz_charsmap.c - a text, and the table of characters that normalises it (precompiled_charsmap of a
 * SentencePiece model), divided by a line "%%". */
#include "tests/fuzz/support_fuzz.h"

#include "base/text.h"
#include "trainer/text/charsmap.h"
#include "trainer/text/unicode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A table may make any text of any length of a character: memory is bounded by the text. */
    enum { TEXT_BYTES = 256 };
    struct fuzz_parts parts;
    struct charsmap map;
    struct text normalised = {0};
    struct error error = {0};
    fuzz_divide(data, size, 2, &parts);
    /* Copies, so that reading on is seen: the table's has a NUL behind it, as a file has that was read. */
    char *text = fuzz_string(parts.part[0].bytes, parts.part[0].length);
    char *table = fuzz_string(parts.part[1].bytes, parts.part[1].length);
    size_t length = unicode_prefix(text, parts.part[0].length, TEXT_BYTES);
    fuzz_begin();
    if (unicode_is_valid(text, length)) {
        enum status status = charsmap_open(table, parts.part[1].length, "model", &map, &error);
        fuzz_check_failure(status, &error);
        if (status == STATUS_OK) charsmap_apply(&map, text, length, &normalised);
        fuzz_check(!normalised.failed);
        fuzz_check(unicode_is_valid(text_string(&normalised), normalised.length));
    }
    text_free(&normalised);
    fuzz_end();
    free(text);
    free(table);
    return 0;
}
