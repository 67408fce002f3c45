/* tokenizer.json of SentencePiece tokenizers without their .model file: ids line for line those of Hugging
 * Face transformers (tests/golden/make_sentencepiece.py); refusals; damaged files; memory. */
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
#include <string.h>

#define GOLDEN FTBENCH_SOURCE_DIR "/tests/golden/tokenizers"

enum { TEXTS = 394, WHOLE = 1 << 20 };

/* The folder gives the ids of its ids.txt, else of sp_`other`. */
static void check_case(const char *name, const char *other)
{
    char folder[512], ids[1024];
    snprintf(folder, sizeof folder, GOLDEN "/sp_json_%s", name);
    snprintf(ids, sizeof ids, "%s/ids.txt", folder);
    if (!file_exists(ids)) snprintf(ids, sizeof ids, GOLDEN "/sp_%s/ids.txt", other);
    golden_ids_check(folder, GOLDEN "/sp_texts.txt", ids, TEXTS);
}

static void test_bpe(void **state)
{
    (void)state;
    check_case("llama", "llama");
    check_case("llama_legacy", "llama_legacy");
    check_case("llama_bare", "llama_bare");
    check_case("llama_no_prefix", "llama_no_prefix");
    check_case("v4_llama", "llama_legacy");
}

/* Taken as the file stands. */
static void test_bpe_as_filed(void **state)
{
    (void)state;
    check_case("mistral", "mistral");
    check_case("llama_whole", "mistral");
}

static void test_unigram(void **state)
{
    (void)state;
    check_case("xlm_roberta", "xlm_roberta");
    check_case("xlm_roberta_filed", "xlm_roberta");
    check_case("v4_xlm_roberta", "xlm_roberta");
    check_case("xlm_roberta_mask", "xlm_roberta_mask");
    check_case("camembert", "camembert");
    check_case("camembert_mask", "camembert_mask");
}

/* A folder with a golden tokenizer.json and tokenizer_config.json, one of them changed. */
static void make_changed(struct folder *folder, const char *name, const char *file, const char *from,
                         const char *to)
{
    static const char *const files[] = {"tokenizer.json", "tokenizer_config.json"};
    struct text made = {0};
    char path[1024];
    folder_make(folder);
    for (size_t i = 0; i < 2; i++) {
        const bool is_it = strcmp(files[i], file) == 0;
        snprintf(path, sizeof path, GOLDEN "/sp_json_%s/%s", name, files[i]);
        golden_changed(path, is_it ? from : "{", is_it ? to : "{", &made);
        folder_write(folder, files[i], made.data, made.length, path);
    }
    text_free(&made);
}

static void test_refusals(void **state)
{
    (void)state;
#define JSON "tokenizer.json"
#define CONFIG "tokenizer_config.json"
    static const struct {
        const char *name, *file, *from, *to;
        enum status status;
        const char *part;
    } refusals[] = {
        {"llama", JSON, "\"version\"", "\"mystery\":1,\"version\"", STATUS_UNSUPPORTED, "\"mystery\" is not"},
        {"llama", JSON, "\"dropout\":null", "\"dropout\":0.5", STATUS_UNSUPPORTED, "model.dropout"},
        {"llama", JSON, "\"<0x0A>\"", "\"<0x0a>\"", STATUS_UNSUPPORTED, "has no token <0x0A>"},
        {"llama", JSON, "\"merges\":[", "\"merges\":[[\"zq\",\"a\"],", STATUS_BAD_INPUT,
         "merge 0 (from 0) needs the token \"zq\""},
        {"llama", JSON, "\"id\":480", "\"id\":481", STATUS_UNSUPPORTED, "is said to have the id 481"},
        {"llama", JSON, "{\"id\":\"B\",\"type_id\":1}}",
         "{\"id\":\"B\",\"type_id\":1}},{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":1}}",
         STATUS_UNSUPPORTED, "post_processor: only"},
        {"llama", CONFIG, "LlamaTokenizer", "XLMRobertaTokenizer", STATUS_UNSUPPORTED, "pad_token is"},
        {"llama", CONFIG, "LlamaTokenizer", "T5Tokenizer", STATUS_UNSUPPORTED, "T5Tokenizer"},
        {"llama", CONFIG, "{", "{\"add_eos_token\": true,", STATUS_UNSUPPORTED, "make them agree"},
        {"mistral", JSON, "\"prepend\":\"\342\226\201\"", "\"prepend\":\"_\"", STATUS_UNSUPPORTED,
         "Prepend with"},
        {"mistral", JSON, "{\"String\":\" \"}", "{\"Regex\":\" \"}", STATUS_UNSUPPORTED, "Prepend with"},
        {"mistral", JSON, "\"normalized\":false", "\"normalized\":true", STATUS_UNSUPPORTED,
         "\"<unk>\" has normalized = true"},
        {"llama_whole", JSON, "\"split\": false", "\"split\": true", STATUS_UNSUPPORTED,
         "Metaspace without split"},
        {"llama_whole", JSON, "\"normalizer\": null", "\"normalizer\":{\"type\":\"NFC\"}", STATUS_UNSUPPORTED,
         "normalizer"},
        {"xlm_roberta_filed", JSON, "\"type\":\"WhitespaceSplit\"", "\"type\":\"Whitespace\"",
         STATUS_UNSUPPORTED, "WhitespaceSplit"},
        {"xlm_roberta_filed", JSON, "\"type\":\"Precompiled\"", "\"type\":\"NFKC\"", STATUS_UNSUPPORTED,
         "Precompiled or none"},
        {"xlm_roberta", CONFIG, "XLMRobertaTokenizer", "LlamaTokenizer", STATUS_UNSUPPORTED,
         "the model is Unigram"},
        {"xlm_roberta", JSON, "\"byte_fallback\":false", "\"byte_fallback\":true", STATUS_UNSUPPORTED,
         "byte_fallback"},
        {"xlm_roberta", JSON, "\"unk_id\":3", "\"unk_id\":2", STATUS_UNSUPPORTED, "unk_id is 2"},
        {"xlm_roberta", JSON, "\"unk_id\":3", "\"unk_id\":300", STATUS_BAD_INPUT, "model.unk_id"},
        {"xlm_roberta", JSON, "[\"<pad>\",0.0]", "[\"<pad>\",0.1]", STATUS_UNSUPPORTED, "is no float"},
        {"xlm_roberta", JSON, "[\"<pad>\",0.0]", "[\"<pad>\",1e999]", STATUS_BAD_INPUT, ""},
        {"xlm_roberta", JSON, "[\"<pad>\",0.0]", "[\"<pad>\"]", STATUS_BAD_INPUT, "model.vocab[1]"},
        {"xlm_roberta", JSON, "[\"<pad>\",0.0]", "[\"<s>\",0.0]", STATUS_BAD_INPUT,
         "pieces 0 and 1 are both \"<s>\""},
        {"xlm_roberta", JSON, "[\"<unk>\",0.0]", "[\"<unk>\",-1000.0]", STATUS_UNSUPPORTED, "lowest score"},
        {"xlm_roberta", JSON, "\"precompiled_charsmap\":\"", "\"precompiled_charsmap\":\"A\",\"x\":\"",
         STATUS_BAD_INPUT, "base64"},
        {"xlm_roberta", JSON, "\"precompiled_charsmap\":\"", "\"precompiled_charsmap\":\"AA==\",\"x\":\"",
         STATUS_BAD_INPUT, "precompiled_charsmap) of 1 bytes is damaged"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct folder folder;
        struct tokenizer *tokenizer;
        struct error error = {0};
        make_changed(&folder, refusals[i].name, refusals[i].file, refusals[i].from, refusals[i].to);
        const long alive = memory_blocks_alive();
        enum status status = tokenizer_open(folder.path, &tokenizer, &error);
        if (status != refusals[i].status || strstr(error.text, refusals[i].part) == NULL)
            fail_msg("%s: %s wanted, %s got: %s", refusals[i].part, status_name(refusals[i].status),
                     status_name(status), error.text);
        assert_non_null(strstr(error.text, folder.path));
        assert_null(tokenizer);
        assert_int_equal(memory_blocks_alive(), alive);
        folder_remove(&folder);
    }
}

/* Each allocation fails once. */
static void test_no_memory(void **state)
{
    (void)state;
    static const char *const folders[] = {GOLDEN "/sp_json_llama", GOLDEN "/sp_json_xlm_roberta"};
    for (size_t i = 0; i < 2; i++) {
        bool done = false;
        for (long n = 1; !done; n++) {
            struct tokenizer *tokenizer = NULL;
            struct encoding encoding = {0};
            struct error error = {0};
            const long alive = memory_blocks_alive();
            memory_fail_from(n);
            enum status status = tokenizer_open(folders[i], &tokenizer, &error);
            if (status == STATUS_OK)
                status = tokenizer_encode(tokenizer, "a <s>\377 film", 11, "b", 1, 99, &encoding, &error);
            memory_fail_from(0);
            tokenizer_close(tokenizer);
            encoding_free(&encoding);
            done = status == STATUS_OK;
            if (!done) assert_int_equal(status, STATUS_NO_MEMORY);
            assert_int_equal(memory_blocks_alive(), alive);
            assert_true(n < 2000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bpe),      cmocka_unit_test(test_bpe_as_filed), cmocka_unit_test(test_unigram),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
