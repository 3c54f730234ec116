/**
 * Camera addresses at rest. Where one holds credentials, a stored configuration carries it twice: `source` without
 * them for people, and `sealed`, the whole encrypted with AES-256-GCM and bound to the camera's id.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { redactSource } from "../domain/source.ts";
import type { CameraKey, FoundKey } from "./camera_key.ts";
import { canonicalJson } from "./chain.ts";

/** A camera whose address cannot be opened now; `why` is one sentence with the cure. */
export interface LockedCamera {
  readonly camera: string;
  readonly why: string;
}

/** Where the key is found, and made. */
export interface SealFile {
  find(): FoundKey;
  forSealing(): CameraKey;
}

interface StoredCamera {
  readonly id: string;
  readonly name?: string;
  readonly source: string;
  /** `v1:key's id:nonce, tag and text in base64url`. */
  readonly sealed?: string;
}

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const bound = (camera: string): Buffer => Buffer.from(`palisade camera ${camera}`, "utf8");

function seal(source: string, camera: string, key: CameraKey): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(bound(camera));
  const text = Buffer.concat([cipher.update(source, "utf8"), cipher.final()]);
  return `v1:${key.id}:${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url")}`;
}

type Opened = { readonly ok: true; readonly source: string } | { readonly ok: false; readonly why: string };

function open({ id, name = id, sealed = "" }: StoredCamera, found: FoundKey): Opened {
  const again = `restore the file "camera-key" or enter the password of camera "${name}" again`;
  const noKey = (what: string): Opened => ({
    ok: false,
    why: `The key of the stored camera passwords ${what}; ${again}`,
  });
  if (found.kind === "missing") return noKey("is missing");
  if (found.kind === "unusable") return noKey(`cannot be used: it ${found.why}`);
  const [version, keyId, body = ""] = sealed.split(":");
  if (version === "v1" && keyId !== found.key.id) return noKey("was replaced");
  try {
    const bytes = Buffer.from(body, "base64url");
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, found.key.bytes, nonce, { authTagLength: TAG_BYTES })
      .setAAD(bound(id))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return { ok: true, source: text.toString("utf8") };
  } catch {
    return { ok: false, why: `The stored password of camera "${name}" is damaged; enter it again` };
  }
}

function isCamera(value: unknown): value is StoredCamera {
  const camera = value as Partial<StoredCamera> | null;
  return typeof camera?.id === "string" && typeof camera.source === "string";
}

function camerasOf(config: unknown): readonly unknown[] {
  const cameras = (config as { readonly cameras?: unknown } | null)?.cameras;
  return Array.isArray(cameras) ? cameras : [];
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
  return camerasOf(parsed(body))
    .filter(isCamera)
    .map((camera) => camera.id);
}

/** The text with each camera as `change` returns it; as it is where it is no configuration. */
function withCameras(body: string, change: (camera: StoredCamera) => StoredCamera): string {
  const config = parsed(body);
  if (camerasOf(config).length === 0) return body;
  const cameras = camerasOf(config).map((camera) => (isCamera(camera) ? change(camera) : camera));
  return canonicalJson({ ...(config as object), cameras });
}

/**
 * A configuration's text as it is stored. An address that is as it was keeps its sealed text, so that versions
 * differ only in what changed; one told as it is shown keeps its credentials, even while nobody can open them.
 * @param before the text in force, as it is stored
 */
export function sealBody(body: string, before: string | undefined, file: SealFile): string {
  const known = new Map(
    camerasOf(parsed(before ?? ""))
      .filter(isCamera)
      .map((camera) => [camera.id, camera]),
  );
  return withCameras(body, (camera) => {
    const { id, source } = camera;
    const was = known.get(id);
    if (camera.sealed !== undefined) return camera;
    if (was?.sealed !== undefined) {
      const opened = open(was, file.find());
      if (source === was.source || (opened.ok && opened.source === source))
        return { ...camera, source: was.source, sealed: was.sealed };
    }
    const shown = redactSource(source);
    return shown === source
      ? camera
      : { ...camera, source: shown, sealed: seal(source, id, file.forSealing()) };
  });
}

/** A stored configuration's text with its addresses whole again. A camera that stays locked keeps the shown one. */
export function openBody(
  body: string,
  file: SealFile,
): { readonly body: string; readonly locked: readonly LockedCamera[] } {
  const locked: LockedCamera[] = [];
  const opened = withCameras(body, (camera) => {
    const { sealed, ...rest } = camera;
    if (sealed === undefined) return camera;
    const result = open(camera, file.find());
    if (result.ok) return { ...rest, source: result.source };
    locked.push({ camera: camera.id, why: result.why });
    return rest;
  });
  return { body: opened, locked };
}
