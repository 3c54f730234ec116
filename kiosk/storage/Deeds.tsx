/** What takes a clip along or away: both say why first, and both stand in the record. */
import { useSignal } from "@preact/signals";
import { EXPORT_REASONS, type ExportReason } from "../../server/domain/reason_code.ts";
import { reasonText } from "../codes.ts";
import { useBoxAddress } from "../network/address.ts";
import { Choice, TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { EXPORT } from "../record/words.ts";
import { tell } from "../state.ts";
import { type ClipExport, deleteClip, noteExport } from "./calls.ts";
import { place, toHome } from "./place.ts";
import { DELETE_CLIP, EXPORT_CLIP } from "./words.ts";

const REASON_MAX = 300;

function toClip(id: string): void {
  place.value = { kind: "clip", id };
}

export function ExportPage({ id }: { readonly id: string }) {
  const reason = useSignal("");
  const code = useSignal<ExportReason | undefined>(undefined);
  const noted = useSignal<ClipExport | undefined>(undefined);
  const problems = useSignal<readonly string[]>([]);
  async function note(): Promise<void> {
    const outcome = await noteExport(id, reason.value, code.value);
    problems.value = outcome.kind === "failed" ? outcome.reasons : [];
    if (outcome.kind === "ok") noted.value = outcome.value;
  }
  const file = noted.value;
  const fetching = useBoxAddress((address) =>
    file === undefined ? "" : EXPORT_CLIP.fetch(address, file.path, file.minutes),
  );
  return (
    <div class="setup">
      <Head title={EXPORT_CLIP.title} onBack={() => toClip(id)}>
        {file === undefined && (
          <button
            type="button"
            class="primary"
            disabled={reason.value.trim() === ""}
            onClick={() => void note()}
          >
            {EXPORT_CLIP.note}
          </button>
        )}
      </Head>
      {problems.value.map((problem) => (
        <p key={problem} class="bad" role="alert">
          {problem}
        </p>
      ))}
      {file === undefined ? (
        <div class="half scrolls clipDeeds">
          <p class="how">{EXPORT_CLIP.how}</p>
          {fetching !== "" && <p class="how">{fetching}</p>}
          <TextField
            label={EXPORT.reason}
            text={reason.value}
            maxLength={REASON_MAX}
            error={undefined}
            onDone={(text) => {
              reason.value = text;
            }}
          />
          <Choice
            label={EXPORT.code}
            titled
            options={EXPORT_REASONS.map((each) => [each, reasonText(each)] as const)}
            isChosen={(each) => each === code.value}
            onChoose={(each) => {
              code.value = each;
            }}
          />
        </div>
      ) : (
        <div class="half scrolls">
          <div class="card" role="status">
            <h3>{EXPORT_CLIP.noted}</h3>
            <p class="why">{fetching}</p>
            <p>{EXPORT_CLIP.file(file.bytes)}</p>
            <p>{EXPORT_CLIP.hash(file.sha256)}</p>
          </div>
        </div>
      )}
    </div>
  );
}

export function DeletePage({ id }: { readonly id: string }) {
  const reason = useSignal("");
  const problems = useSignal<readonly string[]>([]);
  async function remove(): Promise<void> {
    const outcome = await deleteClip(id, reason.value);
    problems.value = outcome.kind === "failed" ? outcome.reasons : [];
    if (outcome.kind !== "ok") return;
    tell("done", DELETE_CLIP.done);
    toHome();
  }
  return (
    <div class="setup">
      <Head title={DELETE_CLIP.title} onBack={() => toClip(id)}>
        <button
          type="button"
          class="primary"
          disabled={reason.value.trim() === ""}
          onClick={() => void remove()}
        >
          {DELETE_CLIP.yes}
        </button>
      </Head>
      {problems.value.map((problem) => (
        <p key={problem} class="bad" role="alert">
          {problem}
        </p>
      ))}
      <div class="half scrolls clipDeeds">
        <p class="how">{DELETE_CLIP.how}</p>
        <TextField
          label={DELETE_CLIP.reason}
          text={reason.value}
          maxLength={REASON_MAX}
          error={undefined}
          onDone={(text) => {
            reason.value = text;
          }}
        />
        <Choice
          label={DELETE_CLIP.reason}
          options={DELETE_CLIP.reasons.map((each) => [each, each] as const)}
          isChosen={(each) => each === reason.value}
          onChoose={(each) => {
            reason.value = each;
          }}
        />
      </div>
    </div>
  );
}
