"""The same fine-tuning by transformers' Trainer and by ftbench, side by side: see ci/peer_parity, which starts this."""
import argparse
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import torch
import transformers
from transformers import AutoModelForSequenceClassification, AutoTokenizer, LlamaTokenizer

import ours
import rows as data
from trainer import Padding, fine_tune
from welch import interval

LOSS_TOLERANCE = 1e-4  # of every step, relative
MARGIN = 2.0           # points of F1
DROPOUTS = ("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", "dropout", "attention_dropout",
            "seq_classif_dropout")


def read_arguments():
    parser = argparse.ArgumentParser(prog="ci/peer_parity", description=__doc__)
    parser.add_argument("model", type=pathlib.Path, help="a Hugging Face folder: encoder, or Llama and the like")
    parser.add_argument("data", type=pathlib.Path, help="a folder with train.tsv and dev.tsv")
    parser.add_argument("--part", choices=["A", "B", "C", "both"], default="both",
                        help="C, not among both: what dropout does to losses and gradients where weights stand still")
    parser.add_argument("--rows", type=int, default=600, help="training rows (600)")
    parser.add_argument("--validation-rows", type=int, default=1000, help="rows of dev.tsv, at most (1000)")
    parser.add_argument("--max-length", type=int, default=64, help="tokens of a row (64)")
    parser.add_argument("--batch-size", type=int, default=8, help="rows of a forward and backward pass (8)")
    parser.add_argument("--accumulation", type=int, default=2, help="passes of an optimiser step (2)")
    parser.add_argument("--epochs", type=float, default=3, help="of part B, and of part A without --epochs-a (3)")
    parser.add_argument("--epochs-a", type=float, help="of part A")
    parser.add_argument("--learning-rate", type=float, default=5e-5, help="(5e-5)")
    parser.add_argument("--warmup-ratio", type=float, default=0.1, help="(0.1)")
    parser.add_argument("--weight-decay", type=float, default=0.01, help="(0.01)")
    parser.add_argument("--max-grad-norm", type=float, default=1.0, help="(1)")
    parser.add_argument("--dropout", type=float, default=0.1, help="every dropout of the model in part B (0.1)")
    parser.add_argument("--seeds", type=int, default=10, help="runs of each program in part B (10)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of each program (all)")
    return parser.parse_args()


def tokenizer_of(folder):
    """A decoder's folder with tokenizer.model alone is LlamaTokenizer's: docs/tokenizers.md says what AutoTokenizer of
    transformers 5 makes of it."""
    files = {file.name for file in folder.iterdir()}
    alone = "tokenizer.model" in files and not files & {"tokenizer.json", "tokenizer_config.json"}
    return (LlamaTokenizer if alone else AutoTokenizer).from_pretrained(folder)


class Peer:
    """Both programs on one model folder, with its head, and one pair of data files."""

    def __init__(self, asked, scratch):
        self.asked, self.scratch, self.program = asked, scratch, os.environ["FTBENCH_TRAINER"]
        train = data.part(data.read(asked.data / "train.tsv"), asked.rows, 1)
        validation = data.part(data.read(asked.data / "dev.tsv"), asked.validation_rows, 2)
        self.train_file, self.validation_file = scratch / "train.tsv", scratch / "validation.tsv"
        data.write(self.train_file, train)
        data.write(self.validation_file, validation)
        self.classes = data.classes(train)
        self.tokenizer = tokenizer_of(asked.model)
        self.folder = scratch / "model"
        self.make_folder()
        self.train, self.validation = self.encode(train), self.encode(validation)
        self.settings = dict(learning_rate=asked.learning_rate, batch_size=asked.batch_size,
                             gradient_accumulation_steps=asked.accumulation, warmup_ratio=asked.warmup_ratio,
                             weight_decay=asked.weight_decay, max_grad_norm=asked.max_grad_norm)

    def make_folder(self):
        """The model with a head drawn once, so that both begin with the same numbers; the tokenizer's files as they are."""
        self.folder.mkdir()
        for file in self.asked.model.iterdir():
            if file.is_file() and file.suffix not in (".safetensors", ".bin", ".onnx", ".h5"):
                shutil.copyfile(file, self.folder / file.name)
        torch.manual_seed(1)
        model = AutoModelForSequenceClassification.from_pretrained(
            self.asked.model, num_labels=len(self.classes), dtype=torch.float32, ignore_mismatched_sizes=True)
        config = model.config
        config.id2label = {i: f"LABEL_{i}" for i in range(len(self.classes))}
        config.label2id = {name: i for i, name in config.id2label.items()}
        if config.pad_token_id is None:  # transformers takes no batches without
            config.pad_token_id = self.tokenizer.pad_token_id
            if config.pad_token_id is None:
                ends = config.eos_token_id  # Llama 3's instruct models have several
                config.pad_token_id = ends[0] if isinstance(ends, list) else ends
        for name in DROPOUTS:
            if hasattr(config, name):
                setattr(config, name, self.asked.dropout)
        model.save_pretrained(self.folder)

    def encode(self, rows):
        """The token ids that both must agree on, and the labels' numbers."""
        texts = [text for text, _ in rows]
        theirs = self.tokenizer(texts, truncation=True, max_length=self.asked.max_length)["input_ids"]
        mine = ours.token_ids(self.program, self.folder, texts, self.asked.max_length, self.scratch)
        wrong = [i for i, (a, b) in enumerate(zip(theirs, mine)) if list(a) != b]
        if len(theirs) != len(mine) or wrong:
            at = wrong[0] if wrong else min(len(theirs), len(mine))
            print(f"BROKEN: the tokenizers disagree in {len(wrong)} of {len(texts)} texts, first in {texts[at]!r}:\n"
                  f"  transformers {theirs[at]}\n  ftbench      {mine[at]}")
            raise SystemExit(1)
        return [{"ids": ids, "label": self.classes.index(label)} for ids, (_, label) in zip(mine, rows)]

    def theirs(self, epochs, dropout, seed, order_seed):
        """Losses of the steps, predictions of the validation rows, seconds of the training."""
        changes = {} if dropout else {name: 0.0 for name in DROPOUTS}
        config = transformers.AutoConfig.from_pretrained(self.folder)
        changes = {name: value for name, value in changes.items() if hasattr(config, name)}
        model = AutoModelForSequenceClassification.from_pretrained(self.folder, dtype=torch.float32, **changes)
        pad = config.pad_token_id
        began = time.monotonic()
        settings = {**self.settings, "epochs": epochs, "seed": seed}
        trainer, steps = fine_tune(model, self.train, settings, self.scratch / "trainer", order_seed, pad)
        seconds = time.monotonic() - began
        model.eval()
        logits = []
        with torch.no_grad():
            for at in range(0, len(self.validation), 32):
                batch = Padding(pad)(self.validation[at:at + 32])
                batch.pop("labels")
                logits.append(model(**batch).logits)
        logits = torch.cat(logits)
        return steps, logits, seconds

    def mine(self, epochs, dropout, seed):
        run = ours.Run(self.program, ours.spec(self.folder, self.train_file, self.validation_file,
                                               {**self.settings, "epochs": epochs}, self.asked.max_length,
                                               "model" if dropout else 0, self.asked.threads, seed))
        labels = [row["label"] for row in self.validation]
        if run.begin["validation_labels"] != labels or run.begin["train_samples"] != len(self.train):
            print("BROKEN: ftbench reads other labels or rows")
            raise SystemExit(1)
        return run


def speed(peer, what, theirs_seconds, our_seconds, steps):
    theirs, mine = steps / theirs_seconds, steps / our_seconds
    print(f"  speed ({what}, {peer.asked.threads} threads, for information): transformers {theirs:.2f} steps/s, "
          f"ftbench {mine:.2f} steps/s, ratio {mine / theirs:.2f}")


def part_a(peer):
    """The same order of samples and no dropout: the losses of every step, and what is predicted after the last one."""
    epochs = peer.asked.epochs_a or peer.asked.epochs
    print(f"Part A: the same order, dropout 0, {epochs:g} epochs", flush=True)
    run = peer.mine(epochs, False, 7)
    steps, logits, seconds = peer.theirs(epochs, False, 7, order_seed=7)
    if len(steps.losses) != len(run.losses):
        print(f"  BROKEN: transformers makes {len(steps.losses)} steps, ftbench {len(run.losses)}")
        return False
    off = [abs(a - b) / abs(a) for a, b in zip(steps.losses, run.losses)]
    norms = [abs(a - b) / abs(a) for a, b in zip(steps.norms, run.norms)]
    rates = max(abs(a - b) for a, b in zip(steps.rates, run.rates)) / peer.asked.learning_rate
    worst = max(range(len(off)), key=off.__getitem__)
    clipped = sum(norm > peer.asked.max_grad_norm for norm in run.norms)
    print(f"  {len(off)} steps, {clipped} of them clipped: loss {run.losses[0]:.4f} to {run.losses[-1]:.4f}; worst "
          f"relative difference {off[worst]:.1e} in step {worst + 1}, median {statistics.median(off):.1e} (at most "
          f"{LOSS_TOLERANCE:g}); of the norms {max(norms):.1e}, of the learning rates {rates:.1e}")
    predictions = logits.argmax(-1).tolist()
    differ = sum(a != b for a, b in zip(predictions, run.evaluation["predictions"]))
    top = logits.topk(2, dim=-1).values
    labels = [row["label"] for row in peer.validation]
    print(f"  {len(labels)} validation rows: {differ} predictions differ (at most 0); right are "
          f"{sum(a == b for a, b in zip(predictions, labels))} and "
          f"{sum(a == b for a, b in zip(run.evaluation['predictions'], labels))}; logits lie at least "
          f"{(top[:, 0] - top[:, 1]).min():.1e} apart")
    speed(peer, "part A", seconds, run.seconds, len(off))
    kept = off[worst] <= LOSS_TOLERANCE and differ == 0 and rates < 1e-9
    print("  kept" if kept else "  BROKEN", flush=True)
    return kept


def part_b(peer):
    """Seeds of their own, with dropout: whether the mean F1 is the same."""
    asked = peer.asked
    print(f"Part B: {asked.seeds} seeds each, dropout {asked.dropout:g}, {asked.epochs:g} epochs", flush=True)
    labels, count = [row["label"] for row in peer.validation], len(peer.classes)
    theirs, mine, seconds, our_seconds, steps = [], [], 0.0, 0.0, 0
    for seed in range(1, asked.seeds + 1):
        run = peer.mine(asked.epochs, True, seed)
        _, logits, took = peer.theirs(asked.epochs, True, seed, order_seed=None)
        theirs.append(100 * data.f1(labels, logits.argmax(-1).tolist(), count))
        mine.append(100 * run.evaluation["f1"])
        seconds, our_seconds, steps = seconds + took, our_seconds + run.seconds, steps + len(run.losses)
        print(f"  seed {seed}: F1 of transformers {theirs[-1]:.2f}, of ftbench {mine[-1]:.2f}", flush=True)
    difference, low, high = interval(mine, theirs)
    print(f"  transformers: mean F1 {statistics.fmean(theirs):.2f}, SD {statistics.stdev(theirs):.2f}\n"
          f"  ftbench:      mean F1 {statistics.fmean(mine):.2f}, SD {statistics.stdev(mine):.2f}\n"
          f"  difference {difference:+.2f} points, 95% interval {low:+.2f} to {high:+.2f} (inside -{MARGIN:g} to "
          f"+{MARGIN:g})")
    speed(peer, "part B", seconds, our_seconds, steps)
    kept = -MARGIN < low and high < MARGIN
    print("  kept" if kept else "  BROKEN", flush=True)
    return kept


def part_c(peer):
    """Dropout where the weights stand still (a rate of almost nothing): losses and gradients of many steps have the same
    means. A sharper look at dropout than part B, best with few rows, all of them in each step, and many epochs."""
    asked = peer.asked
    peer.settings["learning_rate"] = 1e-12
    print(f"Part C: dropout {asked.dropout:g}, weights that stand still, {asked.epochs:g} epochs", flush=True)
    run, (steps, _, _) = peer.mine(asked.epochs, True, 1), peer.theirs(asked.epochs, True, 1, order_seed=None)
    kept = True
    for what in ("losses", "norms"):
        theirs, mine = getattr(steps, what), getattr(run, what)
        difference, low, high = interval(mine, theirs, 0.999)
        print(f"  {what} of {len(mine)} steps: transformers {statistics.fmean(theirs):.5f}, SD "
              f"{statistics.stdev(theirs):.5f}; ftbench {statistics.fmean(mine):.5f}, SD {statistics.stdev(mine):.5f}; "
              f"99.9% interval of the difference {low:+.5f} to {high:+.5f} (holds 0)")
        kept = kept and low <= 0 <= high
    print("  kept" if kept else "  BROKEN", flush=True)
    return kept


def main():
    asked = read_arguments()
    torch.set_num_threads(asked.threads)
    transformers.utils.logging.disable_progress_bar()
    with tempfile.TemporaryDirectory(prefix="peer_parity.") as scratch:
        peer = Peer(asked, pathlib.Path(scratch))
        print(f"{asked.model.resolve().name} on {asked.data.resolve().name}: {len(peer.train)} training and "
              f"{len(peer.validation)} validation rows, at most {asked.max_length} tokens, {asked.accumulation} x "
              f"{asked.batch_size} rows a step, learning rate {asked.learning_rate:g}; torch {torch.__version__}, "
              f"transformers {transformers.__version__}\n"
              f"Token ids of all {len(peer.train) + len(peer.validation)} rows are equal", flush=True)
        parts = {"A": [part_a], "B": [part_b], "C": [part_c], "both": [part_a, part_b]}[asked.part]
        kept = [part(peer) for part in parts]
    sys.exit(0 if all(kept) else 1)


main()
