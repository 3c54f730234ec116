/**
 * Another model takes over on a box that guards: refused where it cannot be used, tried beside the one that watches,
 * proven before anything drops, and brought back. The models are the box's own and one that never sees anybody.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ModelsAnswer } from "../../server/http/models.ts";
import { schemas } from "../../server/http/schemas.ts";
import type { TrialView } from "../../server/model_trial.ts";
import { type Box, startBox } from "../support/box.ts";
import { writeNobodyModel } from "../support/nobody-model.ts";
import { acknowledgeAll, type Problem } from "../support/operator.ts";
import { program, ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const OWN = "palisade-person-256x416";
const PROVISION = {
  site: { name: "Press 4", fullView: true },
  cameras: [
    { id: "front", name: "Front", source: `file:${join(ROOT, "models/demo/cell-front.mp4")}`, fps: 5 },
  ],
  zones: [
    {
      ...{ id: "corner", camera: "front", name: "Corner", kind: "stop" },
      polygon: [
        [0, 0],
        [0.1, 0],
        [0.1, 0.1],
        [0, 0.1],
      ],
    },
  ],
  boards: [{ id: "sim", driver: "simulated", channels: 4 }],
  outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["corner"] }],
  users: [
    { name: "Sam", role: "maintenance", pin: "730146" },
    { name: "Kim", role: "operator", pin: "8264" },
  ],
  detector: { model: OWN, threshold: 0.38 },
};

/** The nobody model once more under another name, with these weights or none. */
async function writeSibling(folder: string, name: string, weights?: Uint8Array): Promise<void> {
  const manifest = JSON.parse(await readFile(join(folder, "nobody.json"), "utf8")) as object;
  const file = `${name}.onnx`;
  await writeFile(join(folder, `${name}.json`), JSON.stringify({ ...manifest, name, file }));
  if (weights !== undefined) await writeFile(join(folder, file), weights);
}

async function signIn(box: Box, name: string, pin: string): Promise<{ cookie: string }> {
  const { headers } = await box.send("POST", "/api/session", { name, pin });
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

async function energise(box: Box): Promise<void> {
  let last: unknown;
  try {
    await until({
      what: "the permit is energised",
      ms: 60_000,
      everyMs: 100,
      check: async () => {
        await acknowledgeAll(box);
        const { status, body } = await box.send("POST", "/api/reset");
        last = body;
        return status === 200;
      },
    });
  } catch (error) {
    throw new Error(`It is refused: ${JSON.stringify(last)}`, { cause: error });
  }
  await box.waitFor(({ outputs }) => outputs[0]?.readback === "energised", 5_000);
}

const isEnergised = (box: Box): boolean => box.board("sim")?.channels[0] === true;

/** `npm run palisade -- model …`: its exit code and all it said. */
async function palisade(
  args: readonly string[],
  { data, folder, pin = "" }: { readonly data: string; readonly folder: string; readonly pin?: string },
): Promise<[number | null, string]> {
  const { command, args: before } = program("server/palisade.ts");
  const env = { ...process.env, PALISADE_DATA: data, PALISADE_MODELS: folder };
  const child = spawn(command, [...before, "model", ...args], { cwd: ROOT, env });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  child.stdin.end(`${pin}\n`);
  await once(child, "close");
  return [child.exitCode, said.trim()];
}

interface Row {
  readonly action: string;
  readonly objectId: string | null;
  readonly result: string;
  readonly before: unknown;
  readonly after: unknown;
}

test("a model is tried, refused, put in force and brought back, and only a change drops the permit", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-models-"));
  try {
    await writeNobodyModel(folder);
    const weights = await readFile(join(folder, "nobody.onnx"));
    await writeSibling(folder, "broken", Buffer.alloc(weights.length, 7));
    await writeSibling(folder, "absent");
    const data = join(folder, "data");
    const options = { data, provision: PROVISION, env: { PALISADE_MODELS: folder } };
    {
      await using box = await startBox(options);
      const sam = await signIn(box, "Sam", "730146");
      const send = async <T = Problem>(method: string, path: string, body?: unknown) =>
        await box.send<T>(method, `/api/models${path}`, body, sam);
      const list = async (): Promise<ModelsAnswer> => (await send<ModelsAnswer>("GET", "")).body;
      const trial = async (): Promise<TrialView> => (await send<TrialView>("GET", "/trial")).body;
      const refused = async (status: number, path: string, body: unknown, why: RegExp) => {
        const answer = await send(path === "/active" ? "PUT" : "POST", path, body);
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        assert.match(answer.body.detail ?? "", why);
      };
      const kim = await signIn(box, "Kim", "8264");
      assert.equal((await box.send("PUT", "/api/models/active", { name: "nobody" })).status, 401);
      assert.equal((await box.send("PUT", "/api/models/active", { name: "nobody" }, kim)).status, 403);
      await energise(box);
      const watching = [...box.eyePids(), box.guardianPid()];

      const before = await list();
      const parsed = schemas.Models.safeParse(before);
      assert.ok(parsed.success, `${parsed.error?.message}`);
      assert.deepEqual([before.active, before.threshold, before.previous], [OWN, 0.38, null]);
      const own = before.models.find(({ name }) => name === OWN);
      assert.ok(own?.active && own.installed && (own.hereMs ?? 0) > 0);
      assert.ok(own.golden);
      assert.equal(own.measured?.sets[0]?.precision, 0.49);
      assert.equal(before.models.find(({ name }) => name === "absent")?.installed, false);

      // Refused in words; nothing drops for it.
      await refused(400, "/active", { name: 7 }, /name must be/);
      await refused(404, "/active", { name: "kitchen" }, /There is no model "kitchen"/);
      await refused(409, "/active", { name: "absent" }, /weights of "absent" are missing/);
      await refused(409, "/active", { name: "broken" }, /SHA-256 .* The box goes on with palisade/);
      await refused(409, "/rollback", undefined, /No other model was in force/);
      await refused(404, "/trial", { name: "kitchen", minutes: 1 }, /There is no model/);
      await refused(400, "/trial", { name: "nobody", minutes: 11 }, /must be 1 to 10 minutes/);
      await refused(409, "/trial", { name: OWN, minutes: 1 }, /watches already/);
      assert.equal((await send("DELETE", "/trial")).status, 404);

      assert.ok((await box.view()).model.name === OWN && box.guardianPid() === watching.at(-1));

      // Beside the one that watches, in the same frames.
      const begin = async (): Promise<void> => {
        assert.equal((await send("POST", "/trial", { name: "nobody", minutes: 1 })).status, 200);
      };
      await begin();
      await refused(409, "/trial", { name: "broken", minutes: 1 }, /is being tried now/);
      await until({
        what: "both have counted, and differ",
        ms: 60_000,
        check: async () => {
          const { end, cameras } = await trial();
          // On a busy machine a film is late, which is an alarm.
          if (end === "alarm") await begin();
          const [front] = cameras;
          return end === undefined && front !== undefined && front.frames > 1 && front.fewer > 0;
        },
      });
      assert.ok(schemas.ModelTrial.safeParse(await trial()).success);
      const candidate = box.processes().find(({ command }) => command.includes("server/candidate.ts"));
      assert.ok(candidate !== undefined);
      process.kill(candidate.pid, "SIGKILL");
      await until({
        what: "the trial has ended with its process",
        ms: 5_000,
        check: async () => (await trial()).state === "ended",
      });
      const ended = await trial();
      assert.deepEqual([ended.end, ended.cameras[0]?.candidate], ["failed", 0]);
      assert.match(ended.why ?? "", /its process ended; choose another/);
      t.diagnostic(`${ended.cameras[0]?.frames} frames, ${ended.ms} ms each by processor time`);
      assert.deepEqual([...box.eyePids(), box.guardianPid()], watching, "nobody who guards noticed");
      // Weights come by themselves: whole and right, or not at all.
      const upload = async (body: Uint8Array<ArrayBuffer>): Promise<[number, string]> => {
        const path = `${box.url}/api/models/weights?name=absent`;
        const answer = await fetch(path, { method: "POST", headers: sam, body });
        return [answer.status, await answer.text()];
      };
      const short = await upload(weights.subarray(0, 10));
      assert.equal(short[0], 409);
      assert.match(short[1], /have \d+ bytes, not 10/);
      const other = await upload(Buffer.alloc(weights.length, 1));
      assert.equal(other[0], 409);
      assert.match(other[1], /its SHA-256 is/);
      assert.deepEqual(await upload(weights), [200, '{"ok":true}']);
      assert.ok((await list()).models.find(({ name }) => name === "absent")?.installed);

      // Another model comes with its manifest, which must be one, new, and nobody's default.
      const describe = async (manifest: object, status: number, why?: RegExp): Promise<void> => {
        const answer = await send("POST", "/manifests", manifest);
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        if (why !== undefined) assert.match(answer.body.detail ?? "", why);
      };
      const nobody = JSON.parse(await readFile(join(folder, "nobody.json"), "utf8")) as object;
      const odd = { ...nobody, name: "brought", file: "brought.onnx", sha256: "0".repeat(64) };
      assert.equal((await box.send("POST", "/api/models/manifests", odd, kim)).status, 403);
      await describe({ ...odd, family: "new" }, 409, /family: .* correct it as models/);
      await describe({ ...odd, name: "../up" }, 409, /name: /);
      await describe({ ...odd, name: "nobody" }, 409, /there is a model of this name already/);
      await describe(nobody, 409, /there is a model of this name already/);
      await describe({ ...nobody, name: "brought" }, 409, /its weights are those of .*known already/);
      await describe({ ...odd, file: "broken.onnx" }, 409, /is the file of broken; choose another/);
      const golden = { picture: "no.jpg", truth: "no.json" };
      await describe({ ...odd, golden }, 409, /there is no no\.jpg in /);
      await describe({ ...odd, recommended: true }, 200);
      const brought = (await list()).models.find(({ name }) => name === "brought");
      assert.deepEqual([brought?.installed, brought?.recommended], [false, false]);

      // The model that watches is measured, beside it and at once ended by what matters more.
      assert.equal((await list()).calibration.running, false);
      assert.equal((await send("POST", "/calibration")).status, 200);
      assert.equal((await list()).calibration.running, true);
      await refused(409, "/calibration", undefined, /tried, proven or measured now/);

      // In force: proven first, then everything drops and waits for a person.
      // On a busy machine a film may have been late meanwhile.
      if (!isEnergised(box)) await energise(box);
      const changed = await send("PUT", "/active", { name: "nobody" });
      assert.equal((await list()).calibration.running, false);
      assert.equal(changed.status, 200, JSON.stringify(changed.body));
      assert.equal(isEnergised(box), false);
      assert.equal((await box.send("POST", "/api/reset")).status, 409, "not before the eyes have proven it");
      await box.waitFor(({ model }) => model.name === "nobody" && model.state === "ready", 30_000);
      assert.deepEqual((await list()).threshold, 0.4, "a score of another model means nothing here");
      assert.equal((await list()).previous, OWN);
    }
    await rollBackAgain(options, folder);
    assert.deepEqual(await palisade(["use", "absent"], { data, folder }), [
      0,
      "Model absent was proven and is in force from the next start",
    ]);
    assert.match((await palisade(["use", "broken"], { data, folder }))[1], /SHA-256 .* instead of/);
    assert.match((await palisade(["list"], { data, folder }))[1], /^absent +installed, ACTIVE/m);
    assert.deepEqual(await palisade(["rollback"], { data, folder }), [
      0,
      `Model ${OWN} was proven and is in force from the next start`,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** By the shell, in the name of somebody. */
async function rollBackAgain(
  options: Parameters<typeof startBox>[0] & { readonly data: string },
  folder: string,
): Promise<void> {
  await using box = await startBox({ ...options, provision: undefined });
  const sam = await signIn(box, "Sam", "730146");
  const { body } = await box.get<ModelsAnswer>("/api/models", sam);
  assert.deepEqual([body.active, body.previous], ["nobody", OWN], "the way back outlasts a start");
  const back = async (pin: string): Promise<[number | null, string]> =>
    await palisade(["rollback", "--as", "Sam"], { data: options.data, folder, pin });
  assert.match((await back("111111"))[1], /Nothing was changed: This name and PIN do not belong together/);
  const [code, said] = await back("730146");
  assert.equal(code, 0, said);
  assert.match(said, /every output was dropped and waits for Reset/);
  const after = (await box.get<ModelsAnswer>("/api/models", sam)).body;
  assert.deepEqual([after.active, after.threshold, after.previous], [OWN, 0.38, "nobody"]);
  await box.waitFor(({ model }) => model.name === OWN && model.state === "ready", 30_000);

  const rows = (await box.get<readonly Row[]>("/api/audit?limit=1000")).body.toReversed();
  const told = rows.filter(({ action }) => /^(?:detector\.(?:change|trial)|model\.)/.test(action));
  assert.deepEqual(
    [...new Set(told.map(({ action, objectId, result }) => `${action} ${objectId} ${result}`))],
    [
      "detector.change-refused kitchen denied",
      "detector.change-refused absent denied",
      "detector.change-refused broken denied",
      "detector.trial-begun nobody ok",
      "detector.trial-ended nobody ok",
      "model.refused absent denied",
      "model.installed absent ok",
      "model.described brought ok",
    ],
  );
  const published = rows.filter(({ action }) => action === "config.published").slice(-2);
  const model = (body: unknown): string | undefined =>
    /"model\\?":\\?"([\w-]+)/.exec(JSON.stringify(body))?.[1];
  assert.deepEqual(
    published.map(({ before, after }) => [model(before), model(after)]),
    [
      [OWN, "nobody"],
      ["nobody", OWN],
    ],
  );
}
