"""Damage to files of tensors that are whole, but hold what they should not."""

import io
import json
import random
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

TYPES = [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool]


def safetensors_value(rng: random.Random, content: bytes) -> bytes:
    """A tensor of a safetensors file is another, is gone, or has another name."""
    tensors, metadata = load(content), _metadata(content)
    name = rng.choice(sorted(tensors))
    match rng.randrange(6):
        case 0:
            del tensors[name]
        case 1:
            tensors[f"{name}s"] = tensors.pop(name)
        case 2:
            metadata = {key: rng.choice(["", "{}", "null", "[]", '{"run": 1}', "x"]) for key in metadata}
        case _:
            tensors[name] = another(rng, tensors[name])
    return save(tensors, metadata)


def safetensors_header(rng: random.Random, content: bytes) -> bytes:
    """A number or a word of the header is another."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    entry = header[rng.choice([name for name in header if name != "__metadata__"])]
    match rng.randrange(3):
        case 0:
            entry["dtype"] = rng.choice(["F64", "I64", "F8_E4M3", "X", "BOOL"])
        case 1:
            entry["shape"] = rng.choice([[], [0], [1 << 62], [-1], entry["shape"][::-1], [*entry["shape"], 2]])
        case 2:
            entry["data_offsets"] = rng.choice([[0, 0], [8, 0], [0, 1 << 60], [entry["data_offsets"][1], 0]])
    changed = json.dumps(header).encode()
    return len(changed).to_bytes(8, "little") + changed + content[8 + length :]


def state_value(rng: random.Random, content: bytes) -> bytes:
    """A value of a training state is another, is gone, or has another name."""
    state = torch.load(io.BytesIO(content), weights_only=True)
    holder = state
    while True:
        key = rng.choice(sorted(holder, key=str))
        inner = holder[key]
        if not (isinstance(inner, dict) and inner and rng.random() < 0.7):
            break
        holder = inner
    match rng.randrange(5):
        case 0:
            del holder[key]
        case 1:
            holder[f"{key}s"] = holder.pop(key)
        case 2 if isinstance(holder[key], Tensor):
            holder[key] = another(rng, holder[key])
        case _:
            holder[key] = rng.choice([None, -1, 0, 1.5, float("nan"), 10**30, "", "text", [], {}, torch.zeros(2, 3)])
    changed = io.BytesIO()
    torch.save(state, changed)
    return changed.getvalue()


def another(rng: random.Random, tensor: Tensor) -> Tensor:
    """Of another type or shape, or not finite."""
    match rng.randrange(6):
        case 0:
            return tensor.to(rng.choice([kind for kind in TYPES if kind != tensor.dtype]))
        case 1:
            return tensor.reshape(-1)[: rng.randrange(tensor.numel() or 1)].clone()
        case 2:
            return tensor[None].clone()
        case 3:
            return torch.zeros(0, *tensor.shape[1:], dtype=tensor.dtype)
        case _:
            return torch.full_like(tensor.double(), rng.choice([float("nan"), float("inf"), 1e30, -5])).to(tensor.dtype)


def _metadata(content: bytes) -> dict[str, Any]:
    header: dict[str, Any] = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return dict(header.get("__metadata__", {}))
