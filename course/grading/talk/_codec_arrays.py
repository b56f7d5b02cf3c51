"""Arrays of numpy and tables of pandas, as plain columns; neither is imported before one is met."""

from __future__ import annotations

import importlib
import math
import re
import sys
from typing import TYPE_CHECKING, Any

from course.grading.talk._codec_types import Kind, Parts, checked, short

if TYPE_CHECKING:
    from course.grading.talk.codec import Reader, Writer

# no long doubles: not each pattern of their bits is a number; no objects, and no structures, which may hold some
_DTYPE = re.compile(
    r"[<>|](b1|[iu][1248]|f[248]|c8|c16|[SU][1-9]\d{0,6}|[mM]8(\[\d{0,9}(as|fs|ps|ns|us|ms|[smhDWMY])\])?)"
)
_COLUMN = re.compile(r"object|str|string|boolean|U?Int(8|16|32|64)|Float(32|64)")
_MAX_COLUMNS = 1000


def kind_of(exact: type) -> Kind | None:
    """How the values of a type cross, if it is numpy's or pandas's and they do."""
    np: Any = sys.modules.get("numpy")
    if np and exact is np.ndarray:
        return _ARRAY
    if np and issubclass(exact, np.generic) and getattr(np, exact.__name__, None) is exact:
        return _SCALAR
    pd: Any = sys.modules.get("pandas")
    if pd and exact in (pd.Index, pd.RangeIndex, pd.DatetimeIndex, pd.TimedeltaIndex):
        return _INDEX
    if pd and exact is pd.Series:
        return _SERIES
    if pd and exact is pd.DataFrame:
        return _FRAME
    return _MISSING if pd and exact in (type(pd.NaT), type(pd.NA)) else None


def _pack_array(writer: Writer, value: Any) -> Parts:  # noqa: ANN401 - a value of any type
    text = value.dtype.str
    if not _DTYPE.fullmatch(text):
        writer.refuse(f"A numpy array of {value.dtype.name}", "return its tolist()")
    writer.expect(size=value.nbytes)
    return [text, value.tobytes(), *value.shape]


def _unpack_array(_: Reader, _cls: type[Any], parts: Parts) -> Any:  # noqa: ANN401 - a value of any type
    text, data, *shape = parts
    checked([data, *shape], bytes, *[int] * len(shape))
    if not _DTYPE.fullmatch(short(text)):
        raise ValueError("This is no type of an array.")
    np = importlib.import_module("numpy")
    dtype = np.dtype(text)
    if dtype.itemsize * math.prod(shape) != len(data):
        raise ValueError("This array's bytes are not those of its shape.")
    if dtype.kind == "b" and data.translate(None, b"\0\1"):
        raise ValueError("These are no bools.")
    if dtype.kind == "U" and data and np.frombuffer(data, f"{text[0]}u4").max() > sys.maxunicode:
        raise ValueError("These are no characters.")
    return np.ndarray(shape, dtype, data).copy()


def _pack_scalar(writer: Writer, value: Any) -> Parts:  # noqa: ANN401 - a value of any type
    if isinstance(value, str):  # not as an array, which forgets a text's zeros at the end
        return ["U", writer.inside("", None, str.__str__(value))]
    if isinstance(value, bytes):
        return ["S", writer.inside("", None, bytes.__bytes__(value))]
    if not _DTYPE.fullmatch(value.dtype.str):
        writer.refuse(f"A numpy scalar of {value.dtype.name}", "return its item()")
    return [value.dtype.str, value.tobytes()]


def _unpack_scalar(reader: Reader, cls: type[Any], parts: Parts) -> object:
    text, data = parts
    if text in ("U", "S"):
        np = importlib.import_module("numpy")
        plain = reader.unpack(data)
        return np.str_(*checked([plain], str)) if text == "U" else np.bytes_(*checked([plain], bytes))
    return _unpack_array(reader, cls, parts)[()]


def _pack_column(writer: Writer, column: Any) -> Parts:  # noqa: ANN401 - a value of any type
    pd = sys.modules["pandas"]
    name = str(column.dtype)
    if isinstance(column, pd.RangeIndex):
        return ["range", writer.inside("", None, range(column.start, column.stop, column.step))]
    if _DTYPE.fullmatch(getattr(column.dtype, "str", "")):
        return ["array", writer.inside("", None, column.to_numpy())]
    if not _COLUMN.fullmatch(name):
        writer.refuse(f"A pandas column of {name}", "turn it into text with astype(str)")
    writer.expect(items=len(column))
    items = [None if item is pd.NA or item is pd.NaT else item for item in column.tolist()]
    return [name, writer.inside("", None, items)]


def _unpack_column(reader: Reader, name: object, plain: object) -> dict[str, Any]:
    """What to make an index or a series of, as pandas names its arguments."""
    values = reader.unpack(plain)
    np = importlib.import_module("numpy")
    if name == "range" and type(values) is range:
        return {"data": values}
    if name == "array" and type(values) is np.ndarray and values.ndim == 1:
        return {"data": values}
    if _COLUMN.fullmatch(short(name)) and type(values) is list:
        return {"data": values, "dtype": name}
    raise ValueError("This is no column.")


def _pack_index(writer: Writer, value: Any) -> Parts:  # noqa: ANN401 - a value of any type
    return [writer.inside(".name", None, value.name), *_pack_column(writer, value)]


def _unpack_index(reader: Reader, _: type[Any], parts: Parts) -> object:
    label, name, plain = parts
    given = _unpack_column(reader, name, plain)
    pd = importlib.import_module("pandas")
    if type(given["data"]) is range:
        return pd.RangeIndex(given["data"], name=reader.unpack(label))
    return pd.Index(**given, name=reader.unpack(label), tupleize_cols=False)


def _pack_series(writer: Writer, value: Any) -> Parts:  # noqa: ANN401 - a value of any type
    label = writer.inside(".name", None, value.name)
    return [label, writer.inside(".index", None, value.index), *_pack_column(writer, value)]


def _unpack_series(reader: Reader, _: type[Any], parts: Parts) -> Any:  # noqa: ANN401 - a value of any type
    label, index, name, plain = parts
    given = _unpack_column(reader, name, plain)
    pd = importlib.import_module("pandas")
    return pd.Series(**given, index=_index(reader, index), name=reader.unpack(label))


def _index(reader: Reader, plain: object) -> object:
    index = reader.unpack(plain)
    if not isinstance(index, importlib.import_module("pandas").Index):
        raise TypeError("This is no index.")
    return index


def _pack_frame(writer: Writer, value: Any) -> Parts:  # noqa: ANN401 - a value of any type
    if value.shape[1] > _MAX_COLUMNS:
        writer.too_large(f"A DataFrame of more than {_MAX_COLUMNS:,} columns")
    parts = [writer.inside(".index", None, value.index), writer.inside(".columns", None, value.columns)]
    for number in range(value.shape[1]):
        parts += _pack_column(writer, value.iloc[:, number])
    return parts


def _unpack_frame(reader: Reader, _: type[Any], parts: Parts) -> object:
    if len(parts) > 2 + 2 * _MAX_COLUMNS:
        raise ValueError("There are too many columns.")
    index, columns = _index(reader, parts[0]), _index(reader, parts[1])
    given = [_unpack_column(reader, *pair) for pair in zip(parts[2::2], parts[3::2], strict=True)]
    pd = importlib.import_module("pandas")
    made = pd.DataFrame({number: pd.Series(**one, index=index) for number, one in enumerate(given)}, index=index)
    made.columns = columns
    return made


def _refuse_missing(writer: Writer, value: object) -> Parts:
    writer.refuse(f"pandas's {value!r}", "return None for what is missing")


def _unpack_missing(_reader: Reader, _cls: type[Any], _parts: Parts) -> object:
    raise ValueError("This kind does not cross.")


_ARRAY = Kind("nd", object, _pack_array, _unpack_array)
_SCALAR = Kind("ns", object, _pack_scalar, _unpack_scalar)
_INDEX = Kind("ix", object, _pack_index, _unpack_index)
_SERIES = Kind("se", object, _pack_series, _unpack_series)
_FRAME = Kind("df", object, _pack_frame, _unpack_frame)
_MISSING = Kind("", object, _refuse_missing, _unpack_missing)
KINDS = (_ARRAY, _SCALAR, _INDEX, _SERIES, _FRAME)
