"""What the course costs a learner in time."""
