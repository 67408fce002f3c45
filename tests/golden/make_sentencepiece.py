#!/usr/bin/env python3
"""Makes tests/golden/tokenizers/sp_*: two small SentencePiece models trained on text of our own, folders that read
them in several ways, and the ids of Hugging Face transformers for tests/golden/tokenizers/sp_texts.txt.

    make_sentencepiece.py [MODELS]

MODELS names a folder with tokenizers/llama2/tokenizer.model and stories260K/tokenizer.model; given, the ids of those two
are made anew too (sp_ids_llama2.txt, sp_ids_stories260K.txt; the models themselves are no part of the project).
Never run at build or test time. The files were made with transformers 5.23.0, tokenizers 0.23.3, sentencepiece 0.2.3.

sp_json_*: folders without a .model file, whose tokenizer.json has the pieces: sp_* as save_pretrained writes them, and the
forms of version 4. Their ids are written (ids.txt) where they differ from those of the sp_* that they were made from.

Texts: a line each, bytes as hexadecimal digits; a pair of texts has a space between. Ids: line for line with the texts,
then for some N a line "max_length N" and the ids, cut to N tokens, of the first 40 texts and the last 24 (the pairs).
"""
import json
import os
import random
import shutil
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
import sentencepiece as spm
import transformers
from sentencepiece import sentencepiece_model_pb2
from transformers import AutoTokenizer
from transformers.tokenization_utils_base import generate_merges
from transformers.tokenization_utils_sentencepiece import SentencePieceExtractor

transformers.logging.set_verbosity_error()
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokenizers")

SUBJECTS = ["the film", "this story", "the old hotel", "a quiet room", "our breakfast", "the last scene", "her voice",
            "the price", "a friendly waiter", "the second part", "the camera", "nobody"]
VERBS = ["was", "seemed", "looked", "felt", "remained", "became", "is hardly", "is never", "was surely", "stays"]
ENDS = ["good", "terribly boring", "beautiful and warm", "too long", "worth seeing", "better than before", "a mess",
        "full of life", "loud, dirty, expensive", "fine (mostly)", "well-written", "what I wanted!", "why?", "so-so..."]
CHINESE = ["我很喜欢这家酒店，服务很好。", "这部电影太长了，不好看！", "房间又大又干净。", "早餐一般，价格有点贵。", "值得一看的故事。"]
FRENCH = ["le café était très bon", "la fenêtre, déjà cassée", "un hôtel où l'on rêve", "ça n'a rien à voir"]


def corpus():
    draw = random.Random(1)
    lines = [f"{draw.choice(SUBJECTS)} {draw.choice(VERBS)} {draw.choice(ENDS)}" for _ in range(1500)]
    lines += [draw.choice(CHINESE) for _ in range(200)] + [draw.choice(FRENCH) for _ in range(200)]
    lines += [f"in {draw.randint(1900, 2030)} it cost {draw.randint(1, 500)}" for _ in range(100)]
    draw.shuffle(lines)
    return lines


def nfkc_rules(path):
    """A part of nmt_nfkc, so that the model stays small: what that normaliser makes of these characters and pairs."""
    normalise = spm.SentencePieceNormalizer(rule_name="nmt_nfkc", add_dummy_prefix=False, escape_whitespaces=False,
                                            remove_extra_whitespaces=False)
    ranges = [(1, 0x250), (0xE33, 0xE34), (0x1680, 0x1681), (0x2000, 0x2070), (0x2460, 0x2500), (0x3000, 0x3001),
              (0x304B, 0x3060), (0xFB00, 0xFB07), (0xFDFA, 0xFDFB), (0xFE0F, 0xFE10), (0xFF01, 0xFFE0)]
    keys = [chr(c) for low, high in ranges for c in range(low, high)]
    keys += [base + mark for base in "aeiouncAEIOUNC" for mark in "\u0300\u0301\u0302\u0303\u0308\u0323\u0327"]
    keys += [chr(0x1100 + i) + chr(0x1161 + j) for i in range(5) for j in range(5)]
    with open(path, "w", encoding="utf-8") as out:
        for key in keys:
            to = normalise.normalize(key)
            if to != key:
                out.write(" ".join(f"{ord(c):X}" for c in key) + "\t" + " ".join(f"{ord(c):X}" for c in to) + "\n")


def train(folder):
    common = dict(sentence_iterator=None, character_coverage=1.0, minloglevel=2, num_threads=1)
    spm.SentencePieceTrainer.train(**{**common, "sentence_iterator": iter(corpus())}, model_prefix=f"{folder}/bpe",
                                   model_type="bpe", vocab_size=480, byte_fallback=True, split_digits=True,
                                   normalization_rule_name="identity", remove_extra_whitespaces=False,
                                   allow_whitespace_only_pieces=True)
    nfkc_rules(f"{folder}/rules.tsv")
    spm.SentencePieceTrainer.train(**{**common, "sentence_iterator": iter(corpus())}, model_prefix=f"{folder}/unigram",
                                   model_type="unigram", vocab_size=400, hard_vocab_limit=False,
                                   normalization_rule_tsv=f"{folder}/rules.tsv")
    for name in ("bpe", "unigram"):
        with open(f"{folder}/{name}.model", "rb") as file:
            model = sentencepiece_model_pb2.ModelProto.FromString(file.read())
        model.trainer_spec.model_prefix = name  # not where it was trained
        model.normalizer_spec.normalization_rule_tsv = ""
        with open(f"{HERE}/sp_{name}.model", "wb") as file:
            file.write(model.SerializeToString(deterministic=True))


def texts():
    fixed = ["", " ", "   ", "a", " a", "  a", "a ", "a  b   c    d", "The film was good!", "the film  was\tgood\n",
             "\n", "\r\n\r\n", "\t\t", "Café cafe\u0301 naïve Å ǖ q\u0323\u0307", "这部电影不好看，bad。", "日本語のカ\u3099キ゚ 한국어 각",
             "👨\u200d👩\u200d👧\u200d👦 family", "🇩🇪🇨🇳🇫", "👍🏽 ok ❤\ufe0f", "a\u00a0b\u3000c\u2003d\u1680e\u202ff",
             "zero\u200bwidth\u00adsoft\ufeffbom", "a\u0000b\u0001c\u007fd\u0085e\u009ff", "line\u2028para\u2029end",
             "ＦＵＬＬ　ｗｉｄｔｈ １２３", "①②③ ⓐ ①\u0323 ﬁne ﬀ ﷺ", "\u1100\u1161\u11a8 \u1100", "\u2581", "\u2581a", "a\u2581b",
             "\u2581\u2581 a", "x \u2581 y", "<0x0A>", "<0xE4>", "\ufffd", "1234567890", "x" * 300, " " * 70, "ab" * 150, "=" * 40,
             "aaaaaaaaaaaaaaaaaaa", "eeeeeeeeee eeeee", "…—–“quotes” ‘single’", "क्ष नमस्ते", "ทำ น้ำ", "مرحبا بالعالم", "שלום"]
    special = ["<s>", "</s>", "<unk>", "<pad>", "<mask>", "[PAD]", "<sep>", "film!"]
    fixed += [p.replace("X", s) for s in special
              for p in ("X", "X a", " X", "a X b", "aXb", "a  X  b", "XX", "X X", "Xa", "a X", "  X", "a\nX\u3000b", "\u2581X\u2581")]
    fixed += ["<s>a</s>b<mask>c", "<S>", "< s>", "</s", "<s><s>NOTUSED", "＜s＞", "the <ｍask> film", "＜mask＞a", "ﬁ <mask>①", "[PAD ]", "<sep><sep> <sep>"]
    fixed += CHINESE + FRENCH
    draw = random.Random(7)
    pool = [chr(c) for c in (0x20, 0x20, 0x61, 0x65, 0x74, 0x301, 0x300, 0x323, 0xE9, 0xA0, 0x3000, 0x200B, 0x200D,
                             0x1F468, 0x1F1E9, 0x1F1EA, 9, 10, 13, 7, 0x85, 0x2028, 0xFF21, 0x2460, 0xFB01, 0x1100,
                             0x1161, 0x11A8, 0xAC00, 0x4E2D, 0xFDFA, 0, 0x2581, 0xFFFD, 0xFE0F, 0xAD, 0x1680, 0x2003)]
    pieces = ["the", "film", "was", "good", " ", "  ", "<s>", "</s>", " <mask> ", "中文", "电影", ".", "!", "\n", "é"]

    def any_character():
        while True:
            point = draw.randint(0, 0x10FFFF) if draw.random() < 0.5 else draw.randint(0, 0x2FFF)
            if not 0xD800 <= point < 0xE000:
                return chr(point)

    randomly = ["".join(draw.choice(pool) for _ in range(draw.randint(1, 12))) for _ in range(80)]
    randomly += ["".join(any_character() for _ in range(draw.randint(1, 6))) for _ in range(60)]
    randomly += ["".join(draw.choice(pieces) for _ in range(draw.randint(1, 10))) for _ in range(60)]
    singles = [(text,) for text in fixed + randomly]
    pairs = [(draw.choice(fixed[:48]), draw.choice(fixed)) for _ in range(20)]
    pairs += [("the film was good", "the last scene"), ("why?", "so long, so dirty and so expensive"), ("", ""), ("a", "")]
    return singles + pairs


def write(name, content):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=False, indent=1, sort_keys=True)
        out.write("\n")


def token(content, **flags):
    return {"content": content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
            "special": True, **flags}


def mistral_json(model):
    """A tokenizer.json as those of Mistral's first models: a sign before every stretch, spaces become signs."""
    vocabulary, scored, _ = SentencePieceExtractor(model).extract()
    merges = generate_merges(vocabulary, dict(scored))
    bos = {"SpecialToken": {"id": "<s>", "type_id": 0}}
    text = [{"Sequence": {"id": name, "type_id": i}} for i, name in enumerate("AB")]
    return {"version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [{"id": i, **token(c)} for i, c in enumerate(["<unk>", "<s>", "</s>"])],
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
                                                               {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
            "pre_tokenizer": None,
            "post_processor": {"type": "TemplateProcessing", "single": [bos, text[0]],
                               "pair": [bos, text[0], {"SpecialToken": {"id": "<s>", "type_id": 1}}, text[1]],
                               "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
            "decoder": None,
            "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
                      "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True, "ignore_merges": False,
                      "vocab": vocabulary, "merges": [" ".join(m) for m in merges]}}


def cases(size):
    """Name: the model, and the JSON files beside it."""
    three = {str(i): token(c) for i, c in enumerate(["<unk>", "<s>", "</s>"])}
    return {
        "sp_llama": ("sp_bpe.model", {"tokenizer_config.json": {
            "tokenizer_class": "LlamaTokenizer", "legacy": False, "add_bos_token": True, "add_eos_token": False,
            "sp_model_kwargs": {}, "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "[PAD]",
            "added_tokens_decoder": {**three, str(size): token("[PAD]"), str(size + 1): token("<sep>", lstrip=True, rstrip=True),
                                     str(size + 2): token("film!", normalized=True, special=False)}}}),
        "sp_llama_legacy": ("sp_bpe.model", {
            "tokenizer_config.json": {"tokenizer_class": "LlamaTokenizerFast", "legacy": True, "add_bos_token": True,
                                      "add_eos_token": True},
            "special_tokens_map.json": {"bos_token": token("<s>"), "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "[PAD]"},
            "added_tokens.json": {"[PAD]": size, "<sep>": size + 1}}),
        "sp_llama_bare": ("sp_bpe.model", {"tokenizer_config.json": {"tokenizer_class": "LlamaTokenizer"}}),
        "sp_llama_no_prefix": ("sp_bpe.model", {"tokenizer_config.json": {
            "tokenizer_class": "LlamaTokenizer", "add_prefix_space": False, "add_bos_token": True}}),
        "sp_mistral": ("sp_bpe.model", {
            "config.json": {"model_type": "mistral"}, "tokenizer.json": mistral_json(f"{HERE}/sp_bpe.model"),
            "tokenizer_config.json": {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>",
                                      "unk_token": "<unk>", "legacy": True}}),
        "sp_xlm_roberta": ("sp_unigram.model", {
            "config.json": {"model_type": "xlm-roberta"},
            "tokenizer_config.json": {"tokenizer_class": "XLMRobertaTokenizer",
                                      "mask_token": {"__type": "AddedToken", **token("<mask>", lstrip=True)}}}),
        # What transformers 4 wrote: <mask> is sought in what the normaliser makes of the text.
        "sp_xlm_roberta_mask": ("sp_unigram.model", {
            "config.json": {"model_type": "xlm-roberta"},
            "tokenizer_config.json": {"tokenizer_class": "XLMRobertaTokenizer", "mask_token": "<mask>"},
            "special_tokens_map.json": {"mask_token": token("<mask>", lstrip=True, normalized=True)}}),
        "sp_camembert_mask": ("sp_unigram.model", {
            "config.json": {"model_type": "camembert"},
            "tokenizer_config.json": {"tokenizer_class": "CamembertTokenizer",
                                      "mask_token": {"__type": "AddedToken", **token("<mask>", lstrip=True, normalized=True)}}}),
        "sp_camembert": ("sp_unigram.model", {"config.json": {"model_type": "camembert"}}),
    }


def encode(tokenizer, given, **settings):
    """As lists: given alone, transformers takes an empty second text for none."""
    return tokenizer(*[[text] for text in given], **settings)["input_ids"][0]


def write_ids(folder, name):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with open(name, "w", encoding="ascii") as out:
        for given in texts():
            out.write(" ".join(map(str, encode(tokenizer, given))) + "\n")
        for length in (7, 12, 13):
            out.write(f"max_length {length}\n")
            for given in texts()[:40] + texts()[-24:]:
                ids = encode(tokenizer, given, truncation=True, max_length=length)
                out.write(" ".join(map(str, ids)) + "\n")
    print(name, type(tokenizer).__name__, len(texts()), "texts")


def v4_llama(folder):
    """A LlamaTokenizer as version 4 saved it, which version 5 reads by the class's rules, not by the normalizer."""
    write(f"{folder}/tokenizer.json", mistral_json(f"{HERE}/sp_bpe.model"))
    write(f"{folder}/tokenizer_config.json", {
        "tokenizer_class": "LlamaTokenizer", "legacy": True, "add_bos_token": True, "add_eos_token": False, "bos_token": "<s>",
        "eos_token": "</s>", "unk_token": "<unk>", "pad_token": None, "model_max_length": 2048, "sp_model_kwargs": {},
        "clean_up_tokenization_spaces": False, "use_default_system_prompt": False,
        "added_tokens_decoder": {str(i): token(c) for i, c in enumerate(["<unk>", "<s>", "</s>"])}})


def llama_whole(folder):
    """Taken as it stands: Metaspace before each stretch, and words that are pieces whole, whatever the merges say."""
    content = mistral_json(f"{HERE}/sp_bpe.model")
    content["normalizer"] = None
    content["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": False}
    content["model"]["ignore_merges"] = True
    for whole in ("▁the▁film", "▁Café", "▁a▁", "aWORDx", "▁The▁film▁was▁good!"):
        content["model"]["vocab"].setdefault(whole, len(content["model"]["vocab"]))
    content["model"]["merges"] = [m for m in content["model"]["merges"] if m.split(" ")[1] != "ood"]
    write(f"{folder}/tokenizer.json", content)
    write(f"{folder}/tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>"})


def xlm_roberta_filed(folder):
    """What sp_json_xlm_roberta says, taken as it stands."""
    shutil.copy(f"{HERE}/sp_json_xlm_roberta/tokenizer.json", folder)
    with open(f"{HERE}/sp_json_xlm_roberta/tokenizer_config.json", encoding="utf-8") as file:
        write(f"{folder}/tokenizer_config.json", {**json.load(file), "tokenizer_class": "TokenizersBackend"})


def v4_xlm_roberta(folder):
    """As version 4 saved it; version 5 takes the table alone of the normalizer."""
    with open(f"{HERE}/sp_json_xlm_roberta/tokenizer.json", encoding="utf-8") as file:
        content = json.load(file)
    content["normalizer"] = {"type": "Sequence", "normalizers": [
        content["normalizer"], {"type": "Strip", "strip_left": False, "strip_right": True},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}]}
    content["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    write(f"{folder}/tokenizer.json", content)
    names = {"bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>", "unk_token": "<unk>",
             "pad_token": "<pad>", "mask_token": "<mask>"}
    write(f"{folder}/tokenizer_config.json", {
        **names, "tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 512, "clean_up_tokenization_spaces": False,
        "added_tokens_decoder": {str(t.pop("id")): t for t in content["added_tokens"]}})
    write(f"{folder}/special_tokens_map.json", {**names, "mask_token": token("<mask>", lstrip=True)})


def save(whole, folder):
    """What save_pretrained leaves of a folder; tokenizer.json without spaces, to be small."""
    AutoTokenizer.from_pretrained(whole).save_pretrained(folder)
    with open(f"{folder}/tokenizer.json", encoding="utf-8") as file:
        content = json.load(file)
    with open(f"{folder}/tokenizer.json", "w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=False, separators=(",", ":"))
        out.write("\n")
    if os.path.exists(f"{whole}/config.json"):
        shutil.copy(f"{whole}/config.json", folder)


def write_differing(folder, name):
    """ids.txt, unless it is that of sp_`name`."""
    write_ids(folder, f"{folder}/ids.txt")
    with open(f"{folder}/ids.txt", encoding="ascii") as mine, open(f"{HERE}/sp_{name}/ids.txt", encoding="ascii") as other:
        same = mine.read() == other.read()
    if same:
        os.remove(f"{folder}/ids.txt")
        print("  the same as", name)


def main():
    with tempfile.TemporaryDirectory() as folder:
        train(folder)
    with open(f"{HERE}/sp_texts.txt", "w", encoding="ascii") as out:
        for given in texts():
            out.write(" ".join(text.encode().hex() for text in given) + "\n")
    size = spm.SentencePieceProcessor(model_file=f"{HERE}/sp_bpe.model").get_piece_size()
    for name, (model, files) in cases(size).items():
        folder = f"{HERE}/{name}"
        shutil.rmtree(folder, ignore_errors=True)
        for file, content in files.items():
            write(f"{folder}/{file}", content)
        with tempfile.TemporaryDirectory() as whole:
            shutil.copytree(folder, whole, dirs_exist_ok=True)
            shutil.copy(f"{HERE}/{model}", f"{whole}/" + ("tokenizer.model" if model == "sp_bpe.model" else "sentencepiece.bpe.model"))
            write_ids(whole, f"{folder}/ids.txt")
            saved = folder.replace("/sp_", "/sp_json_")
            shutil.rmtree(saved, ignore_errors=True)
            save(whole, saved)
            write_differing(saved, name[3:])
    for name, make in (("llama", v4_llama), ("llama_whole", llama_whole), ("xlm_roberta", v4_xlm_roberta),
                       ("xlm_roberta_filed", xlm_roberta_filed)):
        folder = f"{HERE}/sp_json_{'v4_' if make.__name__.startswith('v4') else ''}{name}"
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        make(folder)
        write_differing(folder, "xlm_roberta" if name.startswith("xlm") else "llama_legacy")
    if len(sys.argv) > 1:
        for name, model in (("llama2", "tokenizers/llama2"), ("stories260K", "stories260K")):
            with tempfile.TemporaryDirectory() as whole:
                shutil.copy(f"{sys.argv[1]}/{model}/tokenizer.model", whole)
                write(f"{whole}/tokenizer_config.json", {"tokenizer_class": "LlamaTokenizer", "add_bos_token": True})
                # The order of merges of the model's scores, as every tokenizer.json that was converted from it has.
                vocabulary, scored, _ = SentencePieceExtractor(f"{whole}/tokenizer.model").extract()
                tokenizer = AutoTokenizer.from_pretrained(whole)
                tokenizer.backend_tokenizer.save(f"{whole}/tokenizer.json")
                with open(f"{whole}/tokenizer.json", encoding="utf-8") as file:
                    content = json.load(file)
                content["model"]["merges"] = [list(m) for m in generate_merges(vocabulary, dict(scored))]
                write(f"{whole}/tokenizer.json", content)
                write_ids(whole, f"{HERE}/sp_ids_{name}.txt")


if __name__ == "__main__":
    main()
