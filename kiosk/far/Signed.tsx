/** Who has signed in at this panel on the network, and the way out. */
import { report } from "../actions.ts";
import { clockTime } from "../text.ts";
import { farSession, signOut } from "./session.ts";
import { FAR } from "./words.ts";

export function Signed(props: { readonly timezone: string }) {
  const { person, untilWallAt = 0 } = farSession.value;
  if (person === undefined) return null;
  const leave = async (): Promise<void> => {
    const outcome = await signOut();
    if (outcome.kind === "failed") report(outcome, { done: "", command: FAR.signOut });
    else location.reload();
  };
  return (
    <div class="card beside">
      <div>
        <b>{FAR.signedIn(person.name, clockTime(untilWallAt, props.timezone))}</b>
        <p>{FAR.means}</p>
      </div>
      <button type="button" onClick={() => void leave()}>
        {FAR.signOut}
      </button>
    </div>
  );
}
