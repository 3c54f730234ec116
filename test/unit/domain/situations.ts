/** Things that happen to the small box of scenario.ts, with the roles of output that it lacks. */
import type { CameraFault } from "../../../server/domain/camera.ts";
import type { Config } from "../../../server/domain/config.ts";
import type { DropCause } from "../../../server/domain/relay.ts";
import { configOf, IN_AISLE, Play, PROVISION, person } from "./scenario.ts";

export const CELL = "zone.stop.occupied:cell";

/** The small box with the two roles it lacks, and a siren at the aisle. */
export function fullConfig(change: (file: typeof PROVISION) => void = () => undefined): Config {
  const file = structuredClone(PROVISION);
  if (file.boards[0]) file.boards[0].channels = 16;
  file.outputs.push(
    { id: "white", board: "sim", channel: 9, role: "lamp-white" },
    { id: "beat", board: "sim", channel: 10, role: "heartbeat" },
    { id: "siren", board: "sim", channel: 11, role: "while-active", zones: ["aisle"] },
  );
  change(file);
  return configOf(file);
}
const FULL = fullConfig();
export const full = (): Play => new Play(FULL);

export function lose(play: Play, camera: string, why: CameraFault = "lost"): Play {
  const state = { kind: "error", why, message: "m", attempt: 1, since: play.at, retryAt: play.at } as const;
  play.feed({ kind: "camera", camera, state });
  return play;
}

export function acknowledge(play: Play, ...alarms: string[]): Play {
  for (const alarm of alarms) play.feed({ kind: "acknowledge", alarm, by: "panel" });
  return play;
}

export function aislePerson(play: Play): Play {
  for (let i = 0; i < 3; i++) {
    play.at += 100;
    play.see("front").see("side", person(IN_AISLE));
  }
  return play;
}

export function lost(play: Play): Play {
  play.feed({ kind: "relay", state: { kind: "lost", why: "The guardian ended", since: play.at } });
  return play;
}

export function failed(play: Play): Play {
  play.feed({ kind: "detector", state: { kind: "failed", why: "Install the model again" } });
  return play.wait(1_100);
}

export function dropped(play: Play, cause: DropCause): Play {
  play.epoch++;
  play.relay({ lastDrop: { cause, at: play.at } });
  return play;
}

export function said(play: Play, kind: "shutdown" | "tick"): Play {
  play.feed({ kind });
  return play;
}

export function stop(play: Play): Play {
  play.feed({ kind: "stop-request", by: "panel" });
  return play;
}

export function fullDisk(play: Play): Play {
  play.feed({ kind: "record", writable: false, why: "The disk is full" });
  return play;
}

export function mismatched(play: Play): Play {
  play.relay({ outputs: { permit: { demand: "energised", readback: "dropped", mismatch: true } } });
  return play;
}

export function unplugged(play: Play): Play {
  play.relay({ boards: { sim: { kind: "lost", why: "The board was unplugged" } } });
  return play;
}
