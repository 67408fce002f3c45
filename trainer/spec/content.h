/* content.h - digests of what a run's paths name, so that a run id names content and not places. */
#ifndef FTBENCH_TRAINER_SPEC_CONTENT_H
#define FTBENCH_TRAINER_SPEC_CONTENT_H

#include "base/digest.h"
#include "base/status.h"
#include "trainer/spec/run_spec.h"

#include <stddef.h>

/* Digest of a file's bytes. */
enum status content_digest_file(const char *path, char digest[DIGEST_TEXT], struct error *error);

/* Digest of a Hugging Face folder: of the names and contents, in a fixed order, of those files that decide
 * the result: config.json (required), the tokenizer's files, and with init = pretrained the weights too
 * (weights_files.h says which). */
enum status content_digest_model(const char *folder, int init, char digest[DIGEST_TEXT], struct error *error);

/* The names that files of a tokenizer may have in a model's folder, 0 first; NULL behind the last. */
const char *content_tokenizer_file(size_t index);

/* Fill the three digests of a spec from its paths (validation "" gives ""). */
enum status content_fill(struct run_spec *spec, struct error *error);

/* Compare the digests that the spec gives ("" is not compared) with what is there now; STATUS_BAD_INPUT names
 * the file or folder that has changed since the run was planned. */
enum status content_check(const struct run_spec *spec, struct error *error);

#endif
