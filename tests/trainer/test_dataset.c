/* From files to samples: tokens, classes, the split, duplicates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/trainer/support_folder.h"
#include "trainer/data/dataset.h"

#include <stdio.h>
#include <string.h>

#define FIXTURE FTBENCH_SOURCE_DIR "/tests/fixtures/wordpiece"

/* A spec whose files hold `train` and, when not NULL, `validation`. */
static void make_spec(const struct folder *folder, const char *train, const char *validation,
                      struct run_spec *spec)
{
    char path[1024];
    *spec = (struct run_spec){.max_length = 16, .split_seed = 42};
    folder_print(folder, "train.tsv", train, path);
    snprintf(spec->train_path, sizeof spec->train_path, "%s", path);
    if (validation == NULL) {
        spec->validation_fraction = 0.25;
        return;
    }
    folder_print(folder, "dev.tsv", validation, path);
    snprintf(spec->validation_path, sizeof spec->validation_path, "%s", path);
}

static enum status load(const struct run_spec *spec, struct dataset *dataset, struct error *error)
{
    struct tokenizer *tokenizer;
    assert_int_equal(tokenizer_open(FIXTURE, &tokenizer, NULL), STATUS_OK);
    enum status status = dataset_load(spec, tokenizer, dataset, error);
    tokenizer_close(tokenizer);
    return status;
}

static void check_refusal(const char *train, const char *validation, const char *part)
{
    struct folder folder;
    static struct run_spec spec;
    struct dataset dataset;
    struct error error = {0};
    long alive = memory_blocks_alive();
    folder_make(&folder);
    make_spec(&folder, train, validation, &spec);
    assert_int_equal(load(&spec, &dataset, &error), STATUS_BAD_INPUT);
    if (strstr(error.text, part) == NULL) fail_msg("\"%s\" is not in \"%s\"", part, error.text);
    assert_int_equal(memory_blocks_alive(), alive);
    folder_remove(&folder);
}

static void test_two_files(void **state)
{
    (void)state;
    struct folder folder;
    static struct run_spec spec;
    struct dataset d;
    folder_make(&folder);
    make_spec(&folder, "text\tlabel\nthe film\t10\ngood\t9\nbad e a\t10\n", "text\tlabel\nvery good\t9\n",
              &spec);
    assert_int_equal(load(&spec, &d, NULL), STATUS_OK);
    assert_int_equal(d.train.count, 3);
    const int64_t begin[] = {0, 4, 7, 12};
    const int32_t ids[] = {2, 10, 7, 3, 2, 8, 3, 2, 9, 6, 5, 3}, labels[] = {1, 0, 1}, lines[] = {2, 3, 4};
    assert_memory_equal(d.train.begin, begin, sizeof begin);
    assert_memory_equal(d.train.ids, ids, sizeof ids);
    assert_memory_equal(d.train.labels, labels, sizeof labels);
    assert_memory_equal(d.train.lines, lines, sizeof lines);
    for (int i = 0; i < 12; i++)
        assert_int_equal(d.train.types[i], 0);
    assert_int_equal(d.classes, 2);
    assert_string_equal(d.label_names[0], "9"); /* by value, not by bytes */
    assert_string_equal(d.label_names[1], "10");
    assert_int_equal(d.validation.count, 1);
    assert_int_equal(d.validation.labels[0], 0);
    assert_int_equal(d.validation.ids[1], 11);
    assert_int_equal(d.duplicates, 0);
    assert_string_equal(d.duplicate_example, "");
    dataset_free(&d);
    folder_remove(&folder);
}

/* Whole numbers by value, then the rest by bytes. */
static void test_label_order(void **state)
{
    (void)state;
    struct folder folder;
    static struct run_spec spec;
    struct dataset d;
    static const char *const expected[] = {"-3", "2", "10", "1.5", "Z", "a", "\347\224\265"};
    folder_make(&folder);
    make_spec(&folder,
              "text\tlabel\na1\ta\na2\t10\na3\tZ\na4\t2\na5\t\347\224\265\na6\t-3\na7\t1.5\na8\t10\n",
              "text\tlabel\nx\tZ\n", &spec);
    assert_int_equal(load(&spec, &d, NULL), STATUS_OK);
    assert_int_equal(d.classes, 7);
    for (int i = 0; i < 7; i++)
        assert_string_equal(d.label_names[i], expected[i]);
    assert_int_equal(d.train.labels[0], 5);
    assert_int_equal(d.validation.labels[0], 4);
    dataset_free(&d);
    folder_remove(&folder);
}

/* The rows that test_split.c's golden holds out of 20 (0 first) stand two lines further down. */
static void test_held_out(void **state)
{
    (void)state;
    struct folder folder;
    static struct run_spec spec;
    struct dataset d;
    struct text train = {0};
    static const int32_t held[] = {4, 6, 10, 16, 21};
    text_add(&train, "text\tlabel\n");
    for (int i = 0; i < 20; i++)
        text_addf(&train, "good %d\t%d\n", i, i % 2);
    folder_make(&folder);
    make_spec(&folder, text_string(&train), NULL, &spec);
    assert_int_equal(load(&spec, &d, NULL), STATUS_OK);
    assert_int_equal(d.train.count, 15);
    assert_int_equal(d.validation.count, 5);
    assert_memory_equal(d.validation.lines, held, sizeof held);
    for (int i = 0, j = 0; i < 15; i++) {
        int line = i + j + 2;
        while (j < 5 && held[j] == line)
            j++, line++;
        assert_int_equal(d.train.lines[i], line);
        assert_int_equal(d.train.labels[i], line % 2);
    }
    dataset_free(&d);
    text_free(&train);
    folder_remove(&folder);
}

static void test_duplicates(void **state)
{
    (void)state;
    struct folder folder;
    static struct run_spec spec;
    struct dataset d;
    folder_make(&folder);
    /* "good" stands three times, with both labels; "bad" twice. */
    make_spec(&folder, "text\tlabel\ngood\t1\nbad\t0\n good \t0\ngood\t1\nfilm\t0\nbad\t0\n",
              "text\tlabel\nthe\t1\nbad \t1\nfilm\t0\nbad good\t0\n", &spec);
    assert_int_equal(load(&spec, &d, NULL), STATUS_OK);
    assert_int_equal(d.duplicates, 2);
    assert_int_equal(d.duplicates_within, 2);
    assert_string_equal(d.duplicate_example, "validation line 3 has the text of training line 3");
    dataset_free(&d);
    folder_remove(&folder);
}

static void test_pairs(void **state)
{
    (void)state;
    struct folder folder;
    static struct run_spec spec;
    struct dataset d;
    folder_make(&folder);
    make_spec(&folder, "q\ta\tgold\ngood\tfilm bad\tyes\na\te\tno\n",
              "q\ta\tgold\nfilm bad\tgood\tno\na\te\tno\n", &spec);
    snprintf(spec.text_column, sizeof spec.text_column, "q");
    snprintf(spec.text_pair_column, sizeof spec.text_pair_column, "a");
    snprintf(spec.label_column, sizeof spec.label_column, "gold");
    assert_int_equal(load(&spec, &d, NULL), STATUS_OK);
    const int32_t ids[] = {2, 8, 3, 7, 9, 3}, types[] = {0, 0, 0, 1, 1, 1};
    assert_int_equal(d.train.begin[1], 6);
    assert_memory_equal(d.train.ids, ids, sizeof ids);
    assert_memory_equal(d.train.types, types, sizeof types);
    assert_string_equal(d.label_names[0], "no");
    assert_int_equal(d.duplicates, 1); /* a pair the other way round is another sample */
    dataset_free(&d);
    folder_remove(&folder);
}

static void test_notes(void **state)
{
    (void)state;
    struct folder folder;
    static struct run_spec spec;
    struct dataset d;
    folder_make(&folder);
    make_spec(&folder,
              "text\tlabel\na e a e a e\t1\ngood \xFF\t0\nbad\t0\na\t1\na "
              "e\t1\nfilm\t0\nthe\t0\nvery\t1\ne\t1\nvery\t0\n",
              "text\tlabel\na a a a\t1\ne\t0\ne a\t0\ne e\t0\ne\t1\ngood\t0\nbad\t1\nfilm\t0\n\xFF"
              "e\t0\nthe\t1\n",
              &spec);
    spec.max_length = 5;
    assert_int_equal(load(&spec, &d, NULL), STATUS_OK);
    assert_int_equal(d.truncated, 2);
    assert_int_equal(d.replaced, 2);
    assert_int_equal(d.train.replaced_line, 3);
    assert_int_equal(d.validation.replaced_line, 10);
    assert_int_equal(d.train.begin[1], 5);
    dataset_free(&d);
    folder_remove(&folder);
}

/* [UNK] is counted among the tokens that are kept, the frame of [CLS] and [SEP] aside. */
static void test_unknown_tokens(void **state)
{
    (void)state;
    struct folder folder;
    static struct run_spec spec;
    struct dataset d;
    folder_make(&folder);
    make_spec(&folder, "text\tlabel\ngood \xe6\x81\x90\xe6\x80\x96\t1\nbad film\t0\n",
              "text\tlabel\na e \xe6\x81\x90 \xe6\x80\x96\t0\n", &spec);
    spec.max_length = 5; /* the last of the validation text's four tokens is cut off */
    assert_int_equal(load(&spec, &d, NULL), STATUS_OK);
    assert_int_equal(d.tokens, 3 + 2 + 3);
    assert_int_equal(d.unknown, 2 + 0 + 1);
    dataset_free(&d);
    folder_remove(&folder);
}

static void test_refusals(void **state)
{
    (void)state;
    check_refusal("text\tlabel\na\t1\n", NULL, "train.tsv: one row only");
    check_refusal("text\tlabel\na\t1\nb\t1\nc\t1\nd\t1\n", NULL, "one label only, \"1\"");
    check_refusal(
        "text\tlabel\na\t1\nb\t0\n", "text\tlabel\na\t1\n\nb\t2\n",
        "dev.tsv:4: the label \"2\" of a validation sample does not stand in the training part; there the "
        "labels are: 0, 1");
    check_refusal("text\tlabel\na\t1\nb\t0\n", "text\tlabel\na\t\n",
                  "dev.tsv: 1 bad row: line 2: the label is empty");
    check_refusal("words\tlabel\na\t1\nb\t0\n", NULL, "no column \"text\"");
    /* Of 8 rows the 2 held out under seed 42 have labels of their own. */
    check_refusal("text\tlabel\na\t0\nb\t1\nc\t2\nd\t3\ne\t4\nf\t5\ng\t6\nh\t7\n", NULL,
                  "of a validation sample");
}

static void test_allocation_failures(void **state)
{
    (void)state;
    struct folder folder;
    static struct run_spec spec;
    struct tokenizer *tokenizer;
    assert_int_equal(tokenizer_open(FIXTURE, &tokenizer, NULL), STATUS_OK);
    folder_make(&folder);
    const char *train = "text\tlabel\na good\t1\nb\t0\nc\t1\nd\t0\na good\t1\n";
    for (int held_out = 0; held_out < 2; held_out++) {
        make_spec(&folder, train, held_out == 1 ? NULL : "text\tlabel\na good\t0\n", &spec);
        long alive = memory_blocks_alive(), n = 1;
        for (;; n++) {
            struct dataset dataset;
            struct error error = {0};
            memory_fail_from(n);
            enum status status = dataset_load(&spec, tokenizer, &dataset, &error);
            memory_fail_from(0);
            if (status == STATUS_OK) dataset_free(&dataset);
            assert_int_equal(memory_blocks_alive(), alive);
            if (status == STATUS_OK) break;
            assert_int_equal(status, STATUS_NO_MEMORY);
        }
        assert_true(n > 20);
    }
    tokenizer_close(tokenizer);
    folder_remove(&folder);
}

/* A tokenizer that frames nothing, and a text of which nothing is left (here because no room is given). */
static void test_no_token(void **state)
{
    (void)state;
    struct folder folder;
    static struct run_spec spec;
    struct dataset d;
    struct tokenizer *tokenizer;
    struct text model = {0};
    struct error error = {0};
    char path[1024];
    folder_make(&folder);
    assert_int_equal(file_read(FTBENCH_SOURCE_DIR "/tests/golden/tokenizers/sp_bpe.model", 0, &model, NULL),
                     STATUS_OK);
    folder_write(&folder, "tokenizer.model", model.data, model.length, path);
    text_free(&model);
    make_spec(&folder, "text\tlabel\nthe film\t1\ngood\t0\n", "text\tlabel\nvery good\t1\n", &spec);
    assert_int_equal(tokenizer_open(folder.path, &tokenizer, NULL), STATUS_OK);
    assert_int_equal(tokenizer_frame(tokenizer, false), 0);
    assert_int_equal(dataset_load(&spec, tokenizer, &d, NULL), STATUS_OK);
    dataset_free(&d);
    spec.max_length = 0;
    assert_int_equal(dataset_load(&spec, tokenizer, &d, &error), STATUS_BAD_INPUT);
    if (strstr(error.text, "train.tsv:2: the text gives no token at all") == NULL) fail_msg("%s", error.text);
    tokenizer_close(tokenizer);
    folder_remove(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_files),      cmocka_unit_test(test_label_order),
        cmocka_unit_test(test_held_out),       cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_pairs),          cmocka_unit_test(test_notes),
        cmocka_unit_test(test_unknown_tokens), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_no_token),       cmocka_unit_test(test_allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
