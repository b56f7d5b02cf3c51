"""Ask the service models that botocore ships whether a fact still holds: offline, without credentials."""

from __future__ import annotations

import html
import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botocore.model import ServiceModel


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must be so in botocore's model of `service`.

    One of these:
    - `operation` exists, and with `documentation` its description has that text;
    - `shape` (of it `member`) has `documentation` in its description;
    - `shape` has the value `enum`, or the bounds `min` and `max`, either or both.
    """

    service: str
    operation: str = ""
    shape: str = ""
    member: str = ""
    enum: str = ""
    min: float | None = None
    max: float | None = None
    documentation: str = ""

    def __post_init__(self) -> None:
        bounds = self.min is not None or self.max is not None
        asked = [bool(self.enum), bounds, bool(self.documentation)]
        if bool(self.operation) == bool(self.shape):
            raise ValueError("a check names either an operation or a shape")
        if self.operation and (self.enum or bounds or self.member):
            raise ValueError("enum, min, max and member belong to the check of a shape")
        if self.shape and asked.count(True) != 1:
            raise ValueError("the check of a shape asks for one of enum, min and max, documentation")


def run_check(check: Check) -> str | None:
    """Return a sentence that says what botocore's model has instead, or None where the check holds."""
    model = _service_model(check.service)
    if isinstance(model, str):
        return model
    if check.operation:
        return _check_operation(check, model)
    return _check_shape(check, model)


def _check_operation(check: Check, model: ServiceModel) -> str | None:
    if check.operation not in model.operation_names:
        return (
            f"{check.service} has no operation {check.operation} now{_nearest(check.operation, model.operation_names)}"
        )
    operation = model.operation_model(check.operation)
    return _check_text(check, f"{check.service} {check.operation}", operation.documentation)


def _check_shape(check: Check, model: ServiceModel) -> str | None:
    name = f"{check.service} {check.shape}"
    if check.shape not in model.shape_names:
        return f"{check.service} has no shape {check.shape} now{_nearest(check.shape, model.shape_names)}"
    shape = model.shape_for(check.shape)
    if check.member:
        members = getattr(shape, "members", {})
        if check.member not in members:
            return f"{name} has no member {check.member} now{_nearest(check.member, members)}"
        name, shape = f"{name}.{check.member}", members[check.member]
    if check.enum:
        values = getattr(shape, "enum", [])
        return None if check.enum in values else f"{name} has no value {check.enum} now{_nearest(check.enum, values)}"
    if check.documentation:
        return _check_text(check, name, shape.documentation)
    return _check_bound(name, "min", check.min, shape) or _check_bound(name, "max", check.max, shape)


def _check_bound(name: str, bound: str, expected: float | None, shape: Any) -> str | None:  # noqa: ANN401
    found = shape.metadata.get(bound)
    if expected is None or found == expected:
        return None
    has = f"no {bound}" if found is None else f"{bound} {found}"
    return f"{name} now has {has}, the fact says {expected:g}."


def _check_text(check: Check, name: str, documentation: str) -> str | None:
    if check.documentation and _words(check.documentation) not in _words(documentation):
        return f"{name} is not described with {check.documentation!r} now."
    return None


def _words(text: str) -> str:
    """Return the text of botocore's HTML, with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


def _nearest(name: str, names: Iterable[str]) -> str:
    nearest = get_close_matches(name, names, n=1)
    return f"; the nearest is {nearest[0]}." if nearest else "."


@cache
def _service_model(service: str) -> ServiceModel | str:
    # here, because facts are read without botocore in most commands
    from botocore.exceptions import UnknownServiceError  # noqa: PLC0415
    from botocore.loaders import Loader  # noqa: PLC0415
    from botocore.model import ServiceModel  # noqa: PLC0415

    # only what is installed with botocore, not a learner's own ~/.aws/models
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    try:
        return ServiceModel(loader.load_service_model(service, "service-2"), service)
    except UnknownServiceError:
        return f"botocore has no service {service} now{_nearest(service, loader.list_available_services('service-2'))}"
