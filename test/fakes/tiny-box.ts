/**
 * Stands in for server/main.ts where a test is about starting and ending boxes, not about what a box does:
 * one view over server-sent events, one board file, and a child of its own group that starts another.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const data = process.env.PALISADE_DATA ?? "";
const board = { channels: [true, false], writes: 1, wallAt: new Date().toISOString(), monotonicNs: "1" };
writeFileSync(join(data, "simulated-board-sim.json"), JSON.stringify(board));
if (process.argv.includes("--broken")) {
  console.error("Cannot start: told to");
  process.exit(3);
}
// The grandchild knows nothing of the box: no variable, another parent. Only its group tells.
const script = "env -i sleep 600 & exec sleep 600";
spawn("sh", ["-c", script, "server/eye.ts"], { stdio: "ignore", detached: true });

const view = (seq: number): string => {
  const lists = { cameras: [], zones: [], outputs: [], alarms: [], faults: [] };
  return `data: ${JSON.stringify({ seq, state: seq < 3 ? "tripped" : "watching", model: { state: "ready" }, ...lists })}\n\n`;
};
const server = createServer((request, response) => {
  if (request.url !== "/api/view") {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ method: request.method, path: request.url }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  let seq = 0;
  response.write(view(++seq));
  const timer = setInterval(() => response.write(view(++seq)), 20);
  response.once("close", () => clearInterval(timer));
});
server.listen(0, "127.0.0.1", () => {
  console.log(`Palisade is ready: http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
process.on("SIGTERM", () => process.exit(0));
