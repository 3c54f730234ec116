/** What takes room in the data folder, as people tell it apart. */
export const DISK_PARTS = ["record", "exports", "pictures", "clips", "models", "other"] as const;
export type DiskPart = (typeof DISK_PARTS)[number];
