/* Token ids of byte-level BPE: line for line those of the tokenizers package and of transformers
 * (tests/golden/make_tokenizers.py); long words; invalid UTF-8; failing allocations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "tests/trainer/support_golden_ids.h"
#include "trainer/text/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN FTBENCH_SOURCE_DIR "/tests/golden/tokenizers"

enum { TEXTS = 288, WHOLE = 1 << 20 };

static void check(const char *name)
{
    char folder[1024], ids[1024];
    snprintf(folder, sizeof folder, "%s/%s", GOLDEN, name);
    snprintf(ids, sizeof ids, "%s/%s.ids", GOLDEN, name);
    golden_ids_check(folder, GOLDEN "/bpe_texts.txt", ids, TEXTS);
}

static void test_gpt2(void **state)
{
    (void)state;
    check("bpe_gpt2");
}

static void test_llama3(void **state)
{
    (void)state;
    check("bpe_llama3");
}

static void test_o200k(void **state)
{
    (void)state;
    check("bpe_o200k");
}

static void test_cl100k(void **state)
{
    (void)state;
    check("bpe_cl100k");
}

static void test_qwen2(void **state)
{
    (void)state;
    check("bpe_qwen2");
}

static void test_smollm(void **state)
{
    (void)state;
    check("bpe_smollm");
}

static void test_roberta(void **state)
{
    (void)state;
    check("bpe_roberta");
    check("bpe_roberta_prefix");
}

/* Every behaviour of Split, empty matches, Digits joined. */
static void test_splits(void **state)
{
    (void)state;
    check("bpe_splits");
}

static void test_files(void **state)
{
    (void)state;
    check("bpe_gpt2_files");
    check("bpe_roberta_files");
    check("bpe_qwen2_files");
}

static struct tokenizer *opened(const char *name)
{
    char folder[1024];
    struct tokenizer *tokenizer;
    struct error error = {0};
    snprintf(folder, sizeof folder, "%s/%s", GOLDEN, name);
    if (tokenizer_open(folder, &tokenizer, &error) != STATUS_OK) fail_msg("%s", error.text);
    return tokenizer;
}

/* Each bad byte counts as U+FFFD, and is reported. */
static void test_invalid_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text, *same;
    } texts[] = {
        {"go\xFFod film", "go\357\277\275od film"},
        {"\xE7\x94", "\357\277\275\357\277\275"},
        {"a \xC0\xAF<s>", "a \357\277\275\357\277\275<s>"},
        {"\xED\xA0\x80", "\357\277\275\357\277\275\357\277\275"},
    };
    static const char *const names[] = {"bpe_gpt2", "bpe_qwen2", "bpe_roberta_prefix"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct tokenizer *tokenizer = opened(names[n]);
        struct encoding got = {0}, wanted = {0};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            assert_int_equal(
                tokenizer_encode(tokenizer, texts[i].text, strlen(texts[i].text), NULL, 0, WHOLE, &got, NULL),
                STATUS_OK);
            assert_int_equal(tokenizer_encode(tokenizer, texts[i].same, strlen(texts[i].same), NULL, 0, WHOLE,
                                              &wanted, NULL),
                             STATUS_OK);
            assert_true(got.replaced);
            assert_false(wanted.replaced);
            assert_int_equal(got.length, wanted.length);
            assert_memory_equal(got.ids, wanted.ids, (size_t)got.length * sizeof *got.ids);
        }
        encoding_free(&got);
        encoding_free(&wanted);
        tokenizer_close(tokenizer);
    }
}

/* A word of a million letters, and as many spaces: no word is long enough to take minutes. The ids of a
 * repeated word repeat in the middle, so a prefix of it tells whether the long one is right. */
static void test_long_words(void **state)
{
    (void)state;
    enum { LENGTH = 1000000, PART = 1000 };
    static const char *const names[] = {"bpe_gpt2", "bpe_llama3", "bpe_qwen2", "bpe_splits"};
    char *word = malloc(LENGTH);
    assert_non_null(word);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct tokenizer *tokenizer = opened(names[n]);
        struct encoding part = {0}, whole = {0};
        for (int i = 0; i < LENGTH; i++)
            word[i] = "abcde"[i % 5];
        assert_int_equal(tokenizer_encode(tokenizer, word, PART, NULL, 0, WHOLE, &part, NULL), STATUS_OK);
        assert_int_equal(tokenizer_encode(tokenizer, word, LENGTH, NULL, 0, WHOLE, &whole, NULL), STATUS_OK);
        int same = part.length - 10;
        assert_true(same > 100 && whole.length > LENGTH / 10);
        assert_memory_equal(whole.ids, part.ids, (size_t)same * sizeof *part.ids);
        memset(word, ' ', LENGTH);
        assert_int_equal(tokenizer_encode(tokenizer, word, LENGTH, NULL, 0, WHOLE, &whole, NULL), STATUS_OK);
        assert_true(whole.length > 0);
        encoding_free(&part);
        encoding_free(&whole);
        tokenizer_close(tokenizer);
    }
    free(word);
}

static int count_failures(const char *name)
{
    char folder[1024];
    snprintf(folder, sizeof folder, "%s/%s", GOLDEN, name);
    const char *text = "Caf\303\251 <s> \347\224\265\345\275\261 12 good\xFF \360\221\275\220 <|endoftext|>";
    long alive = memory_blocks_alive();
    for (long n = 1;; n += n < 100 ? 1 : 7) {
        struct tokenizer *tokenizer;
        struct encoding encoding = {0};
        struct error error = {0};
        memory_fail_from(n);
        enum status status = tokenizer_open(folder, &tokenizer, &error);
        if (status == STATUS_OK)
            status =
                tokenizer_encode(tokenizer, text, strlen(text), text, strlen(text), 64, &encoding, &error);
        memory_fail_from(0);
        encoding_free(&encoding);
        tokenizer_close(tokenizer);
        assert_int_equal(memory_blocks_alive(), alive);
        if (status == STATUS_OK) return (int)n;
        if (status != STATUS_NO_MEMORY) fail_msg("%s: allocation %ld: %s", name, n, error.text);
        assert_true(error.text[0] != '\0');
    }
}

static void test_allocation_failures(void **state)
{
    (void)state;
    static const char *const names[] = {"bpe_qwen2", "bpe_splits", "bpe_roberta_files", "wp_cased"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(count_failures(names[i]) >= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gpt2),       cmocka_unit_test(test_llama3),
        cmocka_unit_test(test_o200k),      cmocka_unit_test(test_cl100k),
        cmocka_unit_test(test_qwen2),      cmocka_unit_test(test_smollm),
        cmocka_unit_test(test_roberta),    cmocka_unit_test(test_splits),
        cmocka_unit_test(test_files),      cmocka_unit_test(test_invalid_utf8),
        cmocka_unit_test(test_long_words), cmocka_unit_test(test_allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
