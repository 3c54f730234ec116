/** Every text of the detector's pages. Loaded with them only. */
import type { Model, ModelsAnswer, Trial } from "./calls.ts";

export const DETECTOR = {
  title: "Detector",
  waiting: "Asking the box",
  gone: "There is no such model any more",
  active: "Watches now",
  others: "Other models",
  noOthers: "There is no other model",
  noOthersHow: "Add one: its manifest and its weights.",
  add: "Add a model",
  unknown: (name: string) => `No manifest has the name ${name}: choose another model.`,
  threshold: (score: number) => `Somebody counts from a score of ${score.toFixed(2)} on.`,
  before: "was in force before",
  missing: "weights not installed",
  noGolden: "without a picture to be proven on",
  rollBack: "Roll back",
  rollBackTo: (name: string) =>
    `Roll back proves ${name} and puts it in force again: every output then drops and waits for a reset.`,
  noRollBack: "No other model was in force before.",
  family: "Family",
  input: "Sees",
  pixels: (width: number, height: number) => `${width} x ${height} pixels`,
  size: "Weights",
  megabytes: (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`,
  licence: "Licence",
  origin: "Origin",
  hash: "SHA-256",
  here: "On this box",
  hereMs: (ms: number) => `${ms.toFixed(1)} ms a picture`,
  notHere: "not measured since the start",
  measured: "Measured on labelled pictures",
  notMeasured: "No figures were measured on our labelled pictures.",
  set: "Set",
  precision: "Precision",
  found: "People found",
  percent: (share: number) => `${Math.round(share * 100)} %`,
  figures: (ms: number) =>
    `Average precision at half overlap; people found at one false person in ten pictures. ${ms} ms a picture with its preparation, one thread, when it was measured.`,
  use: "Use this model",
  useAsk: (name: string) => `Use ${name}?`,
  useHow:
    "The box first tests it, on a picture whose people are known where it has one, while the present one goes on watching. If it fails, nothing changes.",
  useDrops:
    "Then every output drops and every zone is unknown, until the cameras' pictures are proven again and somebody resets.",
  useScore: "Its own score counts from then on. Walk tests of the zones are due again.",
  proving: "Proving the model",
  changed: (name: string) => `${name} is in force`,
  demonstration: "The demonstration runs: end it first, then another model can be put in force.",
  install: (name: string) =>
    `Its weights are missing: add them from a file here, or fetch them with npm run palisade -- model add ${name}`,
} as const;

export const SPEED = {
  title: "On this box's processor",
  provider: "Computes on",
  providers: {
    cpu: "the processor",
    cuda: "an NVIDIA graphics processor (cuda)",
    tensorrt: "an NVIDIA graphics processor (tensorrt)",
    webgpu: "the graphics processor (webgpu)",
    coreml: "coreml",
    dml: "dml",
  } satisfies Record<ModelsAnswer["provider"]["asked"], string>,
  inUse: "Uses",
  notLoaded: "no model is loaded",
  never: "Not measured on this machine yet: the box does it by itself when it has time.",
  running: "It is being measured, behind everything else. The box goes on watching.",
  measure: "Measure again",
  measuring: "Measuring",
  begun: "It is being measured for about ten seconds",
  failed: (why: string) => `The newest measurement came to nothing: ${why}`,
  ways: "Ways to use the processor",
  usual: "one thread",
  reference: "the usual way",
  ms: (ms: number) => `${ms.toFixed(1)} ms`,
  against: (ratio: number, taken: boolean) =>
    `${Math.round(ratio * 100)} %${taken ? " of its time" : ", not clearly less"}`,
  unsure: {
    "too few rounds": "too slow to tell",
    "the box was busy": "the box was busy",
  },
  measured: (date: string, chosen: string) => `Measured on ${date}; the best is ${chosen}.`,
  next: "It is taken when the model is loaded next.",
} as const;

export const ADD = {
  title: "Add a model",
  how: "Choose the weights, an .onnx file, together with the manifest that describes them, a .json file. Weights of a model in the list need no manifest. The box takes nothing whose length and SHA-256 are not the manifest's, and no model watches before it is proven.",
  nothing: "Nothing is chosen yet.",
  choose: "Choose files",
  files: "Files of the model",
  send: "Send to the box",
  sending: "Sending",
  model: "Model",
  manifest: "Manifest",
  knownManifest: "the box has it",
  newManifest: "new, goes along",
  weights: "Weights",
  noWeights: "none: they can come later",
  file: (name: string, bytes: number) => `${name}, ${(bytes / 1e6).toFixed(1)} MB`,
  tooMany: "Choose one .onnx file and at most one .json file, and nothing else.",
  tooLarge: (name: string) => `${name} is larger than 512 MiB: the box takes no such weights.`,
  noManifest:
    "No model of the list that lacks its weights has a file of this length: choose the manifest together with it.",
  noName: (name: string) =>
    `${name} is no manifest of a model: models/README.md says how one is written; choose another file.`,
  known: (name: string) => `The box has the manifest of ${name} already: choose its weights too.`,
  described: (name: string) => `${name} is described; its weights are still missing`,
  done: (name: string) => `${name} is installed`,
  progress: "Sent",
  share: (share: number) => `${Math.round(share * 100)} % sent`,
  checking: "The box checks the file.",
} as const;

export const TRIAL = {
  title: (name: string) => `Trial: ${name}`,
  begin: "Try beside",
  how: "Both models count people in the same pictures of all cameras. It decides nothing and drops nothing. Pictures are 640 pixels wide: a model that sees more pixels may find more when it watches.",
  minutes: "Minutes",
  fewer: "Shorter",
  more: "Longer",
  open: "Open the trial",
  end: "End trial",
  left: (time: string) => `${time} left.`,
  loading: "The model is being loaded",
  looking: "Counting people",
  ended: {
    time: "It ended after its time.",
    person: "Somebody ended it.",
    alarm: "It ended because of an alarm.",
    change: "It ended because the settings were changed.",
    shutdown: "It ended with the box.",
    failed: "It failed.",
  } satisfies Record<NonNullable<Trial["end"]>, string>,
  camera: "Camera",
  frames: "Pictures",
  newest: "Newest",
  people: "People",
  differ: "Differs",
  columns: "Each pair: the model that watches, then the one that is tried.",
  pair: (active: number, candidate: number) => `${active} : ${candidate}`,
  moreFewer: (more: number, fewer: number) => `${more} more, ${fewer} fewer`,
  agree: "never",
  ms: (ms: number) => `${ms.toFixed(1)} ms of processor time a picture.`,
  differences: "Newest differences",
  none: "They have counted alike so far",
  was: (camera: string, active: number, candidate: number) =>
    `${camera}: ${active} by the one that watches, ${candidate} by the one tried`,
} as const;

/** "Official, light; weights not installed" */
export function gradeText({ grade, previous, golden, installed }: Model): string {
  const said = [
    ...[grade, previous && DETECTOR.before, !golden && DETECTOR.noGolden],
    !installed && DETECTOR.missing,
  ];
  return said.filter(Boolean).join("; ");
}
