"""The exercises of the EC2 networking chapter, one module each."""
