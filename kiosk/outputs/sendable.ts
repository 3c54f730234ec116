/** What the box is sent of a form. Null takes a member out; a number that is none goes as it was written. Pure. */
import { boardKind } from "../../server/domain/board.ts";
import type { BoardDraft, OutputDraft } from "./place.ts";

type Body = Readonly<Record<string, unknown>>;

/** What a board of this kind is asked for beside its channels. */
export function membersOf(driver: BoardDraft["driver"]) {
  const kind = boardKind(driver);
  return {
    address: kind.address !== "none",
    inputs: kind.maxInputs > 0,
    modbus: driver === "modbus-tcp" || driver === "modbus-rtu",
    baud: kind.address === "serial-device",
    selfTimed: kind.selfTimed,
    watchdog: kind.hostWatchdog,
    /** It may carry a run permit, and would keep it energised when the box dies. */
    deadMan: kind.carries === "everything" && kind.simulated !== true,
  };
}

function numeral(text: string): number | string | null {
  const written = text.trim();
  if (written === "") return null;
  return /^\d+$/.test(written) ? Number(written) : written;
}

export function boardBody(draft: BoardDraft): Body {
  const takes = membersOf(draft.driver);
  const id = draft.id.trim();
  return {
    ...(draft.of === undefined && id !== "" ? { id } : {}),
    driver: draft.driver,
    channels: draft.channels,
    address: takes.address && draft.address.trim() !== "" ? draft.address.trim() : null,
    inputs: takes.inputs && draft.inputs > 0 ? draft.inputs : null,
    unit: takes.modbus ? numeral(draft.unit) : null,
    firstCoil: takes.modbus ? numeral(draft.firstCoil) : null,
    firstInput: takes.modbus && draft.inputs > 0 ? numeral(draft.firstInput) : null,
    baud: takes.baud ? numeral(draft.baud) : null,
    selfTimedMs: takes.selfTimed === undefined ? null : numeral(draft.selfTimedMs),
    watchdogMs: takes.watchdog ? numeral(draft.watchdogMs) : null,
    acceptNoDeadMan: takes.deadMan && draft.acceptNoDeadMan ? true : null,
    ratedOperations: numeral(draft.ratedOperations),
  };
}

export function outputBody(draft: OutputDraft): Body {
  const { name, role, board, channel, zones, second, feedback } = draft;
  return {
    name: name.trim() === "" ? null : name.trim(),
    ...{ role, board, channel, zones },
    pulseMs: role === "pulse" ? numeral(draft.pulseMs) : null,
    horn: role === "while-active" ? draft.horn : null,
    second: role === "run-permit" ? (second ?? null) : null,
    feedback: feedback ?? null,
  };
}
