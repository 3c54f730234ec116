/** The box's own figures over a real box: what each process costs, what Prometheus is told, the log, and what is let go. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type FIGURES, PARTS } from "../../server/domain/figures.ts";
import { HONEST_LABEL } from "../../server/domain/view.ts";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import type { FiguresAnswer, ResourcesAnswer } from "../../server/http/system.ts";
import { startBox } from "../support/box.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const corner = [
  [0, 0],
  [0.1, 0],
  [0.1, 0.1],
  [0, 0.1],
];
const PROVISION = {
  cameras: [
    { id: "front", name: "Front", source: `file:${join(ROOT, "models/demo/cell-front.mp4")}` },
    { id: "gone", name: "Gone", source: "rtsp://viewer:s3cret@127.0.0.1:9/stream" },
  ],
  zones: [{ id: "corner", camera: "front", name: "Corner", kind: "stop", polygon: corner }],
  boards: [{ id: "sim", driver: "simulated", channels: 4 }],
  outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["corner"] }],
  users: [{ name: "Max", role: "maintenance", pin: "918273" }],
};
/** A line of Prometheus's text format: a comment, or a name with labels and a number. */
const LINE =
  /^(?:# (?:HELP|TYPE) palisade_\w+ .+|palisade_[a-z_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? -?[\d.e+-]+)$/;

function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}\n${JSON.stringify(body)}`);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), body, `${name} has members of its own`);
}

test("a box tells what it and its machine do, and lets go of what nobody needs", async () => {
  await using box = await startBox({ provision: PROVISION });
  await box.waitFor(({ reaction }) => reaction.count > 0, 30_000);
  let figures: FiguresAnswer | undefined;
  await until({
    what: "two samples tell of every part of the work",
    ms: 30_000,
    everyMs: 500,
    check: async () => {
      figures = (await box.get<FiguresAnswer>("/api/figures")).body;
      const told = (name: (typeof FIGURES)[number]): boolean => (figures?.figures[name].at(-1) ?? 0) > 0;
      return figures.seq >= 2 && told("frames.looked") && told("reaction.p95") && told("memory.decoders");
    },
  });
  assert.ok(figures);
  conforms("Figures", figures);
  assert.ok(figures.at.every((at) => Math.abs(Date.now() - at) < 120_000));
  const newer = (await box.get<FiguresAnswer>(`/api/figures?after=${figures.seq}`)).body;
  assert.ok(newer.at.length < figures.at.length, "only what is newer is sent again");

  const { body: now } = await box.get<ResourcesAnswer>("/system-resources");
  conforms("Resources", now);
  for (const part of ["server", "eyes", "decoders", "guardian"] as const) {
    assert.ok(now.parts[part].processes > 0 && now.parts[part].memoryBytes > 1e6, part);
    assert.ok(now.parts[part].threads > 0 && (now.parts[part].handles ?? 0) > 2, part);
  }
  assert.deepEqual(Object.keys(now.parts), [...PARTS]);
  assert.equal(
    now.memory.ownBytes,
    PARTS.reduce((sum, part) => sum + now.parts[part].memoryBytes, 0),
  );
  assert.ok(now.reaction.front && now.reaction.front.p50Ms > 0 && !("gone" in now.reaction));
  assert.ok(now.room && now.room.freeBytes > 0);

  const metrics = await (await fetch(`${box.url}/metrics`)).text();
  for (const line of metrics.trimEnd().split("\n")) assert.match(line, LINE);
  for (const wanted of [
    'palisade_run_permit{output="permit"} 0',
    'palisade_state{state="tripped"} 1',
    'palisade_alarms_total{def="prot.camera.lost"} 1',
    'palisade_camera_restarts_total{reason="lost"}',
    "palisade_inference_seconds_count",
    'palisade_pipeline_latency_seconds_bucket{camera="front",le="+Inf"}',
    "palisade_audit_seq",
    'palisade_memory_resident_bytes{part="eyes"}',
  ])
    assert.ok(metrics.includes(wanted), `${wanted} in\n${metrics}`);

  const { body: about } = await box.get<{ label: string; thirdParty: unknown[] }>("/api/about");
  conforms("About", about);
  assert.equal(about.label, HONEST_LABEL);
  assert.ok(about.thirdParty.length > 1);

  assert.equal((await box.get("/api/log")).status, 401, "the log is for people who are signed in");
  const signedIn = await box.send("POST", "/api/session", { name: "Max", pin: "918273" });
  const cookie = signedIn.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const { body: lines } = await box.get<{ readonly level: string }[]>("/api/log", { cookie });
  assert.ok(lines.length > 2);
  for (const line of lines) conforms("LogLine", line);
  assert.doesNotMatch(JSON.stringify(lines), /s3cret/);

  const orphan = join(box.data, `boards.json.${randomUUID()}.tmp`);
  await writeFile(orphan, "half");
  await utimes(orphan, 1, 1);
  const { status, body: freed } = await box.send<{ temporaryFiles: number }>("POST", "/cleanup-resources");
  assert.equal(status, 200, JSON.stringify(freed));
  conforms("Freed", freed);
  assert.equal(freed.temporaryFiles, 1);
  assert.ok(!existsSync(orphan));
  assert.ok((freed as unknown as { databaseBytes: number }).databaseBytes > 0, "the side file was joined");
  assert.equal((await box.get("/api/audit")).status, 200, "the record goes on");
});
