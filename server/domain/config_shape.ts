/**
 * The shape of a stored configuration, numbered, so that a body of an earlier program is brought up to date when it is
 * read, and one of a later program is refused in words instead of being half understood.
 */

/** Raised with every member that comes, goes or changes its meaning; test/golden/config-shape.json has the members. */
export const CONFIG_SHAPE = 4;

/** Makes a body of one shape one of the next. */
export type Lift = (body: unknown) => unknown;

/** By the shape they begin at. A member that came with a default needs none: reading the body fills it in. */
const LIFTS: Readonly<Record<number, Lift>> = {};

/** The body in today's shape. Throws a sentence about a shape that is not known. */
export function inTodaysShape(body: unknown, shape: number, lifts = LIFTS, today = CONFIG_SHAPE): unknown {
  if (!Number.isInteger(shape) || shape < 1)
    throw new Error(`has the shape ${shape}, which no program wrote; provision the box again`);
  if (shape > today)
    throw new Error(
      `was written by a newer program (shape ${shape}, this one knows ${today}); install that one again, or put an earlier version in force`,
    );
  let lifted = body;
  for (let at = shape; at < today; at++) lifted = lifts[at]?.(lifted) ?? lifted;
  return lifted;
}
