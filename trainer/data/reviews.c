#include "trainer/data/reviews.h"

#include "base/memory.h"
#include "kernels/common/philox.h"
#include "trainer/data/lexicon.h"
#include "trainer/text/string_table.h"
#include "trainer/text/unicode.h"
#include "trainer/text/vocabulary.h"

#include <string.h>

/* What makes the data hard, in percent. Changing any of them changes the committed data. */
enum { LABEL_NOISE = 5 }; /* rows with the wrong label: no model can be right there */
static const uint32_t construction_shares[CONSTRUCTIONS] = {
    [CONSTRUCTION_PLAIN] = 64, [CONSTRUCTION_NEGATION] = 11,  [CONSTRUCTION_CONTRAST] = 8,
    [CONSTRUCTION_FAINT] = 5,  [CONSTRUCTION_COMPARISON] = 4, [CONSTRUCTION_RHETORICAL] = 3,
    [CONSTRUCTION_MIXED] = 5,
};

enum {
    MIN_CHARACTERS = 12,
    MAX_CHARACTERS = 60,
    ROW_BYTES = 256, /* more than the longest review */
    ATTEMPTS = 1000  /* to find a text that was not there before */
};

/* The draws of one review: counter (row, attempt, 0, block). */
struct draws {
    uint32_t seed, row, attempt, block;
};

static uint32_t draw_below(struct draws *draws, uint32_t bound)
{
    return philox_below(draws->seed, STREAM_DATA, draws->row, draws->attempt, 0, &draws->block, bound);
}

static const char *draw_text(struct draws *draws, const struct lexicon_texts *texts)
{
    return texts->texts[draw_below(draws, (uint32_t)texts->count)];
}

/* One of the words whose bits meet `wanted`, all alike; there always is one. */
static const struct lexicon_word *draw_word(struct draws *draws, const struct lexicon_words *words,
                                            int wanted)
{
    uint32_t fitting = 0;
    for (size_t i = 0; i < words->count; i++)
        fitting += (words->words[i].aspects & wanted) != 0 ? 1 : 0;
    uint32_t chosen = draw_below(draws, fitting);
    for (size_t i = 0;; i++) {
        if ((words->words[i].aspects & wanted) != 0 && chosen-- == 0) return &words->words[i];
    }
}

static enum construction draw_construction(struct draws *draws)
{
    uint32_t total = 0;
    for (int i = 0; i < CONSTRUCTIONS; i++)
        total += construction_shares[i];
    uint32_t at = draw_below(draws, total);
    int i = 0;
    while (at >= construction_shares[i])
        at -= construction_shares[i++];
    return (enum construction)i;
}

/* A pattern with its slots filled. `aspect` is the one last named, `unused` those not named yet. */
static void add_pattern(struct draws *draws, const char *pattern, int sentiment, struct text *review)
{
    int aspect = ASPECT_ALL, unused = ASPECT_ALL;
    for (const char *c = pattern; *c != '\0'; c++) {
        const struct lexicon_word *word;
        switch (*c) {
        case 'A':
            word = draw_word(draws, &lexicon_aspects, unused);
            aspect = word->aspects;
            unused &= ~aspect;
            text_add(review, word->text);
            break;
        case 'G':
            text_add(review, draw_word(draws, &lexicon_sentiment[sentiment], aspect)->text);
            break;
        case 'B':
            text_add(review, draw_word(draws, &lexicon_sentiment[1 - sentiment], aspect)->text);
            break;
        case 'J':
            text_add(review, draw_text(draws, &lexicon_judgements[sentiment]));
            break;
        case 'I':
            text_add(review, draw_text(draws, &lexicon_intensifiers));
            break;
        case 'X':
            text_add(review, draw_text(draws, &lexicon_negations));
            break;
        case 'M':
            text_add(review, draw_text(draws, &lexicon_softeners));
            break;
        case 'T':
            text_add(review, draw_text(draws, &lexicon_comparisons));
            break;
        default:
            text_add_bytes(review, c, 1);
        }
    }
}

/* Characters of valid UTF-8: every byte but the continuations. */
static int count_characters(const char *text)
{
    int count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80 ? 1 : 0;
    return count;
}

static void make_review(struct draws *draws, int sentiment, struct text *review)
{
    text_clear(review);
    const enum construction construction = draw_construction(draws);
    text_add(review, draw_text(draws, &lexicon_openers));
    text_add(review, draw_text(draws, &lexicon_films));
    add_pattern(draws, draw_text(draws, &lexicon_patterns[construction][sentiment]), sentiment, review);
    text_add(review, draw_text(draws, &lexicon_fillers));
}

/* A review of fitting length that is not in `seen`, copied to `place`, whose bytes `seen` then holds. */
static enum status make_new_review(struct draws *draws, int sentiment, struct string_table *seen,
                                   struct text *review, char place[ROW_BYTES], struct error *error)
{
    for (draws->attempt = 0; draws->attempt < ATTEMPTS; draws->attempt++) {
        draws->block = 0;
        make_review(draws, sentiment, review);
        TRY(text_status(review, error));
        int characters = count_characters(text_string(review));
        if (characters < MIN_CHARACTERS || characters > MAX_CHARACTERS || review->length >= ROW_BYTES)
            continue;
        if (string_table_find(seen, review->data, review->length) != NULL) continue;
        memcpy(place, review->data, review->length + 1);
        return string_table_add(seen, place, review->length, 0, NULL, error);
    }
    return error_set(error, STATUS_INTERNAL, "no new review found for row %lu in %d attempts",
                     (unsigned long)draws->row + 1, ATTEMPTS);
}

enum status reviews_generate(int rows, uint32_t seed, struct text *tsv, struct error *error)
{
    if (rows < 1 || rows > REVIEWS_ROWS_MAX)
        return error_set(error, STATUS_USAGE, "%d rows: from 1 to %d can be generated", rows,
                         REVIEWS_ROWS_MAX);
    struct string_table seen = {0};
    struct text review = {0};
    enum status status = STATUS_OK;
    uint32_t first_of_pair = 0;
    char(*places)[ROW_BYTES] = memory_zeroed((size_t)rows, sizeof *places);
    if (places == NULL) return error_no_memory(error, (unsigned long long)rows * ROW_BYTES);
    text_add(tsv, "text\tlabel\n");
    for (int row = 0; row < rows; row++) {
        /* Draws that are not the text's have another attempt number than any text's. */
        struct draws about = {.seed = seed, .row = (uint32_t)row, .attempt = ATTEMPTS};
        uint32_t coin = draw_below(&about, 2), noise = draw_below(&about, 100);
        /* Of two neighbouring rows one is good and one is bad. */
        if (row % 2 == 0) first_of_pair = coin;
        uint32_t sentiment = row % 2 == 0 ? coin : 1 - first_of_pair;
        struct draws draws = {.seed = seed, .row = (uint32_t)row};
        TRY_TO(done, make_new_review(&draws, (int)sentiment, &seen, &review, places[row], error));
        uint32_t label = noise < LABEL_NOISE ? 1 - sentiment : sentiment;
        text_addf(tsv, "%s\t%u\n", places[row], label);
    }
    status = text_status(tsv, error);
done:
    text_free(&review);
    string_table_free(&seen);
    memory_free(places);
    return status;
}

/* The characters seen so far above ASCII, one bit a code point of the basic plane, which holds the whole
 * lexicon. */
struct characters {
    unsigned char bits[0x10000 / 8];
};

static void note_characters(struct characters *characters, const char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        int32_t point;
        bool valid;
        at += unicode_decode(text + at, length - at, &point, &valid);
        if (point >= 0x80 && point < 0x10000)
            characters->bits[point / 8] |= (unsigned char)(1u << (point % 8));
    }
}

static void note_texts(struct characters *characters, const struct lexicon_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        note_characters(characters, texts->texts[i]);
}

static void note_words(struct characters *characters, const struct lexicon_words *words)
{
    for (size_t i = 0; i < words->count; i++)
        note_characters(characters, words->words[i].text);
}

static void note_lexicon(struct characters *characters)
{
    const struct lexicon_texts *const lists[] = {
        &lexicon_intensifiers, &lexicon_negations, &lexicon_softeners, &lexicon_comparisons,
        &lexicon_openers,      &lexicon_films,     &lexicon_fillers,
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        note_texts(characters, lists[i]);
    note_words(characters, &lexicon_aspects);
    for (int sentiment = 0; sentiment < SENTIMENTS; sentiment++) {
        note_words(characters, &lexicon_sentiment[sentiment]);
        note_texts(characters, &lexicon_judgements[sentiment]);
        for (int i = 0; i < CONSTRUCTIONS; i++)
            note_texts(characters, &lexicon_patterns[i][sentiment]);
    }
}

enum status reviews_vocabulary(struct text *vocabulary, struct error *error)
{
    struct characters characters = {{0}};
    note_lexicon(&characters);
    for (int i = 0; i < SPECIAL_TOKENS; i++)
        text_addf(vocabulary, "%s\n", special_token_text((enum special_token)i));
    for (int32_t point = '!'; point <= '~'; point++) {
        if (unicode_is_punctuation(point) || (point >= '0' && point <= '9'))
            text_addf(vocabulary, "%c\n", (char)point);
    }
    for (int32_t point = 0x80; point < 0x10000; point++) {
        if ((characters.bits[point / 8] & (1u << (point % 8))) == 0) continue;
        char bytes[UNICODE_UTF8_BYTES];
        text_add_bytes(vocabulary, bytes, unicode_encode(point, bytes));
        text_add_bytes(vocabulary, "\n", 1);
    }
    return text_status(vocabulary, error);
}
