"""What a test says to a running server and hears from it: files in one folder.

A test writes ``NAME.hold`` to make the model NAME wait, and deletes it to let it go on. A model
appends to ``NAME.journal`` what it did, one line each.
"""

import os
import pathlib
import threading
import time

FOLDER = pathlib.Path(os.environ["SLUICE_STATE"])
_POLL_SECONDS = 0.002
_lock = threading.Lock()


def journal(name, line):
    """Appends a line, whole, before it returns."""
    with _lock, open(FOLDER / f"{name}.journal", "a", encoding="utf-8") as file:
        file.write(line + "\n")


def held(name, step=0):
    """Whether the model is to wait before this step: the file holds the number of steps it may do."""
    try:
        return step >= int((FOLDER / f"{name}.hold").read_text() or 0)
    except FileNotFoundError:
        return False


def wait_while_held(name, step=0, given_up=lambda: False):
    """Waits for the test's word, or until the caller has given up."""
    while held(name, step) and not given_up():
        time.sleep(_POLL_SECONDS)
