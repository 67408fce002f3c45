#include "base/memory.h"
#include "harness/diagnose/classify.h"
#include "harness/logs/training_log.h"
#include "tests/support_temporary.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define LOGS FTBENCH_SOURCE_DIR "/tests/fixtures/logs/"

static enum status parse(const char *string, struct training_log *log, struct error *error)
{
    struct text content = {0};
    text_add(&content, string);
    enum status status = training_log_parse(&content, "LOG", log, error);
    text_free(&content);
    return status;
}

static struct training_log read_text(const char *string)
{
    struct training_log log;
    struct error error = {0};
    if (parse(string, &log, &error) != STATUS_OK) fail_msg("%s", error.text);
    return log;
}

static void assert_points(const struct curve_point *points, size_t count, const double (*expected)[2],
                          size_t length)
{
    assert_int_equal(count, length);
    for (size_t i = 0; i < count; i++) {
        double step = expected[i][0], loss = expected[i][1];
        bool same = isnan(loss) ? isnan(points[i].loss) : points[i].loss == loss;
        if (points[i].step != step || !same)
            fail_msg("point %zu is (%g, %g), not (%g, %g)", i, points[i].step, points[i].loss, step, loss);
    }
}

#define ASSERT_POINTS(points, count, ...)                                                                    \
    do {                                                                                                     \
        const double expected_[][2] = {__VA_ARGS__};                                                         \
        assert_points(points, count, expected_, sizeof expected_ / sizeof expected_[0]);                     \
    } while (0)

static void refuse(const char *string, const char *expected)
{
    struct training_log log;
    struct error error = {0};
    long alive = memory_blocks_alive();
    assert_int_equal(parse(string, &log, &error), STATUS_BAD_INPUT);
    if (strstr(error.text, expected) == NULL) fail_msg("'%s' is not in '%s'", expected, error.text);
    assert_non_null(strstr(error.text, "LOG"));
    training_log_free(&log);
    assert_int_equal(memory_blocks_alive(), alive);
}

/* The summary "train_loss" is none, and an entry may hold both losses. */
static void trainer_state(void **state)
{
    (void)state;
    struct training_log log =
        read_text("{\"global_step\": 3, \"log_history\": ["
                  "{\"step\": 1, \"epoch\": 0.5, \"loss\": 0.7, \"eval_loss\": 0.71},"
                  "{\"step\": 3, \"loss\": 0.4},"
                  "{\"step\": 2, \"loss\": \"0.5\"},"
                  "{\"step\": 2, \"eval_loss\": 0.6, \"eval_f1\": 0.5},"
                  "{\"step\": 3, \"train_loss\": 0.53, \"train_runtime\": 2}], \"x\": null}\n");
    ASSERT_POINTS(log.train, log.train_count, {1, 0.7}, {2, 0.5}, {3, 0.4});
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {1, 0.71}, {2, 0.6});
    training_log_free(&log);
    log = read_text("[{\"step\": 1, \"loss\": 0.7}]");
    ASSERT_POINTS(log.train, log.train_count, {1, 0.7});
    training_log_free(&log);
}

static void python_tokens(void **state)
{
    (void)state;
    struct training_log log =
        read_text("{\"log_history\": [{\"step\": 1, \"loss\": NaN}, {\"step\": 2, \"loss\": Infinity},"
                  "{\"step\": 3, \"loss\": -Infinity}, {\"step\": 4, \"loss\": null},"
                  "{\"step\": 1, \"eval_loss\": NaN}]}");
    ASSERT_POINTS(log.train, log.train_count, {1, NAN}, {2, INFINITY}, {3, -INFINITY});
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {1, NAN});
    training_log_free(&log);
}

/* From step 2 on the training was done again: the first attempt's losses do not count. */
static void the_later_of_two_counts(void **state)
{
    (void)state;
    struct training_log log =
        read_text("{\"log_history\": [{\"step\": 1, \"loss\": 0.7}, {\"step\": 2, \"loss\": 9},"
                  "{\"step\": 3, \"loss\": NaN}, {\"step\": 2, \"loss\": 8},"
                  "{\"step\": 2, \"loss\": 0.5}, {\"step\": 3, \"loss\": 0.4}]}");
    ASSERT_POINTS(log.train, log.train_count, {1, 0.7}, {2, 0.5}, {3, 0.4});
    training_log_free(&log);
}

static void many_points_keep_their_order(void **state)
{
    (void)state;
    struct text content = {0};
    struct training_log log;
    text_add(&content, "step,loss,eval_loss\n");
    for (int round = 0; round < 3; round++) {
        for (int i = 499; i >= 0; i--)
            text_addf(&content, "%d,%d,\n", i, 1000 * round + i);
    }
    assert_int_equal(training_log_parse(&content, "LOG", &log, NULL), STATUS_OK);
    assert_int_equal(log.train_count, 500);
    for (int i = 0; i < 500; i++) {
        assert_true(log.train[i].step == i);
        assert_true(log.train[i].loss == 2000 + i);
    }
    training_log_free(&log);
    text_free(&content);
}

static void lines(void **state)
{
    (void)state;
    struct training_log log =
        read_text("{\"current_steps\": 5, \"total_steps\": 10, \"loss\": 0.7, \"eval_loss\": null}\n"
                  "\r\n"
                  "{\"current_steps\": 5, \"eval_loss\": NaN}\r\n"
                  "{\"current_steps\": 10, \"loss\": 0.5, \"epoch\": 2.0}\n"
                  "{\"current_steps\": 10, \"total_steps\": 10, \"percentage\": 100}\n");
    ASSERT_POINTS(log.train, log.train_count, {5, 0.7}, {10, 0.5});
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {5, NAN});
    training_log_free(&log);
    /* one line only */
    log = read_text("{\"current_steps\": 5, \"loss\": 0.7}\n");
    ASSERT_POINTS(log.train, log.train_count, {5, 0.7});
    training_log_free(&log);
}

/* A kill may leave half a line, at the end only. */
static void the_last_line_may_be_cut_off(void **state)
{
    (void)state;
    struct training_log log =
        read_text("{\"step\": 1, \"loss\": 0.7}\n{\"step\": 2, \"loss\": 0.5}\n{\"step\": 3, \"lo");
    ASSERT_POINTS(log.train, log.train_count, {1, 0.7}, {2, 0.5});
    training_log_free(&log);
    refuse("{\"step\": 1, \"loss\": 0.7}\n{\"step\": 3, \"lo\n{\"step\": 2, \"loss\": 0.5}\n", "LOG:2: ");
}

static void arrays(void **state)
{
    (void)state;
    struct training_log log =
        read_text("\xEF\xBB\xBF{\"kind\": \"x\", \"train\": [[2, 1.0, 0.5], [1, null, 0.7], [null, 3, 0.4]],"
                  "\"eval\": [[0, 0.71], [1, Infinity]]}");
    ASSERT_POINTS(log.train, log.train_count, {1, 0.7}, {2, 0.5}, {3, 0.4});
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {0, 0.71}, {1, INFINITY});
    training_log_free(&log);
    refuse("{\"train\": [[1, 0.7]], \"eval\": [[1, 0.5], [2]]}", "eval point 2");
    refuse("{\"train\": [[1, \"x\"]], \"eval\": []}", "train point 1");
    refuse("{\"train\": [[NaN, 0.7]], \"eval\": []}", "train point 1");
}

static void table(void **state)
{
    (void)state;
    struct training_log log = read_text("Training Loss, Epoch ,STEP,Validation-Loss,F1\r\n"
                                        "No log,1,100,0.6,0.5\r\n"
                                        "0.5,2,200,,0.5\r\n"
                                        "\r\n"
                                        "\"0.4\",3,300,nan\r\n"
                                        ",4,400,inf,0.5");
    ASSERT_POINTS(log.train, log.train_count, {200, 0.5}, {300, 0.4});
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {100, 0.6}, {300, NAN}, {400, INFINITY});
    training_log_free(&log);
    log = read_text("step;train_loss;val_loss\n1;0.7;0.8\n");
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {1, 0.8});
    training_log_free(&log);
    log = read_text("valid_loss\tepoch\n0.7\t1\n");
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {1, 0.7});
    training_log_free(&log);
}

/* "loss" before the summary column "train_loss", "step" before "epoch", whatever their order. */
static void preferred_columns(void **state)
{
    (void)state;
    struct training_log log = read_text("epoch,train_loss,step,loss\n0.5,9,10,0.7\n1,9,20,0.5\n");
    ASSERT_POINTS(log.train, log.train_count, {10, 0.7}, {20, 0.5});
    training_log_free(&log);
}

/* A train loss of epoch 0 means that the first epoch has this number; an evaluation alone is one before
 * training. */
static void epochs_from_zero(void **state)
{
    (void)state;
    struct training_log log = read_text("epoch,loss,val_loss\n0,0.7,0.6\n1,0.5,0.5\n");
    ASSERT_POINTS(log.train, log.train_count, {1, 0.7}, {2, 0.5});
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {1, 0.6}, {2, 0.5});
    training_log_free(&log);
    log = read_text("epoch,loss,val_loss\n0,,0.7\n1,0.5,0.5\n");
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {0, 0.7}, {1, 0.5});
    training_log_free(&log);
    log = read_text("step,loss,val_loss\n0,0.7,0.7\n100,0.5,0.5\n");
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {0, 0.7}, {100, 0.5});
    training_log_free(&log);
}

/* A log of which nothing is there yet is one; so are those with one of the two losses. */
static void logs_without_a_loss(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"log_history\": [{\"step\": 1}]}", "step,loss,eval_loss\n1,,\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct training_log log = read_text(texts[i]);
        assert_int_equal(log.train_count + log.evaluation_count, 0);
        struct curve curve = training_log_curve(&log);
        struct diagnosis diagnosis;
        assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
        assert_int_equal(diagnosis.class, CURVE_UNDETERMINED);
        assert_int_equal(diagnosis.state, CURVE_NO_VALIDATION);
        training_log_free(&log);
    }
}

static void rubbish(void **state)
{
    (void)state;
    refuse("", "is empty");
    refuse(" \n\t\n", "holds no text");
    refuse("hello, world\n1, 2\n", "no log of a training");
    refuse("\x7f"
           "ELF\x02\x01",
           "no log of a training");
    refuse("step,f1\n1,0.5\n", "no log of a training");
    refuse("loss,eval_loss\n1,0.5\n", "no log of a training");
    refuse("{\"a\": 1}", "no log of a training");
    refuse("{\"text\": \"x\", \"label\": 1}\n{\"text\": \"y\", \"label\": 0}\n", "no log of a training");
    refuse("[1, 2]", "entry 1");
    refuse("{\"log_history\": [{\"step\": 1, \"loss\": 0.7}, 5]}", "entry 2: is no JSON object");
    refuse("{\"log_history\": [{\"loss\": 0.7}]}", "entry 1: has a loss, but no step");
    refuse("{\"log_history\": [{\"step\": 1, \"loss\": [1]}]}", "\"loss\" is not a number");
    refuse("{\"log_history\": [{\"step\": NaN, \"loss\": 1}]}", "\"step\" is not finite");
    refuse("{\"log_history\": [{\"step\": 1,\n \"loss\": 0.7}", "LOG:2: the JSON ends too early");
    refuse("{\"log_history\":\n [{\"step\": 1,\n\n \"loss\": 0.7x}]}", "LOG:4: is not valid JSON");
    refuse("{\"step\": 1, \"loss\": 0.7} x\n{\"step\": 2, \"loss\": 0.7}\n", "LOG:1: something follows");
    refuse("step,loss\n1,0.7\n2,x\n", "LOG:3: the train loss 'x' is not a number");
    refuse("step,loss\n,0.7\n", "LOG:2: has a loss, but no step");
    refuse("step,loss\n1,0.7,3\n", "LOG:2: 3 cells, the header has 2");
    refuse("step,loss\n1,\"0.7\n", "never ends");
    refuse("step,loss\n1,\"0.7\" 2\n", "LOG:2: a quote inside a cell");
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    struct text content = {0};
    struct training_log log;
    for (int i = 0; i < 100000; i++)
        text_add(&content, "[");
    assert_int_equal(training_log_parse(&content, "LOG", &log, NULL), STATUS_BAD_INPUT);
    training_log_free(&log);
    text_free(&content);
}

static void files(void **state)
{
    (void)state;
    struct training_log log;
    struct error error = {0};
    assert_int_equal(training_log_read(LOGS "trainer_state.json", &log, &error), STATUS_OK);
    assert_int_equal(log.train_count, 10);
    assert_int_equal(log.evaluation_count, 6);
    training_log_free(&log);
    assert_int_equal(training_log_read(LOGS "none.json", &log, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "none.json"));
    training_log_free(&log);
    assert_int_equal(training_log_read(LOGS, &log, &error), STATUS_IO);
    training_log_free(&log);
}

/* One byte more than the limit; the file takes no room on disk. */
static void a_huge_file_is_refused(void **state)
{
    (void)state;
    char folder[256], path[300];
    temporary_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/huge", folder);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(ftruncate(descriptor, (off_t)TRAINING_LOG_BYTES + 1), 0);
    close(descriptor);
    struct training_log log;
    struct error error = {0};
    assert_int_equal(training_log_read(path, &log, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "limit"));
    training_log_free(&log);
    temporary_remove(folder);
}

static void allocation_failures(void **state)
{
    (void)state;
    static const char *const paths[] = {LOGS "trainer_state.json", LOGS "trainer_log.jsonl", LOGS "table.csv",
                                        LOGS "arrays.json"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        long alive = memory_blocks_alive();
        enum status status = STATUS_NO_MEMORY;
        for (long n = 1; status != STATUS_OK; n++) {
            struct training_log log;
            assert_true(n < 100);
            memory_fail_from(n);
            status = training_log_read(paths[i], &log, NULL);
            memory_fail_from(0);
            assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
            training_log_free(&log);
            assert_int_equal(memory_blocks_alive(), alive);
        }
    }
}

static void assert_metric(const char *log_text, const char *name, size_t count, double first, double last)
{
    struct training_log log = read_text(log_text);
    const struct metric_curve metric = training_log_metric(&log);
    if (name == NULL) {
        assert_null(metric.name);
        assert_int_equal(metric.count, 0);
    } else {
        assert_non_null(metric.name);
        assert_string_equal(metric.name, name);
        assert_int_equal(metric.count, count);
        assert_true(metric.points[0].loss == first);
        assert_true(isnan(last) ? isnan(metric.points[count - 1].loss)
                                : metric.points[count - 1].loss == last);
        assert_int_equal(metric.samples, 0);
    }
    training_log_free(&log);
}

/* F1 before accuracy, what is said of the validation data before what may be of others; only beside a
 * validation loss; what is no number is not there, and never a reason to refuse the log. */
static void metrics(void **state)
{
    (void)state;
    assert_metric("[{\"step\": 1, \"eval_loss\": 0.5, \"eval_accuracy\": 0.7, \"eval_f1\": 0.6},"
                  "{\"step\": 2, \"eval_loss\": 0.4, \"eval_accuracy\": 0.8, \"eval_f1\": 0.65}]",
                  "F1", 2, 0.6, 0.65);
    assert_metric("{\"step\": 1, \"eval_loss\": 0.5, \"eval_accuracy\": 0.7}\n"
                  "{\"step\": 2, \"eval_loss\": 0.4, \"eval_accuracy\": NaN}\n",
                  "accuracy", 2, 0.7, NAN);
    assert_metric("[{\"step\": 1, \"eval_loss\": 0.5, \"eval_f1\": {\"f1\": 0.6}, \"eval_macro_f1\": 0.5}]",
                  "macro F1", 1, 0.5, 0.5);
    /* a resume: the later of two entries with one step */
    assert_metric("[{\"step\": 2, \"eval_loss\": 0.5, \"eval_f1\": 0.1},"
                  "{\"step\": 2, \"eval_loss\": 0.5, \"eval_f1\": 0.2}]",
                  "F1", 1, 0.2, 0.2);
    assert_metric("[{\"step\": 1, \"loss\": 0.5, \"accuracy\": 0.9},{\"step\": 1, \"eval_f1\": 0.9},"
                  "{\"step\": 1, \"eval_loss\": 0.9, \"accuracy\": 0.9}]",
                  NULL, 0, 0, 0);
    assert_metric("epoch,accuracy,loss,val_accuracy,val_loss\n0,0.9,0.5,0.6,0.5\n1,0.9,0.5,0.7,0.4\n",
                  "accuracy", 2, 0.6, 0.7);
    assert_metric("Epoch\tTraining Loss\tValidation Loss\tF1\tAccuracy\n1\tNo log\t0.5\t{'f1': 1}\t0.8\n"
                  "2\t0.4\t0.4\t{'f1': 1}\t0.9\n",
                  "accuracy", 2, 0.8, 0.9);
    assert_metric("step,loss,eval_loss\n1,0.5,0.5\n", NULL, 0, 0, 0);
}

/* Died at step 40, went on from 20 and logged every tenth step: 25 and 35 are of the first attempt, and so is
 * its evaluation at 40, which the second never came to. What was before 20 stays. */
static void nothing_stays_of_a_first_attempt(void **state)
{
    (void)state;
    struct training_log log =
        read_text("step,loss,eval_loss,grad_norm\n"
                  "15,0.9,,1\n20,0.8,0.8,1\n25,0.7,,1\n30,0.6,,1\n35,0.5,,1\n40,0.4,0.4,nan\n"
                  "20,0.81,,1\n30,0.61,0.71,1\n");
    ASSERT_POINTS(log.train, log.train_count, {15, 0.9}, {20, 0.81}, {30, 0.61});
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {20, 0.8}, {30, 0.71});
    ASSERT_POINTS(log.gradient, log.gradient_count, {15, 1}, {20, 1}, {30, 1});
    training_log_free(&log);
    /* the step it went back to need not be logged again */
    log = read_text("step,loss\n20,0.8\n25,0.7\n30,0.6\n35,0.5\n40,0.4\n30,0.61\n40,0.41\n");
    ASSERT_POINTS(log.train, log.train_count, {20, 0.8}, {25, 0.7}, {30, 0.61}, {40, 0.41});
    training_log_free(&log);
    /* a table sorted downwards, and one loss after the other, are no resume */
    log = read_text("step,loss,eval_loss\n30,0.6,\n20,0.7,\n10,0.8,\n10,,0.8\n20,,0.7\n30,,0.6\n");
    ASSERT_POINTS(log.train, log.train_count, {10, 0.8}, {20, 0.7}, {30, 0.6});
    ASSERT_POINTS(log.evaluation, log.evaluation_count, {10, 0.8}, {20, 0.7}, {30, 0.6});
    training_log_free(&log);
}

/* A norm of the gradient that is no number is none; NaN is one that is not finite. */
static void gradients(void **state)
{
    (void)state;
    struct training_log log =
        read_text("[{\"step\": 1, \"loss\": 0.7, \"grad_norm\": 2.5}, {\"step\": 2, \"loss\": 0.6, "
                  "\"grad_norm\": NaN}, {\"step\": 3, \"loss\": 0.6, \"grad_norm\": null}, "
                  "{\"step\": 4, \"loss\": 0.6, \"grad_norm\": {}}]");
    ASSERT_POINTS(log.gradient, log.gradient_count, {1, 2.5}, {2, NAN});
    struct diagnosis diagnosis;
    const struct curve curve = training_log_curve(&log);
    assert_int_equal(classify_curve(&curve, &diagnosis, NULL), STATUS_OK);
    assert_int_equal(diagnosis.state, CURVE_DIVERGED);
    training_log_free(&log);
}

static void ftbenchs_own_tables(void **state)
{
    (void)state;
    refuse("run_id,step,example,label,prediction,loss\n0a,0,1,0,1,0.7\n", "ftbench report --predictions");
    refuse("run_id,setting,learning_rate,repeat,seed_init,seed_order,seed_dropout,outcome,reason,steps,"
           "best_step,loss\n0a,base,1e-4,1,1,2,3,done,,9,9,0.7\n",
           "runs.csv");
    refuse("run_id,setting,repeat,wall_seconds,train_seconds\n0a,base,1,2,1\n", "timings.csv");
}

static void no_entries(void **state)
{
    (void)state;
    refuse("step,loss\n", "the log has no entries");
    refuse("step,loss", "the log has no entries");
    refuse("{\"log_history\": []}", "the log has no entries");
    refuse("[]", "the log has no entries");
    refuse("{\"train\": [], \"eval\": []}", "the log has no entries");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_stays_of_a_first_attempt),
        cmocka_unit_test(gradients),
        cmocka_unit_test(ftbenchs_own_tables),
        cmocka_unit_test(no_entries),
        cmocka_unit_test(trainer_state),
        cmocka_unit_test(python_tokens),
        cmocka_unit_test(the_later_of_two_counts),
        cmocka_unit_test(many_points_keep_their_order),
        cmocka_unit_test(lines),
        cmocka_unit_test(the_last_line_may_be_cut_off),
        cmocka_unit_test(arrays),
        cmocka_unit_test(table),
        cmocka_unit_test(preferred_columns),
        cmocka_unit_test(epochs_from_zero),
        cmocka_unit_test(logs_without_a_loss),
        cmocka_unit_test(rubbish),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(files),
        cmocka_unit_test(a_huge_file_is_refused),
        cmocka_unit_test(allocation_failures),
        cmocka_unit_test(metrics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
