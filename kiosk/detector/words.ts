/** Every text of the detector's pages. Loaded with them only. */

import { t } from "../say.ts";
import { decimal } from "../text.ts";
import type { Model, ModelsAnswer, Trial } from "./calls.ts";

export const DETECTOR = {
  title: t("Detector"),
  waiting: t("Asking the box"),
  gone: t("There is no such model any more"),
  active: t("Watches now"),
  others: t("Other models"),
  noOthers: t("There is no other model"),
  noOthersHow: t("Add one: its manifest and its weights."),
  add: t("Add a model"),
  unknown: (name: string) =>
    t("No manifest here has the name {name}: add that model, or use another one.", { name }),
  threshold: (score: number) =>
    t("Somebody counts from a score of {score} on.", { score: decimal(score, 2) }),
  before: t("was in force before"),
  missing: t("weights not installed"),
  noGolden: t("without a picture to be proven on"),
  rollBack: t("Roll back"),
  rollBackTo: (name: string) =>
    t("Roll back proves {name} and puts it in force again: every output then drops and waits for a reset.", {
      name,
    }),
  noRollBack: t("No other model was in force before."),
  goneBefore: (name: string) =>
    t("{name} was in force before, but is not here any more: add it first to roll back.", { name }),
  family: t("Family"),
  input: t("Sees"),
  pixels: (width: number, height: number) => t("{width} × {height} pixels", { width, height }),
  size: t("Weights"),
  megabytes: (bytes: number) => t("{size} MB", { size: decimal(bytes / 1e6, 1) }),
  licence: t("Licence"),
  origin: t("Origin"),
  hash: t("SHA-256"),
  here: t("On this box"),
  hereMs: (ms: number) => t("{ms} ms a picture", { ms: decimal(ms, 1) }),
  notHere: t("not measured since the start"),
  measured: t("Measured on labelled pictures"),
  notMeasured: t("No figures were measured on our labelled pictures."),
  set: t("Set||of pictures"),
  precision: t("Precision"),
  found: t("People found"),
  percent: (share: number) => t("{share} %", { share: Math.round(share * 100) }),
  figures: (ms: number) =>
    t(
      "Average precision at half overlap; people found at one false person in ten pictures. {ms} ms a picture with its preparation, one thread, when it was measured.",
      { ms: decimal(ms, 1) },
    ),
  use: t("Use this model"),
  useAsk: (name: string) => t("Use {name}?", { name }),
  useHow: t("The box first tests it while the present one goes on watching. If it fails, nothing changes."),
  useDrops: t(
    "Then every output drops and every zone is unknown, until the cameras' pictures are proven again and somebody resets.",
  ),
  useScore: t("Its own score counts from then on. Walk tests of the zones are due again."),
  proving: t("Proving the model"),
  changed: (name: string) => t("{name} is in force", { name }),
  demonstration: t("The demonstration runs: end it first, then another model can be put in force."),
  install: (name: string) =>
    t(
      "Its weights are missing: add them from a file here, or fetch them with npm run palisade -- model add {name}",
      { name },
    ),
} as const;

export const SPEED = {
  title: t("On this box's processor"),
  provider: t("Computes on"),
  providers: {
    cpu: t("the processor"),
    cuda: t("an NVIDIA graphics processor (cuda)"),
    tensorrt: t("an NVIDIA graphics processor (tensorrt)"),
    webgpu: t("the graphics processor (webgpu)"),
    coreml: t("coreml"),
    dml: t("dml"),
  } satisfies Record<ModelsAnswer["provider"]["asked"], string>,
  inUse: t("Uses"),
  notLoaded: t("no model is loaded"),
  never: t("Which way is the fastest here was not measured yet: the box does it by itself when it has time."),
  running: t("It is being measured, behind everything else. The box goes on watching."),
  measure: t("Measure again"),
  measureFirst: t("Measure now"),
  measuring: t("Measuring"),
  begun: t("It is being measured for about ten seconds"),
  failed: (why: string) => t("The newest measurement came to nothing: {why}", { why }),
  ways: t("Ways to use the processor"),
  usual: t("one thread"),
  reference: t("the usual way"),
  ms: (ms: number) => t("{ms} ms", { ms: decimal(ms, 1) }),
  against: (ratio: number, taken: boolean) =>
    t(taken ? "{share} % of its time" : "{share} %, not clearly less", { share: Math.round(ratio * 100) }),
  unsure: {
    "too few rounds": t("too slow to tell"),
    "the box was busy": t("the box was busy"),
  },
  measured: (date: string, chosen: string) =>
    t("Measured on {date}; the best is {chosen}.", { date, chosen }),
  next: t("It is taken when the model is loaded next."),
} as const;

export const ADD = {
  title: t("Add a model"),
  how: t(
    "Choose the weights, an .onnx file, together with the manifest that describes them, a .json file. Weights of a model in the list need no manifest. The box takes nothing whose length and SHA-256 are not the manifest's, and no model watches before it is proven.",
  ),
  nothing: t("Nothing is chosen yet."),
  choose: t("Choose files"),
  files: t("Files of the model"),
  send: t("Send to the box"),
  sending: t("Sending"),
  model: t("Model"),
  manifest: t("Manifest"),
  knownManifest: t("the box has it"),
  newManifest: t("new, goes along"),
  weights: t("Weights"),
  noWeights: t("none: they can come later"),
  file: (name: string, bytes: number) => t("{name}, {size} MB", { name, size: decimal(bytes / 1e6, 1) }),
  tooMany: t("Choose one .onnx file and at most one .json file, and nothing else."),
  tooLarge: (name: string) => t("{name} is larger than 512 MiB: the box takes no such weights.", { name }),
  noManifest: t(
    "No model of the list that lacks its weights has a file of this length: choose the manifest together with it.",
  ),
  noName: (name: string) =>
    t("{name} is no manifest of a model: models/README.md says how one is written; choose another file.", {
      name,
    }),
  known: (name: string) => t("The box has the manifest of {name} already: choose its weights too.", { name }),
  described: (name: string) => t("{name} is described; its weights are still missing", { name }),
  done: (name: string) => t("{name} is installed", { name }),
  progress: t("Sent"),
  share: (share: number) => t("{share} % sent", { share: Math.round(share * 100) }),
  checking: t("The box checks the file."),
} as const;

export const TRIAL = {
  title: (name: string) => t("Trial: {name}", { name }),
  begin: t("Try beside"),
  how: t(
    "Both models count people in the same pictures of all cameras. It decides nothing and drops nothing. Pictures are 640 pixels wide: a model that sees more pixels may find more when it watches.",
  ),
  minutes: t("Minutes"),
  fewer: t("Shorter"),
  more: t("Longer"),
  open: t("Open the trial"),
  end: t("End trial"),
  left: (time: string) => t("{time} left.", { time }),
  loading: t("The model is being loaded"),
  looking: t("Counting people"),
  ended: {
    time: t("It ended after its time."),
    person: t("Somebody ended it."),
    alarm: t("It ended because of an alarm."),
    change: t("It ended because the settings were changed."),
    shutdown: t("It ended with the box."),
    failed: t("It failed."),
  } satisfies Record<NonNullable<Trial["end"]>, string>,
  camera: t("Camera"),
  frames: t("Pictures"),
  newest: t("Newest"),
  people: t("People"),
  differ: t("Differs"),
  columns: t("Each pair: the model that watches, then the one that is tried."),
  pair: (active: number, candidate: number) => `${active} : ${candidate}`,
  moreFewer: (more: number, fewer: number) => t("{more} more, {fewer} fewer", { more, fewer }),
  agree: t("never"),
  ms: (ms: number) => t("{ms} ms of processor time a picture.", { ms: decimal(ms, 1) }),
  differences: t("Newest differences"),
  none: t("They have counted alike so far"),
  was: (camera: string, active: number, candidate: number) =>
    t("{camera}: {active} by the one that watches, {candidate} by the one tried", {
      camera,
      active,
      candidate,
    }),
} as const;

/** What a model's answer is read as: names of their own, but for rows of five figures. */
export const FAMILIES: Readonly<Record<Model["family"], string>> = {
  boxes5: t("boxes with a score"),
  detr: "DETR",
  dfine: "D-FINE",
  nanodet: "NanoDet",
  "nanodet-plus": "NanoDet-Plus",
  picodet: "PicoDet",
  rtmdet: "RTMDet",
  yolov8: "YOLOv8",
  yolox: "YOLOX",
};

/** "Official, light; weights not installed" */
export function gradeText({ grade, previous, golden, installed }: Model): string {
  const said = [
    ...[grade, previous && DETECTOR.before, !golden && DETECTOR.noGolden],
    !installed && DETECTOR.missing,
  ];
  return said.filter(Boolean).join("; ");
}
