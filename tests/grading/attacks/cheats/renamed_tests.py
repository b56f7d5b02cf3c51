# %% [markdown]
# Renames the tests' grade ids: to each other's, to unknown ones, and to paths, formats and HTML.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% replaces="square-small" nbgrader={"grade": true, "grade_id": "make_queue-exists", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
pass

# %% replaces="square-partial" nbgrader={"grade": true, "grade_id": "../../{0}<script>alert(7416)</script>", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
10.0

# %% replaces="make_queue-exists" nbgrader={"grade": true, "grade_id": "", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
10.0
