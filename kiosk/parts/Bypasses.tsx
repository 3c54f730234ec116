/** Across the whole width, on every page, as long as any zone is out of the rules. */
import type { BypassView } from "../../server/domain/view.ts";
import { endBypass } from "../actions.ts";
import { reasonInside } from "../codes.ts";
import { leftUntil } from "../state.ts";
import { left } from "../text.ts";
import { BYPASS } from "../words.ts";

export function Bypasses(props: { readonly bypasses: readonly BypassView[] }) {
  const { bypasses } = props;
  if (bypasses.length === 0) return null;
  return (
    <ul class={bypasses.length > 1 ? "bypasses several" : "bypasses"} aria-label={BYPASS.running}>
      {bypasses.map((bypass) => (
        <li key={bypass.zone}>
          <div>
            <strong>
              <span>{BYPASS.badge}</span> <b>{bypass.name}</b>
            </strong>
            <small>{BYPASS.by(bypass.by, reasonInside(bypass.reason))}</small>
          </div>
          <em>{BYPASS.left(left(leftUntil(bypass.untilWallAt)))}</em>
          <button
            type="button"
            aria-label={BYPASS.endThis(bypass.name)}
            onClick={() => void endBypass(bypass)}
          >
            {BYPASS.end}
          </button>
        </li>
      ))}
    </ul>
  );
}
