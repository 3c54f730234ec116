#!/usr/bin/python3
"""Reads a camera with ffmpeg and tells the true age of its frames from the burned clock (clockmark.py).

    latency_probe.py [-n FRAMES] URL [ffmpeg's input flags ...]

Prints one line of JSON: seconds to the first frame, percentiles of the age, exit code, CPU of the child.
The environment variable OUT_FLAGS holds ffmpeg's output flags; without it `-threads 1`.
"""
import json
import os
import resource
import subprocess
import sys
import time

import numpy as np

import clockmark

WIDTH, HEIGHT = 640, 360


def command(url, flags):
    ffmpeg = os.environ.get("FFMPEG_PATH") or "ffmpeg"
    out = os.environ.get("OUT_FLAGS", "-threads 1").split()
    scale = ["-an", "-vf", f"scale={WIDTH}:{HEIGHT}:flags=fast_bilinear", "-fps_mode", "passthrough"]
    raw = ["-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]
    return [ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", *flags, "-i", url, *scale, *out, *raw]


def frames(pipe):
    """Whole frames until the stream ends."""
    while True:
        buffer = b""
        while len(buffer) < WIDTH * HEIGHT:
            chunk = pipe.read(WIDTH * HEIGHT - len(buffer))
            if not chunk:
                return
            buffer += chunk
        yield np.frombuffer(buffer, np.uint8).reshape(HEIGHT, WIDTH)


def main():
    args, wanted = sys.argv[1:], 100
    if args[:1] == ["-n"]:
        wanted, args = int(args[1]), args[2:]
    if not args:
        sys.exit(__doc__)
    url, flags = args[0], args[1:]
    started, first, ages, unreadable = time.monotonic(), None, [], 0
    child = subprocess.Popen(command(url, flags), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
    for frame in frames(child.stdout):
        first = first or time.monotonic() - started
        ms = clockmark.read(frame)
        if ms is None:
            unreadable += 1
        else:
            ages.append(clockmark.age_ms(ms))
        if len(ages) + unreadable >= wanted:
            break
    took = time.monotonic() - started
    child.terminate()
    child.stdout.close()
    message, code = child.stderr.read().decode()[-300:].strip(), child.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    steady = sorted(ages[len(ages) // 4 :])  # the first quarter is start-up

    def percentile(share):
        return steady[min(len(steady) - 1, int(len(steady) * share))] if steady else None

    print(
        json.dumps(
            {
                "url": url,
                "flags": " ".join(flags),
                "first_frame_s": first and round(first, 2),
                "frames": len(ages),
                "unreadable": unreadable,
                "first_ms": ages[0] if ages else None,
                "p50_ms": percentile(0.5),
                "p95_ms": percentile(0.95),
                "max_ms": percentile(1),
                "cpu_percent_of_core": round(100 * (used.ru_utime + used.ru_stime) / took, 1),
                "rss_mb": used.ru_maxrss // 1024,
                "exit_code": code,
                "message": message,
            }
        )
    )


main()
