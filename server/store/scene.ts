/** Taught scenes on their way to the database: what is refused, and how they come back. */
import { wallMs } from "../base/clock.ts";
import type { SaveScene, SceneRow, StoredScene } from "./protocol.ts";

const MAX_LUMA_BYTES = 65_536;
const MAX_JPEG_BYTES = 307_200;

const counts = (...numbers: readonly number[]): boolean =>
  numbers.every((number) => Number.isSafeInteger(number) && number > 0);

function isWholeJpeg(jpeg: Uint8Array): boolean {
  const [first, second] = jpeg;
  return first === 0xff && second === 0xd8 && jpeg.at(-2) === 0xff && jpeg.at(-1) === 0xd9;
}

/** What is wrong with a scene; undefined where nothing is. */
function sceneFault({ scene, jpeg }: Pick<SaveScene, "scene" | "jpeg">): string | undefined {
  const { width, height, luma, picture } = scene;
  if (!counts(width, height, picture.width, picture.height)) return "its size is no whole number of pixels";
  if (luma.length !== width * height)
    return `its grey picture has ${luma.length} bytes, ${width} x ${height} needs ${width * height}`;
  if (luma.length > MAX_LUMA_BYTES)
    return `its grey picture has ${luma.length} bytes, may have ${MAX_LUMA_BYTES}`;
  if (jpeg === null) return undefined;
  if (jpeg.length > MAX_JPEG_BYTES) return `its picture has ${jpeg.length} bytes, may have ${MAX_JPEG_BYTES}`;
  return isWholeJpeg(jpeg) ? undefined : "its picture is no whole JPEG";
}

/** The row for the thread. Copies the pictures: what is sent over takes its whole memory along. */
export function sceneRow({ camera, key, scene, jpeg, takenBy }: SaveScene): SceneRow {
  const fault = sceneFault({ scene, jpeg });
  if (fault !== undefined)
    throw new Error(`Cannot keep the scene of camera "${camera}": ${fault}; teach it again`);
  return {
    camera,
    key,
    takenWallAt: new Date(wallMs()).toISOString(),
    takenBy: takenBy.id,
    width: scene.width,
    height: scene.height,
    luma: Uint8Array.from(scene.luma),
    pictureWidth: scene.picture.width,
    pictureHeight: scene.picture.height,
    jpeg: jpeg === null ? null : Uint8Array.from(jpeg),
  };
}

/** The scene of a row; undefined where a foreign hand has left half of one, so that it is taught anew. */
export function sceneOf(row: SceneRow): StoredScene | undefined {
  const { camera, key, takenWallAt, takenBy, jpeg } = row;
  const { width, height, luma, pictureWidth, pictureHeight } = row;
  const scene = { width, height, luma, picture: { width: pictureWidth, height: pictureHeight } };
  if (sceneFault({ scene, jpeg }) !== undefined) return undefined;
  return { camera, key, scene, jpeg, takenWallAt, takenBy };
}
