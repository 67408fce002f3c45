"""The cases of ops_bench with torch and transformers, for comparison: the same models, sizes and lines of output.

    torch_bench.py [--device cuda|cpu] [--seconds S] [--tiny]

float32, TF32 off, AdamW as one fused loop where torch has it, attention as transformers chooses it. Exit code 77 without torch
or the device."""
import argparse
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--device", default="cuda")
parser.add_argument("--seconds", type=float, default=2.0)
parser.add_argument("--tiny", action="store_true")
arguments = parser.parse_args()

try:
    import torch
    import transformers
except ImportError as error:
    sys.exit(print(f"{error}", file=sys.stderr) or 77)
if arguments.device == "cuda" and not torch.cuda.is_available():
    sys.exit(print("torch sees no GPU", file=sys.stderr) or 77)

device = torch.device(arguments.device)
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False


def encoder(vocabulary, width, layers, heads, between):
    return transformers.BertForSequenceClassification(
        transformers.BertConfig(vocab_size=vocabulary, hidden_size=width, num_hidden_layers=layers,
                                num_attention_heads=heads, intermediate_size=between, pad_token_id=0))


def decoder(vocabulary, width, layers, heads, key_heads, between):
    return transformers.LlamaForSequenceClassification(
        transformers.LlamaConfig(vocab_size=vocabulary, hidden_size=width, num_hidden_layers=layers,
                                 num_attention_heads=heads, num_key_value_heads=key_heads, intermediate_size=between,
                                 max_position_embeddings=2048, pad_token_id=0, num_labels=2))


ENCODER_384 = ("encoder 384x6", encoder, (30522, 384, 6, 12, 1536))
ENCODER_768 = ("encoder 768x12", encoder, (30522, 768, 12, 12, 3072))
LLAMA_512 = ("Llama 512x8", decoder, (32000, 512, 8, 8, 8, 1376))
COURSES = [(ENCODER_384, 8, 128), (ENCODER_384, 32, 128), (ENCODER_384, 16, 512), (ENCODER_768, 16, 128),
           (LLAMA_512, 8, 128), (LLAMA_512, 8, 512)]
SHAPES = [(1024, 384, 1536), (1024, 1536, 384), (4096, 768, 3072), (1024, 768, 768), (4096, 4096, 4096)]
if arguments.tiny:
    COURSES = [(("encoder 16x1", encoder, (32, 16, 1, 2, 24)), 2, 5), (("Llama 16x1", decoder, (32, 16, 1, 2, 1, 24)), 2, 5)]
    SHAPES = [(33, 40, 24)]


def finish():
    if device.type == "cuda":
        torch.cuda.synchronize()


def least(work):
    """The least seconds of one call; several are in the queue at once, as in ops_bench."""
    work()
    finish()
    best, queued, began = float("inf"), 1, time.perf_counter()
    while True:
        start = time.perf_counter()
        for _ in range(queued):
            work()
        finish()
        took = time.perf_counter() - start
        best = min(best, took / queued)
        if took < arguments.seconds / 20 and queued < 1024:
            queued *= 2
        if time.perf_counter() - began >= arguments.seconds:
            return best


def figure(measure, case, value, unit):
    print(f"{measure}\t{case}\t{value:.4g}\t{unit}", flush=True)


def train(course, samples, length):
    name, build, sizes = course
    torch.manual_seed(1)
    model = build(*sizes).to(device).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01, fused=device.type == "cuda")
    ids = torch.randint(1, sizes[0], (samples, length), device=device)
    mask = torch.ones_like(ids)
    labels = torch.arange(samples, device=device) % 2

    def step():
        optimiser.zero_grad()
        model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        finish()

    figure("training", f"{name}, {samples} x {length}", samples * length / least(step), "tokens/s")


def products(tokens, inner, outer):
    x, y = torch.rand(tokens, inner, device=device), torch.rand(tokens, outer, device=device)
    w = torch.rand(outer, inner, device=device)
    case, operations = f"{tokens} x {inner} to {outer}", 2e-9 * tokens * inner * outer
    figure("linear_forward", case, operations / least(lambda: torch.mm(x, w.t(), out=y)), "GFLOP/s")
    figure("linear_backward_input", case, operations / least(lambda: torch.mm(y, w, out=x)), "GFLOP/s")
    figure("linear_backward_weight", case, operations / least(lambda: torch.mm(y.t(), x, out=w)), "GFLOP/s")


place = torch.cuda.get_device_name() if device.type == "cuda" else "CPU"
print(f"table\ttorch\t{place}\ttorch {torch.__version__}, transformers {transformers.__version__}", flush=True)
for course in COURSES:
    train(*course)
with torch.no_grad():
    for shape in SHAPES:
        products(*shape)
