/* lexicon.h - the words and sentence patterns of the simulated film reviews (reviews.h). All of it is our own
 * text.
 *
 * A pattern is UTF-8 text in which capital ASCII letters are slots:
 *   A an aspect (each occurrence another one)         T something to compare with
 *   G a word for the aspect before it that agrees with the review's sentiment, B one that contradicts it
 *   I an intensifier      X a negation      M a softener
 *   J a judgement of the whole film that agrees with the review's sentiment */
#ifndef FTBENCH_TRAINER_DATA_LEXICON_H
#define FTBENCH_TRAINER_DATA_LEXICON_H

#include <stddef.h>

enum { SENTIMENT_NEGATIVE, SENTIMENT_POSITIVE, SENTIMENTS };

/* The aspects of a film, as bits: not every word fits every aspect. */
enum aspect {
    ASPECT_PLOT = 1,
    ASPECT_ACTING = 2,
    ASPECT_PACE = 4,
    ASPECT_PICTURE = 8,
    ASPECT_MUSIC = 16,
    ASPECT_ALL = 31
};

/* How a review is built; the share of each is in reviews.c. */
enum construction {
    CONSTRUCTION_PLAIN,      /* what is said is meant */
    CONSTRUCTION_NEGATION,   /* the opposite is denied */
    CONSTRUCTION_CONTRAST,   /* the clause after "but" decides */
    CONSTRUCTION_FAINT,      /* faint praise is blame, a small fault forgiven is praise */
    CONSTRUCTION_COMPARISON, /* better or worse than something */
    CONSTRUCTION_RHETORICAL, /* a question that means its opposite */
    CONSTRUCTION_MIXED,      /* aspects for and against; the judgement decides */
    CONSTRUCTIONS
};

struct lexicon_word {
    const char *text;
    int aspects; /* bits of enum aspect */
};

struct lexicon_words {
    const struct lexicon_word *words; /* (count) */
    size_t count;
};

struct lexicon_texts {
    const char *const *texts; /* (count) */
    size_t count;
};

extern const struct lexicon_words lexicon_aspects;               /* each with its own bit */
extern const struct lexicon_words lexicon_sentiment[SENTIMENTS]; /* bits: the aspects that the word fits */
extern const struct lexicon_texts lexicon_judgements[SENTIMENTS];
extern const struct lexicon_texts lexicon_intensifiers, lexicon_negations, lexicon_softeners,
    lexicon_comparisons;
extern const struct lexicon_texts lexicon_openers, lexicon_films, lexicon_fillers; /* say nothing */
/* Patterns by construction and by the sentiment that they carry. */
extern const struct lexicon_texts lexicon_patterns[CONSTRUCTIONS][SENTIMENTS];

#endif
