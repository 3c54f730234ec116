/** What became of what was sent to others, read from what the record keeps of it. */

export const SENT_TO = ["syslog", "mqtt"] as const;
export type SentTo = (typeof SENT_TO)[number];

export interface Sending {
  /** When it was last taken, ISO 8601 in UTC. */
  readonly sentAt?: string;
  /** The last failure since then. */
  readonly failedAt?: string;
  readonly why?: string;
}

interface Told {
  readonly wallAt: string;
  /** `failed: syslog udp 192.0.2.7:514: no answer in 3 s; mqtt mqtt://192.0.2.8 hall/press`. */
  readonly sent: string | null;
}

/** What the machine's own codes mean to a person. */
const CODES = [
  [/ECONNREFUSED/, "nobody listens there; check the address and that the server runs"],
  [/EHOSTUNREACH|ENETUNREACH|EHOSTDOWN/, "the server cannot be reached; check the network"],
  [/ENOTFOUND|EAI_AGAIN/, "nobody knows this name; check the address"],
  [/ETIMEDOUT/, "the server does not answer; check the network and that it runs"],
] as const;

/** Why something was not taken, in words; what has none stays as it is. */
export function failureText(why: string): string {
  return CODES.find(([code]) => code.test(why))?.[1] ?? why;
}

const BETWEEN = /; (?=(?:failed: )?(?:syslog|mqtt) )/;
const FAILED = /^failed: (?:\S+ ){2}\S+: (.*)$/s;

/** @param told newest first */
export function sendingOf(told: readonly Told[], to: SentTo): Sending {
  let failed: Pick<Sending, "failedAt" | "why"> = {};
  for (const { wallAt, sent } of told)
    for (const part of sent?.split(BETWEEN) ?? []) {
      if (part.startsWith(`${to} `)) return { sentAt: wallAt, ...failed };
      if (part.startsWith(`failed: ${to} `) && failed.failedAt === undefined)
        failed = { failedAt: wallAt, why: failureText(FAILED.exec(part)?.[1] ?? part) };
    }
  return failed;
}
