/** What computes the detector's answers: which execution providers there are, and what each of them needs. */
import { z } from "zod";

/**
 * As the runtime's package names them (README of onnxruntime-node 1.30). What its build for this machine does not
 * have is told by the eye that asks for it.
 */
export const PROVIDERS = ["cpu", "cuda", "tensorrt", "webgpu", "coreml", "dml"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** What to do where one cannot be had. */
const CURES: Readonly<Record<Exclude<Provider, "cpu">, string>> = {
  cuda: "install CUDA 12 and run npm rebuild onnxruntime-node",
  tensorrt: "install CUDA 12 and TensorRT and run npm rebuild onnxruntime-node",
  webgpu: "install the Vulkan driver of the graphics processor",
  coreml: "it exists on macOS alone",
  dml: "it exists on Windows alone",
};

export const detectorMembers = { provider: z.enum(PROVIDERS).optional() };

/** One sentence with the cure: the detector computes on the processor though another provider was asked for. */
export function fallbackText(asked: Exclude<Provider, "cpu">, why: string): string {
  return `The detector computes on the processor instead of ${asked} (${why}): ${CURES[asked]}, or set detector.provider to cpu`;
}
