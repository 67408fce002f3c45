/* fuzz_sentencepiece.c - a SentencePiece tokenizer's files and the texts that it is given: a letter that says
 * how, text, second text, tokenizer_config.json, config.json, special_tokens_map.json, one more JSON file,
 * the model, in this order.
 *
 * The letter: L, l, M, m the model is tokenizer.model, else sentencepiece.bpe.model; L, M the pieces of all
 * 256 bytes are put behind it (a protocol buffer may be continued so), since no mutation would find them; M,
 * m, X the one more file is tokenizer.json, else added_tokens.json. */
#include "tests/fuzz/support_tokenizing.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Pieces <0x00> to <0xFF> of type BYTE, as fields of ModelProto (piece_file.c). */
static void add_bytes(struct text *model)
{
    for (unsigned byte = 0; byte < 256; byte++)
        text_addf(model, "\x0a\x0a\x0a\x06<0x%02X>\x18\x06", byte);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_parts parts;
    fuzz_divide(data, size, 8, &parts);
    const char letter = parts.part[0].length > 0 ? parts.part[0].bytes[0] : 'x';
    const bool tokenizer_model = strchr("LlMm", letter) != NULL, fast = strchr("MmX", letter) != NULL;
    const bool bytes = letter == 'L' || letter == 'M';
    struct text model = {0};
    fuzz_begin();
    fuzz_put_part("tokenizer_config.json", parts.part[3]);
    fuzz_put_part("config.json", parts.part[4]);
    fuzz_put_part("special_tokens_map.json", parts.part[5]);
    fuzz_put_part(fast ? "tokenizer.json" : "added_tokens.json", parts.part[6]);
    fuzz_drop(fast ? "added_tokens.json" : "tokenizer.json");
    text_add_bytes(&model, parts.part[7].bytes, parts.part[7].length);
    if (bytes) add_bytes(&model);
    fuzz_put(tokenizer_model ? "tokenizer.model" : "sentencepiece.bpe.model", text_string(&model),
             model.length);
    fuzz_drop(tokenizer_model ? "sentencepiece.bpe.model" : "tokenizer.model");
    text_free(&model);
    tokenizing_try(parts.part[1], parts.part[2]);
    fuzz_end();
    return 0;
}
