/* Rows of TSV, CSV and JSONL files: what is read, and which rows are refused with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "tests/trainer/support_folder.h"
#include "trainer/data/table.h"
#include "trainer/spec/run_spec.h"

#include <stdio.h>
#include <string.h>

static const struct columns_asked defaults = {"", "", "", HEADER_AUTO, false, 0};

/* The rows of a file as "line|text|label" or "line|text|pair|label", one a line, or the error. */
static void read_as_text(const char *name, const char *content, size_t length,
                         const struct columns_asked *asked, struct text *result)
{
    struct folder folder;
    char path[1024];
    struct table table;
    struct error error = {0};
    folder_make(&folder);
    folder_write(&folder, name, content, length, path);
    enum status status = table_read(path, asked, &table, &error);
    text_clear(result);
    if (status != STATUS_OK) {
        /* The folder's name differs from run to run. */
        const char *text = error.text;
        if (strncmp(text, folder.path, strlen(folder.path)) == 0) text += strlen(folder.path) + 1;
        text_addf(result, "%s: %s", status_name(status), text);
    } else {
        for (int i = 0; i < table.count; i++) {
            const struct table_row *row = &table.rows[i];
            text_addf(result, "%d|%.*s|", row->line, (int)row->text_length, row->text);
            if (row->pair != NULL) text_addf(result, "%.*s|", (int)row->pair_length, row->pair);
            text_addf(result, "%.*s\n", (int)row->label_length, row->label);
        }
        table_free(&table);
    }
    folder_remove(&folder);
}

struct example {
    const char *name, *content;
    const struct columns_asked *asked;
    const char *expected; /* all rows, or a part of the error when it begins with '!' */
};

static void check(const struct example *examples, size_t count)
{
    struct text result = {0};
    for (size_t i = 0; i < count; i++) {
        const struct example *e = &examples[i];
        read_as_text(e->name, e->content, strlen(e->content), e->asked == NULL ? &defaults : e->asked,
                     &result);
        const char *found = text_string(&result);
        if (e->expected[0] == '!' ? strstr(found, e->expected + 1) == NULL : strcmp(found, e->expected) != 0)
            fail_msg("example %zu gives: %s; wanted: %s", i, found, e->expected);
    }
    text_free(&result);
}
#define CHECK(examples) check(examples, sizeof(examples) / sizeof *(examples))

static void test_tsv(void **state)
{
    (void)state;
    static const struct columns_asked pairs = {"first", "second", "gold", HEADER_AUTO, false, 0};
    static const struct example examples[] = {
        {"a.tsv", "text\tlabel\na b\t1\nc\t0\n", NULL, "2|a b|1\n3|c|0\n"},
        {"a.TSV", "label\ttext\n1\ta\n\n0\tb", NULL, "2|a|1\n4|b|0\n"},
        {"a.tsv", "\xEF\xBB\xBFtext\tlabel\r\na\t1\r\n\r\nb\t 0 \r\n", NULL, "2|a|1\n4|b|0\n"},
        {"a.tsv", "id\ttext\tlabel\n7\t\"a\" b\tx\n8\tb\ty\n", NULL, "2|\"a\" b|x\n3|b|y\n"},
        {"a.tsv", "gold\tsecond\tfirst\n1\tb\ta\n", &pairs, "2|a|b|1\n"},
        {"a.tsv", "text\tlabel\na\t1\t2\nb\n\t1\nc\t\nd\t1\n   \t0\n", NULL,
         "!a.tsv: 5 bad rows: line 2: 3 columns, 2 expected as in line 1; line 3: 1 column, 2 expected as in "
         "line 1; "
         "line 4: the text is empty; line 5: the label is empty; line 7: the text is empty"},
        {"a.tsv", "text\tlabel\n1\n2\n3\n4\n5\n6\n", NULL, "!a.tsv: 6 bad rows: line 2"},
        {"a.tsv", "gold\tsecond\tfirst\n1\t \ta\n", &pairs, "!line 2: the second text is empty"},
        {"a.tsv", "text\tlabel\n", NULL, "!bad input: a.tsv: no rows"},
        {"a.tsv", "", NULL, "!bad input: a.tsv: no rows"},
        {"a.xlsx", "x", NULL, "!unsupported: a.xlsx: what kind of file it is"},
        {"tsv", "x", NULL, "!.tsv, .csv and .jsonl are read"},
    };
    CHECK(examples);
}

/* For what is to be labelled, labels need not be there, and are not looked at. */
static void test_unlabelled(void **state)
{
    (void)state;
    static const struct columns_asked texts = {"", "", "", HEADER_AUTO, true, 0},
                                      pairs = {"a", "b", "", HEADER_AUTO, true, 0},
                                      second = {"2", "", "", HEADER_NO, true, 0},
                                      named = {"sentence", "", "", HEADER_AUTO, true, 0};
    static const struct example examples[] = {
        {"a.tsv", "text\tlabel\na\t1\nb\t\n", &texts, "2|a|\n3|b|\n"},
        {"a.tsv", "text\na\nb;c\n", &texts, "2|a|\n3|b;c|\n"},
        {"a.tsv", "a b\nb\n\nc", &texts, "1|a b|\n2|b|\n4|c|\n"},
        {"a.tsv", "a\n", &named, "1|a|\n"},
        {"a.csv", "id,text\n1,\"a, b\"\n", &texts, "2|a, b|\n"},
        {"a.tsv", "a\t1\nb\t0\nc\t1\nd\t0\n", &texts, "1|a|\n2|b|\n3|c|\n4|d|\n"},
        {"a.tsv", "1\ta\n", &second, "1|a|\n"},
        {"a.tsv", "b\ta\n1\t2\n", &pairs, "2|2|1|\n"},
        {"a.jsonl", "{\"text\": \"a\"}\n{\"text\": \"b\", \"label\": null}\n", &texts, "1|a|\n2|b|\n"},
        {"a.jsonl", "{\"a\": \"x\", \"b\": \"y\"}\n", &pairs, "1|x|y|\n"},
        {"a.jsonl", "{\"text\": 1}\n", &texts, "!line 1: \"text\" is not a string"},
        {"a.tsv", "a\tb\tc\n", &texts, "!no column \"text\""},
        {"a.tsv", "sentence\tlabel\na\t1\n", &texts, "!no column \"text\""},
        {"a.tsv", "text\tx\na\tb\n \tb\n", &texts, "!line 3: the text is empty"},
        {"a.tsv", "text\n", &texts, "!a.tsv: no rows; each row needs a text"},
        {"a.tsv", "", &texts, "!a.tsv: no rows; each row needs a text"},
    };
    CHECK(examples);
}

/* A header under another name is no text to label: the same words as of an ini, or as options. */
static void test_a_header_is_no_text(void **state)
{
    (void)state;
    enum { SAVED = COLUMNS_BY_OPTIONS | COLUMNS_TEXT_SAVED };
    static const struct columns_asked saved = {"sentence", "", "", HEADER_AUTO, true, SAVED},
                                      given = {"s", "", "", HEADER_AUTO, true, COLUMNS_BY_OPTIONS},
                                      first = {"1", "", "", HEADER_AUTO, true, COLUMNS_BY_OPTIONS},
                                      no = {"1", "", "", HEADER_NO, true, COLUMNS_BY_OPTIONS},
                                      ini = {"s", "", "", HEADER_AUTO, true, 0},
                                      labelled = {"1", "", "2", HEADER_AUTO, false, 0},
                                      record = {"sentence", "", "", HEADER_AUTO, false, SAVED};
    static const struct example examples[] = {
        {"a.tsv", "text\na b\n", &saved,
         "!bad input: a.tsv:1: the first text is \"text\", which looks like the name of a column, but the "
         "column "
         "asked for is \"sentence\" (--text-column, not given: the saved model was trained with this name); "
         "set "
         "--text-column text if it is a name, or --header no if it is a text"},
        {"a.tsv", " Review \na b\n", &given,
         "!asked for is \"s\" (--text-column); set --text-column Review if"},
        {"a.tsv", "\"text\"\n\"a b\"\n", &saved, "!the first text is \"text\""},
        {"a.tsv", "text\na b\n", &ini,
         "!(text_column); set text_column = text if it is a name, or header = no if"},
        {"a.tsv", "text\tx\na b\tc\n", &first, "!a.tsv:1: the first text is \"text\""},
        {"a.tsv", "text\tx\na b\tc\n", &no, "1|text|\n2|a b|\n"},
        {"a.tsv", "text\t0\nb\t1\nc\t0\nd\t1\n", &labelled, "!a.tsv:1: the first text is \"text\""},
        {"a.tsv", "texture\na b\n", &saved, "1|texture|\n2|a b|\n"},
        {"a.tsv", "text\tlabel\na\t1\n", &record,
         "!no column \"sentence\" (--text-column, not given: the saved model was trained with this name); "
         "the first "
         "row is: text, label; name a column of the header, or give its number (1 to 2) and --header no"},
        {"a.jsonl", "{\"text\": \"a\", \"label\": 1}\n{}\n", &record,
         "!a.jsonl: 2 bad rows: line 1: no member \"sentence\" (--text-column, not given: the saved model "
         "was "
         "trained with this name); there are: text, label; line 2: no member \"sentence\""},
    };
    CHECK(examples);
}

/* JSON that is a list, TSV with the quotes of a CSV. */
static void test_other_writers(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"a.json", "[{\"text\": \"a\", \"label\": 1}, {\"text\": \"b\", \"label\": 0}]\n", NULL,
         "!bad input: a.json: is one JSON array; one object a line is needed, which this writes: jq -c "
         "'.[]'"},
        {"a.jsonl", " [\n {\"text\": \"a\", \"label\": 1},\n {\"text\": \"b\", \"label\": 0}\n]\n", NULL,
         "!is one JSON array"},
        {"a.jsonl", "[1]\n{\"text\": \"a\", \"label\": 1}\n", NULL, "!line 1: not a JSON object"},
        {"a.tsv", "\"text\"\t\"label\"\n\"a b\"\t\"1\"\n", NULL,
         "!bad input: a.tsv: its cells are in quotes, but a .tsv has no quoting here"},
        {"a.tsv", "\"text\"\t\"label\"\n\"a b\"\t1\n\"c\"\t0\n", NULL, "!its cells are in quotes"},
        {"a.tsv", "text\tlabel\n\"a b\"\t1\n\"c\"\t0\n", NULL, "2|\"a b\"|1\n3|\"c\"|0\n"},
    };
    CHECK(examples);
}

static void test_texts_in_quotes_are_counted(void **state)
{
    (void)state;
    static const char rows[] = "text\tlabel\na\t1\n\"b\" c\t0\n\"b \"\"c\"\"\"\t0\n\"\t1\n\"d\"\t1\n";
    struct folder folder;
    struct table table;
    char path[1024];
    folder_make(&folder);
    folder_print(&folder, "a.tsv", rows, path);
    assert_int_equal(table_read(path, &defaults, &table, NULL), STATUS_OK);
    assert_int_equal(table.quoted, 2);
    assert_int_equal(table.quoted_line, 4);
    table_free(&table);
    folder_print(&folder, "a.csv", "text,label\n\"\"\"b\"\"\",1\n", path);
    assert_int_equal(table_read(path, &defaults, &table, NULL), STATUS_OK);
    assert_int_equal(table.quoted, 0);
    table_free(&table);
    folder_remove(&folder);
}

static void test_headers(void **state)
{
    (void)state;
    static const struct columns_asked yes = {"", "", "", HEADER_YES, false, 0},
                                      no = {"", "", "", HEADER_NO, false, 0};
    static const struct columns_asked named = {"sentence", "", "", HEADER_AUTO, false, 0},
                                      wrong = {"s", "", "", HEADER_YES, false, 0};
    static const struct columns_asked numbers = {"3", "", "1", HEADER_AUTO, false, 0},
                                      one = {"2", "", "", HEADER_NO, false, 0};
    static const struct columns_asked both = {"2", "", "2", HEADER_NO, false, 0},
                                      far = {"5", "", "1", HEADER_NO, false, 0};
    static const struct columns_asked pair_numbers = {"1", "2", "3", HEADER_NO, false, 0};
    static const struct example examples[] = {
        /* SST-2's way and its mirror image: the label has fewer distinct values. */
        {"a.tsv", "a\t1\nb\t0\nc\t1\nd\t0\n", NULL, "1|a|1\n2|b|0\n3|c|1\n4|d|0\n"},
        {"a.tsv", "1\ta\n0\tb\n1\tc\n0\td\n", NULL, "1|a|1\n2|b|0\n3|c|1\n4|d|0\n"},
        {"a.tsv", "a\t1\nb\t0\n", NULL, "!both columns have 2 distinct values"},
        {"a.tsv", "text\tlabel\na\t1\nb\t1\n", &no, "1|text|label\n2|a|1\n3|b|1\n"},
        {"a.tsv", "text\tlabel\na\t1\nb\t1\n", &yes, "2|a|1\n3|b|1\n"},
        {"a.tsv", "sentence\tlabel\na\t1\nb\t0\n", &named, "2|a|1\n3|b|0\n"},
        /* One name right, one wrong: a header, and the wrong one is named. */
        {"a.tsv", "sentence\tlabel\na\t1\nb\t0\n", NULL,
         "!a.tsv:1: no column \"text\" (text_column); the first row is: sentence, label"},
        {"a.tsv", "sentence\tlabel\na\t1\n", &wrong, "!no column \"s\" (text_column)"},
        /* Both names wrong: it must not become a sample. */
        {"a.tsv", "sentence\tgold\na\t1\nb\t0\nc\t1\nd\t0\n", NULL,
         "!a.tsv:1: the label \"gold\" stands in the first"},
        {"a.tsv", "1\tx\ta\n0\tx\tb\n1\tx\tc\n0\tx\td\n", &numbers, "1|a|1\n2|b|0\n3|c|1\n4|d|0\n"},
        {"a.tsv", "1\tx\ta\n0\tx\tb\n", NULL, "!no column \"text\""},
        {"a.tsv", "1\ta\n0\tb\n", &one, "1|a|1\n2|b|0\n"},
        {"a.tsv", "1\ta\n0\tb\n", &both, "!must be different columns"},
        {"a.tsv", "1\ta\n0\tb\n", &far, "!no column \"5\" (text_column)"},
        {"a.tsv", "a\tb\t1\n", &pair_numbers, "1|a|b|1\n"},
    };
    CHECK(examples);
}

static void test_csv(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"a.csv", "text,label\n\"a, \"\"b\"\"\",1\nc,0\n", NULL, "2|a, \"b\"|1\n3|c|0\n"},
        /* A quoted line feed moves the lines of the rows after it; blank lines count too. */
        {"a.csv", "text,label\r\n\"a\r\nb\nc\",1\r\n\r\nd,0\r\n\"e\",1", NULL,
         "2|a\r\nb\nc|1\n6|d|0\n7|e|1\n"},
        {"a.csv", "text,label\n\"a\n\nb\",1\nc,0\n", NULL, "2|a\n\nb|1\n5|c|0\n"},
        {"a.csv", "label,text\n1, a b \n", NULL, "2| a b |1\n"},
        {"a.csv", "text,label\na,1,2\n\"\",1\n", NULL,
         "!a.csv: 2 bad rows: line 2: 3 columns, 2 expected as in line 1; line 3: the text is empty"},
        {"a.csv", "text,label\na,1\nb\"c,0\n", NULL, "!1 bad row: line 3: a quote inside a cell"},
        {"a.csv", "text,label\na,1\n\"b,0\nc,1\n", NULL, "!line 3: a quoted cell that never ends"},
    };
    CHECK(examples);
}

/* The separator of many spreadsheets; and texts without any. */
static void test_another_separator(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"a.csv", "text;label\na, b;1\nc;0\n", NULL,
         "!a.csv:1: one column only; its columns seem to be separated by semicolons, but the separator must "
         "be a "
         "comma (or, in a .tsv file, a tab)"},
        {"a.csv", "text\tlabel\na\t1\n", NULL, "!separated by tabs, but"},
        {"a.tsv", "text,label\na,1\n", NULL,
         "!a.tsv:1: one column only; its columns seem to be separated by commas, but the separator must be a "
         "tab (or, "
         "in a .csv file, a comma)"},
        {"a.tsv", "good\nbad\n", NULL,
         "!a.tsv:1: one column only; a text and a label are needed, and the separator must be a tab"},
    };
    CHECK(examples);
}

/* What a file held reaches the terminal as printable characters, cut between them. */
static void test_errors_quote_safely(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"a.tsv", "a\x1b[31m\tb\xe2\x80\xae\tc\n", NULL, "!the first row is: a\\u{1B}[31m, b\\u{202E}, c;"},
        {"a.tsv", "s\t\x1b]0;x\x07\na\t1\nb\t1\nc\t1\n", NULL, "!the label \"\\u{1B}]0;x\\u{7}\" stands"},
        {"a.tsv",
         "x\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84"
         "\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84\xe8\xaf\x84\tb\tc\n",
         NULL, "!\x84\xe8\xaf\x84..., b, c;"},
    };
    CHECK(examples);
}

static void test_jsonl(void **state)
{
    (void)state;
    static const struct columns_asked pairs = {"a", "b", "c", HEADER_AUTO, false, 0};
    static const struct example examples[] = {
        {"a.jsonl", "{\"text\":\"a\\tb\",\"label\":1}\r\n\n{\"label\":\"x\",\"text\":\"c\",\"more\":[1]} \n",
         NULL, "1|a\tb|1\n3|c|x\n"},
        {"a.json", "{\"a\":\"1\",\"b\":\"2\",\"c\":true}\n", &pairs, "1|1|2|true\n"},
        {"a.jsonl", "\xEF\xBB\xBF{\"text\":\"\\u7535\",\"label\":-3}", NULL, "1|\347\224\265|-3\n"},
        {"a.jsonl",
         "{\"text\":\"a\",\"label\":1.5}\n{\"text\":1,\"label\":1}\n{\"text\":\"a\"}\n[1]\n{\"text\":\"a\"\n",
         NULL,
         "!5 bad rows: line 1: \"label\" is neither a string nor a whole number; line 2: \"text\" is not a "
         "string; line "
         "3: no member \"label\"; line 4: not a JSON object; each line must be one; line 5: the JSON ends "
         "too early"},
        {"a.jsonl", "{\"text\":\"a\",\"label\":1} x\n{text:1}\n{\"text\":null,\"label\":1}\n", NULL,
         "!3 bad rows: line 1: something follows the JSON value; line 2: not valid JSON"},
        {"a.jsonl", "{\"text\":\"a\\u0000b\",\"label\":1}\n{\"text\":\"\",\"label\":\"\"}\n", NULL,
         "!2 bad rows: line 1: a NUL byte; line 2: the text is empty"},
    };
    CHECK(examples);
}

static void test_bytes_that_are_no_text(void **state)
{
    (void)state;
    struct text result = {0};
    static const char nul[] = "text\tlabel\na\0b\t1\nc\t0\0\n";
    read_as_text("a.tsv", nul, sizeof nul - 1, &defaults, &result);
    assert_non_null(strstr(text_string(&result), "2 bad rows: line 2: a NUL byte; line 3: a NUL byte"));
    static const char nul_csv[] = "text,label\n\"a\0b\",1\n";
    read_as_text("a.csv", nul_csv, sizeof nul_csv - 1, &defaults, &result);
    assert_non_null(strstr(text_string(&result), "line 2: a NUL byte"));
    text_free(&result);
}

/* 20 rows, `bad` of which begin with GBK's bytes for two ideographs: what table_read says. */
static void read_gbk(const char *name, const char *row, int bad, struct text *result)
{
    struct text content = {0};
    for (int i = 0; i < 20; i++)
        text_addf(&content, row, i < bad ? "\xb5\xe7\xd3\xb0" : "x", i, i % 2);
    read_as_text(name, content.data, content.length, &defaults, result);
    text_free(&content);
}

/* A tenth passes, more does not. */
static void test_another_encoding(void **state)
{
    (void)state;
    static const char *const kinds[][2] = {{"a.tsv", "%s%d\t%d\n"},
                                           {"a.csv", "\"%s%d\",%d\n"},
                                           {"a.jsonl", "{\"text\":\"%s%d\",\"label\":%d}\n"}};
    struct text result = {0};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        read_gbk(kinds[i][0], kinds[i][1], 2, &result);
        assert_non_null(strstr(text_string(&result), "1|\xb5\xe7\xd3\xb0"
                                                     "0|0\n"));
        read_gbk(kinds[i][0], kinds[i][1], 3, &result);
        assert_non_null(
            strstr(text_string(&result), ": 3 of 20 rows are not valid UTF-8, the first in line 1, so"));
    }
    text_free(&result);
    static const struct example examples[] = {
        {"a.tsv", "text\tlabel\n\xb5\xe7\xd3\xb0\t1\nb\t0\n", NULL,
         "!a.tsv: 1 of 2 rows are not valid UTF-8, the first in line 2, so the file seems not to be UTF-8; "
         "convert "
         "it to UTF-8, from GB18030 (GBK, GB2312) for example by: iconv -f GB18030 -t UTF-8"},
        {"a.csv", "\xce\xc4\xb1\xbe,label\n\"\xb5\xe7\xd3\xb0\",1\n", NULL,
         "!1 of 1 rows are not valid UTF-8"},
    };
    CHECK(examples);
}

/* A line above 1 MiB is a bad row in each kind of file. */
static void test_long_lines(void **state)
{
    (void)state;
    static const struct {
        const char *name, *before, *after;
        int line;
    } kinds[] = {
        {"a.tsv", "text\tlabel\n", "\t1\nb\t0\n", 2},
        {"a.csv", "text,label\n", ",1\nb,0\n", 2},
        {"a.jsonl", "{\"text\":\"b\",\"label\":0}\n{\"text\":\"", "\",\"label\":1}\n", 2},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct text content = {0}, result = {0};
        char part[64];
        text_add(&content, kinds[i].before);
        for (int j = 0; j < GRID_LINE_BYTES / 64 + 1; j++)
            text_addf(&content, "%064d", j);
        text_add(&content, kinds[i].after);
        read_as_text(kinds[i].name, content.data, content.length, &defaults, &result);
        snprintf(part, sizeof part, "1 bad row: line %d: longer than 1048576 bytes", kinds[i].line);
        assert_non_null(strstr(text_string(&result), part));
        text_free(&content);
        text_free(&result);
    }
}

static void test_missing_file(void **state)
{
    (void)state;
    struct table table;
    struct error error = {0};
    assert_int_equal(table_read("no-such-folder/a.tsv", &defaults, &table, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "no-such-folder/a.tsv"));
    assert_null(table.rows);
}

static void check_allocation_failures(const char *name, const char *content)
{
    struct folder folder;
    char path[1024];
    folder_make(&folder);
    folder_print(&folder, name, content, path);
    long alive = memory_blocks_alive();
    for (long n = 1;; n++) {
        struct table table;
        struct error error = {0};
        memory_fail_from(n);
        enum status status = table_read(path, &defaults, &table, &error);
        memory_fail_from(0);
        if (status != STATUS_NO_MEMORY) {
            /* Enough memory: the rows, or the error about them, and more than one allocation before. */
            assert_true(n > 3);
            assert_int_equal(status, strstr(content, "bad") == NULL ? STATUS_OK : STATUS_BAD_INPUT);
            table_free(&table);
            break;
        }
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(memory_blocks_alive(), alive);
    folder_remove(&folder);
}

static void test_allocation_failures(void **state)
{
    (void)state;
    check_allocation_failures("a.tsv", "text\tlabel\na\t1\nb\t0\n");
    check_allocation_failures("a.tsv", "a\t1\nb\t0\nc\t1\n");
    check_allocation_failures("a.csv", "text,label\n\"a\",1\nb,0\n");
    check_allocation_failures("a.jsonl", "{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\",\"label\":0}\n");
    check_allocation_failures("a.tsv", "text\tlabel\nbad\nb\t0\n");
    check_allocation_failures("a.tsv", "bad\tlabel\na\t0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tsv),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_a_header_is_no_text),
        cmocka_unit_test(test_other_writers),
        cmocka_unit_test(test_texts_in_quotes_are_counted),
        cmocka_unit_test(test_unlabelled),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_jsonl),
        cmocka_unit_test(test_another_separator),
        cmocka_unit_test(test_errors_quote_safely),
        cmocka_unit_test(test_another_encoding),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
