/** Whether other panels may connect over the network, and where. The panel at the box itself needs none of it. */
import { z } from "zod";

const PORT = "must be 1024 to 65535";

function isAddress(text: string): boolean {
  return z.ipv4().safeParse(text).success || z.ipv6().safeParse(text).success;
}

const lan = z.strictObject({
  /** Nothing listens on the network unless somebody wants it. */
  on: z.boolean().default(false),
  /** One of this box; all of them where absent. */
  address: z
    .string()
    .max(45, "must be at most 45 characters")
    .refine(isAddress, 'must be an address of this box such as "192.0.2.10"; leave it out for all of them')
    .optional(),
  port: z
    .number()
    .min(1_024, PORT)
    .max(65_535, PORT)
    .refine(Number.isInteger, "must be a whole number")
    .default(8_443),
});

export const network = z.strictObject({ lan: lan.default(lan.parse({})) });

export type LanConfig = z.infer<typeof lan>;
