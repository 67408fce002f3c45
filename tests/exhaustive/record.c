#include "record.h"

#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char begin_mark[] = "<!-- recorded -->\n", end_mark[] = "<!-- end -->";

/* The table's lines in the file's text: from behind the begin mark up to the end mark. */
static enum status find_table(const char *path, const char *content, const char **begin, const char **end,
                              struct error *error)
{
    *begin = strstr(content, begin_mark);
    *end = *begin == NULL ? NULL : strstr(*begin, end_mark);
    if (*end == NULL)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: has no table between the lines '<!-- recorded -->' and '%s'", path, end_mark);
    *begin += sizeof begin_mark - 1;
    return STATUS_OK;
}

static bool read_row(const char *line, struct record *record)
{
    char name[16], inputs[8];
    struct record_row row = {.known = true};
    int function, length = 0;
    int fields = sscanf(line, "| %15s | %7s | %lf | %31s | %32s |%n", name, inputs, &row.error, row.at,
                        row.digest, &length);
    if (fields != 5 || length == 0 || line[length] != '\n') return false;
    bool all = strcmp(inputs, "all") == 0;
    if (!survey_finds(name, &function) || (!all && strcmp(inputs, "sample") != 0)) return false;
    record->rows[function][all] = row;
    return true;
}

enum status record_read(const char *path, struct record *record, struct error *error)
{
    struct text content = {0};
    const char *line, *end;
    enum status status;
    int number = 0;
    *record = (struct record){0};
    TRY_TO(done, file_read(path, 1 << 20, &content, error));
    TRY_TO(done, find_table(path, text_string(&content), &line, &end, error));
    for (; line < end; line = strchr(line, '\n') + 1, number++) {
        if (number < 2 || read_row(line, record)) continue; /* two lines of headings */
        status = error_set(
            error, STATUS_BAD_INPUT,
            "%s: row %d of the recorded table is not '| function | all or sample | error | at | digest |'",
            path, number - 1);
        goto done;
    }
done:
    text_free(&content);
    return status;
}

enum status record_write(const char *path, const struct record *record, struct error *error)
{
    struct text content = {0}, result = {0};
    const char *begin, *end;
    char row[160];
    enum status status;
    TRY_TO(done, file_read(path, 1 << 20, &content, error));
    TRY_TO(done, find_table(path, text_string(&content), &begin, &end, error));
    const char *headings_end = begin;
    for (int i = 0; i < 2 && headings_end < end; i++)
        headings_end = strchr(headings_end, '\n') + 1;
    text_add_bytes(&result, content.data, (size_t)(headings_end - content.data));
    for (int function = 0; function < SURVEY_FUNCTIONS; function++) {
        for (int all = 1; all >= 0; all--) {
            if (!record->rows[function][all].known) continue;
            record_row_text(function, all == 1, &record->rows[function][all], row);
            text_addf(&result, "%s\n", row);
        }
    }
    text_add(&result, end);
    TRY_TO(done, text_status(&result, error));
    status = file_write(path, result.data, result.length, error);
done:
    text_free(&content);
    text_free(&result);
    return status;
}

struct record_row record_row_of(const struct survey *survey)
{
    struct record_row row = {.known = true, .error = ceil(survey->error * 1000) / 1000};
    snprintf(row.at, sizeof row.at, "%a", survey->at);
    digest_text(survey->digest, row.digest);
    return row;
}

void record_row_text(int function, bool all, const struct record_row *row, char text[160])
{
    snprintf(text, 160, "| %s | %s | %.3f | %s | %s |", survey_name(function), all ? "all" : "sample",
             row->error, row->at, row->digest);
}

bool record_agrees(const struct record_row *recorded, const struct record_row *found)
{
    return recorded->known && strcmp(recorded->digest, found->digest) == 0 &&
           fabs(recorded->error - found->error) < 0.0015;
}
