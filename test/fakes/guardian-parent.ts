/**
 * A server reduced to its hold on the outputs, for tests that kill or stop it: it arms and energises every
 * output of the configuration in argv[2] and prints each state of its link as a line.
 */
import type { GuardianConfig } from "../../server/domain/relay.ts";
import { HOLD_EVERY_MS, RelayLink } from "../../server/relay/link.ts";

const text = process.argv[2];
if (text !== undefined) {
  const config = JSON.parse(text) as GuardianConfig;
  const demand = (drive: "energised" | "dropped") =>
    Object.fromEntries(config.outputs.map(({ id }) => [id, drive]));
  const permits = config.outputs.filter(({ permit }) => permit).map(({ id }) => id);
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  let armed = false;
  const link = RelayLink.open({
    config,
    log: quiet,
    onChange: (state) => {
      // Once only: after a drop this server shows that nothing comes back without a person.
      if (!armed && state.kind === "held" && state.report.seq > 0) {
        armed = link.arm(state.report.epoch, permits);
      }
      process.stdout.write(`${JSON.stringify({ guardian: link.pid, state })}\n`);
    },
  });
  setInterval(() => link.hold(demand(armed ? "energised" : "dropped")), HOLD_EVERY_MS);
}
