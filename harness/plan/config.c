#include "harness/plan/config.h"

#include "base/file.h"
#include "base/memory.h"
#include "harness/plan/experiment_check.h"
#include "harness/plan/experiment_keys.h"
#include "harness/plan/model_check.h"
#include "harness/plan/reading.h"
#include "harness/plan/sweep.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void refuse(struct reading *reading, const struct ini_entry *entry, const char *text)
{
    problems_add(&reading->problems, entry->place, "[%s] %s: %s", entry->section, entry->key, text);
}

static void refuse_value(struct reading *reading, const struct ini_entry *entry, const char *text)
{
    problems_add(&reading->problems, entry->place, "[%s] %s: %s%s", entry->section, entry->key, text,
                 reading_habit(entry));
}

static void refuse_section(struct reading *reading, const char *name, struct place place)
{
    const char *nearest = user_section_nearest(name);
    if (nearest != NULL)
        problems_add(&reading->problems, place, "[%s]: unknown section; did you mean [%s]?", name, nearest);
    else
        problems_add(
            &reading->problems, place,
            "[%s]: unknown section; there are experiment, model, data, training, sweep, stability, run",
            name);
}

static void refuse_key(struct reading *reading, const struct ini_entry *entry)
{
    char text[256] = "unknown key";
    const struct key *nearest = user_key_nearest(entry->section, entry->key);
    if (nearest != NULL && strcmp(nearest->section, entry->section) == 0)
        snprintf(text, sizeof text, "unknown key; did you mean %s?", nearest->name);
    else if (nearest != NULL)
        snprintf(text, sizeof text, "unknown key; did you mean [%s] %s?", nearest->section, nearest->name);
    refuse(reading, entry, text);
}

/* A path as the ini's folder sees it. A trainer without a folder is a program to look for, and stays. */
static enum status resolve(const struct reading *reading, const struct key *key, const char *value,
                           char path[SPEC_PATH_BYTES], struct error *error)
{
    bool program = strcmp(key->section, "run") == 0 && strcmp(key->name, "trainer") == 0;
    if (value[0] == '\0' || (program && strchr(value, '/') == NULL))
        return file_join("", value, path, SPEC_PATH_BYTES, error);
    return file_join(reading->folder, value, path, SPEC_PATH_BYTES, error);
}

static void set_entry(struct reading *reading, const struct ini_entry *entry, const struct key *key,
                      enum key_owner owner)
{
    struct config *config = reading->config;
    void *record = owner == OWNER_EXPERIMENT ? (void *)&config->experiment : (void *)&config->experiment.base;
    const char *value = text_string(&entry->value);
    struct error problem = {0};
    char path[SPEC_PATH_BYTES];
    if (entry->continued && key->type != KEY_FLAGS) {
        refuse(reading, entry, "goes on in an indented line, but is no list");
        return;
    }
    enum status status = key_set_in(key, record, value, &problem);
    /* Once it is known to be allowed, and no fraction, it is taken from the ini's folder. */
    bool is_path =
        key->type == KEY_PATH || (key->type == KEY_SOURCE && config->experiment.base.validation_path[0]);
    if (status == STATUS_OK && is_path) {
        status = resolve(reading, key, value, path, &problem);
        if (status == STATUS_OK) status = key_set_in(key, record, path, &problem);
    }
    if (status != STATUS_OK) refuse_value(reading, entry, problem.text);
}

static void read_axis(struct reading *reading, const struct ini_entry *entry)
{
    struct experiment *experiment = &reading->config->experiment;
    const char *list = text_string(&entry->value);
    const struct key *key = key_find("training", entry->key);
    struct error problem = {0};
    if (entry->place.override > 0 && list[0] == '\0' && key != NULL) return; /* taken out of the sweep */
    if (key == NULL || (key->use & KEY_SWEEPABLE) == 0) {
        const struct key *nearest = key_nearest("training", entry->key);
        char text[256];
        snprintf(text, sizeof text, "cannot be swept: it is no key of [training]%s%s%s",
                 nearest == NULL ? "" : "; did you mean ", nearest == NULL ? "" : nearest->name,
                 nearest == NULL ? "" : "?");
        refuse(reading, entry, text);
        return;
    }
    if (experiment->sweeps == PLAN_MAX_SWEEPS) {
        refuse(reading, entry, "is one list too many; 16 keys can be swept");
        return;
    }
    struct sweep_axis *axis = &reading->config->axes[experiment->sweeps];
    enum status status = sweep_axis_read(key, list, axis, &problem);
    if (status == STATUS_NO_MEMORY)
        reading->problems.failed = true;
    else if (status != STATUS_OK)
        refuse(reading, entry, problem.text);
    else
        snprintf(experiment->swept[experiment->sweeps++], SPEC_NAME_BYTES, "%s", key->name);
}

static void read_entry(struct reading *reading, const struct ini_entry *entry)
{
    if (!user_section_exists(entry->section)) {
        /* A section of the file is refused once, by its own line. */
        if (entry->place.override > 0) refuse_section(reading, entry->section, entry->place);
        return;
    }
    enum key_owner owner;
    const struct key *key = user_key_find(entry->section, entry->key, &owner);
    if (key != NULL)
        set_entry(reading, entry, key, owner);
    else if (strcmp(entry->section, "sweep") == 0)
        read_axis(reading, entry);
    else
        refuse_key(reading, entry);
}

/* Whether a mistake in a section's own line may be why its keys are not there: then they are not called
 * missing. */
static bool section_is_lost(const struct reading *reading, const char *section)
{
    if (reading->ini.lost_section) return true;
    for (size_t i = 0; i < reading->ini.section_count; i++) {
        const char *name = reading->ini.sections[i].name;
        const char *nearest = user_section_exists(name) ? NULL : user_section_nearest(name);
        if (nearest != NULL && strcmp(nearest, section) == 0) return true;
    }
    return false;
}

static void check_required(struct reading *reading)
{
    for (size_t i = 0; i < run_key_count; i++) {
        const struct key *key = &run_keys[i];
        if ((key->use & KEY_REQUIRED) == 0 || reading_find(reading, key->section, key->name) != NULL)
            continue;
        if (section_is_lost(reading, key->section)) continue;
        char expects[256];
        key_expects(key, expects, sizeof expects);
        problems_add(&reading->problems, (struct place){0}, "[%s] %s: is missing; write %s", key->section,
                     key->name, expects);
    }
}

static void check_file(struct reading *reading, const char *key, const char *path)
{
    struct place place = reading_place(reading, "data", key);
    if (path[0] == '\0') return; /* missing or refused before */
    if (!file_exists(path))
        problems_add(&reading->problems, place,
                     "[data] %s: %s does not exist; paths are relative to the ini%s", key, path,
                     reading_habit(reading_find(reading, "data", key)));
    else if (file_is_directory(path))
        problems_add(&reading->problems, place, "[data] %s: %s is a folder; a file is needed", key, path);
    else if (access(path, R_OK) != 0)
        problems_add(&reading->problems, place, "[data] %s: %s cannot be read; its permissions forbid it",
                     key, path);
}

static void check_model(struct reading *reading)
{
    const struct run_spec *base = &reading->config->experiment.base;
    const char *path = base->model_path;
    struct error problem = {0};
    bool written = reading_find(reading, "model", "init") != NULL;
    bool weights = base->init == INIT_PRETRAINED && (written || !section_is_lost(reading, "model"));
    if (path[0] == '\0') return;
    if (model_check_folder(path, &problem) != STATUS_OK)
        problems_add(&reading->problems, reading_place(reading, "model", "path"), "[model] path: %s%s",
                     problem.text, reading_habit(reading_find(reading, "model", "path")));
    else if (weights && model_check_weights(path, &problem) != STATUS_OK)
        problems_add(&reading->problems, reading_place(reading, "model", written ? "init" : "path"),
                     "[model] init = pretrained: %s", problem.text);
}

/* The setting that is looked at while its problems are told. */
struct setting_check {
    struct reading *reading;
    size_t first;      /* of the problems that were found in settings */
    const char *label; /* of the setting; NULL when it is the only one */
};

/* A problem that another setting had before is not told again. */
static void refuse_setting(void *context, const char *section, const char *key, const char *text)
{
    const struct setting_check *check = context;
    struct problems *problems = &check->reading->problems;
    size_t length = strlen(text);
    for (size_t i = check->first; i < problems->count; i++) {
        const char *before = problems->all[i].text;
        if (strncmp(before, text, length) == 0 && (before[length] == '\0' || before[length] == ' ')) return;
    }
    const struct ini_entry *swept = reading_find(check->reading, "sweep", key);
    struct place place = swept != NULL ? swept->place : reading_place(check->reading, section, key);
    if (check->label == NULL)
        problems_add(problems, place, "%s", text);
    else
        problems_add(problems, place, "%s (setting %s)", text, check->label);
}

/* Sense across keys, of each setting; only when all else is well, since defaults in place of refused values
 * would give problems that are none. */
static enum status check_settings(struct reading *reading, struct error *error)
{
    const struct experiment *experiment = &reading->config->experiment;
    struct plan_setting *settings = NULL;
    size_t count = 0;
    struct error problem = {0};
    enum status status = sweep_expand(experiment, reading->config->axes, &settings, &count, &problem);
    if (status == STATUS_USAGE) {
        problems_add(&reading->problems, (struct place){0}, "%s", problem.text);
        return STATUS_OK;
    }
    if (status != STATUS_OK) return error_set(error, status, "%s", problem.text);
    struct setting_check check = {.reading = reading, .first = reading->problems.count};
    for (size_t i = 0; i < count; i++) {
        check.label = count == 1 ? NULL : settings[i].label;
        run_spec_problems(&settings[i].spec, refuse_setting, &check);
    }
    memory_free(settings);
    return STATUS_OK;
}

/* A run's result is its best evaluation by what the run is judged by, unless something else was asked for. */
static void settle_defaults(struct reading *reading)
{
    struct experiment *experiment = &reading->config->experiment;
    if (reading_find(reading, "training", "metric_for_best_model") == NULL)
        experiment->base.metric_for_best_model = experiment->metric;
}

static enum status check_all(struct reading *reading, const char *path, struct error *error)
{
    for (size_t i = 0; i < reading->ini.section_count; i++) {
        const struct ini_section *section = &reading->ini.sections[i];
        if (!user_section_exists(section->name))
            refuse_section(reading, section->name, (struct place){.line = section->line});
    }
    for (size_t i = 0; i < reading->ini.entry_count; i++)
        read_entry(reading, &reading->ini.entries[i]);
    settle_defaults(reading);
    const struct run_spec *base = &reading->config->experiment.base;
    check_required(reading);
    check_model(reading);
    check_file(reading, "train", base->train_path);
    check_file(reading, "validation", base->validation_path);
    experiment_check(reading, path);
    if (reading->problems.count == 0 && !reading->problems.failed) TRY(check_settings(reading, error));
    experiment_notes(reading);
    return STATUS_OK;
}

/* Something else than an experiment: a table, a model's weights. To name what is wrong in each of its lines
 * would only hide that. */
static bool is_foreign(const struct reading *reading)
{
    enum { MANY = 10 };
    size_t problems = reading->problems.count;
    for (size_t i = 0; i < reading->ini.section_count; i++) {
        const char *name = reading->ini.sections[i].name;
        if (user_section_exists(name) || user_section_nearest(name) != NULL) return false;
    }
    return problems > 0 && (!reading->ini.lost_section || problems > MANY);
}

enum status config_read(const struct config_request *request, struct config *config, struct text *problems,
                        struct error *error)
{
    struct reading reading = {.config = config, .problems.file = request->path};
    memset(config, 0, sizeof *config);
    experiment_defaults(&config->experiment);
    const char *slash = strrchr(request->path, '/');
    enum status status;
    if (strlen(request->path) >= sizeof reading.folder) {
        status = error_set(error, STATUS_USAGE, "%s: the path is too long", request->path);
        goto done;
    }
    if (slash != NULL)
        snprintf(reading.folder, sizeof reading.folder, "%.*s", (int)(slash - request->path + 1),
                 request->path);
    TRY_TO(done, ini_file_read(request->path, &reading.ini, &reading.problems, error));
    if (is_foreign(&reading)) {
        status =
            error_set(error, STATUS_USAGE,
                      "%s: is no experiment: an ini file is needed, with lines such as [data] and under them "
                      "train = reviews.tsv (ftbench help keys)",
                      request->path);
        goto done;
    }
    for (int i = 0; i < request->override_count; i++)
        TRY_TO(done, ini_file_override(&reading.ini, request->overrides[i], i + 1, &reading.problems, error));
    TRY_TO(done, check_all(&reading, request->path, error));
    TRY_TO(done, text_status(&config->notes, error));
    TRY_TO(done, problems_print(&reading.problems, problems, error));
    if (reading.problems.count > 0)
        status = error_set(error, STATUS_USAGE, "%s: %zu problem%s; nothing was trained", request->path,
                           reading.problems.count, reading.problems.count == 1 ? "" : "s");
done:
    problems_free(&reading.problems);
    config->path = request->path;
    config->ini = reading.ini;
    if (status != STATUS_OK) config_free(config);
    return status;
}

void config_free(struct config *config)
{
    for (int i = 0; i < PLAN_MAX_SWEEPS; i++)
        sweep_axis_free(&config->axes[i]);
    text_free(&config->notes);
    ini_file_free(&config->ini);
}

/* The key whose name the message has as a word of its own, not as a part of a path; NULL when there is none.
 */
static const struct key *find_mention(const char *message)
{
    static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    for (const char *at = message; *at != '\0';) {
        size_t length = strspn(at, name_letters);
        bool word = at == message || strchr(" ('\"", at[-1]) != NULL;
        bool ends = at[length] == '\0' || strchr(" ,:;)'\"", at[length]) != NULL;
        for (size_t i = 0; i < run_key_count && length > 0 && word && ends; i++) {
            const char *name = run_keys[i].name;
            if ((run_keys[i].use & KEY_IN_INI) != 0 && strchr(name, '_') != NULL && strlen(name) == length &&
                strncmp(name, at, length) == 0)
                return &run_keys[i];
        }
        at += length > 0 ? length : 1;
    }
    return NULL;
}

void config_place(const struct config *config, const char *message, char *place, size_t size)
{
    const struct problems file = {.file = config->path};
    const struct key *key = find_mention(message);
    place[0] = '\0';
    if (key == NULL) return;
    const struct ini_entry *entry = ini_file_find(&config->ini, "sweep", key->name);
    if (entry == NULL) entry = ini_file_find(&config->ini, key->section, key->name);
    place_name(&file, entry == NULL ? (struct place){0} : entry->place, place, size);
}
