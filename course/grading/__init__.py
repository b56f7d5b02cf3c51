"""Grading: fast, in a sandbox, and still nbgrader.

`command` or nbgrader itself (`preprocessors`) asks; a `batch` finds what is due and gives it to one of `executors`.
There `grade` lays each submission over the course's notebook (`notebooks`) and lets an `engine` run it, in the two
`processes` that `talk` to each other. What comes of it goes to `gradebook` and `records`, and from there to `pages`.
"""
