/* rivals.h - the part of the findings that says whether the recommended setting is really better than the
 * others, and how much of the best mean is luck (compare/comparing.h). */
#ifndef FTBENCH_HARNESS_RIVALS_H
#define FTBENCH_HARNESS_RIVALS_H

#include "harness/compare/contenders.h"
#include "harness/findings.h"

/* The report's runs as comparisons take them. `findings` must outlive them; free with contenders_free. */
enum status rivals_contenders(const struct findings *findings, struct seed_book *book,
                              struct contenders *contenders, struct error *error);

/* Fill the report's encounters and luck; none with a single setting, without a recommendation, or when runs
 * share seeds by design. The findings must be certain (certainty.h). */
enum status rivals_fill(struct findings *findings, struct error *error);

#endif
