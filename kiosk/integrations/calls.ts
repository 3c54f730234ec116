/** What the page of integrations asks of the box. All of it needs the session; without one Maintenance locks. */
import type { SentTo } from "../../server/domain/sending.ts";
import type { IntegrationsAnswer, TrialAnswer } from "../../server/http/integrations.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type { IntegrationsAnswer, SentTo };

/** As long as the box waits for an answer, and a little more. */
const TRIAL_LIMIT_MS = 10_000;

export async function readIntegrations(): Promise<Outcome<IntegrationsAnswer>> {
  return await ask({ method: "GET", path: "/api/integrations" });
}

/** No guard: its button rests while it runs. */
export async function tryOut(to: SentTo): Promise<Outcome<TrialAnswer>> {
  return await ask({ method: "POST", path: `/api/integrations/${to}/trial`, timeoutMs: TRIAL_LIMIT_MS });
}
