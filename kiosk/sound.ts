/**
 * The panel's own sound, beside the horns: a rhythm and pitch for each class of alarm, for as long as the box says that
 * it is heard. A browser lets a page sound after the first touch only. A panel that is not live is silent.
 */
import { effect, signal } from "@preact/signals";
import type { Sound } from "../server/domain/alarm_policy.ts";
import type { View } from "../server/domain/view.ts";
import { connected, view } from "./state.ts";

/** Something should be heard, and nobody has touched this page yet. */
export const soundLocked = signal(false);

interface Tone {
  readonly atMs: number;
  readonly forMs: number;
  readonly hertz: number;
}

/** One round of each, within 500 to 2,500 Hz and 0.5 to 4 pulses a second. */
const ROUND_MS = 2_000;
const ROUNDS: Readonly<Record<Sound, readonly Tone[]>> = {
  stop: [0, 400, 800, 1_200, 1_600].map((atMs) => ({ atMs, forMs: 220, hertz: 1_600 })),
  lost: [0, 1_000].flatMap((atMs) => [
    { atMs, forMs: 450, hertz: 1_200 },
    { atMs: atMs + 500, forMs: 450, hertz: 800 },
  ]),
  warning: [{ atMs: 0, forMs: 500, hertz: 700 }],
};
const MOST_URGENT_FIRST = ["stop", "lost", "warning"] as const;
const LOUDNESS = 0.4;

/** What is heard of these alarms: the most urgent class. */
export function soundWanted(shown: Pick<View, "alarms"> | undefined): Sound | undefined {
  return MOST_URGENT_FIRST.find((sound) => shown?.alarms.some((alarm) => alarm.sound === sound));
}

/** What a person has the panel sound to hear whether it does; an alarm sounds in its place. */
export const soundTest = signal<Sound | undefined>(undefined);
let testTimer: ReturnType<typeof setTimeout> | undefined;

/** Sounds one round of each class, the most urgent first; asked for again meanwhile it ends. */
export function testSound(): void {
  clearTimeout(testTimer);
  const rest: (Sound | undefined)[] = soundTest.value === undefined ? [...MOST_URGENT_FIRST] : [];
  const next = (): void => {
    soundTest.value = rest.shift();
    if (soundTest.value !== undefined) testTimer = setTimeout(next, ROUND_MS);
  };
  next();
}

export function startSound(): void {
  let context: AudioContext | undefined;
  let playing: Sound | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let round: readonly OscillatorNode[] = [];

  const quiet = (): void => {
    clearInterval(timer);
    for (const tone of round) tone.stop();
    round = [];
  };
  const play = (sound: Sound): void => {
    if (context?.state !== "running") return;
    const { currentTime, destination } = context;
    round = ROUNDS[sound].map(({ atMs, forMs, hertz }) => {
      const tone = new OscillatorNode(context as AudioContext, { frequency: hertz });
      const loudness = new GainNode(context as AudioContext, { gain: LOUDNESS });
      tone.connect(loudness).connect(destination);
      tone.start(currentTime + atMs / 1_000);
      tone.stop(currentTime + (atMs + forMs) / 1_000);
      return tone;
    });
  };
  const wanted = (): Sound | undefined =>
    (connected.value ? soundWanted(view.value) : undefined) ?? soundTest.value;
  const follow = (): void => {
    const sound = wanted();
    soundLocked.value = sound !== undefined && context?.state !== "running";
    document.documentElement.dataset.sound = soundLocked.value ? "locked" : (sound ?? "none");
    if (sound === playing && (sound === undefined || round.length > 0)) return;
    quiet();
    playing = sound;
    if (sound === undefined) return;
    play(sound);
    timer = setInterval(() => play(sound), ROUND_MS);
  };
  effect(follow);
  addEventListener(
    "pointerup",
    () => {
      if (context?.state === "running") return;
      context ??= new AudioContext();
      void context.resume().then(follow);
    },
    { capture: true, passive: true },
  );
}
