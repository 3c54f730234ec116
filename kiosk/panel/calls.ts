/** What the page of this panel asks of the box. */
import type { ListedPanel } from "../../server/http/panels.ts";
import { report } from "../actions.ts";
import { ask } from "../ask.ts";
import { call, type Outcome } from "../call.ts";
import { PANEL } from "./words.ts";

export type { ListedPanel };

export async function readPanels(): Promise<Outcome<readonly ListedPanel[]>> {
  return (await call({ method: "GET", path: "/api/panels" })) as Outcome<readonly ListedPanel[]>;
}

function path(id: string): string {
  return `/api/panels/${encodeURIComponent(id)}/name`;
}

export async function namePanel(id: string, name: string): Promise<void> {
  const outcome = await ask({ method: "PUT", path: path(id), body: { name } }, `name ${id}`);
  report(outcome, { done: PANEL.named(name), command: PANEL.name });
}

export async function forgetPanel(id: string, name: string): Promise<void> {
  const outcome = await ask({ method: "DELETE", path: path(id) }, `forget ${id}`);
  report(outcome, { done: PANEL.forgotten(name), command: PANEL.forget });
}
