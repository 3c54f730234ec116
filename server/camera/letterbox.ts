/** Where the picture lies in the model's input, and whether it still lies there. Pure. */
import type { Size } from "../domain/units.ts";
import type { Letterbox } from "./args.ts";

/** The picture's part of the input, in whole pixels, as ffmpeg's scale filter rounds it. */
export function contentSize(picture: Size, model: Letterbox): Size {
  const scale = Math.min(model.width / picture.width, model.height / picture.height);
  return {
    width: Math.min(model.width, Math.round(picture.width * scale)),
    height: Math.min(model.height, Math.round(picture.height * scale)),
  };
}

/** The picture's sides may round differently for the model and for people; a real change is far larger. */
const ROUNDING_PX = 3;
const SAMPLES = 24;

/**
 * Whether the frame's filling is where a picture of this shape leaves it.
 * A camera that changes its resolution mid-stream is stretched by ffmpeg in silence, and every box would lie
 * in the wrong place; the filling is what gives it away.
 */
export function fits(planes: Uint8Array, picture: Size, model: Letterbox): boolean {
  const { width, height, pad } = model;
  const content = contentSize(picture, model);
  const isPad = (x: number, y: number): boolean => {
    const at = y * width + x;
    const plane = width * height;
    return planes[at] === pad && planes[at + plane] === pad && planes[at + 2 * plane] === pad;
  };
  const alongX = (y: number, span: number): boolean[] =>
    Array.from({ length: SAMPLES }, (_, i) => isPad(Math.floor(((i + 0.5) * span) / SAMPLES), y));
  const alongY = (x: number, span: number): boolean[] =>
    Array.from({ length: SAMPLES }, (_, i) => isPad(x, Math.floor(((i + 0.5) * span) / SAMPLES)));
  const [below, right] = [content.height + ROUNDING_PX, content.width + ROUNDING_PX];
  if (below < height && !alongX(below, width).every(Boolean)) return false;
  if (right < width && !alongY(right, height).every(Boolean)) return false;
  // A picture that became flatter or narrower leaves filling where picture should be.
  const bottom = Math.max(0, content.height - 1 - ROUNDING_PX);
  const edge = Math.max(0, content.width - 1 - ROUNDING_PX);
  return !(alongX(bottom, content.width).every(Boolean) || alongY(edge, content.height).every(Boolean));
}
