/** Clips of a real box: by its routes, through a kill in the midst of one, with what the record says of them. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { AlarmEventRow } from "../../server/http/alarms.ts";
import type { AuditRow } from "../../server/http/audit.ts";
import type { ClipAnswer, ClipExport, ListedClip, StorageAnswer } from "../../server/http/clips.ts";
import { rangeOf } from "../../server/http/clips.ts";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import { type Box, startBox } from "../support/box.ts";
import { emptyCell } from "../support/empty-cell.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const PIN = "730146";
const PROVISION = {
  ...emptyCell(join(ROOT, "models/demo/cell-front.mp4")),
  users: [
    { name: "Sam", role: "supervisor", pin: PIN },
    { name: "Kim", role: "operator", pin: "8264" },
  ],
  record: { clips: { beforeSeconds: 2, afterSeconds: 1 } },
};

function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}`);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), body, `${name} has members of its own`);
}

async function signIn(box: Box, name: string, pin: string): Promise<{ cookie: string }> {
  const { status, headers, body } = await box.send("POST", "/api/session", { name, pin });
  assert.equal(status, 200, JSON.stringify(body));
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

const clipsOf = async (box: Box, query = ""): Promise<readonly ListedClip[]> =>
  (await box.get<readonly ListedClip[]>(`/api/clips${query}`)).body;

/** The clip of a requested stop, once it is over. */
async function requestedStop(box: Box): Promise<ListedClip> {
  await box.send("POST", "/api/stop-request", {});
  return await until({
    what: "a whole clip of the stop",
    ms: 30_000,
    check: async () =>
      (await clipsOf(box)).find(
        ({ events, ended }) =>
          ended !== undefined && events.some(({ alarm }) => alarm.startsWith("op.stop.")),
      ),
  });
}

test("a clip is listed, played, taken along and deleted by who may, and a kill in the midst of one keeps it", async () => {
  const data = mkdtempSync(join(tmpdir(), "palisade-clips-box-"));
  try {
    let killed: string;
    {
      await using box = await startBox({ provision: PROVISION, data });
      await box.waitFor(({ cameras }) => cameras[0]?.state === "RUNNING", 20_000);
      const clip = await requestedStop(box);
      const path = `/api/clips/${clip.id}`;
      const all = await clipsOf(box);
      for (const one of all) conforms("ListedClip", one);
      assert.deepEqual(await clipsOf(box, "?camera=none"), []);
      assert.deepEqual(await clipsOf(box, `?before=${all.at(-1)?.id}`), []);
      assert.equal((await box.get("/api/clips?limit=0")).status, 400);
      const { body: whole } = await box.get<ClipAnswer>(path);
      conforms("Clip", whole);
      assert.equal(whole.times.length, clip.ended?.pictures);
      const jpeg = await fetch(`${box.url}${path}/pictures/0`);
      assert.equal(jpeg.headers.get("content-type"), "image/jpeg");
      assert.equal(Buffer.from(await jpeg.arrayBuffer()).readUInt16BE(), 0xffd8);
      for (const wrong of [`${path}/pictures/99999`, `${path}/pictures/x`, "/api/clips/..%2Fpalisade.db"])
        assert.equal((await box.get(wrong)).status, 404, wrong);

      const sam = await signIn(box, "Sam", PIN);
      const kim = await signIn(box, "Kim", "8264");
      assert.equal((await box.get(`${path}/file`, kim)).status, 403);
      assert.equal((await box.get(`${path}/file`, sam)).status, 409, "nobody has said what for");
      assert.equal((await box.send("POST", `${path}/export`, { reason: " " }, sam)).status, 400);
      const order = { reason: "Accident report 12", reasonCode: "incident" };
      const { body: noted } = await box.send<ClipExport>("POST", `${path}/export`, order, sam);
      conforms("ClipExport", noted);
      const file = await fetch(box.url + noted.path, { headers: sam });
      const bytes = Buffer.from(await file.arrayBuffer());
      assert.equal(createHash("sha256").update(bytes).digest("hex"), noted.sha256);
      assert.equal(file.headers.get("accept-ranges"), "bytes");
      const part = await fetch(box.url + noted.path, { headers: { ...sam, range: "bytes=100-199" } });
      assert.equal(part.status, 206);
      assert.equal(part.headers.get("content-range"), `bytes 100-199/${bytes.length}`);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(100, 200));
      const beyond = await fetch(box.url + noted.path, { headers: { ...sam, range: "bytes=99999999-" } });
      assert.equal(beyond.status, 416);

      const { body: storage } = await box.get<StorageAnswer>("/api/storage", sam);
      conforms("Storage", storage);
      assert.equal(storage.clips.count, all.length);
      assert.ok((storage.parts.find(({ part: one }) => one === "clips")?.bytes ?? 0) >= bytes.length);
      assert.ok(storage.clips.memoryBytes > 0 && storage.clips.memoryBytes <= 32e6);

      assert.equal((await box.send("POST", `${path}/delete`, { reason: "x" }, kim)).status, 403);
      assert.equal((await box.send("POST", `${path}/delete`, {}, sam)).status, 400);
      assert.equal((await box.send("POST", `${path}/delete`, { reason: "Of no use" }, sam)).status, 200);
      assert.equal((await box.get(path)).status, 404);
      const { body: rows } = await box.get<readonly AuditRow[]>("/api/audit");
      const told = (action: string) => rows.find((row) => row.action === action && row.objectId === clip.id);
      assert.deepEqual(
        [told("evidence.exported"), told("evidence.deleted")].map((row) => [row?.actor, row?.reason]),
        [
          ["Sam", "Accident report 12"],
          ["Sam", "Of no use"],
        ],
      );
      const { body: events } = await box.get<readonly AlarmEventRow[]>(
        "/api/alarms/history?definition=op.stop.requested",
      );
      assert.ok(events.some(({ event, clip: id }) => event === "recorded" && id === clip.id));

      // Another one, which the box does not live to end.
      await box.send("POST", "/api/alarms/ack", { id: "op.stop.requested:panel" });
      killed = await until({
        what: "another clip",
        ms: 30_000,
        check: async () => {
          await box.send("POST", "/api/stop-request", {});
          return (await clipsOf(box)).find(({ ended }) => ended === undefined)?.id;
        },
      });
      await box.kill9();
    }
    await using box = await startBox({ data });
    const mended = await until({
      what: "the clip of the box that was killed",
      ms: 20_000,
      check: async () => (await clipsOf(box)).find(({ id }) => id === killed),
    });
    assert.ok(mended.ended?.cut && mended.ended.pictures > 0);
    await until({
      what: "its row",
      ms: 10_000,
      check: async () =>
        (await box.get<readonly AuditRow[]>("/api/audit")).body.some(
          ({ action, after }) =>
            action === "alarm.recorded" && (after as { clip?: string } | null)?.clip === killed,
        ),
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});

test("a range of bytes is read as RFC 9110 has it", () => {
  assert.equal(rangeOf(undefined, 100), undefined);
  assert.equal(rangeOf("bytes=0-9,20-29", 100), undefined, "several are answered with the whole");
  assert.equal(rangeOf("lines=1-2", 100), undefined);
  assert.deepEqual(rangeOf("bytes=0-9", 100), { start: 0, end: 9 });
  assert.deepEqual(rangeOf("bytes=90-", 100), { start: 90, end: 99 });
  assert.deepEqual(rangeOf("bytes=-10", 100), { start: 90, end: 99 });
  assert.deepEqual(rangeOf("bytes=-1000", 100), { start: 0, end: 99 });
  assert.deepEqual(rangeOf("bytes=50-1000", 100), { start: 50, end: 99 });
  for (const none of ["bytes=100-", "bytes=9-3", "bytes=-0"]) assert.equal(rangeOf(none, 100), null, none);
});
