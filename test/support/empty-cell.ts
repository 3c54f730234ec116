/** The plainest box that guards something: one camera on an empty cell, one stop zone, one permit, one horn. */
export const EMPTY_CELL_FPS = 10;

/** A provisioning file for it. `film` is made by `makeEmptyFilm`. */
export function emptyCell(film: string) {
  return {
    site: { name: "Empty cell", timezone: "UTC", fullView: true },
    cameras: [{ id: "side", name: "Side", source: `file:${film}`, fps: EMPTY_CELL_FPS }],
    zones: [
      {
        id: "cell",
        camera: "side",
        name: "Cell",
        kind: "stop",
        polygon: [
          [0.1, 0.3],
          [0.9, 0.3],
          [0.9, 0.95],
          [0.1, 0.95],
        ],
      },
    ],
    boards: [{ id: "sim", driver: "simulated", channels: 8 }],
    outputs: [
      { id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["cell"] },
      { id: "horn", board: "sim", channel: 2, role: "while-active", zones: ["cell"] },
    ],
  };
}
