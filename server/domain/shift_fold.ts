/**
 * Folds the rows of the trail, in the order of their numbers, into the report of a shift. Rows from before the shift
 * only tell what it began with. What no row says is not known, and is said to be unknown.
 */

import { NOT_RECORDED, RECORDED } from "./clip.ts";
import type { Shift } from "./shift.ts";
import { type Instant, isActiveTrack, ShiftAlarms } from "./shift_alarms.ts";
import {
  type BypassEvent,
  type ChangeEvent,
  type Gap,
  Listing,
  listedOf,
  type ShiftNames,
  type ShiftReport,
  Tally,
  type TestEvent,
  type TrailRow,
} from "./shift_report.ts";
import { ShiftStops } from "./shift_stops.ts";
import { NOT_PICTURED, PICTURED } from "./stop_picture.ts";
import type { Drive, Millis } from "./units.ts";

/** Bypasses, cameras and outputs that are followed. */
const FOLLOWED_MAX = 200;
const CHANGES = /^(config|user|camera|board|model|detector|scene|backup|update)\./;
/** Rows that are known and tell the report nothing. */
const KNOWN =
  /^(guardian\.|zone\.|access\.|command\.|box\.|clock\.|cycle\.|alarm\.|output\.|output-test\.|bypass\.|walk-test\.|shift\.|audit\.|evidence\.)/;

type Loose = Readonly<Record<string, unknown>>;
const membersOf = (value: unknown): Loose =>
  typeof value === "object" && value !== null ? (value as Loose) : {};
const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

interface OpenBypass {
  readonly zone: string;
  readonly by: string;
  readonly reason: string;
  readonly fromWallAt: Millis;
  readonly since: Millis;
}

type Work = "running" | "stopped" | "unknown";

export class ShiftFold {
  readonly #shift: Shift;
  readonly #names: ShiftNames;
  readonly #toWallAt: Millis;
  readonly #alarms: ShiftAlarms;
  /** How far the shift's time is told; only ever goes forward, also where the wall clock was put back. */
  #cursor: Millis;
  #work: Work = "unknown";
  readonly #time = { running: 0, stopped: 0, unknown: 0 };
  #last: { readonly wallAt: Millis; readonly stopping: boolean } | undefined;
  #starting = false;
  #began = false;
  #readFromWallAt: Millis | null = null;
  #rows = 0;
  #firstSeq: number | null = null;
  #lastSeq: number | null = null;
  #head: string | null = null;
  #unknownRows = 0;
  #cycle: number | null = null;
  readonly #gaps = new Listing<Gap>();
  readonly #steps = new Listing<{ readonly wallAt: Millis; readonly byMs: Millis }>();
  readonly #stops: ShiftStops;
  readonly #bypasses = new Listing<BypassEvent>();
  readonly #openBypasses = new Map<string, OpenBypass>();
  #bypassedMs = 0;
  readonly #tests = new Listing<TestEvent>();
  readonly #blind = new Map<string, { ms: Millis; times: number; unknownMs: Millis; since?: Millis }>();
  readonly #outputs = new Map<
    string,
    { energised: number; dropped: number; unknown: number; last: Drive | "unknown" | null }
  >();
  readonly #changes = new Listing<ChangeEvent>();
  readonly #wrongPins = new Tally();
  readonly #refused = new Tally();

  /** @param toWallAt the end of the shift, or now where it goes on */
  constructor(shift: Shift, toWallAt: Millis, names: ShiftNames) {
    this.#shift = shift;
    this.#names = names;
    this.#toWallAt = Math.max(shift.fromWallAt, Math.min(toWallAt, shift.untilWallAt));
    this.#cursor = shift.fromWallAt;
    this.#alarms = new ShiftAlarms(names, shift.fromWallAt);
    this.#stops = new ShiftStops(names);
    for (const { id } of names.cameras) this.#blind.set(id, { ms: 0, times: 0, unknownMs: 0 });
    for (const { id } of names.outputs)
      this.#outputs.set(id, { energised: 0, dropped: 0, unknown: 0, last: null });
  }

  /** The next row. One that lies after the shift ends what is known of it. */
  take(row: TrailRow): void {
    const wallAt = Date.parse(row.wallAt);
    if (!Number.isFinite(wallAt)) return;
    const at: Instant = { wallAt, monoMs: row.monoMs, bootId: row.bootId };
    const counts = wallAt >= this.#shift.fromWallAt && wallAt < this.#toWallAt;
    this.#begin(row, wallAt);
    this.#boundary(row, wallAt);
    if (wallAt >= this.#toWallAt) {
      this.#last = { wallAt, stopping: this.#last?.stopping ?? false };
      return;
    }
    this.#advance(wallAt);
    if (counts) this.#count(row);
    this.#fold(row, at, counts);
    this.#last = { wallAt, stopping: row.action === "box.stopping" || (this.#last?.stopping ?? false) };
  }

  /** Before the first row of all nothing was recorded. */
  #begin(row: TrailRow, wallAt: Millis): void {
    if (this.#began) return;
    this.#began = true;
    if (row.seq > 1) {
      this.#readFromWallAt = Math.min(wallAt, this.#shift.fromWallAt);
      return;
    }
    this.#gap({ fromWallAt: this.#shift.fromWallAt, untilWallAt: wallAt, kind: "before" });
    this.#work = "stopped";
  }

  /** A start: from the last row before it nothing is known, and nothing of what was goes on. */
  #boundary({ action }: TrailRow, wallAt: Millis): void {
    const starts = action === "box.starting" || (action === "box.started" && !this.#starting);
    this.#starting = action === "box.starting" || (this.#starting && action !== "box.started");
    if (!starts) return;
    const last = this.#last;
    if (last === undefined) return;
    const ended = last.stopping;
    const within = last.wallAt >= this.#shift.fromWallAt;
    if (this.#work === "running" && !ended && within) this.#stops.cut(last.wallAt, this.#cycle);
    this.#forget("restart", last.wallAt);
    this.#gap({ fromWallAt: last.wallAt, untilWallAt: wallAt, kind: ended ? "ended" : "cut" });
    this.#last = { wallAt, stopping: false };
    this.#work = "stopped";
    this.#cycle = null;
  }

  #gap(gap: Gap): void {
    const from = Math.max(gap.fromWallAt, this.#shift.fromWallAt);
    const until = Math.min(gap.untilWallAt, this.#toWallAt);
    if (until <= from) return;
    this.#gaps.add({ ...gap, fromWallAt: from, untilWallAt: until });
    this.#advance(from);
    const since = this.#cursor;
    this.#work = "unknown";
    this.#advance(until);
    for (const blind of this.#blind.values()) blind.unknownMs += this.#cursor - since;
  }

  #advance(wallAt: Millis): void {
    const next = Math.min(wallAt, this.#toWallAt);
    if (next <= this.#cursor) return;
    this.#time[this.#work] += next - this.#cursor;
    this.#cursor = next;
  }

  #count(row: TrailRow): void {
    this.#rows++;
    this.#firstSeq ??= row.seq;
    this.#lastSeq = row.seq;
    this.#head = row.hash;
    const { action, result, objectId, actor, reason, reasonCode } = row;
    if (action.startsWith("command.") && result === "denied") this.#refused.add(action.slice(8));
    if (action === "access.denied") this.#wrongPins.add(objectId ?? "(no name)");
    // Numbers of people tell nobody anything.
    const object = textOf(membersOf(row.after).name) ?? objectId;
    if (CHANGES.test(action))
      this.#changes.add({
        ...{ wallAt: Date.parse(row.wallAt), action, object, by: actor, reason },
        ...(reasonCode === null ? {} : { reasonCode }),
      });
    else if (!KNOWN.test(action)) this.#unknownRows++;
  }

  #fold(row: TrailRow, at: Instant, counts: boolean): void {
    const { action, actor, objectId, result } = row;
    const after = membersOf(row.after);
    if (action === PICTURED || action === NOT_PICTURED) this.#pictured(row);
    else if (action === RECORDED || action === NOT_RECORDED) return;
    else if (action.startsWith("alarm.")) this.#alarm(row, at, counts);
    else if (action === "cycle.begun") this.#cycleBegun(row, at);
    else if (action === "cycle.ended") this.#cycleEnded(row, at, counts);
    else if (action.startsWith("output.")) this.#output(row, at, counts);
    else if (action === "bypass.begun") this.#bypassBegun(row, at);
    else if (action === "bypass.ended") this.#bypassEnded(objectId ?? "", at.wallAt, row.reason ?? "person");
    else if (action === "command.acknowledge" && result === "ok" && objectId !== null) {
      const track = this.#alarms.acknowledgedBy(objectId, actor);
      if (track !== undefined) this.#stops.acknowledged(track);
    } else if (action === "command.stop-request") this.#stops.requested(at, actor);
    else if (action === "config.published") this.#forget("shutdown", at.wallAt);
    if (!counts) return;
    if (action === "clock.stepped") this.#steps.add({ wallAt: at.wallAt, byMs: numberOf(after.byMs) ?? 0 });
    else if (action === "output-test.recorded") {
      const outcome = after.passed === true ? "passed" : "failed";
      this.#tests.add({ ...{ wallAt: at.wallAt, test: objectId ?? "", by: actor, outcome }, seen: null });
    } else if (action === "walk-test.ended") this.#walked(row, at);
  }

  #alarm({ action, objectId, before, actor, reason }: TrailRow, at: Instant, counts: boolean): void {
    if (objectId === null) return;
    const to = action.slice("alarm.".length);
    const from = textOf(membersOf(before).state) ?? this.#alarms.tracks.get(objectId)?.state ?? "normal";
    const track = this.#alarms.change(objectId, { from, to, by: actor, reason }, at, counts);
    if (track !== undefined) this.#stops.acknowledged(track);
    if (objectId.startsWith("prot.")) this.#lookAtCameras();
  }

  #pictured({ objectId, after, reason }: TrailRow): void {
    if (objectId === null) return;
    const { picture, camera, cycle, takenWallAt, offMs, sha256, linesSha256 } = membersOf(after);
    const id = textOf(picture);
    if (id === undefined) {
      this.#stops.pictured({ alarm: objectId, why: reason ?? "" });
      return;
    }
    const row = {
      ...{ picture: id, camera: textOf(camera) ?? "", cycle: numberOf(cycle) ?? 0 },
      ...{ takenWallAt: numberOf(takenWallAt) ?? 0, offMs: numberOf(offMs) ?? 0 },
      ...{ sha256: textOf(sha256) ?? "", linesSha256: textOf(linesSha256) ?? "" },
    };
    this.#stops.pictured({ alarm: objectId, picture: row });
  }

  /** Which cameras saw nothing that counts: each by its own alarms, all of them by the detector's. */
  #lookAtCameras(): void {
    const blinding = [...this.#alarms.tracks.values()].filter(
      (track) => /^prot\.(camera|detector)\./.test(track.definition) && isActiveTrack(track),
    );
    const all = blinding.some(({ definition }) => definition.startsWith("prot.detector."));
    const blind = new Set(blinding.map(({ source }) => source));
    for (const { definition, source } of blinding)
      if (
        definition.startsWith("prot.camera.") &&
        !this.#blind.has(source) &&
        this.#blind.size < FOLLOWED_MAX
      )
        this.#blind.set(source, { ms: 0, times: 0, unknownMs: 0 });
    for (const [camera, seen] of this.#blind) {
      if (all || blind.has(camera)) {
        if (seen.since !== undefined) continue;
        seen.since = this.#cursor;
        seen.times++;
      } else this.#see(camera);
    }
  }

  #see(camera: string): void {
    const seen = this.#blind.get(camera);
    if (seen?.since === undefined) return;
    seen.ms += this.#cursor - seen.since;
    delete seen.since;
  }

  #cycleBegun({ objectId, after, actor }: TrailRow, at: Instant): void {
    this.#cycle = numberOf(Number(objectId)) ?? null;
    this.#work = "running";
    this.#stops.reset(at, textOf(membersOf(after).by) ?? actor);
  }

  #cycleEnded({ objectId, reason }: TrailRow, at: Instant, counts: boolean): void {
    this.#work = "stopped";
    const cycle = numberOf(Number(objectId)) ?? this.#cycle;
    this.#stops.begin({ at, cycle, cause: reason ?? "" }, this.#alarms.tracks.values(), counts);
  }

  #output({ action, objectId, before, after }: TrailRow, at: Instant, counts: boolean): void {
    const to = action.slice("output.".length);
    if (objectId === null || (to !== "energised" && to !== "dropped" && to !== "unknown")) return;
    let output = this.#outputs.get(objectId);
    if (output === undefined && this.#outputs.size < FOLLOWED_MAX) {
      output = { energised: 0, dropped: 0, unknown: 0, last: null };
      this.#outputs.set(objectId, output);
    }
    if (output !== undefined) {
      output.last = to;
      // A guardian that begins drops what it does not know; whether a contact moved nobody knows.
      const moved = to !== "dropped" || membersOf(before).readback !== "unknown";
      if (counts && moved) output[to]++;
    }
    const role = this.#names.outputs.find(({ id }) => id === objectId)?.role ?? "run-permit";
    if (to === "dropped" && role === "run-permit") this.#stops.dropped(membersOf(after).cycle, at);
  }

  #bypassBegun({ objectId, after, actor, reason }: TrailRow, at: Instant): void {
    const zone = objectId ?? "";
    // Entered anew before its time: one bypass ends and the next begins.
    this.#bypassEnded(zone, at.wallAt, "person");
    if (this.#openBypasses.size >= FOLLOWED_MAX) return;
    const members = membersOf(after);
    const by = textOf(members.by) ?? actor;
    const why = textOf(members.reason) ?? reason ?? "";
    const since = this.#cursor;
    this.#openBypasses.set(zone, { zone, by, reason: why, fromWallAt: at.wallAt, since });
  }

  #bypassEnded(zone: string, wallAt: Millis, ended: string): void {
    const bypass = this.#openBypasses.get(zone);
    if (bypass === undefined) return;
    this.#openBypasses.delete(zone);
    this.#tellBypass(bypass, { wallAt, ended });
  }

  #tellBypass(
    bypass: OpenBypass,
    end: { readonly wallAt: Millis; readonly ended: string } | undefined,
  ): void {
    const { since, ...terms } = bypass;
    if (end !== undefined && end.wallAt < this.#shift.fromWallAt) return;
    this.#bypassedMs += this.#cursor - since;
    this.#bypasses.add({ ...terms, untilWallAt: end?.wallAt ?? null, ended: end?.ended ?? null });
  }

  /** Alarms and bypasses live in the rules' state only, which begins anew. */
  #forget(ended: "restart" | "shutdown", wallAt: Millis): void {
    this.#alarms.interrupt();
    this.#lookAtCameras();
    for (const zone of [...this.#openBypasses.keys()]) this.#bypassEnded(zone, wallAt, ended);
  }

  #walked({ objectId, actor, after }: TrailRow, at: Instant): void {
    const { outcome, attempts } = membersOf(after);
    const went = (Array.isArray(attempts) ? attempts : []).map((one) => textOf(membersOf(one).outcome));
    const count = went.filter((each) => each === "detected").length;
    const of = count + went.filter((each) => each === "missed").length;
    this.#tests.add({
      ...{ wallAt: at.wallAt, test: `walk ${objectId ?? ""}`.trim(), by: actor },
      ...{ outcome: textOf(outcome) ?? "", seen: { count, of } },
    });
  }

  /** What the shift came to. Called once, after the last row. */
  report(): ShiftReport {
    this.#advance(this.#toWallAt);
    for (const bypass of this.#openBypasses.values()) this.#tellBypass(bypass, undefined);
    for (const camera of this.#blind.keys()) this.#see(camera);
    const { running, stopped, unknown } = this.#time;
    return {
      version: 1,
      shift: this.#shift,
      timezone: this.#names.timezone,
      toWallAt: this.#toWallAt,
      record: {
        ...{ rows: this.#rows, firstSeq: this.#firstSeq, lastSeq: this.#lastSeq, head: this.#head },
        ...{ readFromWallAt: this.#readFromWallAt, gaps: this.#gaps.listed() },
        ...{ clockSteps: this.#steps.listed(), unknownRows: this.#unknownRows },
      },
      time: { runningMs: running, stoppedMs: stopped, unknownMs: unknown },
      stops: this.#stops.listed(),
      alarms: this.#alarms.report(this.#toWallAt - this.#shift.fromWallAt),
      bypasses: { ...this.#bypasses.listed(), totalMs: this.#bypassedMs },
      tests: { ...this.#tests.listed(), overdue: this.#alarms.overdue() },
      cameras: [...this.#blind].map(([camera, { ms: blindMs, times, unknownMs }]) => {
        const name = this.#names.cameras.find(({ id }) => id === camera)?.name ?? camera;
        return { camera, name, blindMs, times, unknownMs };
      }),
      outputs: [...this.#outputs].map(([output, counts]) => {
        const name = this.#names.outputs.find(({ id }) => id === output)?.name ?? output;
        return { output, name, ...counts };
      }),
      changes: this.#changes.listed(),
      wrongPins: {
        count: this.#wrongPins.total,
        list: listedOf(this.#wrongPins.sorted().map(([name, count]) => ({ name, count }))).list,
      },
      refused: {
        count: this.#refused.total,
        list: listedOf(this.#refused.sorted().map(([action, count]) => ({ action, count }))).list,
      },
    };
  }
}
