/** Another model from this panel: its manifest and its weights, from a USB stick or wherever the panel's files are. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { type Model, sendManifest, sendWeights } from "./calls.ts";
import type { PageProps } from "./Detector.tsx";
import { place } from "./place.ts";
import { ADD } from "./words.ts";

/** As in the box: a manifest takes two thousand bytes, and no weights are larger. */
const MAX_MANIFEST_BYTES = 64 * 1024;
const MAX_WEIGHTS_BYTES = 512 * 2 ** 20;

/** What was chosen, as far as it can be told before anything is sent. */
type Chosen =
  | { readonly kind: "wrong"; readonly why: string }
  | {
      readonly kind: "right";
      readonly name: string;
      /** Absent where the box knows it. */
      readonly manifest?: string;
      readonly weights?: File;
    };

const wrong = (why: string): Chosen => ({ kind: "wrong", why });

function nameIn(manifest: string): string | undefined {
  try {
    const { name } = JSON.parse(manifest) as { readonly name?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}

async function chosenOf(files: readonly File[], models: readonly Model[]): Promise<Chosen> {
  const of = (ending: string): File[] => files.filter(({ name }) => name.toLowerCase().endsWith(ending));
  const [manifests, all] = [of(".json"), of(".onnx")];
  const [manifest] = manifests;
  const [weights] = all;
  if (manifests.length > 1 || all.length > 1 || manifests.length + all.length < files.length)
    return wrong(ADD.tooMany);
  if (weights !== undefined && weights.size > MAX_WEIGHTS_BYTES) return wrong(ADD.tooLarge(weights.name));
  if (manifest === undefined) {
    const fits = models.filter(({ bytes, installed }) => bytes === weights?.size && !installed);
    const [model] = fits;
    if (weights === undefined || model === undefined || fits.length > 1) return wrong(ADD.noManifest);
    return { kind: "right", name: model.name, weights };
  }
  if (manifest.size > MAX_MANIFEST_BYTES) return wrong(ADD.noName(manifest.name));
  const text = await manifest.text();
  const name = nameIn(text);
  if (name === undefined) return wrong(ADD.noName(manifest.name));
  const known = models.some((model) => model.name === name);
  if (known && weights === undefined) return wrong(ADD.known(name));
  return {
    ...{ kind: "right", name },
    ...(known ? {} : { manifest: text }),
    ...(weights === undefined ? {} : { weights }),
  };
}

export function AddModel(props: PageProps) {
  const models = props.known.answer?.models ?? [];
  const chosen = useSignal<Chosen | undefined>(undefined);
  const sent = useSignal<number | undefined>(undefined);
  const refusals = useSignal<readonly string[]>([]);
  const back = (): void => {
    place.value = { kind: "home" };
  };
  const choose = async (files: readonly File[]): Promise<void> => {
    refusals.value = [];
    chosen.value = files.length === 0 ? undefined : await chosenOf(files, models);
  };
  const send = async ({ name, manifest, weights }: Extract<Chosen, { kind: "right" }>): Promise<void> => {
    refusals.value = [];
    sent.value = 0;
    const outcomes = [
      () => (manifest === undefined ? undefined : sendManifest(manifest)),
      () =>
        weights === undefined
          ? undefined
          : sendWeights(name, weights, (share) => {
              sent.value = share;
            }),
    ];
    for (const step of outcomes) {
      const outcome = await step();
      if (outcome?.kind !== "failed") continue;
      sent.value = undefined;
      refusals.value = outcome.reasons;
      return;
    }
    sent.value = undefined;
    tell("done", weights === undefined ? ADD.described(name) : ADD.done(name));
    place.value = { kind: "model", name };
  };
  const now = chosen.value;
  const busy = sent.value !== undefined;
  return (
    <div class="setup">
      <Head title={ADD.title} onBack={back}>
        <Choose busy={busy} onFiles={(files) => void choose(files)} />
        <button
          type="button"
          class="primary"
          disabled={busy || now?.kind !== "right"}
          onClick={() => now?.kind === "right" && void send(now)}
        >
          {busy ? ADD.sending : ADD.send}
        </button>
      </Head>
      <div class="card adding">
        <p>{ADD.how}</p>
        {now === undefined && <p class="muted">{ADD.nothing}</p>}
        {now?.kind === "wrong" && <p class="bad">{now.why}</p>}
        {now?.kind === "right" && <Right {...now} />}
        {refusals.value.map((refusal) => (
          <p key={refusal} class="bad">
            {refusal}
          </p>
        ))}
        {sent.value !== undefined && (
          <>
            <progress value={sent.value} max={1} aria-label={ADD.progress} />
            <p>{sent.value < 1 ? ADD.share(sent.value) : ADD.checking}</p>
          </>
        )}
      </div>
    </div>
  );
}

function Right({ name, manifest, weights }: Extract<Chosen, { kind: "right" }>) {
  return (
    <dl class="particulars">
      <div>
        <dt>{ADD.model}</dt>
        <dd>{name}</dd>
      </div>
      <div>
        <dt>{ADD.manifest}</dt>
        <dd>{manifest === undefined ? ADD.knownManifest : ADD.newManifest}</dd>
      </div>
      <div>
        <dt>{ADD.weights}</dt>
        <dd>{weights === undefined ? ADD.noWeights : ADD.file(weights.name, weights.size)}</dd>
      </div>
    </dl>
  );
}

function Choose(props: { readonly busy: boolean; readonly onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".json,.onnx"
        aria-label={ADD.files}
        onChange={({ currentTarget }) => {
          props.onFiles([...(currentTarget.files ?? [])]);
          // The same files may be chosen once more after they were put right.
          currentTarget.value = "";
        }}
      />
      <button type="button" disabled={props.busy} onClick={() => input.current?.click()}>
        {ADD.choose}
      </button>
    </>
  );
}
