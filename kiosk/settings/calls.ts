/** What the settings' pages ask of the box. All of it needs the session; without one Maintenance locks. */
import { CHANGE_REASONS } from "../../server/domain/reason_code.ts";
import type { ListedSetting, SettingSource, SettingTable } from "../../server/http/setting_table.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type { ListedSetting, SettingSource, SettingTable };

/** A new configuration ends the guard that runs and starts another. */
const SAVE_LIMIT_MS = 20_000;
const PATH = "/api/settings/table";

export async function readTable(): Promise<Outcome<SettingTable>> {
  return await ask({ method: "GET", path: PATH });
}

/** No guard: its button rests while it runs. */
export async function saveSettings(body: {
  readonly basedOn: number;
  readonly changes: Readonly<Record<string, unknown>>;
}): Promise<Outcome<SettingTable>> {
  return await ask({ method: "PUT", path: PATH, body, timeoutMs: SAVE_LIMIT_MS, because: CHANGE_REASONS });
}
