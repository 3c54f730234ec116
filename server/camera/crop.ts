/** The part of a picture that is looked at, in its pixels, and how ffmpeg cuts it out. Both reckon alike. Pure. */
import type { Box, Size } from "../domain/units.ts";

/** Pixels of the camera's picture. */
export interface Part extends Size {
  readonly x: number;
  readonly y: number;
}

/** With less more pixels for a person than in the whole picture it is not worth the loss of sight of the rest. */
const LEAST_GAIN = 1.2;
/** What people take up is reckoned for 4:3 and wider; a narrower picture is looked at whole. */
const NARROWEST = 1.33;

/** Grown to the model's shape, as far as the picture goes; the whole picture where that gains too little. */
export function partOf({ x0, y0, x1, y1 }: Box, picture: Size, model: Size): Part {
  const shape = model.width / model.height;
  const [wide, high] = [picture.width * (x1 - x0), picture.height * (y1 - y0)];
  const grown = {
    width: Math.min(picture.width, Math.max(wide, high * shape)),
    height: Math.min(picture.height, Math.max(high, wide / shape)),
  };
  const scale = ({ width, height }: Size): number => Math.min(model.width / width, model.height / height);
  const pays = scale(grown) >= LEAST_GAIN * scale(picture) && picture.width >= NARROWEST * picture.height;
  if (!pays) return { ...picture, x: 0, y: 0 };
  const [width, height] = [even(grown.width), even(grown.height)];
  const place = (middle: number, length: number, room: number): number =>
    even(Math.min(room - length, Math.max(0, middle - length / 2)));
  return {
    width,
    height,
    x: place((picture.width * (x0 + x1)) / 2, width, picture.width),
    y: place((picture.height * (y0 + y1)) / 2, height, picture.height),
  };
}

/** Cameras tell colour for every second pixel. */
const even = (value: number): number => 2 * Math.floor(value / 2);

/** The same as a filter of ffmpeg, which alone knows the picture's size before it is there. */
export function cropFilter({ x0, y0, x1, y1 }: Box, model: Size): string {
  const shape = model.width / model.height;
  const [wide, high] = [`iw*${x1 - x0}`, `ih*${y1 - y0}`];
  const [width, height] = [`min(iw,max(${wide},${high}*${shape}))`, `min(ih,max(${high},${wide}/${shape}))`];
  const scale = (w: string, h: string): string => `min(${model.width}/${w},${model.height}/${h})`;
  const pays = `gte(${scale(width, height)},${LEAST_GAIN}*${scale("iw", "ih")})*gte(iw,${NARROWEST}*ih)`;
  const length = (grown: string, whole: string): string => `'if(${pays},2*floor(${grown}/2),${whole})'`;
  const place = (middle: string, cut: string, whole: string): string =>
    `'2*floor(clip(${middle}/2-${cut}/2,0,${whole}-${cut})/2)'`;
  return [
    `crop=w=${length(width, "iw")}:h=${length(height, "ih")}`,
    `x=${place(`iw*${x0 + x1}`, "ow", "iw")}:y=${place(`ih*${y0 + y1}`, "oh", "ih")}:exact=1`,
  ].join(":");
}

/** Where a box of the part lies in the whole picture. */
export function inPicture(box: Box, part: Part, picture: Size): Box {
  const x = (value: number): number => (part.x + value * part.width) / picture.width;
  const y = (value: number): number => (part.y + value * part.height) / picture.height;
  return { x0: x(box.x0), y0: y(box.y0), x1: x(box.x1), y1: y(box.y1) };
}

export const isWhole = ({ width, height }: Part, picture: Size): boolean =>
  width === picture.width && height === picture.height;
