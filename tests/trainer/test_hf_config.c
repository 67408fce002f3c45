/* config.json: defaults, fields of published models, both spellings of one thing, and that it fails closed by
 * name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/trainer/support_folder.h"
#include "trainer/model/hf_config.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#define BERT_SHAPE                                                                                           \
    "\"model_type\":\"bert\",\"vocab_size\":100,\"hidden_size\":12,\"num_hidden_layers\":2,"                 \
    "\"num_attention_heads\":3,\"intermediate_size\":24"
#define LLAMA_SHAPE                                                                                          \
    "\"model_type\":\"llama\",\"vocab_size\":100,\"hidden_size\":16,\"num_hidden_layers\":2,"                \
    "\"num_attention_heads\":4,\"intermediate_size\":24"

#define ROBERTA_SHAPE                                                                                        \
    "\"model_type\":\"roberta\",\"vocab_size\":100,\"hidden_size\":12,\"num_hidden_layers\":2,"              \
    "\"num_attention_heads\":3,\"intermediate_size\":24,\"max_position_embeddings\":20"
#define DISTILBERT_SHAPE                                                                                     \
    "\"model_type\":\"distilbert\",\"vocab_size\":100,\"dim\":12,\"n_layers\":2,\"n_heads\":3,\"hidden_"     \
    "dim\":24"
#define DECODER_SHAPE                                                                                        \
    "\"vocab_size\":100,\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":32,"              \
    "\"intermediate_size\":24"
#define MISTRAL_SHAPE "\"model_type\":\"mistral\"," DECODER_SHAPE
#define QWEN2_SHAPE "\"model_type\":\"qwen2\"," DECODER_SHAPE
#define LLAMA3 "\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0"

/* The cases below add fields to a shape, or write one of its fields again: the last one counts, and the file
 * that is tested has it once. What is no JSON stays as it is. */
static enum status parse_last(const char *json, const char *path, struct model_config *config,
                              struct error *error)
{
    struct json_object *object = json_tokener_parse(json);
    enum status status =
        hf_config_parse(object == NULL ? json : json_object_to_json_string(object), path, config, error);
    json_object_put(object);
    return status;
}

static struct model_config parse(const char *json)
{
    struct model_config config;
    struct error error = {0};
    if (parse_last(json, "config.json", &config, &error) != STATUS_OK) fail_msg("%s", error.text);
    return config;
}

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

static void test_roberta(void **state)
{
    (void)state;
    struct model_config c = parse("{" ROBERTA_SHAPE ",\"type_vocab_size\":1,\"pad_token_id\":3}");
    assert_int_equal(c.family, FAMILY_ROBERTA);
    assert_int_equal(c.position_offset, 4);
    assert_int_equal(c.max_positions, 16);
    assert_int_equal(parse("{" ROBERTA_SHAPE "}").pad_token_id, 1); /* transformers' default */
    hf_config_set_dropout(&c, 0.3);
    assert_true(c.attention_output_dropout == 0.3 && c.classifier_dropout == 0.3);
}

static void test_distilbert(void **state)
{
    (void)state;
    struct model_config c = parse("{" DISTILBERT_SHAPE ",\"dropout\":0.25,\"activation\":\"relu\"}");
    assert_int_equal(c.family, FAMILY_DISTILBERT);
    assert_int_equal(c.activation, ACTIVATION_RELU);
    assert_int_equal(c.head_dim, 4);
    assert_int_equal(c.type_vocab_size, 0);
    assert_true(c.embedding_dropout == 0.25 && c.hidden_dropout == 0.25 &&
                c.attention_output_dropout == 0.0 && c.attention_dropout == 0.1 &&
                c.classifier_dropout == 0.2 && c.norm_epsilon == 1e-12);
    hf_config_set_dropout(&c, 0.3); /* there is none behind the attention's product */
    assert_true(c.embedding_dropout == 0.3 && c.hidden_dropout == 0.3 && c.attention_output_dropout == 0.0 &&
                c.attention_dropout == 0.3 && c.classifier_dropout == 0.3);
}

static void test_decoders(void **state)
{
    (void)state;
    struct model_config c = parse("{" MISTRAL_SHAPE "}");
    assert_int_equal(c.kv_heads, 8);
    assert_int_equal(c.max_positions, 4096); /* the default window, less than the default positions */
    assert_string_equal(c.limited_by, "sliding_window");
    assert_int_equal(parse("{" MISTRAL_SHAPE ",\"sliding_window\":null}").max_positions, 131072);
    assert_null(parse("{" MISTRAL_SHAPE ",\"sliding_window\":200000}").limited_by);
    assert_int_equal(parse("{" MISTRAL_SHAPE ",\"num_key_value_heads\":null}").kv_heads, 32);
    c = parse("{" QWEN2_SHAPE ",\"sliding_window\":1000}");
    assert_int_equal(c.kv_heads, 32);
    assert_int_equal(c.max_positions, 32768);
    assert_true(c.qkv_bias && !c.out_bias && !c.mlp_bias);
    c = parse("{" QWEN2_SHAPE ",\"sliding_window\":1000,\"use_sliding_window\":true}");
    assert_int_equal(c.max_positions, 1000);
    c = parse("{" QWEN2_SHAPE ",\"sliding_window\":1000,\"use_sliding_window\":true,"
              "\"layer_types\":[\"full_attention\",\"full_attention\"]}");
    assert_int_equal(c.max_positions, 32768);
    c = parse("{" LLAMA_SHAPE ",\"attention_bias\":true}");
    assert_true(c.qkv_bias && c.out_bias && !c.mlp_bias);
    c = parse("{" LLAMA_SHAPE ",\"mlp_bias\":true}");
    assert_true(!c.qkv_bias && !c.out_bias && c.mlp_bias);
}

static void test_both_spellings_of_rotary_positions(void **state)
{
    (void)state;
    static const char *const linear[] = {
        "{" LLAMA_SHAPE ",\"rope_theta\":500,\"rope_scaling\":{\"type\":\"linear\",\"factor\":2.0}}",
        "{" LLAMA_SHAPE ",\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":2,\"rope_theta\":500.0}}",
        "{" LLAMA_SHAPE
        ",\"rope_theta\":500.0,\"rope_scaling\":{\"rope_type\":\"linear\",\"type\":\"linear\","
        "\"factor\":2.0},\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":2.0,\"rope_theta\":500.0,"
        "\"partial_rotary_factor\":1.0}}",
    };
    for (size_t i = 0; i < sizeof linear / sizeof *linear; i++) {
        struct model_config c = parse(linear[i]);
        assert_true(c.rope_theta == 500.0 && c.rope_scaling.kind == ROPE_LINEAR &&
                    c.rope_scaling.factor == 2.0);
    }
    struct model_config c = parse("{" LLAMA_SHAPE ",\"max_position_embeddings\":900,\"rope_scaling\":{" LLAMA3
                                  ",\"rope_type\":\"llama3\",\"original_max_position_embeddings\":300}}");
    assert_int_equal(c.rope_scaling.kind, ROPE_LLAMA3);
    assert_true(c.rope_scaling.factor == 8.0 && c.rope_scaling.low_frequency_factor == 1.0 &&
                c.rope_scaling.high_frequency_factor == 4.0 && c.rope_theta == 10000.0);
    assert_int_equal(c.rope_scaling.original_positions, 300);
    c = parse("{" LLAMA_SHAPE ",\"max_position_embeddings\":900,\"rope_parameters\":{" LLAMA3
              ",\"rope_type\":\"llama3\",\"rope_theta\":7e5}}");
    assert_int_equal(c.rope_scaling.original_positions, 900);
    assert_true(c.rope_theta == 7e5);
    c = parse("{" LLAMA_SHAPE ",\"rope_parameters\":{\"rope_theta\":3e4}}");
    assert_int_equal(c.rope_scaling.kind, ROPE_DEFAULT);
    assert_true(c.rope_theta == 3e4);
}

/* The fields, not the sizes, that published models have in their config.json. */
static void test_fields_of_published_models(void **state)
{
    (void)state;
    static const char *const published[] = {
        /* bert-base-chinese */
        "{" BERT_SHAPE ",\"architectures\":[\"BertForMaskedLM\"],\"attention_probs_dropout_prob\":0.1,"
        "\"directionality\":\"bidi\",\"hidden_act\":\"gelu\",\"hidden_dropout_prob\":0.1,"
        "\"initializer_range\":0.02,\"layer_norm_eps\":1e-12,\"max_position_embeddings\":512,"
        "\"pad_token_id\":0,\"pooler_fc_size\":768,\"pooler_num_attention_heads\":12,"
        "\"pooler_num_fc_layers\":3,\"pooler_size_per_head\":128,\"pooler_type\":\"first_token_transform\","
        "\"type_vocab_size\":2}",
        /* sentence-transformers' MiniLM */
        "{" BERT_SHAPE
        ",\"_name_or_path\":\"nreimers/MiniLM-L6-H384-uncased\",\"gradient_checkpointing\":false,"
        "\"position_embedding_type\":\"absolute\",\"transformers_version\":\"4.8.2\",\"use_cache\":true}",
        /* xlm-roberta-base */
        "{" ROBERTA_SHAPE ",\"model_type\":\"xlm-roberta\",\"bos_token_id\":0,\"eos_token_id\":2,"
        "\"layer_norm_eps\":1e-05,\"output_past\":true,\"pad_token_id\":1,\"type_vocab_size\":1,"
        "\"position_embedding_type\":\"absolute\",\"use_cache\":true}",
        /* distilbert-base-uncased-finetuned-sst-2-english */
        "{" DISTILBERT_SHAPE
        ",\"activation\":\"gelu\",\"architectures\":[\"DistilBertForSequenceClassification\"],"
        "\"attention_dropout\":0.1,\"dropout\":0.1,\"finetuning_task\":\"sst-2\",\"id2label\":{\"0\":"
        "\"NEGATIVE\"},"
        "\"initializer_range\":0.02,\"label2id\":{\"NEGATIVE\":0},\"max_position_embeddings\":512,"
        "\"output_past\":true,\"pad_token_id\":0,\"qa_dropout\":0.1,\"seq_classif_dropout\":0.2,"
        "\"sinusoidal_pos_embds\":false,\"tie_weights_\":true,\"problem_type\":\"single_label_"
        "classification\"}",
        /* SmolLM2 */
        "{" LLAMA_SHAPE
        ",\"attention_bias\":false,\"attention_dropout\":0.0,\"bos_token_id\":1,\"eos_token_id\":2,"
        "\"is_llama_config\":true,\"mlp_bias\":false,\"pad_token_id\":2,\"pretraining_tp\":1,"
        "\"rope_interleaved\":false,\"rope_scaling\":null,\"rope_theta\":100000,\"tie_word_embeddings\":true,"
        "\"torch_dtype\":\"bfloat16\",\"transformers.js_config\":{\"kv_cache_dtype\":{\"q4f16\":\"float16\"}}"
        ","
        "\"use_cache\":true}",
        /* Llama 3.2 */
        "{" LLAMA_SHAPE
        ",\"eos_token_id\":[128001,128008],\"head_dim\":64,\"max_position_embeddings\":131072,"
        "\"rope_scaling\":{\"factor\":32.0,\"high_freq_factor\":4.0,\"low_freq_factor\":1.0,"
        "\"original_max_position_embeddings\":8192,\"rope_type\":\"llama3\"},\"rope_theta\":500000.0}",
        /* Mistral, converted from a Llama */
        "{" MISTRAL_SHAPE ",\"attention_bias\":false,\"mlp_bias\":false}",
        /* Qwen2.5 */
        "{" QWEN2_SHAPE ",\"max_window_layers\":24,\"num_key_value_heads\":2,\"rope_theta\":1000000.0,"
        "\"sliding_window\":32768,\"use_mrope\":false,\"use_sliding_window\":false}",
    };
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        (void)parse(published[i]);
}

/* Each bad config, and a word that its message must have. */
static void test_refusals_name_the_field(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"[1]", "JSON object"},
        {"{\"model_type\":", "not JSON"},
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
        {"{" BERT_SHAPE ",\"nobody_knows\":1}", "the field \"nobody_knows\" is not known; remove it if"},
        {"{" LLAMA_SHAPE ",\"quantization_config\":{\"load_in_4bit\":true}}",
         "\"quantization_config\": the weights are quantized"},
        {"{" BERT_SHAPE ",\"auto_map\":{\"AutoModel\":\"modeling.Model\"}}",
         "\"auto_map\": the model is computed by Python code"},
        {"{" BERT_SHAPE ",\"hidden_act\":\"gelu_new\"}", "\"hidden_act\" is \"gelu_new\"; only \"gelu\" or"},
        {"{" BERT_SHAPE ",\"problem_type\":\"regression\"}", "problem_type"},
        {"{" BERT_SHAPE ",\"is_encoder_decoder\":true}", "is_encoder_decoder"},
        {"{" BERT_SHAPE ",\"pruned_heads\":{\"0\":[1]}}", "pruned_heads"},
        {"{" BERT_SHAPE ",\"rope_theta\":1e4}", "rope_theta"},
        {"{" ROBERTA_SHAPE ",\"pad_token_id\":null}", "pad_token_id"},
        {"{" ROBERTA_SHAPE ",\"pad_token_id\":19}", "max_position_embeddings"},
        {"{" DISTILBERT_SHAPE ",\"sinusoidal_pos_embds\":true}", "sinusoidal_pos_embds"},
        {"{" DISTILBERT_SHAPE ",\"layer_norm_eps\":1e-5}", "layer_norm_eps"},
        {"{" DISTILBERT_SHAPE ",\"dim\":13}", "\"dim\" must be a multiple of n_heads"},
        {"{" DISTILBERT_SHAPE ",\"dim\":null}", "dim"},
        {"{" BERT_SHAPE ",\"position_embedding_type\":\"relative_key\"}", "position_embedding_type"},
        {"{" BERT_SHAPE ",\"is_decoder\":true}", "is_decoder"},
        {"{" BERT_SHAPE ",\"hidden_dropout_prob\":1.0}", "hidden_dropout_prob"},
        {"{" BERT_SHAPE ",\"pad_token_id\":100}", "pad_token_id"},
        {"{" BERT_SHAPE ",\"num_experts\":8}", "num_experts"},
        {"{" LLAMA_SHAPE ",\"num_key_value_heads\":3}", "num_key_value_heads"},
        {"{" LLAMA_SHAPE ",\"head_dim\":5}", "head_dim"},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":{\"type\":\"linear\"}}", "rope_scaling.factor"},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":{\"type\":\"linear\",\"factor\":0.5}}", "rope_scaling.factor"},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":{\"factor\":2.0}}", "rope_scaling.factor"},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":4}", "\"rope_scaling\" must be an object"},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":2.0}}",
         "\"rope_scaling.type\" is \"dynamic\""},
        {"{" LLAMA_SHAPE ",\"rope_parameters\":{\"rope_type\":\"yarn\"}}",
         "\"rope_parameters.rope_type\" is \"yarn\""},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":{\"rope_type\":\"longrope\"}}", "longrope"},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":{\"rope_type\":\"linear\",\"type\":\"llama3\",\"factor\":2}}",
         "rope_scaling.type"},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":{\"type\":\"linear\",\"factor\":2,\"mscale\":1}}",
         "rope_scaling.mscale"},
        {"{" LLAMA_SHAPE ",\"rope_parameters\":{\"partial_rotary_factor\":0.5}}",
         "rope_parameters.partial_rotary_factor"},
        {"{" LLAMA_SHAPE ",\"rope_parameters\":{\"rope_theta\":2e4},\"rope_theta\":1e4}", "rope_theta"},
        {"{" LLAMA_SHAPE ",\"rope_parameters\":{\"type\":\"linear\",\"factor\":2},"
         "\"rope_scaling\":{\"type\":\"linear\",\"factor\":4}}",
         "\"rope_scaling\" must be the same as rope_parameters"},
        {"{" LLAMA_SHAPE ",\"rope_scaling\":{\"type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,"
         "\"high_freq_factor\":4}}",
         "rope_scaling.high_freq_factor"},
        {"{" LLAMA_SHAPE ",\"rope_parameters\":{\"full_attention\":{}}}", "rope_parameters.full_attention"},
        {"{" LLAMA_SHAPE ",\"rope_interleaved\":true}", "rope_interleaved"},
        {"{" LLAMA_SHAPE ",\"attention_bias\":1}", "attention_bias"},
        {"{" LLAMA_SHAPE ",\"layer_types\":[\"full_attention\"]}", "layer_types"},
        {"{" LLAMA_SHAPE ",\"layer_types\":[\"full_attention\",\"chunked_attention\"]}", "layer_types"},
        {"{" MISTRAL_SHAPE ",\"layer_types\":[\"full_attention\",\"sliding_attention\"]}", "layer_types"},
        {"{" MISTRAL_SHAPE ",\"sliding_window\":0}", "sliding_window"},
        {"{" MISTRAL_SHAPE ",\"attention_bias\":true}", "attention_bias"},
        {"{" MISTRAL_SHAPE ",\"mlp_bias\":true}", "mlp_bias"},
        {"{" QWEN2_SHAPE ",\"use_mrope\":true}", "use_mrope"},
        {"{" QWEN2_SHAPE ",\"layer_types\":[\"full_attention\",\"sliding_attention\"]}", "layer_types"},
        {"{" LLAMA_SHAPE ",\"pretraining_tp\":2}", "pretraining_tp"},
        {"{" LLAMA_SHAPE ",\"sliding_window\":4096}", "sliding_window"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = {0};
        struct model_config c;
        assert_int_not_equal(parse_last(bad[i][0], "folder/config.json", &c, &error), STATUS_OK);
        assert_non_null(strstr(error.text, "folder/config.json"));
        if (strstr(error.text, bad[i][1]) == NULL) fail_msg("\"%s\" does not name %s", error.text, bad[i][1]);
    }
}

static void test_harmless_fields(void **state)
{
    (void)state;
    static const char *const fields[] = {
        "\"_num_labels\":5,\"_commit_hash\":\"7d2e\",\"adapters\":{\"fusions\":{}}",
        "\"unsloth_fixed\":true,\"unsloth_version\":\"2024.9\"",
        "\"max_sequence_length\":1024,\"model_max_length\":2048",
        "\"sbert_ce_default_activation_function\":\"torch.nn.Identity\"",
        "\"transformers_js_config\":{},\"custom_pipelines\":{}",
        "\"use_return_dict\":true,\"eos_token_ids\":[2]",
        "\"nobody_knows\":null,\"quantization_config\":null,\"auto_map\":null"};
    static const char *const shapes[] = {BERT_SHAPE, ROBERTA_SHAPE, DISTILBERT_SHAPE, LLAMA_SHAPE,
                                         QWEN2_SHAPE};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        for (size_t j = 0; j < sizeof fields / sizeof *fields; j++) {
            char json[512];
            snprintf(json, sizeof json, "{%s,%s}", shapes[i], fields[j]);
            parse(json);
        }
    }
}

static void test_json_is_strict(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"{" BERT_SHAPE ",\"pad_token_id\":0,\"pad_token_id\":0}", "config.json: a member is given twice"},
        {"{" BERT_SHAPE "} {}", "config.json: not JSON"},
        {"{" BERT_SHAPE ",}", "config.json: not JSON"},
        {"{" BERT_SHAPE ",'pad_token_id':0}", "config.json: not JSON"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = {0};
        struct model_config c;
        assert_int_equal(hf_config_parse(bad[i][0], "config.json", &c, &error), STATUS_BAD_INPUT);
        if (strncmp(error.text, bad[i][1], strlen(bad[i][1])) != 0) fail_msg("%s", error.text);
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

/* PEFT saves an adapter without the model's config.json. */
static void test_adapter_alone(void **state)
{
    (void)state;
    struct folder folder;
    struct error error = {0};
    struct model_config c;
    char path[1024];
    folder_make(&folder);
    folder_print(&folder, "adapter_config.json", "{}", path);
    assert_int_equal(hf_config_read(folder.path, &c, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "has a PEFT adapter"));
    folder_remove(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bert),
        cmocka_unit_test(test_llama),
        cmocka_unit_test(test_roberta),
        cmocka_unit_test(test_distilbert),
        cmocka_unit_test(test_decoders),
        cmocka_unit_test(test_both_spellings_of_rotary_positions),
        cmocka_unit_test(test_fields_of_published_models),
        cmocka_unit_test(test_refusals_name_the_field),
        cmocka_unit_test(test_harmless_fields),
        cmocka_unit_test(test_json_is_strict),
        cmocka_unit_test(test_missing_folder),
        cmocka_unit_test(test_adapter_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
