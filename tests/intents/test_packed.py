"""What a model is packed into is what it is unpacked from."""

from __future__ import annotations

import numpy as np
import pytest

from intents import packed

_CHANCE = np.random.default_rng(5)


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.01, 0.3, 1.0])
def test_weights_however_few_come_back(share: float) -> None:
    weights = _CHANCE.integers(-127, 128, (3_000, 7)).astype(np.int8)
    weights[_CHANCE.random(weights.shape) >= share] = 0
    np.testing.assert_array_equal(packed.dense(*packed.sparse(weights), (3_000, 7)), weights)


def test_keys_in_order_come_back() -> None:
    keys = np.unique(_CHANCE.integers(0, 1 << 32, 9_000, dtype=np.uint32))
    np.testing.assert_array_equal(packed.gathered(*packed.spread(keys)), keys)


def test_postings_come_back() -> None:
    numbers = _CHANCE.integers(0, 1 << 16, 9_000).astype(np.uint16)
    np.testing.assert_array_equal(packed.walked(packed.steps(numbers)), numbers)


def test_lists_come_back_and_each_stands_once() -> None:
    different = [np.unique(_CHANCE.integers(0, 1 << 16, _CHANCE.integers(0, 9))).astype(np.uint16) for _ in range(50)]
    lists = [different[i] for i in _CHANCE.integers(0, 50, 70_000)]
    edges = np.concatenate(([0], np.cumsum([len(one) for one in lists]))).astype(np.int32)
    stored = packed.shared(edges[:-1], edges[1:], np.concatenate(lists))
    begins, ends, examples = packed.apart(stored)
    for one, begin, end in zip(lists, begins, ends, strict=True):
        np.testing.assert_array_equal(examples[begin:end], one)
    assert stored.counts.shape[1] == len({one.tobytes() for one in different})


def test_small_weights_lose_least() -> None:
    weights = np.array([-1.0, -0.01, 0.0, 0.001, 0.5], np.float32)
    np.testing.assert_allclose(packed.straight(*packed.bent(weights)), weights, rtol=0.15, atol=1e-4)
    np.testing.assert_allclose(packed.straight(*packed.bent(weights))[[0, 4]], [-1.0, 0.5], rtol=0.01)
