/** Why somebody changes what is set up: a code of a short list, words of their own, or both. In the body or the address. */
import type { Context } from "hono";
import { z } from "zod";
import type { ConfigError } from "../domain/config.ts";
import type { ReasonCode, Why } from "../domain/reason_code.ts";

export const WORDS_MAX = 300;

/** The members of a body that tell it, read by `whyIn`. */
export const whyMembers = {
  reason: z.exactOptional(z.unknown()),
  reasonCode: z.exactOptional(z.unknown()),
};
interface WhyMembers {
  readonly reason?: unknown;
  readonly reasonCode?: unknown;
}

export type Given =
  | { readonly ok: true; readonly why: Why }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

const words = z
  .string("must be a text")
  .trim()
  .min(1, "must say why")
  .max(WORDS_MAX, `must be at most ${WORDS_MAX} characters`);

/** What is given of it; nothing is fine, since programs that write here need not know of it. */
export function whyIn(
  c: Pick<Context, "req">,
  codes: readonly ReasonCode[],
  { reason = c.req.query("reason"), reasonCode = c.req.query("reasonCode") }: WhyMembers = {},
): Given {
  const said = words.optional().safeParse(reason);
  const code = codes.find((one) => one === reasonCode);
  const errors: ConfigError[] = [
    ...(said.success ? [] : said.error.issues.map(({ message }) => ({ path: "reason", message }))),
    ...(reasonCode === undefined || code !== undefined
      ? []
      : [{ path: "reasonCode", message: `must be one of ${codes.join(", ")}` }]),
  ];
  if (!said.success || errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    why: {
      ...(said.data === undefined ? {} : { words: said.data }),
      ...(code === undefined ? {} : { code }),
    },
  };
}

/** The same where nobody may go without one. */
export function whyNeeded(c: Pick<Context, "req">, codes: readonly ReasonCode[], body: WhyMembers): Given {
  const given = whyIn(c, codes, body);
  if (!given.ok || given.why.words !== undefined || given.why.code !== undefined) return given;
  const message = `is missing: choose one of ${codes.join(", ")}, or write a reason`;
  return { ok: false, errors: [{ path: "reasonCode", message }] };
}
