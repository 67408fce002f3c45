/* Token ids of WordPiece. The expected ids were made by AutoTokenizer (BertTokenizer) of Hugging Face
 * transformers 5.23 on the vocabulary in tests/fixtures/wordpiece. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/trainer/support_folder.h"
#include "trainer/text/tokenizer.h"

#include <stdio.h>
#include <string.h>

#define FIXTURE FTBENCH_SOURCE_DIR "/tests/fixtures/wordpiece"

struct golden {
    const char *text;
    int32_t ids[24];
    int length;
};

static const struct golden uncased[] = {
    {"The film played very, VERY good!", {2, 10, 7, 17, 26, 11, 49, 11, 8, 53, 3}, 11},
    {"Caf\303\251 cafe\314\201 na\303\257ve \303\211\303\210", {2, 12, 12, 15, 1, 3}, 6},
    {"\304\260stanbul \316\243\316\237\316\243", {2, 18, 1, 3}, 4},
    {"\350\277\231\351\203\250\347\224\265\345\275\261\357\274\214\344\270\215\351\224\231\357\274\201\344"
     "\275\206\346\230\257bad\343\200\202",
     {2, 34, 35, 32, 33, 42, 36, 37, 44, 38, 39, 9, 43, 3},
     14},
    {"\347\224\265\345\275\261s  x\345\275\261\343\200\200a\302\240b\011c\015\012d\342\200\250e\342\200\251f",
     {2, 32, 33, 1, 30, 33, 5, 1, 77, 78, 6, 79, 3},
     13},
    {"un\342\200\213play\302\255able \357\273\277\001a\357\277\275e", {2, 16, 70, 27, 1, 3}, 6},
    {"\360\237\230\200good \360\237\230\200", {2, 1, 41, 3}, 4},
    {"unplayable playablyx playingz", {2, 16, 70, 27, 17, 24, 31, 1, 3}, 9},
    {"[SEP] good[MASK]bad [sep] [UNK]x", {2, 3, 8, 4, 9, 45, 47, 46, 1, 30, 3}, 11},
    {"$2019^20", {2, 54, 56, 57, 59, 60, 55, 56, 57, 3}, 10},
    {"\357\244\200 \350\261\210", {2, 40, 40, 3}, 4},
    {"\355\225\234\352\265\255\354\226\264", {2, 64, 65, 66, 72, 73, 74, 75, 76, 3}, 10},
    {"the-end 'a' \042e\042", {2, 10, 50, 1, 51, 5, 51, 52, 6, 52, 3}, 11},
    {"", {2, 3}, 2},
    {"  \011 ", {2, 3}, 2},
    {"[SE\342\200\213P] a", {2, 45, 47, 46, 5, 3}, 6},
    /* Not in Unicode 8: a face (kept, as what is unassigned), two marks (kept), a sign of punctuation (no
       gap). */
    {"good \360\237\253\251", {2, 8, 1, 3}, 4},
    {"bad \341\253\217\314\201 good\341\267\273", {2, 9, 1, 1, 3}, 5},
    {"a\342\271\217good", {2, 1, 3}, 3},
    {"good\352\243\274e", {2, 8, 1, 6, 3}, 5},
};

static const struct golden cased[] = {
    {"The film played very, VERY good!", {2, 1, 7, 17, 26, 11, 49, 1, 8, 53, 3}, 11},
    {"Caf\303\251 cafe\314\201 na\303\257ve \303\211\303\210", {2, 1, 1, 1, 68, 71, 3}, 7},
    {"\304\260stanbul \316\243\316\237\316\243", {2, 1, 1, 3}, 4},
    {"\350\277\231\351\203\250\347\224\265\345\275\261\357\274\214\344\270\215\351\224\231\357\274\201\344"
     "\275\206\346\230\257bad\343\200\202",
     {2, 34, 35, 32, 33, 42, 36, 37, 44, 38, 39, 9, 43, 3},
     14},
    {"\347\224\265\345\275\261s  x\345\275\261\343\200\200a\302\240b\011c\015\012d\342\200\250e\342\200\251f",
     {2, 32, 33, 1, 30, 33, 5, 1, 77, 78, 6, 79, 3},
     13},
    {"un\342\200\213play\302\255able \357\273\277\001a\357\277\275e", {2, 16, 70, 27, 1, 3}, 6},
    {"\360\237\230\200good \360\237\230\200", {2, 1, 41, 3}, 4},
    {"unplayable playablyx playingz", {2, 16, 70, 27, 17, 24, 31, 1, 3}, 9},
    {"[SEP] good[MASK]bad [sep] [UNK]x", {2, 3, 8, 4, 9, 45, 47, 46, 1, 30, 3}, 11},
    {"$2019^20", {2, 54, 56, 57, 59, 60, 55, 56, 57, 3}, 10},
    {"\357\244\200 \350\261\210", {2, 1, 40, 3}, 4},
    {"\355\225\234\352\265\255\354\226\264", {2, 61, 62, 63, 3}, 5},
    {"the-end 'a' \042e\042", {2, 10, 50, 1, 51, 5, 51, 52, 6, 52, 3}, 11},
    {"", {2, 3}, 2},
    {"  \011 ", {2, 3}, 2},
    {"[SE\342\200\213P] a", {2, 45, 1, 46, 5, 3}, 6},
};

static void check_golden(const char *folder, const struct golden *golden, size_t count)
{
    struct tokenizer *tokenizer;
    struct error error = {0};
    assert_int_equal(tokenizer_open(folder, &tokenizer, &error), STATUS_OK);
    struct encoding encoding = {0};
    for (size_t i = 0; i < count; i++) {
        const char *text = golden[i].text;
        assert_int_equal(tokenizer_encode(tokenizer, text, strlen(text), NULL, 0, 512, &encoding, &error),
                         STATUS_OK);
        if (encoding.length != golden[i].length) fail_msg("%zu: \"%s\": %d ids", i, text, encoding.length);
        for (int j = 0; j < encoding.length; j++) {
            if (encoding.ids[j] != golden[i].ids[j])
                fail_msg("%zu: \"%s\": id %d is %d", i, text, j, encoding.ids[j]);
            assert_int_equal(encoding.types[j], 0);
        }
        assert_false(encoding.truncated);
        assert_false(encoding.replaced);
    }
    encoding_free(&encoding);
    tokenizer_close(tokenizer);
}

/* A folder with the fixture's vocabulary and a tokenizer_config.json of the test's. */
static void make_model(struct folder *folder, const char *config)
{
    char path[1024];
    struct text vocabulary = {0};
    folder_make(folder);
    assert_int_equal(file_read(FIXTURE "/vocab.txt", 0, &vocabulary, NULL), STATUS_OK);
    folder_write(folder, "vocab.txt", vocabulary.data, vocabulary.length, path);
    folder_print(folder, "tokenizer_config.json", config, path);
    text_free(&vocabulary);
}

static void test_ids_without_case(void **state)
{
    (void)state;
    check_golden(FIXTURE, uncased, sizeof uncased / sizeof *uncased);
}

static void test_ids_with_case(void **state)
{
    (void)state;
    struct folder folder;
    make_model(&folder, "{\"do_lower_case\": false}");
    check_golden(folder.path, cased, sizeof cased / sizeof *cased);
    folder_remove(&folder);
}

/* 100 characters are a word like any other, 101 are unknown. */
static void test_long_words(void **state)
{
    (void)state;
    char text[102];
    memset(text, 'x', sizeof text);
    struct tokenizer *tokenizer;
    assert_int_equal(tokenizer_open(FIXTURE, &tokenizer, NULL), STATUS_OK);
    assert_int_equal(tokenizer_vocabulary(tokenizer), 81); /* lines of the file */
    struct encoding encoding = {0};
    assert_int_equal(tokenizer_encode(tokenizer, text, 100, NULL, 0, 512, &encoding, NULL), STATUS_OK);
    assert_int_equal(encoding.length, 102);
    assert_int_equal(encoding.ids[1], 30);
    assert_int_equal(encoding.ids[100], 31);
    assert_int_equal(tokenizer_encode(tokenizer, text, 101, NULL, 0, 512, &encoding, NULL), STATUS_OK);
    assert_int_equal(encoding.length, 3);
    assert_int_equal(encoding.ids[1], 1);
    encoding_free(&encoding);
    tokenizer_close(tokenizer);
}

struct pair_golden {
    const char *first, *second;
    int max_length, length;
    bool truncated;
    int32_t ids[12], types[12];
};

/* By BertTokenizer of transformers 5.23, which is the fast one: the slow one of version 4 gives an odd token
 * to the first of two long texts. */
static const struct pair_golden pairs[] = {
    {"good film", "bad", 16, 6, false, {2, 8, 7, 3, 9, 3}, {0, 0, 0, 0, 1, 1}},
    {"a e good bad the very", "film film", 8, 8, true, {2, 5, 6, 8, 3, 7, 7, 3}, {0, 0, 0, 0, 0, 1, 1, 1}},
    {"a e", "film bad good the very film", 8, 8, true, {2, 5, 6, 3, 7, 9, 8, 3}, {0, 0, 0, 0, 1, 1, 1, 1}},
    {"a e good bad", "film film film film", 8, 8, true, {2, 5, 6, 3, 7, 7, 7, 3}, {0, 0, 0, 0, 1, 1, 1, 1}},
    {"a e good bad the",
     "film film film film",
     8,
     8,
     true,
     {2, 5, 6, 8, 3, 7, 7, 3},
     {0, 0, 0, 0, 0, 1, 1, 1}},
    {"a e good bad the", "film film film film", 7, 7, true, {2, 5, 6, 3, 7, 7, 3}, {0, 0, 0, 0, 1, 1, 1}},
    {"a", "", 8, 4, false, {2, 5, 3, 3}, {0, 0, 0, 1}},
    {"a e good", "film bad", 3, 3, true, {2, 3, 3}, {0, 0, 1}},
    {"a e good bad the very", "", 5, 5, true, {2, 5, 6, 3, 3}, {0, 0, 0, 0, 1}},
};

static void test_pairs_and_truncation(void **state)
{
    (void)state;
    struct tokenizer *tokenizer;
    struct error error = {0};
    assert_int_equal(tokenizer_open(FIXTURE, &tokenizer, &error), STATUS_OK);
    struct encoding encoding = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct pair_golden *p = &pairs[i];
        assert_int_equal(tokenizer_encode(tokenizer, p->first, strlen(p->first), p->second, strlen(p->second),
                                          p->max_length, &encoding, &error),
                         STATUS_OK);
        assert_int_equal(encoding.length, p->length);
        assert_memory_equal(encoding.ids, p->ids, (size_t)p->length * sizeof *p->ids);
        assert_memory_equal(encoding.types, p->types, (size_t)p->length * sizeof *p->types);
        assert_int_equal(encoding.truncated, p->truncated);
    }
    const int32_t cut[] = {2, 5, 6, 8, 3};
    assert_int_equal(tokenizer_encode(tokenizer, "a e good bad", 12, NULL, 0, 5, &encoding, &error),
                     STATUS_OK);
    assert_int_equal(encoding.length, 5);
    assert_memory_equal(encoding.ids, cut, sizeof cut);
    assert_true(encoding.truncated);
    assert_int_equal(tokenizer_encode(tokenizer, "a", 1, NULL, 0, 1, &encoding, &error), STATUS_USAGE);
    assert_non_null(strstr(error.text, "at least 2"));
    assert_int_equal(tokenizer_encode(tokenizer, "a", 1, "e", 1, 2, &encoding, &error), STATUS_USAGE);
    encoding_free(&encoding);
    tokenizer_close(tokenizer);
}

/* A stray byte becomes U+FFFD, which cleaning removes, and is reported. */
static void test_invalid_utf8(void **state)
{
    (void)state;
    struct tokenizer *tokenizer;
    assert_int_equal(tokenizer_open(FIXTURE, &tokenizer, NULL), STATUS_OK);
    struct encoding encoding = {0};
    const char *texts[] = {"go\xFFod", "\xC3 good", "good \xE7\x94", "good \xED\xA0\x80", "good\xC0\xAF"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(
            tokenizer_encode(tokenizer, texts[i], strlen(texts[i]), NULL, 0, 16, &encoding, NULL), STATUS_OK);
        assert_true(encoding.replaced);
        assert_int_equal(encoding.length, 3);
        assert_int_equal(encoding.ids[1], 8);
    }
    assert_int_equal(tokenizer_encode(tokenizer, "good", 4, "\x80", 1, 16, &encoding, NULL), STATUS_OK);
    assert_true(encoding.replaced);
    assert_int_equal(tokenizer_encode(tokenizer, "good", 4, NULL, 0, 16, &encoding, NULL), STATUS_OK);
    assert_false(encoding.replaced);
    encoding_free(&encoding);
    tokenizer_close(tokenizer);
}

static void check_refusal(const char *folder, enum status status, const char *part)
{
    struct tokenizer *tokenizer;
    struct error error = {0};
    assert_int_equal(tokenizer_open(folder, &tokenizer, &error), status);
    assert_null(tokenizer);
    if (strstr(error.text, part) == NULL) fail_msg("\"%s\" is not in \"%s\"", part, error.text);
}

static void test_configurations(void **state)
{
    (void)state;
    static const struct {
        const char *config;
        enum status status;
        const char *part;
    } refused[] = {
        {"{\"do_lower_case\": 1}", STATUS_BAD_INPUT, "do_lower_case: true or false"},
        {"[1]", STATUS_BAD_INPUT, "not a JSON object"},
        {"{\"do_lower_case\"", STATUS_BAD_INPUT, "not a JSON object"},
        {"{\"sep_token\": \"</s>\"}", STATUS_UNSUPPORTED, "sep_token is \"</s>\"; only [SEP]"},
        {"{\"unk_token\": {\"content\": \"<unk>\"}}", STATUS_UNSUPPORTED, "unk_token"},
        {"{\"do_basic_tokenize\": false}", STATUS_UNSUPPORTED, "do_basic_tokenize"},
        {"{\"never_split\": [\"x\"]}", STATUS_UNSUPPORTED, "never_split"},
        {"{\"truncation_side\": \"left\"}", STATUS_UNSUPPORTED, "truncation_side"},
        {"{\"tokenizer_class\": \"LlamaTokenizer\"}", STATUS_UNSUPPORTED, "LlamaTokenizer"},
        {"{\"added_tokens_decoder\": {\"99\": {\"content\": \"<new>\"}}}", STATUS_UNSUPPORTED, "<new>"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct folder folder;
        make_model(&folder, refused[i].config);
        check_refusal(folder.path, refused[i].status, refused[i].part);
        folder_remove(&folder);
    }
    struct folder folder;
    char path[1024];
    make_model(&folder, "{}");
    folder_print(&folder, "added_tokens.json", "{\"[SEP]\": 3}", path);
    check_golden(folder.path, uncased, 1);
    folder_print(&folder, "added_tokens.json", "{\"<b>\": 81}", path);
    check_refusal(folder.path, STATUS_UNSUPPORTED, "adds the token \"<b>\"");
    folder_remove(&folder);
}

/* Lower case with accents kept; ideographs not set apart. */
static void test_settings(void **state)
{
    (void)state;
    static const struct golden kept[] = {{"Caf\303\251 \303\211", {2, 14, 1, 3}, 4}};
    static const struct golden joined[] = {{"\347\224\265\345\275\261", {2, 32, 28, 3}, 4}};
    struct folder folder;
    make_model(&folder,
               "{\"strip_accents\": false, \"sep_token\": {\"content\": \"[SEP]\"}, \"never_split\": null}");
    check_golden(folder.path, kept, 1);
    folder_remove(&folder);
    make_model(&folder, "{\"tokenize_chinese_chars\": false, \"tokenizer_class\": \"BertTokenizerFast\"}");
    check_golden(folder.path, joined, 1);
    folder_remove(&folder);
}

static void test_vocabularies(void **state)
{
    (void)state;
    static const struct {
        const char *vocabulary, *part;
    } refused[] = {
        {"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\na\n", "vocab.txt:8: \"a\" stands in line 6 too"},
        {"[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n", "vocab.txt: the special token [MASK] is missing"},
        {"[PAD]\n[UNK]\n\n[SEP]\n", "vocab.txt:3: an empty line"},
        {"[PAD]\n\xFFz\n", "vocab.txt:2: not valid UTF-8"},
        {"", "vocab.txt: empty"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct folder folder;
        char path[1024];
        folder_make(&folder);
        folder_print(&folder, "vocab.txt", refused[i].vocabulary, path);
        check_refusal(folder.path, STATUS_BAD_INPUT, refused[i].part);
        folder_remove(&folder);
    }
    /* CR LF, and no line feed at the end. */
    struct folder folder;
    char path[1024];
    folder_make(&folder);
    folder_print(&folder, "vocab.txt", "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\na", path);
    static const struct golden last[] = {{"a b", {2, 5, 1, 3}, 4}};
    check_golden(folder.path, last, 1);
    folder_remove(&folder);
}

static void test_other_kinds(void **state)
{
    (void)state;
    struct folder folder;
    char path[1024];
    folder_make(&folder);
    check_refusal(folder.path, STATUS_BAD_INPUT, "or vocab.json with merges.txt is needed");
    folder_print(&folder, "tokenizer.json", "{}", path);
    check_refusal(folder.path, STATUS_BAD_INPUT, "tokenizer.json: model: an object");
    folder_print(&folder, "tokenizer.model", "x", path);
    check_refusal(folder.path, STATUS_UNSUPPORTED, "tokenizer.json: normalizer and pre_tokenizer");
    check_refusal(path, STATUS_BAD_INPUT, "is a file; the folder of a model is needed");
    folder_remove(&folder);
}

static void test_allocation_failures(void **state)
{
    (void)state;
    long alive = memory_blocks_alive();
    const char *text = "Caf\303\251 [SEP] \347\224\265\345\275\261 good";
    int failures = 0;
    for (long n = 1;; n++) {
        struct tokenizer *tokenizer;
        struct encoding encoding = {0};
        struct error error = {0};
        memory_fail_from(n);
        enum status status = tokenizer_open(FIXTURE, &tokenizer, &error);
        if (status == STATUS_OK)
            status =
                tokenizer_encode(tokenizer, text, strlen(text), text, strlen(text), 64, &encoding, &error);
        memory_fail_from(0);
        encoding_free(&encoding);
        tokenizer_close(tokenizer);
        assert_int_equal(memory_blocks_alive(), alive);
        if (status == STATUS_OK) break;
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_true(error.text[0] != '\0');
        failures++;
    }
    assert_true(failures >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_without_case), cmocka_unit_test(test_ids_with_case),
        cmocka_unit_test(test_long_words),       cmocka_unit_test(test_pairs_and_truncation),
        cmocka_unit_test(test_invalid_utf8),     cmocka_unit_test(test_configurations),
        cmocka_unit_test(test_settings),         cmocka_unit_test(test_vocabularies),
        cmocka_unit_test(test_other_kinds),      cmocka_unit_test(test_allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
