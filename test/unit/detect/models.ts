/** Small manifests for tests of the decoders: a few rows instead of thousands. */
import { type Manifest, parseManifest } from "../../../server/detect/manifest.ts";

export function manifest(changes: Record<string, unknown> = {}): Manifest {
  const parsed = parseManifest(
    JSON.stringify({
      name: "small",
      family: "boxes5",
      file: "small.onnx",
      sha256: "0".repeat(64),
      bytes: 1,
      input: { width: 64, height: 32, colour: "rgb", pad: 114 },
      output: {},
      classes: [{ index: 0, label: "person" }],
      nmsIou: 0.6,
      threshold: 0.4,
      licence: "Apache-2.0",
      origin: "a test",
      grade: "None",
      quality: "None",
      ...changes,
    }),
  );
  if (!parsed.ok) throw new Error(parsed.why);
  return parsed.manifest;
}
