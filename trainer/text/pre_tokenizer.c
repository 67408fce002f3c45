#include "trainer/text/pre_tokenizer.h"

#include "trainer/text/folder_json.h"

#include <string.h>

/* ByteLevel's pattern (Radford et al. 2019, encoder.py; tokenizers, pre_tokenizers/byte_level.rs). */
static const char gpt2_pattern[] =
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

static const char qwen2_pattern[] =
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
    "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

static enum status refuse(const char *path, const char *what, const char *why, struct error *error)
{
    return error_set(error, STATUS_UNSUPPORTED, "%s: pre_tokenizer: %s is not supported; %s", path, what,
                     why);
}

static enum status next_step(struct pre_tokenizer *pre_tokenizer, const char *path, struct split_step **step,
                             struct error *error)
{
    if (pre_tokenizer->count == MOST_SPLITS)
        return refuse(path, "a longer sequence of Split and Digits", "at most 8 are", error);
    *step = &pre_tokenizer->steps[pre_tokenizer->count++];
    return STATUS_OK;
}

static enum status read_behaviour(const struct json_object *object, const char *path,
                                  enum split_behaviour *behaviour, struct error *error)
{
    static const char *const names[] = {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext",
                                        "Contiguous"};
    const char *name;
    TRY(folder_json_string(object, path, "behavior", &name, error));
    for (int i = 0; name != NULL && i <= SPLIT_CONTIGUOUS; i++) {
        if (strcmp(name, names[i]) != 0) continue;
        *behaviour = (enum split_behaviour)i;
        return STATUS_OK;
    }
    return error_set(error, STATUS_BAD_INPUT,
                     "%s: pre_tokenizer: Split: behavior is %s; Removed, Isolated, "
                     "MergedWithPrevious, MergedWithNext or Contiguous is needed",
                     path, name == NULL ? "missing" : name);
}

static enum status read_split(const struct json_object *object, const char *path,
                              struct pre_tokenizer *pre_tokenizer, struct error *error)
{
    static const char *const keys[] = {"type", "pattern", "behavior", "invert", NULL};
    TRY(folder_json_only(object, path, "pre_tokenizer: Split", keys, error));
    struct split_step *step = NULL;
    TRY(next_step(pre_tokenizer, path, &step, error));
    TRY(read_behaviour(object, path, &step->behaviour, error));
    TRY(folder_json_bool(object, path, "invert", &step->invert, error));
    struct json_object *pattern = folder_json_member(object, "pattern");
    const char *regex = NULL, *string = NULL;
    if (json_object_is_type(pattern, json_type_object)) {
        TRY(folder_json_string(pattern, path, "Regex", &regex, error));
        TRY(folder_json_string(pattern, path, "String", &string, error));
    }
    const char *text = regex != NULL ? regex : string;
    if (text == NULL || text[0] == '\0')
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: pre_tokenizer: Split: pattern must be {\"Regex\": ...} or {\"String\": ...}",
                         path);
    return split_pattern_compile(text, regex == NULL, path, &step->pattern, error);
}

static enum status read_digits(const struct json_object *object, const char *path,
                               struct pre_tokenizer *pre_tokenizer, struct error *error)
{
    static const char *const keys[] = {"type", "individual_digits", NULL};
    TRY(folder_json_only(object, path, "pre_tokenizer: Digits", keys, error));
    bool individual = false;
    TRY(folder_json_bool(object, path, "individual_digits", &individual, error));
    struct split_step *step = NULL;
    TRY(next_step(pre_tokenizer, path, &step, error));
    step->behaviour = individual ? SPLIT_ISOLATED : SPLIT_CONTIGUOUS;
    return split_pattern_compile("\\p{N}", false, path, &step->pattern, error);
}

/* trim_offsets concerns places in the text, not ids. */
static enum status read_byte_level(const struct json_object *object, const char *path,
                                   struct pre_tokenizer *pre_tokenizer, struct error *error)
{
    static const char *const keys[] = {"type", "add_prefix_space", "trim_offsets", "use_regex", NULL};
    TRY(folder_json_only(object, path, "pre_tokenizer: ByteLevel", keys, error));
    bool use_regex = true;
    pre_tokenizer->prefix_space = true; /* the reference's default */
    TRY(folder_json_bool(object, path, "add_prefix_space", &pre_tokenizer->prefix_space, error));
    TRY(folder_json_bool(object, path, "use_regex", &use_regex, error));
    return use_regex ? split_pattern_compile(gpt2_pattern, false, path, &pre_tokenizer->pattern, error)
                     : STATUS_OK;
}

static enum status read_step(const struct json_object *object, const char *path, bool last,
                             struct pre_tokenizer *pre_tokenizer, struct error *error)
{
    const char *type = NULL;
    if (json_object_is_type(object, json_type_object))
        TRY(folder_json_string(object, path, "type", &type, error));
    if (type == NULL)
        return error_set(error, STATUS_BAD_INPUT, "%s: pre_tokenizer: an object with a \"type\" is needed",
                         path);
    const bool byte_level = strcmp(type, "ByteLevel") == 0;
    if (last && !byte_level)
        return refuse(path, type, "ByteLevel, alone or behind Split and Digits, is", error);
    if (byte_level)
        return last ? read_byte_level(object, path, pre_tokenizer, error)
                    : refuse(path, "ByteLevel before others", "it must be the last of a Sequence", error);
    if (strcmp(type, "Split") == 0) return read_split(object, path, pre_tokenizer, error);
    if (strcmp(type, "Digits") == 0) return read_digits(object, path, pre_tokenizer, error);
    return refuse(path, type, "Split, Digits and ByteLevel are", error);
}

enum status pre_tokenizer_read(const struct json_object *object, const char *path,
                               struct pre_tokenizer *pre_tokenizer, struct error *error)
{
    static const char *const keys[] = {"type", "pretokenizers", NULL};
    *pre_tokenizer = (struct pre_tokenizer){0};
    const char *type = NULL;
    if (json_object_is_type(object, json_type_object))
        TRY(folder_json_string(object, path, "type", &type, error));
    if (type == NULL || strcmp(type, "Sequence") != 0)
        return read_step(object, path, true, pre_tokenizer, error);
    TRY(folder_json_only(object, path, "pre_tokenizer: Sequence", keys, error));
    struct json_object *list = folder_json_member(object, "pretokenizers");
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    if (count == 0) return refuse(path, "an empty Sequence", "ByteLevel is needed", error);
    for (size_t i = 0; i < count; i++)
        TRY(read_step(json_object_array_get_idx(list, i), path, i + 1 == count, pre_tokenizer, error));
    return STATUS_OK;
}

enum status pre_tokenizer_gpt2(bool prefix_space, struct pre_tokenizer *pre_tokenizer, struct error *error)
{
    *pre_tokenizer = (struct pre_tokenizer){.prefix_space = prefix_space};
    return split_pattern_compile(gpt2_pattern, false, "GPT-2", &pre_tokenizer->pattern, error);
}

enum status pre_tokenizer_qwen2(bool prefix_space, struct pre_tokenizer *pre_tokenizer, struct error *error)
{
    *pre_tokenizer = (struct pre_tokenizer){.prefix_space = prefix_space};
    struct split_step *step;
    TRY(next_step(pre_tokenizer, "Qwen2", &step, error));
    step->behaviour = SPLIT_ISOLATED;
    return split_pattern_compile(qwen2_pattern, false, "Qwen2", &step->pattern, error);
}

void pre_tokenizer_free(struct pre_tokenizer *pre_tokenizer)
{
    for (int i = 0; i < pre_tokenizer->count; i++)
        split_pattern_free(pre_tokenizer->steps[i].pattern);
    split_pattern_free(pre_tokenizer->pattern);
    *pre_tokenizer = (struct pre_tokenizer){0};
}

void pre_tokenizer_work_free(struct pre_tokenizer_work *work)
{
    spans_free(&work->found);
    spans_free(&work->pieces);
    spans_free(&work->next);
    spans_free(&work->words);
    text_free(&work->copy);
    text_free(&work->spaced);
}

/* Whether the stretch i of `found` is joined to the one before it (NormalizedString::split of the tokenizers
 * package). MergedWithNext is worked from the end: there a match joins what follows it, unless that is a
 * match. */
static bool joins_previous(const struct spans *found, size_t i, const struct split_step *step)
{
    if (i == 0) return false;
    bool here = found->values[i].match != step->invert, before = found->values[i - 1].match != step->invert;
    switch (step->behaviour) {
    case SPLIT_WITH_PREVIOUS:
        return here && !before;
    case SPLIT_WITH_NEXT:
        return before && !here;
    case SPLIT_CONTIGUOUS:
        return here == before;
    default:
        return false;
    }
}

/* Add the pieces that the stretches of a text make; the text begins at `offset`. */
static enum status add_pieces(const struct spans *found, size_t offset, const struct split_step *step,
                              struct spans *pieces, struct error *error)
{
    const size_t first = pieces->count;
    for (size_t i = 0; i < found->count; i++) {
        struct span span = found->values[i];
        if (step->behaviour == SPLIT_REMOVED && span.match != step->invert) continue;
        if (joins_previous(found, i, step) && pieces->count > first)
            pieces->values[pieces->count - 1].end = offset + span.end;
        else
            TRY(spans_add(pieces, (struct span){.begin = offset + span.begin, .end = offset + span.end},
                          error));
    }
    size_t kept = first;
    for (size_t i = first; i < pieces->count; i++) {
        if (pieces->values[i].begin < pieces->values[i].end) pieces->values[kept++] = pieces->values[i];
    }
    pieces->count = kept;
    return STATUS_OK;
}

static enum status take_piece(const struct pre_tokenizer *pre_tokenizer, const char *text, size_t length,
                              struct pre_tokenizer_work *work, word_taker *take, void *context,
                              struct error *error)
{
    static const struct split_step isolated = {.behaviour = SPLIT_ISOLATED};
    if (pre_tokenizer->prefix_space && text[0] != ' ') {
        text_clear(&work->spaced);
        text_add_bytes(&work->spaced, " ", 1);
        text_add_bytes(&work->spaced, text, length);
        TRY(text_status(&work->spaced, error));
        text = text_string(&work->spaced);
        length++;
    }
    if (pre_tokenizer->pattern == NULL) return take(context, text, length, error);
    TRY(split_pattern_spans(pre_tokenizer->pattern, text, length, &work->copy, &work->found, error));
    work->words.count = 0;
    TRY(add_pieces(&work->found, 0, &isolated, &work->words, error));
    for (size_t i = 0; i < work->words.count; i++) {
        struct span word = work->words.values[i];
        TRY(take(context, text + word.begin, word.end - word.begin, error));
    }
    return STATUS_OK;
}

enum status pre_tokenizer_words(const struct pre_tokenizer *pre_tokenizer, const char *text, size_t length,
                                struct pre_tokenizer_work *work, word_taker *take, void *context,
                                struct error *error)
{
    if (length == 0) return STATUS_OK;
    work->pieces.count = 0;
    TRY(spans_add(&work->pieces, (struct span){.begin = 0, .end = length}, error));
    for (int s = 0; s < pre_tokenizer->count; s++) {
        const struct split_step *step = &pre_tokenizer->steps[s];
        work->next.count = 0;
        for (size_t i = 0; i < work->pieces.count; i++) {
            struct span piece = work->pieces.values[i];
            TRY(split_pattern_spans(step->pattern, text + piece.begin, piece.end - piece.begin, &work->copy,
                                    &work->found, error));
            TRY(add_pieces(&work->found, piece.begin, step, &work->next, error));
        }
        struct spans spare = work->pieces;
        work->pieces = work->next;
        work->next = spare;
    }
    for (size_t i = 0; i < work->pieces.count; i++) {
        struct span piece = work->pieces.values[i];
        TRY(take_piece(pre_tokenizer, text + piece.begin, piece.end - piece.begin, work, take, context,
                       error));
    }
    return STATUS_OK;
}
