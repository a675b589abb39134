"""What all tests share. Being here, it also makes `fakes` importable from every test."""

import os

# Before anything imports Qt: without a display it would end the whole process. Set another platform to see windows.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
