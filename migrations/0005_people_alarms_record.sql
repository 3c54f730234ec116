CREATE TABLE `audit_anchor` (
	`id` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL,
	`wall_at` text NOT NULL,
	`kind` text NOT NULL,
	`sent` text
);
--> statement-breakpoint
CREATE TABLE `audit_segment` (
	`first_seq` integer PRIMARY KEY NOT NULL,
	`last_seq` integer NOT NULL,
	`prev_hash` text NOT NULL,
	`last_hash` text NOT NULL,
	`min_wall_at` text NOT NULL,
	`max_wall_at` text NOT NULL,
	`file` text NOT NULL,
	`sha256` text NOT NULL,
	`sealed_wall_at` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `audit` ADD `clock_state` text;--> statement-breakpoint
CREATE INDEX `audit_alarm` ON `audit` (`seq`) WHERE "audit"."object_type" = 'alarm';--> statement-breakpoint
ALTER TABLE `config_version` ADD `shape` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `person` ADD `badge` text;--> statement-breakpoint
CREATE UNIQUE INDEX `person_badge_unique` ON `person` (`badge`);--> statement-breakpoint
-- The guards; server/store/schema.ts repeats them word for word.
DROP TRIGGER audit_no_delete;
--> statement-breakpoint
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_segment WHERE OLD.seq BETWEEN first_seq AND last_seq)
BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted, but for those of a sealed segment'); END;
--> statement-breakpoint
CREATE TRIGGER audit_segment_no_update BEFORE UPDATE ON audit_segment
BEGIN SELECT RAISE(ABORT, 'sealed segments are never changed'); END;
--> statement-breakpoint
CREATE TRIGGER audit_segment_no_delete BEFORE DELETE ON audit_segment
BEGIN SELECT RAISE(ABORT, 'sealed segments are never deleted'); END;
--> statement-breakpoint
CREATE TRIGGER audit_segment_append_only BEFORE INSERT ON audit_segment
WHEN NEW.first_seq IS NOT (SELECT COALESCE(MAX(last_seq), 0) + 1 FROM audit_segment)
  OR NEW.last_seq < NEW.first_seq
  OR NEW.last_seq >= (SELECT MAX(seq) FROM audit)
  OR NEW.prev_hash IS NOT (SELECT prev_hash FROM audit WHERE seq = NEW.first_seq)
  OR NEW.last_hash IS NOT (SELECT hash FROM audit WHERE seq = NEW.last_seq)
BEGIN SELECT RAISE(ABORT, 'segments are sealed whole, from the oldest row on'); END;
--> statement-breakpoint
CREATE TRIGGER audit_anchor_no_update BEFORE UPDATE ON audit_anchor
BEGIN SELECT RAISE(ABORT, 'anchors are never changed'); END;
--> statement-breakpoint
CREATE TRIGGER audit_anchor_no_delete BEFORE DELETE ON audit_anchor
BEGIN SELECT RAISE(ABORT, 'anchors are never deleted'); END;
--> statement-breakpoint
CREATE TRIGGER audit_anchor_append_only BEFORE INSERT ON audit_anchor
WHEN NEW.id IS NOT (SELECT COALESCE(MAX(id), 0) + 1 FROM audit_anchor)
  OR NEW.hash IS NOT (SELECT hash FROM audit WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'anchors are only appended, each of a row that stands'); END;
