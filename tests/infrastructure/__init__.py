"""Promises of the template that the CDK app makes: what will be in the account."""
