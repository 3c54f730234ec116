/** The versions' pages of Maintenance: the list, one of them, and the question before it is put in force again. */
import type { View } from "../../server/domain/view.ts";
import { DraftPages } from "./Draft.tsx";
import { Home } from "./Home.tsx";
import { place } from "./place.ts";
import { AskRevert } from "./Revert.tsx";
import { VersionPage } from "./VersionPage.tsx";
import "../style/setup.css";
import "../style/outputs.css";
import "../style/versions.css";

export function Versions(props: { readonly view: View }) {
  const { timezone } = props.view.site;
  const at = place.value;
  switch (at.kind) {
    case "home":
      return <Home timezone={timezone} />;
    case "version":
      return <VersionPage timezone={timezone} version={at.version} />;
    case "revert":
      return <AskRevert version={at.version} />;
    case "draft":
    case "publish-draft":
    case "discard-draft":
      return <DraftPages timezone={timezone} />;
  }
}
