#include "harness/predictions.h"

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const char header[] = "run_id,step,example,label,prediction,loss\n";

static void add_example(const struct run_record *record, const struct observed_evaluation *evaluation,
                        int index, struct text *out)
{
    const int32_t *labels = record->begin.validation_labels;
    char loss[NUMBER_TEXT];
    number_shortest_float(evaluation->losses[index], loss);
    text_addf(out, "%s,%ld,%d,", record->id, evaluation->step, index + 1);
    if (labels != NULL && index < record->begin.labelled) text_addf(out, "%d", (int)labels[index]);
    text_addf(out, ",%d,%s\n", (int)evaluation->predictions[index], loss);
}

/* One evaluation at a time, so that no more than its lines are held. */
static enum status write_evaluation(const struct run_record *record,
                                    const struct observed_evaluation *evaluation, struct file_stream *stream,
                                    struct text *out, size_t *lines, struct error *error)
{
    if (evaluation->predictions == NULL || evaluation->losses == NULL) return STATUS_OK;
    text_clear(out);
    for (int i = 0; i < evaluation->count; i++)
        add_example(record, evaluation, i, out);
    TRY(text_status(out, error));
    *lines += (size_t)evaluation->count;
    return file_stream_add(stream, text_string(out), out->length, error);
}

static enum status write_run(struct store *store, const char *id, struct file_stream *stream,
                             struct text *out, size_t *lines, struct error *error)
{
    struct run_record record;
    TRY(store_load_run(store, id, &record, error));
    enum status status = STATUS_OK;
    for (size_t i = 0; i < record.evaluation_count && status == STATUS_OK; i++)
        status = write_evaluation(&record, &record.evaluations[i], stream, out, lines, error);
    run_record_free(&record);
    return status;
}

/* What stands at `path` may be replaced only by its like: a mistyped name must not cost the results. */
static enum status check_place(const char *path, struct error *error)
{
    char start[sizeof header - 1];
    if (!file_exists(path)) return STATUS_OK;
    FILE *file = fopen(path, "rb");
    size_t got = file == NULL ? 0 : fread(start, 1, sizeof start, file);
    if (file != NULL) fclose(file);
    if (got == sizeof start && memcmp(start, header, sizeof start) == 0) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "--predictions %s: is there already and is no file of predictions; name another file",
                     path);
}

enum status predictions_write(struct store *store, const char *path, size_t *lines, struct error *error)
{
    struct plan plan = {0};
    struct file_stream stream = {0};
    struct text out = {0};
    enum status status;
    *lines = 0;
    TRY(check_place(path, error));
    TRY_TO(done, store_load_plan(store, &plan, error));
    TRY_TO(done, file_stream_open(path, &stream, error));
    TRY_TO(done, file_stream_add(&stream, header, strlen(header), error));
    for (size_t i = 0; i < plan.run_count; i++)
        TRY_TO(done, write_run(store, plan.runs[i].id, &stream, &out, lines, error));
    status = file_stream_commit(&stream, error);
done:
    file_stream_discard(&stream);
    text_free(&out);
    plan_free(&plan);
    return status;
}
