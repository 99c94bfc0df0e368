"""`make phones`: the local system with a phone in a browser for each number of the roster.

Start with ``run`` (the command), ``session`` (everything that runs) and ``api`` (the HTTP routes).
``origin_check`` decides which requests are allowed. ``event_stream`` sends what happens to the web
page; ``execution_watcher`` reads it from the local system. ``roster_editor``, ``fault_toggles``,
``scenario_player`` and ``sample_events`` are what the web page can change or send. ``page/`` is
the web page: plain HTML, CSS and JavaScript.
"""
