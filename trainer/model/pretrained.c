#include "trainer/model/pretrained.h"

#include "base/memory.h"
#include "base/number.h"
#include "trainer/model/model_labels.h"
#include "trainer/weights/weights_folder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 256 };

/* Tensors that say nothing about a classifier's result, and why. A name that ends with '*' is a beginning,
 * one that begins with '*' an end. */
static const struct {
    const char *name, *reason;
} passed_over[] = {
    {"cls.*", "BERT's pre-training heads: masked words, next sentence"},
    {"lm_head.*", "the language model's head: words, not classes"},
    {"vocab_transform.*", "DistilBERT's head for masked words"},
    {"vocab_layer_norm.*", "DistilBERT's head for masked words"},
    {"vocab_projector.*", "DistilBERT's head for masked words"},
    {"qa_outputs.*", "a head for questions and answers"},
    {"roberta.pooler.*", "RoBERTa's classifier has a dense layer of its own in place of the pooler"},
    {"*.position_ids", "0, 1, 2...: a constant that older versions stored"},
    {"*.token_type_ids", "zeros: a constant that older versions stored"},
    {"*.rotary_emb.inv_freq", "follows from rope_theta and head_dim; older versions stored it"},
};

/* What belongs together where it is allowed to be missing: all of it or nothing. */
enum part { PART_BODY, PART_POOLER, PART_HEAD, PARTS };

/* Everything that is known while one folder is read. */
struct filling {
    const char *folder;
    const struct layout *layout;
    const struct pretrained_draws *draws;
    const struct class_names *classes;
    struct weights_folder weights;
    struct weights_entry *sources; /* (layout->count): where each tensor of the layout is; NULL: nowhere */
    char prefix[32];               /* of the base model: "bert."; the head's names lack it */
    bool bare;                     /* the folder's names lack it too */
};

int pretrained_shape(const struct tensor *tensor, uint64_t shape[2])
{
    int rank = 0;
    if (tensor->decay)
        shape[rank++] = (uint64_t)tensor->rows; /* matrices take weight decay, vectors do not */
    shape[rank++] = (uint64_t)tensor->cols;
    return rank;
}

static bool begins(const char *name, const char *start)
{
    return strncmp(name, start, strlen(start)) == 0;
}

static bool ends(const char *name, const char *end)
{
    size_t length = strlen(name), ending = strlen(end);
    return length >= ending && strcmp(name + length - ending, end) == 0;
}

/* The first tensor of every layout is the base model's table of words. */
static void find_prefix(struct filling *filling)
{
    const char *first = filling->layout->tensors[0].name;
    snprintf(filling->prefix, sizeof filling->prefix, "%.*s", (int)(strcspn(first, ".") + 1), first);
    filling->bare = true;
    for (size_t f = 0; f < filling->weights.files.count; f++) {
        const struct safetensors *file = &filling->weights.opened[f];
        for (size_t t = 0; t < file->count && filling->bare; t++)
            filling->bare = !begins(file->tensors[t].name, filling->prefix);
    }
}

static enum part part_of(const struct filling *filling, const char *name)
{
    if (!begins(name, filling->prefix)) return PART_HEAD;
    return begins(name + strlen(filling->prefix), "pooler.") ? PART_POOLER : PART_BODY;
}

static struct weights_entry find_source(const struct filling *filling, const char *name)
{
    static const char *const older[][2] = {{"LayerNorm.weight", "LayerNorm.gamma"},
                                           {"LayerNorm.bias", "LayerNorm.beta"}};
    if (filling->bare && begins(name, filling->prefix)) name += strlen(filling->prefix);
    struct weights_entry entry = weights_folder_find(&filling->weights, name);
    for (size_t i = 0; i < sizeof older / sizeof older[0] && entry.tensor == NULL; i++) {
        char other[NAME_BYTES];
        if (!ends(name, older[i][0])) continue;
        snprintf(other, sizeof other, "%.*s%s", (int)(strlen(name) - strlen(older[i][0])), name, older[i][1]);
        entry = weights_folder_find(&filling->weights, other);
    }
    return entry;
}

static enum status find_sources(struct filling *filling, struct error *error)
{
    const struct layout *layout = filling->layout;
    bool some[PARTS] = {false};
    filling->sources = memory_zeroed((size_t)layout->count, sizeof *filling->sources);
    if (filling->sources == NULL) return error_no_memory(error, 0);
    for (int t = 0; t < layout->count; t++) {
        const char *name = layout->tensors[t].name;
        filling->sources[t] = find_source(filling, name);
        some[part_of(filling, name)] |= filling->sources[t].tensor != NULL;
    }
    some[PART_BODY] = true; /* whose absence is never allowed */
    for (int t = 0; t < layout->count; t++) {
        const char *name = layout->tensors[t].name;
        if (filling->sources[t].tensor == NULL && some[part_of(filling, name)])
            return error_set(
                error, STATUS_BAD_INPUT,
                "%s: there is no tensor \"%s\" in its weights, which the model of its config.json needs",
                filling->folder, name);
    }
    return STATUS_OK;
}

static bool may_be_passed_over(const char *name)
{
    for (size_t i = 0; i < sizeof passed_over / sizeof passed_over[0]; i++) {
        const char *pattern = passed_over[i].name;
        size_t length = strlen(pattern);
        /* "*.position_ids" is "position_ids" alone too */
        if (pattern[0] == '*' && (ends(name, pattern + 1) || strcmp(name, pattern + 2) == 0)) return true;
        if (pattern[length - 1] == '*' && strncmp(name, pattern, length - 1) == 0) return true;
    }
    return false;
}

static bool is_used(const struct filling *filling, const struct safetensors_tensor *tensor)
{
    for (int t = 0; t < filling->layout->count; t++) {
        if (filling->sources[t].tensor == tensor) return true;
    }
    return false;
}

static enum status check_unused(const struct filling *filling, struct error *error)
{
    for (size_t f = 0; f < filling->weights.files.count; f++) {
        const struct safetensors *file = &filling->weights.opened[f];
        for (size_t t = 0; t < file->count; t++) {
            const char *name = file->tensors[t].name;
            char full[NAME_BYTES] = "";
            if (filling->bare) snprintf(full, sizeof full, "%s%s", filling->prefix, name);
            if (is_used(filling, &file->tensors[t]) || may_be_passed_over(name) || may_be_passed_over(full))
                continue;
            return error_set(
                error, STATUS_UNSUPPORTED,
                "%s: the model of config.json does not use tensor \"%s\"; another model may need it, "
                "and only what is known to be of no effect is passed over (docs/models.md)",
                file->path, name);
        }
    }
    return STATUS_OK;
}

static enum status refuse_classes(const struct filling *filling, const struct weights_entry *source,
                                  struct error *error)
{
    struct text word = {0};
    text_add_shell_word(&word, filling->folder);
    enum status status = text_status(&word, error);
    if (status == STATUS_OK)
        status = error_set(
            error, STATUS_BAD_INPUT,
            "%s: tensor \"%s\": the head tells %llu classes apart, the data have %d; take data with the same "
            "classes, or the model without its head, which this writes: python -c \"import sys, transformers "
            "as t; t.AutoModel.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2])\" %s NEW_FOLDER "
            "(and "
            "copy the tokenizer's files)",
            source->file->path, source->tensor->name, (unsigned long long)source->tensor->shape[0],
            filling->classes->count, text_string(&word));
    text_free(&word);
    return status;
}

/* A head for other classes is the mistake that is made most. */
static enum status refuse_shape(const struct filling *filling, const struct tensor *tensor,
                                const struct weights_entry *source, struct error *error)
{
    char found[SAFETENSORS_SHAPE_TEXT], needed[SAFETENSORS_SHAPE_TEXT];
    uint64_t shape[2];
    int rank = pretrained_shape(tensor, shape), classes = filling->classes->count;
    const struct safetensors_tensor *there = source->tensor;
    bool other_head = part_of(filling, tensor->name) == PART_HEAD && there->rank == rank &&
                      shape[0] == (uint64_t)classes && (rank == 1 || there->shape[1] == shape[1]);
    if (other_head && filling->classes->names == NULL)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: tensor \"%s\": the head tells %llu classes apart, config.json (id2label, or "
                         "num_labels) has %d",
                         source->file->path, there->name, (unsigned long long)there->shape[0], classes);
    if (other_head) return refuse_classes(filling, source, error);
    safetensors_shape_text(there->shape, there->rank, found);
    safetensors_shape_text(shape, rank, needed);
    return error_set(error, STATUS_BAD_INPUT,
                     "%s: tensor \"%s\" has the shape %s; the model of config.json needs %s",
                     source->file->path, there->name, found, needed);
}

static enum status check_shape(const struct filling *filling, int index, struct error *error)
{
    uint64_t shape[2];
    const struct weights_entry *source = &filling->sources[index];
    int rank = pretrained_shape(&filling->layout->tensors[index], shape);
    if (source->tensor->rank == rank &&
        memcmp(source->tensor->shape, shape, (size_t)rank * sizeof shape[0]) == 0)
        return STATUS_OK;
    return refuse_shape(filling, &filling->layout->tensors[index], source, error);
}

static enum status read_values(const struct weights_entry *source, float *values, struct error *error)
{
    TRY(safetensors_read(source->file, source->tensor, values, error));
    for (uint64_t i = 0; i < source->tensor->count; i++) {
        if (!isfinite(values[i]))
            return error_set(error, STATUS_BAD_INPUT,
                             "%s: tensor \"%s\": number %llu is %s; weights must be finite",
                             source->file->path, source->tensor->name, (unsigned long long)i,
                             isnan(values[i]) ? "NaN" : "infinite");
    }
    return STATUS_OK;
}

/* Whether the data's name of a class is the model's. */
static bool same_class(const char *model, const char *data, int index)
{
    char number[16];
    int64_t value;
    snprintf(number, sizeof number, "%d", index);
    if (strcmp(model, data) == 0) return true;
    return strcmp(data, number) == 0 && !number_parse_integer(model, &value);
}

static enum status check_names(const struct filling *filling, struct text *numbers, struct error *error)
{
    struct model_labels labels;
    enum status status = STATUS_OK;
    bool by_number = false;
    if (filling->classes->names == NULL) return STATUS_OK;
    TRY(model_labels_read(filling->folder, &labels, error));
    for (int c = 0; c < filling->classes->count && c < labels.count && status == STATUS_OK; c++) {
        const char *name = labels.names[c], *data = filling->classes->names[c];
        if (name == NULL) continue;
        by_number = by_number || strcmp(name, data) != 0;
        if (same_class(name, data, c)) continue;
        status = error_set(
            error, STATUS_BAD_INPUT,
            "%s/config.json: \"id2label\" calls class %d \"%s\", the data call it \"%s\" (classes are in the "
            "order of their names, numbers first); name the data's labels as the model does, or 0, 1, ... in "
            "the order of id2label",
            filling->folder, c, name, data);
    }
    if (status == STATUS_OK && by_number) model_labels_explain(labels.names, labels.count, numbers);
    model_labels_free(&labels);
    return status;
}

static enum status fill(struct filling *filling, float *block, struct text *drawn, struct text *numbers,
                        struct error *error)
{
    const struct layout *layout = filling->layout;
    bool has_head = false;
    find_prefix(filling);
    TRY(find_sources(filling, error));
    TRY(check_unused(filling, error));
    for (int t = 0; t < layout->count; t++) {
        const struct tensor *tensor = &layout->tensors[t];
        if (filling->sources[t].tensor == NULL) {
            const struct pretrained_draws *draws = filling->draws;
            if (draws != NULL) layout_init_tensor(layout, draws->config, draws->seed, t, block);
            text_addf(drawn, "%s%s", drawn->length == 0 ? "" : ", ", tensor->name);
            continue;
        }
        has_head = has_head || part_of(filling, tensor->name) == PART_HEAD;
        TRY(check_shape(filling, t, error));
        TRY(read_values(&filling->sources[t], block + tensor->offset, error));
    }
    if (has_head) TRY(check_names(filling, numbers, error));
    TRY(text_status(numbers, error));
    return text_status(drawn, error);
}

enum status pretrained_fill(const char *folder, const struct layout *layout,
                            const struct pretrained_draws *draws, const struct class_names *classes,
                            float *block, struct text *drawn, struct text *numbers, struct error *error)
{
    struct filling filling = {.folder = folder, .layout = layout, .draws = draws, .classes = classes};
    TRY(weights_folder_open(folder, &filling.weights, error));
    enum status status = fill(&filling, block, drawn, numbers, error);
    memory_free(filling.sources);
    weights_folder_close(&filling.weights);
    return status;
}
