/* unicode_eight.h - BERT's questions as the fast BertTokenizer answers them: by Unicode 8 (the crate
 * unicode_categories), whatever was added since, and with ideograph blocks of its own. The slow tokenizer
 * of version 4 asked the current Unicode (unicode.h). */
#ifndef FTBENCH_TRAINER_TEXT_UNICODE_EIGHT_H
#define FTBENCH_TRAINER_TEXT_UNICODE_EIGHT_H

#include <stdbool.h>
#include <stdint.h>

/* Categories Cc, Cf, Co, Cs other than tab, line feed, carriage return; not what was unassigned. */
bool unicode_eight_is_control(int32_t point);
/* Category P* and every ASCII sign that is neither letter nor digit nor space. */
bool unicode_eight_is_punctuation(int32_t point);
/* Category Mn. */
bool unicode_eight_is_mark(int32_t point);
/* The blocks of unicode_is_cjk without U+2B820..2B91F. */
bool unicode_eight_is_cjk(int32_t point);

#endif
