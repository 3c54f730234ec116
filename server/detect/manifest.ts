/** A model's description: what it eats, what it answers, where it comes from. Pure. */
import { z } from "zod";
import { PERSON } from "../domain/zone.ts";

const triple = z.tuple([z.number(), z.number(), z.number()]);

const FAMILIES = [
  "boxes5",
  "detr",
  "dfine",
  "nanodet",
  "nanodet-plus",
  "picodet",
  "rtmdet",
  "yolov8",
  "yolox",
] as const;
/** More than any detector that a box can run at a useful rate; it bounds what is read into memory. */
const MAX_BYTES = 512 * 2 ** 20;

/** Beneath the manifest's own folder. */
const beside = z
  .string()
  .regex(/^[a-z0-9_-]+(?:[./][a-z0-9_-]+)*$/i, "must be a path beneath the manifest's folder");

const share = z.number().min(0).max(1);
const measured = z.strictObject({
  /** A picture with its preparation, one thread. */
  ms: z.number().positive(),
  source: z.string().min(1),
  sets: z.array(
    z.strictObject({
      set: z.string().min(1).max(40),
      /** Average precision at an overlap of one half, class person. */
      precision: share,
      /** Share of the people that are found at one false person in ten pictures. */
      recall: share,
    }),
  ),
});

const manifestShape = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,79}$/),
  family: z.enum(FAMILIES),
  /** The weights' file name; folders are searched for it. */
  file: z.string().regex(/^[^/\\]+\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive().max(MAX_BYTES),
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
    /** The outputs' names in the order of the family, where it has several and their shapes do not tell them apart. */
    names: z.array(z.string()).optional(),
    /** How many classes a row tells; boxes5 has one. */
    classes: z.number().int().min(1).default(1),
  }),
  /** Classes that are reported, by their place in the model's output. */
  classes: z
    .array(z.strictObject({ index: z.number().int().min(0), label: z.string().min(1).max(40) }))
    .min(1),
  /** Labels that mean a person: a model may tell workers from visitors. */
  persons: z.array(z.string()).min(1).default([PERSON]),
  /**
   * A picture whose people are known, and the file that says where they are (`persons`, each with a `box` of x, y,
   * width and height in 0..1): the model must find them, and nobody else, before it is used.
   */
  golden: z.strictObject({ picture: beside, truth: beside }).optional(),
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
  /** What was measured on sets of labelled pictures, and where that is written down. */
  measured: measured.optional(),
  recommended: z.boolean().default(false),
});

const checkedShape = manifestShape.superRefine(({ classes, output, persons }, context) => {
  for (const [i, { index }] of classes.entries()) {
    if (index >= output.classes)
      context.addIssue({
        code: "custom",
        path: ["classes", i, "index"],
        message: `there is no class ${index} in an output of ${output.classes}`,
      });
  }
  // What nobody can be found by must not prove a zone clear.
  if (!classes.some(({ label }) => persons.includes(label)))
    context.addIssue({
      code: "custom",
      path: ["persons"],
      message: `none of the classes means a person; one must be called ${persons.join(" or ")}`,
    });
});

/** Whoever means a person is called one from here on: zones, screens and records know no other word. */
const manifestSchema = checkedShape.transform(({ persons, classes, ...manifest }) => ({
  ...manifest,
  classes: classes.map(({ index, label }) => ({ index, label: persons.includes(label) ? PERSON : label })),
}));

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
