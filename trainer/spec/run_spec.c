#include "trainer/spec/run_spec.h"

#include "base/digest.h"
#include "base/json_read.h"
#include "trainer/spec/keys.h"
#include "trainer/spec/wire.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VERSION_MEMBER "ftbench_run_spec"
enum { VERSION = 1, MEMBER_BYTES = 64, MOST_STEP_SAMPLES = 1000000, VALUE_BYTES = SPEC_PATH_BYTES };

void run_spec_defaults(struct run_spec *spec)
{
    memset(spec, 0, sizeof *spec);
    for (size_t i = 0; i < run_key_count; i++) {
        /* The defaults of the table are in range: a test sets each of them. */
        if (run_keys[i].fallback != NULL) key_set(&run_keys[i], spec, run_keys[i].fallback, NULL);
    }
}

/* Who is told of problems. */
struct complaint {
    run_spec_refuse *refuse;
    void *context;
};

static void refuse(const struct complaint *complaint, const char *section, const char *key,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));
static void refuse(const struct complaint *complaint, const char *section, const char *key,
                   const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    complaint->refuse(complaint->context, section, key, text);
}

static void check_data(const struct run_spec *spec, const struct complaint *complaint)
{
    if (spec->model_path[0] == '\0')
        refuse(complaint, "model", "path", "[model] path: the folder is not given");
    if (spec->train_path[0] == '\0')
        refuse(complaint, "data", "train", "[data] train: the file is not given");
    bool fraction = spec->validation_fraction > 0, file = spec->validation_path[0] != '\0';
    if (fraction == file)
        refuse(complaint, "data", "validation",
               "[data] validation: give either a fraction of the training rows or a file%s",
               file ? ", not both" : "");
    if (strcmp(spec->text_column, spec->label_column) == 0)
        refuse(complaint, "data", "label_column",
               "[data] label_column: '%s' is also the text_column; the label must be another",
               spec->label_column);
    if (spec->text_pair_column[0] == '\0') return;
    if (strcmp(spec->text_pair_column, spec->text_column) == 0 ||
        strcmp(spec->text_pair_column, spec->label_column) == 0)
        refuse(
            complaint, "data", "text_pair_column",
            "[data] text_pair_column: '%s' is also the text_column or the label_column; it must be another",
            spec->text_pair_column);
    if (spec->max_length < 5)
        refuse(complaint, "data", "max_length",
               "[data] max_length: %d tokens cannot hold a pair of texts; at least 5 are needed",
               spec->max_length);
}

void run_spec_problems(const struct run_spec *spec, run_spec_refuse *refuse_one, void *context)
{
    const struct complaint complaint = {.refuse = refuse_one, .context = context};
    check_data(spec, &complaint);
    long samples = (long)spec->batch_size * spec->gradient_accumulation_steps;
    if (samples > MOST_STEP_SAMPLES)
        refuse(&complaint, "training", "batch_size",
               "[training] batch_size x gradient_accumulation_steps: %d x %d is more than %d samples a step",
               spec->batch_size, spec->gradient_accumulation_steps, MOST_STEP_SAMPLES);
    if (spec->arithmetic == ARITHMETIC_FAST && strcmp(spec->device, "cpu") == 0)
        refuse(&complaint, "training", "arithmetic",
               "[training] arithmetic: fast is computed by CUDA alone; write [run] device = cuda, or "
               "arithmetic = strict");
    if (spec->early_stopping_patience > 0 && !spec->load_best_model_at_end)
        refuse(
            &complaint, "training", "early_stopping_patience",
            "[training] early_stopping_patience: early stopping needs load_best_model_at_end = yes, else the "
            "result is the model that got worse");
}

/* What run_spec_check makes of problems: its own failure of the first. */
struct first_problem {
    enum status status;
    struct error *error;
};

static void take_first(void *context, const char *section, const char *key, const char *text)
{
    struct first_problem *first = context;
    (void)section;
    (void)key;
    if (first->status == STATUS_OK) first->status = error_set(first->error, STATUS_USAGE, "%s", text);
}

enum status run_spec_check(const struct run_spec *spec, struct error *error)
{
    struct first_problem first = {.status = STATUS_OK, .error = error};
    run_spec_problems(spec, take_first, &first);
    return first.status;
}

enum status run_spec_id(const struct run_spec *spec, char id[RUN_ID_BYTES], struct error *error)
{
    struct text canonical = {0};
    char value[VALUE_BYTES];
    for (size_t i = 0; i < run_key_count; i++) {
        const struct key *key = &run_keys[i];
        /* The arithmetic stands beside the numeric version, where it stood before it was a key. */
        if ((key->use & KEY_DECIDES) == 0 || key->offset == offsetof(struct run_spec, arithmetic)) continue;
        if (key->type == KEY_SOURCE && spec->validation_path[0] != '\0')
            snprintf(value, sizeof value, "file"); /* its content counts, by its digest, not its place */
        else
            key_get(key, spec, value, sizeof value);
        text_addf(&canonical, "%s.%s=%s\n", key->section, key->name, value);
    }
    key_get(key_find("training", "arithmetic"), spec, value, sizeof value);
    text_addf(&canonical, "arithmetic=%s\nnumeric_version=%d\n", value, FTBENCH_NUMERIC_VERSION);
    enum status status = text_status(&canonical, error);
    if (status == STATUS_OK) {
        char digest[DIGEST_TEXT];
        digest_text(digest_bytes(canonical.data, canonical.length), digest);
        snprintf(id, RUN_ID_BYTES, "%.*s", RUN_ID_BYTES - 1, digest);
    }
    text_free(&canonical);
    return status;
}

static void member_name(const struct key *key, char name[MEMBER_BYTES])
{
    snprintf(name, MEMBER_BYTES, "%s.%s", key->section, key->name);
}

/* Whether the key's value is a JSON number: a number that is not written as its word, and a fraction that is
 * no path. */
static bool value_is_number(const struct key *key, const struct run_spec *spec, const char *value)
{
    switch (key->type) {
    case KEY_INTEGER:
    case KEY_SEED:
    case KEY_NUMBER:
        return key->word == NULL || strcmp(value, key->word) != 0;
    case KEY_SOURCE:
        return spec->validation_path[0] == '\0';
    default:
        return false;
    }
}

enum status run_spec_to_json(const struct run_spec *spec, struct text *json, struct error *error)
{
    char value[VALUE_BYTES], name[MEMBER_BYTES];
    wire_add_name(json, VERSION_MEMBER, true);
    text_addf(json, "%d", VERSION);
    for (size_t i = 0; i < run_key_count; i++) {
        const struct key *key = &run_keys[i];
        key_get(key, spec, value, sizeof value);
        member_name(key, name);
        wire_add_name(json, name, false);
        if (key->type == KEY_YES_NO)
            text_add(json, strcmp(value, "yes") == 0 ? "true" : "false");
        else if (value_is_number(key, spec, value))
            text_add(json, value);
        else
            wire_add_string(json, value);
    }
    text_add(json, "}");
    return text_status(json, error);
}

static enum status check_members(const char *json, struct json_object *object, struct error *error)
{
    struct json_object *version = NULL;
    if (!json_object_object_get_ex(object, VERSION_MEMBER, &version))
        return error_set(error, STATUS_BAD_INPUT,
                         "run spec: no member \"" VERSION_MEMBER "\": not a run spec");
    if (!json_object_is_type(version, json_type_int) || json_object_get_int64(version) != VERSION)
        return error_set(error, STATUS_BAD_INPUT,
                         "run spec: \"" VERSION_MEMBER "\" is %s; this version reads %d",
                         json_object_to_json_string(version), VERSION);
    json_object_object_foreach(object, name, member)
    {
        if (json_object_is_type(member, json_type_object) || json_object_is_type(member, json_type_array))
            return error_set(error, STATUS_BAD_INPUT, "run spec: \"%s\" must be a single value", name);
        bool known = strcmp(name, VERSION_MEMBER) == 0;
        for (size_t i = 0; i < run_key_count && !known; i++) {
            char expected[MEMBER_BYTES];
            member_name(&run_keys[i], expected);
            known = strcmp(name, expected) == 0;
        }
        if (!known) return error_set(error, STATUS_BAD_INPUT, "run spec: unknown member \"%s\"", name);
    }
    struct error problem = {0};
    enum status status = json_read_check_names(json, object, &problem);
    return status == STATUS_OK ? STATUS_OK : error_set(error, status, "run spec: %s", problem.text);
}

/* The type that the member must have in JSON, or NULL when it has it. */
static const char *wrong_type(const struct key *key, struct json_object *member)
{
    enum json_type type = json_object_get_type(member);
    bool word = key->word != NULL && type == json_type_string &&
                strcmp(json_object_get_string(member), key->word) == 0;
    switch (key->type) {
    case KEY_YES_NO:
        return type == json_type_boolean ? NULL : "true or false";
    case KEY_INTEGER:
    case KEY_SEED:
        return type == json_type_int || word ? NULL : "a whole number";
    case KEY_NUMBER:
        return type == json_type_int || type == json_type_double || word ? NULL : "a number";
    case KEY_SOURCE:
        return type == json_type_string || type == json_type_double ? NULL
                                                                    : "a fraction or the path of a file";
    default:
        return type == json_type_string ? NULL : "a string";
    }
}

static enum status read_member(const struct key *key, struct json_object *object, struct run_spec *spec,
                               struct error *error)
{
    char name[MEMBER_BYTES];
    struct json_object *member = NULL;
    member_name(key, name);
    if (!json_object_object_get_ex(object, name, &member)) {
        const bool may_miss = strcmp(key->section, "run") == 0 || (key->use & KEY_MAY_MISS) != 0;
        if (may_miss && key->fallback != NULL) return key_set(key, spec, key->fallback, error);
        return error_set(error, STATUS_BAD_INPUT, "run spec: no member \"%s\"", name);
    }
    const char *needed = wrong_type(key, member);
    if (needed != NULL)
        return error_set(error, STATUS_BAD_INPUT, "run spec: \"%s\" must be %s", name, needed);
    const char *value = json_object_get_string(member);
    if (value == NULL) return error_no_memory(error, 0);
    bool is_string = json_object_is_type(member, json_type_string);
    if (is_string && strlen(value) != (size_t)json_object_get_string_len(member))
        return error_set(error, STATUS_BAD_INPUT, "run spec: \"%s\" has a NUL byte", name);
    if (key->type == KEY_SOURCE && is_string) {
        /* A string is a path here even if it looks like a number. */
        if (value[0] == '\0' || strlen(value) >= SPEC_PATH_BYTES)
            return error_set(error, STATUS_BAD_INPUT, "run spec: \"%s\" is empty or too long", name);
        memcpy(spec->validation_path, value, strlen(value) + 1);
        spec->validation_fraction = 0;
        return STATUS_OK;
    }
    struct error problem = {0};
    if (key_set(key, spec, value, &problem) != STATUS_OK)
        return error_set(error, STATUS_BAD_INPUT, "run spec: \"%s\": %s", name, problem.text);
    return STATUS_OK;
}

enum status run_spec_from_json(const char *json, struct run_spec *spec, struct error *error)
{
    struct json_object *object = NULL;
    struct error problem = {0};
    enum status status = wire_parse(json, &object, &problem);
    if (status != STATUS_OK) return error_set(error, status, "run spec: %s", problem.text);
    memset(spec, 0, sizeof *spec);
    TRY_TO(done, check_members(json, object, error));
    for (size_t i = 0; i < run_key_count; i++)
        TRY_TO(done, read_member(&run_keys[i], object, spec, error));
done:
    json_object_put(object);
    return status;
}

int run_spec_step_samples(const struct run_spec *spec)
{
    return spec->batch_size * spec->gradient_accumulation_steps;
}

int run_spec_pass_samples(const struct run_spec *spec)
{
    int step = run_spec_step_samples(spec),
        pass = spec->micro_batch > 0 ? spec->micro_batch : spec->batch_size;
    return pass < step ? pass : step;
}

long run_spec_epoch_steps(const struct run_spec *spec, long samples)
{
    long step = run_spec_step_samples(spec);
    return (samples + step - 1) / step;
}

long run_spec_total_steps(const struct run_spec *spec, long samples)
{
    double steps = ceil(spec->epochs * (double)run_spec_epoch_steps(spec, samples));
    return steps < 1 ? 1 : (long)steps;
}

long run_spec_warmup_steps(const struct run_spec *spec, long samples)
{
    return (long)ceil(spec->warmup_ratio * (double)run_spec_total_steps(spec, samples));
}
