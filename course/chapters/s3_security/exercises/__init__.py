"""The exercises of the S3 security chapter, one module each."""
