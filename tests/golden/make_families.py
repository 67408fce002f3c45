#!/usr/bin/env python3
"""Writes tests/golden/families: what transformers 5.23.0 (torch 2.15) says of small models of each family.

NAME.json         config.json as transformers writes it, every field spelled out
NAME.tensors      name and shape of every parameter of its sequence classifier with 3 classes, a line each
rotary.txt        inverse frequencies of the decoders that scale them: NAME, pair, value

Made by hand with these versions, offline; tests only read the files.
"""
import pathlib
import sys

import torch
from transformers import AutoModelForSequenceClassification
from transformers import (BertConfig, CamembertConfig, DistilBertConfig, LlamaConfig, MistralConfig, Qwen2Config,
                          RobertaConfig, XLMRobertaConfig)
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

encoder = dict(vocab_size=30, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20,
               max_position_embeddings=16)
decoder = dict(vocab_size=30, hidden_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
               intermediate_size=20, max_position_embeddings=256)
llama3 = dict(rope_type="llama3", rope_theta=500000.0, factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=64)

configs = {
    "bert": BertConfig(**encoder),
    "roberta": RobertaConfig(**encoder, type_vocab_size=1),
    "xlm-roberta": XLMRobertaConfig(**encoder, type_vocab_size=1, layer_norm_eps=1e-5),
    "camembert": CamembertConfig(**encoder, classifier_dropout=0.3),
    "distilbert": DistilBertConfig(vocab_size=30, dim=12, n_layers=2, n_heads=3, hidden_dim=20,
                                   max_position_embeddings=16),
    "llama": LlamaConfig(**decoder),
    "llama-biases": LlamaConfig(**decoder, attention_bias=True, mlp_bias=True, head_dim=32,
                                rope_parameters=llama3),
    "llama-linear": LlamaConfig(**decoder, pad_token_id=2,
                                rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
    "mistral": MistralConfig(**decoder, sliding_window=100),
    "mistral-full": MistralConfig(**decoder, sliding_window=None),
    "qwen2": Qwen2Config(**decoder),
    "qwen2-sliding": Qwen2Config(**decoder, use_sliding_window=True, sliding_window=48, max_window_layers=1),
}


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "families")
    rotary = []
    for name, config in configs.items():
        config.num_labels = 3
        config.architectures = [type(config).__name__.replace("Config", "ForSequenceClassification")]
        config.dtype = torch.float32
        (folder / f"{name}.json").write_text(config.to_json_string(use_diff=False))
        model = AutoModelForSequenceClassification.from_config(config)
        lines = [" ".join([key, *map(str, value.shape)]) for key, value in model.named_parameters()]
        (folder / f"{name}.tensors").write_text("\n".join(lines) + "\n")
        if name.startswith("llama"):
            for pair, value in enumerate(LlamaRotaryEmbedding(config).inv_freq.tolist()):
                rotary.append(f"{name} {pair} {value:.9g}")
    (folder / "rotary.txt").write_text("\n".join(rotary) + "\n")


main()
