/** All cameras that can be found from this box: plugged in, and on its networks. 4 s at most, and never an error. */
import { type DiscoverOnvifOptions, discoverOnvif, type OnvifFound } from "./onvif_find.ts";
import { listUsbCameras, type UsbCamera, type UsbRoots } from "./usb.ts";

/** Cameras answer within half a second (the protocol has them wait so long at random); three questions need three. */
const ONVIF_MS = 3_500;

export interface Discovered {
  readonly usb: readonly UsbCamera[];
  readonly onvif: readonly OnvifFound[];
  /** Sentences for people: what could not be searched, and the cure. */
  readonly problems: Readonly<Record<"usb" | "onvif", readonly string[]>>;
}

export interface DiscoverOptions {
  readonly signal?: AbortSignal;
  readonly network?: Partial<Pick<DiscoverOnvifOptions, "timeoutMs" | "interface">>;
  readonly roots?: UsbRoots;
}

export async function discover({ signal, network, roots }: DiscoverOptions = {}): Promise<Discovered> {
  const heed = signal === undefined ? {} : { signal };
  const [usb, onvif] = await Promise.allSettled([
    listUsbCameras({ ...heed, ...(roots === undefined ? {} : { roots }) }),
    discoverOnvif({ timeoutMs: ONVIF_MS, ...network, ...heed }),
  ]);
  const cameras = usb.status === "fulfilled" ? usb.value : [];
  const search = onvif.status === "fulfilled" ? onvif.value : undefined;
  return {
    usb: cameras,
    onvif: search?.found ?? [],
    problems: {
      usb:
        usb.status === "fulfilled"
          ? cameras.flatMap(({ problem }) => problem ?? [])
          : ["Cannot list the plugged-in cameras: the system does not tell them"],
      onvif: search?.problems ?? ["Cannot search for network cameras: enter the address by hand"],
    },
  };
}
