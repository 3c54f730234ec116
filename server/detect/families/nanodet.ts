/** NanoDet (the first one): a map of class scores (sigmoids done) for each grid, then a map of sides for each. */
import { decodeMaps, mapPorts } from "../distribution.ts";
import { type Family, preparePlanes } from "../family.ts";

const STRIDES = [8, 16, 32];

export const nanodet: Family = {
  outputs: (manifest) => mapPorts(manifest, STRIDES),
  prepare: preparePlanes,
  // Its authors' centres are those of pixels, counted from 0.
  decode: (tensors, manifest, keep) =>
    decodeMaps(tensors, manifest, keep, { strides: STRIDES, shift: (stride) => stride / 2 - 0.5 }),
};
