/** The figures of the machine that are sampled all the time, by the names that the box and the screen share. */

/** How often a sample is taken, and how many are kept: the newest twenty minutes. */
export const SAMPLE_MS = 2_000;
export const SAMPLES_KEPT = 600;

/** What the processes of a box are; `others` are those for single tasks, such as a check of the record. */
export const PARTS = ["server", "eyes", "decoders", "guardian", "hands", "others"] as const;
export type Part = (typeof PARTS)[number];

export const FIGURES = [
  /** Percent of all cores: of everything that runs on the machine, and of the box's parts. */
  "cpu.machine",
  ...PARTS.map((part) => `cpu.${part}` as const),
  /** Resident bytes; what processes share counts in each of them. */
  ...PARTS.map((part) => `memory.${part}` as const),
  /** Bytes a second of the whole machine. */
  "network.received",
  "network.sent",
  "disk.read",
  "disk.written",
  /** Milliseconds from a frame's first byte to the guardian's answer, of the frames since the sample before. */
  "reaction.median",
  "reaction.p95",
  "reaction.worst",
  /** Frames a second of all cameras. */
  "frames.received",
  "frames.looked",
  /** Alarms on the list. */
  "alarms.listed",
  "alarms.unacknowledged",
  /** Milliseconds that the server's own timer came late. */
  "server.late",
] as const;
export type Figure = (typeof FIGURES)[number];

/** What a sample tells; a figure that cannot be told is left out. */
export type Sample = Partial<Readonly<Record<Figure, number>>>;
