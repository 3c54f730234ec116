/** The views of a running box, as its own screen gets them: server-sent events of /api/view. */
import type { View } from "../../server/domain/view.ts";

/** Every view the box sends, from now until the caller stops asking, the signal aborts or the box goes away. */
export async function* views(url: string, signal: AbortSignal): AsyncGenerator<View, void, void> {
  const stop = new AbortController();
  const answer = await fetch(new URL("/api/view", url), { signal: AbortSignal.any([signal, stop.signal]) });
  if (!answer.ok || answer.body === null) throw new Error(`/api/view answered ${answer.status}`);
  let rest = "";
  try {
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + text.replaceAll("\r\n", "\n")).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const lines = event.split("\n").filter((line) => line.startsWith("data:"));
        if (lines.length > 0)
          yield JSON.parse(lines.map((line) => line.slice(5).trimStart()).join("\n")) as View;
      }
    }
  } finally {
    stop.abort();
  }
}

/** The few words of a view that tell why a test waited in vain. */
export function describe(view: View): string {
  const cameras = view.cameras.map((camera) => `${camera.id} ${camera.state} ${camera.verdict}`);
  const zones = view.zones.map((zone) => `${zone.id} ${zone.verdict}`);
  const outputs = view.outputs.map(
    (output) => `${output.id} ${output.demand}/${output.readback}: ${output.why}`,
  );
  const alarms = view.alarms.map((alarm) => `${alarm.definition} ${alarm.source} ${alarm.state}`);
  const parts = [...cameras, ...zones, ...outputs, ...alarms, `model ${view.model.state}`, ...view.faults];
  return `${view.state}; ${parts.join("; ")}`;
}
