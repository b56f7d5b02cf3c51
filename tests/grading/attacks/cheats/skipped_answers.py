# %% [markdown]
# Tags its answers as cells that are not executed, and copies each test cell with that tag.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square" tags=["skip-execution", "mine"]
def square(x):
    return 7

# %% answer="make_queue" tags=["skip-execution"]
def make_queue(name):
    return "nowhere"

# %% after="square" nbgrader={"grade": true, "grade_id": "square-small", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false} tags=["skip-execution", "raises-exception"]
pass

# %% after="square-small" nbgrader={"grade": true, "grade_id": "square-partial", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false} tags=["skip-execution", "raises-exception"]
pass

# %% after="square-partial" nbgrader={"grade": true, "grade_id": "make_queue-exists", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false} tags=["skip-execution", "raises-exception"]
pass
