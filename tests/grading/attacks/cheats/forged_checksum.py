# %% [markdown]
# Replaces the text of a test, unlocks it, and gives it a checksum that fits the new text.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% replaces="square-small" nbgrader={"grade": true, "grade_id": "square-small", "locked": false, "points": 10, "cell_type": "code", "checksum": "1b1bd2a3e1f4a4a1a4d1d6ad6e0e5cde", "schema_version": 3, "solution": false, "task": false}
pass

# %% replaces="square-partial" nbgrader={"grade": true, "grade_id": "square-partial", "locked": false, "points": 10, "cell_type": "code", "checksum": null, "schema_version": 3, "solution": true, "task": false}
10.0
