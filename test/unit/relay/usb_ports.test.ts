/** What hangs at which USB port, read from folders that look like Linux's /sys and /dev. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { listSerialPorts, usbNodes } from "../../../server/relay/usb_ports.ts";

interface Machine {
  readonly sys: string;
  readonly dev: string;
  /** A serial adapter; without a product where it names none. */
  plug(tty: string, port: string, product?: string): void;
  link(folder: string, name: string, tty: string): void;
}

function machine(t: TestContext): Machine {
  const root = mkdtempSync(join(tmpdir(), "palisade-usb-"));
  t.after(() => rmSync(root, { recursive: true }));
  const [sys, dev] = [join(root, "sys"), join(root, "dev")];
  mkdirSync(join(sys, "class/tty"), { recursive: true });
  return {
    sys,
    dev,
    plug(tty, port, product) {
      const usb = join(sys, "devices/pci0000:00/usb1", port);
      const part = join(usb, `${port}:1.0`, tty);
      mkdirSync(join(part, "tty", tty), { recursive: true });
      writeFileSync(join(usb, "idVendor"), "1a86\n");
      writeFileSync(join(usb, "idProduct"), "7523\n");
      if (product !== undefined) writeFileSync(join(usb, "product"), `${product}\n`);
      symlinkSync("../..", join(part, "tty", tty, "device"));
      symlinkSync(join(part, "tty", tty), join(sys, "class/tty", tty));
    },
    link(folder, name, tty) {
      mkdirSync(join(dev, "serial", folder), { recursive: true });
      symlinkSync(`../../${tty}`, join(dev, "serial", folder, name));
    },
  };
}

test("serial ports on USB are listed by the name that stays, and by what hangs there", (t) => {
  const { sys, dev, plug, link } = machine(t);
  plug("ttyUSB0", "1-1.2", "USB Serial");
  plug("ttyUSB1", "1-1.3");
  plug("ttyACM0", "3-4", "FT232R");
  link("by-path", "pci-0000:00:14.0-usb-0:1.2:1.0-port0", "ttyUSB0");
  link("by-id", "usb-1a86_USB_Serial-if00-port0", "ttyUSB0");
  link("by-id", "usb-FTDI_FT232R_A1-if00-port0", "ttyACM0");
  assert.deepEqual(listSerialPorts(sys, dev), [
    { path: join(dev, "serial/by-id/usb-FTDI_FT232R_A1-if00-port0"), name: "FT232R at USB port 3-4" },
    {
      path: join(dev, "serial/by-path/pci-0000:00:14.0-usb-0:1.2:1.0-port0"),
      name: "USB Serial at USB port 1-1.2",
    },
    { path: "/dev/ttyUSB1", name: "1a86:7523 at USB port 1-1.3" },
  ]);
});

test("what is built in, and what was pulled out while it is looked at, is not listed", (t) => {
  const { sys, dev } = machine(t);
  const builtIn = join(sys, "devices/platform/serial8250/tty/ttyS0");
  mkdirSync(builtIn, { recursive: true });
  symlinkSync("../..", join(builtIn, "device"));
  symlinkSync(builtIn, join(sys, "class/tty/ttyS0"));
  symlinkSync(join(sys, "devices/gone"), join(sys, "class/tty/ttyUSB0"));
  mkdirSync(join(sys, "class/tty/console"));
  assert.deepEqual(listSerialPorts(sys, dev), []);
  assert.deepEqual(usbNodes("hidraw", sys), [], "a kernel without that class");
});
