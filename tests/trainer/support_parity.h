/* support_parity.h - what transformers computed with small models: the folders of tests/golden/parity. */
#ifndef FTBENCH_TESTS_SUPPORT_PARITY_H
#define FTBENCH_TESTS_SUPPORT_PARITY_H

#include "trainer/spec/run_spec.h"
#include "trainer/weights/safetensors.h"

#include <stdbool.h>
#include <stddef.h>

#define PARITY_FOLDER FTBENCH_SOURCE_DIR "/tests/golden/parity/"
enum { PARITY_SAMPLES = 21, PARITY_CLASSES = 3, PARITY_STEPS = 20, PARITY_MODELS = 7 };

/* Every folder with a whole set of expected values. */
extern const char *const parity_models[PARITY_MODELS];

/* NAME's expected.safetensors; the test fails when it cannot be opened. */
void parity_open(const char *name, struct safetensors *expected);

/* Whether there is such a tensor. */
bool parity_has(const struct safetensors *expected, const char *tensor);

/* A tensor's numbers, which must be as many as asked for; free them. */
float *parity_numbers(const struct safetensors *expected, const char *tensor, size_t count);

/* The run of NAME: all rows of samples.tsv for training and for validation, in one step of all samples,
 * dropout 0. */
struct run_spec parity_spec(const char *name);

/* The same with the settings of NAME/settings.txt: transformers' 20 steps. */
struct run_spec parity_training(const char *name);

#endif
