/** The demonstration cell: two looped films of a rendered machine cell, ours, with their own zones. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, EMPTY_CONFIG } from "./domain/config.ts";

type Corner = [x: number, y: number];

export const DEMONSTRATION_FOLDER = join(import.meta.dirname, "../models/demo");

/** The floor marking that the truth file of a film describes: the danger zone, or the line around it. */
function marking(film: string, which: "zone" | "warning"): Corner[] {
  const truth = JSON.parse(readFileSync(join(DEMONSTRATION_FOLDER, `${film}.truth.json`), "utf8")) as Record<
    string,
    Corner[] | undefined
  >;
  const points = truth[which] ?? [];
  const [first, last] = [points[0], points.at(-1)];
  const closed = points.length > 3 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return closed ? points.slice(0, -1) : points;
}

/** What a box guards when nobody has told it anything: a stop zone in one view, a warn zone in the other. */
export function demonstrationConfig(): Config {
  const film = (name: string): string => `file:${join(DEMONSTRATION_FOLDER, `${name}.mp4`)}`;
  const camera = (id: string, name: string) => ({
    id,
    name,
    source: film(`cell-${id}`),
    fps: 10,
    transport: "tcp" as const,
  });
  const output = { board: "sim", zones: [] as string[], pulseMs: 500 };
  return {
    site: { name: "Demonstration cell", timezone: "UTC", fullView: true },
    cameras: [camera("front", "Front"), camera("side", "Side")],
    zones: [
      {
        id: "cell",
        camera: "side",
        name: "Cell",
        kind: "stop",
        polygon: marking("cell-side", "zone"),
        dwellMs: 0,
      },
      {
        id: "approach",
        camera: "front",
        name: "Approach",
        kind: "warn",
        polygon: marking("cell-front", "warning"),
        dwellMs: 0,
      },
    ],
    tower: EMPTY_CONFIG.tower,
    tests: EMPTY_CONFIG.tests,
    boards: [{ id: "sim", driver: "simulated", channels: 8, ratedOperations: 100_000 }],
    outputs: [
      { ...output, id: "permit", name: "Run permit", channel: 1, role: "run-permit", zones: ["cell"] },
      { ...output, id: "horn", name: "Horn", channel: 2, role: "while-active", zones: ["cell"], horn: true },
      { ...output, id: "stop-pulse", name: "Stop pulse", channel: 3, role: "pulse", zones: ["cell"] },
      { ...output, id: "red", name: "Red lamp", channel: 4, role: "lamp-red" },
      { ...output, id: "amber", name: "Amber lamp", channel: 5, role: "lamp-amber" },
      { ...output, id: "green", name: "Green lamp", channel: 6, role: "lamp-green" },
    ],
    record: EMPTY_CONFIG.record,
    network: EMPTY_CONFIG.network,
    detector: { model: "default" },
  };
}
