/** The bodies of the routes about people and sessions. */
import { z } from "zod";
import { USER_ROLES } from "../domain/permission.ts";
import type { PersonRow } from "../store/protocol.ts";
import type { SessionAnswer, SetUpAnswer } from "./session.ts";
import { count, maybe, text } from "./shapes.ts";

const role = z.enum(USER_ROLES);

const members = {
  id: text,
  name: text,
  role: text,
  active: z.boolean(),
  provisioned: z.boolean().meta({ description: "Named in a provisioning file" }),
  badge: z.boolean().meta({ description: "Whether they have one" }),
  createdWallAt: text,
};

const User: z.ZodType<PersonRow> = z.object(members);
const UserSaved: z.ZodType<PersonRow & { changed: boolean }> = z.object({ ...members, changed: z.boolean() });

const Session: z.ZodType<SessionAnswer> = z.object({
  name: text,
  role,
  kind: z
    .enum(["session", "step-up"])
    .meta({ description: "A step-up lasts a minute, however much is done" }),
  leftMs: count.meta({ description: "Milliseconds until it ends; every answer has it in a header too" }),
});

const SetUp: z.ZodType<SetUpAnswer> = z.object({
  needed: z.boolean().meta({ description: "Nobody may set up the box yet" }),
  here: z.boolean().meta({ description: "The first person may be made from where this was asked" }),
});

const Person = z.object({ id: maybe(text), name: text, role });

export const peopleSchemas = { Person, Session, SetUp, User, UserSaved };
