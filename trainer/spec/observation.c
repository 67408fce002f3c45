#include "trainer/spec/observation.h"

#include "base/memory.h"
#include "trainer/spec/wire_rows.h"
#include "trainer/spec/wire_tensors.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const event_words[] = {"begin", "step", "evaluation", "note", "end"};
static const char *const reason_words[] = {"completed", "early_stopped", "diverged",
                                           "failed",    "interrupted",   "refused"};
static const char labels_name[] = "validation_labels", predictions_name[] = "predictions",
                  losses_name[] = "losses", tensors_name[] = "tensors", sums_name[] = "gradient_sums";
enum { EVENTS = 5, REASONS = 6 };

const char *end_reason_name(int reason)
{
    return reason < 0 || reason >= REASONS ? "unknown" : reason_words[reason];
}

/* One table a kind of line, walked by the writer and by the reader. */
enum member_type {
    MEMBER_INT,
    MEMBER_LONG,
    MEMBER_INT64,
    MEMBER_DOUBLE, /* null and absent are NaN, unless the member must be there */
    MEMBER_FLOAT,
    MEMBER_BOOL,
    MEMBER_STRING, /* cut to its field */
    MEMBER_HEX,    /* hexadecimal digits that fill the field, or "" */
    MEMBER_NAMES,  /* an array of strings; in the struct one text (observed_begin_name) */
    MEMBER_REASON
};

enum { NEEDED = 1, OR_ZERO = 2 /* an absent number is 0, not NaN */ };

struct member {
    const char *name;
    enum member_type type;
    int flags;
    size_t offset, size; /* in struct observation; bytes of a string's field */
    long least;          /* of a whole number */
};

#define MEMBER(kind, field) .offset = offsetof(struct observation, as.kind.field)
#define STRING(kind, field)                                                                                  \
    MEMBER_STRING, 0, MEMBER(kind, field), .size = sizeof((struct observation *)NULL)->as.kind.field
#define DIGEST(kind, field) MEMBER_HEX, 0, MEMBER(kind, field), .size = DIGEST_TEXT

static const struct member begin_members[] = {
    {"run_id", MEMBER_HEX, NEEDED, MEMBER(begin, run_id), .size = RUN_ID_BYTES},
    {"train_samples", MEMBER_LONG, NEEDED, MEMBER(begin, train_samples), .least = 0},
    {"validation_samples", MEMBER_LONG, NEEDED, MEMBER(begin, validation_samples), .least = 0},
    {"labels", MEMBER_INT, NEEDED, MEMBER(begin, labels), .least = 1},
    {"label_names", MEMBER_NAMES, 0, MEMBER(begin, label_names)},
    {"total_steps", MEMBER_LONG, NEEDED, MEMBER(begin, total_steps), .least = 0},
    {"epoch_steps", MEMBER_LONG, 0, MEMBER(begin, epoch_steps), .least = 0},
    {"warmup_steps", MEMBER_LONG, 0, MEMBER(begin, warmup_steps), .least = 0},
    {"resumed_step", MEMBER_LONG, 0, MEMBER(begin, resumed_step), .least = 0},
    {"resumed_seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(begin, resumed_seconds)},
    {"parameters", MEMBER_INT64, 0, MEMBER(begin, parameters), .least = 0},
    {"memory_bytes", MEMBER_INT64, 0, MEMBER(begin, memory_bytes), .least = 0},
    {"device_memory_bytes", MEMBER_INT64, 0, MEMBER(begin, device_memory_bytes), .least = 0},
    {"device_free_bytes", MEMBER_INT64, 0, MEMBER(begin, device_free_bytes), .least = 0},
    {"weights_bytes", MEMBER_INT64, 0, MEMBER(begin, weights_bytes), .least = 0},
    {"gradients_bytes", MEMBER_INT64, 0, MEMBER(begin, gradients_bytes), .least = 0},
    {"moments_bytes", MEMBER_INT64, 0, MEMBER(begin, moments_bytes), .least = 0},
    {"best_bytes", MEMBER_INT64, 0, MEMBER(begin, best_bytes), .least = 0},
    {"activations_bytes", MEMBER_INT64, 0, MEMBER(begin, activations_bytes), .least = 0},
    {"batch_bytes", MEMBER_INT64, 0, MEMBER(begin, batch_bytes), .least = 0},
    {"step_seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(begin, step_seconds)},
    {"evaluation_seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(begin, evaluation_seconds)},
    {"program", STRING(begin, program)},
    {"compiler", STRING(begin, compiler)},
    {"flags", STRING(begin, flags)},
    {"backend", STRING(begin, backend)},
    {"isa", STRING(begin, isa)},
    {"cpu", STRING(begin, cpu)},
    {"host", STRING(begin, host)},
    {"commit", STRING(begin, commit)},
    {"gpu", STRING(begin, gpu)},
    {"libraries", STRING(begin, libraries)},
    {"overrides", STRING(begin, overrides)},
    {"choice", STRING(begin, choice)},
    {"threads", MEMBER_INT, 0, MEMBER(begin, threads), .least = 0},
    {.name = NULL},
};

static const struct member step_members[] = {
    {"step", MEMBER_LONG, NEEDED, MEMBER(step, step), .least = 1},
    {"epoch", MEMBER_DOUBLE, OR_ZERO, MEMBER(step, epoch)},
    {"loss", MEMBER_FLOAT, NEEDED, MEMBER(step, loss)},
    {"grad_norm", MEMBER_FLOAT, 0, MEMBER(step, grad_norm)},
    {"learning_rate", MEMBER_DOUBLE, 0, MEMBER(step, learning_rate)},
    {"logged", MEMBER_BOOL, 0, MEMBER(step, logged)},
    {"train_loss", MEMBER_DOUBLE, 0, MEMBER(step, train_loss)},
    {"skipped", MEMBER_BOOL, 0, MEMBER(step, skipped)},
    {"loss_scale", MEMBER_DOUBLE, 0, MEMBER(step, loss_scale)},
    {"digest", DIGEST(step, digest)},
    {.name = NULL},
};

static const struct member evaluation_members[] = {
    {"step", MEMBER_LONG, NEEDED, MEMBER(evaluation, step), .least = 0},
    {"epoch", MEMBER_DOUBLE, OR_ZERO, MEMBER(evaluation, epoch)},
    {"loss", MEMBER_DOUBLE, NEEDED, MEMBER(evaluation, loss)},
    {"accuracy", MEMBER_DOUBLE, NEEDED, MEMBER(evaluation, accuracy)},
    {"precision", MEMBER_DOUBLE, 0, MEMBER(evaluation, precision)},
    {"recall", MEMBER_DOUBLE, 0, MEMBER(evaluation, recall)},
    {"f1", MEMBER_DOUBLE, NEEDED, MEMBER(evaluation, f1)},
    {"f1_macro", MEMBER_DOUBLE, NEEDED, MEMBER(evaluation, f1_macro)},
    {"best", MEMBER_BOOL, 0, MEMBER(evaluation, best)},
    {"digest", DIGEST(evaluation, digest)},
    {.name = NULL},
};

static const struct member note_members[] = {
    {"code", STRING(note, code)},
    {"message", STRING(note, message)},
    {.name = NULL},
};

static const struct member end_members[] = {
    {"reason", MEMBER_REASON, NEEDED, MEMBER(end, reason)},
    {"message", STRING(end, message)},
    {"steps", MEMBER_LONG, NEEDED, MEMBER(end, steps), .least = 0},
    {"skipped_steps", MEMBER_LONG, 0, MEMBER(end, skipped_steps), .least = 0},
    {"best_step", MEMBER_LONG, NEEDED, MEMBER(end, best_step), .least = -1},
    {"loss", MEMBER_DOUBLE, 0, MEMBER(end, loss)},
    {"accuracy", MEMBER_DOUBLE, 0, MEMBER(end, accuracy)},
    {"precision", MEMBER_DOUBLE, 0, MEMBER(end, precision)},
    {"recall", MEMBER_DOUBLE, 0, MEMBER(end, recall)},
    {"f1", MEMBER_DOUBLE, 0, MEMBER(end, f1)},
    {"f1_macro", MEMBER_DOUBLE, 0, MEMBER(end, f1_macro)},
    {"digest", DIGEST(end, digest)},
    {"seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(end, seconds)},
    {"train_seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(end, train_seconds)},
    {"step_seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(end, step_seconds)},
    {"step_processor_seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(end, step_processor_seconds)},
    {"calibration_seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(end, calibration_seconds)},
    {"calibration_processor_seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(end, calibration_processor_seconds)},
    {"evaluation_seconds", MEMBER_DOUBLE, OR_ZERO, MEMBER(end, evaluation_seconds)},
    {"peak_memory_bytes", MEMBER_INT64, 0, MEMBER(end, peak_memory_bytes), .least = 0},
    {.name = NULL},
};

static const struct member *const event_members[] = {begin_members, step_members, evaluation_members,
                                                     note_members, end_members};

static const char between_names[] = ", ", more_names[] = "...";

void observed_begin_name(struct observed_begin *begin, const char *name)
{
    char *names = begin->label_names, kept[sizeof begin->label_names];
    const size_t used = strlen(names), room = sizeof begin->label_names - used;
    const size_t more = strlen(between_names) + strlen(more_names);
    if (strcmp(names, more_names) == 0) return;
    if (used >= more && strncmp(names + used - more, between_names, strlen(between_names)) == 0 &&
        strcmp(names + used - strlen(more_names), more_names) == 0)
        return;
    size_t length = 0;
    for (const char *c = name; *c != '\0' && length + 1 < sizeof kept; c++) {
        if (*c != ' ' || length == 0 || kept[length - 1] != ',') kept[length++] = *c;
    }
    kept[length] = '\0';
    const char *separator = used == 0 ? "" : between_names;
    bool fits = strlen(separator) + length + more < room;
    snprintf(names + used, room, "%s%s", separator, fits ? kept : more_names);
}

static void write_names(const char *names, struct text *line)
{
    text_add(line, "[");
    for (const char *name = names; *name != '\0';) {
        const char *end = strstr(name, between_names);
        size_t length = end == NULL ? strlen(name) : (size_t)(end - name);
        char word[sizeof((struct observed_begin *)NULL)->label_names];
        snprintf(word, sizeof word, "%.*s", (int)length, name);
        if (name != names) text_add(line, ", ");
        wire_add_string(line, word);
        name += length + (end == NULL ? 0 : strlen(between_names));
    }
    text_add(line, "]");
}

static void write_member(const struct member *member, const struct observation *observation,
                         struct text *line)
{
    const void *field = (const char *)observation + member->offset;
    wire_add_name(line, member->name, false);
    switch (member->type) {
    case MEMBER_INT:
        text_addf(line, "%d", *(const int *)field);
        return;
    case MEMBER_LONG:
        text_addf(line, "%ld", *(const long *)field);
        return;
    case MEMBER_INT64:
        text_addf(line, "%lld", (long long)*(const int64_t *)field);
        return;
    case MEMBER_DOUBLE:
        wire_add_number(line, *(const double *)field);
        return;
    case MEMBER_FLOAT:
        wire_add_float(line, *(const float *)field);
        return;
    case MEMBER_BOOL:
        text_add(line, *(const bool *)field ? "true" : "false");
        return;
    case MEMBER_STRING:
    case MEMBER_HEX:
        wire_add_string(line, field);
        return;
    case MEMBER_NAMES:
        write_names(field, line);
        return;
    case MEMBER_REASON:
        wire_add_string(line, end_reason_name(*(const int *)field));
        return;
    }
}

/* What there is one of for each validation row, or for each tensor. */
static void write_rows(const struct observation *observation, struct text *line)
{
    const struct observed_begin *begin = &observation->as.begin;
    const struct observed_evaluation *evaluation = &observation->as.evaluation;
    if (observation->kind == OBSERVATION_BEGIN && begin->validation_labels != NULL)
        wire_add_classes(line, labels_name, begin->validation_labels, begin->labelled);
    if (observation->kind == OBSERVATION_BEGIN && begin->tensors != NULL)
        wire_add_tensors(line, tensors_name, begin->tensors);
    if (observation->kind == OBSERVATION_STEP && observation->as.step.sums != NULL)
        wire_add_losses(line, sums_name, observation->as.step.sums, observation->as.step.tensor_count);
    if (observation->kind != OBSERVATION_EVALUATION || evaluation->predictions == NULL ||
        evaluation->losses == NULL)
        return;
    wire_add_classes(line, predictions_name, evaluation->predictions, evaluation->count);
    wire_add_losses(line, losses_name, evaluation->losses, evaluation->count);
}

enum status observation_write(const struct observation *observation, struct text *line, struct error *error)
{
    wire_add_name(line, "event", true);
    wire_add_string(line, event_words[observation->kind]);
    if (observation->kind == OBSERVATION_BEGIN) {
        wire_add_name(line, "protocol", false);
        text_addf(line, "%d", OBSERVATION_PROTOCOL);
    }
    for (const struct member *member = event_members[observation->kind]; member->name != NULL; member++)
        write_member(member, observation, line);
    write_rows(observation, line);
    text_add(line, "}\n");
    return text_status(line, error);
}

static enum status read_whole(const struct member *member, struct json_object *value, void *field,
                              struct error *error)
{
    int64_t number = json_object_get_int64(value);
    int64_t most = member->type == MEMBER_INT ? INT_MAX : member->type == MEMBER_LONG ? LONG_MAX : INT64_MAX;
    if (!json_object_is_type(value, json_type_int) || number < member->least || number > most)
        return error_set(error, STATUS_BAD_INPUT, "\"%s\" must be a whole number >= %ld, not %.40s",
                         member->name, member->least, json_object_to_json_string(value));
    if (member->type == MEMBER_INT)
        *(int *)field = (int)number;
    else if (member->type == MEMBER_LONG)
        *(long *)field = (long)number;
    else
        *(int64_t *)field = number;
    return STATUS_OK;
}

static enum status read_number(const struct member *member, struct json_object *value, void *field,
                               struct error *error)
{
    enum json_type type = json_object_get_type(value);
    if (type != json_type_double && type != json_type_int && type != json_type_null)
        return error_set(error, STATUS_BAD_INPUT, "\"%s\" must be a number, not %.40s", member->name,
                         json_object_to_json_string(value));
    double number = type == json_type_null ? (double)NAN : json_object_get_double(value);
    if (member->type == MEMBER_DOUBLE)
        *(double *)field = number;
    else
        *(float *)field = (float)number;
    return STATUS_OK;
}

static enum status read_text(const struct member *member, struct json_object *value, char *field,
                             struct error *error)
{
    if (!json_object_is_type(value, json_type_string))
        return error_set(error, STATUS_BAD_INPUT, "\"%s\" must be a string, not %.40s", member->name,
                         json_object_to_json_string(value));
    const char *string = json_object_get_string(value);
    size_t length = strlen(string);
    if (member->type == MEMBER_HEX) {
        if ((length != 0 || member->flags & NEEDED) &&
            (length != member->size - 1 || strspn(string, "0123456789abcdef") != length))
            return error_set(error, STATUS_BAD_INPUT,
                             "\"%s\" must be %zu hexadecimal digits in lower case, not '%.40s'", member->name,
                             member->size - 1, string);
    }
    if (length > member->size - 1) {
        length = member->size - 1;
        while (length > 0 && ((unsigned char)string[length] & 0xc0) == 0x80)
            length--; /* not within a character */
    }
    memcpy(field, string, length);
    field[length] = '\0';
    return STATUS_OK;
}

static enum status read_names(const struct member *member, struct json_object *value,
                              struct observed_begin *begin, struct error *error)
{
    bool good = json_object_is_type(value, json_type_array);
    for (size_t i = 0; good && i < json_object_array_length(value); i++) {
        struct json_object *name = json_object_array_get_idx(value, i);
        good = json_object_is_type(name, json_type_string) && json_object_get_string(name)[0] != '\0';
        if (good) observed_begin_name(begin, json_object_get_string(name));
    }
    if (good) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT, "\"%s\" must be an array of strings, none empty, not %.40s",
                     member->name, json_object_to_json_string(value));
}

static enum status read_reason(struct json_object *value, int *reason, struct error *error)
{
    const char *word = json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    for (*reason = 0; *reason < REASONS; (*reason)++) {
        if (strcmp(word, reason_words[*reason]) == 0) return STATUS_OK;
    }
    return error_set(
        error, STATUS_BAD_INPUT,
        "\"reason\" must be completed, early_stopped, diverged, failed, interrupted or refused, not %.40s",
        json_object_to_json_string(value));
}

static enum status read_member(const struct member *member, struct json_object *object,
                               struct observation *observation, struct error *error)
{
    void *field = (char *)observation + member->offset;
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(object, member->name, &value)) {
        if (member->flags & NEEDED)
            return error_set(error, STATUS_BAD_INPUT, "no member \"%s\"", member->name);
        if (member->type == MEMBER_DOUBLE && (member->flags & OR_ZERO) == 0) *(double *)field = (double)NAN;
        if (member->type == MEMBER_FLOAT) *(float *)field = NAN;
        return STATUS_OK; /* all else is zero already */
    }
    switch (member->type) {
    case MEMBER_INT:
    case MEMBER_LONG:
    case MEMBER_INT64:
        return read_whole(member, value, field, error);
    case MEMBER_DOUBLE:
    case MEMBER_FLOAT:
        return read_number(member, value, field, error);
    case MEMBER_STRING:
    case MEMBER_HEX:
        return read_text(member, value, field, error);
    case MEMBER_NAMES:
        return read_names(member, value, &observation->as.begin, error);
    case MEMBER_REASON:
        return read_reason(value, field, error);
    case MEMBER_BOOL:
        if (!json_object_is_type(value, json_type_boolean))
            return error_set(error, STATUS_BAD_INPUT, "\"%s\" must be true or false, not %.40s", member->name,
                             json_object_to_json_string(value));
        *(bool *)field = json_object_get_boolean(value) != 0;
        return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status read_labels(struct json_object *object, struct observed_begin *begin, struct error *error)
{
    struct json_object *labels = NULL, *tensors = NULL;
    if (json_object_object_get_ex(object, tensors_name, &tensors))
        TRY(wire_read_tensors(tensors, tensors_name, &begin->tensors, error));
    if (!json_object_object_get_ex(object, labels_name, &labels)) return STATUS_OK;
    return wire_read_classes(labels, labels_name, &begin->validation_labels, &begin->labelled, error);
}

static enum status read_results(struct json_object *object, struct observed_evaluation *evaluation,
                                struct error *error)
{
    struct json_object *predictions = NULL, *losses = NULL;
    bool has_predictions = json_object_object_get_ex(object, predictions_name, &predictions);
    bool has_losses = json_object_object_get_ex(object, losses_name, &losses);
    if (!has_predictions && !has_losses) return STATUS_OK;
    if (!json_object_is_type(predictions, json_type_array) || !json_object_is_type(losses, json_type_string))
        return error_set(error, STATUS_BAD_INPUT,
                         "\"predictions\" (an array) and \"losses\" (a string) come together or not at all");
    TRY(wire_read_classes(predictions, predictions_name, &evaluation->predictions, &evaluation->count,
                          error));
    return wire_read_losses(losses, losses_name, evaluation->count, &evaluation->losses, error);
}

static enum status read_rows(struct json_object *object, struct observation *observation, struct error *error)
{
    if (observation->kind == OBSERVATION_BEGIN) return read_labels(object, &observation->as.begin, error);
    if (observation->kind == OBSERVATION_STEP)
        return wire_read_sums(json_object_object_get(object, sums_name), sums_name,
                              &observation->as.step.sums, &observation->as.step.tensor_count, error);
    if (observation->kind == OBSERVATION_EVALUATION)
        return read_results(object, &observation->as.evaluation, error);
    return STATUS_OK;
}

/* The kind of line; a begin line must speak this protocol. */
static enum status read_event(struct json_object *object, enum observation_kind *kind, struct error *error)
{
    struct json_object *event = NULL, *protocol = NULL;
    json_object_object_get_ex(object, "event", &event);
    if (!json_object_is_type(event, json_type_string))
        return error_set(error, STATUS_BAD_INPUT, "no member \"event\" that is a string");
    int found = 0;
    while (found < EVENTS && strcmp(json_object_get_string(event), event_words[found]) != 0)
        found++;
    if (found == EVENTS)
        return error_set(error, STATUS_BAD_INPUT,
                         "unknown event '%.40s'; expected begin, step, evaluation, note or end",
                         json_object_get_string(event));
    *kind = (enum observation_kind)found;
    if (*kind != OBSERVATION_BEGIN) return STATUS_OK;
    json_object_object_get_ex(object, "protocol", &protocol);
    if (!json_object_is_type(protocol, json_type_int) ||
        json_object_get_int64(protocol) != OBSERVATION_PROTOCOL)
        return error_set(error, STATUS_BAD_INPUT, "\"protocol\" must be %d, not %.40s", OBSERVATION_PROTOCOL,
                         json_object_to_json_string(protocol));
    return STATUS_OK;
}

enum status observation_read(const char *line, struct observation *observation, struct error *error)
{
    struct json_object *object = NULL;
    memset(observation, 0, sizeof *observation);
    TRY(wire_parse(line, &object, error));
    enum status status;
    TRY_TO(done, read_event(object, &observation->kind, error));
    for (const struct member *member = event_members[observation->kind]; member->name != NULL; member++)
        TRY_TO(done, read_member(member, object, observation, error));
    status = read_rows(object, observation, error);
done:
    json_object_put(object);
    if (status != STATUS_OK) observation_free(observation);
    return status;
}

void observation_free(struct observation *observation)
{
    struct observed_begin *begin = &observation->as.begin;
    struct observed_evaluation *evaluation = &observation->as.evaluation;
    if (observation->kind == OBSERVATION_BEGIN) {
        memory_free(begin->validation_labels);
        memory_free(begin->tensors);
        begin->validation_labels = NULL;
        begin->tensors = NULL;
    } else if (observation->kind == OBSERVATION_STEP) {
        memory_free(observation->as.step.sums);
        observation->as.step.sums = NULL;
    } else if (observation->kind == OBSERVATION_EVALUATION) {
        memory_free(evaluation->predictions);
        memory_free(evaluation->losses);
        evaluation->predictions = NULL;
        evaluation->losses = NULL;
    }
}
