"""Instances of classes, as the data that they hold: subclasses of plain types, enums, named tuples, dataclasses.

On the other side an instance is one of the trusted class of that name if that has the same fields, made without running
any of its code. Else it is one of a class made for it, which has the name and the fields and nothing else; such classes
are remembered, so that equal values are equal.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import inspect
from collections import Counter, OrderedDict, defaultdict, namedtuple
from functools import partial
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

import msgspec

from course.grading.talk._codec_types import BY_TYPE, Kind, Parts, short

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from course.grading.talk.codec import Reader, Writer

LEARNERS = "learner"
"""What a class made here says its module is."""
MAX_NAME = 200
"""How many characters a name may have."""
MAX_FIELDS = 100
"""How many fields a dataclass or named tuple may have."""
MAX_CLASSES = 300
"""Of how many classes the instances in one message may be."""
MAX_REMEMBERED = 1000
"""How many of the classes made here are kept to be used again."""
MAX_ENUM_VALUE = 1000
"""How many bytes the value of an enum's member may take: it is remembered with its class."""

_PLAIN = {kind.tag: kind for kind in BY_TYPE.values()}
_MIXED_IN = {base.__name__: base for base in (int, float, str, bytes)}
_classes: dict[Hashable, Any] = {}


def kind_of(exact: type) -> Kind | None:
    """How instances of a class cross, if they do."""
    if issubclass(exact, enum.Enum):
        return _ENUM
    if issubclass(exact, tuple) and _tuple_fields(exact):
        return _NAMED_TUPLE
    if _base(exact):
        return _SUBCLASS
    if not dataclasses.is_dataclass(exact):
        return None
    about = getattr(exact, "__dataclass_params__", None)
    return _FROZEN if getattr(about, "frozen", None) is True else _DATACLASS


def _class_of(reader: Reader, key: Hashable, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - a value of any type
    """What `make` makes, once for each key; of what nobody may need any more, the oldest is forgotten."""
    reader.classes.add(key)
    if len(reader.classes) > MAX_CLASSES:
        raise ValueError("There are too many classes.")
    if key not in _classes:
        made = make()
        while len(_classes) >= MAX_REMEMBERED:
            del _classes[next(iter(_classes))]
        _classes[key] = made
    return _classes[key]


def _count_class(writer: Writer, exact: type, member: str = "") -> None:
    writer.classes.add((exact, member))
    if len(writer.classes) > MAX_CLASSES:
        writer.too_large(f"A value with instances of more than {MAX_CLASSES} classes")


def _name(text: str) -> str:
    if not short(text, MAX_NAME).isprintable():
        raise ValueError("This is no name.")
    return text


def _label(text: object) -> str:
    """A name that a learner's object has, or says that it has, as it may cross."""
    return text[:MAX_NAME] if type(text) is str and text.isprintable() else "unnamed"


def _find(reader: Reader, module: str, qualname: str) -> type | None:
    _name(module)
    _name(qualname)
    return reader.find_class(module, qualname) if reader.find_class else None


# A subclass of a plain type: its name, then the plain type's tag and parts.


def _base(exact: type) -> Kind | None:
    return next((BY_TYPE[base] for base in exact.__mro__ if base in BY_TYPE), None)


_PYTHONS_OWN: dict[str, Callable[[Any], object]] = {
    "Counter": Counter,
    "OrderedDict": OrderedDict,
    "defaultdict": lambda items: defaultdict(None, items),
}
"""Subclasses of dict that a test may know by their methods."""


def _pack_subclass(writer: Writer, value: object) -> Parts:
    exact = type(value)
    base = _base(exact)
    assert base  # noqa: S101 - a promise of the lines above
    _count_class(writer, exact)
    return [_label(exact.__name__), base.tag, *base.pack(writer, value)]


def _unpack_subclass(reader: Reader, _: type[Any], parts: Parts) -> object:
    name, tag, *rest = parts
    base = _PLAIN[tag]
    if base.type is dict and name in _PYTHONS_OWN:
        return _PYTHONS_OWN[name](base.unpack(reader, dict, rest))
    cls = _class_of(reader, ("subclass", _name(name), tag), lambda: _bare(name, base.type))
    return base.unpack(reader, cls, rest)


def _bare(name: str, base: type) -> type:
    return type(name, (base,), {"__slots__": (), "__module__": LEARNERS})


# Records: module, qualified name, then the name and value of each field.


def _pack_record(writer: Writer, exact: type, fields: list[tuple[str, Any]]) -> Parts:
    _count_class(writer, exact)
    if len(fields) > MAX_FIELDS:
        writer.too_large(f"A {exact.__name__} of more than {MAX_FIELDS} fields")
    parts: Parts = [_label(exact.__module__), _label(exact.__qualname__)]
    for name, value in fields:
        parts += [name, writer.inside(f".{name}", None, value)]
    return parts


def _open_record(reader: Reader, parts: Parts) -> tuple[type | None, str, tuple[str, ...], list[Any]]:
    """The trusted class of that name, the name, the fields' names and their values."""
    module, qualname, *rest = parts
    values = [reader.unpack(part) for part in rest[1::2]]
    names = tuple(_name(part) for part in rest[::2])
    if len(names) > MAX_FIELDS or len(names) != len(values) or not all(map(_is_field, names)):
        raise ValueError("These are no fields.")
    return _find(reader, module, qualname), qualname.rpartition(".")[2], names, values


def _is_field(name: str) -> bool:
    special = name.startswith("__") and name.endswith("__")
    return name.isidentifier() and not special


def _pack_dataclass(writer: Writer, value: Any) -> Parts:  # noqa: ANN401 - a value of any type
    exact = type(value)
    fields = []
    for field in dataclasses.fields(value):
        found: list[Any] = []
        with contextlib.suppress(Exception):
            found = [object.__getattribute__(value, field.name)]
        if not found:
            writer.refuse(f"A {exact.__name__} whose field {field.name} cannot be read", "give each field a value")
        fields += [(field.name, *found)]
    return _pack_record(writer, exact, fields)


def _unpack_dataclass(reader: Reader, _: type[Any], parts: Parts, *, frozen: bool = False) -> object:
    found, name, names, values = _open_record(reader, parts)
    made = _blank(found, names)
    if made is None:
        made = object.__new__(
            _class_of(reader, ("dataclass", name, names, frozen), lambda: _dataclass(name, names, frozen))
        )
    for field, value in zip(names, values, strict=True):
        object.__setattr__(made, field, value)
    return made


def _blank(cls: type | None, names: tuple[str, ...]) -> object | None:
    """A blank instance of a class, if it is a dataclass with these fields and no code runs when one is set."""
    if not (isinstance(cls, type) and dataclasses.is_dataclass(cls)):
        return None
    if sorted(field.name for field in dataclasses.fields(cls)) != sorted(names):
        return None
    found = [inspect.getattr_static(cls, name, None) for name in names]
    if any(hasattr(type(it), "__set__") and not isinstance(it, MemberDescriptorType) for it in found):
        return None
    with contextlib.suppress(TypeError):  # an abstract class, an exception
        return object.__new__(cls)
    return None


def _dataclass(name: str, names: tuple[str, ...], frozen: bool) -> type:  # noqa: FBT001 - as in the key of the class
    """A class whose instances can change if the learner's can; all can stand in sets, as the learner's may."""
    fields, namespace = [(field, object) for field in names], {"__module__": LEARNERS}
    return dataclasses.make_dataclass(name, fields, frozen=frozen, unsafe_hash=True, namespace=namespace)


def _tuple_fields(cls: type) -> tuple[str, ...]:
    """The fields of a class of named tuples, else nothing."""
    names = getattr(cls, "_fields", ())
    if type(names) is tuple and all(type(name) is str and _is_field(name) for name in names):
        return names
    return ()


def _pack_named_tuple(writer: Writer, value: tuple[object, ...]) -> Parts:
    names = _tuple_fields(type(value))
    if tuple.__len__(value) != len(names):
        writer.refuse(f"A {type(value).__name__} without all its fields", "return a plain tuple")
    return _pack_record(writer, type(value), list(zip(names, tuple.__iter__(value), strict=True)))


def _unpack_named_tuple(reader: Reader, _: type[Any], parts: Parts) -> object:
    found, name, names, values = _open_record(reader, parts)
    if isinstance(found, type) and issubclass(found, tuple) and _tuple_fields(found) == names:
        return tuple.__new__(found, values)
    return tuple.__new__(_class_of(reader, ("tuple", name, names), lambda: _named_tuple(name, names)), values)


def _named_tuple(name: str, names: tuple[str, ...]) -> type:
    made: type = namedtuple(name, names, rename=True, module=LEARNERS)  # type: ignore[misc]  # noqa: PYI024 - its fields are known only here
    if _tuple_fields(made) != names:
        raise ValueError("These are no fields.")
    return made


# A member of an enum: module, qualified name, the plain type that is mixed in, the member's name and value.


def _pack_enum(writer: Writer, value: enum.Enum) -> Parts:
    exact = type(value)
    name = _label(value._name_)  # some combinations of flags have none
    _count_class(writer, exact, name)
    base = type(value._value_)
    mixed_in = base.__name__ if base in _MIXED_IN.values() and issubclass(exact, base) else ""
    export, writer.export = writer.export, None  # a member is remembered, and no callable may be
    held = writer.inside(".value", None, value._value_)
    writer.export = export
    if len(msgspec.msgpack.encode(held)) > MAX_ENUM_VALUE:
        writer.too_large(f"The value of {exact.__name__}.{name}")
    return [_label(exact.__module__), _label(exact.__qualname__), mixed_in, name, held]


def _unpack_enum(reader: Reader, _: type[Any], parts: Parts) -> object:
    module, qualname, mixed_in, name, held = parts
    data = msgspec.msgpack.encode(held)
    if len(data) > MAX_ENUM_VALUE:
        raise ValueError("This member's value is too large.")
    import_, reader.import_ = reader.import_, None
    value = reader.unpack(held)
    reader.import_ = import_
    found = _member(_find(reader, module, qualname), _name(name), value)
    if found is not None:
        return found
    own = qualname.rpartition(".")[2]
    key = ("enum", own, mixed_in, name, data)
    return _class_of(reader, key, lambda: _made_member(own, _MIXED_IN.get(mixed_in), name, value))


def _member(cls: Any, name: str, value: object) -> Any:  # noqa: ANN401 - a value of any type
    """The member of that name and value of a class, if it is an enum that has it."""
    if not isinstance(cls, enum.EnumMeta):
        return None
    found = cls.__members__.get(name)
    if found is None and issubclass(cls, enum.Flag) and type(value) is int:
        with contextlib.suppress(ValueError):  # a combination of flags has no name of its own
            found = cls(value)
    if isinstance(found, cls) and type(found._value_) is type(value) and found._value_ == value:
        return found
    return None


def _made_member(own: str, mixed_in: type | None, name: str, value: object) -> enum.Enum:
    if mixed_in is not None and type(value) is not mixed_in:
        raise TypeError("This is no member's value.")
    functional: Any = enum.Enum  # for the type checker a call is a declaration
    made: enum.Enum = functional(own, {name: value}, module=LEARNERS, type=mixed_in)[name]
    return made


# A callable: the number by which the other side calls it, and its name.


def _pack_callable(writer: Writer, value: Callable[..., object]) -> Parts:
    assert writer.export  # noqa: S101 - a promise of the lines above
    name: object = None
    with contextlib.suppress(Exception):
        name = value.__name__
    return [writer.export(value), _label(name or type(value).__name__)]


def _unpack_callable(reader: Reader, _: type[Any], parts: Parts) -> object:
    number, name = parts
    if reader.import_ is None or type(number) is not int:
        raise TypeError("A callable cannot be used here.")
    return reader.import_(number, _name(name))


_SUBCLASS = Kind("sub", object, _pack_subclass, _unpack_subclass)
_ENUM = Kind("en", object, _pack_enum, _unpack_enum)
_NAMED_TUPLE = Kind("nt", object, _pack_named_tuple, _unpack_named_tuple)
_DATACLASS = Kind("dc", object, _pack_dataclass, _unpack_dataclass)
_FROZEN = Kind("dz", object, _pack_dataclass, partial(_unpack_dataclass, frozen=True))
CALLABLE = Kind("fn", object, _pack_callable, _unpack_callable)
KINDS = (_SUBCLASS, _ENUM, _NAMED_TUPLE, _DATACLASS, _FROZEN, CALLABLE)
