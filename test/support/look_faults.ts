/** What happens to a camera, and what ordinary light does: changes of frames for the trust checks. */
import type { TrustFault } from "../../server/domain/trust.ts";
import { type Change, chance, lit, MODEL, noisy, same, turned } from "./looks.ts";

/** Light and shaking as a working day has them: none of it is a fault. */
export const ORDINARY: Readonly<Record<string, () => Change>> = {
  day: () => same,
  /** Down to a quarter of the light and up again, 8 minutes each way. */
  dusk: () => lit((level, at) => level * (0.625 + 0.375 * Math.cos((Math.PI * at) / 480_000))),
  /** Every 20 s a lamp goes on or off, and the camera's exposure and gamma follow. */
  lamps: () => {
    const random = chance(3);
    let [until, gain, gamma] = [0, 1, 1];
    return lit((level, at) => {
      if (at >= until) [until, gain, gamma] = [at + 20_000, 0.6 + 0.8 * random(), 0.7 + 0.7 * random()];
      return 255 * gain * (level / 255) ** gamma;
    });
  },
  /** A third of the light and a sensor that makes up for it with noise. */
  night: () =>
    noisy(
      6,
      lit((level) => level * 0.33),
    ),
  /** A mast beside a machine: every picture up to half a percent beside the one before. */
  shaking: () => {
    const random = chance(5);
    const places = Array.from({ length: 9 }, (_, i) => turned((i % 3) - 1, Math.floor(i / 3) - 1));
    return (from, to, at) => places[Math.floor(random() * places.length)]?.(from, to, at);
  },
  /** Flashes of a single picture, as of welding, every few seconds. */
  welding: () => lit((level, at) => (Math.floor(at / 100) % 37 === 0 ? 250 + level / 50 : level)),
};

const PLANE = MODEL.width * MODEL.height;

/** A thing before the lens, all but `seen` of the picture's width: its shading changes slowly, as a near hand's. */
function before(grey: number, shading: number, seen = 0): Change {
  return noisy(1.5, (from, to) => {
    for (let i = 0; i < PLANE; i++) {
      const [x, y] = [i % MODEL.width, Math.floor(i / MODEL.width)];
      const shade = Math.sin(x / 90) * Math.cos(y / 70 + 1);
      to[i] = x < seen * MODEL.width ? (from[i] as number) : grey + shading * shade;
    }
  });
}

function held(): Change {
  let frame: Uint8Array | undefined;
  return (from, to) => {
    frame ??= from.slice();
    to.set(frame);
  };
}

/** Three passes of a box come close to a lens out of focus; `radius` in pixels of the model's input. */
function blurred(radius: number): Change {
  const { width, height } = MODEL;
  const line = new Float64Array(Math.max(width, height));
  const pass = (plane: Uint8Array, start: number, step: number, count: number): void => {
    let sum = 0;
    const value = (i: number): number => plane[start + step * Math.max(0, Math.min(count - 1, i))] as number;
    for (let i = -radius; i <= radius; i++) sum += value(i);
    for (let i = 0; i < count; i++) {
      line[i] = sum / (2 * radius + 1);
      sum += value(i + radius + 1) - value(i - radius);
    }
    for (let i = 0; i < count; i++) plane[start + step * i] = line[i] as number;
  };
  return (from, to) => {
    to.set(from);
    for (let times = 0; times < 3; times++) {
      for (let y = 0; y < height; y++) pass(to, y * width, 1, width);
      for (let x = 0; x < width; x++) pass(to, x, width, height);
    }
  };
}

export interface LookFault {
  readonly name: string;
  readonly change: () => Change;
  /** Any of these is the truth; the first is the whole of it. */
  readonly tells: readonly TrustFault[];
  /** The latest that it must be told, seconds. */
  readonly within: number;
}

const percent = (share: number): number => Math.round((share * MODEL.width) / 100);
const shifted = (name: string, dx: number, dy: number, degrees = 0): LookFault => ({
  ...{ name, tells: ["moved"], within: 5 },
  change: () => turned(percent(dx), percent(dy), degrees),
});
const covered: readonly TrustFault[] = ["blind", "dark", "glare", "moved"];
const unsharp = (name: string, radius: number): LookFault => ({
  ...{ name, tells: ["defocus", "blind", "moved"], within: 35 },
  change: () => blurred(radius),
});

export const FAULTS: readonly LookFault[] = [
  { name: "covered, black", change: () => before(5, 3), tells: ["dark", "blind"], within: 5 },
  { name: "covered, grey cloth", change: () => before(110, 8), tells: covered, within: 5 },
  { name: "covered, hand over 95 %", change: () => before(140, 40, 0.05), tells: covered, within: 5 },
  { name: "dark", change: () => lit((level) => level * 0.05), tells: ["dark"], within: 5 },
  { name: "glare", change: () => lit((level) => level + 180), tells: ["glare"], within: 5 },
  { name: "frozen", change: held, tells: ["frozen"], within: 5 },
  shifted("moved 3 % across", 3, 0),
  shifted("moved 3 % down", 0, 3),
  shifted("moved 5 %", -4, 3),
  shifted("moved 10 %", 8, -6),
  shifted("moved 25 %", 25, 4),
  shifted("turned 2 degrees", 0, 0, 2),
  shifted("turned 4 degrees", 0, 0, 4),
  unsharp("defocused, 0.6 % of the width", 2),
  unsharp("defocused, 1.1 %", 4),
  unsharp("defocused, 2.0 %", 8),
];
