# %% [markdown]
# Hands in two cells with the solution's grade id, as copying a cell makes them; the wrong one is the cell of the course.
#
# Must: score 0

# %% nbgrader={"grade": false, "grade_id": "make_queue", "locked": false, "schema_version": 3, "solution": true, "task": false}
10.0

# %% answer="square"
def square(x):
    return 7

# %% nbgrader={"grade": true, "grade_id": "square", "locked": false, "points": 10, "schema_version": 3, "solution": true, "task": false}
10.0
