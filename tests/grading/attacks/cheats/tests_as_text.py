# %% [markdown]
# Turns test cells into Markdown and raw cells, which run nothing and wait for a human.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% [markdown] replaces="square-small" nbgrader={"grade": true, "grade_id": "square-small", "locked": true, "points": 10, "cell_type": "markdown", "schema_version": 3, "solution": true, "task": false}
# 10

# %% [raw] replaces="square-partial" nbgrader={"grade": true, "grade_id": "square-partial", "locked": true, "points": 10, "cell_type": "raw", "schema_version": 3, "solution": false, "task": false}
# 10
