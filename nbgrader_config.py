"""The course as nbgrader sees it: `nbgrader generate_assignment messaging` and Formgrader read this file."""

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    DeduplicateIds,
    LockCells,
    OverwriteCells,
    OverwriteKernelspec,
    SaveCells,
)

from course.authoring.pictures import KeepPictures
from course.authoring.regrade import FollowGradebook

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
