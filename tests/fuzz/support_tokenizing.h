/* support_tokenizing.h - a folder's tokenizer, opened and tried on two texts. */
#ifndef FTBENCH_TESTS_FUZZ_SUPPORT_TOKENIZING_H
#define FTBENCH_TESTS_FUZZ_SUPPORT_TOKENIZING_H

#include "tests/fuzz/support_fuzz.h"

/* Open the tokenizer of fuzz_folder(); when it is accepted, encode the first text, the pair, and both cut
 * short. Every id must be one of the vocabulary, no encoding longer than asked for. */
void tokenizing_try(struct fuzz_part text, struct fuzz_part pair);

#endif
