/** The first question about a new camera: how it is connected. */
import { Head } from "../parts/Head.tsx";
import { openForm, place } from "./place.ts";
import { ADD, CAMERAS } from "./words.ts";

export function Add() {
  const find = (what: "onvif" | "usb") => () => {
    place.value = { kind: "find", what };
  };
  const ways: readonly (readonly [string, string, () => void])[] = [
    [ADD.network, ADD.networkHow, () => openForm({})],
    [ADD.onvif, ADD.onvifHow, find("onvif")],
    [ADD.usb, ADD.usbHow, find("usb")],
  ];
  return (
    <div class="setup">
      <Head
        title={CAMERAS.add}
        onBack={() => {
          place.value = { kind: "list" };
        }}
      />
      <h3 class="question">{ADD.how}</h3>
      <div class="ways">
        {ways.map(([name, how, go]) => (
          <button key={name} type="button" aria-label={name} onClick={go}>
            <b>{name}</b>
            <span>{how}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
