"""What people read of a grading: feedback, Formgrader's pages, the class's report."""
