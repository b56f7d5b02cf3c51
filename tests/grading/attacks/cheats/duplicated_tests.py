# %% [markdown]
# Copies the test cells with their grade ids: easy ones before, easy ones behind, and one that defines `square` first.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% nbgrader={"grade": true, "grade_id": "square-small", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
pass

# %% answer="square"
def square(x):
    return 7

# %% nbgrader={"grade": true, "grade_id": "square-partial", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
10.0

# %% after="make_queue-exists" nbgrader={"grade": true, "grade_id": "square-small", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
assert True

# %% nbgrader={"grade": true, "grade_id": "square-partial", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
10.0

# %% nbgrader={"grade": true, "grade_id": "make_queue-exists", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
10.0
