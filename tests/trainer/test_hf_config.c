/* config.json: both families, defaults, and that it fails closed by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trainer/model/hf_config.h"

#include <stdio.h>
#include <string.h>

#define BERT_SHAPE                                                                                           \
    "\"model_type\":\"bert\",\"vocab_size\":100,\"hidden_size\":12,\"num_hidden_layers\":2,"                 \
    "\"num_attention_heads\":3,\"intermediate_size\":24"
#define LLAMA_SHAPE                                                                                          \
    "\"model_type\":\"llama\",\"vocab_size\":100,\"hidden_size\":16,\"num_hidden_layers\":2,"                \
    "\"num_attention_heads\":4,\"intermediate_size\":24"

static void test_bert(void **state)
{
    (void)state;
    struct model_config c;
    assert_int_equal(hf_config_parse("{" BERT_SHAPE ",\"pad_token_id\":0,\"hidden_dropout_prob\":0.2,"
                                     "\"architectures\":[\"BertForMaskedLM\"],\"classifier_dropout\":null}",
                                     "config.json", &c, NULL),
                     STATUS_OK);
    assert_int_equal(c.family, FAMILY_BERT);
    assert_int_equal(c.head_dim, 4);
    assert_int_equal(c.kv_heads, 3);
    assert_int_equal(c.max_positions, 512); /* transformers' default */
    assert_int_equal(c.type_vocab_size, 2);
    assert_int_equal(c.pad_token_id, 0);
    assert_true(c.hidden_dropout == 0.2 && c.embedding_dropout == 0.2 && c.classifier_dropout == 0.2);
    assert_true(c.attention_dropout == 0.1 && c.norm_epsilon == 1e-12 && c.initializer_range == 0.02);
    hf_config_set_dropout(&c, 0.3);
    assert_true(c.hidden_dropout == 0.3 && c.embedding_dropout == 0.3 && c.classifier_dropout == 0.3 &&
                c.attention_dropout == 0.3);
}

static void test_llama(void **state)
{
    (void)state;
    struct model_config c;
    assert_int_equal(
        hf_config_parse("{" LLAMA_SHAPE ",\"num_key_value_heads\":2,\"pad_token_id\":null,"
                        "\"rope_scaling\":null,\"rope_theta\":500.0,\"tie_word_embeddings\":true}",
                        "config.json", &c, NULL),
        STATUS_OK);
    assert_int_equal(c.family, FAMILY_LLAMA);
    assert_int_equal(c.head_dim, 4);
    assert_int_equal(c.kv_heads, 2);
    assert_int_equal(c.pad_token_id, -1);
    assert_true(c.rope_theta == 500.0 && c.norm_epsilon == 1e-6 && c.attention_dropout == 0.0);
    hf_config_set_dropout(&c, 0.3); /* Llama has dropout in its attention only */
    assert_true(c.attention_dropout == 0.3 && c.hidden_dropout == 0.0 && c.classifier_dropout == 0.0);
}

/* Each bad config, and a word that its message must have. */
static void test_refusals_name_the_field(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"[1]", "JSON object"},
        {"{\"model_type\":", "JSON object"},
        {"{\"hidden_size\":3}", "model_type"},
        {"{\"model_type\":\"t5\"}", "t5"},
        {"{\"model_type\":\"bert\",\"vocab_size\":100}", "hidden_size"},
        {"{" BERT_SHAPE ",\"hidden_size\":13}", "hidden_size"},
        {"{" BERT_SHAPE ",\"vocab_size\":-3}", "vocab_size"},
        {"{" BERT_SHAPE ",\"vocab_size\":2.5}", "vocab_size"},
        {"{" BERT_SHAPE ",\"vocab_size\":16777217}",
         "\"vocab_size\" must be a whole number from 1 to 16777216, not 16777217"},
        {"{" BERT_SHAPE ",\"hidden_size\":1073741824}",
         "\"hidden_size\" must be a whole number from 1 to 65536"},
        {"{" BERT_SHAPE ",\"num_hidden_layers\":1025}",
         "\"num_hidden_layers\" must be a whole number from 1 to 1024"},
        {"{" BERT_SHAPE ",\"num_attention_heads\":4097}",
         "\"num_attention_heads\" must be a whole number from 1 to 4096"},
        {"{" BERT_SHAPE ",\"intermediate_size\":1048577}",
         "\"intermediate_size\" must be a whole number from 1 to 1048576"},
        {"{" BERT_SHAPE ",\"max_position_embeddings\":1048577}", "\"max_position_embeddings\" must be"},
        {"{" BERT_SHAPE ",\"type_vocab_size\":9223372036854775807}", "\"type_vocab_size\" must be"},
        {"{" LLAMA_SHAPE ",\"head_dim\":65538}", "\"head_dim\" must be a whole number from 1 to 65536"},
        /* each size within its limit, their product not: 2^24 * 65535 words, and 2^16 * (4 * 2^28 + 3 * 2^20)
           in each of 2^10 layers */
        {"{" BERT_SHAPE ",\"vocab_size\":16777216,\"hidden_size\":65535}",
         "the sizes make a model of 1.14e+12 parameters"},
        {"{" LLAMA_SHAPE ",\"hidden_size\":65536,\"num_hidden_layers\":1024,\"num_attention_heads\":4096,"
         "\"intermediate_size\":1048576,\"head_dim\":65536}",
         "the sizes make a model of 7.23e+16 parameters"},
        {"{" BERT_SHAPE ",\"hidden_act\":\"relu\"}", "hidden_act"},
        {"{" BERT_SHAPE ",\"position_embedding_type\":\"relative_key\"}", "position_embedding_type"},
        {"{" BERT_SHAPE ",\"is_decoder\":true}", "is_decoder"},
        {"{" BERT_SHAPE ",\"hidden_dropout_prob\":1.0}", "hidden_dropout_prob"},
        {"{" BERT_SHAPE ",\"pad_token_id\":100}", "pad_token_id"},
        {"{" BERT_SHAPE ",\"num_experts\":8}", "num_experts"},
        {"{" LLAMA_SHAPE ",\"num_key_value_heads\":3}", "num_key_value_heads"},
        {"{" LLAMA_SHAPE ",\"head_dim\":5}", "head_dim"},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":{\"type\":\"linear\"}}", "rope_scaling"},
        {"{" LLAMA_SHAPE ",\"attention_bias\":true}", "attention_bias"},
        {"{" LLAMA_SHAPE ",\"pretraining_tp\":2}", "pretraining_tp"},
        {"{" LLAMA_SHAPE ",\"sliding_window\":4096}", "sliding_window"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = {0};
        struct model_config c;
        assert_int_not_equal(hf_config_parse(bad[i][0], "folder/config.json", &c, &error), STATUS_OK);
        assert_non_null(strstr(error.text, "folder/config.json"));
        if (strstr(error.text, bad[i][1]) == NULL) fail_msg("\"%s\" does not name %s", error.text, bad[i][1]);
    }
}

static void test_missing_folder(void **state)
{
    (void)state;
    struct error error = {0};
    struct model_config c;
    assert_int_equal(hf_config_read("no-such-folder", &c, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "no-such-folder/config.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bert),
        cmocka_unit_test(test_llama),
        cmocka_unit_test(test_refusals_name_the_field),
        cmocka_unit_test(test_missing_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
