/** A thread that sends wrong PINs, forty at once, and tells how each was answered: whoever measures beside it is not held up by it. */
import { parentPort, workerData } from "node:worker_threads";

const { url, count } = workerData as { readonly url: string; readonly count: number };
const statuses: number[] = [];
let sent = 0;

async function guess(): Promise<void> {
  for (let i = sent++; i < count; i = sent++) {
    const body = JSON.stringify({ name: i % 2 === 0 ? "Sam" : `Guess ${i}`, pin: "111111" });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/api/session`, { method: "POST", headers, body });
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
}

await Promise.all(Array.from({ length: 40 }, guess));
parentPort?.postMessage(statuses);
