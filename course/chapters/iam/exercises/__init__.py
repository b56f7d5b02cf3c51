"""The exercises of the IAM chapter, one module each."""
