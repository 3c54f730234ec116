/** One trip from a real network camera to the board and back, with everything a person does and finds on the way. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { View } from "../../server/domain/view.ts";
import { watchBoard } from "../support/board-watch.ts";
import { startBox } from "../support/box.ts";
import { cutFilm } from "../support/footage.ts";
import * as missing from "../support/missing.ts";
import { acknowledgeAll, energise, type ListedAlarm, type Problem } from "../support/operator.ts";
import { startRtsp } from "../support/rtsp.ts";

const CLIP = "footage/one-by-one-768x432-10fps.mp4";
const MODEL = "models/yolox-nano-416.onnx";
/** Of the clip: nobody for 4.3 s, one person from 4.4 s to 16.2 s, and nobody again until 22 s. */
const PIECE = { startSeconds: 70.2, seconds: 22 };
const PULSE_MS = 500;

function provision(source: string) {
  const output = { board: "sim", zones: ["floor"] };
  return {
    site: { name: "Press 4", timezone: "Europe/Berlin", fullView: true },
    cameras: [{ id: "front", name: "Front", source, fps: 10 }],
    zones: [
      {
        id: "floor",
        camera: "front",
        name: "Floor",
        kind: "stop",
        polygon: [
          [0.1, 0.5],
          [0.9, 0.5],
          [0.9, 1],
          [0.1, 1],
        ],
      },
    ],
    boards: [{ id: "sim", driver: "simulated", channels: 8 }],
    outputs: [
      { ...output, id: "permit", channel: 1, role: "run-permit" },
      { ...output, id: "horn", channel: 2, role: "while-active" },
      { ...output, id: "stop-pulse", channel: 3, role: "pulse", pulseMs: PULSE_MS },
      { id: "red", board: "sim", channel: 4, role: "lamp-red" },
    ],
    detector: { model: "yolox-nano-416" },
  };
}

interface AuditRow {
  readonly action: string;
  readonly result?: string;
  readonly reason?: string;
  readonly actor: { readonly type: string; readonly id: string };
  readonly object?: { readonly type: string; readonly id: string };
  readonly [key: string]: unknown;
}

const verdict = (view: View): string | undefined => view.zones[0]?.verdict;

test("a person on a network camera drops the permit, which comes back by acknowledge and then reset alone", {
  skip: missing.rtsp() || missing.outside(CLIP) || missing.outside(MODEL),
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-trip-"));
  try {
    const piece = join(folder, "one-person.mp4");
    await cutFilm({ from: missing.outsidePath(CLIP), to: piece, ...PIECE });
    await using rig = await startRtsp([{ name: "front", src: piece, user: "viewer", pass: "k4mera" }]);
    await using box = await startBox({
      provision: provision(rig.url("front")),
      env: { PALISADE_MODELS: missing.outsidePath("models") },
    });
    using board = watchBoard(box);

    const energisedAt = await energise(box, board, 40_000);
    const trippedAt = await board.permit(false, 30_000);
    const tripped = await box.waitFor((view) => verdict(view) === "stop", 2_000);
    assert.ok((tripped.cameras[0]?.people.length ?? 0) > 0, "the person is on the screen");
    assert.equal(tripped.state, "tripped");

    const pulses = board.channel(3).filter(({ at, energised }) => energised && at > energisedAt);
    assert.equal(pulses.length, 1, "one pulse for one violation");
    const horn = board.channel(2).find(({ energised, at }) => energised && at > energisedAt);
    assert.ok(horn !== undefined && horn.at - trippedAt < 200, "the horn sounds with the drop");
    await wait(PULSE_MS + 200);
    const [begun, ended] = board.channel(3).filter(({ at }) => at > energisedAt);
    const pulseMs = (ended?.at ?? Number.POSITIVE_INFINITY) - (begun?.at ?? 0);
    assert.ok(Math.abs(pulseMs - PULSE_MS) <= 100, `pulse of ${pulseMs} ms, wanted ${PULSE_MS} ms`);
    t.diagnostic(`pulse ${pulseMs.toFixed(0)} ms; trip ${JSON.stringify(tripped.reaction)}`);

    const alarms = (await box.get<readonly ListedAlarm[]>("/api/alarms")).body;
    const alarm = alarms.find(({ definition }) => definition === "zone.stop.occupied");
    assert.ok(alarm !== undefined);
    const { id, raisedAt, version, text, response } = alarm;
    assert.equal(alarm.source, "floor");
    assert.equal(alarm.priority, 1);
    assert.equal(alarm.state, "unacknowledged");
    assert.match(raisedAt, /^\d{4}-\d\d-\d\dT.*Z$/);
    assert.ok(Math.abs(Date.now() - Date.parse(raisedAt)) < 10_000, `raised when it happened: ${raisedAt}`);
    assert.ok(id.length > 0 && text.includes("Floor") && response.length > 0 && Number.isInteger(version));

    const early = await box.send<Problem>("POST", "/api/reset");
    assert.equal(early.status, 409);
    assert.match(early.headers.get("content-type") ?? "", /application\/problem\+json/);
    assert.ok(
      early.body.refusals?.some((sentence) => /Acknowledge first/.test(sentence)),
      `says what to do: ${early.body.refusals?.join("; ")}`,
    );

    await box.waitFor((view) => verdict(view) === "clear", 30_000);
    const leftAt = monotonicMs();
    await wait(1_000);
    assert.equal(board.permitNow(), false, "the person has left; nobody has reset");
    const unseen = (await box.get<readonly ListedAlarm[]>("/api/alarms")).body;
    assert.equal(unseen.find((one) => one.id === id)?.state, "latched-unacknowledged");
    assert.equal((await box.send("POST", "/api/reset")).status, 409, "reset before acknowledge is refused");

    assert.equal(await acknowledgeAll(box), 1);
    const acknowledged = (await box.get<readonly ListedAlarm[]>("/api/alarms")).body.find(
      (one) => one.id === id,
    );
    assert.equal(acknowledged?.state, "latched-acknowledged");
    assert.ok((acknowledged?.acknowledgedAt ?? "") > raisedAt && (acknowledged?.clearedAt ?? "") > raisedAt);
    await wait(500);
    assert.equal(board.permitNow(), false, "acknowledge alone energises nothing");
    assert.equal(
      board.channel(1).some(({ at, energised }) => energised && at > trippedAt),
      false,
      "not for a moment since the trip",
    );

    const resetAt = monotonicMs();
    assert.equal((await box.send("POST", "/api/reset")).status, 200);
    const backAt = await board.permit(true, 1_000, resetAt);
    assert.equal((await box.get<readonly ListedAlarm[]>("/api/alarms")).body.length, 0);
    t.diagnostic(
      `reset to energised ${(backAt - resetAt).toFixed(0)} ms, ${(backAt - leftAt).toFixed(0)} ms after clear`,
    );

    const rows = (await box.get<readonly AuditRow[]>("/api/audit")).body;
    const textOf = (row: AuditRow): string => JSON.stringify(row);
    const dropped = rows.filter((row) => /drop/.test(row.action) && /A person is in Floor/.test(textOf(row)));
    assert.ok(
      dropped.length >= 1,
      `the drop stands in the trail with its cause: ${rows.map(textOf).join("\n")}`,
    );
    const resets = rows.filter(({ action }) => action === "command.reset");
    assert.equal(resets.filter(({ result }) => result === "denied").length >= 2, true, "refused resets too");
    assert.equal(resets.filter(({ result }) => result !== "denied").length, 2);
    assert.ok(rows.some(({ action }) => action === "command.acknowledge"));
    const verified = (await box.get<{ readonly ok: boolean }>("/api/audit/verify")).body;
    assert.equal(verified.ok, true, JSON.stringify(verified));
    assert.equal(
      /k4mera/.test(box.lines.join("\n") + rows.map(textOf).join("\n")),
      false,
      "no password anywhere",
    );
    assert.equal(await box.stop(), 0);
    assert.equal(box.board("sim")?.channels.includes(true), false, "everything is dropped at the end");
    assert.deepEqual(box.processes(), []);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
