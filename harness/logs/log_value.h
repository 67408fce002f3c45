/* log_value.h - a number as logs write it: decimal, or one of the words for what is not finite or not there.
 */
#ifndef FTBENCH_HARNESS_LOGS_LOG_VALUE_H
#define FTBENCH_HARNESS_LOGS_LOG_VALUE_H

enum log_value {
    LOG_NUMBER,  /* also NaN, inf, Infinity with a sign or none, in any case of letters */
    LOG_MISSING, /* empty, or a word for nothing: "No log" (model cards), None, null, NA, N/A, - */
    LOG_WRONG    /* anything else */
};

/* Blanks around the text do not matter. `value` is set for LOG_NUMBER only. */
enum log_value log_value_parse(const char *text, double *value);

#endif
