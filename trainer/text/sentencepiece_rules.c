#include "trainer/text/sentencepiece_rules.h"

#include "base/memory.h"

void sentencepiece_rules_free(struct sentencepiece_rules *rules)
{
    literal_tokens_free(&rules->added);
    for (int i = 0; i < NAMED_TOKENS; i++)
        memory_free(rules->names[i]);
    *rules = (struct sentencepiece_rules){0};
}
