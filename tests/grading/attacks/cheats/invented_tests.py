# %% [markdown]
# Adds test cells that the course does not have, with points of their own.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% nbgrader={"grade": true, "grade_id": "square-bonus", "locked": true, "points": 100, "schema_version": 3, "solution": false, "task": false}
100.0

# %% answer="square"
def square(x):
    return 7

# %% nbgrader={"grade": true, "grade_id": "square-extra", "locked": false, "points": 30, "schema_version": 3, "solution": true, "task": false}
30.0

# %% nbgrader={"grade": true, "grade_id": null, "points": "10", "schema_version": "3", "solution": [], "task": {}}
10.0

# %% nbgrader={"schema_version": 99, "grade_id": "square-small"}
10.0
