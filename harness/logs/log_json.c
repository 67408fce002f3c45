#include "harness/logs/log_json.h"

#include "harness/logs/log_value.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <string.h>

/* What is read, and where. */
struct reading {
    const char *name;
    struct log_losses *losses;
    struct error *error;
    const char *unit; /* "line" or "entry": what `place` counts, from 1 */
    size_t place;
    bool has_steps; /* an entry named its step, so it is a log */
};

static enum status unknown(const struct reading *reading)
{
    return error_set(
        reading->error, STATUS_BAD_INPUT,
        "%s: is JSON, but no log of a training: \"log_history\" (trainer_state.json), objects with a "
        "step and \"loss\" or \"eval_loss\" (trainer_log.jsonl), or \"train\" and \"eval\" are needed",
        reading->name);
}

/* A member as a number; LOG_MISSING when it is null or not there. Some programs write numbers as strings. */
static enum log_value number_of(const struct json_object *value, double *number)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        return LOG_MISSING;
    case json_type_int:
    case json_type_double:
        *number = json_object_get_double(value);
        return LOG_NUMBER;
    case json_type_string:
        return log_value_parse(json_object_get_string((struct json_object *)value), number);
    default:
        return LOG_WRONG;
    }
}

static enum status read_member(const struct reading *reading, const struct json_object *entry,
                               const char *member, double *number, bool *found)
{
    struct json_object *value = NULL;
    *found = false;
    if (!json_object_object_get_ex(entry, member, &value)) return STATUS_OK;
    enum log_value kind = number_of(value, number);
    if (kind == LOG_WRONG)
        return error_set(reading->error, STATUS_BAD_INPUT, "%s: %s %zu: \"%s\" is not a number",
                         reading->name, reading->unit, reading->place, member);
    *found = kind == LOG_NUMBER;
    return STATUS_OK;
}

static enum status read_step(const struct reading *reading, const struct json_object *entry, double *step,
                             bool *found)
{
    static const char *const names[] = {"step", "current_steps", "global_step", "epoch"};
    *found = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !*found; i++) {
        TRY(read_member(reading, entry, names[i], step, found));
        if (*found && !isfinite(*step))
            return error_set(reading->error, STATUS_BAD_INPUT, "%s: %s %zu: \"%s\" is not finite",
                             reading->name, reading->unit, reading->place, names[i]);
    }
    return STATUS_OK;
}

/* What an evaluation was worth; a member that is no number may be anything, and is none of ours. */
static enum status read_metrics(const struct reading *reading, const struct json_object *entry, double step)
{
    for (int i = 0; i < LOG_METRICS; i++) {
        bool found = false;
        for (const char *const *member = log_metrics[i].members; *member != NULL && !found; member++) {
            struct json_object *value = NULL;
            double number = NAN;
            if (strncmp(*member, "eval_", 5) != 0) continue;
            if (!json_object_object_get_ex(entry, *member, &value)) continue;
            found = number_of(value, &number) == LOG_NUMBER;
            if (found)
                TRY(log_points_add(&reading->losses->metrics[i], reading->losses->entries, step, number,
                                   reading->error));
        }
    }
    return STATUS_OK;
}

/* The norm of the gradient beside a train loss, where it is a number. */
static enum status read_gradient(const struct reading *reading, const struct json_object *entry, double step)
{
    struct json_object *value = NULL;
    double norm = NAN;
    if (!json_object_object_get_ex(entry, "grad_norm", &value)) return STATUS_OK;
    if (number_of(value, &norm) != LOG_NUMBER) return STATUS_OK;
    return log_points_add(&reading->losses->gradient, reading->losses->entries, step, norm, reading->error);
}

static enum status read_entry(struct reading *reading, const struct json_object *entry)
{
    reading->losses->entries++;
    double step = NAN, loss = NAN, evaluation = NAN;
    bool has_step, has_loss, has_evaluation;
    if (!json_object_is_type(entry, json_type_object))
        return error_set(reading->error, STATUS_BAD_INPUT, "%s: %s %zu: is no JSON object", reading->name,
                         reading->unit, reading->place);
    TRY(read_step(reading, entry, &step, &has_step));
    TRY(read_member(reading, entry, "loss", &loss, &has_loss));
    TRY(read_member(reading, entry, "eval_loss", &evaluation, &has_evaluation));
    reading->has_steps = reading->has_steps || has_step;
    if (!has_loss && !has_evaluation) return STATUS_OK;
    if (!has_step)
        return error_set(reading->error, STATUS_BAD_INPUT, "%s: %s %zu: has a loss, but no step",
                         reading->name, reading->unit, reading->place);
    if (has_loss)
        TRY(log_points_add(&reading->losses->train, reading->losses->entries, step, loss, reading->error));
    if (has_loss) TRY(read_gradient(reading, entry, step));
    if (!has_evaluation) return STATUS_OK;
    TRY(log_points_add(&reading->losses->evaluation, reading->losses->entries, step, evaluation,
                       reading->error));
    return read_metrics(reading, entry, step);
}

static enum status read_entries(struct reading *reading, const struct json_object *list)
{
    reading->unit = "entry";
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        reading->place = i + 1;
        TRY(read_entry(reading, json_object_array_get_idx(list, i)));
    }
    return STATUS_OK;
}

/* One point: [step, loss] or [step, epoch, loss], where the step or the epoch may be null. */
static enum status read_point(const struct reading *reading, const struct json_object *point,
                              struct log_points *points)
{
    size_t length = json_object_is_type(point, json_type_array) ? json_object_array_length(point) : 0;
    double step = NAN, loss = NAN;
    enum log_value stepped = LOG_MISSING;
    if (length == 2 || length == 3) {
        for (size_t i = 0; i + 1 < length && stepped == LOG_MISSING; i++)
            stepped = number_of(json_object_array_get_idx(point, i), &step);
        enum log_value kind = number_of(json_object_array_get_idx(point, length - 1), &loss);
        if (stepped == LOG_NUMBER && isfinite(step) && kind == LOG_MISSING) return STATUS_OK;
        if (stepped == LOG_NUMBER && isfinite(step) && kind == LOG_NUMBER)
            return log_points_add(points, ++reading->losses->entries, step, loss, reading->error);
    }
    return error_set(reading->error, STATUS_BAD_INPUT,
                     "%s: %s %zu: is not [step, loss] or [step, epoch, loss]", reading->name, reading->unit,
                     reading->place);
}

static enum status read_points(struct reading *reading, const struct json_object *list, const char *unit,
                               struct log_points *points)
{
    reading->unit = unit;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        reading->place = i + 1;
        TRY(read_point(reading, json_object_array_get_idx(list, i), points));
    }
    return STATUS_OK;
}

static bool has_list(const struct json_object *object, const char *member, struct json_object **list)
{
    return json_object_object_get_ex(object, member, list) && json_object_is_type(*list, json_type_array);
}

static enum status read_document(struct reading *reading, const struct json_object *document)
{
    struct json_object *history = NULL, *train = NULL, *evaluation = NULL;
    if (json_object_is_type(document, json_type_array)) {
        if (json_object_array_length(document) == 0) return STATUS_OK; /* a log that has no entry yet */
        TRY(read_entries(reading, document));
        return reading->has_steps ? STATUS_OK : unknown(reading);
    }
    if (has_list(document, "log_history", &history)) return read_entries(reading, history);
    if (has_list(document, "train", &train) && has_list(document, "eval", &evaluation)) {
        TRY(read_points(reading, train, "train point", &reading->losses->train));
        return read_points(reading, evaluation, "eval point", &reading->losses->evaluation);
    }
    reading->unit = "line";
    reading->place = 1;
    TRY(read_entry(reading, document));
    return reading->has_steps ? STATUS_OK : unknown(reading);
}

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\0' || strchr(" \t\r\n", bytes[i]) == NULL) return false;
    }
    return true;
}

static size_t count_lines(const char *bytes, size_t length)
{
    size_t lines = 1;
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines;
}

static enum status refuse_json(const struct reading *reading, size_t line, enum json_tokener_error fault)
{
    if (fault == json_tokener_continue)
        return error_set(reading->error, STATUS_BAD_INPUT, "%s:%zu: the JSON ends too early", reading->name,
                         line);
    return error_set(reading->error, STATUS_BAD_INPUT, "%s:%zu: is not valid JSON: %s", reading->name, line,
                     json_tokener_error_desc(fault));
}

/* One object a line. The last may have been cut off by a kill, or be just being written. */
static enum status read_lines(struct reading *reading, struct json_tokener *tokener, const char *bytes,
                              size_t length)
{
    reading->unit = "line";
    reading->place = 1;
    for (size_t begin = 0; begin < length; reading->place++) {
        const char *newline = memchr(bytes + begin, '\n', length - begin);
        size_t size = newline == NULL ? length - begin : (size_t)(newline - bytes) - begin;
        const char *line = bytes + begin;
        begin += size + (newline != NULL);
        if (is_blank(line, size)) continue;
        json_tokener_reset(tokener);
        struct json_object *entry = json_tokener_parse_ex(tokener, line, (int)size);
        enum json_tokener_error fault = json_tokener_get_error(tokener);
        size_t end = json_tokener_get_parse_end(tokener);
        enum status status = STATUS_OK;
        if (fault == json_tokener_continue && newline == NULL)
            ; /* nothing to add */
        else if (fault != json_tokener_success)
            status = refuse_json(reading, reading->place, fault);
        else if (!is_blank(line + end, size - end))
            status = error_set(reading->error, STATUS_BAD_INPUT, "%s:%zu: something follows the JSON object",
                               reading->name, reading->place);
        else
            status = read_entry(reading, entry);
        json_object_put(entry);
        if (status != STATUS_OK) return status;
    }
    return reading->has_steps ? STATUS_OK : unknown(reading);
}

enum status log_json_read(const struct text *content, const char *name, struct log_losses *losses,
                          struct error *error)
{
    struct reading reading = {.name = name, .losses = losses, .error = error};
    const char *bytes = text_string(content);
    if (content->length >= INT_MAX) return error_set(error, STATUS_BAD_INPUT, "%s: is too large", name);
    struct json_tokener *tokener = json_tokener_new();
    if (tokener == NULL) return error_no_memory(error, 0);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
    struct json_object *document = json_tokener_parse_ex(tokener, bytes, (int)content->length);
    enum json_tokener_error fault = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    enum status status;
    if (fault != json_tokener_success)
        status = refuse_json(&reading, count_lines(bytes, end), fault);
    else if (is_blank(bytes + end, content->length - end))
        status = read_document(&reading, document);
    else
        status = read_lines(&reading, tokener, bytes, content->length);
    json_object_put(document);
    json_tokener_free(tokener);
    return status;
}
