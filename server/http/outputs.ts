/**
 * The outputs: what each should be and is, for everybody; added, changed, removed and tried out by people with a
 * session; and the records of their tests.
 */
import { Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import type { OutputConfig } from "../domain/config.ts";
import { addOutput, changeOutput, removeOutput } from "../domain/edit.ts";
import type { Millis, OutputId } from "../domain/units.ts";
import type { OutputView } from "../domain/view.ts";
import type { OutputTestResult } from "../store/protocol.ts";
import type { Due } from "../upkeep.ts";
import { type Access, anybody, type Env } from "./access.ts";
import { editing } from "./editing.ts";
import { answered, askerOf, bodyAs } from "./fields.ts";

export type ListedOutput = OutputView & {
  /** How often its relay was energised. */
  readonly operations: number;
};

/** An output as it is configured. */
export type SavedOutput = OutputConfig & { readonly changed: boolean };

export interface OutputTests {
  readonly relay: Due;
  readonly proof: Due;
  /** Why Reset gives no run permit back now. */
  readonly withheld?: string;
  /** Newest first. */
  readonly records: readonly {
    readonly wallAt: Millis;
    readonly by: string;
    readonly role: string | null;
    readonly test: "relay" | "proof";
    readonly passed: boolean;
    readonly results: readonly OutputTestResult[];
    readonly note: string | null;
  }[];
}

const TEST_MAX_S = 10;
const NOTE_MAX = 500;
const seconds = `must be 1 to ${TEST_MAX_S} seconds`;
const order = z.strictObject({
  drive: z.enum(["energised", "dropped"], 'must be "energised" or "dropped"'),
  seconds: z.number("must be a number").min(1, seconds).max(TEST_MAX_S, seconds),
});
const note = z.string("must be a text").trim().max(NOTE_MAX, `must be at most ${NOTE_MAX} characters`);
const report = z.strictObject({
  test: z.enum(["relay", "proof"], 'must be "relay" or "proof"'),
  results: z
    .array(
      z.strictObject({
        output: z.string("must be a text"),
        passed: z.boolean("must be true or false"),
        note: note.optional(),
        dropMs: z.number("must be a number").min(0, "must not be negative").max(60_000).optional(),
      }),
      "must be a list",
    )
    .min(1, "must name each output")
    .max(64, "must be at most 64 outputs"),
  note: note.optional(),
});

/** Without the members that are absent, which JSON would leave out and the types tell apart. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const told = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(told) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export const outputs = (box: Box, access: Access) => {
  const edits = editing<OutputConfig>(
    { box, access },
    {
      ...{ thing: "output", list: (config) => config.outputs },
      ...{ add: addOutput, change: changeOutput, remove: removeOutput },
      reason: ({ id, name: item = id }, done) => `Output ${item} was ${done}`,
      shown: (output) => output,
    },
  );
  const listed = (view: OutputView): ListedOutput => ({
    ...view,
    operations: box.upkeep.operations(view),
  });

  return new Hono<Env>()
    .get("/api/outputs", anybody("look"), (c) => c.json(box.view().outputs.map(listed)))
    .post("/api/outputs", access.may("outputs.change"), (c) => edits.added(c))
    .put("/api/outputs/:id", access.may("outputs.change"), (c) => edits.changed(c, c.req.param("id")))
    .delete("/api/outputs/:id", access.may("outputs.change"), (c) => edits.removed(c, c.req.param("id")))
    .post("/api/outputs/:id/test", access.may("outputs.test"), async (c) => {
      const output: OutputId = c.req.param("id");
      const body = await bodyAs(c, order);
      if (body instanceof Response) return body;
      if (edits.find(output) === undefined) return edits.missing(c, output);
      return answered(c, await box.commands.testOutput({ output, ...body }, askerOf(c, access)));
    })
    .delete("/api/outputs/:id/test", access.may("outputs.test"), (c) => {
      const answer = box.commands.endTest(c.req.param("id"), askerOf(c, access));
      return answer.ok ? c.body(null, 204) : answered(c, answer);
    })
    .get("/api/output-tests", access.may("setup.look"), (c) => c.json(tests(box)))
    .post("/api/output-tests", access.may("outputs.test"), async (c) => {
      const body = await bodyAs(c, report);
      if (body instanceof Response) return body;
      const { test, results, note: remark } = body;
      const told = { test, results: results.map(present), ...(remark === undefined ? {} : { note: remark }) };
      const answer = await box.commands.recordTest(told, askerOf(c, access));
      return answer.ok ? c.json(tests(box), 201) : answered(c, answer);
    });
};

function tests({ upkeep, guard }: Box): OutputTests {
  const { withheld } = guard.pipeline.state.maintenance;
  return {
    relay: upkeep.due("relay", guard.config),
    proof: upkeep.due("proof", guard.config),
    ...(withheld === undefined ? {} : { withheld }),
    records: upkeep.records.map(({ wallAt, testedBy: by, role, test, passed, results, note: remark }) => ({
      ...{ wallAt: Date.parse(wallAt), by, role, test, passed, results, note: remark },
    })),
  };
}
