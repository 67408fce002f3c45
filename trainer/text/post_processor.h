/* post_processor.h - the special tokens around a text and a pair: the "post_processor" of a tokenizer.json.
 */
#ifndef FTBENCH_TRAINER_TEXT_POST_PROCESSOR_H
#define FTBENCH_TRAINER_TEXT_POST_PROCESSOR_H

#include "base/status.h"
#include "trainer/text/tokenizer_kind.h"

#include <json-c/json.h>

/* Read are TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel (which adds nothing), a Sequence
 * of them in which one frames, and NULL. Refused: other types, templates that a frame cannot say. Ids are not
 * checked against a vocabulary. */
enum status post_processor_read(const struct json_object *object, const char *path, struct token_frame *frame,
                                struct error *error);

/* The same for models without token types: whatever the type_ids of templates are, those of the frame are 0.
 */
enum status post_processor_read_typeless(const struct json_object *object, const char *path,
                                         struct token_frame *frame, struct error *error);

/* STATUS_BAD_INPUT when a special token of the frame has an id that is not below `vocabulary`. */
enum status token_frame_check(const struct token_frame *frame, int32_t vocabulary, const char *path,
                              struct error *error);

#endif
