"""The formats that SavedModel folders are written in."""

from __future__ import annotations

import pytest

from cnnviz.models.saved.protobuf import fields
from cnnviz.models.saved.tf_json import loads


def test_fields_of_a_protocol_buffer() -> None:
    # 08 96 01 is field 1 = 150, the example of the format's documentation; 12 07 … is field 2 = "testing".
    assert list(fields(bytes.fromhex("089601") + b"\x12\x07testing")) == [(1, 150), (2, b"testing")]
    assert list(fields(b"\x0d\x01\x02\x03\x04\x11" + bytes(8))) == [(1, b"\x01\x02\x03\x04"), (2, bytes(8))]


@pytest.mark.parametrize("broken", [b"\x12\x07test", b"\x08\x96", b"\x0b", b"\x08" + b"\xff" * 12])
def test_broken_protocol_buffers(broken: bytes) -> None:
    with pytest.raises(ValueError):
        list(fields(broken))


def test_tuples_and_shapes_of_tf_keras_are_lists() -> None:
    said = '{"a": {"class_name": "__tuple__", "items": [1, {"class_name": "TensorShape", "items": [null, 2]}]}, "b": 1}'
    assert loads(said) == {"a": [1, [None, 2]], "b": 1}
    assert loads('{"class_name": "Dense", "items": [1]}') == {"class_name": "Dense", "items": [1]}
