/** Waiting times after wrong PINs, and how long a session lasts, by a clock that is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Limits } from "../../../server/http/limits.ts";
import { Sessions } from "../../../server/http/sessions.ts";
import type { Known } from "../../../server/store/people.ts";

const SECOND = 1_000;
const MINUTE = 60_000;

function limits() {
  let at = 0;
  const told: number[] = [];
  const made = new Limits({ now: () => at, guessing: (tries) => told.push(tries) });
  return { made, told, pass: (ms: number) => (at += ms) };
}

test("waiting times begin after five wrong PINs, double to 15 minutes and are forgotten after an hour", () => {
  const { made, pass } = limits();
  const keys = ["person sam", "panel 10.0.0.5"];
  for (let i = 0; i < 5; i++) assert.equal(made.count(keys), 0);
  for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
    assert.equal(made.count(keys), seconds);
    pass((seconds - 1) * SECOND);
    assert.equal(made.count(keys), 1, "turned away, and no longer for it");
    pass(SECOND);
    assert.equal(made.count(keys), 0);
  }
  pass(61 * MINUTE);
  for (let i = 0; i < 5; i++) assert.equal(made.count(keys), 0);
});

test("a panel waits whoever is tried at it, a person wherever they are tried, and both alone", () => {
  const { made } = limits();
  for (let i = 0; i < 5; i++) made.count([`person ${i}`, "panel a"]);
  assert.equal(made.count(["person 9", "panel a"]), 30);
  assert.equal(made.count(["person 0", "panel b"]), 0);
  for (let i = 0; i < 5; i++) made.count(["person sam", `panel ${i}`]);
  assert.equal(made.count(["person sam", "panel z"]), 30);
  assert.equal(made.count(["person kim", "panel z"]), 0);
});

test("a right PIN forgets, one that could not be checked counts for nothing", () => {
  const { made } = limits();
  const keys = ["person sam", "panel a"];
  for (let i = 0; i < 4; i++) made.count(keys);
  made.forget(keys);
  for (let i = 0; i < 50; i++) {
    assert.equal(made.count(keys), 0);
    made.takeBack(keys);
  }
});

test("ten tries are guessing, told once a minute, with those that were turned away", () => {
  const { made, told, pass } = limits();
  for (let i = 0; i < 1_000; i++) made.count(["person sam", "panel a"]);
  assert.deepEqual(told, [10]);
  pass(MINUTE);
  made.count(["person sam", "panel a"]);
  assert.deepEqual(told, [10, 1_001]);
});

test("what is kept of tries is bounded, however many names are tried", () => {
  const { made, pass } = limits();
  for (let i = 0; i < 100_000; i++) {
    made.count([`person ${i}`, `panel ${i}`]);
    pass(1);
  }
  assert.equal(made.count(["person 99999", "panel 99999"]), 0);
});

const person = (role: Known["role"]): Known => ({ id: role, name: role, role, proof: "1" });

function sessions() {
  let at = 0;
  let busy = false;
  const made = new Sessions({ now: () => at, isBusy: () => busy });
  return {
    made,
    pass: (ms: number) => (at += ms),
    work: (now: boolean) => {
      busy = now;
    },
  };
}

test("maintenance is signed in until five minutes idle, and never longer than an hour", () => {
  const { made, pass } = sessions();
  const idle = made.open(person("maintenance"));
  pass(5 * MINUTE - 1);
  assert.equal(made.find(idle.token), idle);
  pass(1);
  assert.equal(made.find(idle.token), undefined);
  const used = made.open(person("maintenance"));
  for (let i = 0; i < 59; i++) {
    pass(MINUTE);
    made.use(used);
    assert.equal(made.leftMs(used), Math.min(5, 59 - i) * MINUTE);
  }
  pass(MINUTE);
  assert.equal(made.find(used.token), undefined);
});

test("the PIN of a supervisor covers a minute, used or not, and the whole walk test they walk", () => {
  const { made, pass, work } = sessions();
  const session = made.open(person("supervisor"));
  pass(59 * SECOND);
  made.use(session);
  assert.equal(made.leftMs(session), SECOND);
  pass(SECOND);
  assert.equal(made.find(session.token), undefined);
  const walking = made.open(person("operator"));
  work(true);
  pass(14 * MINUTE);
  assert.equal(made.find(walking.token), walking);
  work(false);
  pass(MINUTE);
  assert.equal(made.find(walking.token), undefined);
});

test("several people are signed in at once, twenty at most", () => {
  const { made } = sessions();
  const first = made.open(person("maintenance"));
  const others = Array.from({ length: 19 }, () => made.open(person("maintenance")));
  assert.ok([first, ...others].every(({ token }) => made.find(token) !== undefined));
  made.open(person("operator"));
  assert.equal(made.find(first.token), undefined);
});
