"""AWS Solutions Architect Associate as notebooks: what the chapters import, and what makes and checks them."""
