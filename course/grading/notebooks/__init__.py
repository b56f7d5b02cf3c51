"""Notebooks as the course, a learner and the gradebook have them: read, laid one over the other, filled."""
