"""ftbench's side: a run spec for ftbench-trainer (docs/protocol.md), and what it says."""
import json
import subprocess


def token_ids(program, folder, texts, max_length, scratch):
    """What ftbench makes of each text. A text that holds a line's end cannot be asked for; TSV has none."""
    (scratch / "texts.txt").write_text("".join(text + "\n" for text in texts), encoding="utf-8")
    said = subprocess.run([program, "tokenize", str(folder), "--file", str(scratch / "texts.txt"), "--max-length",
                           str(max_length)], capture_output=True, text=True)
    if said.returncode != 0:
        raise SystemExit("peer_parity: " + said.stderr.strip())
    return [[int(i) for i in line.split()] for line in said.stdout.splitlines()]


def spec(folder, train, validation, settings, max_length, dropout, threads, seed):
    return {
        "ftbench_run_spec": 1, "model.path": str(folder), "model.init": "pretrained", "model.digest": "",
        "data.train": str(train), "data.validation": str(validation), "data.split_seed": 42,
        "data.max_length": max_length, "data.text_column": "text", "data.text_pair_column": "",
        "data.label_column": "label", "data.header": "yes", "data.train_digest": "", "data.validation_digest": "",
        "training.learning_rate": settings["learning_rate"], "training.batch_size": settings["batch_size"],
        "training.epochs": settings["epochs"],
        "training.gradient_accumulation_steps": settings["gradient_accumulation_steps"],
        "training.warmup_ratio": settings["warmup_ratio"], "training.lr_scheduler_type": "linear",
        "training.weight_decay": settings["weight_decay"], "training.max_grad_norm": settings["max_grad_norm"],
        "training.adam_beta1": 0.9, "training.adam_beta2": 0.999, "training.adam_epsilon": 1e-8,
        "training.dropout": dropout, "training.logging_steps": 1, "training.eval_steps": 1000000000,
        "training.early_stopping_patience": 0, "training.early_stopping_metric": "eval_loss",
        "training.load_best_model_at_end": False, "training.metric_for_best_model": "f1",
        "training.precision": "fp32", "seeds.init": seed, "seeds.order": seed, "seeds.dropout": seed,
        "seeds.replica": 0, "run.threads": threads,
    }


class Run:
    """Steps, the evaluation after the last of them, and the time that the steps took."""

    def __init__(self, program, run_spec):
        said = subprocess.run([program], input=json.dumps(run_spec), capture_output=True, text=True)
        if said.returncode != 0:
            raise SystemExit(f"peer_parity: ftbench-trainer: {said.stderr.strip()}")
        self.losses, self.norms, self.rates = [], [], []
        for line in said.stdout.splitlines():
            told = json.loads(line)
            if told["event"] == "begin":
                self.begin = told
            elif told["event"] == "step":
                self.losses.append(told["loss"])
                self.norms.append(told["grad_norm"])
                self.rates.append(told["learning_rate"])
            elif told["event"] == "evaluation":
                self.evaluation = told
            elif told["event"] == "end":
                self.seconds = told["train_seconds"]
