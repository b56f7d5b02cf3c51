# %% [markdown]
# Marks test cells as tasks and as answers that are graded by hand, so that a tired human looks at them.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% replaces="square-small" nbgrader={"grade": false, "grade_id": "square-small", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": true}
10.0

# %% replaces="square-partial" nbgrader={"grade": true, "grade_id": "square-partial", "locked": false, "points": 10, "schema_version": 3, "solution": true, "task": true}
10.0
