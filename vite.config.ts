/** Builds the screen from kiosk/ into kiosk/dist; in development hands the API on to a running box. */
import { preact } from "@preact/preset-vite";
import { defineConfig } from "vite";

const box = `http://127.0.0.1:${process.env.PALISADE_PORT ?? "8080"}`;

export default defineConfig({
  root: "kiosk",
  base: "./",
  plugins: [preact()],
  build: { outDir: "dist", emptyOutDir: true, target: "es2023" },
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
