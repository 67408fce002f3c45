#include "trainer/text/byte_pairs.h"

#include "base/memory.h"
#include "trainer/text/unicode.h"

enum { FIRST_PAIRS = 1024, SHOWN_BYTES = 60 };

struct pair_slot {
    int32_t left, right;
    int32_t rank, joined;
    bool taken;
};

/* A token of the word; those that were merged into their left neighbour have length 0. */
struct pair_symbol {
    int32_t id;
    int32_t before, after; /* neighbours, -1 at the ends */
    bool gone;
};

struct pair_merge {
    int32_t rank, at, joined;
};

/* The character that spells a byte, as UTF-8. */
static size_t spell(unsigned char byte, char text[UNICODE_UTF8_BYTES])
{
    int32_t point = byte;
    if (byte <= 0x20)
        point = 0x100 + byte;
    else if (byte >= 0x7F && byte <= 0xA0)
        point = 0x100 + 0x21 + byte - 0x7F;
    else if (byte == 0xAD)
        point = 0x100 + 0x21 + 0x22;
    return unicode_encode(point, text);
}

/* The slot that holds a pair, or the empty one where it belongs. */
static struct pair_slot *slot_of(struct pair_slot *slots, size_t capacity, int32_t left, int32_t right)
{
    uint64_t key = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
    key = (key ^ key >> 29) * 0x9E3779B97F4A7C15u;
    size_t at = (size_t)(key >> 32) & (capacity - 1);
    while (slots[at].taken && (slots[at].left != left || slots[at].right != right))
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

static const struct pair_slot *find(const struct byte_pairs *pairs, int32_t left, int32_t right)
{
    if (pairs->count == 0) return NULL;
    const struct pair_slot *slot = slot_of(pairs->slots, pairs->capacity, left, right);
    return slot->taken ? slot : NULL;
}

enum status byte_pairs_open(const struct vocabulary *vocabulary, const char *path, struct byte_pairs *pairs,
                            struct error *error)
{
    *pairs = (struct byte_pairs){.vocabulary = vocabulary};
    for (int byte = 0; byte < 256; byte++) {
        char text[UNICODE_UTF8_BYTES];
        pairs->bytes[byte] = vocabulary_find(vocabulary, text, spell((unsigned char)byte, text));
        /* UTF-8 has no C0, C1, F5..FF (RFC 3629). */
        if (pairs->bytes[byte] < 0 && byte != 0xC0 && byte != 0xC1 && byte < 0xF5)
            return error_set(
                error, STATUS_UNSUPPORTED,
                "%s: the vocabulary has no token for the byte %02X; a byte-level vocabulary needs "
                "one for each byte",
                path, (unsigned)byte);
    }
    return STATUS_OK;
}

static enum status grow(struct byte_pairs *pairs, struct error *error)
{
    size_t capacity = pairs->capacity == 0 ? FIRST_PAIRS : pairs->capacity * 2;
    struct pair_slot *slots = memory_zeroed(capacity, sizeof *slots);
    if (slots == NULL) return error_no_memory(error, capacity * sizeof *slots);
    for (size_t i = 0; i < pairs->capacity; i++) {
        const struct pair_slot *old = &pairs->slots[i];
        if (old->taken) *slot_of(slots, capacity, old->left, old->right) = *old;
    }
    memory_free(pairs->slots);
    pairs->slots = slots;
    pairs->capacity = capacity;
    return STATUS_OK;
}

static enum status refuse_merge(const char *path, int32_t rank, const char *token, size_t length,
                                struct error *error)
{
    struct text quoted = {0};
    unicode_quote(token, length, SHOWN_BYTES, &quoted);
    enum status status = text_status(&quoted, error);
    if (status == STATUS_OK)
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s: merge %d (from 0) needs the token \"%s\", which the vocabulary does not have",
                           path, rank, text_string(&quoted));
    text_free(&quoted);
    return status;
}

enum status byte_pairs_add(struct byte_pairs *pairs, const char *left, size_t left_length, const char *right,
                           size_t right_length, int32_t rank, const char *path, struct error *error)
{
    int32_t first = vocabulary_find(pairs->vocabulary, left, left_length);
    if (first < 0) return refuse_merge(path, rank, left, left_length, error);
    int32_t second = vocabulary_find(pairs->vocabulary, right, right_length);
    if (second < 0) return refuse_merge(path, rank, right, right_length, error);
    struct text both = {0};
    text_add_bytes(&both, left, left_length);
    text_add_bytes(&both, right, right_length);
    enum status status = text_status(&both, error);
    int32_t joined = -1;
    if (status == STATUS_OK) {
        joined = vocabulary_find(pairs->vocabulary, text_string(&both), both.length);
        if (joined < 0) status = refuse_merge(path, rank, text_string(&both), both.length, error);
    }
    text_free(&both);
    if (status != STATUS_OK) return status;
    if (pairs->count * 2 >= pairs->capacity) TRY(grow(pairs, error));
    struct pair_slot *slot = slot_of(pairs->slots, pairs->capacity, first, second);
    if (!slot->taken) pairs->count++;
    *slot = (struct pair_slot){.left = first, .right = second, .rank = rank, .joined = joined, .taken = true};
    return STATUS_OK;
}

void byte_pairs_free(struct byte_pairs *pairs)
{
    memory_free(pairs->slots);
    *pairs = (struct byte_pairs){0};
}

/* Lower rank first, then further left. */
static bool earlier(struct pair_merge a, struct pair_merge b)
{
    return a.rank != b.rank ? a.rank < b.rank : a.at < b.at;
}

static enum status push(struct byte_pairs_work *work, struct pair_merge merge, struct error *error)
{
    if (work->heap_count == work->heap_capacity) {
        size_t capacity = work->heap_capacity == 0 ? 64 : work->heap_capacity * 2;
        struct pair_merge *heap = memory_resize(work->heap, capacity, sizeof *heap);
        if (heap == NULL) return error_no_memory(error, capacity * sizeof *heap);
        work->heap = heap;
        work->heap_capacity = capacity;
    }
    size_t at = work->heap_count++;
    while (at > 0 && earlier(merge, work->heap[(at - 1) / 2])) {
        work->heap[at] = work->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    work->heap[at] = merge;
    return STATUS_OK;
}

static struct pair_merge pop(struct byte_pairs_work *work)
{
    struct pair_merge *heap = work->heap, top = heap[0], last = heap[--work->heap_count];
    size_t at = 0, count = work->heap_count;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && earlier(heap[child + 1], heap[child])) child++;
        if (!earlier(heap[child], last)) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return top;
}

/* Propose to join the symbol at `at` with the one after it, when a merge says so. */
static enum status propose(const struct byte_pairs *pairs, struct byte_pairs_work *work, int32_t at,
                           struct error *error)
{
    const struct pair_symbol *symbol = &work->symbols[at];
    if (symbol->after < 0) return STATUS_OK;
    const struct pair_slot *slot = find(pairs, symbol->id, work->symbols[symbol->after].id);
    if (slot == NULL) return STATUS_OK;
    return push(work, (struct pair_merge){.rank = slot->rank, .at = at, .joined = slot->joined}, error);
}

/* As in the reference, a proposal whose symbols have changed since still counts when they now make the same
 * token. */
static enum status merge_all(const struct byte_pairs *pairs, struct byte_pairs_work *work, int32_t count,
                             struct error *error)
{
    struct pair_symbol *symbols = work->symbols;
    work->heap_count = 0;
    for (int32_t at = 0; at < count; at++)
        TRY(propose(pairs, work, at, error));
    while (work->heap_count > 0) {
        struct pair_merge top = pop(work);
        struct pair_symbol *left = &symbols[top.at];
        if (left->gone || left->after < 0) continue;
        struct pair_symbol *right = &symbols[left->after];
        const struct pair_slot *slot = find(pairs, left->id, right->id);
        if (slot == NULL || slot->joined != top.joined) continue;
        left->id = top.joined;
        left->after = right->after;
        right->gone = true;
        if (right->after >= 0) symbols[right->after].before = top.at;
        if (left->before >= 0) TRY(propose(pairs, work, left->before, error));
        TRY(propose(pairs, work, top.at, error));
    }
    return STATUS_OK;
}

/* Room for `count` symbols, linked to their neighbours. */
static enum status link_symbols(struct byte_pairs_work *work, size_t count, struct error *error)
{
    if (count > INT32_MAX)
        return error_set(error, STATUS_UNSUPPORTED, "a word of %zu bytes; at most 2 GiB are supported",
                         count);
    if (count > work->symbol_capacity) {
        struct pair_symbol *symbols = memory_resize(work->symbols, count, sizeof *symbols);
        if (symbols == NULL) return error_no_memory(error, count * sizeof *symbols);
        work->symbols = symbols;
        work->symbol_capacity = count;
    }
    for (size_t i = 0; i < count; i++)
        work->symbols[i] =
            (struct pair_symbol){.before = (int32_t)i - 1, .after = i + 1 < count ? (int32_t)i + 1 : -1};
    return STATUS_OK;
}

static enum status merge_and_add(const struct byte_pairs *pairs, struct byte_pairs_work *work, size_t count,
                                 struct token_ids *ids, struct error *error)
{
    TRY(merge_all(pairs, work, (int32_t)count, error));
    for (size_t i = 0; i < count; i++) {
        if (!work->symbols[i].gone) TRY(token_ids_add(ids, work->symbols[i].id, error));
    }
    return STATUS_OK;
}

enum status byte_pairs_add_word(const struct byte_pairs *pairs, struct byte_pairs_work *work,
                                const char *word, size_t length, struct token_ids *ids, struct error *error)
{
    if (pairs->whole_first && length <= pairs->vocabulary->longest) {
        text_clear(&work->spelt);
        for (size_t i = 0; i < length; i++) {
            char text[UNICODE_UTF8_BYTES];
            text_add_bytes(&work->spelt, text, spell((unsigned char)word[i], text));
        }
        TRY(text_status(&work->spelt, error));
        int32_t whole = vocabulary_find(pairs->vocabulary, text_string(&work->spelt), work->spelt.length);
        if (whole >= 0) return token_ids_add(ids, whole, error);
    }
    TRY(link_symbols(work, length, error));
    for (size_t i = 0; i < length; i++)
        work->symbols[i].id = pairs->bytes[(unsigned char)word[i]];
    return merge_and_add(pairs, work, length, ids, error);
}

enum status byte_pairs_add_tokens(const struct byte_pairs *pairs, struct byte_pairs_work *work,
                                  const int32_t *tokens, size_t count, struct token_ids *ids,
                                  struct error *error)
{
    TRY(link_symbols(work, count, error));
    for (size_t i = 0; i < count; i++)
        work->symbols[i].id = tokens[i];
    return merge_and_add(pairs, work, count, ids, error);
}

void byte_pairs_work_free(struct byte_pairs_work *work)
{
    text_free(&work->spelt);
    memory_free(work->symbols);
    memory_free(work->heap);
    *work = (struct byte_pairs_work){0};
}
