#!/usr/bin/env python3
"""Prints the tables of trainer/text/unicode_later.c and unicode_eight.c: which characters the regular expressions of
tokenizers 0.23.3 (Oniguruma, Unicode 16) class and Unicode 14 does not, and which its BERT rules (Unicode 8) do not class.

Never run at build or test time. Needs a Python whose unicodedata is of Unicode 14 (3.11).
"""
import unicodedata

from tokenizers import Regex, normalizers, pre_tokenizers

POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def matched(pattern):
    """Code points that a regular expression matches."""
    cut = pre_tokenizers.Split(Regex(pattern), "removed")
    found = set()
    for at in range(0, len(POINTS), 4096):
        text = "".join(map(chr, POINTS[at:at + 4096]))
        found.update(set(text) - set("".join(piece for piece, _ in cut.pre_tokenize_str(text))))
    return {ord(character) for character in found}


def ranges(points):
    """[first, last] of neighbours."""
    made = []
    for point in sorted(points):
        if made and made[-1][1] == point - 1:
            made[-1][1] = point
        else:
            made.append([point, point])
    return made


def print_later():
    names = {"Lu": "UPPER", "Ll": "LOWER", "Lm": "MODIFIER", "Lo": "LETTER", "Nd": "DIGIT", "No": "NUMBER", "M": "MARK",
             "P": "PUNCTUATION", "S": "SYMBOL"}
    rows = []
    for category, name in names.items():
        new = {c for c in matched(rf"\p{{{category}}}") if unicodedata.category(chr(c)) == "Cn"}
        rows += [(first, last, name) for first, last in ranges(new)]
    print("later:\n" + "".join(f"{{0x{a:04X}, 0x{b:04X}, {name}}},\n" for a, b, name in sorted(rows)))


def print_eight():
    clean = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    bare = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
    words = pre_tokenizers.BertPreTokenizer()
    tables = {
        "later_format": {c for c in matched(r"\p{Cf}") if clean.normalize_str(f"x{chr(c)}y") != "xy"},
        "later_punctuation": {c for c in matched(r"\p{P}") if len(words.pre_tokenize_str(f"x{chr(c)}y")) != 3},
        "later_marks": {c for c in matched(r"\p{Mn}") if bare.normalize_str(f"x{chr(c)}y") != "xy"},
    }
    for name, points in tables.items():
        print(f"static const struct range {name}[] = {{\n    "
              + ", ".join(f"{{0x{a:04X}, 0x{b:04X}}}" for a, b in ranges(points)) + "};")


assert unicodedata.unidata_version.startswith("14.")
print_later()
print_eight()
