#include "trainer/run_notes.h"

#include "trainer/data/class_notes.h"

#include <stdarg.h>
#include <stdio.h>

/* Whose notes, and who takes them. */
struct teller {
    const struct session *session;
    run_note_say *say;
    void *context;
};

static enum status say_note(const struct teller *teller, const char *code, struct error *error,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

static enum status say_note(const struct teller *teller, const char *code, struct error *error,
                            const char *format, ...)
{
    char message[sizeof((struct observed_note *)NULL)->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return teller->say(teller->context, code, message, error);
}

static enum status note_replaced(const struct teller *teller, struct error *error)
{
    const struct dataset *data = &teller->session->data;
    const struct run_spec *spec = &teller->session->spec;
    int line = data->train.replaced_line, other = data->validation.replaced_line;
    const char *path = spec->train_path;
    if (spec->validation_path[0] != '\0') {
        if (line == 0) {
            line = other;
            path = spec->validation_path;
        }
    } else if (line == 0 || (other > 0 && other < line)) {
        line = other; /* rows held out of the same file */
    }
    return say_note(teller, "replaced", error,
                    "%d of %d texts had invalid UTF-8, replaced by U+FFFD; the first is in line %d of %s",
                    data->replaced, data->train.count + data->validation.count, line, path);
}

static enum status note_unknown(const struct teller *teller, struct error *error)
{
    const struct dataset *data = &teller->session->data;
    const struct text_counts counts = {.tokens = data->tokens, .unknown = data->unknown};
    struct text sentence = {0};
    text_counts_unknown(&counts, &sentence);
    enum status status = text_status(&sentence, error);
    if (status == STATUS_OK && sentence.length > 0)
        status = say_note(teller, "unknown", error, "%s", text_string(&sentence));
    text_free(&sentence);
    return status;
}

/* A note of which the text is made elsewhere; none when it is empty. */
static enum status note_text(const struct teller *teller, const char *code,
                             void (*make)(const struct dataset *data, struct text *out), struct error *error)
{
    struct text text = {0};
    make(&teller->session->data, &text);
    enum status status = text_status(&text, error);
    if (status == STATUS_OK && text.length > 0)
        status = say_note(teller, code, error, "%.500s", text_string(&text));
    text_free(&text);
    return status;
}

enum status run_notes_classes(const struct session *session, run_note_say *say, void *context,
                              struct error *error)
{
    const struct teller teller = {session, say, context};
    return note_text(&teller, "labels", class_notes_rows, error);
}

static enum status say_notes(const struct teller *teller, struct error *error)
{
    const struct dataset *data = &teller->session->data;
    if (teller->session->choice.remarkable)
        TRY(say_note(teller, "device", error, "the CPU computes, with the same bits: %.400s",
                     teller->session->choice.reason));
    TRY(note_text(teller, "alike", class_notes_alike, error));
    if (data->duplicates > 0)
        TRY(say_note(teller, "duplicates", error,
                     "%d of %d validation texts also stand in the training part, so the metric measures "
                     "memory too: %s",
                     data->duplicates, data->validation.count, data->duplicate_example));
    if (data->duplicates_within > 0)
        TRY(say_note(teller, "repeated", error, "%d of %d training texts stand there more than once",
                     data->duplicates_within, data->train.count));
    if (data->truncated > 0)
        TRY(say_note(teller, "truncated", error, "%d %s cut to max_length %d", data->truncated,
                     data->truncated == 1 ? "text was" : "texts were", teller->session->spec.max_length));
    if (data->quoted > 0)
        TRY(say_note(
            teller, "quoted", error,
            "%d %s with a quote: a .tsv has no quoting here, so the quotes are part of the text; the "
            "first is in %s",
            data->quoted, data->quoted == 1 ? "text begins and ends" : "texts begin and end",
            data->quoted_example));
    if (data->replaced > 0) TRY(note_replaced(teller, error));
    if (teller->session->drawn.length > 0)
        TRY(say_note(
            teller, "drawn", error,
            "the model's folder has no weights for these, which were drawn at random by the init seed: %s",
            text_string(&teller->session->drawn)));
    if (teller->session->numbers.length > 0)
        TRY(say_note(teller, "labels", error, "the data's labels are numbers of the model's classes: %s",
                     text_string(&teller->session->numbers)));
    return note_unknown(teller, error);
}

enum status run_notes_say(const struct session *session, run_note_say *say, void *context,
                          struct error *error)
{
    const struct teller teller = {session, say, context};
    return say_notes(&teller, error);
}
