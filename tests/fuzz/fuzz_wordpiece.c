/* fuzz_wordpiece.c - a WordPiece tokenizer's files and the texts that it is given: text, second text,
 * tokenizer_config.json, added_tokens.json, vocab.txt, in this order. Without the last a small vocabulary
 * stands in its place, so that texts are tried that much more often. */
#include "tests/fuzz/support_tokenizing.h"

static const char vocabulary[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nab\n##a\n##b\n##ab\n.\n!\n"
                                 "\303\251\ne\n##e\n\344\270\200\n##\344\270\200\n\314\201\n##\314\201\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_parts parts;
    fuzz_divide(data, size, 5, &parts);
    fuzz_begin();
    fuzz_put_part("tokenizer_config.json", parts.part[2]);
    fuzz_put_part("added_tokens.json", parts.part[3]);
    if (parts.part[4].length > 0)
        fuzz_put_part("vocab.txt", parts.part[4]);
    else
        fuzz_put("vocab.txt", vocabulary, sizeof vocabulary - 1);
    tokenizing_try(parts.part[0], parts.part[1]);
    fuzz_end();
    return 0;
}
