"""Promises of the templates: cdk-nag finds nothing that is not explained."""
