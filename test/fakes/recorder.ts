/** Records a clip into the folder that is named, ten pictures a second, says how many, and goes on until it is killed. */
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { Recording } from "../../server/evidence/recording.ts";
import { Ring } from "../../server/evidence/ring.ts";
import { numbered } from "../support/jpegs.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("Cannot record: name the folder");
const ring = new Ring(4e6);
const put = (at: number, n: number): boolean =>
  ring.put({ at, size: { width: 640, height: 360 }, jpeg: numbered(n) });
const began = monotonicMs();
let n = 0;
for (; n < 20; n++) put(began - 2_000 + n * 100, n);
new Recording({
  folder,
  about: { id: "killed", camera: "front", cameraName: "Front", cycle: 7, zones: [] },
  first: {
    alarm: "zone.stop.occupied:cell",
    occurrence: "a@1",
    text: "Person in Cell",
    at: began,
    wallAt: Date.now(),
  },
  beforeMs: 5_000,
  afterMs: 60_000,
  ready: Promise.resolve(),
  after: (at) => ring.after(at),
  onLines: () => process.stdout.write("begun\n"),
  signal: new AbortController().signal,
});
for (;;) {
  await wait(100);
  put(monotonicMs(), n++);
  process.stdout.write(`${n}\n`);
}
