#!/usr/bin/env python3
"""Makes tests/golden/tokenizers/bpe_* and wp_*: small byte-level BPE and WordPiece tokenizers, trained on text of our
own, and the ids that the reference gives for tests/golden/tokenizers/bpe_texts.txt.

    make_tokenizers.py

Never run at build or test time. The files were made with tokenizers 0.23.3 and transformers 5.23.0. The reference is the
tokenizers package for folders with a tokenizer.json (AutoTokenizer must agree with it, or this script stops), and
AutoTokenizer for those with vocab.json and merges.txt alone.

Texts: a line each, bytes as hexadecimal digits; a pair of texts has a space between. Ids: line for line with the texts;
of pairs the token types follow as digits behind a slash. Then for some N a line "max_length N" and the ids, cut to N
tokens, of the first 40 texts and of the last 24 (the pairs).
"""
import json
import os
import random
import shutil

os.environ["HF_HUB_OFFLINE"] = "1"
import transformers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

transformers.logging.set_verbosity_error()
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokenizers")
LENGTHS, AT_START, PAIRS = (7, 12, 13), 40, 24

# The patterns of Llama 3 and Qwen2, as their tokenizer.json files have them, and of o200k.
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*"
          r"|\s*[\r\n]|\s+(?!\S)|\s+")

SUBJECTS = ["the film", "this story", "The old hotel", "a quiet room", "our breakfast", "the last scene", "her voice",
            "the waiter's price", "they'll say the camera", "nobody"]
VERBS = ["was", "seemed", "looked", "felt", "isn't", "became", "is never", "stays", "it's"]
ENDS = ["good", "terribly boring", "beautiful and warm", "too long", "worth seeing", "better than before", "a mess",
        "loud, dirty, expensive", "fine (mostly)", "well-written", "what I wanted!", "why?", "so-so...", "café crème"]
CHINESE = ["我很喜欢这家酒店，服务很好。", "这部电影太长了，不好看！", "房间又大又干净。", "值得一看的故事。"]


def corpus():
    draw = random.Random(6)
    lines = [f"{draw.choice(SUBJECTS)} {draw.choice(VERBS)} {draw.choice(ENDS)}" for _ in range(1200)]
    lines += [draw.choice(CHINESE) for _ in range(150)]
    lines += [f"in {draw.randint(1900, 2030)} it cost {draw.randint(1, 500)}\n\n  €" for _ in range(100)]
    draw.shuffle(lines)
    return lines


def texts():
    fixed = [
        "", " ", "  ", "the film was good", " the film was good", "The old hotel isn't what I wanted!  Why?",
        "I'll we've THEY'RE she'd 'Tis it'S don'T I'M 'LL 'Ve x'ſ y'K n'ſt 'ſſ", "'s't're've'm'll'd", "' s 's' S",
        "我很喜欢这家酒店，服务很好。", "这部movie太长了2019年！", "日本語カタカナひらがな 한국어", "naïve café déjà ÀÉÎ",
        "nai\u0308ve cafe\u0301 de\u0301ja\u0300 A\u030a \u212b \u1e9b\u0323 q\u0307\u0323", "\u1100\u1161\u11a8 각",
        "👨‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️‍🔥 🤣", "a\u200bb\u200cc\u200dd\ufeffe", "\u00a0a\u00a0\u00a0b\u3000c\u3000\u3000 d",
        "a\u180eb \u180e c\u1680d\u2003e\u2028f\u2029g\u202fh\u205fi\u0085j", "a\tb\t\tc \t d", "a\nb\n\nc\n\n\n d\r\ne\r\n\r\nf\r",
        "   a   b   ", "\n", "\n\n  \n", " \n x", "x \n", "a  \n  b", "1 12 123 1234 12345 3.14 1,000,000 2e-5",
        "٣٤٥ ७८९ Ⅷ ½ ² ①② 〇 一二三", "\U0001f150\U0001f130ⓐⓑ \u24e9x", "\x01\x02 \x7f\x1f\x80\x9f x\x0b\x0cy",
        "hello_world __init__ snake_case camelCase HTTPServer XMLHttpRequest2", "a" * 80, "ab" * 40 + " " + "好" * 20,
        "!" * 40 + "?" * 3, "…—–“”‘’«»", "€£$¥ 50€ #tag @user a@b.c https://x.y/z?q=1&r=2#f", "x=1;y='2';\n\tif (x<y) {}\n",
        "<s>", "</s>", "a<s>b", " <s> ", "<s> a </s>", "a </s></s> b", "<|endoftext|>", "a<|endoftext|>b",
        "a <|endoftext|> b<|endoftext|><|endoftext|>", "<|endoftext", "<|ENDOFTEXT|>", "<mask>", "a <mask> b", "a  <mask>  b",
        "a<mask>b", "<pad><unk>", "\u3000<mask>\u3000\u00a0x", "<|im_start|>user\nhi<|im_end|>\n", "<|begin_of_text|>a",
        "[CLS] a [SEP] b [PAD][MASK]x [UNK] [sep]", "[SE\u200bP] [ SEP ]", "WORDY WORDY. xWORDY WORDYx 好WORDY WORDY_ \u0301WORDY",
        "ⓐWORDY \u200dWORDY -WORDY- WORDY", "a STRIP b", "a  \n STRIP \t b", "STRIPSTRIP STRIP", "cafés café cafe\u0301s",
        "caf\u00e9s! CAFÉS", "of\ufb01ce ǅ ǈ ﬀ ß ẞ İstanbul ıI ΣΑΣ", "e\u0301" * 20, "\u0301a \u0300", "\ufffd a\ufffd\ufffdb",
        "\u1c89\u1c8a\ua7cb\ua7da x", "\U00031350\U0002ebf0 \U000105c0\U00010d40\U00010d4a", "\U00011f50\U0001e4d0\U0001e4eb\U0001e5f1 1",
        "\U0001fae9\u2ffc\U0001ccd6 \u0897a", "\ue000\U000f0000\ufdd0\U0010ffff", "ꙮ ᚠᛇᚻ ⠓⠑ 𝔘𝔫𝔦 𝟘𝟙𝟚 𐍈", "ไทยภาษา नमस्ते தமிழ் العربية שלום",
        "Việt Nam Tiê\u0301ng", "𒀀𓀀 𠜎𠜱", "0" * 30, "a1b2c3 1a2b", "the waiter's price, they'll say; it's", "word" + " " * 50 + "word",
        "\t" * 17 + "x", " \u00a0 \u00a0x", "x\u00a0", "x\u2003", "\u2003\u2003x", "__a_b__ c", "one,two.three!four?", ", . ! ?", "a ,b .c",
    ]
    draw = random.Random(66)
    pools = ["abcdefghij ", "ABC xyz'", "0123456789,. ", " \t\n\r\u00a0\u3000\u2003\u180e\u0085", "的了是好看电影，。！",
             "éàüñçÅǅß", "\u0301\u0308\u0323\u0327", "😀👍🏽\u200d\ufe0f🇩🇪", "'sS'tT'rR'lL'vVeEdDmMſK", "!?.,;:-_()[]{}<>|/\\@#$%&*+=~`^\"",
             "٣७Ⅷ½²①", "\x00\x01\x1f\x7f\x80\x9f\u200b\u200c\u200d\ufeff\u2028\u2029", "\u1c89\U00031350\U00011f50\U0001e5f1\u0897\u2ffc",
             "அहไع한ᄀㄱ", "\ue000\ufffd\U0010fffd"]
    tokens = ["<s>", "</s>", "<mask>", "<|endoftext|>", "[SEP]", "[MASK]", "WORDY", "STRIP", "<|im_end|>", "the film", "'ll"]
    random_texts = []
    for i in range(160):
        parts = []
        for _ in range(draw.randint(1, 8)):
            if draw.random() < 0.15:
                parts.append(draw.choice(tokens))
            elif draw.random() < 0.1:
                parts.append("".join(chr(c) for c in (draw.randrange(1, 0x110000) for _ in range(2)) if not 0xD800 <= c < 0xE000))
            else:
                pool = draw.choice(pools)
                parts.append("".join(draw.choice(pool) for _ in range(draw.randint(1, 5))))
        random_texts.append("".join(parts).replace("\x00", "\x00" if i % 3 else ""))
    long = [f"{draw.choice(SUBJECTS)} {draw.choice(VERBS)} {draw.choice(ENDS)}" for _ in range(12)]
    pairs = []
    for i in range(PAIRS):
        a = " ".join(draw.choice(long).split()[:draw.randint(0, 5)])
        b = " ".join(draw.choice(long + CHINESE).split()[:draw.randint(1, 7)])
        pairs.append((a, b))
    pairs[0], pairs[1], pairs[2] = ("a", "b"), ("", "the film"), ("<s>", "</s> <|endoftext|>")
    return [(t,) for t in fixed + long + random_texts] + pairs


def train(pre, normalizer=None, merges=260, specials=()):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=256 + merges + len(specials), special_tokens=list(specials), show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def save(name, tokenizer, config=None, edit=None):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    content = json.loads(tokenizer.to_str())
    if edit is not None:
        edit(content)
    write(folder, "tokenizer.json", content)
    if config is not None:
        write(folder, "tokenizer_config.json", config)
    return folder


def write(folder, name, content):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=False, separators=(",", ":"))
        out.write("\n")


def special(content, **flags):
    return AddedToken(content, special=True, normalized=False, **flags)


def bytes_level(prefix=False, regex=True):
    return pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=regex)


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Split(Regex(pattern), behavior, invert)


FAST = {"tokenizer_class": "PreTrainedTokenizerFast"}


def make_gpt2():
    tokenizer = train(bytes_level(), specials=["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_tokens([special("<|endoftext|>"), AddedToken("WORDY", single_word=True), AddedToken("STRIP", lstrip=True, rstrip=True)])
    return save("bpe_gpt2", tokenizer, {"tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": False,
                                        "eos_token": "<|endoftext|>"})


def make_llama3(name, pattern, whole):
    tokenizer = train(pre_tokenizers.Sequence([split(pattern), bytes_level(regex=False)]))
    tokenizer.add_special_tokens([special(t) for t in ("<|begin_of_text|>", "<|endoftext|>", "<|im_start|>", "<|im_end|>")])
    bos = tokenizer.token_to_id("<|begin_of_text|>")
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(
        single="<|begin_of_text|> $A", pair="<|begin_of_text|>:0 $A:0 <|begin_of_text|>:1 $B:1",
        special_tokens=[("<|begin_of_text|>", bos)])])

    def edit(content):
        content["model"]["ignore_merges"] = whole
        if whole:  # words that no merges make, as Llama 3 has them: whole because of ignore_merges
            vocab = content["model"]["vocab"]
            words = ["Ġwaiter's", "Ġcamera,", "ĠcamelCase", "éĺħ", "HTTPServer"]
            added = {w: len(vocab) + i for i, w in enumerate(words)}
            vocab.update(added)
            for token in content["added_tokens"]:
                token["id"] += len(added)
            for frame in content["post_processor"]["processors"][1]["special_tokens"].values():
                frame["ids"] = [i + len(added) for i in frame["ids"]]
    return save(name, tokenizer, FAST, edit)


def make_qwen2():
    tokenizer = train(pre_tokenizers.Sequence([split(QWEN2), bytes_level(regex=False)]), normalizers.NFC())
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_tokens([special(t) for t in ("<|endoftext|>", "<|im_start|>", "<|im_end|>")] +
                         [AddedToken("cafés", normalized=True), AddedToken("WORDY", normalized=False, single_word=True)])
    return save("bpe_qwen2", tokenizer, {"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": False, "add_prefix_space": False,
                                         "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"})


def make_smollm():
    tokenizer = train(pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), bytes_level()]),
                      specials=["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    return save("bpe_smollm", tokenizer, FAST)


def make_roberta(name, prefix, strings):
    tokenizer = train(bytes_level(prefix), specials=["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.add_special_tokens([special("<mask>", lstrip=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), True, prefix)

    def edit(content):
        content["truncation"] = {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0}
        if strings:
            content["model"]["merges"] = [" ".join(m) for m in content["model"]["merges"]]
            content["model"].update(continuing_subword_prefix="", end_of_word_suffix="", unk_token="<unk>")
    return save(name, tokenizer, {"tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": prefix}, edit)


def make_splits():
    pre = pre_tokenizers.Sequence([
        pre_tokenizers.Split(" ", "merged_with_next"), split(r"[,.!?]", "merged_with_previous"), split(r"_+", "removed"),
        split(r"[\p{L}\p{M}]+", "contiguous", invert=True), split(r"\s*"), pre_tokenizers.Digits(individual_digits=False), bytes_level(True)])
    tokenizer = train(pre, specials=["<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s> </s>", pair="<s> $A </s> <s> $B:1 </s>:1", special_tokens=[("<s>", 0), ("</s>", 1)])
    return save("bpe_splits", tokenizer, FAST)


def make_files(name, config, added=None, specials=(), pre=None):
    tokenizer = train(pre or bytes_level(), specials=specials)
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    content = json.loads(tokenizer.to_str())["model"]
    write(folder, "vocab.json", content["vocab"])
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as out:
        out.write("#version: 0.2\n" + "".join(" ".join(m) + "\n" for m in content["merges"]))
    write(folder, "tokenizer_config.json", config)
    for file, value in (added or {}).items():
        write(folder, file, value)
    return folder


def make_wordpiece(name, lower, strip):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower, strip_accents=strip)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(corpus() + ["É é e\u0301 ü ı İ"] * 5, trainers.WordPieceTrainer(
        vocab_size=420, special_tokens=tokens, show_progress=False))
    if lower:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    else:
        tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.decoder = decoders.WordPiece()
    return save(name, tokenizer, {"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": lower})


def encode(tokenizer, text, length):
    """Of a tokenizers.Tokenizer; ids and types."""
    tokenizer.no_padding()
    tokenizer.no_truncation() if length is None else tokenizer.enable_truncation(length)
    found = tokenizer.encode(*text)
    return found.ids, found.type_ids


def line_of(ids, types, text):
    line = " ".join(map(str, ids))
    return line if len(text) == 1 else line + "/" + "".join(map(str, types))


def write_ids(folder, all_texts):
    auto = AutoTokenizer.from_pretrained(folder)
    has_json = os.path.exists(os.path.join(folder, "tokenizer.json"))
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json")) if has_json else auto.backend_tokenizer
    lines = []
    for length, some in [(None, all_texts)] + [(n, all_texts[:AT_START] + all_texts[-PAIRS:]) for n in LENGTHS]:
        if length is not None:
            lines.append(f"max_length {length}")
        for text in some:
            ids, types = encode(tokenizer, text, length)
            settings = {} if length is None else {"truncation": True, "max_length": length}
            other = auto([text[0]], [text[1]] if len(text) == 2 else None, **settings)["input_ids"][0]
            assert other == ids, (folder, text, other, ids)
            lines.append(line_of(ids, types, text))
    with open(folder + ".ids", "w", encoding="ascii") as out:
        out.write("".join(line + "\n" for line in lines))


def main():
    all_texts = texts()
    with open(os.path.join(HERE, "bpe_texts.txt"), "w", encoding="ascii") as out:
        out.write("".join(" ".join(t.encode("utf-8").hex() for t in text) + "\n" for text in all_texts))
    folders = [
        make_gpt2(), make_llama3("bpe_llama3", LLAMA3, True), make_llama3("bpe_o200k", O200K, False),
        make_llama3("bpe_cl100k", CL100K, False), make_qwen2(), make_smollm(), make_roberta("bpe_roberta", False, False),
        make_roberta("bpe_roberta_prefix", True, True), make_splits(),
        make_files("bpe_gpt2_files", {"tokenizer_class": "GPT2Tokenizer"}, {"added_tokens.json": {"WORDY": 517, "<|im_end|>": 518}},
                   ["<|endoftext|>"]),
        make_files("bpe_roberta_files", {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": True, "mask_token": {
            "__type": "AddedToken", "content": "<mask>", "lstrip": True, "rstrip": False, "single_word": False, "normalized": False}},
            None, ["<s>", "<pad>", "</s>", "<unk>"]),
        make_files("bpe_qwen2_files", {
            "tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": False, "additional_special_tokens": ["<|im_start|>", "<|im_end|>"],
            "added_tokens_decoder": {str(516 + i): {"content": t, "lstrip": False, "normalized": t == "cafés", "rstrip": False,
                                                    "single_word": False, "special": t != "cafés"}
                                     for i, t in enumerate(("<|endoftext|>", "<|im_start|>", "<|im_end|>", "cafés"))},
            "bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "unk_token": None, "split_special_tokens": False},
            pre=pre_tokenizers.Sequence([split(QWEN2), bytes_level(regex=False)])),
        make_wordpiece("wp_uncased", True, None), make_wordpiece("wp_cased", False, False)]
    for folder in folders:
        write_ids(folder, all_texts)
        print(os.path.basename(folder))


main()
