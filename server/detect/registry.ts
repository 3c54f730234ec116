/** Families of models, one line each. */
import { boxes5 } from "./families/boxes5.ts";
import { yolox } from "./families/yolox.ts";
import type { Family } from "./family.ts";
import type { Manifest } from "./manifest.ts";

export const families = { boxes5, yolox } as const satisfies Record<Manifest["family"], Family>;
