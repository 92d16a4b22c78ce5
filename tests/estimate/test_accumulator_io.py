"""Accumulators in files: what is saved is loaded, and what is damaged is noticed."""

import datetime as dt
import json
import pickle
import zipfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import lossary as ls
from lossary import estimate
from support.streams import ROWS, accumulated, state

LABELS = {
    "text": ["a", "ü\n", "", "1"],
    "whole": [2**70, -1, 0, 1],
    "fraction": [0.1, -0.0, float("inf"), 1e300],
    "flag": [True, False, True, True],
    "bytes": [b"a", b"\x00", b"", b"b"],
    "day": [dt.date(2020, 1, d) for d in (1, 2, 3, 1)],
    "moment": [dt.datetime(2020, 1, 1, h, tzinfo=dt.UTC) for h in (1, 2, 3, 1)],
    "time": [dt.time(h) for h in (1, 2, 3, 1)],
    "span": [dt.timedelta(h, 1, 5) for h in (1, 2, -3, 1)],
    "instant": np.array([1, 2, 3, 1], "M8[ns]"),
    "length": np.array([1, 2, 3, 1], "m8[ns]"),
    "price": [Decimal("0.10"), Decimal("NaN"), Decimal(3), Decimal(3)],
}


@pytest.mark.parametrize("options", [{}, {"target": "day"}, {"pairs": [("text", "day")]}])
def test_what_is_saved_is_loaded(tmp_path, options):
    acc = accumulated(LABELS, missing="category", max_cells=10_000, **options)
    acc.save(tmp_path / "acc.npz")
    loaded = estimate.Accumulator.load(tmp_path / "acc.npz")
    assert state(loaded) == state(acc)
    assert (loaded.columns, loaded.config) == (acc.columns, acc.config)
    loaded.update(LABELS)
    acc.merge(acc)
    assert state(loaded) == state(acc)


def test_an_empty_one_is_saved_too(tmp_path):
    path = str(tmp_path / "acc")
    estimate.Accumulator(pairs=None).save(path)
    assert estimate.Accumulator.load(path).rows == 0
    acc = accumulated({"x": []})
    acc.save(path)
    assert estimate.Accumulator.load(path).columns == ("x",)


def test_a_sparse_table_is_saved(tmp_path):
    labels = np.arange(3000)
    acc = accumulated({"x": labels, "y": labels % 2999})
    acc.save(tmp_path / "acc")
    assert state(estimate.Accumulator.load(tmp_path / "acc")) == state(acc)


def test_the_same_counts_are_the_same_file(tmp_path):
    for i in range(2):
        accumulated(ROWS, missing="drop").save(tmp_path / str(i))
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()


@pytest.mark.parametrize("failure", [(np, "savez_compressed"), (Path, "replace")])
def test_a_failed_save_leaves_the_old_file_and_no_other(tmp_path, failure, monkeypatch):
    def failing(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "acc"
    path.write_bytes(b"old")
    monkeypatch.setattr(*failure, failing)
    with pytest.raises(OSError, match="No space left"):
        accumulated(ROWS, missing="drop").save(path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_it_travels_between_processes():
    acc = accumulated(ROWS, missing="drop")
    assert state(pickle.loads(pickle.dumps(acc))) == state(acc)  # noqa: S301 - its own


def rewritten(path, change):
    """A saved accumulator whose header or arrays have been changed."""
    accumulated({"x": [1, 2], "y": [1, 1]}).save(path)
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(bytes(arrays["header"]))
    change(header, arrays)
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    with path.open("wb") as file:
        np.savez(file, **arrays)


DAMAGES = {
    "fewer rows": lambda header, _: header.update(rows=1),
    "another label": lambda header, _: header["labels"]["x"].append(["int", "5"]),
    "a strange label": lambda header, _: header["labels"]["x"].append(["code", "5"]),
    "no labels": lambda header, _: header.pop("labels"),
    "no table": lambda _, arrays: arrays.pop("table0"),
    "a table of fractions": lambda _, arrays: arrays.update(table0=arrays["table0"] / 1),
    "a moved count": lambda _, arrays: arrays.update(table0=arrays["table0"][::-1]),
    "another plan": lambda header, _: header["plan"].update(pairs=None),
    "another treatment": lambda header, _: header["plan"].update(missing="ignore"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_does_not_fit_together_is_damaged(damage, tmp_path):
    path = tmp_path / "acc"
    rewritten(path, DAMAGES[damage])
    with pytest.raises(ls.LossaryError) as error:
        estimate.Accumulator.load(path)
    assert f"{str(path)!r} is damaged, or was not written by Accumulator.save" in str(error)


@pytest.mark.parametrize("size", [0, 1, 100, -1])
def test_a_truncated_file_is_damaged(size, tmp_path):
    path = tmp_path / "acc"
    accumulated(ROWS, missing="drop").save(path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ls.LossaryError, match="is damaged, or was not written by"):
        estimate.Accumulator.load(path)


def test_a_changed_byte_is_noticed(tmp_path):
    path = tmp_path / "acc"
    accumulated(ROWS, missing="drop").save(path)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        place = file.getinfo("table0.npy").header_offset + 60
    content[place] ^= 255
    path.write_bytes(content)
    with pytest.raises(ls.LossaryError, match="is damaged, or was not written by"):
        estimate.Accumulator.load(path)


def test_another_version_is_named(tmp_path):
    path = tmp_path / "acc"
    rewritten(path, lambda header, _: header.update(version=2))
    with pytest.raises(ls.LossaryError) as error:
        estimate.Accumulator.load(path)
    assert "has the format 'lossary accumulator', version 2; this version of Lossary reads" in str(
        error.value
    )


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(ls.LossaryError, match="there is no file 'nowhere'"):
        estimate.Accumulator.load("nowhere")


def test_labels_that_no_file_holds_are_named():
    with pytest.raises(ls.LossaryError) as error:
        accumulated({"x": [(1, 2)]}).save("nowhere")
    assert (
        "the labels of 'x' cannot be saved, got tuple (1, 2): allowed are str, bytes, bool"
        in str(error)
    )
