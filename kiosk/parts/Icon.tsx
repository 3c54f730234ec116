/** The few line drawings on buttons. Decoration only: every button but a key also has its word. */

const PATHS = {
  live: "M3 7h12v10H3zM15 11l6-3v8l-6-3",
  alarms: "M6 17h12l-1.5-2.5V10a4.5 4.5 0 0 0-9 0v4.5zM10.5 20a1.6 1.6 0 0 0 3 0",
  maintenance: "M14.5 6.5a4.5 4.5 0 0 0-6 5.6L3.5 17l3 3 5-5a4.5 4.5 0 0 0 5.7-5.9l-2.9 2.8-2.7-2.7z",
  silence: "M4 9.5v5h3.5L12 18V6L7.5 9.500zM16 9.500l5 5M21 9.500l-5 5",
  acknowledge: "M4 12.500l5.200 5.200L20 7",
  stop: "M8.300 3h7.400L21 8.300v7.400L15.700 21H8.300L3 15.700V8.300zM8.500 12h7",
  reset: "M19 12a7 7 0 1 1-2.200-5.100M17.500 3.500v4h-4",
  erase: "M9 6h11v12H9l-6-6zM12 9.500l5 5M17 9.500l-5 5",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  shift: "M12 4l8 9h-4v6H8v-6H4z",
  space: "M3 10v5h18v-5",
  wrong: "M12 3.500 22 20.500H2zM12 9.500v5.500M12 17v1.200",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon(props: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[props.name]} />
    </svg>
  );
}
