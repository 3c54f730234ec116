/** The trail's newest row at a real MQTT broker: retained, read back, and never put over one that tells otherwise. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { Aedes } from "aedes";
import { openLog } from "../../server/base/log.ts";
import { type RecordConfig, record } from "../../server/domain/record_config.ts";
import type { Environment } from "../../server/environment.ts";
import { Recorder } from "../../server/record.ts";
import { audit } from "../../server/shell/audit.ts";
import { Store } from "../../server/store/store.ts";
import { anyShift } from "../fakes/shift.ts";
import { migrationsFolder } from "../fakes/store_folder.ts";
import { TrailFolder } from "../fakes/trail_folder.ts";
import { until } from "../support/until.ts";

const TOPIC = "palisade/v1/hall-2/press-4";
const log = openLog("test", { write: () => undefined });

/** A broker with every message it was told to retain. */
async function startBroker(login?: { readonly user: string; readonly password: string }) {
  const broker = await Aedes.createBroker();
  const retained = new Map<string, string>();
  const qos = new Set<number>();
  if (login !== undefined)
    broker.authenticate = (_client, user, password, done) =>
      done(null, user === login.user && password?.toString() === login.password);
  broker.on("publish", ({ topic, payload, retain, qos: level }) => {
    if (!topic.startsWith(TOPIC)) return;
    if (retain) retained.set(topic, payload.toString());
    qos.add(level);
  });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  return {
    ...{ broker, retained, qos },
    mqtt: { address: `mqtt://127.0.0.1:${port}`, topic: TOPIC },
    retain: (seq: number, hash: string) =>
      broker.publish(
        {
          ...{ cmd: "publish", qos: 1, retain: true, dup: false, topic: `${TOPIC}/audit/head` },
          payload: JSON.stringify({ schema: 1, seq, hash, wallAt: new Date().toISOString() }),
        },
        () => undefined,
      ),
    headSeq: (): number => (JSON.parse(retained.get(`${TOPIC}/audit/head`) ?? "{}") as { seq: number }).seq,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

async function recorderOf(place: TrailFolder, mqtt: RecordConfig["mqtt"]) {
  const opened = await Store.open({ folder: place.path, migrationsFolder, log, appVersion: "0.1.0" });
  assert.ok(opened.kind === "open");
  const { store } = opened;
  const faults: (string | undefined)[] = [];
  const config = record.parse({ mqtt });
  const recorder = new Recorder({
    shift: anyShift,
    ...{ dataFolder: place.path, store, log, config: () => config, tell: () => undefined },
    setFault: (sentence) => void faults.push(sentence),
  });
  return {
    ...{ store, recorder, faults },
    async [Symbol.asyncDispose]() {
      await recorder[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

test("the head is retained with QoS 1 and read back by the check, and the will tells that the box is gone", async () => {
  await using broker = await startBroker();
  using place = new TrailFolder();
  place.write(3);
  {
    await using all = await recorderOf(place, broker.mqtt);
    const anchor = await all.recorder.anchor("hour");
    assert.equal(anchor?.sent, `mqtt ${broker.mqtt.address} ${TOPIC}/audit/head`);
    assert.deepEqual(JSON.parse(broker.retained.get(`${TOPIC}/audit/head`) ?? ""), {
      ...{ schema: 1, seq: 3, hash: anchor?.hash, wallAt: anchor?.wallAt },
    });
    assert.deepEqual([...broker.qos], [1]);
    assert.match(broker.retained.get(`${TOPIC}/audit/status`) ?? "", /online/);
    const report = await all.recorder.verify();
    assert.deepEqual([report.ok, report.anchors], [true, 3], "in the file, in the table and at the broker");
    assert.equal(all.faults.at(-1), undefined);
  }
  await until({
    what: "the last will",
    ms: 5_000,
    check: () => broker.retained.get(`${TOPIC}/audit/status`)?.includes("offline"),
  });
});

test("the shell's check asks the broker too, tells nobody there that the box is gone, and goes on without one", async () => {
  await using broker = await startBroker();
  using place = new TrailFolder();
  place.write(3);
  const said: string[] = [];
  const shell = {
    environment: { dataFolder: place.path } as Environment,
    say: (line: string) => void said.push(line),
    complain: () => undefined,
  };
  const check = async (): Promise<number> => {
    said.length = 0;
    return await audit(["verify"], shell);
  };
  place.settings({ record: { mqtt: broker.mqtt } });
  assert.equal(await check(), 0);
  assert.match(said.at(-1) ?? "", /^The broker .*audit\/head keeps no row yet$/);
  await using all = await recorderOf(place, broker.mqtt);
  await all.recorder.anchor("shift");
  assert.equal(await check(), 0);
  assert.match(said.at(-1) ?? "", /keeps row 3 of .*: the trail was held against it$/);
  assert.match(broker.retained.get(`${TOPIC}/audit/status`) ?? "", /online/, "the box is still there");
  broker.retain(3, "f".repeat(64));
  assert.equal(await check(), 1);
  assert.match(said[0] ?? "", /^The audit trail is broken at row 3: .*another hash/);
  place.settings({ record: { mqtt: { ...broker.mqtt, address: "mqtt://127.0.0.1:1" } } });
  assert.equal(await check(), 0, "that is no fault of the trail");
  assert.match(said.at(-1) ?? "", /could not be asked: .*ECONNREFUSED.*; check it/);
});

test("a trail made anew is named by the check, and does not put its head over what the broker holds", async () => {
  await using broker = await startBroker();
  using place = new TrailFolder();
  place.write(3);
  {
    await using all = await recorderOf(place, broker.mqtt);
    await all.recorder.anchor("hour");
  }
  place.write(2);
  // The forger makes every hash anew, and the box's own anchors too.
  place.forge("UPDATE audit SET reason = 'other' WHERE seq = 2", "DELETE FROM audit_anchor");
  place.rechain(2);
  rmSync(`${place.path}/anchors.jsonl`);
  assert.equal((await place.verify()).ok, true, "nothing on the box shows it");
  await using all = await recorderOf(place, broker.mqtt);
  const report = await all.recorder.verify();
  assert.equal(report.firstBadSeq, 3);
  assert.match(report.why ?? "", /row 3 had another hash on .* \(mqtt mqtt:\/\/127\.0\.0\.1/);
  const anchor = await all.recorder.anchor("hour");
  assert.match(anchor?.sent ?? "", /^failed: mqtt .*: it holds another row 3$/);
  assert.match(all.faults.at(-1) ?? "", /does not have row 3 .* check the record/);
  assert.equal(broker.headSeq(), 3, "what the broker holds stays");
});

test("a broker that is not there, or refuses the password, is told in time, and a right one is taken", async () => {
  await using broker = await startBroker({ user: "press-4", password: "s3cret" });
  using place = new TrailFolder();
  place.write(2);
  const before = { ...process.env };
  try {
    process.env.PALISADE_MQTT_USER = "press-4";
    process.env.PALISADE_MQTT_PASSWORD = "wrong";
    {
      await using all = await recorderOf(place, broker.mqtt);
      assert.match((await all.recorder.anchor("hour"))?.sent ?? "", /^failed: mqtt .*[Nn]ot authorized/);
      assert.doesNotMatch(JSON.stringify(all.faults), /wrong|s3cret/);
    }
    process.env.PALISADE_MQTT_PASSWORD = "s3cret";
    place.write(1);
    await using all = await recorderOf(place, broker.mqtt);
    assert.match((await all.recorder.anchor("hour"))?.sent ?? "", /^mqtt /);
  } finally {
    process.env = before;
  }
  place.write(1);
  await using none = await recorderOf(place, { ...broker.mqtt, address: "mqtt://127.0.0.1:1" });
  assert.match((await none.recorder.anchor("hour"))?.sent ?? "", /^failed: mqtt .*ECONNREFUSED/);
  assert.match(none.faults.at(-1) ?? "", /check the broker/);
});

test("the settings take no password, no wildcard and no other scheme", () => {
  const why = (mqtt: object): string =>
    record.safeParse({ mqtt: { address: "mqtts://broker:8883", topic: TOPIC, ...mqtt } }).error?.issues[0]
      ?.message ?? "";
  assert.equal(why({}), "");
  assert.match(why({ address: "mqtt://user:secret@broker" }), /PALISADE_MQTT_PASSWORD/);
  assert.match(why({ address: "http://broker" }), /must be an address such as/);
  for (const topic of ["palisade/#", "/palisade", "a//b", "a b", ""])
    assert.match(why({ topic }), /names with/);
});
