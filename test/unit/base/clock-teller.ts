/** Another process for the clock's test: answers every line with the time of its own clock. */
import { createInterface } from "node:readline";
import { monotonicMs } from "../../../server/base/clock.ts";

createInterface({ input: process.stdin }).on("line", () => console.log(monotonicMs()));
