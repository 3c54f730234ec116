/** `status`: what the running box sees and does, in plain words. */
import { type CameraView, HONEST_LABEL, type View } from "../domain/view.ts";
import { columns, currentView, DONE, FAILED, findBox, misused, type Verb } from "./shell.ts";

const STATE: Readonly<Record<View["state"], string>> = {
  watching: "Watching: every run permit is energised",
  tripped: "Tripped: at least one run permit is dropped",
  unguarded: "Unguarded: nothing is configured that could drop",
};
const VERDICT: Readonly<Record<CameraView["verdict"], string>> = {
  clear: "nobody in its zones",
  warn: "somebody in a warn zone",
  stop: "somebody in a stop zone",
  blind: "cannot tell whether somebody is there",
};

function picture(camera: CameraView): string {
  const age =
    camera.frameAgeMs === undefined ? "no picture yet" : `newest ${Math.round(camera.frameAgeMs)} ms old`;
  const { kind, faults } = camera.trust;
  const first = camera.why === undefined ? [] : [camera.why];
  const reasons = kind === "distrusted" ? faults.map(({ message }) => message) : first;
  const why =
    reasons.length === 0 ? "" : `${kind === "distrusted" ? ", not trusted" : ""}: ${reasons.join("; ")}`;
  return `${camera.fps30s.toFixed(1)} frames/s, ${age}, ${VERDICT[camera.verdict]}${why}`;
}

function resetLine({ reset }: View): string {
  if (!reset.needed) return "Reset: not needed";
  const who = reset.pinNeeded ? " by a supervisor's PIN" : "";
  return reset.possible ? `Reset: possible${who}` : `Reset: refused: ${reset.refusals.join("; ")}`;
}

function minutes(ms: number): string {
  const whole = Math.ceil(ms / 60_000);
  return whole === 1 ? "1 minute" : `${whole} minutes`;
}

function cycleLine({ cycle: { number, running } }: View): string {
  if (running) return `Machine cycle: number ${number} runs`;
  return number === 0 ? "Machine cycle: none was begun" : `Machine cycle: number ${number} has ended`;
}

/** The view as lines for a terminal. */
export function statusLines(view: View): string[] {
  const section = (title: string, rows: readonly (readonly string[])[]): string[] =>
    rows.length === 0 ? [`${title}: none`] : [`${title}:`, ...columns(rows)];
  return [
    `${STATE[view.state]}${view.stopRequested ? " (a stop was requested)" : ""}`,
    ...(view.demonstration ? ["This is the demonstration: it guards nothing"] : []),
    ...section(
      "Cameras",
      view.cameras.map((camera) => [camera.id, camera.state, picture(camera)]),
    ),
    ...section(
      "Boards",
      view.boards.map(({ id, title, state, why, identity }) => [
        id,
        state === "ok" ? "answers" : "LOST",
        title,
        why ?? (identity === undefined ? "" : `id ${identity}`),
      ]),
    ),
    ...section(
      "Outputs",
      view.outputs.map((output) => [
        output.id,
        `${output.board}/${output.channel}`,
        output.role,
        output.demand === output.readback
          ? output.demand
          : `ordered ${output.demand}, reads ${output.readback}`,
        output.why,
      ]),
    ),
    ...view.bypasses.map(
      ({ name, by, reason, leftMs }) => `BYPASSED: ${name}, by ${by} (${reason}), ${minutes(leftMs)} left`,
    ),
    ...view.tests.map(({ name, by, drive }) => `Being tested: ${name} is ${drive} by ${by}`),
    ...section(
      "Alarms",
      view.alarms.map((alarm) => [`priority ${alarm.priority}`, alarm.state, alarm.text]),
    ),
    resetLine(view),
    cycleLine(view),
    `Detector: ${view.model.name} is ${view.model.state}${view.model.why === undefined ? "" : `: ${view.model.why}`}`,
    ...view.faults.map((fault) => `Fault: ${fault}`),
    HONEST_LABEL,
  ];
}

export const status: Verb = async (args, shell) => {
  if (args.length > 0) return misused(shell, `status takes nothing behind it, not "${args.join(" ")}"`);
  const { dataFolder } = shell.environment;
  const box = await findBox(dataFolder);
  if (box.kind === "none") {
    shell.say(
      `No box runs on the data folder "${dataFolder}": start it with npm start, or set PALISADE_DATA`,
    );
    return FAILED;
  }
  if (box.kind === "starting") {
    shell.say(`The box (process ${box.pid}) is starting: ask again in a few seconds`);
    return FAILED;
  }
  const view = await currentView(box);
  shell.say(`Palisade ${view.version} at ${box.url} (process ${box.pid}), site "${view.site.name}"`);
  for (const line of statusLines(view)) shell.say(line);
  return DONE;
};
