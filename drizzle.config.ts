/** Where drizzle-kit finds the tables and puts the migrations. `drizzle-kit generate` must find nothing to do. */
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: "./server/store/schema.ts",
  out: "./migrations",
});
