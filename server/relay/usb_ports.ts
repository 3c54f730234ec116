/** Which devices sit at which USB ports, as Linux tells it under /sys. Nothing is opened for it. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface UsbDevice {
  /** The bus, and the port on each hub on the way: `1-1.4`. Stays when another device is plugged in there. */
  readonly port: string;
  /** Four hexadecimal digits each, small. */
  readonly vendorId: string;
  readonly productId: string;
  /** Empty where the device names none. */
  readonly product: string;
}

export interface UsbNode {
  /** `/dev/hidraw0`. Its number changes from plug to plug. */
  readonly path: string;
  readonly device: UsbDevice;
}

export interface SerialPort {
  /** What stays from plug to plug, where the system has such a name. */
  readonly path: string;
  readonly name: string;
}

const PORT = /^\d+-\d+(?:\.\d+)*$/;

/** What vanishes while it is looked at was pulled out. */
function whereThere<T>(look: () => T, gone: T): T {
  try {
    return look();
  } catch (error) {
    if (["ENOENT", "ENODEV", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return gone;
    throw error;
  }
}

function deviceAt(folder: string): UsbDevice {
  const text = (name: string): string =>
    whereThere(() => readFileSync(join(folder, name), "utf8"), "").trim();
  return {
    port: basename(folder),
    vendorId: text("idVendor"),
    productId: text("idProduct"),
    product: text("product"),
  };
}

/** The USB device a part of it belongs to; undefined where it does not come by USB. */
function usbDeviceOf(part: string): UsbDevice | undefined {
  for (let folder = part; dirname(folder) !== folder; folder = dirname(folder)) {
    if (PORT.test(basename(folder))) return deviceAt(folder);
  }
  return undefined;
}

/** Every node of a kernel class, such as `hidraw`, that belongs to a USB device. */
export function usbNodes(kernelClass: string, sys = "/sys"): readonly UsbNode[] {
  const folder = join(sys, "class", kernelClass);
  return whereThere(() => readdirSync(folder), [])
    .sort()
    .flatMap((name) => {
      const part = whereThere(() => realpathSync(join(folder, name, "device")), undefined);
      const device = part === undefined ? undefined : usbDeviceOf(part);
      return device === undefined ? [] : [{ path: `/dev/${name}`, device }];
    });
}

/** By the port it hangs on, else by what it calls itself. */
const LASTING = ["serial/by-path", "serial/by-id"];

function lastingName(path: string, dev: string): string {
  for (const name of LASTING) {
    const folder = join(dev, name);
    const link = whereThere(() => readdirSync(folder), []).find(
      (each) => whereThere(() => basename(readlinkSync(join(folder, each))), "") === basename(path),
    );
    if (link !== undefined) return join(folder, link);
  }
  return path;
}

/** The serial ports that hang on USB. One that is built in is known to whoever wired it. */
export function listSerialPorts(sys = "/sys", dev = "/dev"): readonly SerialPort[] {
  return usbNodes("tty", sys).map(({ path, device }) => ({
    path: lastingName(path, dev),
    name: `${device.product || `${device.vendorId}:${device.productId}`} at USB port ${device.port}`,
  }));
}
