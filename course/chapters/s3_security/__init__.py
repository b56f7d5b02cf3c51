"""S3 security: encryption, policies, CORS, presigned URLs, Object Lock."""
