/** The cameras' pages of Maintenance: which one is open. Loaded only when somebody opens them. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import type { Outcome } from "../call.ts";
import { Written } from "../parts/Written.tsx";
import { Add } from "./Add.tsx";
import { CameraPage } from "./CameraPage.tsx";
import { type ListedCamera, listCameras } from "./calls.ts";
import { Find } from "./Find.tsx";
import { Form } from "./Form.tsx";
import { List } from "./List.tsx";
import { place } from "./place.ts";
import { AskRemove, AskScene } from "./Questions.tsx";
import "../style/setup.css";
import "../style/cameras.css";

export interface Listed {
  readonly outcome: Outcome<readonly ListedCamera[]> | undefined;
  readonly refresh: () => void;
}

export function Cameras(props: { readonly view: View }) {
  const { view } = props;
  const outcome = useSignal<Outcome<readonly ListedCamera[]> | undefined>(undefined);
  const refresh = (): void => {
    void listCameras().then((answer) => {
      outcome.value = answer;
    });
  };
  // Whatever was saved or removed, on this panel or another one, changes the cameras of the view.
  const known = view.cameras.map(({ id, name }) => `${id} ${name}`).join("\n");
  useEffect(refresh, [known, place.value]);
  const listed: Listed = { outcome: outcome.value, refresh };
  return (
    <Written>
      <Here view={view} listed={listed} />
    </Written>
  );
}

function Here(props: { readonly view: View; readonly listed: Listed }) {
  const { view, listed } = props;
  const at = place.value;
  switch (at.kind) {
    case "list":
      return <List view={view} />;
    case "camera":
      return <CameraPage key={at.id} view={view} id={at.id} listed={listed} />;
    case "remove":
      return <AskRemove view={view} id={at.id} />;
    case "scene":
      return <AskScene view={view} id={at.id} />;
    case "add":
      return <Add />;
    case "find":
      return <Find key={at.what} what={at.what} />;
    case "form":
      return <Form />;
  }
}
