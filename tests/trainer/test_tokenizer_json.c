/* tokenizer.json: WordPiece's ids line for line (tests/golden/make_tokenizers.py), which kind a folder is,
 * and everything that is refused, in one line that names the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "tests/trainer/support_folder.h"
#include "tests/trainer/support_golden_ids.h"
#include "trainer/text/tokenizer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define GOLDEN FTBENCH_SOURCE_DIR "/tests/golden/tokenizers"

enum { TEXTS = 288, WHOLE = 1 << 20 };

static void test_wordpiece_ids(void **state)
{
    (void)state;
    golden_ids_check(GOLDEN "/wp_uncased", GOLDEN "/bpe_texts.txt", GOLDEN "/wp_uncased.ids", TEXTS);
    golden_ids_check(GOLDEN "/wp_cased", GOLDEN "/bpe_texts.txt", GOLDEN "/wp_cased.ids", TEXTS);
}

static void changed(const char *file, const char *from, const char *to, struct text *made)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", GOLDEN, file);
    golden_changed(path, from, to, made);
}

static void check_refusal(const char *folder, enum status status, const char *part)
{
    struct tokenizer *tokenizer;
    struct error error = {0};
    enum status got = tokenizer_open(folder, &tokenizer, &error);
    if (got != status) fail_msg("%s: status %d, \"%s\"", part, got, error.text);
    assert_null(tokenizer);
    if (strstr(error.text, part) == NULL) fail_msg("\"%s\" is not in \"%s\"", part, error.text);
    if (strstr(error.text, folder) == NULL) fail_msg("no file in \"%s\"", error.text);
}

struct refusal {
    const char *file, *from, *to;
    enum status status;
    const char *part;
};

static void check_refusals(const struct refusal *refusals, size_t count)
{
    struct text made = {0};
    for (size_t i = 0; i < count; i++) {
        struct folder folder;
        char path[1024];
        folder_make(&folder);
        changed(refusals[i].file, refusals[i].from, refusals[i].to, &made);
        folder_write(&folder, "tokenizer.json", made.data, made.length, path);
        check_refusal(folder.path, refusals[i].status, refusals[i].part);
        folder_remove(&folder);
    }
    text_free(&made);
}

#define GPT2 "bpe_gpt2/tokenizer.json"
#define LLAMA3 "bpe_llama3/tokenizer.json"
#define QWEN2 "bpe_qwen2/tokenizer.json"
#define ROBERTA "bpe_roberta_prefix/tokenizer.json"
#define WORDS "wp_cased/tokenizer.json"

static void test_byte_bpe_refusals(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {GPT2, "{\"version\"", "[\"version\"", STATUS_BAD_INPUT, "not a JSON object"},
        {GPT2, "\"version\"", "\"mystery\":1,\"version\"", STATUS_UNSUPPORTED, "\"mystery\" is not known"},
        {GPT2, "\"dropout\":null", "\"dropout\":0.1", STATUS_UNSUPPORTED, "model.dropout"},
        {GPT2, "\"continuing_subword_prefix\":null", "\"continuing_subword_prefix\":\"##\"",
         STATUS_UNSUPPORTED, "continuing_subword_prefix = \"##\""},
        {GPT2, "\"end_of_word_suffix\":null", "\"end_of_word_suffix\":\"</w>\"", STATUS_UNSUPPORTED,
         "end_of_word_suffix = \"</w>\""},
        {GPT2, "\"ignore_merges\":false", "\"ignore_merges\":0", STATUS_BAD_INPUT,
         "ignore_merges: true or false"},
        {LLAMA3, "\"byte_fallback\":false", "\"byte_fallback\":true", STATUS_UNSUPPORTED,
         "Prepend with Replace, or Metaspace"},
        {GPT2, "\"type\":\"BPE\"", "\"type\":\"WordLevel\"", STATUS_UNSUPPORTED,
         "model.type is \"WordLevel\""},
        {GPT2, "\"type\":\"BPE\"", "\"type\":\"BPE\",\"cache\":1", STATUS_UNSUPPORTED,
         "\"cache\" is not known"},
        {GPT2, "\"normalizer\":null", "\"normalizer\":{\"type\":\"NFKC\"}", STATUS_UNSUPPORTED,
         "the normalizer NFKC"},
        {GPT2, "\"normalizer\":null",
         "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},{\"type\":\"Lowercase\"}]"
         "}",
         STATUS_UNSUPPORTED, "the normalizer Lowercase"},
        {GPT2, "\"pre_tokenizer\":{\"type\":\"ByteLevel\"", "\"pre_tokenizer\":{\"type\":\"Whitespace\"",
         STATUS_UNSUPPORTED, "Whitespace is not supported"},
        {GPT2, "\"use_regex\":true", "\"use_regex\":true,\"more\":1", STATUS_UNSUPPORTED,
         "\"more\" is not known"},
        {LLAMA3, "\"type\":\"ByteLevel\"", "\"type\":\"Metaspace\"", STATUS_UNSUPPORTED, "Metaspace"},
        {LLAMA3, "\"behavior\":\"Isolated\"", "\"behavior\":\"Odd\"", STATUS_BAD_INPUT, "behavior is Odd"},
        {LLAMA3, "{\"Regex\":", "{\"Glob\":", STATUS_BAD_INPUT, "pattern must be"},
        {LLAMA3, "(?i:'s|", "(?i:'ss|", STATUS_UNSUPPORTED, "these two letters"},
        {LLAMA3, "(?i:'s|", "(?x:'s|", STATUS_UNSUPPORTED, "of the groups"},
        {LLAMA3, "(?i:'s|", "((?i:'s|", STATUS_BAD_INPUT, "cannot be read at its byte"},
        {LLAMA3, "(?i:'s|", "\\\\w|(?i:'s|", STATUS_UNSUPPORTED, "\"\\w\" in the regular expression"},
        {LLAMA3, "(?i:'s|", "\\\\h|(?i:'s|", STATUS_UNSUPPORTED, "\"\\h\" in the regular expression"},
        {LLAMA3, "(?i:'s|", "\\\\p{Han}|(?i:'s|", STATUS_UNSUPPORTED, "\"\\p{Han}\""},
        {LLAMA3, "(?i:'s|", "(?i:\\\\p{Lu}|", STATUS_UNSUPPORTED, "\"\\p{Lu}\""},
        {LLAMA3, "(?i:'s|", "[a&&b]|(?i:'s|", STATUS_UNSUPPORTED, "\"&&\""},
        {LLAMA3, "(?i:'s|", "[[:alpha:]]|(?i:'s|", STATUS_UNSUPPORTED, "neither \"[\""},
        {LLAMA3, "(?i:'s|", "^a|(?i:'s|", STATUS_UNSUPPORTED, "anchors"},
        {LLAMA3, "{1,3}", "{1,3}+", STATUS_UNSUPPORTED, "\"{1,3}+\""},
        {LLAMA3, "{1,3}", "{,3}", STATUS_UNSUPPORTED, "a brace is written"},
        {LLAMA3, "\"id\":\"B\"", "\"id\":\"A\"", STATUS_UNSUPPORTED, "a template other than A"},
        {LLAMA3, "\"type_id\":0", "\"type_id\":1", STATUS_UNSUPPORTED, "tokens of one place"},
        {LLAMA3, "\"type_id\":1", "\"type_id\":2", STATUS_UNSUPPORTED, "a type_id other than 0 and 1"},
        {LLAMA3, "\"ids\":[", "\"ids\":[99999,", STATUS_BAD_INPUT, "has the id 99999"},
        {LLAMA3, "\"type\":\"TemplateProcessing\"", "\"type\":\"Other\"", STATUS_UNSUPPORTED,
         "Other is not supported"},
        {ROBERTA, "\"sep\":[\"</s>\",2]", "\"sep\":[\"</s>\"]", STATUS_BAD_INPUT, "sep: [token, id]"},
        {ROBERTA, "\"sep\":[\"</s>\",2]", "\"sep\":[\"</s>\",70000]", STATUS_BAD_INPUT, "has the id 70000"},
        /* Vocabulary, merges, added tokens. */
        {GPT2, "\"!\":1,", "\"!\":5000,", STATUS_BAD_INPUT, "model.vocab: the token \"!\": its id must be"},
        {GPT2, "\"!\":1,", "\"!\":2,", STATUS_BAD_INPUT, "another token has its id"},
        {GPT2, "\"!\":1,", "\"!\":-1,", STATUS_BAD_INPUT, "the token \"!\": its id must be"},
        {GPT2, "\"!\":1,", "\"!\":\"1\",", STATUS_BAD_INPUT, "the token \"!\": its id must be"},
        {GPT2, "\"!\":1,", "\"!!!!\":1,", STATUS_UNSUPPORTED, "no token for the byte 21"},
        {GPT2, "\"!\":1,", "\"\":1,", STATUS_BAD_INPUT, "it is empty"},
        {GPT2, "\"merges\":[", "\"merges\":[[\"zq\",\"a\"],", STATUS_BAD_INPUT,
         "merge 0 (from 0) needs the token \"zq\""},
        {GPT2, "\"merges\":[", "\"merges\":[[\"!\",\"\\\"\"],", STATUS_BAD_INPUT, "needs the token \"!\"\""},
        {GPT2, "\"merges\":[", "\"merges\":[[\"a\"],", STATUS_BAD_INPUT, "model.merges[0]"},
        {ROBERTA, "\"merges\":[", "\"merges\":[\"a b c\",", STATUS_BAD_INPUT, "model.merges[0]"},
        {ROBERTA, "\"merges\":[", "\"merges\":[7,", STATUS_BAD_INPUT, "model.merges[0]"},
        {GPT2, "\"content\":\"<|endoftext|>\"", "\"content\":\"\"", STATUS_BAD_INPUT, "no content"},
        {GPT2, "\"content\":\"<|endoftext|>\"", "\"content\":\"WORDY\"", STATUS_BAD_INPUT,
         "\"WORDY\" has the id 0"},
        {QWEN2, "\"content\":\"<|im_end|>\"", "\"content\":\"<|im_start|>\"", STATUS_BAD_INPUT,
         "\"<|im_start|>\" is added twice"},
        {GPT2, "\"lstrip\":true", "\"lstrip\":1", STATUS_BAD_INPUT, "lstrip: true or false"},
    };
    check_refusals(refusals, sizeof refusals / sizeof *refusals);
}

static void test_wordpiece_refusals(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {WORDS, "\"type\":\"BertNormalizer\"", "\"type\":\"NFC\"", STATUS_UNSUPPORTED, "BertNormalizer is"},
        {WORDS, "\"clean_text\":true", "\"clean_text\":false", STATUS_UNSUPPORTED, "clean_text must be true"},
        {WORDS, "\"type\":\"BertPreTokenizer\"", "\"type\":\"Whitespace\"", STATUS_UNSUPPORTED,
         "BertPreTokenizer is"},
        {WORDS, "\"continuing_subword_prefix\":\"##\"", "\"continuing_subword_prefix\":\"@@\"",
         STATUS_UNSUPPORTED, "\"@@\""},
        {WORDS, "\"max_input_chars_per_word\":100", "\"max_input_chars_per_word\":50", STATUS_UNSUPPORTED,
         "max_input_chars_per_word must be 100"},
        {WORDS, "\"unk_token\":\"[UNK]\"", "\"unk_token\":\"<unk>\"", STATUS_BAD_INPUT,
         "unk_token must be a token"},
        {WORDS, "\"normalized\":false", "\"normalized\":true", STATUS_UNSUPPORTED, "normalized = false"},
        {WORDS, "\"cls\":[\"[CLS]\",2]", "\"cls\":[\"[CLS]\",2000]", STATUS_BAD_INPUT, "has the id 2000"},
    };
    check_refusals(refusals, sizeof refusals / sizeof *refusals);
}

/* What stands beside tokenizer.json must agree with it. */
static void test_settings_beside(void **state)
{
    (void)state;
    static const struct {
        const char *folder, *file, *content, *part;
    } refused[] = {
        {"bpe_gpt2", "tokenizer_config.json", "{\"add_prefix_space\": true}",
         "add_prefix_space is true, and false"},
        {"bpe_gpt2", "tokenizer_config.json", "{\"truncation_side\": \"left\"}", "truncation_side"},
        {"bpe_gpt2", "tokenizer_config.json", "{\"split_special_tokens\": true}", "split_special_tokens"},
        {"bpe_gpt2", "tokenizer_config.json", "{\"mask_token\": \"<new>\"}", "mask_token is \"<new>\""},
        {"bpe_gpt2", "special_tokens_map.json", "{\"mask_token\": \"<new>\"}", "mask_token is \"<new>\""},
        {"wp_cased", "special_tokens_map.json", "{\"pad_token\": \"<new>\"}", "pad_token is \"<new>\""},
        {"bpe_gpt2", "tokenizer_config.json", "{\"additional_special_tokens\": [\"<new>\"]}", "\"<new>\""},
        {"bpe_gpt2", "tokenizer_config.json", "{\"add_bos_token\": true, \"bos_token\": \"<|endoftext|>\"}",
         "add_bos_token and add_eos_token"},
        {"bpe_llama3", "tokenizer_config.json", "{\"add_bos_token\": false}",
         "add_bos_token and add_eos_token"},
        {"bpe_gpt2", "tokenizer_config.json",
         "{\"added_tokens_decoder\": {\"0\": {\"content\": \"<|endoftext|>\", \"lstrip\": true}}}",
         "added_tokens_decoder: \"<|endoftext|>\""},
        {"bpe_gpt2", "tokenizer_config.json", "{\"added_tokens_decoder\": {\"9\": {\"content\": \"<new>\"}}}",
         "added_tokens_decoder: \"<new>\""},
        {"wp_cased", "tokenizer_config.json", "{\"do_lower_case\": true}", "do_lower_case is true"},
    };
    struct text made = {0};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct folder folder;
        char path[1024], name[64];
        folder_make(&folder);
        snprintf(name, sizeof name, "%s/tokenizer.json", refused[i].folder);
        changed(name, "{", "{", &made);
        folder_write(&folder, "tokenizer.json", made.data, made.length, path);
        folder_print(&folder, refused[i].file, refused[i].content, path);
        check_refusal(folder.path, STATUS_UNSUPPORTED, refused[i].part);
        folder_remove(&folder);
    }
    text_free(&made);
}

static void folder_with(struct folder *folder, const char *base, const char *file, const char *content)
{
    struct text made = {0};
    char path[1024], name[64];
    folder_make(folder);
    snprintf(name, sizeof name, "%s/tokenizer.json", base);
    changed(name, "{", "{", &made);
    folder_write(folder, "tokenizer.json", made.data, made.length, path);
    if (file != NULL) folder_print(folder, file, content, path);
    text_free(&made);
}

/* What stands beside tokenizer.json and is obeyed; the ids are those of AutoTokenizer (transformers 5.23.0).
 */
static void test_settings_obeyed(void **state)
{
    (void)state;
#define LLAMA_NAMES "\"bos_token\": \"<|begin_of_text|>\", \"eos_token\": \"<|im_end|>\""
    static const struct {
        const char *folder, *file, *content, *text;
        int count;
        int32_t ids[6];
    } obeyed[] = {
        {"bpe_llama3",
         "tokenizer_config.json",
         "{" LLAMA_NAMES ", \"add_eos_token\": false}",
         "the film",
         3,
         {521, 260, 320}},
        {"bpe_llama3",
         "tokenizer_config.json",
         "{" LLAMA_NAMES ", \"add_bos_token\": true}",
         "the film",
         3,
         {521, 260, 320}},
        {"bpe_llama3",
         "special_tokens_map.json",
         "{" LLAMA_NAMES ", \"pad_token\": \"[PAD]\"}",
         "the [PAD] film",
         5,
         {521, 260, 220, 525, 320}},
        {"bpe_llama3",
         "tokenizer_config.json",
         "{" LLAMA_NAMES ", \"pad_token\": \"[PAD]\"}",
         "the [PAD] film",
         5,
         {521, 260, 220, 525, 320}},
        {"bpe_llama3",
         "tokenizer_config.json",
         "{\"pad_token\": {\"content\": \"[PAD]\", \"lstrip\": true, \"rstrip\": true, \"normalized\": "
         "true}}",
         "the [PAD] film",
         6,
         {521, 260, 525, 69, 72, 319}},
        {"bpe_roberta",
         "tokenizer_config.json",
         "{\"tokenizer_class\": \"RobertaTokenizer\", \"add_prefix_space\": true}",
         "the film",
         4,
         {0, 317, 324, 2}},
        {"bpe_roberta_prefix",
         "tokenizer_config.json",
         "{\"tokenizer_class\": \"RobertaTokenizerFast\", \"add_prefix_space\": false}",
         "the film",
         5,
         {0, 87, 261, 324, 2}},
        {"bpe_roberta_prefix",
         "tokenizer_config.json",
         "{\"tokenizer_class\": \"GPT2Tokenizer\"}",
         "the film",
         5,
         {0, 87, 261, 324, 2}},
        {"bpe_roberta_prefix",
         "config.json",
         "{\"model_type\": \"roberta\"}",
         "the film",
         4,
         {0, 264, 324, 2}},
    };
    for (size_t i = 0; i < sizeof obeyed / sizeof *obeyed; i++) {
        struct folder folder;
        struct tokenizer *tokenizer;
        struct encoding encoding = {0};
        struct error error = {0};
        folder_with(&folder, obeyed[i].folder, obeyed[i].file, obeyed[i].content);
        if (tokenizer_open(folder.path, &tokenizer, &error) != STATUS_OK) fail_msg("%s", error.text);
        assert_int_equal(
            tokenizer_encode(tokenizer, obeyed[i].text, strlen(obeyed[i].text), NULL, 0, 99, &encoding, NULL),
            STATUS_OK);
        assert_int_equal(encoding.length, obeyed[i].count);
        assert_memory_equal(encoding.ids, obeyed[i].ids, (size_t)obeyed[i].count * sizeof(int32_t));
        encoding_free(&encoding);
        tokenizer_close(tokenizer);
        folder_remove(&folder);
    }
}

/* A padding token that the vocabulary lacks may lie behind the model's; a text that has it is an error then.
 */
static void test_padding_behind_the_model(void **state)
{
    (void)state;
    struct folder folder;
    struct tokenizer *tokenizer;
    struct encoding encoding = {0};
    struct error error = {0};
    folder_with(&folder, "bpe_llama3", "special_tokens_map.json", "{\"pad_token\": \"[PAD]\"}");
    assert_int_equal(tokenizer_open(folder.path, &tokenizer, NULL), STATUS_OK);
    assert_int_equal(tokenizer_vocabulary(tokenizer), 525);
    tokenizer_limit(tokenizer, 525);
    assert_int_equal(tokenizer_encode(tokenizer, "the film", 8, NULL, 0, 99, &encoding, NULL), STATUS_OK);
    assert_int_equal(tokenizer_encode(tokenizer, "a [PAD]", 7, NULL, 0, 99, &encoding, &error),
                     STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "the padding token, whose id 525 the model lacks"));
    tokenizer_limit(tokenizer, 526);
    assert_int_equal(tokenizer_encode(tokenizer, "a [PAD]", 7, NULL, 0, 99, &encoding, NULL), STATUS_OK);
    encoding_free(&encoding);
    tokenizer_close(tokenizer);
    folder_remove(&folder);
}

static void test_files_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *file, *content;
        enum status status;
        const char *part;
    } refused[] = {
        {"tokenizer_config.json", "{\"tokenizer_class\": \"CLIPTokenizer\"}", STATUS_UNSUPPORTED,
         "CLIPTokenizer"},
        {"tokenizer_config.json", "{}", STATUS_UNSUPPORTED, "tokenizer_class that is missing"},
        {"vocab.json", "{\"a\": 0}", STATUS_UNSUPPORTED,
         "vocab.json: the vocabulary has no token for the byte"},
        {"vocab.json", "{\"a\": 0, \"b\": 0}", STATUS_BAD_INPUT, "another token has its id"},
        {"merges.txt", "#version: 0.2\na b c\n", STATUS_BAD_INPUT, "merges.txt:2: two tokens"},
        {"merges.txt", "#version: 0.2\n\n", STATUS_BAD_INPUT, "merges.txt:2: two tokens"},
        {"merges.txt", "zq a\n", STATUS_BAD_INPUT, "needs the token \"zq\""},
        {"added_tokens.json", "{\"WORDY\": 900}", STATUS_BAD_INPUT, "\"WORDY\" has the id 900"},
        {"added_tokens.json", "{\"WORDY\": true}", STATUS_BAD_INPUT, "an added token and its id"},
        {"special_tokens_map.json", "{\"additional_special_tokens\": [\"<new>\"]}", STATUS_UNSUPPORTED,
         "added_tokens_decoder is needed"},
    };
    static const char *const files[] = {"vocab.json", "merges.txt", "tokenizer_config.json"};
    struct text made = {0};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct folder folder;
        char path[1024], name[64];
        folder_make(&folder);
        for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
            snprintf(name, sizeof name, "bpe_gpt2_files/%s", files[f]);
            changed(name, "", "", &made);
            folder_write(&folder, files[f], made.data, made.length, path);
        }
        folder_print(&folder, refused[i].file, refused[i].content, path);
        check_refusal(folder.path, refused[i].status, refused[i].part);
        folder_remove(&folder);
    }
    text_free(&made);
}

/* A vocab.txt beside tokenizer.json: used when that says WordPiece too, else tokenizer.json is. */
static void test_choice(void **state)
{
    (void)state;
    static const char words[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n";
    static const char *const files[] = {"wp_uncased/tokenizer.json", "bpe_gpt2/tokenizer.json"};
    static const int vocabularies[] = {6, 519};
    struct text made = {0};
    for (int i = 0; i < 2; i++) {
        struct folder folder;
        char path[1024];
        struct tokenizer *tokenizer;
        struct error error = {0};
        folder_make(&folder);
        changed(files[i], "{", "{", &made);
        folder_write(&folder, "tokenizer.json", made.data, made.length, path);
        folder_print(&folder, "vocab.txt", words, path);
        if (tokenizer_open(folder.path, &tokenizer, &error) != STATUS_OK) fail_msg("%s", error.text);
        assert_int_equal(tokenizer_vocabulary(tokenizer), vocabularies[i]);
        tokenizer_close(tokenizer);
        folder_remove(&folder);
    }
    text_free(&made);
}

/* A pattern that would try 2^n ways is an error for the text that it cannot match, and soon. */
static void test_catastrophic_pattern(void **state)
{
    (void)state;
    struct text made = {0};
    struct folder folder;
    char path[1024], text[4096];
    struct tokenizer *tokenizer;
    struct encoding encoding = {0};
    struct error error = {0};
    folder_make(&folder);
    changed(LLAMA3, "(?i:'s|", "(?:a+)+(?:a|aa)+(?=b)|(?i:'s|", &made);
    folder_write(&folder, "tokenizer.json", made.data, made.length, path);
    if (tokenizer_open(folder.path, &tokenizer, &error) != STATUS_OK) fail_msg("%s", error.text);
    memset(text, 'a', sizeof text);
    time_t begin = time(NULL);
    assert_int_equal(tokenizer_encode(tokenizer, text, sizeof text, NULL, 0, WHOLE, &encoding, &error),
                     STATUS_BAD_INPUT);
    assert_true(time(NULL) - begin < 60);
    assert_non_null(strstr(error.text, "regular expression fails on a text of 4096 bytes"));
    encoding_free(&encoding);
    tokenizer_close(tokenizer);
    text_free(&made);
    folder_remove(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wordpiece_ids),        cmocka_unit_test(test_byte_bpe_refusals),
        cmocka_unit_test(test_wordpiece_refusals),   cmocka_unit_test(test_settings_beside),
        cmocka_unit_test(test_settings_obeyed),      cmocka_unit_test(test_padding_behind_the_model),
        cmocka_unit_test(test_files_refusals),       cmocka_unit_test(test_choice),
        cmocka_unit_test(test_catastrophic_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
