#!/usr/bin/python3
"""A serial adapter for tests: a pseudo terminal whose other end is this program's stdin and stdout.

The first line on stdout is the device to open; all that follows is what was written to it. End the program, and
the adapter is pulled out.
"""
import os
import pty
import select
import sys
import tty

master, slave = pty.openpty()  # our own slave stays open, so that one who opens and closes it hangs up nothing
tty.setraw(slave)
os.write(1, os.ttyname(slave).encode() + b"\n")
while True:
    ready, _, _ = select.select([master, 0], [], [])
    for source, target in ((master, 1), (0, master)):
        if source in ready:
            data = os.read(source, 4096)
            if not data:
                sys.exit()
            os.write(target, data)
