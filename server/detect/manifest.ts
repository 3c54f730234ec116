/** A model's description: what it eats, what it answers, where it comes from. Pure. */
import { z } from "zod";

const triple = z.tuple([z.number(), z.number(), z.number()]);

const manifestSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,79}$/),
  family: z.enum(["boxes5", "yolox"]),
  /** The weights' file name; folders are searched for it. */
  file: z.string().regex(/^[^/\\]+\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
  input: z.strictObject({
    name: z.string().optional(),
    width: z.number().int().multipleOf(32).min(32).max(1280),
    height: z.number().int().multipleOf(32).min(32).max(1280),
    colour: z.enum(["rgb", "bgr"]),
    /** Per channel, in the order of `colour`: (value - mean) / std, on values 0..255. */
    mean: triple.default([0, 0, 0]),
    std: triple.default([1, 1, 1]),
    /** Grey of the filling beside the picture, 0..255. */
    pad: z.number().int().min(0).max(255),
  }),
  output: z.strictObject({
    name: z.string().optional(),
    /** How many classes a row tells; boxes5 has one. */
    classes: z.number().int().min(1).default(1),
  }),
  /** Classes that are reported, by their place in the model's output. */
  classes: z.array(z.strictObject({ index: z.number().int().min(0), label: z.string().min(1) })).min(1),
  nmsIou: z.number().gt(0).lt(1),
  /** Score from which a detection counts where the settings do not say. Not comparable between families. */
  threshold: z.number().gt(0).lt(1),
  licence: z.string().min(1),
  origin: z.string().min(1),
  /** The official address of the weights. */
  download: z.url({ protocol: /^https$/ }).optional(),
  /** What it is good for in a few words: stands on every screen. */
  grade: z.string().min(1).max(40),
  /** One honest sentence for the person who chooses. */
  quality: z.string().min(1),
  recommended: z.boolean().default(false),
});

export type Manifest = z.infer<typeof manifestSchema>;

export type ParsedManifest =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly why: string };

/** Reads a manifest's text. Never throws; `why` is one sentence. */
export function parseManifest(text: string): ParsedManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, why: `it is not JSON: ${(error as Error).message}` };
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return { ok: true, manifest: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, why: `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "not a manifest"}` };
}
