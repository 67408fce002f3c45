/* experiment_keys.h - the table of the keys that concern the experiment and not a single run: [experiment],
 * [stability], [run], and the mode of [sweep]. Beside trainer/spec/keys.h, whose struct it shares; offsets
 * lead into struct experiment. Help, documentation and the ini reader walk both. */
#ifndef FTBENCH_HARNESS_PLAN_EXPERIMENT_KEYS_H
#define FTBENCH_HARNESS_PLAN_EXPERIMENT_KEYS_H

#include "harness/plan/plan.h"
#include "trainer/spec/keys.h"

extern const struct key experiment_keys[];
extern const size_t experiment_key_count;

enum key_owner { OWNER_NONE, OWNER_RUN, OWNER_EXPERIMENT };

/* The key that a user may write in this section, and which struct it belongs to; NULL and OWNER_NONE when
 * there is none. */
const struct key *user_key_find(const char *section, const char *name, enum key_owner *owner);

/* The user's key nearest to a mistyped one: in the same section if one is near, else in any. NULL when none
 * is near. */
const struct key *user_key_nearest(const char *section, const char *name);

/* Whether there is such a section, and the one nearest to a mistyped name, or NULL. */
bool user_section_exists(const char *section);
const char *user_section_nearest(const char *section);

/* All defaults: of the experiment and of its base run. */
void experiment_defaults(struct experiment *experiment);

#endif
