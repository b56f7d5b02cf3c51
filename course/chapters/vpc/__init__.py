"""VPC: your own network in AWS."""
