"""Reading a CIDR block that a person typed: what is wrong with it is said in one sentence that names the place."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_OCTETS, _GROUPS = 4, 8
_V4 = 4
_SHOWN = 60  # characters of what was typed that an error repeats


class CidrError(ValueError):
    """What is wrong with a block or with what was to be done with it: one sentence for the learner."""


def network_of(text: str) -> Network:
    """Return the network that `text` names, spaces around it aside. Raises CidrError."""
    text = text.strip()
    _refuse_strange_signs(text)
    address, slash, length = text.partition("/")
    if "/" in length:
        raise CidrError(f"{_short(text)} has {text.count('/')} slashes: write one, between address and prefix length.")
    value = _address(address)
    if not slash or not length:
        raise CidrError(_no_length(value, slash))
    prefix = _prefix(value, length)
    network = ipaddress.ip_network((value, prefix), strict=False)
    if network.network_address != value:
        habit = ", as AWS does by itself," if value.version == _V4 else ""
        raise CidrError(
            f"{value}/{prefix} has host bits set: {value} is an address inside the block {network}. Write {network}"
            f"{habit} or {value}/{value.max_prefixlen} for this one address."
        )
    return network


def _refuse_strange_signs(text: str) -> None:
    """Refuse what is no block at all: nothing, spaces inside, the full-width signs of a Chinese input method."""
    if not text:
        raise CidrError("Type a block such as 10.0.0.0/16: an address, a slash, and how many bits are the network's.")
    plain = unicodedata.normalize("NFKC", text).replace("。", ".")
    if plain != text:
        raise CidrError(
            f"{_short(text)} has full-width signs from an input method: write {_short(plain)} in plain ones."
        )
    if (parts := text.split())[1:]:
        if len(parts) == 2 and parts[1].count(".") == _OCTETS - 1:  # noqa: PLR2004 - an address and a mask
            _prefix(_address(parts[0]), parts[1])
        raise CidrError(f"{_short(text)} has a space in it: write {_short(''.join(parts))}.")


def _address(text: str) -> Address:
    if not text:
        raise CidrError("The address before the slash is missing: write one such as 10.0.0.0/16.")
    if ":" in text:
        _check_groups(text)
        make: Callable[[str], Address] = ipaddress.IPv6Address
    else:
        _check_octets(text)
        make = ipaddress.IPv4Address
    try:
        return make(text)
    except ValueError as error:
        raise CidrError(f"{_short(text)} is no IP address: {error}.") from error


def _check_octets(text: str) -> None:
    octets = text.split(".")
    for place, octet in zip(_ORDINALS, octets, strict=False):
        if not octet:
            if len(octets) == _OCTETS or octets[-1]:
                raise CidrError(f"The {place} octet of {_short(text)} is empty: write a number from 0 to 255 there.")
        elif not re.fullmatch("[0-9]+", octet):
            raise CidrError(f"The {place} octet of {_short(text)} is {_short(octet)!r}: it must be a number, 0 to 255.")
        elif int(octet[:9]) > 255:  # noqa: PLR2004 - the largest number of 8 bits
            raise CidrError(
                f"The {place} octet is {_short(octet)}: an octet has 8 bits, so it is a number from 0 to 255."
            )
        elif octet != str(int(octet[:9])):
            raise CidrError(
                f"The {place} octet is {_short(octet)}: write {int(octet[:9])}, for some programs read a leading zero "
                "as the sign of an octal number."
            )
    if len(octets) != _OCTETS:
        there = len([octet for octet in octets if octet])
        filled = ".".join([*(octet for octet in octets if octet), *"0000"][:_OCTETS])
        more = f": write {filled} if the rest is 0" if there < _OCTETS else ""
        raise CidrError(f"An IPv4 address has four octets between dots, and {_short(text)} has {there}{more}.")


def _check_groups(text: str) -> None:
    if text.count("::") > 1:
        raise CidrError(f"{_short(text)} has more than one '::': only one run of zero groups can be left out.")
    if "." in text or "%" in text:
        raise CidrError(
            f"{_short(text)} is not in AWS's form: write IPv6 in groups of hexadecimal digits between colons."
        )
    groups = [group for group in text.replace("::", ":").split(":") if group]
    for group in groups:
        if not re.fullmatch("[0-9a-fA-F]{1,4}", group):
            raise CidrError(f"The group {_short(group)!r} is not one to four hexadecimal digits (0 to 9, a to f).")
    if len(groups) > _GROUPS or (len(groups) < _GROUPS and "::" not in text):
        hint = "" if len(groups) > _GROUPS else ": write '::' where the rest is 0"
        raise CidrError(f"An IPv6 address has eight groups between colons, and {_short(text)} has {len(groups)}{hint}.")


def _prefix(address: Address, text: str) -> int:
    if "." in text and address.version == _V4:
        raise CidrError(_mask_instead(address, text))
    most = address.max_prefixlen
    if not re.fullmatch("[0-9]+", text):
        raise CidrError(
            f"The prefix length /{_short(text)} is not a number: it counts bits, so it is from 0 to {most}."
        )
    if int(text[:9]) > most:
        raise CidrError(
            f"/{_short(text)} is too long: an IPv{address.version} address has {most} bits, so /{most} is the most."
        )
    if text != str(int(text)):
        raise CidrError(f"The prefix length is /{_short(text)}: write /{int(text)}, without a leading zero.")
    return int(text)


def _mask_instead(address: Address, text: str) -> str:
    """Return the sentence on a mask, or its inverse, where a prefix length belongs."""
    mask = int(_address(text))
    ones = f"{mask:032b}"
    if "01" not in ones:
        count, what = ones.count("1"), "a mask"
    elif "10" not in ones:
        count, what = ones.count("0"), "a wildcard mask, the inverse of a mask"
    else:
        return (
            f"{text} is no mask: in a mask all 1 bits stand to the left of all 0 bits. Write the count of the 1 bits."
        )
    block = ipaddress.ip_network((address, count), strict=False)
    return f"{text} is {what}: AWS writes the count of the mask's 1 bits instead, here {count}: {block}."


def _no_length(address: Address, slash: str) -> str:
    """Return the sentence on a missing prefix length, with one that fits the address."""
    zeros = (int(address) & -int(address)).bit_length() - 1 if int(address) else address.max_prefixlen
    largest = 16 if address.version == _V4 else 56
    fitting = max(largest, address.max_prefixlen - zeros)
    begin = (
        f"The prefix length after the slash of {address}/ is missing" if slash else f"{address} has no prefix length"
    )
    return (
        f"{begin}: say how many of the {address.max_prefixlen} bits are the network's, "
        f"such as {address}/{fitting}{' for this one address' if fitting == address.max_prefixlen else ''}."
    )


def _short(text: str) -> str:
    """Return what was typed as a sentence can show it: on one line, and not too long."""
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
