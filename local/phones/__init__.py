"""`make phones`: the local system with a phone in a browser for each number of the roster.

Read it from the outside in: ``running`` (the command), ``board`` (everything running), ``app``
(what the page may ask), ``guard`` (who may ask), ``feed`` (what the page is told), ``executions``
(which looks at the local system and tells the feed), ``roster_desk``, ``switches``
and ``samples`` (what the page can change), ``page/`` (the page: plain HTML, CSS and JavaScript).
"""
