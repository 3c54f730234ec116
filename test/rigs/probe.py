#!/usr/bin/python3
"""Tells whether this machine can run rtsp_cam.py. Ends with 0 if so, else names what it lacks and ends with 1."""
import shutil
import sys

ELEMENTS = ["appsrc", "x264enc", "x265enc", "jpegenc", "h264parse", "h265parse", "jpegparse", "breakmydata"]
PAYLOADERS = ["rtph264pay", "rtph265pay", "rtpjpegpay"]


def lacking():
    missing = [name for name in ("ffmpeg", "ffprobe") if shutil.which(name) is None]
    try:
        import numpy  # noqa: F401

        import gi

        gi.require_version("Gst", "1.0")
        gi.require_version("GstRtspServer", "1.0")
        from gi.repository import Gst, GstRtspServer  # noqa: F401
    except (ImportError, ValueError) as error:
        return [*missing, str(error)]
    Gst.init(None)
    return missing + [name for name in ELEMENTS + PAYLOADERS if Gst.ElementFactory.find(name) is None]


found = lacking()
print(", ".join(found))
sys.exit(1 if found else 0)
