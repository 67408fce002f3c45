#include "trainer/spec/keys.h"

#include <string.h>

static const char *const init_words[] = {"random", "pretrained", NULL};
static const char *const header_words[] = {"auto", "yes", "no", NULL};
static const char *const scheduler_words[] = {"linear", "cosine", "constant", NULL};
const char *const metric_words[] = {"f1", "f1_macro", "accuracy", "eval_loss", NULL};
static const char *const precision_words[] = {"fp32", "fp16", "bf16", NULL};
static const char *const arithmetic_words[] = {"strict", "fast", NULL};
static const char *const device_words[] = {"auto", "cpu", "cuda", "cuda:N", NULL};
static const char *const isa_words[] = {"auto", "avx512", "avx2", "portable", NULL};
static const char *const padding_words[] = {"none", "longest", "max", NULL};

#define AT(field) .offset = offsetof(struct run_spec, field)
#define WHOLE(low, high) .type = KEY_INTEGER, .least = (low), .most = (high)
#define NUMBER(low, high) .type = KEY_NUMBER, .least = (low), .most = (high)
#define SEED .type = KEY_SEED, .least = 0, .most = 4294967295.0
#define ONE_OF(words) .type = KEY_CHOICE, .choices = (words)

enum {
    TRAINS = KEY_IN_INI | KEY_SWEEPABLE | KEY_DECIDES,
    DESCRIBES = KEY_IN_INI | KEY_DECIDES,
    MUST = KEY_IN_INI | KEY_REQUIRED
};

/* Defaults of [training] are those of Hugging Face's TrainingArguments where it has the key. */
const struct key run_keys[] = {
    {"model", "path", .type = KEY_PATH, .use = MUST, AT(model_path),
     .meaning = "Folder of the model in Hugging Face's layout: config.json, the tokenizer's files, weights."},
    {"model", "init", ONE_OF(init_words), .use = DESCRIBES, AT(init), .fallback = "pretrained",
     .meaning = "Where the weights come from: drawn at random by the init seed, or read from the folder."},
    {"model", "digest", .type = KEY_DIGEST, .use = KEY_DECIDES, AT(model_digest), .fallback = "",
     .meaning = "Digest of the model folder's files when the run was planned."},

    {"data", "train", .type = KEY_PATH, .use = MUST, AT(train_path),
     .meaning = "File of training rows: TSV, CSV or JSONL with a text and a label in each row."},
    {"data", "validation", .type = KEY_SOURCE, .use = DESCRIBES | KEY_REQUIRED, AT(validation_fraction),
     .least = 0, .least_open = true, .most = 1, .most_open = true,
     .meaning = "Fraction of the training rows to hold out for validation, or a file of validation rows."},
    {"data", "split_seed", SEED, .use = DESCRIBES, AT(split_seed), .fallback = "42",
     .meaning = "Seed that chooses the held-out rows; the same in every run."},
    {"data", "max_length", WHOLE(3, 65536), .use = DESCRIBES, AT(max_length), .fallback = "128",
     .meaning = "Tokens of a sample, special ones included; longer texts are cut."},
    {"data", "text_column", .type = KEY_NAME, .use = DESCRIBES, AT(text_column), .fallback = "text",
     .meaning = "Column with the text to classify."},
    {"data", "text_pair_column", .type = KEY_NAME, .use = DESCRIBES, AT(text_pair_column), .fallback = "",
     .meaning = "Column with a second text, for tasks on pairs; empty for none."},
    {"data", "label_column", .type = KEY_NAME, .use = DESCRIBES, AT(label_column), .fallback = "label",
     .meaning = "Column with the class of the text."},
    {"data", "header", ONE_OF(header_words), .use = DESCRIBES, AT(header), .fallback = "auto",
     .meaning = "Whether the first row names the columns; auto looks whether it does."},
    {"data", "train_digest", .type = KEY_DIGEST, .use = KEY_DECIDES, AT(train_digest), .fallback = "",
     .meaning = "Digest of the training file when the run was planned."},
    {"data", "validation_digest", .type = KEY_DIGEST, .use = KEY_DECIDES, AT(validation_digest),
     .fallback = "",
     .meaning = "Digest of the validation file when the run was planned; empty when there is none."},

    {"training", "learning_rate", NUMBER(0, 1), .least_open = true, .use = TRAINS, AT(learning_rate),
     .fallback = "5e-5", .meaning = "Peak learning rate of AdamW."},
    {"training", "batch_size", WHOLE(1, 65536), .use = TRAINS, AT(batch_size), .fallback = "8",
     .meaning = "Samples of one forward and backward pass."},
    {"training", "epochs", NUMBER(0, 10000), .least_open = true, .use = TRAINS, AT(epochs), .fallback = "3",
     .meaning = "Passes over the training rows; a fraction ends within a pass."},
    {"training", "gradient_accumulation_steps", WHOLE(1, 65536), .use = TRAINS,
     AT(gradient_accumulation_steps), .fallback = "1",
     .meaning = "Batches whose gradients make one optimiser step."},
    {"training", "warmup_ratio", NUMBER(0, 1), .use = TRAINS, AT(warmup_ratio), .fallback = "0",
     .meaning = "Part of all steps in which the learning rate rises from 0 to its peak."},
    {"training", "lr_scheduler_type", ONE_OF(scheduler_words), .use = TRAINS, AT(lr_scheduler_type),
     .fallback = "linear", .meaning = "How the learning rate falls after the warm-up."},
    {"training", "weight_decay", NUMBER(0, 10), .use = TRAINS, AT(weight_decay), .fallback = "0",
     .meaning = "Decoupled weight decay of AdamW; not applied to biases and norms."},
    {"training", "max_grad_norm", NUMBER(0, 1e6), .use = TRAINS, AT(max_grad_norm), .fallback = "1",
     .meaning = "Gradients with a larger norm are scaled down to it; 0 turns clipping off."},
    {"training", "adam_beta1", NUMBER(0, 1), .most_open = true, .use = TRAINS, AT(adam_beta1),
     .fallback = "0.9", .meaning = "Decay of AdamW's mean of gradients."},
    {"training", "adam_beta2", NUMBER(0, 1), .most_open = true, .use = TRAINS, AT(adam_beta2),
     .fallback = "0.999", .meaning = "Decay of AdamW's mean of squared gradients."},
    {"training", "adam_epsilon", NUMBER(0, 1), .least_open = true, .use = TRAINS, AT(adam_epsilon),
     .fallback = "1e-8", .meaning = "Added to the root of AdamW's second moment."},
    {"training", "dropout", NUMBER(0, 0.99), .word = "model", .word_value = -1, .use = TRAINS, AT(dropout),
     .fallback = "model",
     .meaning = "Probability of every dropout of the model; model takes those of config.json."},
    {"training", "logging_steps", WHOLE(1, 1000000), .use = TRAINS, AT(logging_steps), .fallback = "10",
     .meaning = "Steps between two logged training losses."},
    {"training", "eval_steps", WHOLE(1, 1000000000), .word = "epoch", .word_value = 0, .use = TRAINS,
     AT(eval_steps), .fallback = "epoch",
     .meaning = "Steps between two evaluations; epoch evaluates at the end of each epoch."},
    {"training", "early_stopping_patience", WHOLE(0, 1000000), .use = TRAINS, AT(early_stopping_patience),
     .fallback = "0", .meaning = "Evaluations without improvement after which a run stops; 0 turns it off."},
    {"training", "early_stopping_metric", ONE_OF(metric_words), .use = TRAINS, AT(early_stopping_metric),
     .fallback = "eval_loss", .meaning = "Metric that early stopping watches."},
    {"training", "load_best_model_at_end", .type = KEY_YES_NO, .use = TRAINS, AT(load_best_model_at_end),
     .fallback = "yes", .meaning = "Whether a run's result is its best evaluation, and not its last."},
    {"training", "metric_for_best_model", ONE_OF(metric_words), .use = TRAINS, AT(metric_for_best_model),
     .fallback = "f1", .fallback_told = "the experiment's metric",
     .meaning = "Metric that chooses the best evaluation; the first wins a tie."},
    {"training", "precision", ONE_OF(precision_words), .use = TRAINS, AT(precision), .fallback = "fp32",
     .meaning = "Number format of what matrix products read; weights and sums stay fp32."},
    {"training", "arithmetic", ONE_OF(arithmetic_words), .use = TRAINS | KEY_MAY_MISS, AT(arithmetic),
     .fallback = "strict",
     .meaning =
         "strict has the same bits on every machine; fast leaves matrix products to a GPU's own library, "
         "and needs CUDA."},

    {"seeds", "init", SEED, .use = KEY_DECIDES, AT(seed_init), .fallback = "0",
     .meaning = "Seed of the weights drawn at random."},
    {"seeds", "order", SEED, .use = KEY_DECIDES, AT(seed_order), .fallback = "0",
     .meaning = "Seed of the order of training rows."},
    {"seeds", "dropout", SEED, .use = KEY_DECIDES, AT(seed_dropout), .fallback = "0",
     .meaning = "Seed of the dropout masks."},
    {"seeds", "replica", SEED, .use = KEY_DECIDES, AT(replica), .fallback = "0",
     .meaning = "Which of several runs with the same seeds this is; in the id, not in the bits."},

    {"run", "device", .type = KEY_NAME, .choices = device_words, .use = KEY_IN_INI, AT(device),
     .fallback = "auto",
     .meaning =
         "What computes; auto takes a GPU where there is one that works, else the CPU. The results do not "
         "depend on it."},
    {"run", "isa", .type = KEY_NAME, .choices = isa_words, .use = KEY_IN_INI, AT(isa), .fallback = "auto",
     .meaning = "Instructions of the CPU to use; auto takes the most that it has. The results do not depend "
                "on them."},
    {"run", "threads", WHOLE(1, 1024), .use = KEY_IN_INI, AT(threads), .fallback = "1",
     .meaning = "CPU threads of one run; the results do not depend on it."},
    {"run", "padding", ONE_OF(padding_words), .use = KEY_IN_INI, AT(padding), .fallback = "none",
     .meaning =
         "Whether batches are padded to their longest or to max_length; the results do not depend on it."},
    {"run", "micro_batch", WHOLE(0, 1000000), .use = KEY_IN_INI, AT(micro_batch), .fallback = "0",
     .meaning =
         "Samples of one forward and backward pass, 0 for batch_size; the results do not depend on it."},
    {"run", "gradient_checkpointing", .type = KEY_YES_NO, .use = KEY_IN_INI, AT(gradient_checkpointing),
     .fallback = "no",
     .meaning = "Whether the backward pass computes each layer again from its input, which takes less memory "
                "and more time; the results do not depend on it."},
    {"run", "checkpoint_seconds", NUMBER(0, 1e7), .use = KEY_IN_INI, AT(checkpoint_seconds), .fallback = "30",
     .meaning = "Seconds between two checkpoints of a run, from which a killed one goes on; 0: not by time."},
    {"run", "checkpoint_steps", WHOLE(0, 1000000000), .use = KEY_IN_INI, AT(checkpoint_steps),
     .fallback = "0", .meaning = "Optimiser steps between two checkpoints of a run; 0: not by steps."},
    {"run", "record_tensors", .type = KEY_YES_NO, .use = KEY_IN_INI, AT(record_tensors), .fallback = "no",
     .meaning = "Whether each step's gradients are recorded tensor by tensor, 4 bytes each, so that ftbench "
                "check can name "
                "the first tensor that differs; the results do not depend on it."},
    {"run", "checkpoint", .type = KEY_PATH, .use = 0, AT(checkpoint), .fallback = "",
     .meaning = "File to keep the run's checkpoint in, and to go on from; empty for none."},
    {"run", "saved_model", .type = KEY_PATH, .use = 0, AT(saved_model), .fallback = "",
     .meaning = "Folder to write the trained model to; empty for none."},
};
const size_t run_key_count = sizeof run_keys / sizeof run_keys[0];

bool key_is_setting(const struct key *key)
{
    return (key->use & KEY_DECIDES) != 0 && (key->use & KEY_IN_INI) != 0 && key->type != KEY_PATH &&
           key->type != KEY_SOURCE && key->type != KEY_DIGEST;
}

const struct key *key_find(const char *section, const char *name)
{
    for (size_t i = 0; i < run_key_count; i++) {
        if (strcmp(run_keys[i].section, section) == 0 && strcmp(run_keys[i].name, name) == 0)
            return &run_keys[i];
    }
    return NULL;
}

static int least_of(int a, int b)
{
    return a < b ? a : b;
}

int word_distance(const char *left, const char *right, int limit)
{
    enum { LONGEST = 63 };
    size_t rows = strlen(left), columns = strlen(right);
    if (rows >= LONGEST || columns >= LONGEST) return limit + 1;
    /* Each byte more is an insertion. Most words differ so, and a file of wrong keys is refused sooner. */
    const int more = (int)(rows > columns ? rows - columns : columns - rows);
    if (more > limit) return limit + 1;
    int before[LONGEST + 1] = {0}, above[LONGEST + 1] = {0}, here[LONGEST + 1] = {0};
    for (size_t j = 0; j <= columns; j++)
        above[j] = (int)j;
    for (size_t i = 1; i <= rows; i++) {
        here[0] = (int)i;
        for (size_t j = 1; j <= columns; j++) {
            int same = left[i - 1] == right[j - 1] ? 0 : 1;
            here[j] = least_of(above[j - 1] + same, least_of(above[j], here[j - 1]) + 1);
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                here[j] = least_of(here[j], before[j - 2] + 1);
        }
        memcpy(before, above, sizeof before);
        memcpy(above, here, sizeof above);
    }
    return least_of(above[columns], limit + 1);
}

/* What Hugging Face's scripts and other tools call keys of ours. */
static const struct {
    const char *other, *section, *name;
} other_names[] = {{"num_train_epochs", "training", "epochs"},
                   {"per_device_train_batch_size", "training", "batch_size"},
                   {"train_batch_size", "training", "batch_size"},
                   {"lr", "training", "learning_rate"},
                   {"lr_scheduler", "training", "lr_scheduler_type"},
                   {"warmup_proportion", "training", "warmup_ratio"},
                   {"warmup_steps", "training", "warmup_ratio"},
                   {"eval_strategy", "training", "eval_steps"},
                   {"evaluation_strategy", "training", "eval_steps"},
                   {"max_seq_length", "data", "max_length"},
                   {"train_file", "data", "train"},
                   {"validation_file", "data", "validation"},
                   {"model_name_or_path", "model", "path"},
                   {"fp16", "training", "precision"},
                   {"bf16", "training", "precision"}};

static const struct key *key_of_other_name(const char *section, const char *name)
{
    for (size_t i = 0; i < sizeof other_names / sizeof other_names[0]; i++) {
        bool here = section == NULL || strcmp(section, other_names[i].section) == 0;
        if (here && strcmp(name, other_names[i].other) == 0)
            return key_find(other_names[i].section, other_names[i].name);
    }
    return NULL;
}

const struct key *key_nearest(const char *section, const char *name)
{
    enum { NEAR = 3 };
    const struct key *nearest = key_of_other_name(section, name);
    if (nearest != NULL) return nearest;
    int best = NEAR + 1;
    for (size_t i = 0; i < run_key_count; i++) {
        const struct key *key = &run_keys[i];
        if ((key->use & KEY_IN_INI) == 0) continue;
        if (section != NULL && strcmp(key->section, section) != 0) continue;
        int distance = word_distance(key->name, name, NEAR);
        /* A distance as large as the word is no likeness: "xyz" is not near "isa". */
        if (distance < best && (size_t)distance < strlen(key->name)) {
            best = distance;
            nearest = key;
        }
    }
    return nearest;
}
