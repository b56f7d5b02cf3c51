"""IAM: who may do what, and how a request is decided."""
