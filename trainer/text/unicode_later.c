#include "trainer/text/unicode_later.h"

#include "base/utf8.h"

#include <utf8proc.h>

enum category { UPPER, LOWER, MODIFIER, LETTER, DIGIT, NUMBER, MARK, PUNCTUATION, SYMBOL, CATEGORIES };

/* Stand-ins of three and of four bytes; 0 where no later character needs one. */
static const int32_t stand_ins[CATEGORIES][2] = {
    [UPPER] = {0x1E00, 0x10400},  [LOWER] = {0x1E01, 0x10428},
    [MODIFIER] = {0, 0x16B40},    [LETTER] = {0, 0x20000},
    [DIGIT] = {0, 0x104A0},       [NUMBER] = {0, 0x10107},
    [MARK] = {0x0900, 0x1D167},   [PUNCTUATION] = {0x0964, 0x10100},
    [SYMBOL] = {0x2100, 0x1D100},
};

/* From the categories of Unicode 16.0 (UnicodeData.txt) where Unicode 14.0 has none
 * (tests/golden/make_unicode_tables.py). Ascending. */
static const struct {
    int32_t first, last;
    enum category category;
} later[] = {
    {0x0897, 0x0897, MARK},          {0x0CF3, 0x0CF3, MARK},          {0x0ECE, 0x0ECE, MARK},
    {0x1B4E, 0x1B4F, PUNCTUATION},   {0x1B7F, 0x1B7F, PUNCTUATION},   {0x1C89, 0x1C89, UPPER},
    {0x1C8A, 0x1C8A, LOWER},         {0x2427, 0x2429, SYMBOL},        {0x2FFC, 0x2FFF, SYMBOL},
    {0x31E4, 0x31E5, SYMBOL},        {0x31EF, 0x31EF, SYMBOL},        {0xA7CB, 0xA7CC, UPPER},
    {0xA7CD, 0xA7CD, LOWER},         {0xA7DA, 0xA7DA, UPPER},         {0xA7DB, 0xA7DB, LOWER},
    {0xA7DC, 0xA7DC, UPPER},         {0x105C0, 0x105F3, LETTER},      {0x10D40, 0x10D49, DIGIT},
    {0x10D4A, 0x10D4D, LETTER},      {0x10D4E, 0x10D4E, MODIFIER},    {0x10D4F, 0x10D4F, LETTER},
    {0x10D50, 0x10D65, UPPER},       {0x10D69, 0x10D6D, MARK},        {0x10D6E, 0x10D6E, PUNCTUATION},
    {0x10D6F, 0x10D6F, MODIFIER},    {0x10D70, 0x10D85, LOWER},       {0x10D8E, 0x10D8F, SYMBOL},
    {0x10EC2, 0x10EC4, LETTER},      {0x10EFC, 0x10EFF, MARK},        {0x1123F, 0x11240, LETTER},
    {0x11241, 0x11241, MARK},        {0x11380, 0x11389, LETTER},      {0x1138B, 0x1138B, LETTER},
    {0x1138E, 0x1138E, LETTER},      {0x11390, 0x113B5, LETTER},      {0x113B7, 0x113B7, LETTER},
    {0x113B8, 0x113C0, MARK},        {0x113C2, 0x113C2, MARK},        {0x113C5, 0x113C5, MARK},
    {0x113C7, 0x113CA, MARK},        {0x113CC, 0x113D0, MARK},        {0x113D1, 0x113D1, LETTER},
    {0x113D2, 0x113D2, MARK},        {0x113D3, 0x113D3, LETTER},      {0x113D4, 0x113D5, PUNCTUATION},
    {0x113D7, 0x113D8, PUNCTUATION}, {0x113E1, 0x113E2, MARK},        {0x116D0, 0x116E3, DIGIT},
    {0x11B00, 0x11B09, PUNCTUATION}, {0x11BC0, 0x11BE0, LETTER},      {0x11BE1, 0x11BE1, PUNCTUATION},
    {0x11BF0, 0x11BF9, DIGIT},       {0x11F00, 0x11F01, MARK},        {0x11F02, 0x11F02, LETTER},
    {0x11F03, 0x11F03, MARK},        {0x11F04, 0x11F10, LETTER},      {0x11F12, 0x11F33, LETTER},
    {0x11F34, 0x11F3A, MARK},        {0x11F3E, 0x11F42, MARK},        {0x11F43, 0x11F4F, PUNCTUATION},
    {0x11F50, 0x11F59, DIGIT},       {0x11F5A, 0x11F5A, MARK},        {0x1342F, 0x1342F, LETTER},
    {0x13440, 0x13440, MARK},        {0x13441, 0x13446, LETTER},      {0x13447, 0x13455, MARK},
    {0x13460, 0x143FA, LETTER},      {0x16100, 0x1611D, LETTER},      {0x1611E, 0x1612F, MARK},
    {0x16130, 0x16139, DIGIT},       {0x16D40, 0x16D42, MODIFIER},    {0x16D43, 0x16D6A, LETTER},
    {0x16D6B, 0x16D6C, MODIFIER},    {0x16D6D, 0x16D6F, PUNCTUATION}, {0x16D70, 0x16D79, DIGIT},
    {0x18CFF, 0x18CFF, LETTER},      {0x1B132, 0x1B132, LETTER},      {0x1B155, 0x1B155, LETTER},
    {0x1CC00, 0x1CCEF, SYMBOL},      {0x1CCF0, 0x1CCF9, DIGIT},       {0x1CD00, 0x1CEB3, SYMBOL},
    {0x1D2C0, 0x1D2D3, NUMBER},      {0x1DF25, 0x1DF2A, LOWER},       {0x1E030, 0x1E06D, MODIFIER},
    {0x1E08F, 0x1E08F, MARK},        {0x1E4D0, 0x1E4EA, LETTER},      {0x1E4EB, 0x1E4EB, MODIFIER},
    {0x1E4EC, 0x1E4EF, MARK},        {0x1E4F0, 0x1E4F9, DIGIT},       {0x1E5D0, 0x1E5ED, LETTER},
    {0x1E5EE, 0x1E5EF, MARK},        {0x1E5F0, 0x1E5F0, LETTER},      {0x1E5F1, 0x1E5FA, DIGIT},
    {0x1E5FF, 0x1E5FF, PUNCTUATION}, {0x1F6DC, 0x1F6DC, SYMBOL},      {0x1F774, 0x1F776, SYMBOL},
    {0x1F77B, 0x1F77F, SYMBOL},      {0x1F7D9, 0x1F7D9, SYMBOL},      {0x1F8B2, 0x1F8BB, SYMBOL},
    {0x1F8C0, 0x1F8C1, SYMBOL},      {0x1FA75, 0x1FA77, SYMBOL},      {0x1FA87, 0x1FA89, SYMBOL},
    {0x1FA8F, 0x1FA8F, SYMBOL},      {0x1FAAD, 0x1FAAF, SYMBOL},      {0x1FABB, 0x1FABF, SYMBOL},
    {0x1FAC6, 0x1FAC6, SYMBOL},      {0x1FACE, 0x1FACF, SYMBOL},      {0x1FADA, 0x1FADC, SYMBOL},
    {0x1FADF, 0x1FADF, SYMBOL},      {0x1FAE8, 0x1FAE9, SYMBOL},      {0x1FAF7, 0x1FAF8, SYMBOL},
    {0x1FBCB, 0x1FBEF, SYMBOL},      {0x2B739, 0x2B739, LETTER},      {0x2EBF0, 0x2EE5D, LETTER},
    {0x31350, 0x323AF, LETTER},
};

int32_t unicode_stand_in(int32_t point)
{
    if (point == 0x180E) return 0x2060;
    size_t low = 0, high = sizeof later / sizeof *later;
    if (point < later[0].first) return point;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (later[middle].first <= point)
            low = middle;
        else
            high = middle;
    }
    return point > later[low].last ? point : stand_ins[later[low].category][point > 0xFFFF];
}

enum status unicode_stand_in_text(const char *text, size_t length, struct text *copy, const char **matched,
                                  struct error *error)
{
    *matched = text;
    text_clear(copy);
    size_t kept = 0;
    for (size_t at = 0; at < length;) {
        /* Everything with fewer than three bytes is old. */
        if ((unsigned char)text[at] < 0xE0) {
            at++;
            continue;
        }
        uint32_t point = 0;
        size_t used = utf8_decode(text + at, length - at, &point);
        if (used == 0) used = 1;
        int32_t instead = unicode_stand_in((int32_t)point);
        if (instead != (int32_t)point) {
            utf8proc_uint8_t bytes[4];
            text_add_bytes(copy, text + kept, at - kept);
            text_add_bytes(copy, bytes, (size_t)utf8proc_encode_char(instead, bytes));
            kept = at + used;
        }
        at += used;
    }
    if (kept == 0) return STATUS_OK;
    text_add_bytes(copy, text + kept, length - kept);
    TRY(text_status(copy, error));
    *matched = text_string(copy);
    return STATUS_OK;
}
