/** Which outputs are sounders. Apart from the configuration's shape, so that a browser gets the rules without it. */
import type { OutputConfig } from "./config.ts";

/** Whether Silence ends this output. */
export function isHorn(item: OutputConfig): boolean {
  if (item.role !== "while-active") return false;
  return item.horn ?? /horn|siren|sounder|buzzer|sirene|hupe/i.test(`${item.id} ${item.name ?? ""}`);
}
