"""The list of demos: can each be had by its name, whatever was imported before?"""

from __future__ import annotations

from pkgutil import iter_modules

import course.demos


def test_no_module_hides_a_demo() -> None:
    """Is no demo named like a module of the package, which would stand in its place once it is imported?"""
    modules = {module.name for module in iter_modules(course.demos.__path__)}

    assert modules & set(dir(course.demos)) == set()


def test_each_demo_is_where_its_name_leads() -> None:
    """Is every name of the list a function that its module has?"""
    assert all(callable(getattr(course.demos, name)) for name in dir(course.demos))
