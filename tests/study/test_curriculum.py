"""The curriculum: twenty chapters in order, and the exam's tasks that they serve."""

from pathlib import Path

import pytest

from course import curriculum


def test_the_exam_is_whole() -> None:
    """Do the weights add up, and does every task belong to a domain and have a chapter?"""
    served = {task for chapter in curriculum.CHAPTERS for task in chapter.tasks}

    assert sum(domain.weight for domain in curriculum.DOMAINS) == 100
    assert {int(task[0]) for task in curriculum.TASKS} == {domain.number for domain in curriculum.DOMAINS}
    assert served == set(curriculum.TASKS)


def test_the_chapters_are_told_apart() -> None:
    """Has each of the twenty its own slug, title and line, and is its package a Python name?"""
    chapters = curriculum.CHAPTERS

    assert len(chapters) == 20
    for field in ("slug", "title", "teaches", "package"):
        assert len({getattr(chapter, field) for chapter in chapters}) == 20
    assert all(chapter.package.isidentifier() for chapter in chapters)


def test_a_chapter_is_written_when_its_package_exists() -> None:
    """Is messaging written, and only what can be imported?"""
    written = curriculum.written()

    assert curriculum.find("messaging") in written
    assert [chapter for chapter in curriculum.CHAPTERS if chapter in written] == list(written)
    for chapter in written:
        __import__(f"course.chapters.{chapter.package}")
    for chapter in set(curriculum.CHAPTERS) - set(written):
        with pytest.raises(ModuleNotFoundError):
            __import__(f"course.chapters.{chapter.package}")


def test_a_folder_is_no_chapter_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Is a chapter of which only a folder of drafts exists not written?"""
    (tmp_path / "vpc").mkdir()
    (tmp_path / "s3_security").mkdir()
    (tmp_path / "s3_security" / "__init__.py").touch()
    monkeypatch.setattr(curriculum, "files", lambda _package: tmp_path)

    assert [chapter.slug for chapter in curriculum.written()] == ["s3-security"]


@pytest.mark.parametrize("chapter", curriculum.CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_chapter_is_found_by_its_slug(chapter: curriculum.Chapter) -> None:
    """Does each slug find its chapter?"""
    assert curriculum.find(chapter.slug) is chapter


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("mesaging", "has no chapter 'mesaging': did you mean 'messaging'?"),
        ("EC2_networking", "did you mean 'ec2-networking'?"),
        ("pigeons", "its chapters are cloud-fundamentals, iam, "),
    ],
)
def test_a_wrong_slug_names_the_nearest(slug: str, said: str) -> None:
    """Does a misspelt chapter say what was meant, and a strange one what there is?"""
    with pytest.raises(curriculum.CurriculumError) as error:
        curriculum.find(slug)

    assert said in str(error.value)
