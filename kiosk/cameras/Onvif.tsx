/** One camera that was found on the network: sign in to it, and choose which of its pictures is watched. */
import { useSignal } from "@preact/signals";
import type { Outcome } from "../call.ts";
import { TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { type Credentials, type Found, type FoundStream, findStreams, type Streams } from "./calls.ts";
import { openForm } from "./place.ts";
import { FIND, FORM, ROW } from "./words.ts";

interface Props {
  readonly camera: Found["onvif"][number];
  readonly onBack: () => void;
}

export function Onvif(props: Props) {
  const { camera } = props;
  const login = useSignal<Credentials>({ user: "", password: "" });
  const streams = useSignal<Outcome<Streams> | undefined>(undefined);
  const asking = useSignal(false);
  const ask = async (): Promise<void> => {
    asking.value = true;
    streams.value = await findStreams(camera.address, login.value);
    asking.value = false;
  };
  const answer = streams.value;
  if (answer?.kind === "ok" && answer.value.ok)
    return (
      <Offered
        offered={answer.value}
        onBack={() => {
          streams.value = undefined;
        }}
        onPick={(source) => openForm({ name: camera.name, source, ...login.value })}
      />
    );
  return (
    <div class="setup">
      <Head title={FIND.login(camera.name)} onBack={props.onBack} />
      <p class="how">{FIND.loginHow}</p>
      <div class="pair">
        {(["user", "password"] as const).map((field) => (
          <Word key={field} field={field} login={login.value} onDone={(next) => (login.value = next)} />
        ))}
      </div>
      <p class="bad" role="alert">
        {refusal(answer)}
      </p>
      <div class="decide">
        <button type="button" class="primary" disabled={asking.value} onClick={() => void ask()}>
          {asking.value ? FIND.asking : FIND.ask}
        </button>
      </div>
    </div>
  );
}

function refusal(answer: Outcome<Streams> | undefined): string {
  if (answer?.kind === "failed") return answer.reasons.join("; ");
  return answer?.kind === "ok" && !answer.value.ok ? answer.value.message : "";
}

function Word(props: {
  readonly field: keyof Credentials;
  readonly login: Credentials;
  readonly onDone: (next: Credentials) => void;
}) {
  const { field, login } = props;
  const text = login[field];
  return (
    <TextField
      label={FORM[field]}
      text={text}
      shown={field === "password" ? FORM.hidden(text.length) : text}
      maxLength={256}
      secret={field === "password"}
      error={undefined}
      onDone={(next) => props.onDone({ ...login, [field]: next })}
    />
  );
}

function Offered(props: {
  readonly offered: Streams & { readonly ok: true };
  readonly onBack: () => void;
  readonly onPick: (source: string) => void;
}) {
  const { name, streams } = props.offered;
  return (
    <div class="setup">
      <Head title={FIND.streams(name)} onBack={props.onBack} />
      {streams.length === 0 && (
        <div class="nothing">
          <strong>{FIND.noStreams}</strong>
        </div>
      )}
      <ul class="rows">
        {streams.map((stream) => (
          <li key={stream.source}>
            <button type="button" class="row" onClick={() => props.onPick(stream.source)}>
              <span class="who">
                <b>{stream.profile}</b>
                {stream.recommended && <em>{FIND.recommended}</em>}
                <small>{stream.source}</small>
              </span>
              <span class="figures three">{figures(stream)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function figures({ fps, width, height, codec }: FoundStream) {
  return (
    <>
      <i>{FIND.rate(fps)}</i>
      <i>{ROW.size(width, height)}</i>
      <i>{codec}</i>
    </>
  );
}
