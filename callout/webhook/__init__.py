"""The subcommands `callout webhook`: tokens, and a test of each webhook."""
