"""Writes multilingual-e5-small as an ONNX graph. Owns the graph; knows nothing of files, tokens or word embeddings.

Input `embeddings` (batch, tokens, 384) float32, word plus position plus type; `mask` (batch, tokens) int32.
Output `hidden` (batch, tokens, 384) float32, before pooling.

Word embeddings stay outside: they are 80% of the weights, and mapped from the package they cost no private memory.
The operators of the domain com.microsoft exist in onnxruntime only, which is the only runtime we use.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .tuned import Corrections
from .weights import Weights

_CONTRIB = "com.microsoft"

# The input of the second feed-forward layer has outliers that one int8 scale per tensor cannot hold. Keeping its 4-bit
# weights with a scale per block of 32 takes two thirds of the error away (cosine to float32 0.9965 -> 0.9989, which
# centring multiplies by seven) for a third of the speed. Empty this set to choose speed.
_EXACT = {"fo"}


def encoder_graph(weights: Weights, corrections: Corrections) -> onnx.ModelProto:
    """Return the twelve layers of `weights`, corrected, with dynamic int8 activations."""
    return _Graph(weights, corrections).model()


class _Graph:
    def __init__(self, weights: Weights, corrections: Corrections) -> None:
        self._weights = weights
        self._corrections = corrections
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        width = self._weights.width
        hidden = self._normalise("embeddings", "emb.ln")
        for layer in range(self._weights.layers):
            hidden = self._layer(f"l{layer}.", hidden)
        self._node("Identity", [hidden], ["hidden"])
        shape = ["batch", "tokens", width]
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [
                helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, shape),
                helper.make_tensor_value_info("mask", TensorProto.INT32, shape[:2]),
            ],
            [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, shape)],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def _layer(self, layer: str, hidden: str) -> str:
        width, inner = self._weights.width, self._weights.inner
        joined = self._linear(layer, ["q", "k", "v"], hidden, width)
        parts = [f"{layer}{part}.out" for part in "qkv"]
        self._node("Split", [joined], parts, axis=-1, num_outputs=3)
        context = self._contrib("MultiHeadAttention", [*parts, "", "mask"], f"{layer}context", num_heads=self._weights.heads)
        attention = self._linear(layer, ["ao"], context, width)
        hidden = self._normalise(hidden, f"{layer}aln", attention)
        wide = self._contrib("Gelu", [self._linear(layer, ["fi"], hidden, inner)], f"{layer}gelu")
        return self._normalise(hidden, f"{layer}oln", self._linear(layer, ["fo"], wide, width))

    def _normalise(self, hidden: str, name: str, added: str | None = None) -> str:
        scale, bias = (self._constant(f"{name}.{part}", self._weights.floats(f"{name}.{part}")) for part in "wb")
        epsilon = self._weights.epsilon
        if added is None:
            return self._node("LayerNormalization", [hidden, scale, bias], [f"{name}.out"], axis=-1, epsilon=epsilon)
        return self._contrib("SkipLayerNormalization", [added, hidden, scale, bias], f"{name}.out", epsilon=epsilon)

    def _linear(self, layer: str, parts: Sequence[str], hidden: str, rows: int) -> str:
        """Multiply `hidden` by the matrices of `parts`, each of `rows` rows, side by side."""
        names = [layer + part for part in parts]
        blocks = [self._weights.blocks(f"{name}.w", rows) for name in names]
        values, scales = (np.concatenate(arrays) for arrays in zip(*blocks, strict=True))
        bias = np.concatenate([self._weights.floats(f"{name}.b") for name in names])
        if _EXACT.issuperset(parts):
            return self._multiply_exact("+".join(names), hidden, values, scales, bias)
        matrices = [_matrix(*block) + self._corrections.of(name) for name, block in zip(names, blocks, strict=True)]
        return self._multiply_int8("+".join(names), hidden, np.concatenate(matrices).T, bias)

    def _multiply_exact(self, name: str, hidden: str, values: np.ndarray, scales: np.ndarray, bias: np.ndarray) -> str:
        packed = values[..., 0::2] | values[..., 1::2] << 4
        inputs = [
            hidden,
            self._constant(f"{name}.w", packed),
            self._constant(f"{name}.scale", scales),
            "",
            "",
            self._constant(f"{name}.b", bias),
        ]
        rows, blocks, size = values.shape
        sizes = {"N": rows, "K": blocks * size, "block_size": size, "bits": 4}
        return self._contrib("MatMulNBits", inputs, f"{name}.out", **sizes, accuracy_level=4)

    def _multiply_int8(self, name: str, hidden: str, matrix: np.ndarray, bias: np.ndarray) -> str:
        """One scale per output channel: one for the whole matrix costs another 0.007 of cosine.

        Unsigned weights, because the signed kernel saturates on x86 processors without VNNI.
        """
        scale = np.abs(matrix).max(axis=0) / 127
        inputs = [
            hidden,
            self._constant(f"{name}.w", (np.rint(matrix / scale) + 128).astype(np.uint8)),
            self._constant(f"{name}.scale", scale.astype(np.float32)),
            self._constant(f"{name}.zero", np.full(scale.shape, 128, np.uint8)),
            self._constant(f"{name}.b", bias),
        ]
        return self._contrib("DynamicQuantizeMatMul", inputs, f"{name}.out")

    def _contrib(self, operator: str, inputs: list[str], output: str, **attributes: object) -> str:
        return self._node(operator, inputs, [output], domain=_CONTRIB, **attributes)

    def _node(self, operator: str, inputs: list[str], outputs: list[str], **attributes: object) -> str:
        self._nodes.append(helper.make_node(operator, inputs, outputs, **attributes))
        return outputs[0]

    def _constant(self, name: str, values: np.ndarray) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def _matrix(values: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """The float32 matrix (rows, columns) of 4-bit blocks."""
    return ((values.astype(np.float32) - 8) * scales[..., None]).reshape(len(values), -1)
