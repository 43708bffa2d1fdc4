"""Mutations of files: of their bytes, of the members of archives, of JSON, of YAML, and of the arrays in them."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np

#: Numbers that readers trip over.
NUMBERS: tuple[Any, ...] = (
    0, -1, 1, 2, 255, 2**31 - 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 1e308, -1e308, 0.5,
    float("nan"), float("inf"),
)  # fmt: skip
WORDS = (
    "",
    "constructor",
    "__proto__",
    "toString",
    "../../etc/passwd",
    "\x1b[2J",
    "\x00",
    "é" * 300,
    "<script>",
    "keras.layers.Dense",
)
OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], {"": None}, "x", 7, [1, 2, 3], {"class_name": "Dense"})


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Return a changed copy of a file; archives, JSON and arrays are mostly changed in their structure."""
    for start, change in _BY_START:
        if data.startswith(start) and rng.random() < 0.8:
            try:
                return change(data, rng)
            except Exception:  # what was changed before may be readable no more
                break
    return mutate_bytes(data, rng)


def mutate_bytes(data: bytes, rng: random.Random) -> bytes:
    """Change a few bytes: other values, flipped bits, cuts, repetitions, insertions."""
    new = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not new:
            return bytes(new)
        # Headers matter most.
        at = rng.randrange(len(new)) if rng.random() < 0.5 else rng.randrange(min(len(new), 512))
        what = rng.randrange(7)
        if what == 0:
            new[at] = rng.randrange(256)
        elif what == 1:
            new[at] ^= 1 << rng.randrange(8)
        elif what == 2:
            del new[at : at + rng.choice((1, 2, 8, 64, 1024))]
        elif what == 3:
            new[at:at] = bytes(rng.randrange(256) for _ in range(rng.choice((1, 2, 8))))
        elif what == 4:
            new[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"))
        elif what == 5:
            other = rng.randrange(len(new))
            new[at : at + 16] = new[other : other + 16]
        else:
            del new[at:]
    return bytes(new)


def mutate_zip(data: bytes, rng: random.Random) -> bytes:
    """Change one member of an archive, or its list of members."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(members))
    what = rng.randrange(10)
    if what == 0:
        del members[name]
    elif what == 1:
        members[rng.choice((*WORDS, "about.npy", "config.json"))] = members[name]
    elif what == 2:
        members[name] = members[rng.choice(list(members))]
    else:
        members[name] = mutate_member(members[name], rng)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for one, content in members.items():
            archive.writestr(one.replace("\0", "") or "x", content)
    made = held.getvalue()
    return mutate_bytes(made, rng) if rng.random() < 0.05 else made


def mutate_member(data: bytes, rng: random.Random) -> bytes:
    """Change a member by its kind."""
    if data.startswith(b"\x93NUMPY"):
        return mutate_npy(data, rng)
    if data.startswith(HDF5):
        return mutate_hdf5(data, rng)
    return mutate_json(data, rng) if data[:1] in (b"{", b"[") else mutate_bytes(data, rng)


def mutate_npy(data: bytes, rng: random.Random) -> bytes:
    """Change an array: its values, shape, type or JSON text."""
    if rng.random() < 0.1:
        return mutate_bytes(data, rng)
    array = np.load(io.BytesIO(data), allow_pickle=False)
    if array.dtype == np.uint8 and array.ndim == 1 and array[:1].tobytes() in (b"{", b"["):
        array = np.frombuffer(mutate_json(array.tobytes(), rng), np.uint8)
    else:
        array = rng.choice(_ARRAYS)(array, rng)
    held = io.BytesIO()
    np.save(held, array, allow_pickle=False)
    return held.getvalue()


def _other_values(array: np.ndarray, rng: random.Random) -> np.ndarray:
    new = array.copy()
    if new.size and new.dtype.kind in "fiub":
        value = rng.choice(NUMBERS)
        with np.errstate(all="ignore"):
            held = np.array(value, np.float64).astype(new.dtype) if abs(value) < 1e30 or new.dtype.kind == "f" else 0
        new.reshape(-1)[rng.randrange(new.size)] = held
    return new


def _other_type(array: np.ndarray, rng: random.Random) -> np.ndarray:
    with np.errstate(all="ignore"):
        return array.astype(rng.choice(("f4", "f8", "i8", "u1", "i4", "?", "c8", "U3", ">f4", "f2", "S2")))


_ARRAYS: tuple[Callable[[np.ndarray, random.Random], np.ndarray], ...] = (
    _other_values,
    _other_values,
    _other_type,
    lambda array, rng: array[:-1] if array.ndim else array,
    lambda array, rng: array[:0] if array.ndim else array,
    lambda array, rng: array.reshape(-1),
    lambda array, rng: array[None],
    lambda array, rng: array.T,
    lambda array, rng: np.concatenate([array, array]) if array.ndim else array,
    lambda array, rng: array[..., :1] if array.ndim else array,
    lambda array, rng: np.zeros((2,) * rng.randrange(9), array.dtype),
)


def mutate_json(data: bytes, rng: random.Random) -> bytes:
    """Change the structure of a JSON text: a value, a key, the nesting."""
    if rng.random() < 0.1:
        return mutate_bytes(data, rng)
    value = json.loads(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        value = change_value(value, rng)
    return json.dumps(value).encode("utf-8", "surrogatepass")


def change_value(value: Any, rng: random.Random) -> Any:
    """Return JSON with one place changed, chosen by walking down at random."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        what = rng.randrange(12)
        if what == 0:
            return {k: v for k, v in value.items() if k != key}
        if what == 1:
            return {(rng.choice(WORDS) if k == key else k): v for k, v in value.items()}
        if what == 2:
            return value | {rng.choice(WORDS): value[key]}
        return value | {key: change_value(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        what = rng.randrange(12)
        if what == 0:
            return value[:at] + value[at + 1 :]
        if what == 1:
            return value + [value[at]] * rng.choice((1, 3, 40))
        return [*value[:at], change_value(value[at], rng), *value[at + 1 :]]
    return _other(value, rng)


def _other(value: Any, rng: random.Random) -> Any:
    what = rng.randrange(5)
    if what == 0 and isinstance(value, int | float) and not isinstance(value, bool):
        return rng.choice((value + 1, -value, value * 1000, float(value)))
    if what == 1:
        return rng.choice(NUMBERS)
    if what == 2:
        return rng.choice(WORDS)
    if what == 3:
        nested: Any = value
        for _ in range(rng.choice((1, 3, 900))):
            nested = [nested]
        return nested
    return rng.choice(OTHERS)


#: Lines and values that are special to YAML, or were to one of its readers.
_YAML = (
    "&a [1, 2]", "*a", "!!python/object/apply:os.system ['touch x']", "!!timestamp 2001-99-99", "!!binary ###",
    "!!set {a, b}", "<<: {rate: 1}", "? a", "- - - -", "[" * 200, "{a: " * 90, ".inf", ".nan", "0x7fffffffffffffff",
    "1_000_000_000_000_000_000_000", "12:30:45", "2001-01-01", "~", "'", '"\\x1b[2J"', "%TAG ! x", "---", "...",
    "\x85", "\u2028", "yes", "|2", ">-", "epochs: 1e400", "layers: {a: 1}", "changes: !!str flip", "a: &b [*b]",
    "no: no", "null: 1",
)  # fmt: skip


def mutate_yaml(data: bytes, rng: random.Random) -> bytes:
    """Change lines of a YAML text: others, in another place, indented otherwise, or what is special to YAML."""
    lines = data.decode("utf-8", "replace").split("\n")
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(lines))
        what = rng.randrange(6)
        if what == 0:
            lines.insert(at, rng.choice(_YAML))
        elif what == 1:
            lines[at] = lines[at].partition(":")[0] + ": " + rng.choice((*_YAML, *map(str, NUMBERS), *WORDS))
        elif what == 2:
            lines[at] = " " * rng.choice((1, 2, 50)) + lines[at]
        elif what == 3:
            lines[at:at] = [lines[rng.randrange(len(lines))]] * rng.choice((1, 2, 300))
        elif what == 4:
            del lines[at:]
            lines = lines or [""]
        else:
            word = rng.choice((*_YAML, *WORDS))
            place = rng.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:place] + word + lines[at][place:]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


HDF5 = b"\x89HDF\r\n\x1a\n"


def mutate_hdf5(data: bytes, rng: random.Random) -> bytes:
    """Change a group, an array, a link or an attribute of an HDF5 file."""
    if rng.random() < 0.3:
        return mutate_bytes(data, rng)
    import h5py

    held = io.BytesIO(data)
    with h5py.File(held, "r+") as file:
        places: list[str] = []
        file.visit(places.append)
        for _ in range(rng.choice((1, 1, 2))):
            rng.choice(_IN_HDF5)(file, rng.choice(places), rng)
    return held.getvalue()


def _other_link(file: Any, place: str, rng: random.Random) -> None:
    import h5py

    if place in file:
        del file[place]
    target = rng.choice(("/", "/nowhere", "/" + place, place.rpartition("/")[0] or "/", "/etc/passwd", "\x1b[2J"))
    file[place] = rng.choice((h5py.SoftLink(target), h5py.ExternalLink("/etc/passwd", target), h5py.SoftLink(place)))


def _other_array(file: Any, place: str, rng: random.Random) -> None:
    import h5py

    if place in file:
        del file[place]
    what = rng.randrange(7)
    if what == 0:
        file[place] = h5py.Empty("f4")
    elif what == 1:
        file.create_dataset(place, (10 ** rng.choice((3, 6, 12)), 7), "f4", chunks=(1000, 7))
    elif what == 2:
        file.create_dataset(place, (3, 4), "f4", external=[("/etc/passwd", 0, 48)])
    elif what == 3:
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
        file.create_virtual_dataset(place, layout)
    elif what == 4:
        file[place] = rng.choice(("text", [b"a", b"b"], True, 1 + 2j, np.zeros(3, [("a", "i4"), ("b", "f8")])))
    elif what == 5:
        file[place] = np.full((2, 2), np.nan)
    else:
        file.create_group(place)


def _other_attribute(file: Any, place: str, rng: random.Random) -> None:
    at = file if rng.random() < 0.5 or place not in file else file[place]
    names = [*at.attrs]
    if not names:
        return
    name = rng.choice(names)
    value = at.attrs[name]
    text = value.encode() if isinstance(value, str) else value
    if isinstance(text, bytes) and text[:1] == b"{" and rng.random() < 0.7:
        at.attrs[name] = mutate_json(text, rng).decode("utf-8", "replace").replace("\0", "")[:60_000]
    elif rng.random() < 0.3:
        del at.attrs[name]
    else:
        at.attrs[name] = rng.choice((b"", "x", 7, np.nan, [b"a", b"b"], [[b"a"]], np.zeros(0, "S1"), 2**40, True))


def _other_place(file: Any, place: str, rng: random.Random) -> None:
    if place in file:
        file.move(place, f"{place.rpartition('/')[0]}/{rng.choice(WORDS[1:6])}".replace("\0", ""))


_IN_HDF5: tuple[Callable[[Any, str, random.Random], None], ...] = (
    _other_link, _other_link, _other_array, _other_array, _other_attribute, _other_attribute, _other_place,
)  # fmt: skip


_BY_START: tuple[tuple[bytes, Callable[[bytes, random.Random], bytes]], ...] = (
    (b"PK", mutate_zip),
    (b"\x93NUMPY", mutate_npy),
    (b"{", mutate_json),
    (b"[", mutate_json),
    (b"layers:", mutate_yaml),
    (HDF5, mutate_hdf5),
)
