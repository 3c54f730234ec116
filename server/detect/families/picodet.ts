/** PP-PicoDet without its post-processing: a map of class scores (sigmoids done) for each grid, then maps of sides. */
import { decodeMaps, mapPorts } from "../distribution.ts";
import { type Family, preparePlanes } from "../family.ts";

const STRIDES = [8, 16, 32, 64];

export const picodet: Family = {
  outputs: (manifest) => mapPorts(manifest, STRIDES),
  prepare: preparePlanes,
  decode: (tensors, manifest, keep) =>
    decodeMaps(tensors, manifest, keep, { strides: STRIDES, shift: (stride) => stride / 2 }),
};
