/** A QR code that fills its place, dark on light whatever the theme. */
import { encode } from "uqr";

export function Code(props: { readonly text: string; readonly name: string }) {
  const { size, data } = encode(props.text, { ecc: "M", border: 4 });
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])));
  return (
    <svg class="code" role="img" aria-label={props.name} viewBox={`0 0 ${size} ${size}`}>
      <path d={dark.join("")} />
    </svg>
  );
}
