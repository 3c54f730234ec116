#!/usr/bin/python3
"""DCT USBRelay boards (16c0:05df) that Linux takes for real ones. For the VM of test/rigs/vm, as root.

  relay_board.py name=A,id=HW554,relays=4 name=B,id=HW554,relays=2

Each is a whole USB device on usbip's virtual host controller: enumeration, usbhid, hidraw, sysfs all see it. Boards take
the controller's ports in their order. Control: one JSON object a line on stdin, one answer a line on stdout; the first
line says that all are plugged in. It ends with its stdin.

  {"board": "A"}                                  tells the board: true coils, changes with their time, writes
  {"board": "A", "unplug": true}                  {"board": "A", "plug": true}
  {"board": "A", "fault": "eproto", "times": 1}   every other key of a fault is in the table

  none
  stuck      orders are accepted, coils do not move, the read-back is honest
  lie        coils do not move, the read-back says that they did
  inverted   coils move, the read-back says the contrary
  welded     relay N stays energised ("relay")
  badid      the id cannot be read
  eproto     so many transfers fail on the wire ("times")
  hang       no answer at all

As on the real board, coils keep their state when the host's program dies, and fall when the board is unplugged.
Times are milliseconds of the machine's monotonic clock.
"""
import json
import os
import socket
import struct
import sys
import threading
import time

CONTROLLER = "/sys/devices/platform/vhci_hcd.0/"
LOW_SPEED = 1
# 22 bytes: one feature report of eight bytes, without a number.
HID_DESCRIPTOR = bytes.fromhex("0600ff0901a101150026ff00750895080900b20201c0")
MAKER = "www.dcttech.com"
VENDOR, PRODUCT = 0x16C0, 0x05DF

# usbip's protocol
SUBMIT, UNLINK, SUBMITTED, UNLINKED = 1, 2, 3, 4
# errno of Linux
EPIPE, EPROTO, ECONNRESET = 32, 71, 104
KEPT_CHANGES = 100_000


class Firmware:
    """What the board does with a report."""

    def __init__(self, ident, relays):
        self.ident, self.relays = ident, relays
        self.fault, self.more = "none", {}
        self.coils = self.claimed = self.writes = 0
        self.changes = []

    def order(self, report):
        self.writes += 1
        command, channel = report[0], report[1]
        everything, bit = (1 << self.relays) - 1, 1 << (channel - 1) if 1 <= channel <= self.relays else 0
        self.claimed = {
            0xFE: everything,
            0xFC: 0,
            0xFF: self.claimed | bit,
            0xFD: self.claimed & ~bit,
        }.get(command, self.claimed)
        if command == 0xFA:
            self.ident = bytes(report[1:6]).decode("latin1")
        if self.fault not in ("stuck", "lie"):
            self.move(self.claimed)

    def move(self, coils):
        if self.fault == "welded":
            coils |= 1 << (self.more.get("relay", 1) - 1)
        if coils != self.coils:
            self.coils = coils
            self.changes.append([time.monotonic() * 1000, coils])
            del self.changes[:-KEPT_CHANGES]

    def status(self):
        told = {"lie": self.claimed, "inverted": self.coils ^ 0xFF}.get(self.fault, self.coils)
        ident = b"\x01\xff\x02\xfe\x03" if self.fault == "badid" else self.ident.encode("latin1")
        return ident[:5].ljust(5, b"\0") + b"\0\0" + bytes([told & 0xFF])

    def wire(self):
        """What the cable does with the next transfer: None is silence, else a status of Linux."""
        if self.fault == "hang":
            return None
        if self.fault == "eproto" and self.more.get("times", 1) > 0:
            self.more["times"] = self.more.get("times", 1) - 1
            return -EPROTO
        return 0

    def power_off(self):
        self.fault = "none"
        self.claimed = 0
        self.move(0)


class Board:
    """The firmware on a plug."""

    def __init__(self, port, name, id="HURTM", relays="4"):
        self.port, self.name = port, name
        self.firmware = Firmware(id, int(relays))
        self.plugged = False
        self.plug()

    def plug(self):
        if self.plugged:
            return
        ours, theirs = socket.socketpair()
        with open(CONTROLLER + "attach", "w") as attach:
            attach.write(f"{self.port} {theirs.fileno()} {0x10002 + self.port} {LOW_SPEED}")
        theirs.close()
        self.socket, self.plugged = ours, True
        self.thread = threading.Thread(target=self.serve, args=[ours], daemon=True)
        self.thread.start()

    def unplug(self):
        if not self.plugged:
            return
        self.plugged = False
        self.firmware.power_off()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)

    def serve(self, link):
        """Answers the host controller until the plug is pulled."""

        def take(count):
            taken = b""
            while len(taken) < count:
                piece = link.recv(count - len(taken))
                if not piece:
                    raise EOFError
                taken += piece
            return taken

        unanswered = set()
        try:
            while True:
                head = take(48)
                command, number, _device, inward, endpoint = struct.unpack_from(">5I", head)
                if command == UNLINK:
                    wanted = struct.unpack_from(">I", head, 20)[0]
                    status = -ECONNRESET if wanted in unanswered else 0
                    unanswered.discard(wanted)
                    link.sendall(struct.pack(">5Ii24x", UNLINKED, number, 0, 0, 0, status))
                    continue
                length = struct.unpack_from(">i", head, 24)[0]
                data = take(length) if not inward and length > 0 else b""
                # The board never sends by itself: what is asked of any other endpoint waits.
                status, out = self.setup(head[40:48], data) if endpoint == 0 else (None, b"")
                if status is None:
                    unanswered.add(number)
                    continue
                out = out[:length] if inward else b""
                size = len(out) if inward else length
                link.sendall(struct.pack(">5I5i8x", SUBMITTED, number, 0, 0, 0, status, size, 0, 0, 0) + out)
        except (EOFError, OSError):
            link.close()

    def setup(self, packet, data):
        """One control transfer: its status, None for none at all, and what it answers."""
        kind, request, value = struct.unpack_from("<BBH", packet)
        if (kind, request) == (0x80, 6):
            found = self.descriptor(value >> 8, value & 255)
            return (0, found) if found else (-EPIPE, b"")
        if (kind, request) == (0x81, 6):
            return 0, HID_DESCRIPTOR
        if (kind, request) in ((0xA1, 1), (0x21, 9)):
            status = self.firmware.wire()
            if status != 0:
                return status, b""
            if request == 1:
                return 0, self.firmware.status()
            self.firmware.order(data)
            return 0, b""
        if kind in (0x80, 0x81, 0x82):
            return 0, b"\0\0"
        return 0, b""

    def descriptor(self, kind, index):
        if kind == 1:
            return struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x110, 0, 0, 0, 8, VENDOR, PRODUCT, 0x100, 1, 2, 0, 1)
        if kind == 2:
            configuration = bytes([9, 2, 34, 0, 1, 1, 0, 0x80, 10])
            interface = bytes([9, 4, 0, 0, 1, 3, 0, 0, 0])
            hid = struct.pack("<BBHBBBH", 9, 33, 0x101, 0, 1, 34, len(HID_DESCRIPTOR))
            interrupt_in = bytes([7, 5, 0x81, 3, 8, 0, 20])
            return configuration + interface + hid + interrupt_in
        if kind == 3:
            text = {1: MAKER, 2: f"USBRelay{self.firmware.relays}"}.get(index, "")
            body = struct.pack("<H", 0x409) if index == 0 else text.encode("utf-16le")
            return bytes([len(body) + 2, 3]) + body if body else b""
        return b""

    def control(self, wish):
        if "fault" in wish:
            self.firmware.fault, self.firmware.more = wish["fault"], wish
            self.firmware.move(self.firmware.coils)
        if wish.get("unplug"):
            self.unplug()
        if wish.get("plug"):
            self.plug()
        if wish.get("clear"):
            self.firmware.changes, self.firmware.writes = [], 0
        return {
            "coils": self.firmware.coils,
            "changes": self.firmware.changes,
            "writes": self.firmware.writes,
            "plugged": self.plugged,
            "failures_left": self.firmware.more.get("times", 0),
        }


def main():
    boards = {}
    for port, text in enumerate(sys.argv[1:]):
        board = Board(port, **dict(part.split("=", 1) for part in text.split(",")))
        boards[board.name] = board
    print(json.dumps({"plugged": list(boards)}), flush=True)
    for line in sys.stdin:
        wish = json.loads(line)
        print(json.dumps(boards[wish["board"]].control(wish)), flush=True)


main()
