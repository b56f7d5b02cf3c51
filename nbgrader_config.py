"""The course as nbgrader sees it: `nbgrader generate_assignment messaging` and Formgrader read this file."""

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    DeduplicateIds,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    LockCells,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
    SaveCells,
)
from nbgrader.validator import Validator

from course.authoring.pictures import KeepPictures
from course.authoring.regrade import FollowGradebook
from course.grading.pages import formgrader
from course.grading.pages.feedback import Feedback
from course.grading.pages.inert import TEMPLATES
from course.grading.preprocessors import Examine

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "aws-saa"

# nbgrader's own list, with the demos' pictures kept where ClearOutput would clear them.
c.GenerateAssignment.preprocessors = [
    LockCells,
    ClearSolutions,
    KeepPictures,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]

# nbgrader's own list, with FollowGradebook where submissions of an older version of a chapter are brought up to date.
c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    DeduplicateIds,
    FollowGradebook,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]

# nbgrader's own list, with Examine in place of Execute: `nbgrader autograde` and Formgrader's button run the engine.
c.Autograde.autograde_preprocessors = [
    Examine,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
# The same for Lab's Validate button, whose list nbgrader lets nobody configure.
Validator.preprocessors.default_args = ([CheckCellMetadata, ClearOutput, Examine],)

# nbgrader's own list, with Feedback, which tells what each test asked, and hides what learners may not see.
c.GenerateFeedback.preprocessors = [GetGrades, Feedback, CSSHTMLHeaderPreprocessor]
# Feedback and Formgrader show submissions: they run nothing of them, and ask no other host for anything.
c.HTMLExporter.preprocessors = ["course.grading.pages.inert.Inert", "course.demos.export.DescribePictures"]
c.HTMLExporter.filters = {"markdown2html": "course.grading.pages.inert.markdown2html"}
c.HTMLExporter.extra_template_basedirs = TEMPLATES
formgrader.guard()

c.Grading.hidden = ["chapters/*/exercises"]
c.Grading.aws = "course._offline:ExamAws"
c.Grading.misconceptions = "course.study.bank:misconceptions"
