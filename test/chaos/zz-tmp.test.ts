import { spawn } from "node:child_process";
import { test } from "node:test";

test("leaves one", () => {
  spawn("sleep", ["61"], { detached: true, stdio: "ignore" }).unref();
});
test("cannot", { skip: "no such thing; cure: buy one" }, () => {});
