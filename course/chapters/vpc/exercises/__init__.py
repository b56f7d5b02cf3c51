"""The exercises of the VPC chapter, one module each."""
