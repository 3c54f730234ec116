/**
 * The cameras, for people with a session: listed, tried, found, added, changed, removed, checked. Passwords never
 * leave the box: an address shows *** in their place, and *** that comes back means what is stored.
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Asker, Box } from "../box.ts";
import type { CameraTest } from "../camera/probe.ts";
import { type CameraConfig, EMPTY_CONFIG } from "../domain/config.ts";
import { addCamera, changeCamera, type Edited, removeCamera, wholeSource } from "../domain/edit.ts";
import { CHANGE_REASONS, told } from "../domain/reason_code.ts";
import { redactSource } from "../domain/source.ts";
import type { CheckReading } from "../domain/trust.ts";
import type { CameraId } from "../domain/units.ts";
import type { Access, Env } from "./access.ts";
import { askerOf, bodyAs, fieldProblem, publishEdit, unchangeable } from "./fields.ts";
import { problem } from "./problem.ts";
import { whyIn } from "./why.ts";

export interface ListedCamera extends CameraConfig {
  /** The reference picture that is in force. */
  readonly scene: { readonly takenWallAt: number; readonly takenBy: string } | null;
}

type Passed = Extract<CameraTest, { readonly ok: true }>;
export type TestAnswer =
  | (Omit<Passed, "jpeg"> & { readonly picture: string })
  | Exclude<CameraTest, { readonly ok: true }>;

export interface ChecksAnswer {
  readonly readings: readonly CheckReading[];
  readonly codec: string | null;
  readonly lateMs: number | null;
  readonly fps30s: number;
  readonly session: ReturnType<Box["cameras"]["counters"]["session"]>;
  readonly total: ReturnType<Box["cameras"]["counters"]["total"]>;
}

const BUSY = "Two trials are running already: wait a few seconds and try again";
const word = z.string("must be a text").max(256, "must be at most 256 characters");
const credentials = z.strictObject({ user: word, password: word }, "needs a user and a password");
const draft = z.looseObject({ credentials: credentials.optional() });
const trial = z.strictObject({
  source: z.string("must be a text"),
  transport: z.unknown().optional(),
  fps: z.unknown().optional(),
  camera: z.string("must be the id of a camera").optional(),
  credentials: credentials.optional(),
});
const login = z.strictObject({
  address: word.trim().min(1, "must not be empty"),
  user: word,
  password: word,
});

function listed(box: Box, camera: CameraConfig): ListedCamera {
  const known = box.cameras.scenes.of(camera.id);
  const scene =
    known === undefined ? null : { takenWallAt: Date.parse(known.takenWallAt), takenBy: known.takenBy };
  return { ...camera, source: redactSource(camera.source), scene };
}

function tested(test: CameraTest): TestAnswer {
  if (!test.ok) return test;
  const { jpeg, ...rest } = test;
  return { ...rest, picture: `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}` };
}

export const cameras = (box: Box, access: Access) => {
  const person = (c: Context<Env>): Asker => askerOf(c, access);
  const find = (id: string): CameraConfig | undefined =>
    box.guard.config.cameras.find((camera) => camera.id === id);
  const missing = (c: Context<Env>, id: string): Response =>
    problem(c, 404, `No camera "${id}" is configured`);

  const refused = (c: Context<Env>): Response | undefined => unchangeable(c, box);

  /** Publishes what `edit` makes of the configuration in force. */
  const save = async (
    c: Context<Env>,
    edit: (config: Box["guard"]["config"]) => Edited<CameraConfig>,
    done: "added" | "changed",
  ): Promise<Response> => {
    const published = await publishEdit(c, { box, by: person(c) }, (config) => {
      const edited = edit(config);
      if (!edited.ok) return edited;
      return { ...edited, reason: `Camera ${edited.item.name} was ${done}` };
    });
    if (published instanceof Response) return published;
    const { item, changed } = published;
    return c.json({ ...listed(box, find(item.id) ?? item), changed }, done === "added" ? 201 : 200);
  };

  return new Hono<Env>()
    .get("/api/cameras", access.may("setup.look"), (c) =>
      c.json(box.guard.config.cameras.map((camera) => listed(box, camera))),
    )
    .post("/api/cameras", access.may("cameras.change"), async (c) => {
      const body = await bodyAs(c, draft);
      if (body instanceof Response) return body;
      const { credentials: entered, ...given } = body;
      return refused(c) ?? (await save(c, (config) => addCamera(config, given, entered), "added"));
    })
    .post("/api/cameras/test", access.may("cameras.change"), async (c) => {
      const body = await bodyAs(c, trial);
      if (body instanceof Response) return body;
      const { source, transport, fps, camera, credentials: entered } = body;
      const stored = camera === undefined ? undefined : find(camera);
      if (camera !== undefined && stored === undefined) return missing(c, camera);
      const whole = wholeSource(source.trim(), stored?.source, entered);
      if (!whole.ok) return fieldProblem(c, [whole.error]);
      // The rules of a camera that would be saved; its name is what sentences call it.
      const id = stored?.id ?? "new";
      const optional = {
        ...(transport === undefined ? {} : { transport }),
        ...(fps === undefined ? {} : { fps }),
      };
      const made = addCamera(EMPTY_CONFIG, { id, name: id, source: whole.source, ...optional });
      if (!made.ok) return fieldProblem(c, made.errors);
      const { name: _name, ...order } = made.item;
      const test = await box.cameras.trials.test(order, c.req.raw.signal);
      return test === undefined ? problem(c, 429, BUSY) : c.json(tested(test));
    })
    .get("/api/cameras/discover", access.may("cameras.change"), async (c) => {
      const found = await box.cameras.trials.find(c.req.raw.signal);
      return found === undefined ? problem(c, 429, BUSY) : c.json(found);
    })
    .post("/api/cameras/discover/streams", access.may("cameras.change"), async (c) => {
      const body = await bodyAs(c, login);
      if (body instanceof Response) return body;
      const found = await box.cameras.trials.streams(body, c.req.raw.signal);
      return found === undefined ? problem(c, 429, BUSY) : c.json(found);
    })
    .put("/api/cameras/:id", access.may("cameras.change"), async (c) => {
      const id = c.req.param("id");
      const body = await bodyAs(c, draft);
      if (body instanceof Response) return body;
      if (find(id) === undefined) return missing(c, id);
      const { credentials: entered, ...given } = body;
      return refused(c) ?? (await save(c, (config) => changeCamera(config, id, given, entered), "changed"));
    })
    .delete("/api/cameras/:id", access.may("cameras.change"), async (c) => {
      const camera = find(c.req.param("id"));
      if (camera === undefined) return missing(c, c.req.param("id"));
      const now = refused(c);
      if (now !== undefined) return now;
      return await remove(c, box, { camera, withZones: c.req.query("withZones") === "true", by: person(c) });
    })
    .get("/api/cameras/:id/checks", access.may("setup.look"), (c) => {
      const camera = find(c.req.param("id"));
      if (camera === undefined) return missing(c, c.req.param("id"));
      return c.json(checksOf(box, camera.id));
    })
    .post("/api/cameras/:id/scene", access.may("cameras.change"), async (c) => {
      const camera = find(c.req.param("id"));
      if (camera === undefined) return missing(c, c.req.param("id"));
      const taken = await box.cameraCommands.takeScene(camera.id, person(c));
      if (!taken.ok) return problem(c, 409, taken.why);
      const { takenWallAt, takenBy } = taken.known;
      return c.json({ takenWallAt: Date.parse(takenWallAt), takenBy });
    })
    .get("/api/cameras/:id/scene.jpg", access.may("setup.look"), (c) => {
      const id = c.req.param("id");
      if (find(id) === undefined) return missing(c, id);
      const jpeg = box.cameras.scenes.of(id)?.jpeg;
      if (jpeg === undefined || jpeg === null)
        return problem(c, 404, `Camera "${id}" has no reference picture`);
      return c.body(new Uint8Array(jpeg), 200, { "content-type": "image/jpeg", "cache-control": "no-store" });
    });
};

function checksOf(box: Box, camera: CameraId): ChecksAnswer {
  const { counters } = box.cameras;
  const newest = counters.newest(camera);
  return {
    readings: newest?.checks ?? [],
    codec: newest?.codec ?? null,
    lateMs: newest?.lateMs ?? null,
    fps30s: newest?.fps30s ?? 0,
    session: counters.session(camera),
    total: counters.total(camera),
  };
}

interface RemoveOrder {
  readonly camera: CameraConfig;
  readonly withZones: boolean;
  readonly by: Asker;
}

/** Nothing that guards goes silently: without the wish for it, what hangs on the camera is named and stays. */
async function remove(c: Context<Env>, box: Box, { camera, withZones, by }: RemoveOrder): Promise<Response> {
  const given = whyIn(c, CHANGE_REASONS);
  if (!given.ok) return fieldProblem(c, given.errors);
  let held: Response | undefined;
  await box.change((config) => {
    const { zones, outputs, config: without } = removeCamera(config, camera.id);
    if (zones.length > 0 && !withZones) {
      const named = outputs.map(({ output, goes }) => ({
        id: output.id,
        name: output.name ?? output.id,
        removed: goes,
      }));
      held = problem(c, 409, holdSentence(camera.name, zones, named), {
        zones: zones.map(({ id, name }) => ({ id, name })),
        outputs: named,
      });
      return { ok: false };
    }
    return { ok: true, config: without, ...told(`Camera ${camera.name} was removed`, given.why) };
  }, by);
  return held ?? c.body(null, 204);
}

function holdSentence(
  camera: string,
  zones: readonly { readonly name: string }[],
  outputs: readonly { readonly name: string; readonly removed: boolean }[],
): string {
  const names = (items: readonly { readonly name: string }[]): string =>
    items.map(({ name }) => name).join(", ");
  const gone = outputs.filter(({ removed }) => removed);
  const unbound = outputs.filter(({ removed }) => !removed);
  return [
    `With camera ${camera} its zones would go: ${names(zones)}`,
    ...(unbound.length === 0 ? [] : [`these outputs would follow them no longer: ${names(unbound)}`]),
    ...(gone.length === 0 ? [] : [`these outputs would follow nothing and would go too: ${names(gone)}`]),
  ].join("; ");
}
