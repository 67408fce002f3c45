/* fuzz_tokenizer_json.c - a fast tokenizer's files (all kinds of them) and the texts that it is
 * given: a letter that says how, text, second text, tokenizer_config.json, special_tokens_map.json,
 * added_tokens.json, another file, the main file, in this order.
 *
 * The letter: v the main file is vocab.json, and the other one merges.txt; w tokenizer.json, and the other
 * one vocab.txt; anything else tokenizer.json alone. For J the first @@ in it stands for the members of a
 * vocabulary that give all 256 bytes their ids, which byte-level BPE needs and no mutation would find. */
#include "tests/fuzz/support_tokenizing.h"

#include "base/text.h"

#include <string.h>

/* GPT-2's letters for bytes (bytes_to_unicode): those that can be seen stand for themselves. */
static void add_bytes(struct text *json)
{
    unsigned others = 0x100;
    for (unsigned byte = 0; byte < 256; byte++) {
        bool seen = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
        text_addf(json, "%s\"\\u%04x\":%u", byte == 0 ? "" : ",", seen ? byte : others, byte);
        others += seen ? 0 : 1;
    }
}

static void put_filled(struct fuzz_part part)
{
    struct text json = {0};
    const char *place = memmem(part.bytes, part.length, "@@", 2);
    size_t before = place == NULL ? part.length : (size_t)(place - part.bytes);
    text_add_bytes(&json, part.bytes, before);
    if (place != NULL) {
        add_bytes(&json);
        text_add_bytes(&json, place + 2, part.length - before - 2);
    }
    fuzz_put("tokenizer.json", text_string(&json), json.length);
    text_free(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct fuzz_part none = {"", 0};
    struct fuzz_parts parts;
    fuzz_divide(data, size, 8, &parts);
    const char letter = parts.part[0].length > 0 ? parts.part[0].bytes[0] : 'j';
    fuzz_begin();
    fuzz_put_part("tokenizer_config.json", parts.part[3]);
    fuzz_put_part("special_tokens_map.json", parts.part[4]);
    fuzz_put_part("added_tokens.json", parts.part[5]);
    fuzz_put_part("merges.txt", letter == 'v' ? parts.part[6] : none);
    fuzz_put_part("vocab.txt", letter == 'w' ? parts.part[6] : none);
    fuzz_put_part("vocab.json", letter == 'v' ? parts.part[7] : none);
    if (letter == 'J')
        put_filled(parts.part[7]);
    else
        fuzz_put_part("tokenizer.json", letter == 'v' ? none : parts.part[7]);
    tokenizing_try(parts.part[1], parts.part[2]);
    fuzz_end();
    return 0;
}
