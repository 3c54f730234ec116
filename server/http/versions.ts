/** The versions of the configuration: listed, told apart in words, and put in force again. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import { REVERT_REASONS } from "../domain/reason_code.ts";
import type { Millis } from "../domain/units.ts";
import type { VersionRow } from "../store/protocol.ts";
import type { Told } from "../versions.ts";
import type { Access, Env } from "./access.ts";
import { answered, askerOf, bodyAs, fieldProblem } from "./fields.ts";
import { problem } from "./problem.ts";
import { whyMembers, whyNeeded } from "./why.ts";

export interface ListedVersion {
  readonly version: number;
  readonly wallAt: Millis;
  /** Who published it. */
  readonly by: string;
  readonly reason: string;
  readonly inForce: boolean;
}

export interface VersionList {
  /** Newest first. */
  readonly versions: readonly ListedVersion[];
  /** For `before`, where there are older ones. */
  readonly next: number | null;
  /** What is gathered and not in force yet; `GET /api/draft` tells it whole. */
  readonly draft?:
    | { readonly by: string; readonly begunWallAt: Millis; readonly changes: number }
    | undefined;
}

export interface VersionAnswer extends ListedVersion {
  /** What it changed, and what putting it in force would change now. */
  readonly made: Told;
  readonly wouldMake: Told;
  /** Why it cannot be put in force; null where nothing is known to speak against it. */
  readonly refusal: string | null;
}

const PAGE = 50;
const order = z.strictObject(whyMembers);

/** A whole number of at least 1; undefined where it is none. */
function numberIn(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

export const versions = (box: Box, access: Access) => {
  const listed = ({ version, wallAt, author, reason }: VersionRow): ListedVersion => ({
    ...{ version, reason, wallAt: Date.parse(wallAt) },
    by: author.slice(author.indexOf(":") + 1),
    inForce: version === box.inForce,
  });
  const noDatabase = (c: Context<Env>): Response =>
    problem(c, 503, box.faults[0] ?? "There is no database to read the versions from");
  const missing = (c: Context<Env>): Response =>
    problem(c, 404, `There is no version "${c.req.param("version")}"`);

  return new Hono<Env>()
    .get("/api/versions", access.may("setup.look"), async (c) => {
      const text = c.req.query("before");
      const before = text === undefined ? undefined : numberIn(text);
      if (text !== undefined && before === undefined)
        return problem(c, 400, '"before" is the number of a version');
      const rows = await box.versions.list({ limit: PAGE, ...(before === undefined ? {} : { before }) });
      if (rows === undefined) return noDatabase(c);
      const last = rows.at(-1)?.version ?? 1;
      const draft = box.versions.draft.view;
      const answer: VersionList = {
        versions: rows.map(listed),
        next: last > 1 ? last : null,
        ...(draft && {
          draft: { by: draft.by, begunWallAt: draft.begunWallAt, changes: draft.changes.length },
        }),
      };
      return c.json(answer);
    })
    .get("/api/versions/:version", access.may("setup.look"), async (c) => {
      if (box.store === undefined) return noDatabase(c);
      const number = numberIn(c.req.param("version"));
      const details = number === undefined ? undefined : await box.versions.details(number);
      if (details === undefined) return missing(c);
      const { row, made, wouldMake, refusal = null } = details;
      const answer: VersionAnswer = { ...listed(row), made, wouldMake, refusal };
      return c.json(answer);
    })
    .post("/api/versions/:version/revert", access.may("versions.change"), async (c) => {
      const body = await bodyAs(c, order);
      if (body instanceof Response) return body;
      const number = numberIn(c.req.param("version"));
      if (number === undefined) return missing(c);
      const given = whyNeeded(c, REVERT_REASONS, body);
      if (!given.ok) return fieldProblem(c, given.errors);
      return answered(c, await box.versions.revert(number, given.why, askerOf(c, access)));
    });
};
