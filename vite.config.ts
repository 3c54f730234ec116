/** Builds the screen from kiosk/ into kiosk/dist; in development hands the API on to a running box. */
import { readFile } from "node:fs/promises";
import { preact } from "@preact/preset-vite";
import { defineConfig, type Plugin } from "vite";

const box = `http://127.0.0.1:${process.env.PALISADE_PORT ?? "8080"}`;

/** The first letter of a Chinese or Japanese font that is asked for: what comes before it is drawn as on every other page. */
const HAN_FROM = 0x2e80;

interface Range {
  value: string;
}
interface FontFace {
  remove(): void;
  walkDecls(name: string, each: (range: Range) => void): void;
}

/** Wherever the letters go their licence has to go along. Both fonts have the same. */
const withLicence: Plugin = {
  name: "with-licence",
  async generateBundle() {
    const source = await readFile("node_modules/@fontsource-variable/noto-sans-sc/LICENSE");
    this.emitFile({ type: "asset", fileName: "assets/noto-sans-licence.txt", source });
  },
};

const hanAlone = {
  postcssPlugin: "han-alone",
  AtRule: {
    "font-face": (face: FontFace) =>
      face.walkDecls("unicode-range", (range) => {
        const han = range.value
          .split(",")
          .filter((part) => Number.parseInt(part.trim().slice("U+".length), 16) >= HAN_FROM);
        if (han.length === 0) face.remove();
        else range.value = han.join(",");
      }),
  },
};

export default defineConfig({
  root: "kiosk",
  base: "./",
  plugins: [preact(), withLicence],
  css: { postcss: { plugins: [hanAlone] } },
  build: {
    ...{ outDir: "dist", emptyOutDir: true, target: "es2023" },
    // The box allows letters from its own files alone, so that none may be written into a style.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      "/api": { target: box, ws: true },
      "/status": box,
      "/live": box,
      "/start": box,
      "/stop": box,
    },
  },
});
