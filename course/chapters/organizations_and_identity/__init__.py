"""Organizations and identity: many accounts, SCPs, roles across accounts, Identity Center, Cognito."""
