"""The catalogue: what every record says of itself."""

import pytest

from lossary.formulas import catalogue


@pytest.mark.parametrize("name", catalogue.names())
def test_a_record_says_what_it_is(name):
    record = catalogue.get(name)
    assert record.name == name
    assert len(record.summary) > 20
    assert record.source.rsplit(" ", 1)[-1].isdigit()
    for parameter in record.parameters:
        assert not parameter.interval.outside(parameter.default)
        assert parameter.summary


def test_kinds_partition_the_names():
    kinds = ("pointwise", "rowwise", "measure", "joint")
    assert [n for kind in kinds for n in catalogue.names(kind)] == list(catalogue.names())
    assert len(set(catalogue.names())) == len(catalogue.names())
