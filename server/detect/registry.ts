/** Families of models, one line each. */
import { boxes5 } from "./families/boxes5.ts";
import { detr } from "./families/detr.ts";
import { dfine } from "./families/dfine.ts";
import { nanodet } from "./families/nanodet.ts";
import { nanodetPlus } from "./families/nanodet_plus.ts";
import { picodet } from "./families/picodet.ts";
import { rtmdet } from "./families/rtmdet.ts";
import { yolov8 } from "./families/yolov8.ts";
import { yolox } from "./families/yolox.ts";
import type { Family } from "./family.ts";
import type { Manifest } from "./manifest.ts";

export const families = {
  boxes5,
  detr,
  dfine,
  nanodet,
  "nanodet-plus": nanodetPlus,
  picodet,
  rtmdet,
  yolov8,
  yolox,
} as const satisfies Record<Manifest["family"], Family>;
