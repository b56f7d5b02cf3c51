"""What a submission may try: a small course notebook, and attacks on it, one plain file each."""
