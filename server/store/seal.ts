/**
 * Addresses of cameras and boards at rest. Where one holds credentials, a stored configuration carries it twice:
 * without them for people, and `sealed`, the whole encrypted with AES-256-GCM and bound to whose it is.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { redactSource } from "../domain/source.ts";
import type { CameraKey, FoundKey } from "./camera_key.ts";
import { canonicalJson } from "./chain.ts";

/** An address that cannot be opened now; `why` is one sentence with the cure. */
export interface LockedAddress {
  /** `camera:front`, `board:lamps`. */
  readonly about: string;
  readonly why: string;
}

/** Where the key is found, and made. */
export interface SealFile {
  find(): FoundKey;
  forSealing(): CameraKey;
}

/** Where a configuration has addresses. */
const PLACES = [
  { section: "cameras", member: "source", whose: "camera" },
  { section: "boards", member: "address", whose: "board" },
] as const;
type Place = (typeof PLACES)[number];

interface Holder {
  readonly id: string;
  readonly name?: string;
  /** `v1:key's id:nonce, tag and text in base64url`. */
  readonly sealed?: string;
  readonly [member: string]: unknown;
}

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const bound = ({ whose }: Place, id: string): Buffer => Buffer.from(`palisade ${whose} ${id}`, "utf8");
const textOf = (address: unknown): string => (typeof address === "string" ? address : "");
/** Ports and devices hold no credentials, and are no addresses that could be cut into parts. */
export const shownAddress = (address: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(address) || address.startsWith("file:") ? redactSource(address) : address;

function seal(address: string, aad: Buffer, key: CameraKey): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(aad);
  const text = Buffer.concat([cipher.update(address, "utf8"), cipher.final()]);
  return `v1:${key.id}:${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url")}`;
}

type Opened = { readonly ok: true; readonly address: string } | { readonly ok: false; readonly why: string };

function open(place: Place, { id, name = id, sealed = "" }: Holder, found: FoundKey): Opened {
  const { whose } = place;
  const again = `restore the file "camera-key" or enter the password of ${whose} "${name}" again`;
  const noKey = (what: string): Opened => ({
    ok: false,
    why: `The key of the stored ${whose} passwords ${what}; ${again}`,
  });
  if (found.kind === "missing") return noKey("is missing");
  if (found.kind === "unusable") return noKey(`cannot be used: it ${found.why}`);
  const [version, keyId, body = ""] = sealed.split(":");
  if (version === "v1" && keyId !== found.key.id) return noKey("was replaced");
  try {
    const bytes = Buffer.from(body, "base64url");
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, found.key.bytes, nonce, { authTagLength: TAG_BYTES })
      .setAAD(bound(place, id))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return { ok: true, address: text.toString("utf8") };
  } catch {
    return { ok: false, why: `The stored password of ${whose} "${name}" is damaged; enter it again` };
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof (value as Partial<Holder> | null)?.id === "string";
}

function listOf(config: unknown, section: Place["section"]): readonly unknown[] {
  const list = (config as Readonly<Record<string, unknown>> | null | undefined)?.[section];
  return Array.isArray(list) ? list : [];
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The ids of a configuration's cameras. */
export function cameraIds(body: string): string[] {
  return listOf(parsed(body), "cameras")
    .filter(isHolder)
    .map(({ id }) => id);
}

/** The text with each holder of an address as `change` returns it; as it is where it holds none. */
function withHolders(body: string, change: (holder: Holder, place: Place) => Holder): string {
  const config = parsed(body);
  const lists = PLACES.map((place) => ({ place, list: listOf(config, place.section) }));
  const full = lists.filter(({ list }) => list.length > 0);
  if (full.length === 0) return body;
  const changed = full.map(({ place, list }) => [
    place.section,
    list.map((item) =>
      isHolder(item) && typeof item[place.member] === "string" ? change(item, place) : item,
    ),
  ]);
  return canonicalJson({ ...(config as object), ...Object.fromEntries(changed) });
}

/**
 * A configuration's text as it is stored. An address that is as it was keeps its sealed text, so that versions
 * differ only in what changed; one told as it is shown keeps its credentials, even while nobody can open them.
 * @param before the text in force, as it is stored
 */
export function sealBody(body: string, before: string | undefined, file: SealFile): string {
  const earlier = parsed(before ?? "");
  return withHolders(body, (holder, place) => {
    const { section, member } = place;
    if (holder.sealed !== undefined) return holder;
    const address = textOf(holder[member]);
    const was = listOf(earlier, section)
      .filter(isHolder)
      .find(({ id }) => id === holder.id);
    if (was?.sealed !== undefined) {
      const opened = open(place, was, file.find());
      if (address === was[member] || (opened.ok && opened.address === address))
        return { ...holder, [member]: was[member], sealed: was.sealed };
    }
    const shown = shownAddress(address);
    if (shown === address) return holder;
    const sealed = seal(address, bound(place, holder.id), file.forSealing());
    return { ...holder, [member]: shown, sealed };
  });
}

/** A stored configuration's text with its addresses whole again. What stays locked keeps the shown one. */
export function openBody(
  body: string,
  file: SealFile,
): { readonly body: string; readonly locked: readonly LockedAddress[] } {
  const locked: LockedAddress[] = [];
  const opened = withHolders(body, (holder, place) => {
    const { sealed, ...rest } = holder;
    if (sealed === undefined) return holder;
    const result = open(place, holder, file.find());
    if (result.ok) return { ...rest, [place.member]: result.address } as Holder;
    locked.push({ about: `${place.whose}:${holder.id}`, why: result.why });
    return rest as Holder;
  });
  return { body: opened, locked };
}
