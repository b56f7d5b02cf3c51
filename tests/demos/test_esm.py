"""Joining ES modules into the one that a widget is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.esm import bundle

if TYPE_CHECKING:
    from pathlib import Path


def test_modules_are_joined_each_once_and_before_their_users(tmp_path: Path) -> None:
    """Is a module that two others import written once, ahead of both, and is only the last one still exporting?"""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "one.js").write_text("export const one = 1;\n")
    (tmp_path / "two.js").write_text('import { one } from "./lib/one.js";\nexport function two() {\n  return one;\n}\n')
    (tmp_path / "main.js").write_text(
        'import { one } from "./lib/one.js";\nimport {\n  two,\n} from "./two.js";\nexport default { one, two };\n'
    )

    expected = "const one = 1;\n\nfunction two() {\n  return one;\n}\n\nexport default { one, two };\n"
    assert bundle(tmp_path / "main.js") == expected
