"""The webhooks: what an HTTP request says, and the pages that its body becomes."""
