/** Cameras behind a bad network: namespaces made by test/rigs/net.sh, each with a camera of its own behind it. */
import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ownProgram } from "../../server/base/child.ts";
import { type RigOptions, startRig } from "./rig.ts";

const run = promisify(execFile);
const place = (file: string): string => fileURLToPath(new URL(`../rigs/${file}`, import.meta.url));
const NET = place("net.sh");
// Debian's own Python: the bindings of GStreamer are in no other.
const RTSP = ["/usr/bin/python3", place("rtsp_cam.py")];
const HTTP = ownProgram(place("mjpeg_cam.mjs"));

export type Trouble =
  | readonly ["loss", permille: number]
  | readonly ["cut"]
  | readonly ["cutone"]
  | readonly ["rate", rate: string, queueMs: number]
  | readonly ["heal"];

export interface BadNetwork extends AsyncDisposable {
  /** The camera's address, seen from outside. */
  readonly url: string;
  /** Takes the place of the trouble before. */
  now(...trouble: Trouble): Promise<void>;
}

let lacks: string | false | undefined;

/** False where such networks can be made here, else why not. */
export function missingNetworks(): string | false {
  lacks ??= probe();
  return lacks;
}

function probe(): string | false {
  const lacking = ["ip", "nft", "tc"].filter((name) => spawnSync(name, ["-V"]).error !== undefined);
  if (lacking.length > 0)
    return `no ${lacking.join(", ")} here to make a bad network; cure: apt-get install iproute2 nftables`;
  const number = freeNumber();
  const made = spawnSync(NET, ["up", String(number)], { encoding: "utf8" });
  spawnSync(NET, ["down", String(number)]);
  return made.status === 0 ? false : `no network namespaces here (${made.stderr.trim()}); cure: run as root`;
}

let next = 0;

/** One that nobody uses, as far as 250 numbers allow; what a run that was killed has left behind is used. */
function freeNumber(): number {
  const { stdout } = spawnSync("ip", ["netns", "list"], { encoding: "utf8" });
  for (let tries = 0; tries < 250; tries++) {
    const number = 1 + ((process.pid * 7 + next++) % 250);
    if (!stdout.includes(`pal${number}-`)) return number;
  }
  throw new Error("Every number for a network is taken; cure: ip netns delete those that are left over");
}

/** One camera at the far end of a network of its own. */
export async function openBadNetwork(kind: "rtsp" | "http", camera: RigOptions): Promise<BadNetwork> {
  const number = String(freeNumber());
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => void (await run(NET, ["down", number])));
  await run(NET, ["up", number]);
  const program = kind === "rtsp" ? RTSP : [HTTP.command, ...HTTP.args];
  const inside = ["in", number, ...program];
  const rig = stack.use(await startRig(NET, inside, [camera]));
  const address = new URL(rig.url(camera.name));
  address.hostname = `198.18.${number}.1`;
  const owned = stack.move();
  return {
    url: address.href,
    async now(...[what, ...more]) {
      await run(NET, [what, number, ...more.map(String)]);
    },
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}
