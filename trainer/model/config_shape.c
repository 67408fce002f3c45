#include "trainer/model/config_shape.h"

const struct shape_names shape_common = {"hidden_size", "num_hidden_layers", "num_attention_heads",
                                         "intermediate_size"};

/* Read by shape_read, in every family. */
static const char *const common[] = {
    "model_type",         "vocab_size", "initializer_range", "pad_token_id",        "problem_type",
    "is_encoder_decoder", "is_decoder", "pruned_heads",      "add_cross_attention", NULL};

/* Where a model comes from, how it was stored, which program wrote the file. The classes come from the data.
 */
static const char *const provenance[] = {"architectures",
                                         "_name_or_path",
                                         "transformers_version",
                                         "finetuning_task",
                                         "task_specific_params",
                                         "_commit_hash",
                                         "_num_labels",
                                         "adapters",
                                         "custom_pipelines",
                                         "max_sequence_length",
                                         "model_max_length",
                                         "sbert_ce_default_activation_function",
                                         "transformers_js_config",
                                         "unsloth_fixed",
                                         "unsloth_version",
                                         "id2label",
                                         "label2id",
                                         "num_labels",
                                         "torch_dtype",
                                         "dtype",
                                         "tie_word_embeddings",
                                         "tie_weights_",
                                         "tie_encoder_decoder",
                                         "tokenizer_class",
                                         "prefix",
                                         "is_llama_config",
                                         "sentence_transformers",
                                         "transformers.js_config",
                                         NULL};

/* How a pass is run and what it returns besides logits, not what it computes. */
static const char *const running[] = {"use_cache",
                                      "return_dict",
                                      "use_return_dict",
                                      "return_dict_in_generate",
                                      "output_past",
                                      "output_attentions",
                                      "output_hidden_states",
                                      "output_scores",
                                      "chunk_size_feed_forward",
                                      "gradient_checkpointing",
                                      "torchscript",
                                      "use_bfloat16",
                                      "tf_legacy_loss",
                                      "attn_implementation",
                                      "_attn_implementation",
                                      "_attn_implementation_autoset",
                                      "cross_attention_hidden_size",
                                      NULL};

/* Special tokens are the tokenizer's; the others steer the generation of text. */
static const char *const generation[] = {"bos_token_id",
                                         "eos_token_id",
                                         "eos_token_ids",
                                         "sep_token_id",
                                         "cls_token_id",
                                         "mask_token_id",
                                         "decoder_start_token_id",
                                         "forced_bos_token_id",
                                         "forced_eos_token_id",
                                         "max_length",
                                         "min_length",
                                         "do_sample",
                                         "early_stopping",
                                         "num_beams",
                                         "num_beam_groups",
                                         "diversity_penalty",
                                         "temperature",
                                         "top_k",
                                         "top_p",
                                         "typical_p",
                                         "repetition_penalty",
                                         "length_penalty",
                                         "no_repeat_ngram_size",
                                         "encoder_no_repeat_ngram_size",
                                         "bad_words_ids",
                                         "suppress_tokens",
                                         "begin_suppress_tokens",
                                         "exponential_decay_length_penalty",
                                         "remove_invalid_values",
                                         "num_return_sequences",
                                         NULL};

enum status shape_refuse_unknown(struct config_reader *reader, const char *const *fields)
{
    const char *const *const lists[] = {fields, common, provenance, running, generation, NULL};
    return config_refuse_unknown(reader, lists);
}

enum status shape_read(struct config_reader *reader, const struct shape_names *names, int pad_default,
                       struct model_config *config)
{
    TRY(config_count(reader, "vocab_size", CONFIG_REQUIRED, MOST_WORDS, &config->vocab_size));
    TRY(config_count(reader, names->width, CONFIG_REQUIRED, MOST_WIDTH, &config->hidden_size));
    TRY(config_count(reader, names->layers, CONFIG_REQUIRED, MOST_LAYERS, &config->layers));
    TRY(config_count(reader, names->heads, CONFIG_REQUIRED, MOST_HEADS, &config->heads));
    TRY(config_count(reader, names->inner, CONFIG_REQUIRED, MOST_INNER, &config->intermediate_size));
    config->kv_heads = config->heads;
    config->head_dim = config->hidden_size / config->heads;
    TRY(config_number(reader, "initializer_range", 0.02, 0.0, 10.0, &config->initializer_range));
    TRY(config_token(reader, "pad_token_id", pad_default, config->vocab_size, &config->pad_token_id));
    TRY(config_only_word(reader, "problem_type", "single_label_classification"));
    TRY(config_only_false(reader, "is_encoder_decoder"));
    TRY(config_only_false(reader, "is_decoder"));
    TRY(config_only_false(reader, "add_cross_attention"));
    return config_only_empty(reader, "pruned_heads");
}
