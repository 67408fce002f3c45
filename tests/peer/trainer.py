"""transformers' Trainer, set up to do what ftbench does, and to tell what it did.

What is set, and why, is in docs/parity.md. Nothing of the Trainer's own loop, optimiser, schedule or clipping is replaced:
only the order of the samples (when one is given) and the loss function, which is the one that is normalised over the whole
accumulated batch.
"""
import torch
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from order import order_of_epoch


class Samples(torch.utils.data.Dataset):
    """Token ids and labels of rows; `types` only where the tokenizer gives them."""

    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.rows[index]


class Padding:
    """Pads the rows of a batch to its longest, on the right."""

    def __init__(self, pad_token_id):
        self.pad_token_id = pad_token_id

    def __call__(self, rows):
        longest = max(len(row["ids"]) for row in rows)

        def padded(values, filler):
            return torch.tensor([list(v) + [filler] * (longest - len(v)) for v in values])

        batch = {
            "input_ids": padded([row["ids"] for row in rows], self.pad_token_id if self.pad_token_id is not None else 0),
            "attention_mask": padded([[1] * len(row["ids"]) for row in rows], 0),
            "labels": torch.tensor([row["label"] for row in rows]),
        }
        if "types" in rows[0]:
            batch["token_type_ids"] = padded([row["types"] for row in rows], 0)
        return batch


class Orders(torch.utils.data.Sampler):
    """Each time it is asked for an iterator, the order of the next epoch."""

    def __init__(self, seed, count):
        self.seed, self.count, self.epoch = seed, count, 0

    def __len__(self):
        return self.count

    def __iter__(self):
        order = order_of_epoch(self.seed, self.epoch, self.count)
        self.epoch += 1
        return iter(order)


class Steps(TrainerCallback):
    """Loss, norm of the gradient and learning rate of each step."""

    def __init__(self):
        self.losses, self.norms, self.rates = [], [], []

    def on_log(self, args, state, control, logs=None, **others):
        if "grad_norm" in logs:
            self.losses.append(float(logs["loss"]))
            self.norms.append(float(logs["grad_norm"]))
            self.rates.append(float(logs["learning_rate"]))


def mean_loss(outputs, labels, num_items_in_batch=None):
    """Cross-entropy, normalised over the samples of the whole accumulated batch."""
    total = torch.nn.functional.cross_entropy(outputs["logits"], labels, reduction="sum")
    return total / (num_items_in_batch if num_items_in_batch is not None else len(labels))


class PeerTrainer(Trainer):
    """Takes the samples in ftbench's order of `order_seed`; None: in the Trainer's own."""

    def __init__(self, *arguments, order_seed=None, **others):
        self.order_seed = order_seed
        super().__init__(*arguments, compute_loss_func=mean_loss, **others)

    def _get_train_sampler(self, train_dataset=None):
        if self.order_seed is None:
            return super()._get_train_sampler(train_dataset)
        return Orders(self.order_seed, len(self.train_dataset))


def arguments(folder, settings):
    """TrainingArguments from ftbench's names. warmup_ratio is a warmup_steps below 1 since transformers 5."""
    warmup = settings["warmup_ratio"]
    names = TrainingArguments.__dataclass_fields__
    return TrainingArguments(
        output_dir=str(folder),
        learning_rate=settings["learning_rate"],
        per_device_train_batch_size=settings["batch_size"],
        per_device_eval_batch_size=settings.get("eval_batch_size", settings["batch_size"]),
        num_train_epochs=settings["epochs"],
        gradient_accumulation_steps=settings["gradient_accumulation_steps"],
        lr_scheduler_type=settings.get("lr_scheduler_type", "linear"),
        weight_decay=settings["weight_decay"],
        max_grad_norm=settings["max_grad_norm"],
        optim="adamw_torch",
        seed=settings.get("seed", 42),
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
        dataloader_pin_memory=False,
        remove_unused_columns=False,
        **({"warmup_ratio": warmup} if "warmup_ratio" in names else {"warmup_steps": warmup}),
    )


def fine_tune(model, rows, settings, folder, order_seed=None, pad_token_id=None):
    """Train; the trainer (its model is trained in place) and what it said of each step."""
    steps = Steps()
    trainer = PeerTrainer(model=model, args=arguments(folder, settings), train_dataset=Samples(rows),
                          data_collator=Padding(pad_token_id), callbacks=[steps], order_seed=order_seed)
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    return trainer, steps
