#include "harness/store/schema.h"

#include "harness/plan/plan.h"
#include "harness/store/history.h"
#include "harness/store/store.h"
#include "harness/store/store_copy.h"
#include "trainer/spec/observation.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define SIZE_OF(type, field) sizeof(((struct type *)NULL)->field)
#define COLUMN(type, kind, field)                                                                            \
    {                                                                                                        \
#field, kind, offsetof(struct type, field), SIZE_OF(type, field)                                     \
    }

static const struct column experiment_columns[] = {
    COLUMN(experiment, COLUMN_TEXT, name),
    COLUMN(experiment, COLUMN_INT, repeats),
    COLUMN(experiment, COLUMN_U32, seed),
    COLUMN(experiment, COLUMN_U32, vary),
    COLUMN(experiment, COLUMN_INT, metric),
    COLUMN(experiment, COLUMN_DOUBLE, max_spread),
    COLUMN(experiment, COLUMN_DOUBLE, alpha),
    COLUMN(experiment, COLUMN_DOUBLE, sigma0),
    COLUMN(experiment, COLUMN_INT, jobs),
    COLUMN(experiment, COLUMN_DOUBLE, timeout),
    COLUMN(experiment, COLUMN_TEXT, output),
    COLUMN(experiment, COLUMN_TEXT, trainer),
    COLUMN(experiment, COLUMN_INT, mode),
    COLUMN(experiment, COLUMN_INT, design),
    COLUMN(experiment, COLUMN_INT, levels),
    {"repeats_least", COLUMN_INT, offsetof(struct experiment, span.least), sizeof(int)},
    {"repeats_most", COLUMN_INT, offsetof(struct experiment, span.most), sizeof(int)},
};

static const struct column setting_columns[] = {
    COLUMN(plan_setting, COLUMN_TEXT, label),
    COLUMN(plan_setting, COLUMN_DOUBLE, value),
    COLUMN(plan_setting, COLUMN_INT, varied),
};

static const struct column planned_columns[] = {
    COLUMN(plan_run, COLUMN_TEXT, id),        COLUMN(plan_run, COLUMN_INT, setting),
    COLUMN(plan_run, COLUMN_INT, repeat),     COLUMN(plan_run, COLUMN_U32, seed_init),
    COLUMN(plan_run, COLUMN_U32, seed_order), COLUMN(plan_run, COLUMN_U32, seed_dropout),
};

static const struct column result_columns[] = {
    COLUMN(run_record, COLUMN_TEXT, reason),         COLUMN(run_record, COLUMN_TEXT, detail),
    COLUMN(run_record, COLUMN_BOOL, has_begin),      COLUMN(run_record, COLUMN_BOOL, has_end),
    COLUMN(run_record, COLUMN_DOUBLE, wall_seconds),
};

static const struct column begin_columns[] = {
    COLUMN(observed_begin, COLUMN_LONG, train_samples),
    COLUMN(observed_begin, COLUMN_LONG, validation_samples),
    COLUMN(observed_begin, COLUMN_INT, labels),
    COLUMN(observed_begin, COLUMN_TEXT, label_names),
    COLUMN(observed_begin, COLUMN_LONG, total_steps),
    COLUMN(observed_begin, COLUMN_LONG, epoch_steps),
    COLUMN(observed_begin, COLUMN_LONG, warmup_steps),
    COLUMN(observed_begin, COLUMN_INT64, parameters),
    COLUMN(observed_begin, COLUMN_INT64, memory_bytes),
    COLUMN(observed_begin, COLUMN_DOUBLE, step_seconds),
    COLUMN(observed_begin, COLUMN_DOUBLE, evaluation_seconds),
    COLUMN(observed_begin, COLUMN_TEXT, program),
    COLUMN(observed_begin, COLUMN_TEXT, compiler),
    COLUMN(observed_begin, COLUMN_TEXT, flags),
    COLUMN(observed_begin, COLUMN_TEXT, backend),
    COLUMN(observed_begin, COLUMN_TEXT, isa),
    COLUMN(observed_begin, COLUMN_TEXT, cpu),
    COLUMN(observed_begin, COLUMN_TEXT, host),
    COLUMN(observed_begin, COLUMN_TEXT, commit),
    COLUMN(observed_begin, COLUMN_TEXT, gpu),
    COLUMN(observed_begin, COLUMN_TEXT, libraries),
    COLUMN(observed_begin, COLUMN_TEXT, overrides),
    COLUMN(observed_begin, COLUMN_TEXT, choice),
    COLUMN(observed_begin, COLUMN_INT, threads),
    COLUMN(observed_begin, COLUMN_INT, labelled),
};

static const struct column end_columns[] = {
    COLUMN(observed_end, COLUMN_INT, reason),
    COLUMN(observed_end, COLUMN_TEXT, message),
    COLUMN(observed_end, COLUMN_LONG, steps),
    COLUMN(observed_end, COLUMN_LONG, skipped_steps),
    COLUMN(observed_end, COLUMN_LONG, best_step),
    COLUMN(observed_end, COLUMN_DOUBLE, loss),
    COLUMN(observed_end, COLUMN_DOUBLE, accuracy),
    COLUMN(observed_end, COLUMN_DOUBLE, precision),
    COLUMN(observed_end, COLUMN_DOUBLE, recall),
    COLUMN(observed_end, COLUMN_DOUBLE, f1),
    COLUMN(observed_end, COLUMN_DOUBLE, f1_macro),
    COLUMN(observed_end, COLUMN_TEXT, digest),
    COLUMN(observed_end, COLUMN_DOUBLE, seconds),
    COLUMN(observed_end, COLUMN_DOUBLE, train_seconds),
    COLUMN(observed_end, COLUMN_DOUBLE, evaluation_seconds),
    COLUMN(observed_end, COLUMN_DOUBLE, step_seconds),
    COLUMN(observed_end, COLUMN_DOUBLE, step_processor_seconds),
    COLUMN(observed_end, COLUMN_DOUBLE, calibration_seconds),
    COLUMN(observed_end, COLUMN_DOUBLE, calibration_processor_seconds),
    COLUMN(observed_end, COLUMN_INT64, peak_memory_bytes),
};

static const struct column step_columns[] = {
    COLUMN(observed_step, COLUMN_LONG, step),
    COLUMN(observed_step, COLUMN_DOUBLE, epoch),
    COLUMN(observed_step, COLUMN_FLOAT, loss),
    COLUMN(observed_step, COLUMN_FLOAT, grad_norm),
    COLUMN(observed_step, COLUMN_DOUBLE, learning_rate),
    COLUMN(observed_step, COLUMN_BOOL, logged),
    COLUMN(observed_step, COLUMN_DOUBLE, train_loss),
    COLUMN(observed_step, COLUMN_BOOL, skipped),
    COLUMN(observed_step, COLUMN_DOUBLE, loss_scale),
    COLUMN(observed_step, COLUMN_TEXT, digest),
};

static const struct column evaluation_columns[] = {
    COLUMN(observed_evaluation, COLUMN_LONG, step),
    COLUMN(observed_evaluation, COLUMN_DOUBLE, epoch),
    COLUMN(observed_evaluation, COLUMN_DOUBLE, loss),
    COLUMN(observed_evaluation, COLUMN_DOUBLE, accuracy),
    COLUMN(observed_evaluation, COLUMN_DOUBLE, precision),
    COLUMN(observed_evaluation, COLUMN_DOUBLE, recall),
    COLUMN(observed_evaluation, COLUMN_DOUBLE, f1),
    COLUMN(observed_evaluation, COLUMN_DOUBLE, f1_macro),
    COLUMN(observed_evaluation, COLUMN_BOOL, best),
    COLUMN(observed_evaluation, COLUMN_INT, count),
    COLUMN(observed_evaluation, COLUMN_TEXT, digest),
};

static const struct column note_columns[] = {
    COLUMN(observed_note, COLUMN_TEXT, code),
    COLUMN(observed_note, COLUMN_TEXT, message),
};

static const struct column copy_columns[] = {
    COLUMN(store_origin, COLUMN_TEXT, folder),  COLUMN(store_origin, COLUMN_TEXT, saved),
    COLUMN(store_origin, COLUMN_TEXT, writer),  COLUMN(store_origin, COLUMN_TEXT, program),
    COLUMN(store_origin, COLUMN_TEXT, commit),  COLUMN(store_origin, COLUMN_TEXT, backend),
    COLUMN(store_origin, COLUMN_TEXT, isa),     COLUMN(store_origin, COLUMN_TEXT, cpu),
    COLUMN(store_origin, COLUMN_TEXT, host),    COLUMN(store_origin, COLUMN_TEXT, compiler),
    COLUMN(store_origin, COLUMN_TEXT, flags),   COLUMN(store_origin, COLUMN_INT, numeric_version),
    COLUMN(store_origin, COLUMN_INT, settings), COLUMN(store_origin, COLUMN_INT, done),
    COLUMN(store_origin, COLUMN_INT, failed),
};

static const struct column night_columns[] = {
    COLUMN(history_night, COLUMN_TEXT, identity),   COLUMN(history_night, COLUMN_INT64, time),
    COLUMN(history_night, COLUMN_TEXT, experiment), COLUMN(history_night, COLUMN_INT, metric),
    COLUMN(history_night, COLUMN_TEXT, commit),     COLUMN(history_night, COLUMN_TEXT, code),
    COLUMN(history_night, COLUMN_TEXT, program),    COLUMN(history_night, COLUMN_INT, numeric_version),
    COLUMN(history_night, COLUMN_TEXT, backend),    COLUMN(history_night, COLUMN_TEXT, isa),
    COLUMN(history_night, COLUMN_TEXT, cpu),        COLUMN(history_night, COLUMN_TEXT, gpu),
    COLUMN(history_night, COLUMN_TEXT, libraries),  COLUMN(history_night, COLUMN_TEXT, host),
    COLUMN(history_night, COLUMN_TEXT, threads),    COLUMN(history_night, COLUMN_BOOL, strict),
    COLUMN(history_night, COLUMN_TEXT, verdict),    COLUMN(history_night, COLUMN_TEXT, baseline),
};

static const struct column night_setting_columns[] = {
    COLUMN(history_setting, COLUMN_TEXT, label),
    COLUMN(history_setting, COLUMN_INT, runs),
    COLUMN(history_setting, COLUMN_INT, n),
    COLUMN(history_setting, COLUMN_INT, failed),
    COLUMN(history_setting, COLUMN_DOUBLE, mean),
    COLUMN(history_setting, COLUMN_DOUBLE, low),
    COLUMN(history_setting, COLUMN_DOUBLE, high),
    COLUMN(history_setting, COLUMN_DOUBLE, sd),
    COLUMN(history_setting, COLUMN_DOUBLE, spread),
    COLUMN(history_setting, COLUMN_INT, converged),
    COLUMN(history_setting, COLUMN_INT, overfit),
    COLUMN(history_setting, COLUMN_INT, stalled),
    COLUMN(history_setting, COLUMN_INT, oscillating),
    COLUMN(history_setting, COLUMN_INT, undetermined),
    COLUMN(history_setting, COLUMN_DOUBLE, step_seconds),
    COLUMN(history_setting, COLUMN_DOUBLE, calibration_seconds),
    COLUMN(history_setting, COLUMN_TEXT, asked),
    COLUMN(history_setting, COLUMN_TEXT, bits),
    COLUMN(history_setting, COLUMN_TEXT, clock), /* since format 2 */
};

const struct table table_experiment = {
    .name = "experiment",
    .own = {"base TEXT NOT NULL"},
    .columns = experiment_columns,
    .column_count = COUNT(experiment_columns),
};
const struct table table_sweep = {
    .name = "sweep",
    .own = {"position INTEGER PRIMARY KEY", "key TEXT NOT NULL"},
};
const struct table table_setting = {
    .name = "setting",
    .own = {"position INTEGER PRIMARY KEY", "spec TEXT NOT NULL"},
    .columns = setting_columns,
    .column_count = COUNT(setting_columns),
};
const struct table table_planned = {
    .name = "planned",
    .own = {"position INTEGER PRIMARY KEY"},
    .constraint = "UNIQUE(id)", /* no two runs of a plan are the same */
    .columns = planned_columns,
    .column_count = COUNT(planned_columns),
};
const struct table table_result = {
    .name = "result",
    .own = {"run_id TEXT NOT NULL", "outcome TEXT NOT NULL"},
    .constraint = "PRIMARY KEY(run_id)",
    .columns = result_columns,
    .column_count = COUNT(result_columns),
};
const struct table table_begin = {
    .name = "run_begin",
    .own = {"run_id TEXT NOT NULL", "validation_labels BLOB NOT NULL", "tensors TEXT NOT NULL"},
    .constraint = "PRIMARY KEY(run_id)",
    .columns = begin_columns,
    .column_count = COUNT(begin_columns),
};
const struct table table_end = {
    .name = "run_end",
    .own = {"run_id TEXT NOT NULL"},
    .constraint = "PRIMARY KEY(run_id)",
    .columns = end_columns,
    .column_count = COUNT(end_columns),
};
const struct table table_step = {
    .name = "step",
    .own = {"run_id TEXT NOT NULL", "position INTEGER NOT NULL", "gradient_sums BLOB NOT NULL"},
    .constraint = "PRIMARY KEY(run_id, position)",
    .columns = step_columns,
    .column_count = COUNT(step_columns),
};
const struct table table_evaluation = {
    .name = "evaluation",
    .own = {"run_id TEXT NOT NULL", "position INTEGER NOT NULL", "predictions BLOB NOT NULL",
            "losses BLOB NOT NULL"},
    .constraint = "PRIMARY KEY(run_id, position)",
    .columns = evaluation_columns,
    .column_count = COUNT(evaluation_columns),
};
const struct table table_note = {
    .name = "note",
    .own = {"run_id TEXT NOT NULL", "position INTEGER NOT NULL"},
    .constraint = "PRIMARY KEY(run_id, position)",
    .columns = note_columns,
    .column_count = COUNT(note_columns),
};

const struct table table_copy = {
    .name = "copy",
    .columns = copy_columns,
    .column_count = COUNT(copy_columns),
};

const struct table table_night = {
    .name = "night",
    .constraint = "PRIMARY KEY(identity)",
    .columns = night_columns,
    .column_count = COUNT(night_columns),
};
const struct table table_night_setting = {
    .name = "night_setting",
    .own = {"night TEXT NOT NULL", "position INTEGER NOT NULL"},
    .constraint = "PRIMARY KEY(night, position)",
    .columns = night_setting_columns,
    .column_count = COUNT(night_setting_columns),
};

int table_own_count(const struct table *table)
{
    int count = 0;
    while (count < TABLE_OWN && table->own[count] != NULL)
        count++;
    return count;
}

static size_t total_count(const struct table *table)
{
    return (size_t)table_own_count(table) + table->column_count;
}

/* "run_id, position, step, ...": quoted, because some fields have names that are words of SQL. */
static void add_names(const struct table *table, struct text *sql)
{
    size_t own = (size_t)table_own_count(table);
    for (size_t i = 0; i < total_count(table); i++) {
        const char *name = i < own ? table->own[i] : table->columns[i - own].name;
        text_addf(sql, "%s\"%.*s\"", i == 0 ? "" : ", ", (int)strcspn(name, " "), name);
    }
}

void table_insert_sql(const struct table *table, struct text *sql)
{
    text_addf(sql, "INSERT INTO \"%s\"(", table->name);
    add_names(table, sql);
    text_add(sql, ") VALUES(");
    for (size_t i = 0; i < total_count(table); i++)
        text_add(sql, i == 0 ? "?" : ", ?");
    text_add(sql, ")");
}

void table_select_sql(const struct table *table, struct text *sql)
{
    text_add(sql, "SELECT ");
    add_names(table, sql);
    text_addf(sql, " FROM \"%s\"", table->name);
}

/* Floating-point columns have no NOT NULL: that is how NaN is stored. They have no affinity either, because a
 * REAL column keeps whole numbers as integers and would lose the sign of -0. */
static const char *column_sql(enum column_type type)
{
    switch (type) {
    case COLUMN_INT:
    case COLUMN_U32:
    case COLUMN_LONG:
    case COLUMN_INT64:
    case COLUMN_BOOL:
        return "INTEGER NOT NULL";
    case COLUMN_FLOAT:
    case COLUMN_DOUBLE:
        return "";
    case COLUMN_TEXT:
        return "TEXT NOT NULL";
    }
    return "";
}

void table_create_sql(const struct table *table, struct text *sql)
{
    size_t own = (size_t)table_own_count(table);
    text_addf(sql, "CREATE TABLE \"%s\"(", table->name);
    for (size_t i = 0; i < total_count(table); i++) {
        if (i > 0) text_add(sql, ", ");
        if (i < own)
            text_add(sql, table->own[i]);
        else
            text_addf(sql, "\"%s\" %s", table->columns[i - own].name,
                      column_sql(table->columns[i - own].type));
    }
    if (table->constraint != NULL) text_addf(sql, ", %s", table->constraint);
    text_add(sql, ");\n");
}

/* The numbers and the table that say what a file is. */
static void begin_file(const char *format, int version, int application, struct text *sql)
{
    text_addf(sql, "PRAGMA application_id = %d;\nPRAGMA user_version = %d;\n", application, version);
    text_add(sql,
             "CREATE TABLE format(name TEXT NOT NULL, version INTEGER NOT NULL, program TEXT NOT NULL);\n");
    text_addf(sql, "INSERT INTO format VALUES('%s', %d, 'ftbench %s');\n", format, version, FTBENCH_VERSION);
}

void schema_create_sql(struct text *sql)
{
    static const struct table *const tables[] = {
        &table_experiment, &table_sweep, &table_setting, &table_planned,    &table_result,
        &table_begin,      &table_end,   &table_step,    &table_evaluation, &table_note,
    };
    begin_file(SCHEMA_FORMAT, SCHEMA_VERSION, SCHEMA_APPLICATION, sql);
    for (size_t i = 0; i < COUNT(tables); i++)
        table_create_sql(tables[i], sql);
}

void schema_create_history_sql(struct text *sql)
{
    begin_file(SCHEMA_HISTORY_FORMAT, SCHEMA_HISTORY_VERSION, SCHEMA_HISTORY_APPLICATION, sql);
    table_create_sql(&table_night, sql);
    table_create_sql(&table_night_setting, sql);
}
