"""What the two processes say to each other: messages, and values as plain data."""
