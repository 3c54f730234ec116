"""Where the pictures of an RTSP camera come from: a burned clock, a file's own frames, or a file encoded anew.

Each source has `codec`, `size`, `fps`, `encoded` (whether its buffers are already compressed), `next(n)`, which
gives the bytes of picture n, `frozen()`, which gives the picture to repeat, and `close()`.
"""
import json
import os
import subprocess

import numpy as np

import clockmark

FFMPEG = os.environ.get("FFMPEG_PATH") or "ffmpeg"

# Annex B with an access unit delimiter before every frame, so that the frames can be cut apart.
FILTERS = {
    "h264": "h264_mp4toannexb,h264_metadata=aud=insert",
    "h265": "hevc_mp4toannexb,hevc_metadata=aud=insert",
}
DELIMITERS = {"h264": b"\0\0\0\1\x09", "h265": b"\0\0\0\1\x46\x01"}


def _probe(path):
    entries = "stream=codec_name,width,height,avg_frame_rate"
    asked = ["-select_streams", "v:0", "-show_entries", entries, "-of", "json", path]
    answer = subprocess.run(["ffprobe", "-v", "error", *asked], stdout=subprocess.PIPE, check=True).stdout
    stream = json.loads(answer)["streams"][0]
    above, below = stream["avg_frame_rate"].split("/")
    codec = {"hevc": "h265"}.get(stream["codec_name"], stream["codec_name"])
    return codec, (stream["width"], stream["height"]), int(above) / int(below)


class CopiedFile:
    """A file's compressed frames, looped, nothing encoded again."""

    encoded = True

    def __init__(self, path):
        self.codec, self.size, self.fps = _probe(path)
        if self.codec not in FILTERS:
            raise SystemExit(f"Cannot serve {path}: its codec is {self.codec}, needed is h264 or h265")
        container = {"h264": "h264", "h265": "hevc"}[self.codec]
        copy = ["-an", "-c:v", "copy", "-bsf:v", FILTERS[self.codec], "-f", container, "-"]
        raw = subprocess.run([FFMPEG, "-v", "error", "-i", path, *copy], stdout=subprocess.PIPE, check=True).stdout
        mark = DELIMITERS[self.codec]
        cuts, at = [], raw.find(mark)
        while at >= 0:
            cuts.append(at)
            at = raw.find(mark, at + 4)
        self._frames = [raw[a:b] for a, b in zip(cuts, cuts[1:] + [len(raw)])]

    def next(self, n):
        return self._frames[n % len(self._frames)]

    def frozen(self):
        return self._frames[0]  # the only one that is whole by itself

    def close(self):
        pass


def through_lens(luma, fault):
    """The grey picture with something before or in the lens; another fault leaves it as it is."""
    height, width = luma.shape
    if fault == "covered":
        return np.clip(np.random.default_rng().normal(40, 3, luma.shape), 0, 255).astype(np.uint8)
    if fault == "moved":
        return np.roll(luma, width * 8 // 100, axis=1)
    if fault == "defocus":
        step = max(4, width // 40)
        rows, cols = -(-height // step), -(-width // step)
        padded = np.pad(luma, ((0, rows * step - height), (0, cols * step - width)), "edge")
        coarse = padded.reshape(rows, step, cols, step).mean(axis=(1, 3))
        x, y = np.arange(width) / step - 0.5, np.arange(height) / step - 0.5
        wide = np.stack([np.interp(x, np.arange(cols), row) for row in coarse])
        return np.stack([np.interp(y, np.arange(rows), column) for column in wide.T], axis=1).astype(np.uint8)
    if fault == "dark":
        return luma // 24
    if fault == "glare":
        return np.clip(luma.astype(np.int16) + 180, 0, 255).astype(np.uint8)
    return luma


class Clock:
    """A still background, a moving square and the burned clock."""

    encoded = False

    def __init__(self, codec, size, fps):
        self.codec, self.size, self.fps = codec, size, fps
        self._background, self._last = None, None
        self.lens = "none"

    def draw(self, n):
        width, height = self.size
        if self._background is None or self._background.shape != (height * 3 // 2, width):
            pattern = np.add.outer(np.arange(height), np.arange(width)) // 4 % 120 + 60
            chroma = np.full((height // 2, width), 128, np.uint8)
            self._background = np.vstack([pattern.astype(np.uint8), chroma])
        frame, x = self._background.copy(), n * 8 % (width - 40)
        frame[height // 2 : height // 2 + 40, x : x + 40] = 235
        return frame

    def next(self, n):
        frame, (width, height) = self.draw(n), self.size
        frame[:height] = through_lens(frame[:height], self.lens)
        colours = frame[height:].reshape(2, height // 2, width // 2)
        if self.lens == "moved":
            colours[:] = np.roll(colours, width * 8 // 200, axis=2)
        elif self.lens != "none":
            colours[:] = 128
        clockmark.burn(frame[:height])
        self._last = frame.tobytes()
        return self._last

    def frozen(self):
        width, height = self.size
        fits = self._last is not None and len(self._last) == width * height * 3 // 2
        return self._last if fits else self.next(0)

    def close(self):
        pass


class LiveFile(Clock):
    """A file decoded, looped, the clock burned over it, encoded again.

    With a .truth.json beside the file, `shown` lists [Unix ms, somebody is in the zone] at every change.
    """

    def __init__(self, path, codec, size, fps):
        super().__init__(codec, size, fps)
        self._path, self._decoder, self._decoded, self._at = path, None, None, 0
        self.shown, self._truth = [], None
        truth = os.path.splitext(path)[0] + ".truth.json"
        if os.path.exists(truth):
            with open(truth, encoding="utf-8") as file:
                frames = json.load(file)["frames"]
            self._truth = [any(person["in_zone"] for person in frame["persons"]) for frame in frames]

    def draw(self, n):
        width, height = self.size
        if self._decoder is None or self._decoded != self.size:
            self.close()
            scale = ["-an", "-vf", f"scale={width}:{height}", "-fps_mode", "passthrough"]
            raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"]
            command = [FFMPEG, "-v", "error", "-threads", "1", "-stream_loop", "-1", "-i", self._path, *scale, *raw]
            self._decoder = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
            self._decoded, self._at = self.size, 0
        raw = self._decoder.stdout.read(width * height * 3 // 2)
        if self._truth:
            now = self._truth[self._at % len(self._truth)]
            self._at += 1
            if not self.shown or self.shown[-1][1] != now:
                self.shown.append([clockmark.now_ms(), now])
                del self.shown[:-200]
        return np.frombuffer(raw, np.uint8).reshape(height * 3 // 2, width).copy()

    def close(self):
        if self._decoder is not None:
            self._decoder.kill()
            self._decoder.wait()
            self._decoder = None


def open_source(src, codec, size, fps):
    """`clock`, `live:FILE`, or FILE, whose own codec, size and rate then hold."""
    if src == "clock":
        return Clock(codec, size, fps)
    return LiveFile(src[5:], codec, size, fps) if src.startswith("live:") else CopiedFile(src)
