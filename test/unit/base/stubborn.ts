/** A child for the process tests. It ignores SIGTERM, has a child of its own, and writes both pids when ready. */
import { spawn } from "node:child_process";

process.on("SIGTERM", () => undefined);
const child = process.argv[2] === "alone" ? undefined : spawn("sleep", ["600"], { stdio: "ignore" });
console.log(`${process.pid} ${child?.pid ?? 0}`);
setInterval(() => undefined, 1000);
