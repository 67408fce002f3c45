#include "trainer/model/rope_config.h"

#include "trainer/model/config_shape.h"

#include <string.h>

#define THETA_DEFAULT 10000.0

/* One of the places where config.json says it. */
struct rope {
    bool has_scaling, has_theta;
    double theta;
    struct rope_scaling scaling;
};

static enum status read_theta(struct config_reader *reader, struct rope *rope)
{
    rope->has_theta = config_field(reader, "rope_theta") != NULL;
    return config_number(reader, "rope_theta", THETA_DEFAULT, 1.0, 1e12, &rope->theta);
}

static enum status read_kind(struct config_reader *reader, enum rope_kind *kind)
{
    static const char *const names[] = {
        [ROPE_DEFAULT] = "default", [ROPE_LINEAR] = "linear", [ROPE_LLAMA3] = "llama3"};
    const char *field = config_field(reader, "rope_type") != NULL ? "rope_type" : "type";
    struct json_object *modern = config_field(reader, "rope_type"), *old = config_field(reader, "type");
    *kind = ROPE_DEFAULT;
    if (modern != NULL && old != NULL && !json_object_equal(modern, old))
        return config_wrong(reader, "type", "the same as rope_type, or absent");
    struct json_object *value = modern != NULL ? modern : old;
    if (value == NULL) return STATUS_OK;
    for (int k = ROPE_DEFAULT; k <= ROPE_LLAMA3; k++) {
        *kind = (enum rope_kind)k;
        if (json_object_is_type(value, json_type_string) &&
            strcmp(json_object_get_string(value), names[k]) == 0)
            return STATUS_OK;
    }
    return config_unsupported(reader, field, "\"default\", \"linear\" or \"llama3\"");
}

static enum status read_factor(struct config_reader *reader, const char *field, double least, double *factor)
{
    if (config_field(reader, field) == NULL) return config_wrong(reader, field, "given, a number");
    return config_number(reader, field, 0.0, least, 1e6, factor);
}

static enum status read_llama3(struct config_reader *reader, int trained_positions,
                               struct rope_scaling *scaling)
{
    const double least = 1e-6;
    TRY(read_factor(reader, "factor", 1.0, &scaling->factor));
    TRY(read_factor(reader, "low_freq_factor", least, &scaling->low_frequency_factor));
    TRY(read_factor(reader, "high_freq_factor", least, &scaling->high_frequency_factor));
    if (scaling->high_frequency_factor <= scaling->low_frequency_factor)
        return config_wrong(reader, "high_freq_factor", "more than low_freq_factor");
    return config_count(reader, "original_max_position_embeddings", trained_positions, MOST_POSITIONS,
                        &scaling->original_positions);
}

/* The object `field`: a scaling, and perhaps theta. */
static enum status read_object(struct config_reader *outer, const char *field, const char *within,
                               int trained_positions, struct rope *rope)
{
    static const char *const any[] = {"rope_type", "type", "rope_theta", "partial_rotary_factor", NULL};
    static const char *const linear[] = {"factor", NULL};
    static const char *const llama3[] = {"factor", "low_freq_factor", "high_freq_factor",
                                         "original_max_position_embeddings", NULL};
    struct config_reader reader = {
        .object = config_field(outer, field), .path = outer->path, .within = within, .error = outer->error};
    *rope = (struct rope){.theta = THETA_DEFAULT, .scaling = {.factor = 1.0}};
    if (reader.object == NULL) return STATUS_OK;
    if (!json_object_is_type(reader.object, json_type_object))
        return config_wrong(outer, field, "an object or null");
    rope->has_scaling = true;
    TRY(read_kind(&reader, &rope->scaling.kind));
    const char *const *own = rope->scaling.kind == ROPE_LINEAR   ? linear
                             : rope->scaling.kind == ROPE_LLAMA3 ? llama3
                                                                 : NULL;
    const char *const *const lists[] = {any, own, NULL};
    TRY(config_refuse_unknown(&reader, lists));
    TRY(read_theta(&reader, rope));
    TRY(config_only_one(&reader, "partial_rotary_factor"));
    if (rope->scaling.kind == ROPE_LINEAR) return read_factor(&reader, "factor", 1.0, &rope->scaling.factor);
    if (rope->scaling.kind == ROPE_LLAMA3) return read_llama3(&reader, trained_positions, &rope->scaling);
    return STATUS_OK;
}

static bool same_scaling(const struct rope_scaling *a, const struct rope_scaling *b)
{
    return a->kind == b->kind && a->factor == b->factor &&
           a->low_frequency_factor == b->low_frequency_factor &&
           a->high_frequency_factor == b->high_frequency_factor &&
           a->original_positions == b->original_positions;
}

enum status rope_config_read(struct config_reader *reader, int trained_positions, struct model_config *config)
{
    struct rope top = {0}, old, modern;
    TRY(read_theta(reader, &top));
    TRY(read_object(reader, "rope_scaling", "rope_scaling.", trained_positions, &old));
    TRY(read_object(reader, "rope_parameters", "rope_parameters.", trained_positions, &modern));
    if (old.has_scaling && modern.has_scaling && !same_scaling(&old.scaling, &modern.scaling))
        return config_wrong(reader, "rope_scaling", "the same as rope_parameters, or absent");
    config->rope_scaling = modern.has_scaling ? modern.scaling : old.scaling;
    config->rope_theta = THETA_DEFAULT;
    const struct rope *const said[] = {&top, &old, &modern};
    const struct rope *first = NULL;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        if (!said[i]->has_theta) continue;
        if (first != NULL && first->theta != said[i]->theta)
            return config_wrong(reader, "rope_theta", "the same in rope_scaling and rope_parameters");
        first = said[i];
    }
    if (first != NULL) config->rope_theta = first->theta;
    return STATUS_OK;
}
