"""What is loaded into the emulator's own processes, from PYTHONPATH, to let faults strike there.

It changes neither the functions' asset nor a file of the emulator: ``sitecustomize`` is run by
every Python that starts with this folder on its path, and does nothing unless that Python is to
run a function; ``emulator`` is what local/emulator/process.py starts, ``shared_asset`` and
``start_limiter`` keep it from choking on a burst. Nothing here can import ``local``: the functions
must find no more than their asset.
"""
