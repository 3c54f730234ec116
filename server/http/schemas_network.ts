/** The bodies of the routes about the network and what is told to others; the rest is in schemas.ts. */
import { z } from "zod";
import { USER_ROLES } from "../domain/permission.ts";
import type { FarSessionAnswer } from "./far.ts";
import type { IntegrationsAnswer, TrialAnswer } from "./integrations.ts";
import type { NetworkAnswer } from "./network.ts";
import { count, instant, maybe, text, unixMs } from "./shapes.ts";

const who = { name: text, role: z.enum(USER_ROLES) };

const FarSession: z.ZodType<FarSessionAnswer> = z.object({
  needed: z.boolean().meta({ description: "This panel is on the network" }),
  person: maybe(z.object(who)),
  untilWallAt: maybe(unixMs),
});

const Network: z.ZodType<NetworkAnswer> = z.object({
  host: text,
  addresses: z.array(text),
  on: z.boolean().meta({ description: "What the settings say" }),
  port: count,
  address: maybe(text.meta({ description: "All addresses of the box where absent" })),
  listening: z.boolean(),
  why: maybe(text.meta({ description: "Why it does not listen although it should" })),
  connections: count,
  certificate: maybe(
    z.object({
      kind: z.enum(["own", "installed"]),
      names: z.array(text),
      fingerprint: text.meta({ description: "SHA-256 as browsers show it" }),
      fromWallAt: unixMs,
      untilWallAt: unixMs,
    }),
  ),
  people: z.array(
    z.object({
      ...{ id: text.meta({ description: "Of this sign-in" }), ...who, origin: text },
      ...{ sinceWallAt: unixMs, untilWallAt: unixMs, seenWallAt: unixMs },
    }),
  ),
});

const sending = {
  sentAt: maybe(instant),
  failedAt: maybe(instant.meta({ description: "The last failure since then" })),
  why: maybe(text),
};

const Integrations: z.ZodType<IntegrationsAnswer> = z.object({
  syslog: z.object({ ...sending, address: maybe(text), transport: maybe(z.enum(["udp", "tcp"])) }),
  mqtt: z.object({ ...sending, address: maybe(text), topic: maybe(text) }),
  prometheus: z.object({ path: text, askedAt: maybe(instant), from: maybe(text) }),
});

const IntegrationTrial: z.ZodType<TrialAnswer> = z.object({ taken: z.boolean(), why: maybe(text) });

/** By the name under which the document has them. */
export const networkSchemas = { FarSession, Network, Integrations, IntegrationTrial } as const;
