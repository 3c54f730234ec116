import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { hear, heard, heardIn, hearMore } from "../../../kiosk/heard.ts";
import { speak } from "../../../kiosk/say.ts";

const GERMAN = {
  "Person in {source}": "Person in: {source}",
  "A person is in {zone}": "Jemand ist in {zone}",
  "{zone} is not seen: {ALARMS}": "{zone} wird nicht gesehen: {ALARMS}",
  "Camera {source} is covered": "Kamera {source}: abgedeckt",
  'Cannot open camera "{order}": {error}': "Kamera „{order}“ lässt sich nicht öffnen: {error}",
  "server answered 401; check the user and the password": "401; Benutzer und Passwort prüfen",
  "check its power and network": "Strom und Netz prüfen",
  "its feedback contact contradicts it": "der Rückmeldekontakt widerspricht",
  "must be {min} to {max}": "{min} bis {max}",
  "Reset is possible": "Reset ist möglich",
  "{zones} is {what}": "{zones}: {what}",
};

afterEach(() => {
  speak("en", {});
  hear({});
});

test("a sentence of the box is recognised by its template, with the sentences in it", () => {
  speak("de", {});
  hear(GERMAN);
  assert.equal(heard("Person in Cell 2"), "Person in: Cell 2");
  assert.equal(
    heard("Door is not seen: camera Front is covered"),
    "Door wird nicht gesehen: Kamera Front: abgedeckt",
  );
  assert.equal(
    heard('Cannot open camera "front": server answered 401; check the user and the password'),
    "Kamera „front“ lässt sich nicht öffnen: 401; Benutzer und Passwort prüfen",
  );
});

test("of two templates that fit, the one is meant that leaves least of it in English", () => {
  speak("de", {});
  hear({
    'Cannot {what} board "{id}": {why}; check its cable': "Karte {id}: {why}; Kabel prüfen",
    'Cannot open board "{id}": {error}': "Karte {id} nicht zu öffnen: {error}",
    "no USBRelay board {where}, but at {ports}; check its cable":
      "keine Karte {where}, aber an {ports}; Kabel prüfen",
    "is at USB port {port}": "an USB-Port {port}",
    "{product} at USB port {port}": "{product} an USB-Port {port}",
  });
  assert.equal(
    heard('Cannot open board "a": no USBRelay board is at USB port 1-1, but at 1-2; check its cable'),
    "Karte a nicht zu öffnen: keine Karte an USB-Port 1-1, aber an 1-2; Kabel prüfen",
  );
});

test("sentences that are joined are recognised one by one", () => {
  speak("de", {});
  hear(GERMAN);
  assert.equal(
    heard("A person is in Cell; its feedback contact contradicts it"),
    "Jemand ist in Cell; der Rückmeldekontakt widerspricht",
  );
  assert.equal(
    heard("Reset is possible. Something new happened"),
    "Reset ist möglich. Something new happened",
  );
});

test("a template of little more than values is not meant where nothing in it is known", () => {
  speak("de", {});
  hear({ "{words} and {last}": "{words} und {last}", "{zones} is {what}": "{zones}: {what}" });
  assert.equal(heard("1.6 m/s in 0.78 s and 1.2 m of reach"), "1.6 m/s in 0.78 s and 1.2 m of reach");
  assert.equal(heard("operator and supervisor"), "operator und supervisor");
  assert.equal(heard("Robot cell is blind"), "Robot cell: blind");
});

test("a day is written as the language writes it", () => {
  speak("de", {});
  hear({ "{shift}, {day}, {from} to {until}": "{shift}, {day}, {from} bis {until}" });
  assert.equal(
    heard("Early shift, Sat, 21 Nov 2026, 06:00 to 14:00"),
    "Early shift, Sa., 21. Nov. 2026, 06:00 bis 14:00",
  );
});

test("what is not known stays as it was said, and nobody's name is translated", () => {
  speak("de", {});
  hear(GERMAN);
  assert.equal(heard("Nothing of it was ever written"), "Nothing of it was ever written");
  assert.equal(heard("Person in Stop"), "Person in: Stop", "a zone that is called as a text of the screen");
  const view = {
    alarms: [{ text: "Person in Cell", name: "Person in Cell", by: "Reset is possible" }],
    n: 1,
  };
  assert.deepEqual(heardIn(view), {
    alarms: [{ text: "Person in: Cell", name: "Person in Cell", by: "Reset is possible" }],
    n: 1,
  });
});

test("in English everything stays, and is not even looked at", () => {
  const view = { why: "Reset is possible" };
  assert.equal(heardIn(view), view);
  assert.equal(heard("Person in Cell"), "Person in Cell");
});

test("ten thousand sentences are heard in well under a second, however they differ", () => {
  const many = Object.fromEntries(
    Array.from({ length: 900 }, (_, i) => [
      `Sentence ${i} of {what} is due {when}`,
      `Satz ${i}: {what}, {when}`,
    ]),
  );
  speak("de", {});
  hear({ ...GERMAN, ...many });
  const began = process.cpuUsage();
  for (let n = 0; n < 10_000; n++) heard(`Sentence ${n % 900} of door ${n} is due now`);
  // Of processor: a busy machine does not make it more.
  const { user, system } = process.cpuUsage(began);
  const ms = (user + system) / 1_000;
  assert.ok(ms < 5_000, `${Math.round(ms)} ms`);
});

test("a sentence that is not known asks for more templates, once", () => {
  speak("de", {});
  let asked = 0;
  hear(GERMAN, () => asked++);
  assert.equal(heard("Person in Cell"), "Person in: Cell");
  assert.equal(asked, 0, "a name is none");
  assert.equal(heard("Free some space"), "Free some space");
  assert.equal(heard("Free more space"), "Free more space");
  assert.equal(asked, 1);
  hearMore({ "Free some space": "Platz schaffen" });
  assert.equal(heard("Free some space"), "Platz schaffen");
  assert.equal(heard("Person in Cell"), "Person in: Cell");
});
