/** What the shift report's pages ask of the box. Reading needs no PIN; writing asks for one each time. */
import type { ToldShift } from "../../server/domain/shift_sheet.ts";
import type { ShiftList } from "../../server/http/shifts.ts";
import { call, type Outcome } from "../call.ts";
import type { Person } from "../state.ts";

export type { ShiftList, ToldShift };

const PATH = "/api/shifts";
/** A long shift is read in slices, behind everything that has to be written. */
const REPORT_MS = 30_000;

export async function readShift(id: string): Promise<Outcome<ToldShift>> {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  return (await call({ method: "GET", path, timeoutMs: REPORT_MS })) as Outcome<ToldShift>;
}

export async function readShifts(before: string | undefined): Promise<Outcome<ShiftList>> {
  const path = before === undefined ? PATH : `${PATH}?before=${before}`;
  return (await call({ method: "GET", path })) as Outcome<ShiftList>;
}

interface Writer {
  readonly person: Person;
  readonly pin: string;
}

export async function writeNote(
  { report, notes }: ToldShift,
  text: string,
  { person, pin }: Writer,
): Promise<Outcome<unknown>> {
  const body = { text, version: notes.at(-1)?.version ?? 0, name: person.name, pin };
  return await call({ method: "POST", path: `${PATH}/${report.shift.id}/note`, body });
}

export async function signShift(
  { report, hash }: ToldShift,
  { person, pin }: Writer,
): Promise<Outcome<unknown>> {
  const body = { hash, name: person.name, pin };
  return await call({
    ...{ method: "POST", path: `${PATH}/${report.shift.id}/sign`, body, timeoutMs: REPORT_MS },
  });
}
