"""The roster: its format, who is on call, and which version a page uses."""
