#!/usr/bin/env python3
"""Writes tests/golden/parity: what transformers 5.23.0 (torch 2.15.0, CPU, one thread) computes with small random models.

samples.tsv            the rows; their words stand in every vocabulary
NAME/                  a model's folder: config.json, vocab.txt, model.safetensors
NAME/settings.txt      settings of the training, `section.key value` lines, by ftbench's names
NAME/expected.safetensors
    ids, lengths         tokens of all samples, one after the other; how many each has
    logits               (samples, 3) of each sample alone
    logits_padded        the same of all samples in one padded batch, where the model has a padding token
    losses               of each sample
    gradient.TENSOR      of the mean loss of all samples, with respect to every parameter
    gradient_rounding    worst distance of these from transformers' own gradients in float64, over all tensors, each
                         relative to the tensor's norm: what float32 costs (parts of the decoders stay float32 there)
    step_losses, step_norms, step_rates    of 20 steps of transformers' Trainer, with clipping, warm-up, decay of the
                         rate and of the weights, two batches accumulated, and a last step of an epoch that is shorter
    trained_losses, trained_predictions    of each sample after them
NAME/decays.txt        which parameters the Trainer decays
NAME-f16/, NAME-bf16/  the same weights in 16 bits, and the logits when transformers loads them as float32

Made by hand with these versions, offline; tests only read the files.
"""
import copy
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "peer"))

import torch
from safetensors.torch import save_file
from transformers import (AutoModelForSequenceClassification, BertConfig, DistilBertConfig, LlamaConfig, MistralConfig,
                          Qwen2Config, RobertaConfig)

from trainer import Padding, fine_tune

SAMPLES, CLASSES, WORDS, POSITIONS = 21, 3, 58, 24
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SPECIAL_ROBERTA = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"]  # its padding token is 1
VOCABULARY = len(SPECIAL) + WORDS

encoder = dict(vocab_size=VOCABULARY, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24,
               hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
decoder = dict(vocab_size=VOCABULARY, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
               intermediate_size=24, max_position_embeddings=256, attention_dropout=0.0, pad_token_id=0, bos_token_id=2,
               eos_token_id=3)
llama3 = dict(rope_type="llama3", rope_theta=500.0, factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)

models = {
    "bert": BertConfig(**encoder, max_position_embeddings=POSITIONS),
    "roberta": RobertaConfig(**encoder, max_position_embeddings=POSITIONS + 2, type_vocab_size=1, pad_token_id=1),
    "distilbert": DistilBertConfig(vocab_size=VOCABULARY, dim=16, n_layers=2, n_heads=4, hidden_dim=24,
                                   max_position_embeddings=POSITIONS, dropout=0.0, attention_dropout=0.0,
                                   seq_classif_dropout=0.0),
    "llama": LlamaConfig(**decoder),
    # without a padding token transformers takes one text at a time
    "llama-biases": LlamaConfig(**{**decoder, "pad_token_id": None}, attention_bias=True, mlp_bias=True, head_dim=6,
                                rope_parameters=llama3, tie_word_embeddings=True),
    "mistral": MistralConfig(**decoder, sliding_window=64),
    "qwen2": Qwen2Config(**decoder),
}
half = {"bert": ("f16", torch.float16), "llama": ("bf16", torch.bfloat16)}

settings = dict(learning_rate=2e-3, batch_size=4, epochs=6.6, gradient_accumulation_steps=2, warmup_ratio=0.13,
                weight_decay=0.1, max_grad_norm=2.5)
ORDER_SEED = 5
UNSEEN = 1e-6  # part of the whole gradient's norm, below which a tensor's gradient is rounding only (keys' biases)


def make_samples():
    """Texts of 1 to 18 words, and labels that have something to do with them, so that there is something to learn."""
    draw = random.Random(1)
    rows = []
    for s in range(SAMPLES):
        words = [draw.randrange(WORDS) for _ in range(1 + (s * 7) % 18)]
        rows.append((words, sum(w % 3 for w in words) % CLASSES if s >= CLASSES else s))
    return rows


def randomise(model, seed):
    """Weights large enough that logits differ by more than rounding, norms and biases that do something."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in model.named_parameters():
        noise = torch.randn(value.shape, generator=generator)
        with torch.no_grad():
            if value.dim() == 2:
                value.copy_(0.35 * noise)
            else:
                value.copy_((0.0 if name.endswith("bias") else 1.0) + 0.15 * noise)


def logits_of(model, rows, pad_token_id, padded):
    groups = [rows] if padded else [[row] for row in rows]
    parts = []
    for group in groups:
        batch = Padding(pad_token_id)(group)
        batch.pop("labels")
        parts.append(model(**batch).logits)
    return torch.cat(parts)


def gradients_of(model, rows, dtype):
    twin = copy.deepcopy(model).to(dtype)
    labels = torch.tensor([row["label"] for row in rows])
    loss = torch.nn.functional.cross_entropy(logits_of(twin, rows, None, False), labels)
    loss.backward()
    return {name: value.grad for name, value in twin.named_parameters()}


def write_folder(folder, model, special):
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    for other in folder.iterdir():
        if other.name not in ("config.json", "model.safetensors"):
            other.unlink()
    words = special + [f"w{w}" for w in range(WORDS)]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else root / "golden" / "parity")
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    texts = make_samples()
    lines = [" ".join(f"w{w}" for w in words) + f"\t{label}" for words, label in texts]
    (folder / "samples.tsv").write_text("text\tlabel\n" + "\n".join(lines) + "\n")

    for seed, (name, config) in enumerate(models.items()):
        config.num_labels = CLASSES
        config._attn_implementation = "eager"
        special = SPECIAL_ROBERTA if name == "roberta" else SPECIAL
        at = {token: i for i, token in enumerate(special)}
        rows = [{"ids": [at["[CLS]"]] + [len(special) + w for w in words] + [at["[SEP]"]], "label": label}
                for words, label in texts]
        pad = config.pad_token_id
        model = AutoModelForSequenceClassification.from_config(config)
        randomise(model, seed)
        model.eval()
        write_folder(folder / name, model, special)

        expected = {"ids": torch.tensor([float(i) for row in rows for i in row["ids"]]),
                    "lengths": torch.tensor([float(len(row["ids"])) for row in rows])}
        with torch.no_grad():
            expected["logits"] = logits_of(model, rows, pad, False)
            if pad is not None:
                expected["logits_padded"] = logits_of(model, rows, pad, True)
        labels = torch.tensor([row["label"] for row in rows])
        expected["losses"] = torch.nn.functional.cross_entropy(expected["logits"], labels, reduction="none")
        exact, single = gradients_of(model, rows, torch.float64), gradients_of(model, rows, torch.float32)
        whole = sum(value.norm() ** 2 for value in exact.values()).sqrt()
        worst = 0.0
        for tensor, value in exact.items():
            expected["gradient." + tensor] = single[tensor]
            if value.norm() > UNSEEN * whole:
                worst = max(worst, ((single[tensor].double() - value).norm() / value.norm()).item())
        expected["gradient_rounding"] = torch.tensor([worst])

        of_model = dict(settings)
        if pad is None:
            of_model.update(batch_size=1, gradient_accumulation_steps=8)
        with tempfile.TemporaryDirectory() as scratch:
            trainer, steps = fine_tune(model, rows, of_model, scratch, order_seed=ORDER_SEED, pad_token_id=pad)
        assert len(steps.losses) == 20, len(steps.losses)
        decaying = set(trainer.get_decay_parameter_names(model))
        expected["step_losses"] = torch.tensor(steps.losses)
        expected["step_norms"] = torch.tensor(steps.norms)
        expected["step_rates"] = torch.tensor(steps.rates, dtype=torch.float64).float()
        model.eval()
        with torch.no_grad():
            trained = logits_of(model, rows, pad, False)
        expected["trained_losses"] = torch.nn.functional.cross_entropy(trained, labels, reduction="none")
        expected["trained_predictions"] = trained.argmax(-1).float()
        save_file({k: v.detach().contiguous() for k, v in expected.items()},
                  str(folder / name / "expected.safetensors"))
        pairs = {**{f"training.{k}": v for k, v in of_model.items()}, "seeds.order": ORDER_SEED}
        (folder / name / "settings.txt").write_text("".join(f"{k} {v}\n" for k, v in pairs.items()))
        (folder / name / "decays.txt").write_text("".join(
            f"{tensor} {'yes' if tensor in decaying else 'no'}\n" for tensor, _ in model.named_parameters()))
        clipped = sum(norm > settings["max_grad_norm"] for norm in steps.norms)
        print(f"{name}: logits to {expected['logits'].abs().max():.2f}, losses {steps.losses[0]:.3f} to "
              f"{steps.losses[-1]:.3f}, {clipped} of 20 steps clipped, float32 costs gradients {worst:.1e}")

        if name in half:
            suffix, dtype = half[name]
            narrow = folder / f"{name}-{suffix}"
            model = AutoModelForSequenceClassification.from_pretrained(folder / name).to(dtype)
            write_folder(narrow, model, special)
            model = AutoModelForSequenceClassification.from_pretrained(narrow, dtype=torch.float32,
                                                                       attn_implementation="eager")
            model.eval()
            with torch.no_grad():
                save_file({"logits": logits_of(model, rows, pad, False)}, str(narrow / "expected.safetensors"))


main()
