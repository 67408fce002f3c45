/* support_parity.h - what transformers computed with small models: the folders of tests/golden/parity. */
#ifndef FTBENCH_TESTS_SUPPORT_PARITY_H
#define FTBENCH_TESTS_SUPPORT_PARITY_H

#include "trainer/session.h"
#include "trainer/spec/run_spec.h"
#include "trainer/weights/safetensors.h"

#include <stdbool.h>
#include <stddef.h>

#define PARITY_FOLDER FTBENCH_SOURCE_DIR "/tests/golden/parity/"
#define PARITY_HALF_FOLDER FTBENCH_SOURCE_DIR "/tests/golden/half/"
enum { PARITY_SAMPLES = 21, PARITY_CLASSES = 3, PARITY_STEPS = 20, PARITY_MODELS = 7 };

/* Every folder with a whole set of expected values. */
extern const char *const parity_models[PARITY_MODELS];

/* NAME's expected.safetensors; the test fails when it cannot be opened. */
void parity_open(const char *name, struct safetensors *expected);

/* The same of tests/golden/half/NAME-TYPE.safetensors; type "fp16" or "bf16". */
void parity_open_half(const char *name, const char *type, struct safetensors *expected);

/* Whether there is such a tensor. */
bool parity_has(const struct safetensors *expected, const char *tensor);

/* A tensor's numbers, which must be as many as asked for; free them. */
float *parity_numbers(const struct safetensors *expected, const char *tensor, size_t count);

/* The run of NAME: all rows of samples.tsv for training and for validation, in one step of all samples,
 * dropout 0. */
struct run_spec parity_spec(const char *name);

/* The same with the settings of NAME/settings.txt: transformers' 20 steps. */
struct run_spec parity_training(const char *name);

/* Open it with the samples in the order of the file; the test fails when it cannot be opened. */
void parity_session_open(const struct run_spec *spec, struct session *session);

/* Logits of all samples, (PARITY_SAMPLES, PARITY_CLASSES); free them. */
float *parity_logits(struct session *session);

/* The largest difference, relative to the largest of the expected numbers. */
double parity_distance(const float *numbers, const float *expected, size_t count);

double parity_norm(const float *numbers, size_t count);

/* The norm of the difference between a tensor's gradient (in session->scratch) and the expected one, relative
 * to the norm of that. One that is rounding only, as that of an encoder's key bias, which shifts all scores
 * of a query alike, is compared with `whole`, the norm of the whole gradient. */
double parity_gradient_distance(const struct session *session, int tensor, const float *expected,
                                double whole);

#endif
