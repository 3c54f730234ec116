/** Every page of the kiosk in each of its states, and how a finger gets there from the page before. */
import type { Locator } from "playwright-core";
import { wait } from "../../server/base/clock.ts";
import type { Panel } from "../support/browser.ts";
import type { Lab } from "./rooms-lab.ts";
import type { Stub } from "./stub.ts";
import { button, typePin } from "./touch.ts";

export interface Stage {
  readonly panel: Panel;
  readonly stub: Stub;
  readonly lab: Lab;
}

export interface Scene {
  readonly name: string;
  /** Among the few that every run of the tests looks at. */
  readonly always?: true;
  /** It says other words every second: its picture is not compared. */
  readonly counts?: true;
  readonly open: (stage: Stage) => Promise<void>;
}

/** A dialog takes a touch that soon for a bounce. */
const GUARD_MS = 350;
/** For a machine that is much too busy. */
const LIMIT_MS = 20_000;

async function tap(control: Locator): Promise<void> {
  await control.tap({ timeout: LIMIT_MS });
}

/** Pages may have a way back of the same name. */
const inBar = (panel: Panel, name: string): Locator =>
  panel.page.locator(".bar").getByRole("button", { name, exact: true });

/** Out of what is open: a room remembers where somebody was in it. */
async function leave({ panel }: Stage): Promise<void> {
  const back = ".page .write button:not(.key), .page dialog.question button, .page .setup .head button";
  const ways = panel.page.locator(back).filter({ visible: true });
  for (let left = 5; left > 0 && (await ways.count()) > 0; left--) {
    await wait(GUARD_MS);
    await tap(ways.first());
  }
}

async function unlock(stage: Stage): Promise<void> {
  const { panel } = stage;
  await leave(stage);
  await tap(inBar(panel, "Live"));
  await tap(inBar(panel, "Maintenance"));
  const sam = panel.page.getByRole("button", { name: "Sam" });
  await sam.or(button(panel, "Lock")).first().waitFor();
  if (await button(panel, "Lock").isVisible()) return;
  await tap(sam);
  await typePin(panel, "730146");
  await tap(button(panel, "Unlock"));
  await button(panel, "Lock").waitFor();
}

/** What the lab answers where it answers with an error. */
const GONE = "text=The database is gone";

/** The states of a room that the box is asked for. */
function room(name: string, enter: string, ready: string, told = GONE): readonly [Scene, ...Scene[]] {
  const open = (how: "full" | "empty" | "late" | "error", wants: string) => async (stage: Stage) => {
    stage.lab.answers("full");
    await unlock(stage);
    stage.lab.is(how === "empty" ? "nothing" : "quiet");
    stage.lab.answers(how);
    await tap(button(stage.panel, enter));
    await stage.panel.page.locator(wants).first().waitFor({ timeout: LIMIT_MS });
  };
  return [
    { name, open: open("full", ready) },
    { name: `${name}-empty`, open: open("empty", ".head") },
    { name: `${name}-loading`, open: open("late", ".head") },
    { name: `${name}-error`, ...(name === "zones" ? { always: true } : {}), open: open("error", told) },
  ];
}

/** One touch further than another scene. */
const then = (before: Scene, name: string, press: string | RegExp, wants: string): Scene => ({
  name,
  open: async (stage) => {
    await before.open(stage);
    await wait(GUARD_MS);
    await tap(stage.panel.page.getByRole("button", { name: press }).first());
    await stage.panel.page.locator(wants).first().waitFor({ timeout: LIMIT_MS });
  },
});

function live(name: string, state: Parameters<Lab["is"]>[0], wants: string, always?: true): Scene {
  return {
    ...{ name, ...(always ? { always } : {}) },
    open: async ({ panel, lab }) => {
      lab.answers("full");
      lab.is(state);
      await tap(inBar(panel, "Live"));
      await panel.page.locator(wants).first().waitFor({ timeout: LIMIT_MS });
    },
  };
}

const alarms = (name: string, state: Parameters<Lab["is"]>[0], wants: string, always?: true): Scene => ({
  ...live(name, state, wants, always),
  open: async ({ panel, lab }) => {
    lab.is(state);
    await tap(inBar(panel, "Alarms"));
    await panel.page.locator(wants).first().waitFor({ timeout: LIMIT_MS });
  },
});

/** Nobody is signed in yet. */
const gate = (name: string, how: "full" | "empty" | "late" | "error", wants: string): Scene => ({
  name,
  open: async ({ panel, lab }) => {
    lab.is("quiet");
    lab.answers(how);
    await tap(inBar(panel, "Live"));
    await tap(inBar(panel, "Maintenance"));
    await panel.page.locator(wants).first().waitFor({ timeout: LIMIT_MS });
  },
});

const shift = (name: string, how: "full" | "late" | "error", wants: string): Scene => ({
  name,
  open: async ({ panel, lab }) => {
    lab.is("quiet");
    lab.answers(how);
    await tap(inBar(panel, "Live"));
    await tap(inBar(panel, "Alarms"));
    await tap(button(panel, "Shift report"));
    await panel.page.locator(wants).first().waitFor({ timeout: LIMIT_MS });
  },
});

const ALARMS = alarms("alarms", "alarm", ".alarm", true);
const NO_ALARMS = alarms("alarms-empty", "quiet", ".alarmPage .nothing");
const GATE = gate("gate", "full", ".tilesOfNames button");
const PIN = then(GATE, "pin", "Sam", ".keys");
const WORKSHOP: Scene = {
  name: "workshop",
  open: async (stage) => {
    stage.lab.answers("full");
    stage.lab.is("quiet");
    await unlock(stage);
  },
};
const CAMERAS = room("cameras", "Set up cameras", ".rows .row", ".head");
const CAMERA = then(CAMERAS[0], "camera", "Front", ".half .picture");
const PEOPLE = room("people", "Open people", ".rows .row");
const PERSON = then(PEOPLE[0], "person-new", "Add person", ".setup");

const NETWORK = room("network", "Open network", ".card");

export const SCENES: readonly Scene[] = [
  live("live", "quiet", ".tile .liveness svg", true),
  live("live-empty", "nothing", ".wall .nothing"),
  live("live-alarm", "alarm", ".banner.flashing", true),
  live("live-broken", "broken", ".veil"),
  live("live-bypassed", "bypassed", ".bypasses li"),
  NO_ALARMS,
  ALARMS,
  alarms("alarms-lost", "broken", ".alarm"),
  then(ALARMS, "alarm", /^More about/, ".one"),
  then(NO_ALARMS, "alarms-aside", "Set aside", ".alarmPage"),
  then(NO_ALARMS, "alarms-history", "History", ".events .row"),
  shift("shift", "full", ".sheet"),
  shift("shift-loading", "late", ".setup"),
  shift("shift-error", "error", GONE),
  gate("gate-loading", "late", ".names"),
  gate("gate-error", "error", GONE),
  gate("gate-empty", "empty", ".nobody"),
  GATE,
  { ...PIN, always: true },
  {
    name: "pin-bypassed",
    open: async (stage) => {
      await PIN.open(stage);
      stage.lab.is("bypassed");
      await stage.panel.page.locator(".bypasses li").waitFor();
    },
  },
  WORKSHOP,
  { ...then(WORKSHOP, "panel", "Set its size", ".ruler"), always: true },
  ...CAMERAS,
  CAMERA,
  then(CAMERA, "camera-remove", "Remove", "dialog.question"),
  ...room("zones", "Draw zones", ".of-camera .row"),
  ...room("outputs", "Test and set up outputs", ".rows .row"),
  ...room("walks", "Open walk tests", ".rows .row"),
  ...room("detector", "Open detector", ".rows .row"),
  ...PEOPLE,
  PERSON,
  { ...then(PERSON, "keyboard", "Name", ".write"), always: true },
  ...room("record", "Open record", ".rows .row"),
  ...room("versions", "Open versions", ".rows .row"),
  ...NETWORK,
  then(NETWORK[0], "network-install", "Put in another one", ".installing"),
  then(NETWORK[0], "network-own", "Back to the box’s own", "dialog.question"),
  ...room("integrations", "Open integrations", ".integrations .card"),
  {
    name: "lost",
    always: true,
    counts: true,
    open: async ({ panel, stub }) => {
      stub.hang(true);
      stub.mute("end");
      await panel.page.locator(".lost").waitFor({ timeout: LIMIT_MS });
    },
  },
];
