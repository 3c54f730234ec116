/**
 * The database's own thread: opens the book, answers one call after the other, closes it.
 * It never ends itself, because only Node knows how; the line ends it when it has said that it is done.
 */
import { parentPort, workerData } from "node:worker_threads";
import { Book } from "./book.ts";
import { explain } from "./faults.ts";
import type { CallKind, FromWriter, ToWriter, WriterCall, WriterOptions } from "./protocol.ts";

function open(options: WriterOptions): { book: Book } | { why: string } {
  try {
    return { book: new Book(options) };
  } catch (error) {
    return { why: `Cannot open the database "${options.file}": ${explain(error)}` };
  }
}

function answer(book: Book, call: WriterCall): unknown {
  switch (call.kind) {
    case "append":
      return book.append(call.ask);
    case "publish":
      return book.publish(call.ask);
    case "config":
      return book.config();
    case "version":
      return book.version(call.ask);
    case "versions":
      return book.versions(call.ask);
    case "origins":
      return book.ledger.origins(call.ask);
    case "people":
      return book.people();
    case "scenes":
      return book.scenes();
    case "saveScene":
      return book.saveScene(call.ask.row, call.ask.entry);
    case "forgetScene":
      return book.forgetScene(call.ask.camera, call.ask.entry);
    case "recordTest":
      return book.recordTest(call.ask.row, call.ask.entry);
    case "tests":
      return book.ledger.tests(call.ask.limit);
    case "recordWalk":
      return book.recordWalk(call.ask.row, call.ask.entry);
    case "walks":
      return book.ledger.walks(call.ask.limit, call.ask.since);
    case "operations":
      return book.ledger.operations();
    case "addOperations":
      return book.addOperations(call.ask);
    case "forgetOperations":
      return book.forgetOperations(call.ask);
    case "alarmRows":
      return book.ledger.alarmRows(call.ask);
    case "kept":
      return book.ledger.kept();
    case "keep":
      return book.ledger.keep(call.ask.name, call.ask.value);
    case "audit":
      return book.audit(call.ask);
    case "readShift":
      return book.shifts.read(call.ask);
    case "shiftEntries":
      return book.shifts.entries(call.ask);
    case "verify":
      return book.verify(call.ask.after, call.ask.limit);
    case "head":
      return book.archive.head();
    case "base":
      return book.archive.base();
    case "keepAnchor":
      return book.archive.keepAnchor(call.ask);
    case "anchors":
      return book.archive.anchors(call.ask.limit);
    case "segments":
      return book.archive.segments();
    case "seal":
      return book.seal(call.ask);
    case "trim":
      return book.archive.trim(call.ask.limit);
    case "guards":
      return book.guards();
    case "tidy":
      return book.tidy();
  }
}

const DOING: Record<CallKind, string> = {
  append: "write the audit trail",
  publish: "write the configuration",
  config: "read the configuration",
  version: "read a version of the configuration",
  versions: "read the versions of the configuration",
  origins: "read where the settings came from",
  people: "read the people",
  scenes: "read the scenes of the cameras",
  saveScene: "keep the scene of the camera",
  forgetScene: "forget the scene of the camera",
  recordTest: "record the test of the outputs",
  tests: "read the tests of the outputs",
  recordWalk: "record the walk test",
  walks: "read the walk tests",
  operations: "read how often the relays were energised",
  addOperations: "write how often the relays were energised",
  forgetOperations: "begin the count of the relays anew",
  alarmRows: "read the history of the alarms",
  kept: "read what is kept",
  keep: "keep a value",
  audit: "read the audit trail",
  readShift: "read the shift",
  shiftEntries: "read the notes and signatures of shifts",
  verify: "check the audit trail",
  head: "read the audit trail",
  base: "read the audit trail",
  keepAnchor: "keep an anchor of the audit trail",
  anchors: "read the anchors of the audit trail",
  segments: "read the sealed segments of the audit trail",
  seal: "seal a segment of the audit trail",
  trim: "take sealed rows out of the database",
  guards: "check the audit trail",
  tidy: "tidy the database up",
};

const port = parentPort;
if (port === null) throw new Error("Cannot run alone: this file is a thread of server/main.ts");
const say = (message: FromWriter): void => port.postMessage(message);

const opened = open(workerData as WriterOptions);
if ("why" in opened) {
  say({ kind: "refused", why: opened.why });
} else {
  const { book } = opened;
  port.on("message", (message: ToWriter) => {
    if (message.kind === "close") {
      book[Symbol.dispose]();
      say({ kind: "closed" });
      return;
    }
    try {
      say({ kind: "done", id: message.id, answer: answer(book, message) });
    } catch (error) {
      // The thread lives on: the next call may find space on the disk again.
      say({ kind: "failed", id: message.id, why: `Cannot ${DOING[message.kind]}: ${explain(error)}` });
    }
  });
  say({ kind: "opened" });
}
