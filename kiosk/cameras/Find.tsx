/** Cameras that can be found: on the network by ONVIF, and plugged in. An address by hand is always possible. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Outcome } from "../call.ts";
import { Head } from "../parts/Head.tsx";
import { type Found, findCameras } from "./calls.ts";
import { Onvif } from "./Onvif.tsx";
import { openForm, place } from "./place.ts";
import { FIND } from "./words.ts";

type OnvifCamera = Found["onvif"][number];

export function Find(props: { readonly what: "onvif" | "usb" }) {
  const { what } = props;
  const outcome = useSignal<Outcome<Found> | undefined>(undefined);
  const picked = useSignal<OnvifCamera | undefined>(undefined);
  const search = (): void => {
    outcome.value = undefined;
    void findCameras().then((answer) => {
      outcome.value = answer;
    });
  };
  useEffect(search, []);
  if (picked.value !== undefined)
    return (
      <Onvif
        camera={picked.value}
        onBack={() => {
          picked.value = undefined;
        }}
      />
    );
  return (
    <div class="setup">
      <Head
        title={FIND[what]}
        onBack={() => {
          place.value = { kind: "add" };
        }}
      >
        <button type="button" disabled={outcome.value === undefined} onClick={search}>
          {FIND.again}
        </button>
        <button type="button" onClick={() => openForm({})}>
          {FIND.byHand}
        </button>
      </Head>
      <Result what={what} outcome={outcome.value} onPick={(camera) => (picked.value = camera)} />
    </div>
  );
}

function Result(props: {
  readonly what: "onvif" | "usb";
  readonly outcome: Outcome<Found> | undefined;
  readonly onPick: (camera: OnvifCamera) => void;
}) {
  const { what, outcome, onPick } = props;
  if (outcome === undefined || outcome.kind === "ignored")
    return (
      <div class="nothing" role="status">
        <strong>{FIND.searching}</strong>
      </div>
    );
  if (outcome.kind === "failed") return <Problems reasons={outcome.reasons} />;
  const { usb, onvif, problems } = outcome.value;
  const none = what === "usb" ? usb.length === 0 : onvif.length === 0;
  return (
    <div class="scrolls">
      <Problems reasons={problems[what]} />
      {none && (
        <div class="nothing low">
          <strong>{what === "usb" ? FIND.noUsb : FIND.noOnvif}</strong>
          <p>{what === "usb" ? FIND.noUsbHow : FIND.noOnvifHow}</p>
        </div>
      )}
      <ul class="rows" aria-label={FIND[what]}>
        {what === "usb"
          ? usb.map((camera) => (
              <FoundRow
                key={camera.path}
                name={camera.name}
                what={camera.path}
                problem={camera.readable ? undefined : (camera.why ?? FIND.unreadable)}
                onPick={() => openForm({ name: camera.name, source: camera.path })}
              />
            ))
          : onvif.map((camera) => (
              <FoundRow
                key={camera.address}
                name={camera.name}
                what={[camera.hardware, hostOf(camera.address)].filter(Boolean).join(", ")}
                onPick={() => onPick(camera)}
              />
            ))}
      </ul>
    </div>
  );
}

/** The service's address is long, and its host is what people know. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

function FoundRow(props: {
  readonly name: string;
  readonly what: string;
  readonly problem?: string | undefined;
  readonly onPick: () => void;
}) {
  return (
    <li>
      <button type="button" class="row" aria-label={props.name} onClick={props.onPick}>
        <span class="who">
          <b>{props.name}</b>
          {props.problem !== undefined && <em class="bad">{props.problem}</em>}
          <small>{props.what}</small>
        </span>
      </button>
    </li>
  );
}

function Problems(props: { readonly reasons: readonly string[] }) {
  return (
    <>
      {props.reasons.map((reason) => (
        <p key={reason} class="problem bad">
          {reason}
        </p>
      ))}
    </>
  );
}
