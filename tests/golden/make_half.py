#!/usr/bin/env python3
"""Writes tests/golden/half: what torch 2.15.0 (CPU, one thread) computes in mixed precision with the models of
tests/golden/parity: torch.autocast("cpu") in bfloat16 and in float16, the latter with torch.amp.GradScaler("cpu").

NAME-bf16.safetensors, NAME-fp16.safetensors
    logits, losses       of each sample alone, under autocast
    gradient.TENSOR      of the mean loss of all samples; in float16 of the scaled loss, divided by the scale
    step_losses          of 20 steps of AdamW (no decay, norm clipped to 2.5, linear decay of the rate from 2e-3), each with
                         all samples: the mean loss before the update
scales.txt               of GradScaler with its defaults: `overflow STEP` for each step whose gradients were made infinite,
                         `scale STEP SCALE` for each step after which the scale is another

Made by hand with these versions, offline; tests only read the files.
"""
import os
import pathlib
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
root = pathlib.Path(__file__).resolve().parent

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoModelForSequenceClassification, get_scheduler

STEPS, RATE, MAX_NORM = 20, 2e-3, 2.5
TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
OVERFLOWS, SCALER_STEPS = {1, 2, 700, 2699, 2700, 5100, 9200}, 9500


def read_rows(name):
    with safe_open(root / "parity" / name / "expected.safetensors", "pt") as file:
        ids, lengths = file.get_tensor("ids").long(), file.get_tensor("lengths").long()
    labels = [int(line.split("\t")[1]) for line in (root / "parity" / "samples.tsv").read_text().splitlines()[1:]]
    return list(zip(ids.split(lengths.tolist()), labels))


def losses_of(model, rows, dtype):
    """Logits and losses of each sample alone, as a Trainer computes them: the loss in float32 outside of autocast."""
    with torch.autocast("cpu", dtype):
        logits = torch.cat([model(input_ids=ids[None]).logits for ids, _ in rows])
    labels = torch.tensor([label for _, label in rows])
    return logits, torch.nn.functional.cross_entropy(logits.float(), labels, reduction="none")


def train(model, rows, dtype, scaler):
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    schedule = get_scheduler("linear", optimiser, num_warmup_steps=0, num_training_steps=STEPS)
    told = []
    for _ in range(STEPS):
        loss = losses_of(model, rows, dtype)[1].mean()
        optimiser.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimiser)
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
        before = scaler.get_scale()
        scaler.step(optimiser)
        scaler.update()
        assert scaler.get_scale() == before, "a step was left out"
        schedule.step()
        told.append(loss.item())
    return torch.tensor(told)


def write_model(folder, name, kind):
    dtype = TYPES[kind]
    rows = read_rows(name)
    model = AutoModelForSequenceClassification.from_pretrained(root / "parity" / name, attn_implementation="eager")
    model.eval()  # dropout is 0
    scaler = torch.amp.GradScaler("cpu", enabled=kind == "fp16")
    logits, losses = losses_of(model, rows, dtype)
    scaler.scale(losses.mean()).backward()
    expected = {"logits": logits.float(), "losses": losses}
    for tensor, value in model.named_parameters():
        expected["gradient." + tensor] = value.grad / scaler.get_scale()
        assert torch.isfinite(value.grad).all()
    expected["step_losses"] = train(model, rows, dtype, torch.amp.GradScaler("cpu", enabled=kind == "fp16"))
    save_file({k: v.detach().float().contiguous() for k, v in expected.items()}, str(folder / f"{name}-{kind}.safetensors"))
    print(f"{name} {kind}: losses {expected['step_losses'][0]:.4f} to {expected['step_losses'][-1]:.4f}")


def write_scales(folder):
    weight = torch.nn.Parameter(torch.zeros(1))
    optimiser, scaler, lines = torch.optim.SGD([weight], lr=0.0), torch.amp.GradScaler("cpu"), []
    for step in range(1, SCALER_STEPS + 1):
        before = scaler.get_scale()
        scaler.scale(weight.sum()).backward()
        if step in OVERFLOWS:
            weight.grad.fill_(float("inf"))
            lines.append(f"overflow {step}")
        scaler.step(optimiser)
        scaler.update()
        optimiser.zero_grad()
        if scaler.get_scale() != before:
            lines.append(f"scale {step} {scaler.get_scale():.0f}")
    (folder / "scales.txt").write_text("\n".join(lines) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else root / "half")
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    write_scales(folder)
    for name in ("bert", "llama"):
        for kind in TYPES:
            write_model(folder, name, kind)


main()
