/** Two panels of one box: its own screen, and a tablet on the network that shows nothing before somebody signs in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startBox } from "../support/box.ts";
import { openPanel } from "../support/browser.ts";
import { Far, freePort } from "../support/far.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";
import { look, SIZES } from "./look.ts";
import { because, button, shown, typePin } from "./touch.ts";

const skip = missing.chromium();
const LIMIT_MS = 15_000;
const [SIZE] = SIZES;

test("what one panel acknowledges both show, and the tablet asks who is there before and after", {
  skip,
}, async () => {
  const port = await freePort();
  await using box = await startBox({
    provision: {
      site: { name: "Press 4" },
      network: { lan: { on: true, port } },
      users: [
        { name: "Kim", role: "operator", pin: "564738" },
        { name: "Max", role: "maintenance", pin: "918273" },
      ],
    },
  });
  using far = new Far(port);
  const answers = () =>
    far.handshake().then(
      () => true,
      () => false,
    );
  await until({ what: "the listener for other panels", ms: LIMIT_MS, check: answers });
  await using here = await openPanel({ url: box.url, ...SIZE });
  await using there = await openPanel({ url: `https://127.0.0.1:${port}/`, ...SIZE, trusts: true });

  await shown(there, "Who is at this panel?", LIMIT_MS);
  assert.equal(await there.page.getByText("Press 4").count(), 0);
  const faults = [...(await look(there, "far-names", SIZE))];
  await there.page.getByRole("button", { name: "Kim" }).tap();
  await typePin(there, "000000");
  await button(there, "Sign in").tap();
  await shown(there, "This name and PIN do not belong together", LIMIT_MS);
  faults.push(...(await look(there, "far-pin", SIZE)));
  await typePin(there, "564738");
  await button(there, "Sign in").tap();
  await shown(there, "Press 4", LIMIT_MS);

  await button(here, "Request stop").tap();
  for (const panel of [here, there])
    await panel.page.locator(".banner.flashing").waitFor({ timeout: LIMIT_MS });
  await button(there, "Acknowledge").tap();
  for (const panel of [here, there])
    await panel.page.locator(".banner.flashing").waitFor({ state: "detached", timeout: LIMIT_MS });
  const view = await box.view();
  assert.deepEqual(
    view.alarms.map(({ definition, acknowledgedBy }) => [definition, acknowledgedBy]),
    [["op.stop.requested", "Kim"]],
  );

  await button(there, "This panel").tap();
  await shown(there, /^Kim is signed in at this panel until/, LIMIT_MS);
  faults.push(...(await look(there, "far-panel", SIZE)));
  await button(there, "Sign out").tap();
  await shown(there, "Who is at this panel?", LIMIT_MS);
  assert.equal(await there.page.getByText("Press 4").count(), 0);

  await there.page.getByRole("button", { name: "Kim" }).tap();
  await typePin(there, "564738");
  await button(there, "Sign in").tap();
  await shown(there, "Press 4", LIMIT_MS);
  await button(here, "Maintenance").tap();
  await here.page.getByRole("button", { name: "Max" }).tap();
  await typePin(here, "918273");
  await button(here, "Unlock").tap();
  await button(here, "Open network").tap();
  const signOut = here.page.getByRole("button", { name: "Sign out Kim at 127.0.0.1" });
  await signOut.waitFor({ timeout: LIMIT_MS });
  faults.push(...(await look(here, "network-people", SIZE)));
  await signOut.tap();
  await because(here, "Left signed in");
  await shown(here, "Nobody is signed in over the network.", LIMIT_MS);
  await shown(there, "Who is at this panel?", LIMIT_MS);
  assert.equal(await there.page.getByText("Press 4").count(), 0);
  assert.deepEqual(faults, []);
  assert.deepEqual(here.errors, []);
});
