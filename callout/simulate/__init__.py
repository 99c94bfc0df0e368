"""`callout simulate`: stories told on this machine, by the real definition and functions.

`asked` makes a story of a roster and options, `engines` tells stories, `tale` says in order what
happened in one, and `telling` shows it. Nothing here reaches AWS, or needs credentials.
"""
