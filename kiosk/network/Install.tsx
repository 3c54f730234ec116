/** A certificate and its key from this panel's files, whichever of them is which. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { FieldError } from "../call.ts";
import { Others } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { putCertificate } from "./calls.ts";
import { INSTALL } from "./words.ts";

/** As in the box. */
const MAX_BYTES = 32_000;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;
const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/;

type Chosen =
  | { readonly kind: "wrong"; readonly why: string }
  | { readonly kind: "right"; readonly names: string; readonly certificate: string; readonly key: string };

async function chosenOf(files: readonly File[]): Promise<Chosen> {
  const large = files.find(({ size }) => size > MAX_BYTES);
  if (large !== undefined) return { kind: "wrong", why: INSTALL.tooLarge(large.name) };
  const texts = await Promise.all(files.map((file) => file.text()));
  const certificate = texts.find((text) => CERTIFICATE.test(text))?.replace(KEY, "");
  const [key] = texts.flatMap((text) => KEY.exec(text)?.[0] ?? []);
  if (certificate === undefined) return { kind: "wrong", why: INSTALL.noCertificate };
  if (key === undefined) return { kind: "wrong", why: INSTALL.noKey };
  return { kind: "right", names: files.map(({ name }) => name).join(", "), certificate, key };
}

export function Install(props: { readonly onBack: () => void }) {
  const chosen = useSignal<Chosen | undefined>(undefined);
  const busy = useSignal(false);
  const errors = useSignal<readonly FieldError[]>([]);
  const refusals = useSignal<readonly string[]>([]);
  const now = chosen.value;
  const clear = (): void => {
    errors.value = [];
    refusals.value = [];
  };
  const send = async ({ certificate, key }: Extract<Chosen, { kind: "right" }>): Promise<void> => {
    clear();
    busy.value = true;
    const outcome = await putCertificate({ certificate, key });
    busy.value = false;
    if (outcome.kind === "ok") {
      tell("done", INSTALL.done);
      props.onBack();
    } else if (outcome.kind === "failed") {
      errors.value = outcome.errors;
      refusals.value = outcome.errors.length > 0 ? [] : outcome.reasons;
    }
  };
  return (
    <div class="setup">
      <Head title={INSTALL.title} onBack={props.onBack}>
        <Choose
          busy={busy.value}
          onFiles={(files) => {
            clear();
            void chosenOf(files).then((found) => {
              chosen.value = files.length === 0 ? undefined : found;
            });
          }}
        />
        <button
          type="button"
          class="primary"
          disabled={busy.value || now?.kind !== "right"}
          onClick={() => now?.kind === "right" && void send(now)}
        >
          {INSTALL.send}
        </button>
      </Head>
      <div class="card installing">
        <p>{INSTALL.how}</p>
        {now === undefined && <p class="muted">{INSTALL.nothing}</p>}
        {now?.kind === "wrong" && <p class="bad">{now.why}</p>}
        {now?.kind === "right" && <p>{INSTALL.ready(now.names)}</p>}
        <Others errors={errors.value} />
        {refusals.value.map((refusal) => (
          <p key={refusal} class="bad">
            {refusal}
          </p>
        ))}
      </div>
    </div>
  );
}

/** The browser's own field is much too small for a finger. */
function Choose(props: { readonly busy: boolean; readonly onFiles: (files: readonly File[]) => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          props.onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
      <button type="button" disabled={props.busy} onClick={() => field.current?.click()}>
        {INSTALL.choose}
      </button>
    </>
  );
}
