/* Token ids of SentencePiece tokenizers: line for line those of Hugging Face transformers
 * (tests/golden/make_sentencepiece.py); refusals; damaged files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/trainer/support_folder.h"
#include "tests/trainer/support_golden_ids.h"
#include "trainer/text/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GOLDEN FTBENCH_SOURCE_DIR "/tests/golden/tokenizers"

enum { TEXTS = 394, WHOLE = 1 << 20 };

static void copy_file(const struct folder *folder, const char *from, const char *name)
{
    char path[1024];
    struct text content = {0};
    assert_int_equal(file_read(from, 0, &content, NULL), STATUS_OK);
    folder_write(folder, name, text_string(&content), content.length, path);
    text_free(&content);
}

/* A folder with one of the models, under the name that its class reads. */
static void make_model(struct folder *folder, bool unigram)
{
    folder_make(folder);
    if (unigram)
        copy_file(folder, GOLDEN "/sp_unigram.model", "sentencepiece.bpe.model");
    else
        copy_file(folder, GOLDEN "/sp_bpe.model", "tokenizer.model");
}

static void check_case(const char *name, bool unigram)
{
    static const char *const files[] = {"tokenizer_config.json", "config.json", "special_tokens_map.json",
                                        "added_tokens.json", "tokenizer.json"};
    struct folder folder;
    char path[1024];
    make_model(&folder, unigram);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, GOLDEN "/%s/%s", name, files[i]);
        if (file_exists(path)) copy_file(&folder, path, files[i]);
    }
    snprintf(path, sizeof path, GOLDEN "/%s/ids.txt", name);
    golden_ids_check(folder.path, GOLDEN "/sp_texts.txt", path, TEXTS);
    folder_remove(&folder);
}

static void test_llama(void **state)
{
    (void)state;
    check_case("sp_llama", false);
    check_case("sp_llama_legacy", false);
    check_case("sp_llama_bare", false);
    check_case("sp_llama_no_prefix", false);
}

static void test_mistral(void **state)
{
    (void)state;
    check_case("sp_mistral", false);
}

static void test_fairseq(void **state)
{
    (void)state;
    check_case("sp_xlm_roberta", true);
    check_case("sp_camembert", true);
    check_case("sp_xlm_roberta_mask", true);
    check_case("sp_camembert_mask", true);
}

/* Models that are no part of the project: FTBENCH_MODELS names the folder that has them. */
static void check_given(const char *model, const char *ids)
{
    const char *models = getenv("FTBENCH_MODELS");
    char path[1024];
    snprintf(path, sizeof path, "%s/%s/tokenizer.model",
             models != NULL ? models : FTBENCH_SOURCE_DIR "/../shared/models", model);
    if (!file_exists(path)) {
        print_message("no %s (FTBENCH_MODELS names the folder of models): skipped\n", path);
        skip();
    }
    struct folder folder;
    char config[1024];
    folder_make(&folder);
    copy_file(&folder, path, "tokenizer.model");
    folder_print(&folder, "tokenizer_config.json",
                 "{\"tokenizer_class\": \"LlamaTokenizer\", \"add_bos_token\": true}", config);
    golden_ids_check(folder.path, GOLDEN "/sp_texts.txt", ids, TEXTS);
    folder_remove(&folder);
}

static void test_llama2(void **state)
{
    (void)state;
    check_given("tokenizers/llama2", GOLDEN "/sp_ids_llama2.txt");
}

static void test_stories(void **state)
{
    (void)state;
    check_given("stories260K", GOLDEN "/sp_ids_stories260K.txt");
}

static const struct encoding *encode(const struct tokenizer *tokenizer, const char *text, size_t length)
{
    static struct encoding encoding;
    struct error error = {0};
    encoding_free(&encoding);
    if (text == NULL) return NULL;
    if (tokenizer_encode(tokenizer, text, length, NULL, 0, WHOLE, &encoding, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return &encoding;
}

/* Each bad byte counts as U+FFFD, and is reported. */
static void test_invalid_utf8(void **state)
{
    (void)state;
    for (int unigram = 0; unigram < 2; unigram++) {
        struct folder folder;
        struct tokenizer *tokenizer;
        make_model(&folder, unigram == 1);
        assert_int_equal(tokenizer_open(folder.path, &tokenizer, NULL), STATUS_OK);
        int32_t wanted[64];
        const struct encoding *got = encode(tokenizer, "a\357\277\275b\357\277\275\357\277\275", 11);
        const int length = got->length;
        assert_false(got->replaced);
        assert_true(length > 2 && length < 64);
        memcpy(wanted, got->ids, (size_t)length * sizeof *wanted);
        got = encode(tokenizer, "a\377b\347\224", 5);
        assert_true(got->replaced);
        assert_int_equal(got->length, length);
        assert_memory_equal(got->ids, wanted, (size_t)length * sizeof *wanted);
        encode(NULL, NULL, 0);
        tokenizer_close(tokenizer);
        folder_remove(&folder);
    }
}

/* What saved models say, where no file does: transformers must not guess. A tokenizer.json speaks for itself.
 */
static void test_class_names(void **state)
{
    (void)state;
    static const struct {
        bool unigram;
        const char *config, *name;
    } cases[] = {{false, "{\"model_type\": \"llama\"}", "LlamaTokenizer"},
                 {true, "{\"model_type\": \"xlm-roberta\"}", "XLMRobertaTokenizer"},
                 {true, "{\"model_type\": \"camembert\"}", "CamembertTokenizer"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct folder folder;
        struct tokenizer *tokenizer;
        char path[1024];
        make_model(&folder, cases[i].unigram);
        folder_print(&folder, "config.json", cases[i].config, path);
        assert_int_equal(tokenizer_open(folder.path, &tokenizer, NULL), STATUS_OK);
        assert_string_equal(tokenizer_class_name(tokenizer), cases[i].name);
        tokenizer_close(tokenizer);
        folder_remove(&folder);
    }
}

/* A megabyte takes no more than a moment, and gives what its parts give. */
static void test_long_text(void **state)
{
    (void)state;
    enum { TIMES = 40000 };
    for (int unigram = 0; unigram < 2; unigram++) {
        struct folder folder;
        struct tokenizer *tokenizer;
        struct text text = {0};
        make_model(&folder, unigram == 1);
        assert_int_equal(tokenizer_open(folder.path, &tokenizer, NULL), STATUS_OK);
        for (int i = 0; i < TIMES; i++)
            text_add(&text, "the film was good\n");
        const struct encoding *got = encode(tokenizer, text.data, 2 * 18);
        const int one = got->length;
        got = encode(tokenizer, text.data, 18);
        const int added = one - got->length;
        const int first = got->length;
        got = encode(tokenizer, text.data, text.length);
        assert_int_equal(got->length, first + (TIMES - 1) * added);
        encode(NULL, NULL, 0);
        text_free(&text);
        tokenizer_close(tokenizer);
        folder_remove(&folder);
    }
}

static void check_refusal(const char *folder, enum status status, const char *part)
{
    struct tokenizer *tokenizer;
    struct error error = {0};
    long alive = memory_blocks_alive();
    enum status got = tokenizer_open(folder, &tokenizer, &error);
    if (got != status) fail_msg("%s wanted, %s got: %s", part, status_name(got), error.text);
    assert_null(tokenizer);
    if (strstr(error.text, part) == NULL) fail_msg("\"%s\" is not in \"%s\"", part, error.text);
    assert_null(strchr(error.text, '\n'));
    assert_int_equal(memory_blocks_alive(), alive);
}

struct refusal {
    bool unigram;
    const char *file, *content;
    enum status status;
    const char *part;
};

static void test_refusals(void **state)
{
    (void)state;
    static const char config[] = "tokenizer_config.json";
    static const struct refusal refused[] = {
        {false, config, "[1]", STATUS_BAD_INPUT, "not a JSON object"},
        {false, config, "{\"tokenizer_class\": \"T5Tokenizer\"}", STATUS_UNSUPPORTED,
         "\"T5Tokenizer\"; of the"},
        {false, config, "{\"tokenizer_class\": 1}", STATUS_BAD_INPUT, "tokenizer_class: a string"},
        {false, config, "{\"tokenizer_class\": \"XLMRobertaTokenizer\"}", STATUS_BAD_INPUT,
         "sentencepiece.bpe.model: no such file"},
        {false, config, "{\"legacy\": 1}", STATUS_BAD_INPUT, "legacy: true or false"},
        {false, config, "{\"add_bos_token\": \"yes\"}", STATUS_BAD_INPUT, "add_bos_token: true or false"},
        {false, config, "{\"sp_model_kwargs\": {\"alpha\": 0.1}}", STATUS_UNSUPPORTED, "sp_model_kwargs"},
        {false, config, "{\"split_special_tokens\": true}", STATUS_UNSUPPORTED, "split_special_tokens"},
        {false, config, "{\"truncation_side\": \"left\"}", STATUS_UNSUPPORTED, "truncation_side"},
        {false, config, "{\"auto_map\": {}}", STATUS_UNSUPPORTED, "auto_map"},
        {false, config, "{\"bos_token\": 7}", STATUS_BAD_INPUT, "bos_token: a token is a string"},
        {false, config, "{\"added_tokens_decoder\": []}", STATUS_BAD_INPUT, "an object is needed"},
        {false, config, "{\"added_tokens_decoder\": {\"x\": \"a\"}}", STATUS_BAD_INPUT, "has the id \"x\""},
        {false, config, "{\"added_tokens_decoder\": {\"480\": {\"content\": \"\"}}}", STATUS_BAD_INPUT,
         "empty"},
        {false, config, "{\"added_tokens_decoder\": {\"480\": {\"content\": \"a\\u0000\"}}}",
         STATUS_BAD_INPUT, "zero byte"},
        {false, config, "{\"added_tokens_decoder\": {\"490\": {\"content\": \"<new>\"}}}", STATUS_UNSUPPORTED,
         "\"<new>\" is said to have the id 490"},
        {false, config, "{\"added_tokens_decoder\": {\"5\": {\"content\": \"<s>\"}}}", STATUS_UNSUPPORTED,
         "\"<s>\" is said to have the id 5"},
        {false, config,
         "{\"added_tokens_decoder\": {\"480\": {\"content\": \"<n>\", \"single_word\": true}}}",
         STATUS_UNSUPPORTED, "single_word"},
        {false, config, "{\"additional_special_tokens\": [\"<x>\"]}", STATUS_UNSUPPORTED,
         "its id is not known"},
        {false, "added_tokens.json", "{\"<new>\": 481}", STATUS_UNSUPPORTED, "the id 481"},
        {false, "config.json", "{\"model_type\": \"gemma\"}", STATUS_UNSUPPORTED, "model_type is \"gemma\""},
        {false, "config.json", "{\"model_type\": \"mistral\"}", STATUS_UNSUPPORTED, "without tokenizer.json"},
        {false, "tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 0}}}", STATUS_UNSUPPORTED,
         "normalizer and pre"},
        {true, config, "{\"add_eos_token\": true}", STATUS_UNSUPPORTED, "for LlamaTokenizer only"},
        {true, config, "{\"cls_token\": \"[CLS]\"}", STATUS_UNSUPPORTED, "cls_token is \"[CLS]\"; only <s>"},
        {true, config, "{\"mask_token\": null}", STATUS_UNSUPPORTED, "mask_token is \"null\""},
        {true, config,
         "{\"added_tokens_decoder\": {\"227\": {\"content\": \"\uFB01lm\", \"normalized\": true}}}",
         STATUS_UNSUPPORTED, "which has normalized = true"},
        {true, "tokenizer.json", "{\"model\": {\"vocab\": [[\"<s>\", 0]]}}", STATUS_UNSUPPORTED,
         "has 1 pieces"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct folder folder;
        char path[1024];
        make_model(&folder, refused[i].unigram);
        folder_print(&folder, refused[i].file, refused[i].content, path);
        check_refusal(folder.path, refused[i].status, refused[i].part);
        folder_remove(&folder);
    }
    /* Classes and models that do not go together; kinds that are only recognised. */
    struct folder folder;
    folder_make(&folder);
    copy_file(&folder, GOLDEN "/sp_unigram.model", "tokenizer.model");
    check_refusal(folder.path, STATUS_UNSUPPORTED, "of type bpe with byte_fallback");
    folder_remove(&folder);
    folder_make(&folder);
    copy_file(&folder, GOLDEN "/sp_bpe.model", "sentencepiece.bpe.model");
    check_refusal(folder.path, STATUS_UNSUPPORTED, "unigram models");
    folder_remove(&folder);
    char path[1024];
    folder_make(&folder);
    copy_file(&folder, GOLDEN "/sp_unigram.model", "spiece.model");
    folder_print(&folder, "config.json", "{\"model_type\": \"albert\"}", path);
    check_refusal(folder.path, STATUS_UNSUPPORTED, "\"albert\"");
    folder_remove(&folder);
}

/* Every start of a model file, and the file with bytes changed, gives a tokenizer or one line; no crash. */
static void check_damage(bool unigram, const char *name)
{
    struct folder folder;
    struct text content = {0};
    char path[1024];
    make_model(&folder, unigram);
    snprintf(path, sizeof path, "%s/%s", folder.path, name);
    assert_int_equal(file_read(path, 0, &content, NULL), STATUS_OK);
    int refused = 0, opened = 0;
    uint32_t draw = 12345;
    for (int i = 0; i < 600; i++) {
        size_t length = content.length;
        char kept[4];
        size_t places[4];
        const int changed = 1 + i % 4;
        if (i < 200) {
            length = content.length * (size_t)i / 200;
        } else {
            for (int k = 0; k < changed; k++) {
                draw = draw * 1664525u + 1013904223u;
                places[k] = (size_t)(draw >> 8) % content.length;
                kept[k] = content.data[places[k]];
                content.data[places[k]] = (char)(draw % 3 == 0 ? 0xFF : (int)(draw >> 4 & 0xFF));
            }
        }
        folder_write(&folder, name, content.data, length, path);
        for (int k = changed - 1; i >= 200 && k >= 0; k--)
            content.data[places[k]] = kept[k];
        struct tokenizer *tokenizer;
        struct error error = {0};
        if (tokenizer_open(folder.path, &tokenizer, &error) != STATUS_OK) {
            refused++;
            assert_true(error.text[0] != '\0' && strchr(error.text, '\n') == NULL);
            continue;
        }
        opened++;
        static const char text[] =
            "The caf\303\251 \342\221\240 <s>film</s> \360\237\221\215\000 e\314\201 \357\274\241";
        const struct encoding *got = encode(tokenizer, text, sizeof text - 1);
        for (int k = 0; k < got->length; k++)
            assert_in_range(got->ids[k], 0, tokenizer_vocabulary(tokenizer) - 1);
        encode(NULL, NULL, 0);
        tokenizer_close(tokenizer);
    }
    if (refused < 200 || opened < 20) fail_msg("%d refused, %d opened", refused, opened);
    text_free(&content);
    folder_remove(&folder);
}

static void test_damaged_models(void **state)
{
    (void)state;
    check_damage(false, "tokenizer.model");
    check_damage(true, "sentencepiece.bpe.model");
}

/* libsentencepiece writes nothing of its own to standard error, whatever the file. */
static void test_silence(void **state)
{
    (void)state;
    struct folder folder;
    char path[1024];
    make_model(&folder, false);
    snprintf(path, sizeof path, "%s/stderr", folder.path);
    FILE *log = fopen(path, "w+");
    assert_non_null(log);
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
    struct tokenizer *tokenizer;
    enum status sound = tokenizer_open(folder.path, &tokenizer, NULL);
    if (sound == STATUS_OK) encode(tokenizer, "a\377\000 \342\226\201<s>", 9);
    tokenizer_close(tokenizer);
    folder_print(&folder, "tokenizer.model", "no model", path);
    enum status damaged = tokenizer_open(folder.path, &tokenizer, NULL);
    fflush(stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
    encode(NULL, NULL, 0);
    assert_int_equal(sound, STATUS_OK);
    assert_int_equal(damaged, STATUS_BAD_INPUT);
    fseek(log, 0, SEEK_END);
    assert_int_equal(ftell(log), 0);
    fclose(log);
    folder_remove(&folder);
}

/* When the N-th allocation of ours fails: one line, nothing leaks. */
static void test_no_memory(void **state)
{
    (void)state;
    for (int unigram = 0; unigram < 2; unigram++) {
        struct folder folder;
        make_model(&folder, unigram == 1);
        long alive = memory_blocks_alive();
        bool done = false;
        for (long n = 1; !done; n++) {
            struct tokenizer *tokenizer;
            struct encoding encoding = {0};
            struct error error = {0};
            memory_fail_from(n);
            enum status status = tokenizer_open(folder.path, &tokenizer, &error);
            if (status == STATUS_OK)
                status = tokenizer_encode(tokenizer, "a <s>\377 film", 11, "b", 1, 99, &encoding, &error);
            memory_fail_from(0);
            tokenizer_close(tokenizer);
            encoding_free(&encoding);
            done = status == STATUS_OK;
            if (!done) assert_int_equal(status, STATUS_NO_MEMORY);
            assert_int_equal(memory_blocks_alive(), alive);
            assert_true(n < 1000);
        }
        folder_remove(&folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_llama),       cmocka_unit_test(test_mistral),
        cmocka_unit_test(test_fairseq),     cmocka_unit_test(test_llama2),
        cmocka_unit_test(test_stories),     cmocka_unit_test(test_invalid_utf8),
        cmocka_unit_test(test_class_names), cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_refusals),    cmocka_unit_test(test_damaged_models),
        cmocka_unit_test(test_silence),     cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
