CREATE INDEX `audit_wall_at` ON `audit` (`wall_at`);--> statement-breakpoint
CREATE INDEX `audit_shift` ON `audit` (`object_id`) WHERE object_type = 'shift';