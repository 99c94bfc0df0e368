"""The single commands: page, replay, call, phones."""
