/* fisher.h - is something more frequent than it was: Fisher's (1935) exact test of two counts, one-sided. */
#ifndef FTBENCH_HARNESS_STATS_FISHER_H
#define FTBENCH_HARNESS_STATS_FISHER_H

/* A count of runs: `hits` of `n`, 0 <= hits <= n. */
struct fisher_count {
    int hits, n;
};

/* Probability of as many hits in `now` or more, if they fell on the runs of both by chance: P(X >= now.hits),
 * X hypergeometric with now.n draws from all runs, of which now.hits + then.hits are hits. 1 when a side is
 * empty. */
double fisher_more(struct fisher_count now, struct fisher_count then);

#endif
