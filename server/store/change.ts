/**
 * What one publication changes: the new version, the people, and the rows of the trail that tell of it.
 * Compares and drafts; the store asks and the thread writes.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { Config, UserConfig } from "../domain/config.ts";
import { CONFIG_SHAPE } from "../domain/config_shape.ts";
import { difference } from "../domain/difference.ts";
import { codeIn, NOT_GIVEN, REASON_WORDS, type ReasonCode } from "../domain/reason_code.ts";
import { redactSource } from "../domain/source.ts";
import { type AuditRow, canonicalJson } from "./chain.ts";
import { hashPin, matchesPin, nameKey, type Pepper } from "./pin.ts";
import type { Actor, AuditDraft, AuditEntry, PersonSecret, PublishDraft, StoredConfig } from "./protocol.ts";
import { shownAddress } from "./seal.ts";
import { configIn } from "./versions.ts";

export interface Publish {
  readonly config: Config;
  readonly demonstration: boolean;
  readonly author: Actor;
  readonly reason: string;
  /** Told as not given where it is left out. */
  readonly reasonCode?: ReasonCode;
  /** Set where a provisioning file is applied: who came by an earlier file and is not in `people` goes. */
  readonly provisionHash?: string;
  /** People to add or change, with their PINs; the others stay. */
  readonly people?: readonly UserConfig[];
}

/** What the store knows of itself and every row carries. */
export interface Stamp {
  readonly bootId: string;
  readonly appVersion: string;
  /** Whether the wall clock follows a time server now. */
  readonly clock?: () => NonNullable<AuditRow["clockState"]>;
}

export interface PersonChange {
  readonly was: PersonSecret | undefined;
  readonly now: PersonSecret;
}

/**
 * A row before it has a place in the chain. Half of a surrogate pair would come back from the database as another
 * letter than the one that was hashed, so it is replaced here. Throws a TypeError where JSON cannot carry `before` or
 * `after`.
 */
export function draftRow(entry: AuditEntry, stamp: Stamp): AuditDraft {
  const reasonCode = entry.reasonCode ?? codeIn(entry.reason);
  return {
    id: uuidv7(entry.wallAt),
    wallAt: new Date(entry.wallAt).toISOString(),
    tzOffsetMin: 0 - new Date(entry.wallAt).getTimezoneOffset(), // never -0
    bootId: stamp.bootId,
    monoMs: Math.round(entry.monoMs),
    actorType: entry.actor.type,
    actor: entry.actor.id.toWellFormed(),
    role: entry.actor.role ?? null,
    origin: entry.origin?.toWellFormed() ?? null,
    action: entry.action,
    objectType: entry.object?.type ?? null,
    objectId: entry.object?.id.toWellFormed() ?? null,
    before: entry.before === undefined ? null : canonicalJson(entry.before),
    after: entry.after === undefined ? null : canonicalJson(entry.after),
    reason: entry.reason?.toWellFormed() ?? null,
    ...(reasonCode === undefined ? {} : { reasonCode }),
    result: entry.result ?? "ok",
    correlation: entry.correlation ?? null,
    appVersion: stamp.appVersion,
    ...(stamp.clock === undefined ? {} : { clockState: stamp.clock() }),
  };
}

/** RFC 9562: begins with the time, so that ids sort as the rows do. */
function uuidv7(wallAt: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Math.max(0, Math.floor(wallAt)), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The configuration as the trail may show it: no password of a camera or a board in it. */
function shown(config: Config): Config {
  return {
    ...config,
    cameras: config.cameras.map((camera) => ({ ...camera, source: redactSource(camera.source) })),
    boards: config.boards.map((board) =>
      board.address === undefined ? board : { ...board, address: shownAddress(board.address) },
    ),
  };
}

/** Cameras and boards whose address is another one although it shows the same. */
function credentialsChanged(before: Config, after: Config): readonly string[] {
  const cameras = after.cameras.filter(({ id, source }) => {
    const was = before.cameras.find((camera) => camera.id === id)?.source;
    return was !== undefined && was !== source && redactSource(was) === redactSource(source);
  });
  const boards = after.boards.filter(({ id, address }) => {
    const was = before.boards.find((board) => board.id === id)?.address;
    if (was === undefined || address === undefined || was === address) return false;
    return shownAddress(was) === shownAddress(address);
  });
  return [...cameras, ...boards].map(({ id }) => id);
}

/** Who is new or other than before. Takes a tenth of a second and more for each person told. */
export async function changedPeople(
  { people: told = [], provisionHash }: Publish,
  known: readonly PersonSecret[],
  pepper: Pepper,
): Promise<readonly PersonChange[]> {
  const fromFile = provisionHash !== undefined;
  const changes: PersonChange[] = [];
  for (const { name, role, pin } of told) {
    const key = nameKey(name);
    const was = known.find((person) => person.key === key);
    const samePin =
      was !== undefined && was.pin.pepperId === pepper.id && (await matchesPin(pin, pepper, was.pin));
    if (samePin && was.role === role && was.active && was.name === name) continue;
    const now: PersonSecret = {
      id: was?.id ?? randomUUID(),
      name,
      key,
      role,
      pin: samePin ? was.pin : await hashPin(pin, pepper),
      badge: was?.badge ?? null,
      active: true,
      provisioned: was?.provisioned ?? fromFile,
      createdWallAt: was?.createdWallAt ?? new Date(wallMs()).toISOString(),
    };
    changes.push({ was, now });
  }
  const named = new Set(told.map((person) => nameKey(person.name)));
  const gone = known.filter((was) => fromFile && was.provisioned && was.active && !named.has(was.key));
  return [...changes, ...gone.map((was) => ({ was, now: { ...was, active: false } }))];
}

/** Tells whether PIN and badge changed, never what they are. */
export function tellPerson({
  was,
  now,
}: PersonChange): Pick<AuditEntry, "action" | "object" | "before" | "after"> {
  const action = was === undefined ? "user.added" : now.active ? "user.changed" : "user.removed";
  const pinChanged = was?.pin.hash !== now.pin.hash;
  return {
    action,
    object: { type: "user", id: now.id },
    ...(was === undefined ? {} : { before: { name: was.name, role: was.role, active: was.active } }),
    after: {
      ...{ name: now.name, role: now.role, active: now.active, pinChanged },
      ...((was?.badge ?? null) === now.badge ? {} : { badgeChanged: true }),
    },
  };
}

/** What was in force; undefined where nothing was, or nothing that can be understood. */
function readable(current: StoredConfig | undefined): Config | undefined {
  try {
    return current && configIn(current);
  } catch {
    // What cannot be read must not stand in the way of what replaces it.
    return undefined;
  }
}

/** The draft for the thread; undefined where everything is as told already. */
export function publishDraft(
  publish: Publish,
  current: StoredConfig | undefined,
  people: readonly PersonChange[],
  stamp: Stamp,
): PublishDraft | undefined {
  const { config, demonstration, author, reason, reasonCode = NOT_GIVEN } = publish;
  const provisionHash = publish.provisionHash ?? null;
  const body = canonicalJson(config);
  const before = readable(current);
  const same =
    before !== undefined && canonicalJson(before) === body && current?.demonstration === demonstration;
  if (same && people.length === 0) return undefined;
  // People have no version; a file that changes only them makes one all the same, to carry the file's hash.
  const newVersion = !same || (provisionHash !== null && provisionHash !== current?.provisionHash);
  const wallAt = wallMs();
  const asked = { actor: author, reason, reasonCode, correlation: randomUUID() };
  const common = { ...asked, monoMs: monotonicMs(), wallAt };
  const version = (current?.version ?? 0) + 1;
  const changed = before === undefined ? [] : credentialsChanged(before, config);
  const published: AuditEntry = {
    ...common,
    action: "config.published",
    object: { type: "config", id: String(version) },
    ...(current === undefined
      ? {}
      : {
          before: {
            version: current.version,
            demonstration: current.demonstration,
            provisionHash: current.provisionHash,
            config: before === undefined ? null : shown(before),
          },
        }),
    after: {
      version,
      demonstration,
      provisionHash,
      config: shown(config),
      ...(before === undefined ? {} : { changes: difference(before, config) }),
      ...(changed.length === 0 ? {} : { credentialsChanged: changed }),
    },
  };
  const entries = [
    ...(newVersion ? [published] : []),
    ...people.map((change) => ({ ...common, ...tellPerson(change) })),
  ];
  const row = {
    body,
    shape: CONFIG_SHAPE,
    demonstration,
    provisionHash,
    author: `${author.type}:${author.id}`,
    // Versions are listed by themselves: what the code stands for is said there too.
    reason: reasonCode === NOT_GIVEN ? reason : `${reason}: ${REASON_WORDS[reasonCode]}`,
    wallAt: new Date(wallAt).toISOString(),
  };
  return {
    basedOn: current?.version ?? 0,
    ...(newVersion ? { config: row } : {}),
    people: people.map(({ now }) => now),
    entries: entries.map((entry) => draftRow(entry, stamp)),
  };
}
