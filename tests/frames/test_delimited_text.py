"""Text as people have it: what is read, what is decided and said, and what is refused."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from lossary import frames
from lossary.frames import delimited_text
from lossary.frames.reading import open_table
from lossary.validation import LossaryError
from support.files import opened

TABLES = Path(__file__).parent.parent / "data" / "tables"


# --- the table ----------------------------------------------------------------------------------

LAYOUTS = {
    "separators inside quotes": ('name,v\n"a; b; c",1\n"d; e; f",2\n', {}),
    "bars": ("name|v\na; b; c|1\nd; e; f|2\n", {}),
    "tabs": ("name\tv\na; b; c\t1\nd; e; f\t2\n", {}),
    "stated": ("sep=;\nname;v\n'a; b; c';1\n".replace("'", '"') + '"d; e; f";2\n', {}),
    "stated in quotes": ('"sep=|"\r\nname|v\r\na; b; c|1\r\nd; e; f|2\r\n', {}),
    "spaces": ('  name     v\n  "a; b; c"  1\n  "d; e; f"  2\n', {}),
    "carriage returns": ("name|v\ra; b; c|1\rd; e; f|2\r", {}),
    "a separator of one's own": ("name^v\na; b; c^1\nd; e; f^2", {"separator": "^"}),
    "lines before the header": (
        "Report, of 2024\n\nname|v\na; b; c|1\nd; e; f|2\n",
        {"skip": 2},
    ),
    "blanks around names": (" name | v\na; b; c|1\nd; e; f|2\n", {}),
    "a byte order mark": ("\ufeffname|v\na; b; c|1\nd; e; f|2\n", {}),
}


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_that_hold_the_same(tmp_path, layout, compressed):
    content, options = LAYOUTS[layout]
    raw = content.encode()
    name = "t.csv.gz" if compressed else "t.csv"
    found, _ = opened(tmp_path, gzip.compress(raw) if compressed else raw, name, **options)
    assert found.to_dict(as_series=False) == {"name": ["a; b; c", "d; e; f"], "v": [1, 2]}


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ('a,b\n1,5"x\n2,5"y "z" w\n', ['5"x', '5"y "z" w']),
        ('a,b\n1,"q ""r"" s"\n2,"new\nline"\n', ['q "r" s', "new\nline"]),
        ("a,b\n1,it's\n2,x\0y\n", ["it's", "x\0y"]),
    ],
)
def test_quotes_inside_fields(tmp_path, content, values):
    found, kinds = opened(tmp_path, content)
    assert found["b"].to_list() == values
    assert found["a"].to_list() == [1, 2]
    assert kinds == []


ENCODINGS = {
    "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "utf-32": "utf-32",
    "cp1252": "cp1252", "latin-1": "cp1252", "gb18030": "gb18030", "gbk": "gb18030",
}  # fmt: skip
WORDS = {"gb18030": ["北京", "上海", "深圳市"], "gbk": ["数量", "城市", "名称"]}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_are_told_and_said(tmp_path, encoding):
    words = WORDS.get(encoding, ["süd", "créée", "Ærø"])
    content = "".join(f"{word},{i}\n" for i, word in enumerate(["ort", *words])).encode(encoding)
    found, kinds = opened(tmp_path, content)
    assert found.to_series().to_list() == words
    assert kinds == ["encoding"]
    said = open_table(tmp_path / "t.csv").notes[0]
    assert said.values == {"encoding": ENCODINGS[encoding]}
    given, kinds = opened(tmp_path, content, encoding=encoding)
    assert given.equals(found)
    assert kinds == []


def test_an_encoding_of_one_s_own(tmp_path):
    content = "имя,v\nЖили,1\n".encode("cp1251")
    assert opened(tmp_path, content, encoding="cp1251")[0].columns == ["имя", "v"]


def test_what_is_no_text_is_refused(tmp_path):
    with pytest.raises(LossaryError, match=r"^cannot read '.*t\.csv': it is not text$"):
        opened(tmp_path, bytes(range(256)) * 40)


def test_a_large_file_that_is_not_utf_8_further_on(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited_text, "_IN_MEMORY", 0)
    rows = b"a,b\n" + b"1,x\n" * (1 << 17)
    found, kinds = opened(tmp_path, rows + b"1,\xff\n")
    assert found["b"][-1] == "ÿ"
    assert kinds == ["encoding"]
    with pytest.raises(
        LossaryError, match="line 131074 is not utf-8; give the encoding of the file"
    ):
        opened(tmp_path, rows + b"1,\xff\n", encoding="utf-8")


@pytest.mark.parametrize("blank", ["", " ", ",", " , ", '"",""'])
def test_blank_rows_are_left_out_and_counted(tmp_path, blank):
    found, kinds = opened(tmp_path, f"a,b\n1,x\n{blank}\n,y\n{blank}\n")
    assert found.to_dict(as_series=False) == {"a": [1, None], "b": ["x", "y"]}
    assert kinds == ["blank_rows"]
    (note,) = open_table(tmp_path / "t.csv").notes
    assert str(note) == "blank rows left out: 2"


def test_without_a_header(tmp_path):
    content = "1.5,2\n3,4\n"
    assert opened(tmp_path, content, header=False)[0].to_dict(as_series=False) == {
        "column_1": [1.5, 3.0],
        "column_2": [2, 4],
    }
    assert opened(tmp_path, content)[1] == ["header"]


def test_names_that_occur_twice_are_told_apart(tmp_path):
    found, kinds = opened(tmp_path, "a,a, a\n1,2,3\n")
    assert found.rows() == [(1, 2, 3)]
    assert len(set(found.columns)) == 3
    assert kinds == ["duplicates"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b\n1,2\n3,4,5\n6,7\n", "line 3 has 3 fields instead of 2: '3,4,5'"),
        ('a,b,c\n"1\n1",2,3\n\n4,5\n', "line 5 has 2 fields instead of 3: '4,5'"),
        ("sep=,\na,b\n1,2\n3\n4,5\n6,7\n", "line 4 has 1 field instead of 2: '3'"),
        ("# one\n# two, three\na,b\n1,2\n", "line 1, '# one', is not a header.*--skip 2"),
        ("# one, two\na,b,c\n1,2,3\n1,2,3\n", "is not a header of the 3 fields.*--skip 1"),
        ("Report\n\nBank;X\na;b;c\n1;2;3\n4;5;6\n7;8;9\n", "from line 4 on.*--skip 3"),
        (
            "a;b\n1;2;\n3;4;\n5;6;\n",
            "has 2 fields, but the lines below it have 3: a column name is missing",
        ),
        (
            'a,b\n1,"x\n2,y\n',
            "the quote opened in line 2, before 'x', is not closed at the end of a field",
        ),
        ("\n \n", "it is empty"),
    ],
)
def test_what_cannot_be_divided_is_said_with_its_line(tmp_path, content, words):
    with pytest.raises(LossaryError, match=rf"^cannot read '.*t\.csv': .*{words}") as error:
        opened(tmp_path, content)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"separator": ";;"}, "^separator must be one ASCII character"),
        ({"separator": "\n"}, "^separator must be one ASCII character"),
        ({"separator": "、"}, "^separator must be one ASCII character"),
        ({"encoding": "klingon"}, "^unknown encoding 'klingon'"),
        ({"encoding": "utf-16"}, "is not utf-16; give the encoding of the file"),
        ({"skip": -1}, "^skip must be a number of lines, 0 or more, got -1"),
        ({"skip": 9}, "no line is left after 9 skipped lines"),
        ({"header": "no"}, "^header must be"),
        ({"decimal": ";"}, "^decimal must be"),
        ({"numeric": ("bb",)}, "Did you mean 'b'"),
    ],
)
def test_options_that_cannot_be(tmp_path, options, words):
    with pytest.raises(LossaryError, match=words):
        opened(tmp_path, "a,b\n1,2", **options)


@pytest.mark.parametrize("content", [gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9], b"no gz"])
def test_damaged_gz(tmp_path, content):
    with pytest.raises(LossaryError, match=r"^cannot read '.*t\.csv\.gz': "):
        opened(tmp_path, content, "t.csv.gz")


@pytest.mark.parametrize(
    "content", ['a,b\n1,"x\n2,y\n3,"z\n4,w\n', 'a,b\n1,"x\ny" z\n', 'a,b\n1,2\n3,"4\n']
)
def test_a_stray_quote_takes_no_rows(tmp_path, content):
    with pytest.raises(LossaryError, match=r"the quote opened in line [23].* is not closed"):
        opened(tmp_path, content)


@pytest.mark.parametrize("blank", ["\n", "\n\n", ",\n", ' ,""\n'])
@pytest.mark.parametrize("stated", ["", "sep=,\n"])
def test_blank_lines_before_the_header_are_no_header(tmp_path, blank, stated):
    found, kinds = opened(tmp_path, f"{stated}{blank}a,b\n1,2\n")
    assert found.to_dict(as_series=False) == {"a": [1], "b": [2]}
    assert kinds == ["blank_rows"]
    with pytest.raises(LossaryError, match=f"line {3 + blank.count(chr(10)) + bool(stated)} has 1"):
        opened(tmp_path, f"{stated}{blank}a,b\n1,2\n3\n1,2\n")


def test_sentences_are_not_divided_at_spaces(tmp_path):
    found, kinds = opened(tmp_path, "full name\nJohn Smith\nJane Doe\n", "t.txt")
    assert found.to_dict(as_series=False) == {"full name": ["John Smith", "Jane Doe"]}
    assert kinds == []


# --- files --------------------------------------------------------------------------------------

READ = {
    "semi_comma.csv": ({"amount": pl.Float64, "age": pl.Int64}, 400),
    "one_blank.csv": ({"TotalCharges": pl.Float64}, 1000),
    "trail_blank.csv": ({"x": pl.Float64}, 1000),
    "target_NA_is_class.csv": ({"x": pl.Float64, "y": pl.String}, 300),
    "target_decimal_comma.csv": ({"x": pl.Float64, "y": pl.Float64}, 300),
    "leadzero_clash.csv": ({"code": pl.String}, 400),
    "quotes_inside.csv": ({"region": pl.String, "age": pl.Int64}, 400),
    "latin1.csv": ({"región": pl.String}, 400),
    "sepline.csv": ({"amount": pl.Float64, "region": pl.String}, 400),
}


@pytest.mark.parametrize("name", READ)
def test_files_as_people_have_them(name):
    types, rows = READ[name]
    found = open_table(TABLES / name).frame.collect()
    assert found.height == rows
    assert {n: found.schema[n] for n in types} == types
    assert all(found[n].n_unique() >= 2 for n in types)


@pytest.mark.parametrize("name", READ)
def test_large_files_are_read_alike(name, monkeypatch):
    small = open_table(TABLES / name)
    monkeypatch.setattr(delimited_text, "_IN_MEMORY", 0)
    monkeypatch.setattr("lossary.frames.reading._PARSED_AT_ONCE", 0)
    large = open_table(TABLES / name)
    assert large.frame.collect().equals(small.frame.collect())
    assert large.notes == small.notes


@pytest.mark.parametrize(
    "name", ["a[1].ndjson", "a*.ndjson", "a?.csv", "[ab].parquet", "a[1].arrow"]
)
def test_a_name_is_no_pattern(tmp_path, name):
    writers = {
        "ndjson": pl.DataFrame.write_ndjson,
        "csv": pl.DataFrame.write_csv,
        "parquet": pl.DataFrame.write_parquet,
        "arrow": pl.DataFrame.write_ipc,
    }
    suffix = name.rpartition(".")[2]
    writers[suffix](pl.DataFrame({"x": [2]}), tmp_path / f"a1.{suffix}")
    writers[suffix](pl.DataFrame({"x": [3]}), tmp_path / f"a.{suffix}")
    writers[suffix](pl.DataFrame({"x": [1]}), tmp_path / name)
    assert frames.read(tmp_path / name).collect()["x"].to_list() == [1]
