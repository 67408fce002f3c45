"""Rows of a TSV file, as ftbench finds its columns (docs/configuration.md), and a part of them."""
import random


def read(path):
    """(text, label) of each row: by a header with the names text and label, or two columns of which the label is the one
    with fewer distinct values."""
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = [line.rstrip("\r").split("\t") for line in lines if line.strip()]
    if "text" in rows[0] and "label" in rows[0]:
        text, label = rows[0].index("text"), rows[0].index("label")
        rows = rows[1:]
    elif all(len(row) == 2 for row in rows):
        label = 0 if len({row[0] for row in rows}) < len({row[1] for row in rows}) else 1
        text = 1 - label
    else:
        raise SystemExit(f"peer_parity: {path}: needs the columns text and label, or two columns without a header")
    return [(row[text], row[label]) for row in rows if row[text].strip()]


def part(rows, count, seed):
    """`count` of the rows, drawn under `seed`, in their order; all of them when there are no more."""
    if count >= len(rows):
        return rows
    chosen = sorted(random.Random(seed).sample(range(len(rows)), count))
    return [rows[i] for i in chosen]


def write(path, rows):
    path.write_text("text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in rows), encoding="utf-8")


def classes(rows):
    """Labels in ftbench's order: numbers by value, then all others by their bytes."""
    def place(label):
        number = label.lstrip("-").isdigit()
        return (0, int(label), b"") if number else (1, 0, label.encode())
    return sorted({label for _, label in rows}, key=place)


def f1(labels, predictions, count):
    """Of class 1 when there are two, else the mean over the classes that occur; as trainer/fit/metrics.c."""
    def of(c):
        both = sum(a == c and b == c for a, b in zip(labels, predictions))
        either = sum(a == c for a in labels) + sum(b == c for b in predictions)
        return 2 * both / either if either else float("nan")
    if count == 2:
        return of(1)
    met = [c for c in range(count) if c in labels or c in predictions]
    return sum(of(c) for c in met) / len(met)
