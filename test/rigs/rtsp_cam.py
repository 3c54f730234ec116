#!/usr/bin/python3
"""RTSP cameras made of Debian's gst-rtsp-server, with faults to switch on.

    rtsp_cam.py [--control PORT] --cam name=front,src=clock,codec=h264,size=640x360,fps=10
                                 --cam name=side,port=8552,src=loop.mp4,user=admin,pass=secret,auth=digest

Each camera has a port of its own, because a real camera is its own host. Without a port, or with port 0, it
takes a free one. The first line on stdout is JSON with the control's port and every camera's address.
src=clock      a picture encoded live with a clock burned in (clockmark.py)
src=FILE       the file's frames looped, nothing encoded again
src=live:FILE  the file decoded, looped, the clock burned over it and encoded; with FILE's .truth.json the
               control's answer carries "truth": [[Unix ms, somebody is in the zone], ...] as it was shown
codec=h264|h265|mjpeg  size=WxH  fps=N  kbps=N  gop=FRAMES  user=, pass=, auth=basic|digest

Control, JSON over HTTP: GET / lists; POST /NAME {"fault": F, ...} with F one of
  none | drop (close the clients now) | stop (refuse connections) | blackhole (accept, never answer)
  freeze (same picture, stream alive) | stall (connection open, no data) | garbage (broken bytes in frames)
  resize {"size": "1280x720"} | reboot {"down_s": 5} | slow {"delay_s": 4} (the next start)
  unmount (404) | badauth {"user": .., "pass": ..} (other credentials from now on)
  covered | moved | defocus | dark | glare (before or in the lens; the clock is burned in after it)
  jump {"by_s": 3600} (its clock is set once) | pace {"ratio": 0.5} (its clock runs so fast; 0 stands still)
With tls=1 the camera speaks rtsps, with a certificate that it made for itself.
"""
import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

import rtsp_pictures  # noqa: E402

HOST = "127.0.0.1"

# breakmydata sits after the encoder: what it spoils is what a bad line spoils.
UNITS = {
    "h264": "video/x-h264,stream-format=byte-stream,alignment=au",
    "h265": "video/x-h265,stream-format=byte-stream,alignment=au",
}
PAY = {
    "h264": f"h264parse config-interval=-1 ! {UNITS['h264']} ! breakmydata name=spoil ! rtph264pay name=pay0 pt=96",
    "h265": f"h265parse config-interval=-1 ! {UNITS['h265']} ! breakmydata name=spoil ! rtph265pay name=pay0 pt=96",
    "mjpeg": "rtpjpegpay name=pay0 pt=26",
}
ENCODE = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast bitrate={kbps} key-int-max={gop} bframes=0 threads=1"
    " ! video/x-h264,profile=baseline",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast bitrate={kbps} key-int-max={gop}",
    "mjpeg": "jpegenc quality=80",
}
LENS_FAULTS = ("covered", "moved", "defocus", "dark", "glare")
PLAIN_FAULTS = ("freeze", "stall", "garbage", "none", *LENS_FAULTS)
AWAY = ("stop", "blackhole", "reboot")


def own_certificate():
    """A certificate as a camera makes it for itself: signed by nobody else."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
        new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=camera"]
        subprocess.run([*new, "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
        return Gio.TlsCertificate.new_from_files(certificate, key)


class Camera:
    def __init__(self, options):
        self.name, self.port = options["name"], int(options.get("port", 0))
        self.user, self.password = options.get("user", ""), options.get("pass", "")
        self.auth, self.kbps = options.get("auth", "digest"), int(options.get("kbps", 1500))
        size = tuple(map(int, options.get("size", "640x360").split("x")))
        codec, fps = options.get("codec", "h264"), float(options.get("fps", 10))
        self.pictures = rtsp_pictures.open_source(options.get("src", "clock"), codec, size, fps)
        self.codec, self.fps = self.pictures.codec, self.pictures.fps
        self.gop = int(options.get("gop", self.fps * 2))
        self.fault, self.delay, self.sent, self.clients = "none", 0.0, 0, set()
        self.ratio, self.set_at, self.stamp = 1.0, None, 0  # its clock
        self.tls = bool(int(options.get("tls", 0)))
        self.server = self.media = self.appsrc = self.spoiler = self.hole = self.source_id = None
        self.start()
        threading.Thread(target=self.feed, daemon=True).start()

    # --- serving ---------------------------------------------------------------------------------------

    def raw_caps(self):
        width, height = self.pictures.size
        return f"video/x-raw,format=I420,width={width},height={height},framerate={round(self.fps)}/1"

    def pipeline(self):
        caps = UNITS[self.codec] if self.pictures.encoded else self.raw_caps()
        encode = "" if self.pictures.encoded else ENCODE[self.codec].format(kbps=self.kbps, gop=self.gop) + " ! "
        source = f"appsrc name=src is-live=true format=time max-bytes=0 caps={caps}"
        return f"( {source} ! {encode}{PAY[self.codec]} )"

    def lock(self, server, factory):
        auth, token = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "user")
        if self.tls:
            auth.set_tls_certificate(own_certificate())
        if not self.user:
            auth.set_default_token(token)
        elif self.auth == "basic":
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(self.user, self.password), token)
        else:
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            auth.add_digest(self.user, self.password, token)
        server.set_auth(auth)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_role("user")
        permissions.add_permission_for_role("user", "media.factory.access", True)
        permissions.add_permission_for_role("user", "media.factory.construct", True)
        factory.set_permissions(permissions)

    def start(self):
        server, factory = GstRtspServer.RTSPServer(), GstRtspServer.RTSPMediaFactory()
        server.set_address(HOST)
        server.set_service(str(self.port))
        factory.set_shared(True)
        factory.set_launch(self.pipeline())
        factory.set_latency(0)
        factory.connect("media-configure", self.on_media)
        if self.user or self.tls:
            self.lock(server, factory)
        server.get_mount_points().add_factory("/" + self.name, factory)
        server.connect("client-connected", self.on_client)
        self.source_id = server.attach(None)
        if not self.source_id:
            raise RuntimeError(f"Cannot serve {self.name}: port {self.port} is taken")
        self.port = server.get_bound_port()  # kept over every stop, as a camera keeps its address
        self.server, self.factory = server, factory

    def on_client(self, _server, client):
        self.clients.add(client)
        client.connect("closed", self.clients.discard)

    def drop(self):
        for client in list(self.clients):
            client.close()

    def stop(self):
        if self.source_id:
            GLib.source_remove(self.source_id)
            self.source_id = None
        self.drop()
        self.server = self.appsrc = None

    def on_media(self, _factory, media):
        def unprepared(_media):
            self.appsrc = self.media = None

        media.connect("unprepared", unprepared)
        delay, self.delay = self.delay, 0.0
        if delay:
            threading.Timer(delay, self.bind, [media]).start()
        else:
            self.bind(media)

    def bind(self, media):
        self.media, self.set_at, self.stamp = media, None, 0
        self.spoiler = media.get_element().get_by_name("spoil")
        self.spoil()
        self.appsrc = media.get_element().get_by_name("src")

    def spoil(self):
        if self.spoiler:
            self.spoiler.set_property("probability", 0.01 if self.fault == "garbage" else 0.0)

    def dig_hole(self):
        self.hole, self.held = socket.create_server((HOST, self.port)), []

        def accept(hole):
            try:
                while True:
                    self.held.append(hole.accept()[0])
            except OSError:
                return  # the hole was filled

        self.hole_thread = threading.Thread(target=accept, args=[self.hole], daemon=True)
        self.hole_thread.start()

    def fill_hole(self):
        self.hole.shutdown(socket.SHUT_RDWR)  # closing alone would leave the thread in accept()
        self.hole_thread.join()
        self.hole.close()
        self.hole = None
        for held in self.held:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            held.close()

    # --- pictures --------------------------------------------------------------------------------------

    def feed(self):
        n, due = 0, time.monotonic()
        while True:
            due = max(due + 1 / self.fps, time.monotonic() - 1)  # after a pause it does not race to catch up
            time.sleep(max(0, due - time.monotonic()))
            n, appsrc = n + 1, self.appsrc
            if appsrc is None or self.fault == "stall":
                continue
            try:
                data = self.pictures.frozen() if self.fault == "freeze" else self.pictures.next(n)
                self.sent += 1
                buffer = Gst.Buffer.new_wrapped(data)
                buffer.pts = self.camera_time()
                appsrc.emit("push-buffer", buffer)
            except (OSError, ValueError, TypeError) as error:
                print("feed", self.name, error, file=sys.stderr)

    def camera_time(self):
        """Nanoseconds by the camera's own clock; it sends at once, whatever they say."""
        media = self.media
        if media is not None:
            media.set_rate_control(False)  # every PLAY of a client switches it on
        now = time.monotonic_ns()
        self.stamp += int((now - (self.set_at or now)) * self.ratio)
        self.set_at = now
        return max(0, self.stamp)

    # --- faults ----------------------------------------------------------------------------------------

    def resize(self, size):
        """A camera whose resolution is changed restarts its stream in place."""
        self.pictures.size = tuple(map(int, size.split("x")))
        self.factory.set_launch(self.pipeline())  # for who comes later
        if self.appsrc is not None:
            self.appsrc.set_property("caps", Gst.Caps.from_string(self.raw_caps()))

    def come_back(self):
        self.apply({"fault": "none"})
        return False  # once

    def apply(self, request):
        fault = request.get("fault", "none")
        if fault == "garbage" and self.codec == "mjpeg":
            return {"error": "rtpjpegpay 1.22 crashes on broken JPEG: use mjpeg_cam.mjs"}
        if fault in ("resize", *LENS_FAULTS) and self.pictures.encoded:
            return {"error": "a copied file keeps its pictures: use src=clock or src=live:FILE"}
        was, self.fault = self.fault, fault
        if self.hole:
            self.fill_hole()
        if fault in ("drop", "slow", "resize", "badauth", "jump"):
            self.fault = "none"  # these happen once
        if fault == "drop":
            self.drop()
        elif fault == "stop":
            self.stop()
        elif fault == "blackhole":
            self.stop()
            self.dig_hole()
        elif fault == "reboot":
            self.stop()
            GLib.timeout_add(int(float(request.get("down_s", 5)) * 1000), self.come_back)
        elif fault == "slow":
            self.delay = float(request.get("delay_s", 4))
            self.drop()
        elif fault == "resize":
            self.resize(request["size"])
        elif fault == "unmount":
            if self.server is None:
                self.start()
            self.server.get_mount_points().remove_factory("/" + self.name)
            self.drop()
        elif fault == "badauth":
            self.user, self.password = request["user"], request["pass"]
            self.stop()
        elif fault == "jump":
            self.stamp += int(float(request.get("by_s", 3600)) * 1e9)
        elif fault == "pace":
            self.ratio = float(request.get("ratio", 0))
        elif fault in PLAIN_FAULTS:
            self.ratio, self.pictures.lens = 1.0, fault
            self.spoil()
        else:
            self.fault = was
            return {"error": f"no fault is called {fault}"}
        if was == "unmount" and fault in PLAIN_FAULTS:
            self.stop()
        if self.server is None and self.fault not in AWAY:
            self.start()
        return self.info()

    def info(self):
        told = {
            "name": self.name,
            "port": self.port,
            "url": f"rtsp{'s' if self.tls else ''}://{HOST}:{self.port}/{self.name}",
            "codec": self.codec,
            "size": "%dx%d" % self.pictures.size,
            "fps": self.fps,
            "fault": self.fault,
            "clients": len(self.clients),
            "sent": self.sent,
        }
        shown = getattr(self.pictures, "shown", None)
        return {**told, "truth": shown[-40:]} if shown else told


def on_loop(work):
    """Runs on GLib's thread, where everything of GStreamer's server belongs, and waits for the answer."""
    done, answers = threading.Event(), []

    def go():
        try:
            answers.append(work())
        except Exception as error:  # told to the caller, whatever it is
            answers.append({"error": repr(error)})
        done.set()
        return False

    GLib.idle_add(go)
    done.wait()
    return answers[0]


def control_of(cameras):
    class Control(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def answer(self, value):
            body = json.dumps(value).encode()
            self.send_response(400 if "error" in value else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.answer({"cams": [camera.info() for camera in cameras.values()]})

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
            camera = cameras.get(self.path.strip("/"))
            self.answer(on_loop(lambda: camera.apply(request)) if camera else {"error": "no such camera"})

    return Control


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cam", action="append", required=True)
    parser.add_argument("--control", type=int, default=0)
    args = parser.parse_args()
    Gst.init(None)
    cameras = {}
    for text in args.cam:
        options = dict(part.split("=", 1) for part in text.split(","))
        cameras[options["name"]] = Camera(options)
    control = ThreadingHTTPServer((HOST, args.control), control_of(cameras))
    threading.Thread(target=control.serve_forever, daemon=True).start()

    def bye():
        for camera in cameras.values():
            camera.pictures.close()
        os._exit(0)

    def forget_old_sessions():
        for camera in cameras.values():
            if camera.server:
                camera.server.get_session_pool().cleanup()
        return True

    for number in (signal.SIGINT, signal.SIGTERM):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, bye)
    GLib.timeout_add_seconds(5, forget_old_sessions)
    ready = {"ready": True, "control": control.server_port, "cams": [c.info() for c in cameras.values()]}
    print(json.dumps(ready), flush=True)
    GLib.MainLoop().run()


main()
