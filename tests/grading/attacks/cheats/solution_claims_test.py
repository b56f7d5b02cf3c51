# %% [markdown]
# Marks its own answer as the test cell, and the test cell as an answer, by swapping their metadata.
#
# Must: score 0

# %% replaces="square" nbgrader={"grade": true, "grade_id": "square-small", "locked": true, "points": 10, "schema_version": 3, "solution": true, "task": false}
def square(x):
    return 7

# %% replaces="square-small" nbgrader={"grade": false, "grade_id": "square", "locked": false, "schema_version": 3, "solution": true, "task": false}
10.0

# %% replaces="square-partial" nbgrader={"grade": true, "grade_id": "square-partial", "locked": false, "points": 10, "schema_version": 3, "solution": true, "task": false}
10.0
