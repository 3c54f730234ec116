/** A store in a temporary folder, and what tests put into it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monotonicMs, wallMs } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { type Config, parseProvision, type UserConfig } from "../../server/domain/config.ts";
import type { AuditRow } from "../../server/store/chain.ts";
import type { Actor, AuditEntry } from "../../server/store/protocol.ts";
import { Store, type StoreOptions } from "../../server/store/store.ts";

export const migrationsFolder = join(import.meta.dirname, "../../migrations");
export const SAM: Actor = { type: "user", id: "Sam", role: "supervisor" };

export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "palisade-store-"));
  readonly file = join(this.path, "palisade.db");
  readonly logged: string[] = [];
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
  options(more: Partial<StoreOptions> = {}): StoreOptions {
    const log = openLog("test", { write: (text: string) => void this.logged.push(text) });
    return { folder: this.path, migrationsFolder, log, appVersion: "0.1.0", ...more };
  }
  async open(more: Partial<StoreOptions> = {}): Promise<Store> {
    const opened = await Store.open(this.options(more));
    assert.ok(opened.kind === "open", opened.kind === "failed" ? opened.why : "");
    return opened.store;
  }
}

export const entry = (n: number): AuditEntry => ({
  action: "test.appended",
  actor: SAM,
  origin: "panel-1",
  object: { type: "zone", id: "cell" },
  after: { n },
  reason: "test",
  monoMs: monotonicMs(),
  wallAt: wallMs(),
});

export function configOf(cameras: readonly { readonly id: string; readonly source: string }[]): Config {
  const parsed = parseProvision({ cameras: cameras.map((camera) => ({ name: camera.id, ...camera })) });
  assert.ok(parsed.ok);
  const { users: _, ...config } = parsed.value;
  return config;
}

export const CONFIG = configOf([{ id: "front", source: "rtsp://root:hunter2@host/stream" }]);
export const person = (name: string, pin: string, role: UserConfig["role"] = "supervisor"): UserConfig => ({
  name,
  role,
  pin,
});
export const actions = (rows: readonly AuditRow[]): string[] => rows.map((row) => row.action).reverse();
