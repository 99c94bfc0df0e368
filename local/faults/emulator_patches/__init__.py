"""Code that is loaded into the emulator's own processes, through PYTHONPATH, to inject faults.

It changes neither the functions' asset nor a file of the emulator. Every Python process with this
folder on its path runs ``sitecustomize``, which does nothing unless the process runs a function.
``sns_over_http`` is what local/emulator/process.py starts; ``function_processes`` keeps the
emulator responsive during bursts. Nothing here may import ``local``: the functions must find only
their asset.
"""
