"""Where submissions are graded: processes of this machine, or of many."""
