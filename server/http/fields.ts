/** Bodies read member by member, and what is wrong with each, for the routes that change what is configured. */
import type { Context } from "hono";
import type { z } from "zod";
import type { Answer, Asker, Box } from "../box.ts";
import type { ConfigError } from "../domain/config.ts";
import { CHANGE_REASONS, told, type Why } from "../domain/reason_code.ts";
import { type Access, type Env, panel } from "./access.ts";
import { jsonBody, problem } from "./problem.ts";
import { whyIn } from "./why.ts";

export function fieldProblem(c: Context<Env>, errors: readonly ConfigError[]): Response {
  const detail = errors.map(({ path, message }) => `${path} ${message}`).join("; ");
  return problem(c, 400, detail, { errors });
}

/** Whether a command was carried out, and why not. */
export function answered(c: Context<Env>, answer: Answer): Response {
  if (answer.ok) return c.json({ ok: true });
  const { status, detail, ok: _, ...more } = answer;
  return problem(c, status, detail, more);
}

/** The body in this shape, or what is wrong with it by member. */
export async function bodyAs<T>(c: Context<Env>, shape: z.ZodType<T>): Promise<T | Response> {
  const parsed = shape.safeParse(await jsonBody(c), { reportInput: true });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue): ConfigError[] =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          path: [...issue.path, key].join("."),
          message: "is not a known member; remove it or check its spelling",
        }))
      : [
          {
            path: issue.path.join("."),
            message: issue.input === undefined ? "is missing" : issue.message,
          },
        ],
  );
  return fieldProblem(c, errors);
}

/** The person whose session it is, as the record names them; the panel where there is none. */
export function askerOf(c: Context<Env>, access: Access): Asker {
  const who = access.person(c);
  const { origin = "unknown" } = panel(c);
  return who === undefined ? panel(c) : { type: "user", id: who.name, role: who.role, origin };
}

/** Why nothing can be changed now. */
export function unchangeable(c: Context<Env>, box: Box): Response | undefined {
  if (box.store === undefined) return problem(c, 503, box.faults[0] ?? "There is no database");
  return box.demonstration
    ? problem(c, 409, "The demonstration runs: end it first, then set up your cameras")
    : undefined;
}

/** A change of the configuration that somebody asks for, or what is wrong with it. */
export type Edit<T> =
  | {
      readonly ok: true;
      readonly config: Box["guard"]["config"];
      readonly item: T;
      /** What is done, as the record tells it. */
      readonly reason: string;
    }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

interface Editor {
  readonly box: Box;
  readonly by: Asker;
  /** What the address tells where it is left out. */
  readonly why?: Why;
}

/** Publishes what `edit` makes of the configuration in force. */
export async function publishEdit<T>(
  c: Context<Env>,
  { box, by, why }: Editor,
  edit: (config: Box["guard"]["config"]) => Edit<T>,
): Promise<{ readonly item: T; readonly changed: boolean } | Response> {
  const given = why === undefined ? whyIn(c, CHANGE_REASONS) : ({ ok: true, why } as const);
  if (!given.ok) return fieldProblem(c, given.errors);
  let edited: Edit<T> | undefined;
  const published = await box.change((config) => {
    edited = edit(config);
    return edited.ok ? { ...edited, ...told(edited.reason, given.why) } : edited;
  }, by);
  if (edited === undefined || !edited.ok) return fieldProblem(c, edited?.errors ?? []);
  return { item: edited.item, changed: published?.changed ?? false };
}
