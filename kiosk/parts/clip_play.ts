/** Plays the pictures of a clip at the pace at which they were taken: one is drawn at a time, and the newest wish wins. */
import { type Signal, signal } from "@preact/signals";

/** Fetched before they are due, so that a slow moment of the box does not show. */
const AHEAD = 8;
const BEHIND = 4;
/** Later than this, the rest is later too: no picture is left out. */
const LATE_MS = 200;

export interface ClipPlay extends Disposable {
  readonly index: Signal<number>;
  readonly playing: Signal<boolean>;
  /** A picture could not be had. */
  readonly failed: Signal<boolean>;
  toggle(): void;
  /** Pauses at this picture. */
  show(index: number): void;
}

export function playClip(
  id: string,
  times: readonly number[],
  canvas: () => HTMLCanvasElement | null,
): ClipPlay {
  const [index, playing, failed] = [signal(0), signal(false), signal(false)];
  const closing = new AbortController();
  const fetched = new Map<number, Promise<Blob>>();
  let drawn = -1;
  let isDrawing = false;

  function picture(n: number): Promise<Blob> {
    const known = fetched.get(n);
    if (known !== undefined) return known;
    const path = `/api/clips/${encodeURIComponent(id)}/pictures/${n}`;
    const asked = fetch(path, { signal: closing.signal }).then(async (answer) => {
      if (!answer.ok) throw new Error(`No picture ${n}: ${answer.status}`);
      return await answer.blob();
    });
    asked.catch(() => fetched.delete(n));
    fetched.set(n, asked);
    for (const other of fetched.keys()) if (other < n - BEHIND || other > n + AHEAD) fetched.delete(other);
    return asked;
  }

  async function draw(): Promise<void> {
    if (isDrawing) return;
    isDrawing = true;
    try {
      while (drawn !== index.value && !closing.signal.aborted) {
        const n = index.value;
        const bitmap = await createImageBitmap(await picture(n));
        const on = canvas();
        if (on !== null) {
          if (on.width !== bitmap.width) on.width = bitmap.width;
          if (on.height !== bitmap.height) on.height = bitmap.height;
          on.getContext("2d")?.drawImage(bitmap, 0, 0);
          on.dataset.picture = String(n);
        }
        bitmap.close();
        drawn = n;
        failed.value = false;
      }
    } catch {
      if (!closing.signal.aborted) {
        failed.value = true;
        playing.value = false;
      }
    } finally {
      isDrawing = false;
    }
  }

  async function run(): Promise<void> {
    if (index.value >= times.length - 1) index.value = 0;
    let began = performance.now() - (times[index.value] ?? 0);
    while (playing.value && index.value < times.length - 1) {
      const next = index.value + 1;
      for (let n = next; n < Math.min(next + AHEAD, times.length); n++)
        void picture(n).catch(() => undefined);
      const due = began + (times[next] ?? 0);
      await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now())));
      if (!playing.value || closing.signal.aborted) return;
      index.value = next;
      await draw();
      if (performance.now() > due + LATE_MS) began = performance.now() - (times[next] ?? 0);
    }
    playing.value = false;
  }

  void draw();
  return {
    ...{ index, playing, failed },
    toggle() {
      playing.value = !playing.value;
      if (playing.value) void run();
    },
    show(wanted) {
      playing.value = false;
      index.value = Math.max(0, Math.min(times.length - 1, wanted));
      void draw();
    },
    [Symbol.dispose]() {
      playing.value = false;
      closing.abort();
      fetched.clear();
    },
  };
}
