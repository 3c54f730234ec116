/** What the pages of backups ask of the box. */
import type { BackupAnswer, InspectionView } from "../../server/http/backup.ts";
import { ask, send } from "../ask.ts";
import { call, download, type Outcome } from "../call.ts";

export type { BackupAnswer, InspectionView };

/** A million rows behind everything else on a busy box, and a slow stick. */
const LONG_MS = 30 * 60_000;
const PATH = "/api/backup";

export async function readBackup(): Promise<Outcome<BackupAnswer>> {
  return await ask({ method: "GET", path: PATH });
}

/** Into the folder of the daily ones. */
export async function backUpNow(): Promise<Outcome<BackupAnswer>> {
  return await ask({ method: "POST", path: PATH, body: { to: "folder" }, timeoutMs: LONG_MS }, "back-up");
}

/** As a file of this computer. */
export async function takeAlong(passphrase: string): Promise<Outcome<unknown>> {
  const body = passphrase === "" ? {} : { passphrase };
  return await download({ method: "POST", path: PATH, body, timeoutMs: LONG_MS });
}

export interface Target {
  readonly folder: string;
  readonly keep: number;
  readonly dueDays: number;
}

export async function setTarget(target: Target): Promise<Outcome<BackupAnswer>> {
  const { folder, ...counts } = target;
  const body = folder === "" ? { folder } : { folder, ...counts };
  return await ask({ method: "PUT", path: `${PATH}/target`, body, timeoutMs: 30_000 }, "set-target");
}

export async function setPassphrase(passphrase: string): Promise<Outcome<BackupAnswer>> {
  return await ask({ method: "PUT", path: `${PATH}/passphrase`, body: { passphrase } }, "set-passphrase");
}

/** Tells between 0 and 1 how much of it has gone; then the box looks at it. */
export async function sendBackup(file: File, onShare: (share: number) => void): Promise<Outcome<unknown>> {
  return await send({ path: "/api/restore", body: file, timeoutMs: LONG_MS, onShare });
}

export async function lookAtBefore(): Promise<Outcome<InspectionView>> {
  return await ask({ method: "POST", path: "/api/restore/before", timeoutMs: LONG_MS }, "look-before");
}

export async function forgetSeen(): Promise<Outcome<unknown>> {
  return await ask({ method: "DELETE", path: "/api/restore" }, "forget-seen");
}

export interface Order {
  readonly id: string;
  readonly name: string;
  readonly pin: string;
  readonly reason: string;
  readonly passphrase: string;
}

export async function bringBack({ passphrase, ...order }: Order): Promise<Outcome<unknown>> {
  const body = passphrase === "" ? order : { ...order, passphrase };
  return await call({ method: "POST", path: "/api/restore/apply", body, timeoutMs: 60_000 });
}
