/**
 * The first process: opens the rooms, waits for SIGTERM, closes them. Read downwards it is the start; read
 * upwards it is the shutdown, but for the outputs, which drop before anything else.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs } from "./base/clock.ts";
import { openLog, standardOutput } from "./base/log.ts";
import { LogLines } from "./base/log_lines.ts";
import { asDisposable } from "./base/steps.ts";
import { TimeSync } from "./base/time_sync.ts";
import { Box } from "./box.ts";
import type { GuardianConfig } from "./domain/relay.ts";
import { PROJECT_FOLDER, readEnvironment } from "./environment.ts";
import { knownBoards } from "./guard.ts";
import { app } from "./http/app.ts";
import { serve } from "./http/serve.ts";
import { ViewFeed } from "./http/view.ts";
import { watchClock } from "./journal.ts";
import { Lan } from "./lan.ts";
import { Certificates } from "./network/certificates.ts";
import { dropAll } from "./relay/drop.ts";
import { MIGRATIONS_FOLDER } from "./restores.ts";
import { claim } from "./running.ts";
import { settle } from "./settle.ts";
import { Starts } from "./starts.ts";
import { Store } from "./store/store.ts";
import { finishRestore } from "./store/swap.ts";
import { DiskWatch } from "./troubles.ts";

/** Exit code of a shutdown that a second signal cut short. */
const CUT_SHORT = 130;
/** All steps together; systemd's TimeoutStopSec has to be longer. */
const SHUTDOWN_LIMIT_MS = 8_000;
const MAJOR_NEEDED = 24;

if (!("Deno" in globalThis) && Number.parseInt(process.versions.node, 10) < MAJOR_NEEDED) {
  console.error(
    `Palisade needs Node ${MAJOR_NEEDED} or newer, this is ${process.versions.node}; start it with npm start`,
  );
  process.exit(1);
}

const lines = new LogLines(standardOutput());
const log = openLog("palisade", lines);

/** A terminal signals its whole group, and npm passes the signal on: the same wish arrives twice. */
const SAME_WISH_MS = 500;

/** Resolves with the first signal that asks the box to end. A second one ends it at once. */
const stopRequested = new Promise<string>((resolve) => {
  let askedAt: number | undefined;
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      // The guardian and the eyes end with their connection.
      if (askedAt !== undefined && monotonicMs() - askedAt > SAME_WISH_MS) process.exit(CUT_SHORT);
      askedAt ??= monotonicMs();
      resolve(signal);
    });
  }
});

/** Before the database, before anything: what a box that was killed left energised is dropped. */
async function dropLeftovers(dataFolder: string): Promise<void> {
  let known: GuardianConfig;
  try {
    known = await knownBoards(dataFolder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  await dropAll(known);
}

let cutShort: NodeJS.Timeout | undefined;
/** Where the last run listened: whoever looks at the box finds the next one there. */
let port: number | undefined;

/** One run over the data folder. @returns whether another one follows, over what a backup brought back */
async function run(): Promise<boolean> {
  const environment = { ...readEnvironment(), ...(port === undefined ? {} : { port }) };
  const { dataFolder } = environment;
  const { version } = JSON.parse(await readFile(join(PROJECT_FOLDER, "package.json"), "utf8")) as {
    version: string;
  };
  await using stack = new AsyncDisposableStack();
  const closing = (name: string, deadlineMs: number, run: () => unknown): void =>
    void stack.use(asDisposable({ name, deadlineMs, run }, log));

  const claimed = await claim(dataFolder, { pid: process.pid });
  closing("leave data folder", 500, () => claimed[Symbol.asyncDispose]());
  try {
    await dropLeftovers(dataFolder);
  } catch (error) {
    log.error({ err: error }, "outputs of the last run could not be dropped directly; the guardian will try");
  }

  const restored = await finishRestore(dataFolder, {
    appVersion: version,
    migrationsFolder: MIGRATIONS_FOLDER,
  });
  if (restored !== undefined)
    log.warn(
      { restored: restored.ok, ...(restored.ok ? {} : { why: restored.why }) },
      "a backup was ordered",
    );

  let asked = false;
  using starts = await Starts.open(dataFolder, log);
  closing("note end", 500, () => asked && starts.endInOrder());
  const sync = new TimeSync();
  closing("leave clock", 500, () => sync[Symbol.dispose]());
  const opened = await Store.open({
    folder: dataFolder,
    migrationsFolder: MIGRATIONS_FOLDER,
    log: log.child({ part: "store" }),
    appVersion: version,
    clock: () => (sync.synchronised ? "synced" : "unsynced"),
  });
  const store = opened.kind === "open" ? opened.store : undefined;
  if (opened.kind === "failed") log.error({ why: opened.why }, "database cannot be opened");
  if (store !== undefined) closing("close database", 3_000, () => store[Symbol.asyncDispose]());

  // The first row of a run: what comes before it belongs to the last one.
  const begun = {
    actor: { type: "system", id: "palisade" },
    monoMs: monotonicMs(),
    wallAt: Date.now(),
  } as const;
  store?.appendAudit({ action: "box.starting", after: { version }, ...begun }).catch((error: unknown) => {
    log.error({ err: error }, "start of the box cannot be recorded");
  });

  const { provisionPath } = environment;
  const settled = await settle({ store, provisionPath, dataFolder, starts, log });
  if (settled.version !== undefined) await starts.begin(settled.version, settled.passedOver);
  using disk = await DiskWatch.open(dataFolder);
  const certificates = new Certificates({ dataFolder });
  const box = await Box.open({
    dataFolder,
    version,
    store,
    ...(opened.kind === "failed" ? { storeFault: opened.why } : {}),
    settled,
    lines,
    synchronised: () => sync.synchronised,
    starts,
    disk,
    certificates,
    log,
  });
  if (restored?.ok === false) box.setFault("restore", restored.why);
  closing("anchor record", 1_500, () => box.record?.[Symbol.asyncDispose]());
  const clock = watchClock(box.journal, log);
  closing("write record", 2_000, async () => {
    clock[Symbol.dispose]();
    await box.journal[Symbol.asyncDispose]();
  });
  closing("keep evidence", 2_000, () => box.evidence[Symbol.asyncDispose]());
  closing("stop cameras and detector", 3_000, () => box.cameras[Symbol.asyncDispose]());

  closing("stop figures", 500, () => box.self[Symbol.dispose]());

  const feed = new ViewFeed(box);
  closing("stop views", 500, () => feed[Symbol.dispose]());
  const kioskFolder = join(PROJECT_FOLDER, "kiosk", "dist");
  const lan = new Lan({ box, certificates, log: log.child({ part: "lan" }) });
  const api = app({ box, feed, kioskFolder, lan, log: log.child({ part: "http" }) });
  const serving = await serve(api, environment);
  closing("close connections", 1_000, () => serving[Symbol.asyncDispose]());
  closing("close the way in for other panels", 1_000, () => lan[Symbol.asyncDispose]());
  closing("release outputs", 3_000, () => box.guard.releaseOutputs());
  closing("drop outputs", 500, () => box.drop());

  box.journal.tell({
    action: "box.started",
    actor: { type: "system", id: "palisade" },
    after: { version, demonstration: box.demonstration, model: box.guard.model.name },
    monoMs: monotonicMs(),
    wallAt: Date.now(),
  });
  port = Number(new URL(serving.url).port);
  await claim(dataFolder, { pid: process.pid, url: serving.url });
  console.log(`Palisade is ready: ${serving.url}`);
  await lan.open(api);

  const ordered = box.record?.backups.restores.ordered.then(() => "restore");
  const signal = await Promise.race([stopRequested, ...(ordered === undefined ? [] : [ordered])]);
  asked = true;
  log.info({ signal }, "shutdown begins");
  cutShort = setTimeout(() => {
    log.fatal("shutdown takes too long and is cut short");
    process.exit(1);
  }, SHUTDOWN_LIMIT_MS).unref();
  box.journal.tell({
    action: "box.stopping",
    actor: { type: "system", id: "palisade" },
    reason: signal,
    monoMs: monotonicMs(),
    wallAt: Date.now(),
  });
  return signal === "restore";
}

for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    // The guardian drops everything the moment this process is gone, which is the shortest way there is.
    log.fatal({ err: error }, "unforeseen error, ending at once");
    process.exit(1);
  });
}

try {
  while (await run()) clearTimeout(cutShort);
  process.exit(0);
} catch (error) {
  log.fatal({ err: error }, "box cannot start");
  console.error(`Palisade cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
