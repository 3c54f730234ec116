/** What somebody without any right sees of the USB cameras. Root may read everything, so a test by root asks this one. */
import { listUsbCameras, type UsbRoots } from "../../server/camera/usb.ts";

const roots = JSON.parse(process.argv[2] ?? "{}") as UsbRoots;
process.setuid?.(65534);
console.log(JSON.stringify(await listUsbCameras({ roots })));
