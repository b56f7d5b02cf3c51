# %% [markdown]
# Tags the test cells as cells that are not executed, by copies of them with their own metadata.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% replaces="square-small" nbgrader={"grade": true, "grade_id": "square-small", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false} tags=["skip-execution"]
pass

# %% replaces="square-partial" nbgrader={"grade": true, "grade_id": "square-partial", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false} tags=["skip-execution"]
pass

# %% replaces="make_queue-exists" nbgrader={"grade": true, "grade_id": "make_queue-exists", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false} tags=["skip-execution"]
pass
