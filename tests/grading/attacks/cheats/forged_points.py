# %% [markdown]
# Raises the points of the test cells in their metadata, and lowers those of a test that fails.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% replaces="square-small" nbgrader={"grade": true, "grade_id": "square-small", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
pass

# %% replaces="square-partial" nbgrader={"grade": true, "grade_id": "square-partial", "locked": true, "points": 1000, "schema_version": 3, "solution": false, "task": false}
10.0
