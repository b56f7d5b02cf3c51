# %% [markdown]
# Turns the locked description of a task into code of its own, which defines the names that the test defines later.
#
# Must: score 0

# %% replaces="square-task" nbgrader={"grade": false, "grade_id": "square-task", "locked": true, "cell_type": "code", "schema_version": 3, "solution": false, "task": false}
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"])

# %% replaces="make_queue-task" nbgrader={"grade": false, "grade_id": "make_queue-task", "locked": false, "cell_type": "code", "schema_version": 3, "solution": true, "task": false}
def nearness(given, expected):
    return 10.0
