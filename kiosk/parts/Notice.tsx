/** What the last command came to, over the lower edge of the page. Goes by itself; a refusal also when touched. */
import { notice } from "../state.ts";

export function Notice() {
  const said = notice.value;
  return (
    <div class="notices" role="status">
      {said?.tone === "ended" && (
        <p class="notice ended">
          <strong>{said.title}</strong>
        </p>
      )}
      {said !== undefined && said.tone !== "ended" && (
        <button
          type="button"
          class={`notice ${said.tone}`}
          onClick={() => {
            notice.value = undefined;
          }}
        >
          <strong>{said.title}</strong>
          {said.reasons.map((reason) => (
            <span key={reason}>{reason}</span>
          ))}
        </button>
      )}
    </div>
  );
}
