"""Encryption and secrets: KMS, Parameter Store, Secrets Manager, ACM, CloudHSM."""
