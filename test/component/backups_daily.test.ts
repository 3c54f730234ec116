/** Daily backups over days of a clock that the test sets: one a day, so many kept, none forgotten, and a failure is told. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type BackupClock, Backups } from "../../server/backups.ts";
import { openLog } from "../../server/base/log.ts";
import { record } from "../../server/domain/record_config.ts";
import { type BackupOrder, makeBackup } from "../../server/store/backup.ts";
import { Clerk } from "../../server/store/clerk.ts";
import type { AuditEntry } from "../../server/store/protocol.ts";
import type { Store } from "../../server/store/store.ts";
import { Folder } from "../fakes/store_folder.ts";
import { TrailFolder } from "../fakes/trail_folder.ts";
import { until } from "../support/until.ts";

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const BEGAN = Date.parse("2026-11-02T06:00:00.000Z");

/** Stands still until the test lets it go on. */
class Clock implements BackupClock {
  now = BEGAN;
  #go: (() => void) | undefined;
  readonly wallMs = () => this.now;
  readonly wait = (_: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const go = (): void => {
        this.#go = undefined;
        resolve();
      };
      signal.addEventListener("abort", go, { once: true });
      if (signal.aborted) go();
      else this.#go = go;
    });

  /** So much later whoever waits looks once, and waits again when this resolves. */
  async pass(ms: number): Promise<void> {
    this.now += ms;
    this.#go?.();
    await until({ what: "another wait", ms: 30_000, check: () => this.#go !== undefined });
  }
}

/** A box that makes its backups, over a store that outlasts it. */
class Daily implements AsyncDisposable {
  readonly rows: Omit<AuditEntry, "monoMs" | "wallAt">[] = [];
  readonly logged: string[] = [];
  readonly config;
  readonly #backups: Backups;
  readonly #clock: Clock;

  constructor(dataFolder: string, store: Store, clock: Clock, stick: string) {
    this.#clock = clock;
    this.config = record.parse({ backup: { folder: stick, keep: 3, dueDays: 2 } });
    this.#backups = new Backups({
      ...{ dataFolder, store, clock, config: () => this.config, setFault: () => undefined },
      tell: (entry) => void this.rows.push(entry),
      log: openLog("test", { write: (line: string) => void this.logged.push(line) }),
    });
  }

  get made(): number {
    return this.rows.filter(({ action }) => action === "backup.made").length;
  }

  get due(): string | undefined {
    return this.#backups.due(this.config);
  }

  state = () => this.#backups.state();

  /** Hour by hour. */
  async hours(count: number): Promise<void> {
    for (let hour = 0; hour < count; hour++) await this.#clock.pass(HOUR_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backups[Symbol.asyncDispose]();
  }
}

/** In this process: a busy machine lets one that is to be in nobody's way wait for half a minute. */
function makeHere(t: TestContext, folder: string): void {
  t.mock.method(Clerk.prototype, "backup", async (order: BackupOrder) => await makeBackup(folder, order));
}

/** A record of five rows, and an empty stick. */
async function begun(t: TestContext, stack: AsyncDisposableStack) {
  const data = stack.use(new TrailFolder());
  makeHere(t, data.path);
  data.write(5);
  const folder = new Folder();
  rmSync(folder.path, { recursive: true });
  const store = stack.use(await folder.open({ folder: data.path }));
  return { data, store, stick: mkdtempSync(join(tmpdir(), "palisade-stick-")) };
}

test("a backup is made every day, made up for after days without the box, and told as missing where it fails", async (t) => {
  await using stack = new AsyncDisposableStack();
  const { data, store, stick } = await begun(t, stack);
  const clock = new Clock();
  const names = (): readonly string[] => readdirSync(stick).toSorted();
  const days = (): readonly (string | undefined)[] => names().map((name) => /-(\d{8})-/.exec(name)?.[1]);
  try {
    {
      await using box = new Daily(data.path, store, clock, stick);
      await clock.pass(60_000);
      assert.equal(box.made, 1, "the first one soon after the start");
      await box.hours(23);
      assert.equal(box.made, 1, "not before a day has gone by");
      for (const day of [2, 3, 4]) {
        await box.hours(day === 2 ? 1 : 24);
        assert.equal(box.made, day, `once on day ${day}`);
      }
      assert.deepEqual(days(), ["20261103", "20261104", "20261105"], "three are kept, the oldest went");
      assert.equal(box.due, undefined);
    }
    // The box is off for two days and a half.
    clock.now += 2.5 * DAY_MS;
    {
      await using box = new Daily(data.path, store, clock, stick);
      await box.state();
      assert.equal(box.due, "No backup was made for 2 days");
      await clock.pass(60_000);
      assert.deepEqual([box.made, box.due], [1, undefined], "one for the days that were missed, no more");
      assert.deepEqual(days(), ["20261104", "20261105", "20261107"]);

      // Somebody pulls the stick.
      renameSync(stick, `${stick}-away`);
      await box.hours(26);
      assert.equal(box.made, 1);
      assert.match((await box.state()).failed ?? "", /is not there; plug its disk in/);
      assert.equal(box.due, undefined, "a day more may pass");
      await box.hours(24);
      assert.match(
        box.due ?? "",
        /^No backup was made for 2 days: The folder ".*" of the backups cannot be used: it is not there/,
      );
      const failures = box.logged.filter((line) => line.includes("daily backup cannot be made")).length;
      assert.ok(failures >= 20 && failures <= 28, `tried ${failures} times, once an hour`);
      for (let minutes = 0; minutes < 30; minutes += 5) await clock.pass(5 * 60_000);
      assert.equal(
        box.logged.filter((line) => line.includes("daily backup cannot be made")).length,
        failures,
      );
      renameSync(`${stick}-away`, stick);
      await box.hours(1);
      assert.equal(box.made, 2);
      assert.deepEqual([box.due, (await box.state()).failed], [undefined, null]);

      // A clock that was years ahead is put right.
      clock.now -= 400 * DAY_MS;
      await clock.pass(60_000);
      assert.equal(box.made, 3, "one more, never none");
      assert.ok(days().includes("20251005"), "and it stays, although by its name it is the oldest");
      assert.equal(days().length, 3);
      await box.hours(23);
      assert.equal(box.made, 3);
      await box.hours(1);
      assert.equal(box.made, 4);
    }
  } finally {
    for (const each of [stick, `${stick}-away`]) rmSync(each, { recursive: true, force: true });
  }
});

test("files of other boxes in the folder stay, and another folder gets one at once", async (t) => {
  await using stack = new AsyncDisposableStack();
  const { data, store, stick } = await begun(t, stack);
  try {
    const clock = new Clock();
    const other = join(stick, `palisade-${"f".repeat(16)}-20200101-000000.tar.gz`);
    mkdirSync(other);
    await using box = new Daily(data.path, store, clock, stick);
    box.config.backup = { folder: stick, keep: 1, dueDays: 2 };
    await clock.pass(60_000);
    const inner = join(stick, "inner");
    mkdirSync(inner);
    box.config.backup = { folder: inner, keep: 1, dueDays: 2 };
    await clock.pass(60_000);
    assert.equal(box.made, 2);
    assert.deepEqual([readdirSync(inner).length, readdirSync(stick).length], [1, 3]);
  } finally {
    rmSync(stick, { recursive: true, force: true });
  }
});
