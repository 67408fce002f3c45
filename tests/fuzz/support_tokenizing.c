#include "tests/fuzz/support_tokenizing.h"

#include "trainer/text/tokenizer.h"

enum { WHOLE = 1 << 24, SHORT = 7 };

static void encode(const struct tokenizer *tokenizer, struct fuzz_part text, const struct fuzz_part *pair,
                   int max_length, struct encoding *encoding)
{
    struct error error = {0};
    enum status status =
        tokenizer_encode(tokenizer, text.bytes, text.length, pair == NULL ? NULL : pair->bytes,
                         pair == NULL ? 0 : pair->length, max_length, encoding, &error);
    fuzz_check_failure(status, &error);
    fuzz_check((status == STATUS_OK) == (max_length >= tokenizer_frame(tokenizer, pair != NULL)));
    if (status != STATUS_OK) return;
    fuzz_check(encoding->length >= 0 && encoding->length <= max_length);
    fuzz_check(encoding->plain >= 0 && encoding->plain <= encoding->length);
    fuzz_check(encoding->unknown >= 0 && encoding->unknown <= encoding->length);
    fuzz_check(max_length < WHOLE || !encoding->truncated);
    for (int i = 0; i < encoding->length; i++) {
        fuzz_check(encoding->ids[i] >= 0 && encoding->ids[i] < tokenizer_vocabulary(tokenizer));
        fuzz_check(encoding->types[i] == 0 || (encoding->types[i] == 1 && pair != NULL));
    }
}

void tokenizing_try(struct fuzz_part text, struct fuzz_part pair)
{
    struct tokenizer *tokenizer;
    struct encoding encoding = {0};
    struct error error = {0};
    enum status status = tokenizer_open(fuzz_folder(), &tokenizer, &error);
    fuzz_check_failure(status, &error);
    fuzz_check((status == STATUS_OK) == (tokenizer != NULL));
    if (status != STATUS_OK) return;
    encode(tokenizer, text, NULL, WHOLE, &encoding);
    encode(tokenizer, text, &pair, WHOLE, &encoding);
    encode(tokenizer, pair, &text, SHORT, &encoding);
    tokenizer_drop_frame(tokenizer);
    encode(tokenizer, pair, NULL, SHORT, &encoding);
    encoding_free(&encoding);
    tokenizer_close(tokenizer);
}
