#include "trainer/fast_note.h"

#include "trainer/spec/keys.h"

#include <stdio.h>
#include <string.h>

static const char code[] = "fast";

bool fast_note_make(const struct run_spec *spec, const struct observed_begin *begin,
                    struct observed_note *note)
{
    if (begin->overrides[0] == '\0') return false;
    *note = (struct observed_note){.code = ""};
    snprintf(note->code, sizeof note->code, "%s", code);
    char padding[16];
    key_get(key_find("run", "padding"), spec, padding, sizeof padding);
    snprintf(note->message, sizeof note->message,
             "fast arithmetic (%.90s): the bits are those of %.110s with %.110s, in passes of %d samples "
             "with padding = "
             "%s, and "
             "are not compared with others",
             begin->overrides, begin->gpu, begin->libraries, run_spec_pass_samples(spec), padding);
    return true;
}

enum status fast_note_check(void *context, const struct observation *observation, struct error *error)
{
    const struct observed_note *now = context, *then = &observation->as.note;
    if (observation->kind != OBSERVATION_NOTE || strcmp(then->code, code) != 0 ||
        strcmp(then->message, now->message) == 0)
        return STATUS_OK;
    return error_set(
        error, STATUS_UNSUPPORTED,
        "the checkpoint is of fast arithmetic on another GPU or with other libraries, and going on here "
        "would mix their bits: then %s; now %s",
        then->message, now->message);
}
