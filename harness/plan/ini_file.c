#include "harness/plan/ini_file.h"

#include "base/file.h"
#include "base/memory.h"

#include <ini.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* An experiment has some dozens of keys. Of a file with tens of thousands each would be looked up among the
 * others. */
enum { FILE_LIMIT = 1 << 18 };

/* What inih's reader and handler share: inih tells neither of them the line. */
struct parse {
    const char *next, *end; /* what is left of the file */
    int line;               /* of the line that inih is looking at */
    const char *start;      /* that line, without its indent */
    bool indented;
    bool expects_entry; /* it is neither blank, nor a comment, nor a section: the handler must be called */
    struct ini_entry *last; /* the entry that an indented line goes on with */
    struct ini_file *ini;
    struct problems *problems;
    bool no_memory;
};

struct ini_entry *ini_file_find(const struct ini_file *ini, const char *section, const char *key)
{
    for (size_t i = 0; i < ini->entry_count; i++) {
        if (strcmp(ini->entries[i].section, section) == 0 && strcmp(ini->entries[i].key, key) == 0)
            return &ini->entries[i];
    }
    return NULL;
}

static void *grow(void *block, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return block;
    size_t grown = *capacity == 0 ? 32 : 2 * *capacity;
    void *bigger = memory_resize(block, grown, size);
    if (bigger != NULL) *capacity = grown;
    return bigger;
}

static struct ini_entry *add_entry(struct ini_file *ini, const char *section, const char *key,
                                   const char *value, struct place place)
{
    struct ini_entry *entries = grow(ini->entries, ini->entry_count, &ini->entry_capacity, sizeof entries[0]);
    if (entries == NULL) return NULL;
    ini->entries = entries;
    struct ini_entry *entry = &entries[ini->entry_count];
    *entry = (struct ini_entry){.place = place};
    snprintf(entry->section, sizeof entry->section, "%s", section);
    snprintf(entry->key, sizeof entry->key, "%s", key);
    text_add(&entry->value, value);
    ini->entry_count++; /* before the check: ini_file_free frees the value too */
    return entry->value.failed ? NULL : entry;
}

static bool add_section(struct ini_file *ini, const char *name, int line)
{
    for (size_t i = 0; i < ini->section_count; i++) {
        if (strcmp(ini->sections[i].name, name) == 0) return true;
    }
    struct ini_section *sections =
        grow(ini->sections, ini->section_count, &ini->section_capacity, sizeof sections[0]);
    if (sections == NULL) return false;
    ini->sections = sections;
    snprintf(sections[ini->section_count].name, INI_WORD_BYTES, "%s", name);
    sections[ini->section_count++].line = line;
    return true;
}

static void problem_here(struct parse *parse, const char *text)
{
    problems_add(parse->problems, (struct place){.line = parse->line}, "%s", text);
}

/* What inih was shown before and made no entry of. */
static void settle_line(struct parse *parse)
{
    if (parse->expects_entry)
        problem_here(parse, "is neither a [section] nor key = value; a comment starts with ; or #");
    parse->expects_entry = false;
}

/* What stands under a section whose name cannot be read belongs nowhere. */
static const char lost_section[] = "?";

/* Writes into `buffer` (of a whole line's size) the section's line as inih is to see it. */
static void see_section(struct parse *parse, const char *line, size_t length, char *buffer)
{
    parse->last = NULL;
    const char *close = memchr(line, ']', length);
    if (close == NULL) {
        problem_here(parse, "the section's name is not closed by ]");
        parse->ini->lost_section = true;
        snprintf(buffer, sizeof lost_section + 3, "[%s]\n", lost_section);
        return;
    }
    if (parse->indented) problem_here(parse, "a [section] must stand at the start of its line");
    char name[INI_WORD_BYTES];
    snprintf(name, sizeof name, "%.*s", (int)(close - line - 1), line + 1);
    if (!add_section(parse->ini, name, parse->line)) parse->no_memory = true;
    memcpy(buffer, line, length);
    memcpy(buffer + length, "\n", 2);
}

/* inih's reader: the next line into `buffer`, like fgets. A line that must not reach inih is handed on as an
 * empty one. */
static char *read_line(char *buffer, int size, void *stream)
{
    struct parse *parse = stream;
    settle_line(parse);
    if (parse->next == parse->end) return NULL;
    parse->line++;
    const char *line = parse->next;
    const char *newline = memchr(line, '\n', (size_t)(parse->end - line));
    size_t length = newline == NULL ? (size_t)(parse->end - line) : (size_t)(newline - line);
    parse->next = newline == NULL ? parse->end : newline + 1;
    buffer[0] = '\0';
    if (memchr(line, '\0', length) != NULL) {
        problem_here(parse, "has a NUL byte; the file must be text");
        return buffer;
    }
    if (length + 2 > (size_t)size) {
        char text[128];
        snprintf(text, sizeof text, "is longer than %d bytes; break the list into indented lines", size - 2);
        problem_here(parse, text);
        return buffer;
    }
    const char *start = line;
    if (parse->line == 1 && length >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0)
        start += 3; /* byte order mark */
    const char *stop = line + length;
    const char *text = start;
    while (text < stop && isspace((unsigned char)*text))
        text++;
    parse->indented = text > start;
    bool blank = text == stop || *text == ';' || *text == '#';
    bool section = !blank && *text == '[';
    parse->expects_entry = !blank && !section;
    if (section) {
        see_section(parse, text, (size_t)(stop - text), buffer);
        return buffer;
    }
    memcpy(buffer, line, length);
    memcpy(buffer + length, "\n", 2);
    return buffer;
}

/* inih cuts comments from the first line of a value only. */
static void add_continuation(struct text *value, const char *more)
{
    size_t length = strlen(more);
    for (size_t i = 1; i < length; i++) {
        if (more[i] == ';' && isspace((unsigned char)more[i - 1])) length = i;
    }
    while (length > 0 && isspace((unsigned char)more[length - 1]))
        length--;
    text_add(value, " ");
    text_add_bytes(value, more, length);
}

static void see_continuation(struct parse *parse, const char *key, const char *value)
{
    struct place place = {.line = parse->line};
    if (strpbrk(value, "=:") != NULL)
        problems_add(parse->problems, place,
                     "an indented line goes on with the value of %s above it; a key must stand at the start "
                     "of its line",
                     key);
    else if (parse->last != NULL) {
        add_continuation(&parse->last->value, value);
        parse->last->continued = true;
        if (parse->last->value.failed) parse->no_memory = true;
    }
}

static int see_entry(void *user, const char *section, const char *key, const char *value)
{
    struct parse *parse = user;
    struct place place = {.line = parse->line};
    parse->expects_entry = false;
    bool first_of_section = parse->last == NULL;
    if (parse->indented && !first_of_section) {
        see_continuation(parse, key, value);
        return 1;
    }
    if (strcmp(section, lost_section) == 0) return 1;
    if (key[0] == '\0') {
        problems_add(parse->problems, place, "there is no key before the =");
        return 1;
    }
    if (section[0] == '\0') {
        problems_add(parse->problems, place, "%s: stands outside a section; a [section] must come before it",
                     key);
        return 1;
    }
    struct ini_entry *before = ini_file_find(parse->ini, section, key);
    if (before != NULL) {
        problems_add(parse->problems, place, "[%s] %s: is given twice, first in line %d", section, key,
                     before->place.line);
        parse->last = before; /* its continuation lines have a problem to belong to */
        return 1;
    }
    parse->last = add_entry(parse->ini, section, key, value, place);
    if (parse->last == NULL) parse->no_memory = true;
    return 1;
}

enum status ini_file_read(const char *path, struct ini_file *ini, struct problems *problems,
                          struct error *error)
{
    struct text content = {0};
    *ini = (struct ini_file){0};
    enum status status = file_read(path, FILE_LIMIT, &content, error);
    if (status != STATUS_OK) goto done;
    const char *start = text_string(&content);
    struct parse parse = {.next = start, .end = start + content.length, .ini = ini, .problems = problems};
    int result = ini_parse_stream(read_line, &parse, see_entry, &parse);
    settle_line(&parse);
    if (parse.no_memory || result == -2)
        status = error_no_memory(error, 0);
    else if (result > 0 && problems->count == 0)
        problems_add(problems, (struct place){.line = result}, "cannot be read as a line of an ini file");
done:
    text_free(&content);
    if (status != STATUS_OK) ini_file_free(ini);
    return status;
}

/* The text between two pointers without the blanks around it. */
static void trim(const char **from, const char **to)
{
    while (*from < *to && isspace((unsigned char)**from))
        (*from)++;
    while (*to > *from && isspace((unsigned char)(*to)[-1]))
        (*to)--;
}

/* A section's or key's name, trimmed. False when it is longer than any that there is. */
static bool copy_word(const char *from, const char *to, char word[INI_WORD_BYTES])
{
    trim(&from, &to);
    return snprintf(word, INI_WORD_BYTES, "%.*s", (int)(to - from), from) < INI_WORD_BYTES;
}

enum status ini_file_override(struct ini_file *ini, const char *assignment, int number,
                              struct problems *problems, struct error *error)
{
    struct place place = {.override = number};
    const char *equals = strchr(assignment, '=');
    const char *dot = strchr(assignment, '.');
    if (equals == NULL || dot == NULL || dot > equals) {
        problems_add(problems, place, "'%.100s' is not section.key=value", assignment);
        return STATUS_OK;
    }
    char section[INI_WORD_BYTES], key[INI_WORD_BYTES];
    if (!copy_word(assignment, dot, section) || !copy_word(dot + 1, equals, key)) {
        problems_add(problems, place, "'%.100s': no section or key has such a long name", assignment);
        return STATUS_OK;
    }
    const char *value = equals + 1, *end = equals + strlen(equals);
    trim(&value, &end);
    struct ini_entry *entry = ini_file_find(ini, section, key);
    if (entry != NULL && entry->place.override > 0) {
        problems_add(problems, place, "[%s] %s: is given twice, first by --set %d", section, key,
                     entry->place.override);
        return STATUS_OK;
    }
    if (entry == NULL) entry = add_entry(ini, section, key, "", place);
    if (entry == NULL) return error_no_memory(error, 0);
    text_clear(&entry->value);
    text_add_bytes(&entry->value, value, (size_t)(end - value));
    entry->place = place;
    entry->continued = false;
    return text_status(&entry->value, error);
}

void ini_file_free(struct ini_file *ini)
{
    for (size_t i = 0; i < ini->entry_count; i++)
        text_free(&ini->entries[i].value);
    memory_free(ini->entries);
    memory_free(ini->sections);
    *ini = (struct ini_file){0};
}
